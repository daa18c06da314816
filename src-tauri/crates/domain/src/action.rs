//! What a person may ask for.

use crate::status::MergeMethod;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    Merge { service: String, number: u64, method: Option<MergeMethod> },
    Revert { service: String, number: u64 },
    RollBack { service: String, environment: String, to: Option<u64>, reason: Option<String> },
    Rerun { service: String, pipeline: String },
    Cancel { service: String, pipeline: String },
    Approve { service: String, pipeline: String },
}

impl Action {
    pub fn service(&self) -> &str {
        match self {
            Self::Merge { service, .. }
            | Self::Revert { service, .. }
            | Self::RollBack { service, .. }
            | Self::Rerun { service, .. }
            | Self::Cancel { service, .. }
            | Self::Approve { service, .. } => service,
        }
    }

    /// The journal's word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Merge { .. } => "merge",
            Self::Revert { .. } => "revert",
            Self::RollBack { .. } => "rollback",
            Self::Rerun { .. } => "rerun",
            Self::Cancel { .. } => "cancel",
            Self::Approve { .. } => "approve",
        }
    }

    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::RollBack { reason, .. } => reason.as_deref(),
            Self::Merge { .. } | Self::Revert { .. } | Self::Rerun { .. } | Self::Cancel { .. } | Self::Approve { .. } => None,
        }
    }

    /// Seconds until an unverified outcome is called unknown.
    pub fn default_timeout_seconds(&self) -> u64 {
        match self {
            Self::RollBack { .. } => 900,
            Self::Merge { .. } | Self::Revert { .. } | Self::Rerun { .. } | Self::Cancel { .. } | Self::Approve { .. } => 300,
        }
    }
}
