//! The state of all services as text. A value that this call did not read is shown with its age; a value that was
//! never read is `not known`, and never a number or a good state.

use super::age::Age;
use super::wrap::{padded, wrap};
use crate::safe_text::{cut, one_line};
use crate::vendors;
use slipway_domain::alert::Alert;
use slipway_domain::dismissal::Dismissal;
use slipway_domain::environment::Environment;
use slipway_domain::evidence::dismissals::refusal;
use slipway_domain::evidence::service_mark::{runs_nothing, unknowns};
use slipway_domain::humanize::{about, count, short, span};
use slipway_domain::pipeline::Pipeline;
use slipway_domain::pull_request::PullRequest;
use slipway_domain::snapshot::{AccountState, ServiceState, Snapshot, Source};
use slipway_domain::status::{Health, Severity};
use slipway_domain::time::Time;

/// The most pull requests and pipelines that are shown of a service; `--json` has all.
const ROWS: usize = 12;
const PIPELINES: usize = 5;
const TITLE: usize = 72;
/// A value that is read less often than its source is shown with its age once it is this much older, in seconds.
const LATER: f64 = 60.0;

/// `width` is that of the terminal; None: lines may have any length.
pub(super) fn board(snapshot: &Snapshot, now: Time, width: Option<usize>) -> String {
    let mut lines: Vec<String> = snapshot.notices.iter().map(|notice| crate::commands::journal::notice_line(notice, false)).collect();
    for service in &snapshot.services {
        lines.extend(service_lines(service, now));
        lines.push(String::new());
    }
    if snapshot.services.is_empty() {
        let ci = vendors::ci_examples().into_iter().next().unwrap_or_default();
        lines.push(format!("No services yet. Add one: {}", vendors::service_example(&ci)));
    }
    lines.extend(snapshot.accounts.iter().map(|account| account_line(account, now)));
    let wrapped = lines.iter().flat_map(|line| width.map_or_else(|| vec![line.clone()], |width| wrap(line, width)));
    wrapped.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

fn service_lines(service: &ServiceState, now: Time) -> Vec<String> {
    let mut lines = vec![
        format!("{}  {}@{}", one_line(&service.name), one_line(&service.repo), one_line(&service.branch)),
        format!("  [{}] {}", service.mark.word().replace('_', " "), one_line(&service.sentence.text)),
    ];
    let unknown: Vec<String> = unknowns(service).iter().map(|one| one.words()).collect();
    if !unknown.is_empty() {
        lines.push(format!("  ? {}", one_line(&unknown.join("; "))));
    }
    lines.extend(service.alerts.iter().map(|alert| alert_line(service, alert, now)));
    lines.extend(service.dismissals.iter().map(|dismissal| dismissal_line(dismissal, now)));
    for environment in &service.environments {
        let age = Age::of(service, &Source::Environment(environment.name.clone()), now);
        lines.push(environment_line(service, environment, age, now));
    }
    lines.extend(pipeline_lines(service, now));
    lines.extend(pull_request_lines(service, now));
    lines
}

/// With its duration, and with its id if a person can dismiss it.
fn alert_line(service: &ServiceState, alert: &Alert, now: Time) -> String {
    let sign = if alert.severity == Severity::Info { '-' } else { '!' };
    let since = alert.since.map_or(String::new(), |at| format!("  (for {})", span(now.since(at))));
    let id = if refusal(service, alert).is_none() { format!("  [{}]", alert.id()) } else { String::new() };
    format!("  {sign} {}{since}{id}", one_line(&alert.message))
}

fn dismissal_line(dismissal: &Dismissal, now: Time) -> String {
    let [message, by, reason] = [&dismissal.message, &dismissal.by, &dismissal.reason].map(|text| one_line(text));
    format!("  ~ {message}  (dismissed by {by} {} ago: {reason})", span(now.since(dismissal.at)))
}

fn environment_line(service: &ServiceState, environment: &Environment, age: Age, now: Time) -> String {
    let live = match (&environment.current, age) {
        (None, Age::Never) => "not read yet".to_owned(),
        (None, Age::Fresh | Age::Old(_)) => "nothing known live".to_owned(),
        (Some(release), _) => {
            let code = release.code_version.filter(|code| *code != release.version).map_or(String::new(), |v| format!(", code of v{v}"));
            let commit = release.commit.as_deref().map_or(String::new(), |c| format!(" {}", one_line(short(c))));
            let since = release.released_at.map_or(String::new(), |at| format!(", live {}", span(now.since(at))));
            format!("v{}{commit}{code}{since}", release.version)
        }
    };
    let word = match environment.health {
        Health::Unknown if runs_nothing(environment) => "no web process",
        health => health.word(),
    };
    let down = environment.down_since.map_or(String::new(), |at| format!(", for {}", span(now.since(at))));
    let more = maintenance(service, environment, now).map_or(String::new(), |words| format!("  {words}"));
    let state = padded(&format!("{}{down}", age.state(word)), 10);
    format!("  {:<12} {state} {live}  ({}){more}", one_line(&environment.name), one_line(&environment.app))
}

/// Maintenance is read less often than other facts, so an older value has its age.
fn maintenance(service: &ServiceState, environment: &Environment, now: Time) -> Option<String> {
    let read = service.source(&Source::Environment(environment.name.clone()))?.observed_at?;
    let word = match environment.maintenance {
        None => return Some("maintenance not known".to_owned()),
        Some(true) => "in maintenance",
        Some(false) => "no maintenance",
    };
    let at = environment.maintenance_at?;
    match read.since(at) > LATER {
        true => Some(format!("{word}, {} old", span(now.since(at)))),
        false => environment.maintenance.filter(|on| *on).map(|_| word.to_owned()),
    }
}

fn pipeline_lines(service: &ServiceState, now: Time) -> Vec<String> {
    if service.config.ci.is_none() {
        return Vec::new();
    }
    let age = Age::of(service, &Source::Ci, now);
    match (age, service.pipelines.is_empty()) {
        (Age::Never, true) => vec!["  pipelines not known".to_owned()],
        (Age::Old(seconds), true) => vec![format!("  no pipeline, {} old", span(seconds))],
        (Age::Fresh, true) => vec!["  no pipeline yet".to_owned()],
        (_, false) => service.pipelines.iter().take(PIPELINES).map(|pipeline| pipeline_line(pipeline, age)).collect(),
    }
}

fn pipeline_line(pipeline: &Pipeline, age: Age) -> String {
    let moving = if pipeline.status.is_moving() {
        let left = pipeline.eta_seconds.map_or_else(|| "no estimate yet".to_owned(), |s| format!("{} left", about(s as f64)));
        format!("  {} %, {left}", (pipeline.progress * 100.0).round())
    } else {
        String::new()
    };
    let change = pipeline.pull_request.map_or(String::new(), |n| format!("  #{n}"));
    let title = pipeline.title.as_deref().map_or(String::new(), |t| format!("  {}", cut(&one_line(t), TITLE)));
    format!("  pipeline {:<6} {}{moving}{change}{title}", pipeline.number, padded(&age.state(pipeline.status.word()), 9))
}

fn pull_request_lines(service: &ServiceState, now: Time) -> Vec<String> {
    let age = Age::of(service, &Source::Code, now);
    let open = count(service.open_pull_requests as usize, "pull request");
    let mut lines = vec![match age {
        Age::Never => "  pull requests not known".to_owned(),
        Age::Fresh => format!("  {open} open"),
        Age::Old(seconds) => format!("  {open} open, {} old", span(seconds)),
    }];
    if age != Age::Never {
        lines.extend(service.pull_requests.iter().take(ROWS).map(|pr| pull_request_line(pr, age)));
    }
    if service.pull_requests.len() > ROWS {
        lines.push(format!("    and {} more", service.pull_requests.len() - ROWS));
    }
    lines
}

fn pull_request_line(pr: &PullRequest, age: Age) -> String {
    let why = if pr.reasons.is_empty() { String::new() } else { format!("  ({})", one_line(&pr.reasons.join("; "))) };
    let author = pr.author.as_deref().map_or(String::new(), |a| format!("  {}", one_line(a)));
    format!("    #{:<6} {} {}{author}{why}", pr.number, padded(&age.state(pr.readiness.word()), 10), cut(&one_line(&pr.title), TITLE))
}

fn account_line(account: &AccountState, now: Time) -> String {
    let state = match (&account.error, account.ok) {
        (Some(error), _) => one_line(&error.message),
        (None, Some(true)) => "ok".to_owned(),
        (None, Some(false)) => "not ok".to_owned(),
        (None, None) if account.asked_last_hour > 0 => "no answer yet".to_owned(),
        (None, None) => super::super::accounts::tested_words(account, now),
    };
    let rate = account.rate.map_or(String::new(), |r| format!("  {} of {} requests left", r.remaining, r.limit));
    let wait =
        account.wait_until.map_or(String::new(), |at| format!("  nothing is asked before {}", at.0.strftime("%H:%M:%S UTC on %-d %B %Y")));
    let read_only = if account.read_only { "  read-only" } else { "" };
    format!("{:<9} {}  {state}{rate}{wait}{read_only}", account.provider, one_line(&account.url))
}
