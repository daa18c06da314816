//! What hurts an environment, each thing by a name, so that a person can acknowledge just these.

use crate::alert::AlertKind;
use crate::environment::{Environment, Outage};
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
