//! A commit of the branch.

use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Commit {
    pub sha: String,
    pub author: Option<String>,
    pub title: String,
    pub committed_at: Option<Time>,
    /// The merged pull request that brought it.
    pub pull_request: Option<u64>,
    pub pull_request_title: Option<String>,
    /// Who opened that pull request.
    #[serde(default)]
    pub pull_request_author: Option<String>,
    /// When that pull request was merged, by the host's clock.
    #[serde(default)]
    pub pull_request_merged_at: Option<Time>,
    pub parents: Vec<String>,
    /// Commits that its message says it reverts.
    #[serde(default)]
    pub reverts_commits: Vec<String>,
    /// Pull requests of the same repository that its message says it reverts.
    #[serde(default)]
    pub reverts_pull_requests: Vec<u64>,
    /// Pull requests of the same repository that the body of its own pull request says it reverts.
    #[serde(default)]
    pub pull_request_reverts: Vec<u64>,
}
