//! When something is ready, healthy, passed, failed, fixed, stale or unknown, and why.
//!
//! The rules are here once: the board, the headline, events, toasts, the tray, the terminal and the
//! palette only show what they answer. Something good is said only on evidence of that same thing;
//! an alert ends when its own cause is read to be cured, never because it is no longer reported.

pub mod alerts;
pub mod dismissals;
pub mod expected;
pub mod health;
pub mod merges;
pub mod pipelines;
pub mod push_workflows;
pub mod readiness;
pub mod release_mark;
pub mod releases;
pub mod service_mark;
mod verdict;

use crate::alert::{Alert, AlertKind};
use crate::snapshot::ServiceState;
use crate::source::{Source, SourceState};

/// What was shown when an alert ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cure {
    Fixed(String),
    /// A source that gave no answer gives one.
    AnswersAgain(String),
}

impl Cure {
    pub fn into_message(self) -> String {
        match self {
            Self::Fixed(message) | Self::AnswersAgain(message) => message,
        }
    }
}

/// What shows in `new` that the cause of an alert of `old` which is no longer raised is cured. None
/// where nothing shows it, as after a change of the service's configuration, and for alerts whose end
/// is no news.
pub fn cure(alert: &Alert, old: &ServiceState, new: &ServiceState) -> Option<Cure> {
    match alert.kind {
        AlertKind::ProductionDown | AlertKind::EnvironmentDown | AlertKind::ProcessDown => health::cure(alert, new).map(Cure::Fixed),
        AlertKind::PipelineFailed => pipelines::cure(alert, new).map(Cure::Fixed),
        AlertKind::ReleaseFailed => releases::cure(alert, new).map(Cure::Fixed),
        AlertKind::Maintenance => health::maintenance_over(alert, new).map(Cure::Fixed),
        AlertKind::SourceUnreachable | AlertKind::SignInAgain | AlertKind::RateLimited => {
            answers_again(alert, old, new).then(|| Cure::AnswersAgain(format!("Answers again: {}", alert.message)))
        }
        AlertKind::ApprovalWaiting
        | AlertKind::NoPipeline
        | AlertKind::LeftQueue
        | AlertKind::AutoMergeOff
        | AlertKind::OutcomeUnknown
        | AlertKind::NotLearnt
        | AlertKind::RolledBack
        | AlertKind::WatchBad
        | AlertKind::PinViolated
        | AlertKind::BuiltNotReleased
        | AlertKind::RepositoryArchived
        | AlertKind::RepositoryRenamed
        | AlertKind::BranchRenamed
        | AlertKind::ProductionNotSaid => None,
    }
}

/// Whether the source that the alert was about was read without an error. One that is not read any
/// more, or that fails in another way, does not answer.
fn answers_again(alert: &Alert, old: &ServiceState, new: &ServiceState) -> bool {
    let failed = |source: &&SourceState| {
        let environment = match &source.source {
            Source::Environment(name) => Some(name),
            Source::Code | Source::Ci => None,
        };
        let said = source.error.as_ref().is_some_and(|error| alert.message.starts_with(&error.message));
        said && environment == alert.subject.environment.as_ref()
    };
    let mut failed = old.sources.iter().filter(failed).peekable();
    failed.peek().is_some()
        && failed.all(|source| new.source(&source.source).is_some_and(|now| now.error.is_none() && now.observed_at.is_some()))
}
