//! Pull requests, their checks and reviews. What follows from them is in `evidence::readiness`.

use crate::dropped::{Dropped, SeenWaiting};
use crate::merge_queue::{MergeQueue, QueueEntry};
use crate::status::{CheckStatus, MergeMethod, Readiness, vocabulary};
use crate::time::Time;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

vocabulary!(
    /// GitHub's `mergeable`; `Unknown` means "being computed".
    Mergeable { Mergeable = "mergeable", Conflicting = "conflicting", Unknown = "unknown" });

vocabulary!(
    /// GitHub's `mergeStateStatus`.
    MergeState { Clean = "clean", Dirty = "dirty", Blocked = "blocked", Behind = "behind", Draft = "draft",
        Unstable = "unstable", HasHooks = "has_hooks", Unknown = "unknown" });

vocabulary!(ReviewDecision { Approved = "approved", ChangesRequested = "changes_requested", ReviewRequired = "review_required", None = "none" });

vocabulary!(ReviewState { Approved = "approved", ChangesRequested = "changes_requested", Commented = "commented",
    Dismissed = "dismissed", Pending = "pending", Requested = "requested", Unknown = "unknown" });

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct PullRequest {
    pub number: u64,
    /// GitHub's global id, what GraphQL mutations name.
    pub node_id: String,
    pub title: String,
    pub url: String,
    pub author: Option<String>,
    pub head_sha: String,
    pub head_branch: String,
    pub base_branch: String,
    pub created_at: Option<Time>,
    pub updated_at: Option<Time>,
    pub draft: bool,
    pub mergeable: Mergeable,
    pub merge_state: MergeState,
    pub review_decision: ReviewDecision,
    pub reviews: Vec<Review>,
    /// Filled by `evidence::readiness`.
    pub readiness: Readiness,
    /// Filled by `evidence::readiness`: why not ready, most urgent first; or what to know although ready.
    pub reasons: Vec<String>,
    pub checks: CheckCounts,
    pub check_list: Vec<Check>,
    /// False when the provider has more checks than were read.
    pub checks_complete: bool,
    pub behind_by: Option<u64>,
    pub additions: Option<u64>,
    pub deletions: Option<u64>,
    pub changed_files: Option<u64>,
    /// None until the files of this head were read.
    pub files: Option<Vec<ChangedFile>>,
    /// False when there are more files than were read.
    pub files_complete: bool,
    /// Files under the service's migration paths; None until the files were read.
    pub migrations: Option<Vec<String>>,
    pub commits: Option<u64>,
    #[serde(default)]
    pub auto_merge: Option<AutoMerge>,
    /// Its place in the merge queue.
    #[serde(default)]
    pub queue: Option<QueueEntry>,
    #[serde(default)]
    pub viewer_can: ViewerCan,
    /// Whether its commits can be put on the branch one by one; None where it was not told.
    #[serde(default)]
    pub can_be_rebased: Option<bool>,
    #[serde(default)]
    pub seen_waiting: SeenWaiting,
    /// It waited to be merged and was dropped. Filled by `dropped::follow`.
    #[serde(default)]
    pub dropped: Option<Dropped>,
}

/// The host merges it by itself once nothing holds it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AutoMerge {
    pub by: Option<String>,
    pub method: Option<MergeMethod>,
    pub enabled_at: Option<Time>,
}

/// What the host says the token's owner may do with it now. None: not told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ViewerCan {
    /// False also when there is nothing to update.
    pub update_branch: Option<bool>,
    pub enable_auto_merge: Option<bool>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckCounts {
    pub passed: u32,
    pub failed: u32,
    pub pending: u32,
    pub missing: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Check {
    pub name: String,
    pub status: CheckStatus,
    pub required: bool,
    pub url: Option<String>,
    pub started_at: Option<Time>,
    pub completed_at: Option<Time>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Review {
    pub author: String,
    pub state: ReviewState,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChangedFile {
    pub path: String,
    pub additions: u64,
    pub deletions: u64,
}

/// What a branch demands and allows before a merge. None where the provider did not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BranchRules {
    pub required_checks: Vec<String>,
    pub required_approvals: Option<u32>,
    /// Some: a direct merge is refused.
    #[serde(default)]
    pub merge_queue: Option<MergeQueue>,
    #[serde(default)]
    pub auto_merge_allowed: Option<bool>,
    /// The repository takes no change any more.
    #[serde(default)]
    pub archived: bool,
    /// Merge commits are refused, whatever the repository allows.
    #[serde(default)]
    pub linear_history: bool,
}
