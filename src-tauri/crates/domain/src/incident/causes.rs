//! What hurts an environment, each thing by a name, so that a person can acknowledge just these.

use crate::alert::{Alert, AlertKind};
use crate::diff::{Event, EventKind};
use crate::environment::{Environment, Outage};
use crate::evidence::service_mark::alert_mark;
use crate::snapshot::ServiceState;
use crate::status::Mark;
use crate::watch::WatchVerdict;

/// Those that hold now.
pub fn causes(environment: &Environment) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(outage) = environment.open_outage() {
        found.push(hurt(outage));
        // Its watch turns bad by the same signs.
        found.extend(live_version(environment).map(bad));
    }
    let watch = environment.watch.as_ref().filter(|watch| watch.verdict == Some(WatchVerdict::Bad));
    found.extend(watch.and_then(|watch| watch.release.ordinal).map(bad));
    found.extend(environment.failed_release.as_ref().map(|release| failed(release.version)));
    let pin = environment.pin.as_ref().filter(|pin| pin.is_open());
    found.extend(pin.into_iter().flat_map(|pin| &pin.violations).filter_map(|violation| violation.release.ordinal).map(violated));
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a person has said to know of what this alert tells.
pub fn is_acknowledged(environment: &Environment, kind: AlertKind, release: Option<u64>) -> bool {
    let Some(known) = environment.incident.as_ref().and_then(|incident| incident.acknowledged.as_ref()) else { return false };
    let cause = match kind {
        AlertKind::ProductionDown | AlertKind::EnvironmentDown => environment.open_outage().map(hurt),
        AlertKind::WatchBad => release.map(bad),
        AlertKind::ReleaseFailed => release.map(failed),
        AlertKind::PinViolated => release.map(violated),
        AlertKind::ProcessDown
        | AlertKind::PipelineFailed
        | AlertKind::ApprovalWaiting
        | AlertKind::SourceUnreachable
        | AlertKind::SignInAgain
        | AlertKind::RateLimited
        | AlertKind::OutcomeUnknown
        | AlertKind::NotLearnt
        | AlertKind::RepositoryArchived
        | AlertKind::RepositoryRenamed
        | AlertKind::BranchRenamed
        | AlertKind::Maintenance
        | AlertKind::NoPipeline
        | AlertKind::LeftQueue
        | AlertKind::AutoMergeOff
        | AlertKind::ProductionNotSaid
        | AlertKind::RolledBack
        | AlertKind::BuiltNotReleased => None,
    };
    cause.is_some_and(|cause| known.causes.contains(&cause))
}

/// Whether the event tells of what a person has said to know of. That it is over is told all the same.
pub fn is_known_to_a_person(service: &ServiceState, event: &Event) -> bool {
    let kind = match event.kind {
        EventKind::ProductionDown => AlertKind::ProductionDown,
        EventKind::EnvironmentDown => AlertKind::EnvironmentDown,
        EventKind::WatchBad => AlertKind::WatchBad,
        EventKind::ReleaseFailed => AlertKind::ReleaseFailed,
        EventKind::PinViolated => AlertKind::PinViolated,
        EventKind::PipelineFailed
        | EventKind::ApprovalWaiting
        | EventKind::SourceUnreachable
        | EventKind::SignInAgain
        | EventKind::RateLimited
        | EventKind::OutcomeUnknown
        | EventKind::Fixed
        | EventKind::SourceRecovered
        | EventKind::Merged
        | EventKind::PullRequestOpened
        | EventKind::PipelineStarted
        | EventKind::PipelinePassed
        | EventKind::PipelineCanceled
        | EventKind::OtherPipelineFailed
        | EventKind::ReleaseStarted
        | EventKind::ReleaseLive
        | EventKind::ActionFinished
        | EventKind::Maintenance
        | EventKind::NoPipeline
        | EventKind::LeftQueue
        | EventKind::AutoMergeOff
        | EventKind::ProcessDown
        | EventKind::BranchReset
        | EventKind::WatchEnded
        | EventKind::PinEnded => return false,
    };
    let environment = event.subject.environment.as_deref().and_then(|name| service.environment(name));
    environment.is_some_and(|environment| is_acknowledged(environment, kind, event.subject.release))
}

/// Whether a person has said to know of everything that gives the service its mark. The mark stays.
pub fn is_silenced(service: &ServiceState) -> bool {
    let mut marking = service.alerts.iter().filter(|alert| alert_mark(alert) == service.mark).peekable();
    let known = |alert: &Alert| {
        let environment = alert.subject.environment.as_deref().and_then(|name| service.environment(name));
        environment.is_some_and(|environment| is_acknowledged(environment, alert.kind, alert.subject.release))
    };
    let is_trouble = matches!(service.mark, Mark::Hurt | Mark::Problem);
    is_trouble && marking.peek().is_some() && marking.all(known)
}

fn live_version(environment: &Environment) -> Option<u64> {
    environment.current.as_ref().map(|live| live.code_version.unwrap_or(live.version))
}

fn hurt(outage: &Outage) -> String {
    format!("hurt since {}", outage.since)
}

fn bad(version: u64) -> String {
    format!("bad v{version}")
}

fn failed(version: u64) -> String {
    format!("failed v{version}")
}

fn violated(version: u64) -> String {
    format!("pin violated by v{version}")
}
