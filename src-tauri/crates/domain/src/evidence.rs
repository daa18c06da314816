//! When something is ready, healthy, passed, failed, fixed, stale or unknown, and why.
//!
//! The rules are here once: the board, the headline, events, toasts, the tray, the terminal and the
//! palette only show what they answer. Something good is said only on evidence of this very thing;
//! an alert ends when its own cause is shown to be cured, never because a signal went away.

pub mod expected;
pub mod headline;
pub mod health;
pub mod pipelines;
pub mod push_workflows;
pub mod readiness;
pub mod release_mark;
pub mod releases;
mod verdict;

use crate::alert::{Alert, AlertKind};
use crate::snapshot::ServiceState;

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

/// What shows in `new` that the cause of an alert which is no longer raised is cured. None where
/// nothing shows it, as after a change of the service's configuration, and for alerts whose end is
/// no news.
pub fn cure(alert: &Alert, new: &ServiceState) -> Option<Cure> {
    match alert.kind {
        AlertKind::ProductionDown | AlertKind::EnvironmentDown | AlertKind::ProcessDown => health::cure(alert, new).map(Cure::Fixed),
        AlertKind::PipelineFailed => pipelines::cure(alert, new).map(Cure::Fixed),
        AlertKind::ReleaseFailed => releases::cure(alert, new).map(Cure::Fixed),
        AlertKind::Maintenance => health::maintenance_over(alert, new).map(Cure::Fixed),
        AlertKind::SourceUnreachable | AlertKind::SignInAgain | AlertKind::RateLimited => {
            Some(Cure::AnswersAgain(format!("Answers again: {}", alert.message)))
        }
        AlertKind::ApprovalWaiting
        | AlertKind::NoPipeline
        | AlertKind::LeftQueue
        | AlertKind::AutoMergeOff
        | AlertKind::OutcomeUnknown
        | AlertKind::NotLearnt
        | AlertKind::RolledBack
        | AlertKind::RepositoryArchived
        | AlertKind::RepositoryRenamed
        | AlertKind::BranchRenamed
        | AlertKind::ProductionNotSaid => None,
    }
}
