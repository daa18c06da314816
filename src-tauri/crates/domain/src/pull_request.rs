//! Pull requests, their checks and reviews. What follows from them is in `evidence::readiness`.

use crate::merge_queue::{MergeQueue, QueueEntry};
use crate::status::{CheckKind, CheckRollup, CheckStatus, MergeMethod, Readiness, vocabulary};
use crate::time::Time;
use crate::vendor::CodeHostProfile;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

vocabulary!(
    /// The host's word on whether it merges; `Unknown` means "being computed".
    Mergeable { Mergeable = "mergeable", Conflicting = "conflicting", Unknown = "unknown" });

vocabulary!(
    /// The host's own verdict on a merge.
    MergeState { Clean = "clean", Dirty = "dirty", Blocked = "blocked", Behind = "behind", Draft = "draft",
        Unstable = "unstable", HasHooks = "has_hooks", Unknown = "unknown" });

vocabulary!(ReviewDecision { Approved = "approved", ChangesRequested = "changes_requested", ReviewRequired = "review_required", None = "none" });

vocabulary!(ReviewState { Approved = "approved", ChangesRequested = "changes_requested", Commented = "commented",
    Dismissed = "dismissed", Pending = "pending", Requested = "requested", Unknown = "unknown" });

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct PullRequest {
    pub number: u64,
    /// The host's own id, by which changes name it.
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
    /// The same reasons with what they are about, in the same order. Filled by `evidence::readiness`.
    #[serde(default)]
    pub causes: Vec<Cause>,
    pub checks: CheckCounts,
    pub check_list: Vec<Check>,
    /// False when the provider has more checks than were read.
    pub checks_complete: bool,
    /// The host's own summary of the checks. None where nothing has reported, or it was not told.
    #[serde(default)]
    pub rollup: Option<CheckRollup>,
    /// What the answer lacks that decides about a merge.
    #[serde(default)]
    pub unreadable: Vec<UnreadablePart>,
    /// Runs that wait for a maintainer's approval. None: not asked.
    #[serde(default)]
    pub waiting_runs: Option<Vec<WaitingRun>>,
    /// Conversations that are not resolved, among those that were read. None: not told.
    #[serde(default)]
    pub unresolved_threads: Option<u64>,
    /// Code owners who are asked for a review and have given none.
    #[serde(default)]
    pub code_owners: Vec<String>,
    /// Whether its newest commit bears a valid signature. None: not told.
    #[serde(default)]
    pub head_signed: Option<bool>,
    /// An older run of a check is not green and a newer one of the same identity took its place:
    /// the host's summary may still count it.
    #[serde(default)]
    pub superseded_not_green: bool,
    /// Its head lives in another repository.
    #[serde(default)]
    pub from_fork: bool,
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

vocabulary!(
    /// What a pull request waited in.
    DroppedFrom { MergeQueue = "merge_queue", AutoMerge = "auto_merge" });

/// It waited to be merged, no longer does, and is not merged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Dropped {
    pub from: DroppedFrom,
    /// When it was first seen.
    pub since: Time,
    /// A later push ends it.
    pub head_sha: String,
}

/// What a pull request waited in at the last read that was complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct SeenWaiting {
    pub queue: bool,
    pub auto_merge: bool,
}

/// The host merges it by itself once its conditions are met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct AutoMerge {
    pub by: Option<String>,
    pub method: Option<MergeMethod>,
    pub enabled_at: Option<Time>,
}

/// What the host says the token's owner may do with it now. None: not told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ViewerCan {
    /// False also when there is nothing to update.
    pub update_branch: Option<bool>,
    pub enable_auto_merge: Option<bool>,
}

/// Why a pull request is not ready, or what to know although it is. Of several checks `object` and
/// `link` are the first one's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Cause {
    pub kind: CauseKind,
    pub text: String,
    /// What it is about: a check, a reviewer.
    pub object: Option<String>,
    /// Where it can be seen or put right.
    pub link: Option<String>,
    /// The host would merge in spite of it: a person may confirm.
    pub may_be_confirmed: bool,
}

vocabulary!(CauseKind { Archived = "archived", Draft = "draft", Conflicts = "conflicts", ChangesRequested = "changes_requested",
    CheckFailed = "check_failed", CheckCancelled = "check_cancelled", CheckTimedOut = "check_timed_out", CheckStale = "check_stale",
    CheckActionRequired = "check_action_required", CheckStartupFailure = "check_startup_failure", CheckPending = "check_pending",
    CheckUnknown = "check_unknown", CheckMissing = "check_missing", NoCheckReported = "no_check_reported", NothingRan = "nothing_ran",
    RunsWait = "runs_wait", HostCountsRed = "host_counts_red", ChecksUnreadable = "checks_unreadable", ReviewRequired = "review_required",
    CodeOwnerReview = "code_owner_review", Conversations = "conversations", Signatures = "signatures", LinearHistory = "linear_history",
    Behind = "behind", Blocked = "blocked", Computing = "computing", PartUnreadable = "part_unreadable", Queued = "queued",
    NoChecks = "no_checks" });

