//! The closed vocabularies of state. Unknown is a state of its own and is never green.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS)]
        pub enum $name { $($(#[$about])* #[serde(rename = $word)] $variant),+ }
        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            pub fn word(self) -> &'static str { match self { $(Self::$variant => $word),+ } }
            pub fn from_word(word: &str) -> Option<Self> { match word { $($word => Some(Self::$variant),)+ _ => None } }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.pad(self.word()) }
        }
    };
}
pub(crate) use vocabulary;

vocabulary!(
    /// Why a pull request can or cannot be merged now.
    Readiness { Ready = "ready", Checks = "checks", Review = "review", Changes = "changes", Behind = "behind",
        Conflicts = "conflicts", Blocked = "blocked", Draft = "draft", Missing = "missing", Unknown = "unknown" });

vocabulary!(PipelineStatus { Queued = "queued", Running = "running", Failing = "failing", OnHold = "on_hold",
    Passed = "passed", Failed = "failed", Canceled = "canceled", Unknown = "unknown" });

vocabulary!(JobStatus { Queued = "queued", Running = "running", Passed = "passed", Failed = "failed",
    OnHold = "on_hold", Canceled = "canceled", Skipped = "skipped", Unknown = "unknown" });

vocabulary!(ReleaseStatus { Pending = "pending", Succeeded = "succeeded", Failed = "failed", Expired = "expired", Unknown = "unknown" });

vocabulary!(
    /// How an environment fares. Degraded: users are served, but a process that should run does not.
    /// Restarting: it was down and is not shown to be up again.
    Health { Healthy = "healthy", Releasing = "releasing", Restarting = "restarting", Degraded = "degraded", Down = "down", Unknown = "unknown" });

vocabulary!(Severity { Info = "info", Problem = "problem", Hurt = "hurt" });

vocabulary!(
    /// What became of a check. Missing: demanded or expected, and not reported.
    CheckStatus { Passed = "passed", Failed = "failed", Pending = "pending", Missing = "missing", Neutral = "neutral", Unknown = "unknown",
        Skipped = "skipped", Cancelled = "cancelled", ActionRequired = "action_required", TimedOut = "timed_out", Stale = "stale",
        StartupFailure = "startup_failure" });

vocabulary!(
    /// What reported a check.
    CheckKind { CheckRun = "check_run", CommitStatus = "commit_status" });

vocabulary!(
    /// The code host's own summary of all checks of a head.
    CheckRollup { Success = "success", Failure = "failure", Error = "error", Pending = "pending", Expected = "expected", Unknown = "unknown" });

vocabulary!(MergeMethod { Merge = "merge", Squash = "squash", Rebase = "rebase" });

vocabulary!(
    /// The one mark a service shows, most urgent first; the tray uses the same order.
    Mark { Hurt = "hurt", Problem = "problem", Waits = "waits", Unknown = "unknown", InFlight = "in_flight", Healthy = "healthy" });

impl PipelineStatus {
    /// Jobs may still change by themselves.
    pub fn is_moving(self) -> bool {
        matches!(self, Self::Queued | Self::Running | Self::Failing)
    }

    pub fn is_over(self) -> bool {
        matches!(self, Self::Passed | Self::Failed | Self::Canceled)
    }
}

impl CheckStatus {
    /// The check ran to an end that holds nothing back: a host counts it as green.
    pub fn is_green(self) -> bool {
        match self {
            Self::Passed | Self::Neutral | Self::Skipped => true,
            Self::Failed
            | Self::Pending
            | Self::Missing
            | Self::Unknown
            | Self::Cancelled
            | Self::ActionRequired
            | Self::TimedOut
            | Self::Stale
            | Self::StartupFailure => false,
        }
    }

    /// It ended, and not well.
    pub fn is_red(self) -> bool {
        match self {
            Self::Failed | Self::Cancelled | Self::ActionRequired | Self::TimedOut | Self::Stale | Self::StartupFailure => true,
            Self::Passed | Self::Neutral | Self::Skipped | Self::Pending | Self::Missing | Self::Unknown => false,
        }
    }
}

impl JobStatus {
    pub fn is_over(self) -> bool {
        matches!(self, Self::Passed | Self::Failed | Self::Canceled | Self::Skipped)
    }
}
