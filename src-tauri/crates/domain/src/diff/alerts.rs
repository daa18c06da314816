//! Alerts that begin and end.

use super::{EventKind, Found, was_read};
use crate::alert::{Alert, AlertKind, Subject};
use crate::evidence::{self, Cure};
use crate::snapshot::ServiceState;
use crate::source::Source;

pub(super) fn alert_events(old: &ServiceState, new: &ServiceState, found: &mut Found<'_>) {
    for alert in &new.alerts {
        let known = old.alerts.iter().any(|a| a.kind == alert.kind && (is_about_the_same(a, alert) || is_older_failure(alert, a)));
        if let (false, Some(kind)) = (known || !alert_source_was_read(old, alert), event_kind(alert.kind)) {
            found.add(kind, alert.severity, alert.message.clone(), alert.subject.clone());
        }
    }
    for alert in &old.alerts {
        let same_trouble = |a: &&Alert| a.kind == alert.kind && a.subject.environment == alert.subject.environment;
        // A dismissed alert was not read to be cured.
        let dismissed = new.dismissals.iter().any(|dismissal| dismissal.alert == alert.id());
        if dismissed || new.alerts.iter().any(|a| same_trouble(&a)) {
            continue;
        }
        let Some(cure) = evidence::cure(alert, old, new) else { continue };
        let kind = match cure {
            Cure::Fixed(_) => EventKind::Fixed,
            Cure::AnswersAgain(_) => EventKind::SourceRecovered,
        };
        let message = cure.into_message();
        // What several alerts were about may be cured at once.
        if !found.events.iter().any(|event| event.kind == kind && event.message == message) {
            found.add_end(kind, event_kind(alert.kind), message, alert.subject.clone());
        }
    }
}

/// An older failure shows again when a newer one is cured; it was announced before and is no event.
fn is_older_failure(alert: &Alert, before: &Alert) -> bool {
    alert.kind == AlertKind::ReleaseFailed
        && alert.subject.environment == before.subject.environment
        && alert.subject.release < before.subject.release
}

/// Which pull request a pipeline carries may be learnt later than that it failed.
fn is_about_the_same(one: &Alert, other: &Alert) -> bool {
    let but_pull_request = |alert: &Alert| Subject { pull_request: None, ..alert.subject.clone() };
    one.subject == other.subject || (one.subject.pipeline.is_some() && but_pull_request(one) == but_pull_request(other))
}

fn alert_source_was_read(old: &ServiceState, alert: &Alert) -> bool {
    match alert.kind {
        AlertKind::PipelineFailed | AlertKind::ApprovalWaiting | AlertKind::NoPipeline => was_read(old, &Source::Ci),
        AlertKind::LeftQueue | AlertKind::AutoMergeOff => was_read(old, &Source::Code),
        AlertKind::ReleaseFailed
        | AlertKind::ProductionDown
        | AlertKind::EnvironmentDown
        | AlertKind::ProcessDown
        | AlertKind::Maintenance
        | AlertKind::WatchBad
        | AlertKind::PinViolated
        | AlertKind::BuiltNotReleased
        | AlertKind::RolledBack => alert.subject.environment.as_ref().is_some_and(|name| was_read(old, &Source::Environment(name.clone()))),
        AlertKind::SourceUnreachable
        | AlertKind::SignInAgain
        | AlertKind::RateLimited
        | AlertKind::OutcomeUnknown
        | AlertKind::NotLearnt
        | AlertKind::RepositoryArchived
        | AlertKind::RepositoryRenamed
        | AlertKind::BranchRenamed
        | AlertKind::ProductionNotSaid => true,
    }
}

fn event_kind(kind: AlertKind) -> Option<EventKind> {
    Some(match kind {
        AlertKind::PipelineFailed => EventKind::PipelineFailed,
        AlertKind::ReleaseFailed => EventKind::ReleaseFailed,
        AlertKind::ProductionDown => EventKind::ProductionDown,
        AlertKind::EnvironmentDown => EventKind::EnvironmentDown,
        AlertKind::ProcessDown => EventKind::ProcessDown,
        AlertKind::WatchBad => EventKind::WatchBad,
        AlertKind::PinViolated => EventKind::PinViolated,
        AlertKind::ApprovalWaiting => EventKind::ApprovalWaiting,
        AlertKind::SourceUnreachable => EventKind::SourceUnreachable,
        AlertKind::SignInAgain => EventKind::SignInAgain,
        AlertKind::RateLimited => EventKind::RateLimited,
        AlertKind::OutcomeUnknown => EventKind::OutcomeUnknown,
        AlertKind::Maintenance => EventKind::Maintenance,
        AlertKind::NoPipeline => EventKind::NoPipeline,
        AlertKind::LeftQueue => EventKind::LeftQueue,
        AlertKind::AutoMergeOff => EventKind::AutoMergeOff,
        AlertKind::NotLearnt
        | AlertKind::RolledBack
        | AlertKind::BuiltNotReleased
        | AlertKind::RepositoryArchived
        | AlertKind::RepositoryRenamed
        | AlertKind::BranchRenamed
        | AlertKind::ProductionNotSaid => return None,
    })
}
