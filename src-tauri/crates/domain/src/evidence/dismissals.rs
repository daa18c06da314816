//! Which alerts a person may end, and which of their dismissals still stand.

use crate::alert::{Alert, AlertKind};
use crate::dismissal::Dismissal;
use crate::snapshot::ServiceState;
use crate::source::Source;
use crate::status::Health;

/// Why a person cannot end the alert now; None where they can.
pub fn refusal(service: &ServiceState, alert: &Alert) -> Option<String> {
    match alert.kind {
        AlertKind::PipelineFailed | AlertKind::ReleaseFailed | AlertKind::NoPipeline | AlertKind::LeftQueue | AlertKind::AutoMergeOff => {
            None
        }
        AlertKind::ProductionDown | AlertKind::EnvironmentDown | AlertKind::ProcessDown => still_down(service, alert),
        AlertKind::ApprovalWaiting => Some("It ends when the pipeline is approved or canceled.".to_owned()),
        AlertKind::OutcomeUnknown => {
            Some("Say what became of the action: slipway journal --settle ID HAPPENED-OR-DID-NOT --reason TEXT.".to_owned())
        }
        AlertKind::SourceUnreachable | AlertKind::SignInAgain | AlertKind::RateLimited => {
            Some("It ends when there is an answer.".to_owned())
        }
        AlertKind::WatchBad => None,
        AlertKind::PinViolated => Some("It ends with the pin, or when what it keeps out is no longer live.".to_owned()),
        AlertKind::BuiltNotReleased => Some("It ends when what was built is released, or something newer is built.".to_owned()),
        AlertKind::RolledBack => Some("It ends when newer code is live.".to_owned()),
        AlertKind::Maintenance => Some("It ends when the maintenance mode is off.".to_owned()),
        AlertKind::ProductionNotSaid => Some("Answer it: slipway service set.".to_owned()),
        AlertKind::NotLearnt | AlertKind::RepositoryArchived | AlertKind::RepositoryRenamed | AlertKind::BranchRenamed => {
            Some("It is a fact about what can be read, and ends with it.".to_owned())
        }
    }
}

/// An alert about what is read to be wrong at this moment cannot be dismissed.
fn still_down(service: &ServiceState, alert: &Alert) -> Option<String> {
    let name = alert.subject.environment.as_deref()?;
    let environment = service.environment(name)?;
    let read = service.source(&Source::Environment(name.to_owned())).is_some_and(|s| s.error.is_none() && s.observed_at.is_some());
    match environment.health {
        Health::Down | Health::Restarting | Health::Degraded if read => {
            Some(format!("{} is read to be {} now; it ends when that is over.", environment.app, environment.health))
        }
        Health::Down | Health::Restarting | Health::Degraded | Health::Unknown | Health::Releasing | Health::Healthy => None,
    }
}

/// Whether the dismissal still applies: it was of this alert, and not of an earlier one of the same name.
pub fn still_stands(service: &ServiceState, dismissal: &Dismissal, alert: &Alert) -> bool {
    if dismissal.alert != alert.id() || refusal(service, alert).is_some() {
        return false;
    }
    // A pipeline is the same one until it runs again; its alert's time changes when it stops.
    let began = match &alert.subject.pipeline {
        Some(id) if alert.kind == AlertKind::PipelineFailed => service.pipelines.iter().find(|p| p.id == *id).and_then(|p| p.run_began()),
        Some(_) | None => alert.since,
    };
    began.is_none_or(|began| began <= dismissal.at)
}

/// Removes dismissed alerts from the state, and the dismissals that no longer apply.
pub fn apply(service: &mut ServiceState) {
    if service.dismissals.is_empty() {
        return;
    }
    let (dismissed, open): (Vec<Alert>, Vec<Alert>) = std::mem::take(&mut service.alerts)
        .into_iter()
        .partition(|alert| service.dismissals.iter().any(|dismissal| still_stands(service, dismissal, alert)));
    service.alerts = open;
    service.dismissals.retain(|dismissal| dismissed.iter().any(|alert| alert.id() == dismissal.alert));
}
