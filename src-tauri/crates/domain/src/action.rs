//! What a person may ask for.

use crate::status::MergeMethod;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    Merge {
        service: String,
        number: u64,
        method: Option<MergeMethod>,
    },
    /// Into the queue of a branch that has one.
    Enqueue {
        service: String,
        number: u64,
    },
    Dequeue {
        service: String,
        number: u64,
    },
    /// The host merges it by itself once nothing holds it back.
    EnableAutoMerge {
        service: String,
        number: u64,
        method: Option<MergeMethod>,
    },
    DisableAutoMerge {
        service: String,
        number: u64,
    },
    /// Merges the base branch into the pull request's.
    UpdateBranch {
        service: String,
        number: u64,
    },
    Revert {
        service: String,
        number: u64,
    },
    RollBack {
        service: String,
        environment: String,
        to: Option<u64>,
        reason: Option<String>,
    },
    Rerun {
        service: String,
        pipeline: String,
    },
    Cancel {
        service: String,
        pipeline: String,
    },
    Approve {
        service: String,
        pipeline: String,
        /// The hold that is meant, by its name or by the environment it lets be released; None: the
        /// only one there is.
        #[serde(default)]
        job: Option<String>,
    },
    /// What runs on `from` is released on `to`, by the platform's own pipeline.
    Promote {
        service: String,
        from: String,
        to: String,
    },
    /// Code that was built already goes live with the environment's present config.
    Release {
        service: String,
        environment: String,
        code: Code,
    },
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
    pub fn service(&self) -> &str {
        match self {
            Self::Merge { service, .. }
            | Self::Enqueue { service, .. }
            | Self::Dequeue { service, .. }
            | Self::EnableAutoMerge { service, .. }
            | Self::DisableAutoMerge { service, .. }
            | Self::UpdateBranch { service, .. }
            | Self::Revert { service, .. }
            | Self::RollBack { service, .. }
            | Self::Rerun { service, .. }
            | Self::Cancel { service, .. }
            | Self::Approve { service, .. }
            | Self::Promote { service, .. }
            | Self::Release { service, .. } => service,
        }
    }

    /// The journal's word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Merge { .. } => "merge",
            Self::Enqueue { .. } => "enqueue",
            Self::Dequeue { .. } => "dequeue",
            Self::EnableAutoMerge { .. } => "enable_auto_merge",
            Self::DisableAutoMerge { .. } => "disable_auto_merge",
            Self::UpdateBranch { .. } => "update_branch",
            Self::Revert { .. } => "revert",
            Self::RollBack { .. } => "rollback",
            Self::Rerun { .. } => "rerun",
            Self::Cancel { .. } => "cancel",
            Self::Approve { .. } => "approve",
            Self::Promote { .. } => "promote",
            Self::Release { .. } => "release",
        }
    }

    /// The pull request it acts on.
    pub fn pull_request(&self) -> Option<u64> {
        match self {
            Self::Merge { number, .. }
            | Self::Enqueue { number, .. }
            | Self::Dequeue { number, .. }
            | Self::EnableAutoMerge { number, .. }
            | Self::DisableAutoMerge { number, .. }
            | Self::UpdateBranch { number, .. }
            | Self::Revert { number, .. } => Some(*number),
            Self::RollBack { .. }
            | Self::Rerun { .. }
            | Self::Cancel { .. }
            | Self::Approve { .. }
            | Self::Promote { .. }
            | Self::Release { .. } => None,
        }
    }

    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::RollBack { reason, .. } => reason.as_deref(),
            Self::Merge { .. }
            | Self::Enqueue { .. }
            | Self::Dequeue { .. }
            | Self::EnableAutoMerge { .. }
            | Self::DisableAutoMerge { .. }
            | Self::UpdateBranch { .. }
            | Self::Revert { .. }
            | Self::Rerun { .. }
            | Self::Cancel { .. }
            | Self::Approve { .. }
            | Self::Promote { .. }
            | Self::Release { .. } => None,
        }
    }

    /// Seconds until an unverified outcome is called unknown.
    pub fn default_timeout_seconds(&self) -> u64 {
        match self {
            Self::RollBack { .. } | Self::Promote { .. } | Self::Release { .. } => 900,
            Self::Merge { .. }
            | Self::Enqueue { .. }
            | Self::Dequeue { .. }
            | Self::EnableAutoMerge { .. }
            | Self::DisableAutoMerge { .. }
            | Self::UpdateBranch { .. }
            | Self::Revert { .. }
            | Self::Rerun { .. }
            | Self::Cancel { .. }
            | Self::Approve { .. } => 300,
        }
    }
}
