//! The state of all services as text. A value that this call did not read is shown with its age; a value that was
//! never read is `not known`, and never a number or a good state.

use super::age::Age;
use crate::look::marks::{of_environment, of_pipeline, of_readiness, of_service};
use crate::look::{Line, Tone};
use crate::safe_text::one_line;
use crate::vendors;
use slipway_domain::alert::Alert;
use slipway_domain::dismissal::Dismissal;
use slipway_domain::environment::Environment;
use slipway_domain::evidence::dismissals::refusal;
use slipway_domain::evidence::service_mark::unknowns;
use slipway_domain::humanize::{about, count, short, span};
use slipway_domain::pipeline::Pipeline;
use slipway_domain::pull_request::PullRequest;
use slipway_domain::snapshot::{AccountState, ServiceState, Snapshot, Source};
use slipway_domain::status::Severity;
use slipway_domain::time::Time;
use slipway_domain::watch::{Watch, WatchVerdict, watched_release};
use std::collections::BTreeMap;

/// The most pull requests and pipelines that are shown of a service; `--json` has all.
const ROWS: usize = 12;
const PIPELINES: usize = 5;
/// The least columns of a title, when the terminal is narrow.
const TITLE: usize = 24;
/// The most columns of a title.
const LONGEST_TITLE: usize = 72;
/// A value that is read less often than its source is shown with its age once it is this much older, in seconds.
const LATER: f64 = 60.0;

/// What is shown, and where.
pub(super) struct Board<'a> {
    pub(super) snapshot: &'a Snapshot,
    /// The ways out of incidents, by the service's name.
    pub(super) ways_out: &'a BTreeMap<String, Vec<Line>>,
    pub(super) now: Time,
    /// That of the terminal; None: lines may have any length.
    pub(super) width: Option<usize>,
}

impl Board<'_> {
    pub(super) fn lines(&self) -> Vec<Line> {
        let Self { snapshot, now, .. } = *self;
        let notices = snapshot.notices.iter().map(|notice| Line::plain(&crate::commands::journal::notice_line(notice, false, now)));
        let mut lines: Vec<Line> = notices.collect();
        for service in &snapshot.services {
            lines.extend(self.service(service));
            lines.push(Line::default());
        }
        if snapshot.services.is_empty() {
            let ci = vendors::ci_examples().into_iter().next().unwrap_or_default();
            lines.push(Line::plain(&format!("No services yet. Add one: {}", vendors::service_example(&ci))));
        }
        lines.extend(snapshot.accounts.iter().map(|account| account_line(account, now)));
        lines
    }

    fn service(&self, service: &ServiceState) -> Vec<Line> {
        let now = self.now;
        let mark = of_service(service.mark);
        let name = Line::of(&service.name, Tone::Strong);
        let mut lines = vec![
            name.and(&format!("  {}@{}", service.repo, service.branch), Tone::Grey),
            Line::plain("  ")
                .and(&format!("[{}]", mark.word), mark.tone)
                .and(&format!(" {}", one_line(&service.sentence.text)), Tone::Plain),
        ];
        let unknown: Vec<String> = unknowns(service).iter().map(|one| one.words()).collect();
        if !unknown.is_empty() {
            lines.push(Line::of(&format!("  ? {}", unknown.join("; ")), Tone::Grey));
        }
        lines.extend(self.ways_out.get(&service.name).into_iter().flatten().cloned());
        lines.extend(service.alerts.iter().map(|alert| alert_line(service, alert, now)));
        lines.extend(service.dismissals.iter().map(|dismissal| dismissal_line(dismissal, now)));
        for environment in &service.environments {
            let age = Age::of(service, &Source::Environment(environment.name.clone()), now);
            lines.push(environment_line(service, environment, age, now));
            lines.extend(super::pinned::lines(&service.name, environment, now));
        }
        lines.extend(self.pipelines(service));
        lines.extend(self.pull_requests(service));
        lines
    }

    fn pipelines(&self, service: &ServiceState) -> Vec<Line> {
        if service.config.ci.is_none() {
            return Vec::new();
        }
        let age = Age::of(service, &Source::Ci, self.now);
        match (age, service.pipelines.is_empty()) {
            (Age::Never, true) => vec![Line::of("  pipelines not known", Tone::Grey)],
            (Age::Old(seconds), true) => vec![Line::plain(&format!("  no pipeline, {} old", span(seconds)))],
            (Age::Fresh, true) => vec![Line::plain("  no pipeline yet")],
            (_, false) => service.pipelines.iter().take(PIPELINES).map(|pipeline| self.pipeline(pipeline, age)).collect(),
        }
    }

    fn pipeline(&self, pipeline: &Pipeline, age: Age) -> Line {
        let moving = if pipeline.status.is_moving() {
            let left = pipeline.eta_seconds.map_or_else(|| "no estimate yet".to_owned(), |s| format!("{} left", about(s as f64)));
            format!(" {} %, {left}", (pipeline.progress * 100.0).round())
        } else {
            String::new()
        };
        let mut line = Line::plain(&format!("  pipeline {:<6} ", pipeline.number));
        let mut state = age.shown(of_pipeline(pipeline));
        state.pad(11);
        line.append(&state);
        line.add(&moving, Tone::Plain);
        line.add(&pipeline.pull_request.map_or(String::new(), |n| format!(" #{n}")), Tone::Plain);
        if let Some(title) = &pipeline.title {
            line.add(" ", Tone::Plain);
            line.append(&self.title(title, line.width(), 0));
        }
        line
    }

    fn pull_requests(&self, service: &ServiceState) -> Vec<Line> {
        let age = Age::of(service, &Source::Code, self.now);
        let open = count(service.open_pull_requests as usize, "pull request");
        let mut lines = vec![match age {
            Age::Never => Line::of("  pull requests not known", Tone::Grey),
            Age::Fresh => Line::plain(&format!("  {open} open")),
            Age::Old(seconds) => Line::plain(&format!("  {open} open, {} old", span(seconds))),
        }];
        if age != Age::Never {
            lines.extend(service.pull_requests.iter().take(ROWS).map(|pr| self.pull_request(pr, age)));
        }
        if service.pull_requests.len() > ROWS {
            lines.push(Line::of(&format!("    and {} more", service.pull_requests.len() - ROWS), Tone::Grey));
        }
        lines
    }

    fn pull_request(&self, pr: &PullRequest, age: Age) -> Line {
        let why = if pr.reasons.is_empty() { String::new() } else { format!("  ({})", pr.reasons.join("; ")) };
        let author = pr.author.as_deref().map_or(String::new(), |a| format!("  {}", one_line(a)));
        let mut line = Line::plain(&format!("    #{:<6} ", pr.number));
        let mut state = age.shown(of_readiness(pr.readiness));
        state.pad(12);
        line.append(&state);
        line.append(&self.title(&pr.title, line.width(), Line::plain(&author).width()));
        line.and(&author, Tone::Plain).and(&why, Tone::Grey)
    }

    /// The title gives way, so that what stands before and after it is on one line.
    fn title(&self, title: &str, before: usize, after: usize) -> Line {
        let room = self.width.map_or(LONGEST_TITLE, |width| width.saturating_sub(before + after).clamp(TITLE, LONGEST_TITLE));
        Line::plain(&one_line(title)).cut(room)
    }
}

