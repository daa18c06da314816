//! The one sentence a screen opens with, and the mark it carries.

use crate::alert::AlertKind;
use crate::evidence::health::serving;
use crate::evidence::pipelines::deciding_pipeline;
use crate::pipeline::Pipeline;
use crate::snapshot::ServiceState;
use crate::status::{Health, Mark, PipelineStatus, ReleaseStatus, Severity};
use crate::time::Time;
use crate::words::{about, span};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Sentence {
    pub mark: Mark,
    pub text: String,
    /// Facts after it, shown with dots between.
    pub detail: Vec<String>,
    /// The rail's one word.
    pub word: String,
}

impl Default for Sentence {
    fn default() -> Self {
        Self { mark: Mark::Unknown, text: "Nothing is known yet.".to_owned(), detail: Vec::new(), word: "reading".to_owned() }
    }
}

pub fn sentence(service: &ServiceState, now: Time) -> Sentence {
    let mark = mark(service);
    let (text, word) = match mark {
        Mark::Hurt => (alert_text(service, AlertKind::ProductionDown), "hurt".to_owned()),
        Mark::Waits => (alert_text(service, AlertKind::ApprovalWaiting), "approve".to_owned()),
        Mark::Problem => problem(service),
        Mark::Unknown => (unknown(service), unknown_word(service).to_owned()),
        Mark::InFlight => in_flight(service),
        Mark::Healthy => (format!("{} is healthy. {}", main_environment(service), quiet(service)), String::new()),
    };
    Sentence { mark, text, detail: detail(service, now), word }
}

pub fn mark(service: &ServiceState) -> Mark {
    let has = |kind: AlertKind| service.alerts.iter().any(|a| a.kind == kind);
    let troubles = [AlertKind::PipelineFailed, AlertKind::ReleaseFailed, AlertKind::EnvironmentDown, AlertKind::ProcessDown];
    let sources = [AlertKind::SourceUnreachable, AlertKind::SignInAgain, AlertKind::RateLimited, AlertKind::OutcomeUnknown];
    let health_unknown = service.productions().any(|e| e.health == Health::Unknown);
    match () {
        () if has(AlertKind::ProductionDown) => Mark::Hurt,
        // What has failed comes before what waits for a person.
        () if troubles.iter().any(|k| has(*k)) || maintained(service) || lacks_a_pipeline(service) => Mark::Problem,
        () if has(AlertKind::ApprovalWaiting) => Mark::Waits,
        () if service.stale || health_unknown || sources.iter().any(|k| has(*k)) => Mark::Unknown,
        () if is_in_flight(service) => Mark::InFlight,
        () => Mark::Healthy,
    }
}

/// A merge was followed by no pipeline, where there always was one.
fn lacks_a_pipeline(service: &ServiceState) -> bool {
    service.alerts.iter().any(|a| a.kind == AlertKind::NoPipeline && a.severity == Severity::Problem)
}

/// What there is to say of a service in which nothing moves.
fn quiet(service: &ServiceState) -> String {
    let behind = alert_text(service, AlertKind::RolledBack);
    let first = behind.split_once(". ").map_or(behind.as_str(), |(what, _)| what.trim_end_matches('.'));
    if first.is_empty() { "Nothing is in flight.".to_owned() } else { format!("{first}.") }
}

/// Users of production see the platform's maintenance page.
fn maintained(service: &ServiceState) -> bool {
    service.productions().any(|e| e.maintenance == Some(true))
}

/// The newest pipeline that still moves.
pub fn moving_pipeline(service: &ServiceState) -> Option<&Pipeline> {
    service.pipelines.iter().find(|p| p.status.is_moving())
}

fn is_in_flight(service: &ServiceState) -> bool {
    moving_pipeline(service).is_some() || service.environments.iter().any(|e| e.health == Health::Releasing)
}

fn alert_text(service: &ServiceState, kind: AlertKind) -> String {
    service.alerts.iter().find(|a| a.kind == kind).map_or_else(String::new, |a| a.message.clone())
}

fn problem(service: &ServiceState) -> (String, String) {
    for kind in [AlertKind::EnvironmentDown, AlertKind::ProcessDown, AlertKind::ReleaseFailed] {
        if service.alerts.iter().any(|a| a.kind == kind) {
            let green = deciding_pipeline(service).is_some_and(|p| p.status == PipelineStatus::Passed);
            let lead = if kind == AlertKind::ReleaseFailed && green { "CI passed, but: " } else { "" };
            return (format!("{lead}{}", alert_text(service, kind)), "failed".to_owned());
        }
    }
    if service.alerts.iter().any(|a| a.kind == AlertKind::PipelineFailed) {
        return (alert_text(service, AlertKind::PipelineFailed), "failed".to_owned());
    }
    if maintained(service) {
        return (alert_text(service, AlertKind::Maintenance), "maintenance".to_owned());
    }
    (alert_text(service, AlertKind::NoPipeline), "no pipeline".to_owned())
}

