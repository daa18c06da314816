//! `slipway status`: one refresh, then the board.

use super::{Exit, engine, print};
use crate::safe_text::{cut, one_line};
use anyhow::Result;
use serde_json::Value;
use slipway_domain::environment::Environment;
use slipway_domain::pipeline::Pipeline;
use slipway_domain::pull_request::PullRequest;
use slipway_domain::snapshot::{AccountState, ServiceState, Snapshot, Source};
use slipway_domain::status::Severity;
use slipway_domain::time::Time;
use slipway_domain::words::{about, count, short, span};
use std::time::{Duration, Instant};

/// Pull requests and pipelines of a service that the text shows; `--json` has all.
const ROWS: usize = 12;
const PIPELINES: usize = 5;
const TITLE: usize = 72;

/// `within`: for all of it, what a killed process left open included.
pub async fn show(service: Option<&str>, json: bool, within: Duration) -> Result<Exit> {
    let ended = Instant::now() + within;
    let engine = engine(false).await?;
    if let Some(name) = service.filter(|name| !engine.services().iter().any(|s| s.name == *name)) {
        let known: Vec<String> = engine.services().into_iter().map(|s| s.name).collect();
        print::say(&format!("there is no service {name}. Known: {}", known.join(", ")));
        return Ok(Exit::Usage);
    }
    let left = ended.saturating_duration_since(Instant::now());
    tokio::join!(super::settle(&engine, left), engine.refresh_within(service, left));
    let mut snapshot = Snapshot::clone(&*engine.caught_up().await);
    snapshot.services.retain(|s| service.is_none_or(|name| s.name == name));
    if json {
        print::json(&honest(&snapshot)?, true)?;
    } else {
        print::text(&board(&snapshot, engine.now()))?;
    }
    Ok(if anything_read(&snapshot) { Exit::Done } else { Exit::Failed })
}

/// The snapshot's JSON, in which what was never read is null: an empty list would say that there
/// is nothing. The reason is in the alerts, as terminal.md promises.
fn honest(snapshot: &Snapshot) -> Result<Value> {
    let mut value = serde_json::to_value(snapshot)?;
    for (at, service) in snapshot.services.iter().enumerate() {
        let json = &mut value["services"][at];
        let unread = |source: &Source| service.source(source).is_none_or(|s| s.observed_at.is_none());
        if unread(&Source::Code) {
            for list in ["main", "pull_requests", "open_pull_requests"] {
                json[list] = Value::Null;
            }
        }
        if service.config.ci.is_some() && unread(&Source::Ci) {
            json["pipelines"] = Value::Null;
        }
        for (n, _) in service.pipelines.iter().enumerate().filter(|(_, p)| p.workflows.is_none() && !unread(&Source::Ci)) {
            for field in ["progress", "jobs"] {
                json["pipelines"][n][field] = Value::Null;
            }
        }
        for (n, environment) in service.environments.iter().enumerate() {
            if unread(&Source::Environment(environment.name.clone())) {
                json["environments"][n]["releases"] = Value::Null;
            }
        }
    }
    Ok(value)
}

fn anything_read(snapshot: &Snapshot) -> bool {
    let mut sources = snapshot.services.iter().flat_map(|s| &s.sources);
    snapshot.services.is_empty() || sources.any(|s| s.error.is_none() && s.observed_at.is_some())
}

fn board(snapshot: &Snapshot, now: Time) -> String {
    let mut lines: Vec<String> = snapshot.notices.iter().map(|notice| super::journal::notice_line(notice, false)).collect();
    for service in &snapshot.services {
        lines.extend(service_lines(service, now));
        lines.push(String::new());
    }
    if snapshot.services.is_empty() {
        lines.push(
            "No services yet. Add one: slipway service add NAME --repo OWNER/REPO --ci circleci:gh/OWNER/REPO \
             --environment production=heroku:APP"
                .to_owned(),
        );
    }
    lines.extend(snapshot.accounts.iter().map(account_line));
    lines.join("\n").trim_end().to_owned()
}