/// With its duration, and with its id if a person can dismiss it.
fn alert_line(service: &ServiceState, alert: &Alert, now: Time) -> Line {
    let (sign, tone) = match alert.severity {
        Severity::Info => ('-', Tone::Plain),
        Severity::Problem => ('!', Tone::Warn),
        Severity::Hurt => ('!', Tone::Hurt),
    };
    let since = alert.since.map_or(String::new(), |at| format!("  (for {})", span(now.since(at))));
    let id = if refusal(service, alert).is_none() { format!("  [{}]", alert.id()) } else { String::new() };
    Line::of(&format!("  {sign} {}", one_line(&alert.message)), tone).and(&format!("{since}{id}"), Tone::Grey)
}

fn dismissal_line(dismissal: &Dismissal, now: Time) -> Line {
    let [message, by, reason] = [&dismissal.message, &dismissal.by, &dismissal.reason].map(|text| one_line(text));
    Line::of(&format!("  ~ {message}  (dismissed by {by} {} ago: {reason})", span(now.since(dismissal.at))), Tone::Grey)
}

fn environment_line(service: &ServiceState, environment: &Environment, age: Age, now: Time) -> Line {
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
    let down = environment.down_since.map_or(String::new(), |at| format!(", for {}", span(now.since(at))));
    let more = maintenance(service, environment, now).map_or(String::new(), |words| format!("  {words}"));
    let mut line = Line::plain(&format!("  {:<12} ", one_line(&environment.name)));
    let mut state = age.shown(of_environment(environment));
    let tone = state.tone();
    state.add(&down, tone);
    state.pad(12);
    line.append(&state);
    line = line.and(&live, Tone::Plain).and(&format!("  ({})", one_line(&environment.app)), Tone::Grey).and(&more, Tone::Warn);
    environment
        .watch
        .iter()
        .filter(|watch| is_of_live(environment, watch))
        .fold(line, |line, watch| line.and(&format!("  {}", watch_words(watch)), Tone::Grey))
}

/// The newest watch says nothing of code that was put live after it.
fn is_of_live(environment: &Environment, watch: &Watch) -> bool {
    watched_release(&environment.releases).is_some_and(|release| release.id == watch.release.id)
}

/// `watch: 12 of 38 samples`, `watch bad: 3 health checks in a row failed`.
fn watch_words(watch: &Watch) -> String {
    let reason = one_line(watch.reason.as_deref().unwrap_or_default());
    match watch.verdict {
        None => format!("watch: {} of {} samples", watch.taken, watch.planned),
        Some(WatchVerdict::Bad) if watch.recovered_at.is_some() => format!("watch: recovered by itself after {reason}"),
        // Its reason begins with the word.
        Some(WatchVerdict::Good) => format!("watch {reason}"),
        Some(verdict @ (WatchVerdict::Bad | WatchVerdict::Inconclusive | WatchVerdict::Superseded)) => format!("watch {verdict}: {reason}"),
    }
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

fn account_line(account: &AccountState, now: Time) -> Line {
    let (state, tone) = match (&account.error, account.ok) {
        (Some(error), _) => (one_line(&error.message), Tone::Warn),
        (None, Some(true)) => ("ok".to_owned(), Tone::Ok),
        (None, Some(false)) => ("not ok".to_owned(), Tone::Warn),
        (None, None) if account.asked_last_hour > 0 => ("no answer yet".to_owned(), Tone::Grey),
        (None, None) => (crate::commands::accounts::tested_words(account, now), Tone::Grey),
    };
    let rate = account.rate.map_or(String::new(), |r| format!("  {} of {} requests left", r.remaining, r.limit));
    let wait =
        account.wait_until.map_or(String::new(), |at| format!("  nothing is asked before {}", at.0.strftime("%H:%M:%S UTC on %-d %B %Y")));
    let read_only = if account.read_only { "  read-only" } else { "" };
    let line = Line::plain(&format!("{:<9} {}  ", account.provider, one_line(&account.url))).and(&state, tone);
    line.and(&rate, Tone::Grey).and(&format!("{wait}{read_only}"), Tone::Plain)
}
