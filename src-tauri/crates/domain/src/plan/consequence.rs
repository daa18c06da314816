//! What a plan would bring about.

use crate::pin::PlannedPin;
use crate::status::vocabulary;
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Consequence {
    pub kind: ConsequenceKind,
    pub title: String,
    pub details: Vec<String>,
    /// Where the plan has the same with its parts. None: nowhere.
    #[serde(default)]
    pub subject: Option<ConsequenceSubject>,
}

impl Consequence {
    #[must_use]
    pub fn about(self, subject: ConsequenceSubject) -> Self {
        Self { subject: Some(subject), ..self }
    }
}

vocabulary!(
    /// The list of a plan's `shipment`, and for the last two of its `rollback`, that a consequence is about.
    ConsequenceSubject { TakesOut = "takes_out", Brings = "brings", ShipsOver = "ships_over", ShipsAgain = "ships_again",
        Migrations = "migrations", Config = "config", Pin = "pin" });

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConsequenceKind {
    Fact,
    Warning,
    NotUndone,
}

/// What a rollback takes out and crosses. None where it could not be learnt.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct RollbackDetail {
    pub environment: String,
    pub app: String,
    pub from_version: u64,
    pub from_code_version: Option<u64>,
    pub from_commit: Option<String>,
    pub to_version: u64,
    pub to_commit: Option<String>,
    pub to_live_since: Option<Time>,
    /// Pull requests whose code leaves.
    pub pull_requests: Option<Vec<LeavingPullRequest>>,
    /// Pull requests whose code comes back, when the target is newer than what runs.
    pub returning: Vec<LeavingPullRequest>,
    /// Commits that came without a pull request.
    pub direct_commits: Vec<String>,
    /// Migration files crossed; they stay in the database.
    pub migrations: Option<Vec<CrossedMigration>>,
    /// Names of config vars that change, never values.
    pub config: Option<Vec<CrossedConfig>>,
    /// The pin that is set once it is verified; None: it does not pin.
    #[serde(default)]
    pub pin: Option<PlannedPin>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct LeavingPullRequest {
    pub number: u64,
    pub title: String,
    pub author: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct CrossedMigration {
    pub path: String,
    pub pull_request: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct CrossedConfig {
    pub name: String,
    /// What the rollback does to it.
    pub effect: ConfigEffect,
    /// The release that changed it last, where its description says so.
    pub version: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConfigEffect {
    Removed,
    Restored,
    Changed,
}