fn service_lines(service: &ServiceState, now: Time) -> Vec<String> {
    let mut lines = vec![
        format!("{}  {}@{}", one_line(&service.name), one_line(&service.repo), one_line(&service.branch)),
        format!("  [{}] {}", service.mark.word().replace('_', " "), one_line(&service.sentence.text)),
    ];
    for alert in &service.alerts {
        let sign = if alert.severity == Severity::Info { '-' } else { '!' };
        lines.push(format!("  {sign} {}", one_line(&alert.message)));
    }
    for environment in &service.environments {
        lines.push(environment_line(environment, now));
    }
    let pipelines = service.pipelines.iter().take(PIPELINES);
    lines.extend(pipelines.map(pipeline_line));
    lines.push(format!("  {} open", count(service.open_pull_requests as usize, "pull request")));
    lines.extend(service.pull_requests.iter().take(ROWS).map(pull_request_line));
    if service.pull_requests.len() > ROWS {
        lines.push(format!("    and {} more", service.pull_requests.len() - ROWS));
    }
    lines
}

fn environment_line(environment: &Environment, now: Time) -> String {
    let live = match &environment.current {
        None => "nothing known live".to_owned(),
        Some(release) => {
            let code = release.code_version.filter(|code| *code != release.version).map_or(String::new(), |v| format!(", code of v{v}"));
            let commit = release.commit.as_deref().map_or(String::new(), |c| format!(" {}", one_line(short(c))));
            let since = release.released_at.map_or(String::new(), |at| format!(", live {}", span(now.since(at))));
            format!("v{}{commit}{code}{since}", release.version)
        }
    };
    format!("  {:<12} {:<10} {live}  ({})", one_line(&environment.name), environment.health, one_line(&environment.app))
}

fn pipeline_line(pipeline: &Pipeline) -> String {
    let moving = if pipeline.status.is_moving() {
        let left = pipeline.eta_seconds.map_or_else(|| "no estimate yet".to_owned(), |s| format!("{} left", about(s as f64)));
        format!("  {} %, {left}", (pipeline.progress * 100.0).round())
    } else {
        String::new()
    };
    let change = pipeline.pull_request.map_or(String::new(), |n| format!("  #{n}"));
    let title = pipeline.title.as_deref().map_or(String::new(), |t| format!("  {}", cut(&one_line(t), TITLE)));
    format!("  pipeline {:<6} {:<9}{moving}{change}{title}", pipeline.number, pipeline.status)
}

fn pull_request_line(pr: &PullRequest) -> String {
    let why = if pr.reasons.is_empty() { String::new() } else { format!("  ({})", one_line(&pr.reasons.join("; "))) };
    let author = pr.author.as_deref().map_or(String::new(), |a| format!("  {}", one_line(a)));
    format!("    #{:<6} {:<10} {}{author}{why}", pr.number, pr.readiness, cut(&one_line(&pr.title), TITLE))
}

fn account_line(account: &AccountState) -> String {
    let state = match (&account.error, account.ok) {
        (Some(error), _) => one_line(&error.message),
        (None, Some(true)) => "ok".to_owned(),
        (None, Some(false)) => "not ok".to_owned(),
        (None, None) if account.asked_last_hour > 0 => "no answer yet".to_owned(),
        (None, None) => "not asked".to_owned(),
    };
    let rate = account.rate.map_or(String::new(), |r| format!("  {} of {} requests left", r.remaining, r.limit));
    let wait =
        account.wait_until.map_or(String::new(), |at| format!("  nothing is asked before {}", at.0.strftime("%H:%M:%S UTC on %-d %B %Y")));
    let read_only = if account.read_only { "  read-only" } else { "" };
    format!("{:<9} {}  {state}{rate}{wait}{read_only}", account.provider, one_line(&account.url))
}
