//! What a person may ask for.

mod record;

use crate::source::Source;
use crate::status::MergeMethod;
use record::ActionRecord;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// It is written down as [`ActionRecord`], whose words are stored and printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(from = "ActionRecord", into = "ActionRecord")]
#[ts(as = "ActionRecord")]
pub struct Action {
    pub service: String,
    pub kind: ActionKind,
}

/// What the action acts on, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionKind {
    PullRequest(PullRequestAction),
    Pipeline(PipelineAction),
    Release(ReleaseAction),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PullRequestAction {
    pub number: u64,
    pub change: PullRequestChange,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullRequestChange {
    /// Of a pull request that is open.
    Open(OpenChange),
    /// Another pull request that takes a merged one back.
    Revert,
}

/// What may be done to an open pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenChange {
    Merge {
        method: Option<MergeMethod>,
    },
    /// Into the queue of a branch that has one.
    Enqueue,
    Dequeue,
    /// The host merges it by itself once nothing holds it back.
    EnableAutoMerge {
        method: Option<MergeMethod>,
    },
    DisableAutoMerge,
    /// Merges the base branch into the pull request's.
    UpdateBranch,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineAction {
    /// The id of a pipeline, or of one of its workflows.
    pub pipeline: String,
    pub change: PipelineChange,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PipelineChange {
    Rerun,
    Cancel,
    Approve {
        /// The pending approval that is meant, by its name or by the environment it lets be released; None:
        /// the only one there is.
        job: Option<String>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseAction {
    /// The name of the environment where code goes live.
    pub environment: String,
    pub change: ReleaseChange,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReleaseChange {
    /// An earlier release goes live again.
    RollBack { to: Option<u64>, reason: Option<String>, pin: Option<PinChoice> },
    /// What runs on the environment `from` is released, by the platform's own pipeline.
    Promote { from: String },
    /// Code that was built already goes live with the environment's present config.
    Release { code: Code },
}

/// That a rollback pins its environment once it is verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct PinChoice {
    /// What must stay out, such as `#482`; None: everything that the rollback takes out.
    #[serde(default)]
    pub bad: Option<Vec<String>>,
    /// The pin ends without being asked, once the live release reverts all of it and its watch was good.
    #[serde(default = "yes")]
    pub ends_by_itself: bool,
}

fn yes() -> bool {
    true
}

impl Default for PinChoice {
    fn default() -> Self {
        Self { bad: None, ends_by_itself: true }
    }
}

/// Which built code a release means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Code {
    /// What the build app built last.
    Build,
    /// The code of an earlier release, without its config.
    Version { version: u64 },
    /// The platform's id of a built artefact.
    #[serde(rename = "slug")]
    Artifact {
        #[serde(rename = "slug")]
        artifact_id: String,
    },
}

impl Action {
    fn on_open(service: String, number: u64, change: OpenChange) -> Self {
        let change = PullRequestChange::Open(change);
        Self { service, kind: ActionKind::PullRequest(PullRequestAction { number, change }) }
    }

    pub fn merge(service: String, number: u64, method: Option<MergeMethod>) -> Self {
        Self::on_open(service, number, OpenChange::Merge { method })
    }

    pub fn enqueue(service: String, number: u64) -> Self {
        Self::on_open(service, number, OpenChange::Enqueue)
    }

    pub fn dequeue(service: String, number: u64) -> Self {
        Self::on_open(service, number, OpenChange::Dequeue)
    }

    pub fn enable_auto_merge(service: String, number: u64, method: Option<MergeMethod>) -> Self {
        Self::on_open(service, number, OpenChange::EnableAutoMerge { method })
    }

    pub fn disable_auto_merge(service: String, number: u64) -> Self {
        Self::on_open(service, number, OpenChange::DisableAutoMerge)
    }

    pub fn update_branch(service: String, number: u64) -> Self {
        Self::on_open(service, number, OpenChange::UpdateBranch)
    }

    pub fn revert(service: String, number: u64) -> Self {
        Self { service, kind: ActionKind::PullRequest(PullRequestAction { number, change: PullRequestChange::Revert }) }
    }

    fn on_pipeline(service: String, pipeline: String, change: PipelineChange) -> Self {
        Self { service, kind: ActionKind::Pipeline(PipelineAction { pipeline, change }) }
    }

    pub fn rerun(service: String, pipeline: String) -> Self {
        Self::on_pipeline(service, pipeline, PipelineChange::Rerun)
    }

    pub fn cancel(service: String, pipeline: String) -> Self {
        Self::on_pipeline(service, pipeline, PipelineChange::Cancel)
    }

    pub fn approve(service: String, pipeline: String, job: Option<String>) -> Self {
        Self::on_pipeline(service, pipeline, PipelineChange::Approve { job })
    }

    fn on_environment(service: String, environment: String, change: ReleaseChange) -> Self {
        Self { service, kind: ActionKind::Release(ReleaseAction { environment, change }) }
    }

    pub fn roll_back(service: String, environment: String, to: Option<u64>, reason: Option<String>) -> Self {
        Self::on_environment(service, environment, ReleaseChange::RollBack { to, reason, pin: None })
    }

    /// A rollback that pins the environment, unless `pin` is None.
    pub fn roll_back_and_pin(
        service: String,
        environment: String,
        to: Option<u64>,
        reason: Option<String>,
        pin: Option<PinChoice>,
    ) -> Self {
        Self::on_environment(service, environment, ReleaseChange::RollBack { to, reason, pin })
    }

    pub fn promote(service: String, from: String, to: String) -> Self {
        Self::on_environment(service, to, ReleaseChange::Promote { from })
    }

    pub fn release(service: String, environment: String, code: Code) -> Self {
        Self::on_environment(service, environment, ReleaseChange::Release { code })
    }

    /// The journal's word.
    pub fn word(&self) -> &'static str {
        match &self.kind {
            ActionKind::PullRequest(action) => action.change.word(),
            ActionKind::Pipeline(action) => match action.change {
                PipelineChange::Rerun => "rerun",
                PipelineChange::Cancel => "cancel",
                PipelineChange::Approve { .. } => "approve",
            },
            ActionKind::Release(action) => match action.change {
                ReleaseChange::RollBack { .. } => "rollback",
                ReleaseChange::Promote { .. } => "promote",
                ReleaseChange::Release { .. } => "release",
            },
        }
    }

    /// The source whose account it is sent through.
    pub fn source(&self) -> Source {
        match &self.kind {
            ActionKind::PullRequest(_) => Source::Code,
            ActionKind::Pipeline(_) => Source::Ci,
            ActionKind::Release(action) => Source::Environment(action.environment.clone()),
        }
    }

    /// Why a person asks for it, in their words.
    pub fn reason(&self) -> Option<&str> {
        match &self.kind {
            ActionKind::Release(ReleaseAction { change: ReleaseChange::RollBack { reason, .. }, .. }) => reason.as_deref(),
            ActionKind::PullRequest(_) | ActionKind::Pipeline(_) | ActionKind::Release(_) => None,
        }
    }

    /// Seconds until an unverified outcome is called unknown.
    pub fn default_timeout_seconds(&self) -> u64 {
        match &self.kind {
            ActionKind::Release(_) => 900,
            ActionKind::PullRequest(_) | ActionKind::Pipeline(_) => 300,
        }
    }
}

impl PullRequestChange {
    fn word(self) -> &'static str {
        match self {
            Self::Open(OpenChange::Merge { .. }) => "merge",
            Self::Open(OpenChange::Enqueue) => "enqueue",
            Self::Open(OpenChange::Dequeue) => "dequeue",
            Self::Open(OpenChange::EnableAutoMerge { .. }) => "enable_auto_merge",
            Self::Open(OpenChange::DisableAutoMerge) => "disable_auto_merge",
            Self::Open(OpenChange::UpdateBranch) => "update_branch",
            Self::Revert => "revert",
        }
    }
}
