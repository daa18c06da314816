//! What an action would do, and whether it may. A plan is a value; executing one is dumb.

use crate::action::Action;
use crate::estimate::Estimate;
use crate::guard::revert_marker;
use crate::journal::Expectation;
use crate::status::MergeMethod;
use crate::time::Time;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Plan {
    pub id: String,
    pub action: Action,
    /// `Merge #489`, `Roll back production to v1846`: also the confirming button's words.
    pub title: String,
    pub target: Target,
    /// What consent is given on, for people and for the journal.
    pub seen: String,
    /// The requests that would be sent, in words.
    pub steps: Vec<String>,
    pub request: Option<Request>,
    pub expectation: Option<Expectation>,
    pub verdict: Verdict,
    pub consequences: Vec<Consequence>,
    pub rollback: Option<RollbackDetail>,
    pub estimate: Option<Estimate>,
    /// The other way out and what it takes.
    pub instead: Option<String>,
    /// Text a person must type before the window sends it: the app's name for production.
    pub confirm_text: Option<String>,
    pub read_at: Time,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Target {
    /// The unit of exclusion in the intents database.
    pub key: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "verdict", content = "reasons", rename_all = "snake_case")]
pub enum Verdict {
    Allow,
    /// A person must accept each reason.
    Confirm(Vec<String>),
    Deny(Vec<String>),
}

/// The one request that changes the outside world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    Merge { repo: String, number: u64, head_sha: String, method: MergeMethod },
    Enqueue { repo: String, number: u64, node_id: String, head_sha: String },
    Dequeue { repo: String, number: u64, node_id: String },
    EnableAutoMerge { repo: String, number: u64, node_id: String, head_sha: String, method: MergeMethod },
    DisableAutoMerge { repo: String, number: u64, node_id: String },
    UpdateBranch { repo: String, number: u64, node_id: String, head_sha: String },
    Revert { repo: String, number: u64, node_id: String, title: String, body: String },
    RollBack { app: String, release_id: String },
    RerunFromFailed { workflow: String },
    CancelWorkflow { workflow: String },
    Approve { workflow: String, approval_id: String },
    Promote { app: String, pipeline: String, source_app_id: String, release_id: String, target_app_id: String },
    ReleaseSlug { app: String, slug: String, description: String },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Consequence {
    pub kind: ConsequenceKind,
    pub title: String,
    pub details: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConsequenceKind {
    Fact,
    Warning,
    NotUndone,
}

/// What a rollback takes out and crosses. None where it could not be learnt.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
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
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LeavingPullRequest {
    pub number: u64,
    pub title: String,
    pub author: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CrossedMigration {
    pub path: String,
    pub pull_request: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CrossedConfig {
    pub name: String,
    /// What the rollback does to it.
    pub effect: ConfigEffect,
    /// The release that changed it last, where its description says so.
    pub version: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConfigEffect {
    Removed,
    Restored,
    Changed,
}

impl Plan {
    /// Whether `fresh`, read later under the same id, asks for the same consent: what it would
    /// send, to what, as what was seen, and what speaks against it. When it was read does not count.
    pub fn same_consent(&self, fresh: &Plan) -> bool {
        self.request == fresh.request
            && self.verdict == fresh.verdict
            && self.seen == fresh.seen
            && self.rollback == fresh.rollback
            && self.target == fresh.target
    }

    /// The same plan under an id of its own: what is shown again is consented to again, and a
    /// click on what was shown before must not count for it.
    #[must_use]
    pub fn renamed(mut self, id: String) -> Self {
        if let (Some(Request::Revert { body, .. }), Some(Expectation::RevertOpened { marker, .. })) =
            (&mut self.request, &mut self.expectation)
        {
            let own = revert_marker(&id);
            *body = body.replace(marker.as_str(), &own);
            *marker = own;
        }
        Self { id, ..self }
    }

    pub fn is_denied(&self) -> bool {
        matches!(self.verdict, Verdict::Deny(_)) || self.request.is_none()
    }
}
