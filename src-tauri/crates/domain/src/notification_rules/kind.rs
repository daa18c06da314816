//! The kinds of news that a rule can be set for.

use super::{Rule, Whose};
use crate::diff::{Event, EventKind};
use crate::status::{Severity, vocabulary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

vocabulary!(
    /// A row of the rules, the most important first. What ends a trouble is of the trouble's kind.
    NotificationKind { Hurt = "hurt", ReleaseFailed = "release_failed", Outcome = "outcome", ApprovalWaiting = "approval_waiting",
        PipelineFailed = "pipeline_failed", LeftQueue = "left_queue", Branch = "branch", Degraded = "degraded",
        Maintenance = "maintenance", SignIn = "sign_in", Source = "source", PullRequestLive = "pull_request_live",
        ReleaseLive = "release_live", WatchBad = "watch_bad", PinViolated = "pin_violated" });

impl NotificationKind {
    /// None for events that no rule is about.
    pub fn of(event: &Event) -> Option<Self> {
        match event.kind {
            EventKind::Fixed | EventKind::SourceRecovered => Self::of_kind(event.ends?),
            EventKind::NoPipeline if event.severity != Severity::Problem => None,
            kind => Self::of_kind(kind),
        }
    }

    fn of_kind(kind: EventKind) -> Option<Self> {
        Some(match kind {
            EventKind::ProductionDown => Self::Hurt,
            EventKind::ReleaseFailed => Self::ReleaseFailed,
            EventKind::OutcomeUnknown | EventKind::ActionFinished => Self::Outcome,
            EventKind::ApprovalWaiting => Self::ApprovalWaiting,
            EventKind::PipelineFailed => Self::PipelineFailed,
            EventKind::LeftQueue | EventKind::AutoMergeOff => Self::LeftQueue,
            EventKind::NoPipeline | EventKind::BranchReset => Self::Branch,
            EventKind::EnvironmentDown | EventKind::ProcessDown => Self::Degraded,
            EventKind::Maintenance => Self::Maintenance,
            EventKind::SignInAgain => Self::SignIn,
            EventKind::SourceUnreachable | EventKind::RateLimited => Self::Source,
            EventKind::WatchBad => Self::WatchBad,
            EventKind::PinViolated => Self::PinViolated,
            EventKind::ReleaseLive => Self::ReleaseLive,
            EventKind::Fixed
            | EventKind::SourceRecovered
            | EventKind::Merged
            | EventKind::PullRequestOpened
            | EventKind::PipelineStarted
            | EventKind::PipelinePassed
            | EventKind::PipelineCanceled
            | EventKind::OtherPipelineFailed
            | EventKind::ReleaseStarted
            | EventKind::WatchEnded
            | EventKind::PinEnded => return None,
        })
    }

    /// Always told, whoever it is about, whatever the hour.
    pub fn is_locked(self) -> bool {
        matches!(self, Self::Hurt | Self::WatchBad | Self::PinViolated)
    }

    /// It is about pull requests, so `Mine` means something.
    pub fn has_author(self) -> bool {
        match self {
            Self::ReleaseFailed
            | Self::ApprovalWaiting
            | Self::PipelineFailed
            | Self::LeftQueue
            | Self::PullRequestLive
            | Self::ReleaseLive => true,
            Self::Hurt
            | Self::WatchBad
            | Self::PinViolated
            | Self::Outcome
            | Self::Branch
            | Self::Degraded
            | Self::Maintenance
            | Self::SignIn
            | Self::Source => false,
        }
    }

    /// Loud for what hurts, quiet for the rest.
    pub fn default_rule(self) -> Rule {
        let whose = if matches!(self, Self::LeftQueue | Self::PullRequestLive) { Whose::Mine } else { Whose::All };
        let notify = !matches!(self, Self::Source | Self::PullRequestLive | Self::ReleaseLive);
        Rule { notify, sound: self.is_locked(), whose }
    }

    /// For people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Hurt => "Hurt, and recovered",
            Self::WatchBad => "Watch was bad",
            Self::PinViolated => "Pin violated",
            Self::ReleaseFailed => "Release failed",
            Self::Outcome => "Outcome unknown",
            Self::ApprovalWaiting => "Waits for approval",
            Self::PipelineFailed => "Failed on main",
            Self::LeftQueue => "Left the merge queue",
            Self::Branch => "No pipeline, branch reset",
            Self::Degraded => "Staging down, degraded",
            Self::Maintenance => "Maintenance mode",
            Self::SignIn => "Sign in again",
            Self::Source => "Cannot be read",
            Self::PullRequestLive => "PR is live",
            Self::ReleaseLive => "Every release is live",
        }
    }
}

/// Whether the event says that something is over or went well.
pub fn is_recovery(event: &Event) -> bool {
    match event.kind {
        EventKind::Fixed | EventKind::SourceRecovered | EventKind::ReleaseLive | EventKind::PinEnded => true,
        EventKind::ActionFinished | EventKind::WatchEnded => event.severity == Severity::Info,
        EventKind::PipelineFailed
        | EventKind::ReleaseFailed
        | EventKind::ProductionDown
        | EventKind::EnvironmentDown
        | EventKind::ApprovalWaiting
        | EventKind::SourceUnreachable
        | EventKind::SignInAgain
        | EventKind::RateLimited
        | EventKind::OutcomeUnknown
        | EventKind::Merged
        | EventKind::PullRequestOpened
        | EventKind::PipelineStarted
        | EventKind::PipelinePassed
        | EventKind::PipelineCanceled
        | EventKind::OtherPipelineFailed
        | EventKind::ReleaseStarted
        | EventKind::Maintenance
        | EventKind::NoPipeline
        | EventKind::LeftQueue
        | EventKind::AutoMergeOff
        | EventKind::ProcessDown
        | EventKind::WatchBad
        | EventKind::PinViolated
        | EventKind::BranchReset => false,
    }
}
