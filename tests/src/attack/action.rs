//! Every action, its target, and its command line.

use std::fmt;

use super::fixture::Fixture;
use super::setting::Setting;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Action {
    Merge,
    Enqueue,
    Dequeue,
    AutoMergeOn,
    AutoMergeOff,
    UpdateBranch,
    Revert,
    RollBack,
    RollBackTo,
    ReleaseFromBuild,
    ReleaseCodeOf,
    ReleaseSlug,
    Promote,
    Rerun,
    Cancel,
    Approve,
}

impl Action {
    pub(super) const ALL: [Self; 16] = [
        Self::Merge,
        Self::Enqueue,
        Self::Dequeue,
        Self::AutoMergeOn,
        Self::AutoMergeOff,
        Self::UpdateBranch,
        Self::Revert,
        Self::RollBack,
        Self::RollBackTo,
        Self::ReleaseFromBuild,
        Self::ReleaseCodeOf,
        Self::ReleaseSlug,
        Self::Promote,
        Self::Rerun,
        Self::Cancel,
        Self::Approve,
    ];

    /// The situation that it needs.
    pub(super) fn stage(self) -> Setting {
        match self {
            Self::Merge => Setting::ReadyPull,
            Self::Enqueue => Setting::QueueOpen,
            Self::Dequeue => Setting::Queued,
            Self::AutoMergeOn => Setting::HeldBack,
            Self::AutoMergeOff => Setting::WaitsByItself,
            Self::UpdateBranch => Setting::Behind,
            Self::Revert => Setting::Merged,
            Self::RollBack | Self::RollBackTo | Self::ReleaseFromBuild | Self::ReleaseCodeOf | Self::ReleaseSlug | Self::Promote => {
                Setting::Production
            }
            Self::Rerun => Setting::Finished,
            Self::Cancel => Setting::Running,
            Self::Approve => Setting::OnHold,
        }
    }

    /// Actions on the same target, which may therefore interfere.
    pub(super) fn beside(self) -> &'static [Self] {
        match self {
            Self::RollBack | Self::RollBackTo | Self::ReleaseFromBuild | Self::ReleaseCodeOf | Self::ReleaseSlug | Self::Promote => {
                &[Self::RollBack, Self::RollBackTo, Self::ReleaseFromBuild, Self::ReleaseCodeOf, Self::ReleaseSlug, Self::Promote]
            }
            Self::Approve => &[Self::Approve, Self::Cancel],
            Self::Merge => &[Self::Merge],
            Self::Enqueue => &[Self::Enqueue],
            Self::Dequeue => &[Self::Dequeue],
            Self::AutoMergeOn => &[Self::AutoMergeOn],
            Self::AutoMergeOff => &[Self::AutoMergeOff],
            Self::UpdateBranch => &[Self::UpdateBranch],
            Self::Revert => &[Self::Revert],
            Self::Rerun => &[Self::Rerun],
            Self::Cancel => &[Self::Cancel],
        }
    }

    /// The kind of change in the sandbox's truth.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Enqueue => "enqueue",
            Self::Dequeue => "dequeue",
            Self::AutoMergeOn => "enable_auto_merge",
            Self::AutoMergeOff => "disable_auto_merge",
            Self::UpdateBranch => "update_branch",
            Self::Revert => "revert",
            Self::RollBack | Self::RollBackTo => "rollback",
            Self::ReleaseFromBuild | Self::ReleaseCodeOf | Self::ReleaseSlug => "release",
            Self::Promote => "promote",
            Self::Rerun => "rerun",
            Self::Cancel => "cancel",
            Self::Approve => "approve",
        }
    }

    /// Whether it makes a release.
    pub(super) fn releases(self) -> bool {
        self.stage() == Setting::Production
    }

    /// Whether it creates something new each time, which only its own id identifies.
    pub(super) fn makes(self) -> bool {
        self.releases() || matches!(self, Self::Revert | Self::Rerun)
    }

    /// The command line without `--yes`.
    pub(super) fn words(self, stage: &Fixture) -> Vec<String> {
        let number = stage.number.to_string();
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let service = stage.service;
        match self {
            Self::Merge | Self::Enqueue => words(&["merge", service, &number]),
            Self::Dequeue => words(&["dequeue", service, &number]),
            Self::AutoMergeOn => words(&["auto-merge", service, &number]),
            Self::AutoMergeOff => words(&["auto-merge", service, &number, "--off"]),
            Self::UpdateBranch => words(&["update-branch", service, &number]),
            Self::Revert => words(&["revert", service, &number]),
            Self::RollBack => words(&["rollback", service, "production"]),
            Self::RollBackTo => words(&["rollback", service, "production", "--to", &stage.further_back]),
            Self::ReleaseFromBuild => words(&["release", service, "production", "--from-build"]),
            Self::ReleaseCodeOf => words(&["release", service, "production", "--code-of", &stage.further_back]),
            Self::ReleaseSlug => words(&["release", service, "production", "--slug", &stage.slug]),
            Self::Promote => words(&["promote", service, "staging", "production"]),
            Self::Rerun => words(&["rerun", service, &number]),
            Self::Cancel => words(&["cancel", service, &number]),
            Self::Approve => words(&["approve", service, &number]),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Merge => "merge",
            Self::Enqueue => "enqueue",
            Self::Dequeue => "dequeue",
            Self::AutoMergeOn => "auto-merge",
            Self::AutoMergeOff => "auto-merge --off",
            Self::UpdateBranch => "update-branch",
            Self::Revert => "revert",
            Self::RollBack => "rollback",
            Self::RollBackTo => "rollback --to",
            Self::ReleaseFromBuild => "release --from-build",
            Self::ReleaseCodeOf => "release --code-of",
            Self::ReleaseSlug => "release --slug",
            Self::Promote => "promote",
            Self::Rerun => "rerun",
            Self::Cancel => "cancel",
            Self::Approve => "approve",
        };
        f.pad(name)
    }
}