impl CauseKind {
    /// A note: it is also said of what is ready.
    pub fn is_note(self) -> bool {
        matches!(self, Self::Queued | Self::NoChecks)
    }
}

vocabulary!(
    /// A part of an answer that decides about a merge and could not be read.
    UnreadablePart { Mergeability = "mergeability", Reviews = "reviews", Checks = "checks", CheckRuns = "check_runs", Rules = "rules" });

/// A run of the host's own CI that does not start before a maintainer approves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct WaitingRun {
    pub name: String,
    pub url: String,
}

/// How many checks are in which state. `failed` counts all that ended and hold a merge back, those
/// with counts of their own included; `passed` does not count skipped ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct CheckCounts {
    pub passed: u32,
    pub failed: u32,
    pub pending: u32,
    pub missing: u32,
    #[serde(default)]
    pub skipped: u32,
    #[serde(default)]
    pub neutral: u32,
    #[serde(default)]
    pub cancelled: u32,
    #[serde(default)]
    pub action_required: u32,
    #[serde(default)]
    pub timed_out: u32,
    #[serde(default)]
    pub stale: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Check {
    pub name: String,
    pub status: CheckStatus,
    pub required: bool,
    pub url: Option<String>,
    pub started_at: Option<Time>,
    pub completed_at: Option<Time>,
    #[serde(default = "Check::default_kind")]
    pub kind: CheckKind,
    /// The app that reported it, where the host tells: its name and its number.
    #[serde(default)]
    pub app: Option<String>,
    #[serde(default)]
    pub app_id: Option<u64>,
    /// The workflow of the host's own CI that it belongs to, and what started that.
    #[serde(default)]
    pub workflow: Option<String>,
    #[serde(default)]
    pub event: Option<String>,
}

impl Check {
    fn default_kind() -> CheckKind {
        CheckKind::CheckRun
    }

    /// A check of which nothing but its name and status is known.
    pub fn bare(name: impl Into<String>, status: CheckStatus) -> Self {
        Self {
            name: name.into(),
            status,
            required: false,
            url: None,
            started_at: None,
            completed_at: None,
            kind: CheckKind::CheckRun,
            app: None,
            app_id: None,
            workflow: None,
            event: None,
        }
    }

    /// What tells it from every other check of a head: kind, app, workflow, event and name. The name
    /// alone where nothing else is known.
    pub fn identity(&self) -> String {
        let told = [&self.app, &self.workflow, &self.event];
        if self.kind == CheckKind::CheckRun && told.iter().all(|part| part.is_none()) {
            return self.name.clone();
        }
        let parts = told.map(|part| part.as_deref().unwrap_or_default());
        format!("{}:{}:{}", self.kind, parts.join(":"), self.name)
    }

    /// Its name with its workflow and what started that, as the host's own pages show it.
    pub fn full_name(&self) -> String {
        let workflow = self.workflow.as_ref().map_or(String::new(), |workflow| format!("{workflow} / "));
        let event = self.event.as_ref().map_or(String::new(), |event| format!(" ({event})"));
        let status = if self.kind == CheckKind::CommitStatus { " (commit status)" } else { "" };
        format!("{workflow}{}{event}{status}", self.name)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Review {
    pub author: String,
    pub state: ReviewState,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ChangedFile {
    pub path: String,
    pub additions: u64,
    pub deletions: u64,
}

/// A check that a head into the branch had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ExpectedCheck {
    pub name: String,
    pub kind: CheckKind,
    pub app: Option<String>,
    pub workflow: Option<String>,
    /// When it was last seen.
    pub seen_at: Time,
    /// At least half of the heads had it: one that lacks it lacks something.
    #[serde(default = "yes")]
    pub usual: bool,
}

fn yes() -> bool {
    true
}

/// Which checks one head had, by their places in [`BranchRules::expected_checks`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct SeenHead {
    pub sha: String,
    pub seen_at: Time,
    pub checks: Vec<usize>,
}

/// What a branch demands and allows before a merge. None where the provider did not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct BranchRules {
    /// What its adapter says of the host whose rules these are. Not stored: the program that runs fills it in.
    #[serde(skip)]
    #[ts(skip)]
    pub host: CodeHostProfile,
    pub required_checks: Vec<String>,
    /// Required checks that count only when a certain app reports them: context and the app's number.
    #[serde(default)]
    pub app_checks: Vec<(String, u64)>,
    /// Checks that heads into this branch had in the last 30 days. Filled by `evidence::expected`.
    #[serde(default)]
    pub expected_checks: Vec<ExpectedCheck>,
    /// Those heads.
    #[serde(default)]
    pub seen_heads: Vec<SeenHead>,
    #[serde(default)]
    pub conversation_resolution: bool,
    #[serde(default)]
    pub code_owner_reviews: bool,
    #[serde(default)]
    pub signatures: bool,
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