fn unknown(service: &ServiceState) -> String {
    let outcome = alert_text(service, AlertKind::OutcomeUnknown);
    if !outcome.is_empty() {
        return outcome;
    }
    for kind in [AlertKind::SignInAgain, AlertKind::RateLimited, AlertKind::SourceUnreachable] {
        let text = alert_text(service, kind);
        if !text.is_empty() {
            // What to do about it is in the alert.
            return text.split_once(". ").map_or_else(|| text.clone(), |(what, _)| format!("{what}."));
        }
    }
    if is_first_read(service) {
        return format!("Reading {} for the first time.", service.name);
    }
    if service.stale {
        return "Showing the last known state.".to_owned();
    }
    let unknown = service.productions().find(|e| e.health == Health::Unknown);
    let name = unknown.map_or_else(|| main_environment(service), |e| crate::words::capital(&e.name));
    let why = unknown.and_then(|e| e.health_reason.as_deref()).map_or(String::new(), |why| format!(": {why}"));
    format!("{name}'s health is unknown{why}.")
}

fn unknown_word(service: &ServiceState) -> &'static str {
    match (is_first_read(service), service.stale) {
        (true, _) => "reading",
        (false, true) => "stale",
        (false, false) => "unknown",
    }
}

/// A source has given no answer at all yet, good or bad.
fn is_first_read(service: &ServiceState) -> bool {
    let sources = 1 + usize::from(service.config.ci.is_some()) + service.config.environments.len();
    service.sources.len() < sources
}

fn in_flight(service: &ServiceState) -> (String, String) {
    let healthy = service.production().is_some() && service.productions().all(|e| e.health == Health::Healthy);
    let health = if healthy { "Production is healthy. " } else { "" };
    if let Some(pipeline) = moving_pipeline(service) {
        let what = pipeline.pull_request.map_or_else(|| format!("Pipeline #{}", pipeline.number), |n| format!("#{n}"));
        let when = match pipeline.eta_seconds {
            None => "is on its way; no estimate yet".to_owned(),
            Some(0..=2) => "arrives any second now".to_owned(),
            Some(seconds) => format!("arrives in {}", about(seconds as f64)),
        };
        let word = pipeline.eta_seconds.map_or_else(|| "moving".to_owned(), |_| format!("{} %", (pipeline.progress * 100.0).round()));
        return (format!("{health}{what} {when}."), word);
    }
    let releasing = service.environments.iter().find(|e| e.health == Health::Releasing);
    let text = releasing.map_or_else(String::new, |e| {
        let pending = e.releases.iter().find(|r| r.status == ReleaseStatus::Pending);
        let version = pending.or(e.current.as_ref()).map_or(String::new(), |r| format!(" v{}", r.version));
        // Dynos also start without a release: once a day each.
        let what = if pending.is_some() || e.switching_until.is_some() { "is releasing" } else { "starts dynos of" };
        format!("{} {what}{version}.", crate::words::capital(&e.name))
    });
    (format!("{health}{text}"), "releasing".to_owned())
}

fn main_environment(service: &ServiceState) -> String {
    if service.productions().count() > 1 {
        return "Every production environment".to_owned();
    }
    service.production().or(service.environments.first()).map_or_else(|| "The service".to_owned(), |e| crate::words::capital(&e.name))
}

fn detail(service: &ServiceState, now: Time) -> Vec<String> {
    let mut detail = Vec::new();
    let environment = service.production().or(service.environments.first());
    if let Some(current) = environment.and_then(|e| e.current.as_ref()) {
        let since = current.released_at.map_or(String::new(), |at| format!(" for {}", span(now.since(at))));
        detail.push(format!("v{} live{since}", current.version));
    }
    if let Some(environment) = environment {
        let serving = serving(environment.dynos.as_deref().unwrap_or_default());
        let crashed = serving.iter().filter(|d| d.state == "crashed").count();
        if crashed > 0 {
            detail.push(format!("{crashed} of {} crashed", crate::words::count(serving.len(), &format!("{} dyno", serving[0].process))));
        }
        if let Some(Some(status)) = environment.probe.as_ref().map(|p| p.status).filter(|s| s.is_some_and(|s| s >= 500)) {
            detail.push(format!("health check answers {status}"));
        }
    }
    detail
}
