//! Pull requests, their checks and reviews, and the readiness that follows from them.

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
    /// Filled by [`judge`].
    pub readiness: Readiness,
    /// Filled by [`judge`]: why not ready, most urgent first; or what to know although ready.
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

/// Fills readiness, reasons, counts and the missing required checks of `pr`.
pub fn judge(pr: &mut PullRequest, rules: &BranchRules) {
    add_missing_checks(pr, rules);
    pr.checks = count(&pr.check_list);
    let reasons = reasons(pr, rules);
    pr.readiness = reasons.first().map_or(Readiness::Ready, |(readiness, _)| *readiness);
    pr.reasons = reasons.into_iter().map(|(_, text)| text).collect();
    // A queued pull request still answers as one that could be merged.
    if let Some(entry) = &pr.queue {
        pr.reasons.insert(0, format!("{}, {}", entry.place(), entry.waits()));
    }
}

/// Whether what keeps `pr` back is only checks or reviews that the branch does not demand.
pub fn provider_would_merge(pr: &PullRequest) -> bool {
    pr.mergeable == Mergeable::Mergeable
        && !pr.draft
        && matches!(pr.merge_state, MergeState::Clean | MergeState::Unstable | MergeState::HasHooks)
}

fn add_missing_checks(pr: &mut PullRequest, rules: &BranchRules) {
    pr.check_list.retain(|c| c.status != CheckStatus::Missing);
    for name in &rules.required_checks {
        match pr.check_list.iter_mut().find(|c| &c.name == name) {
            Some(check) => check.required = true,
            // A list that was cut cannot prove absence.
            None if pr.checks_complete => pr.check_list.push(Check {
                name: name.clone(),
                status: CheckStatus::Missing,
                required: true,
                url: None,
                started_at: None,
                completed_at: None,
            }),
            None => {}
        }
    }
}

fn count(checks: &[Check]) -> CheckCounts {
    let mut counts = CheckCounts::default();
    for check in checks {
        match check.status {
            CheckStatus::Passed | CheckStatus::Neutral => counts.passed += 1,
            CheckStatus::Failed => counts.failed += 1,
            CheckStatus::Pending | CheckStatus::Unknown => counts.pending += 1,
            CheckStatus::Missing => counts.missing += 1,
        }
    }
    counts
}

fn reasons(pr: &PullRequest, rules: &BranchRules) -> Vec<(Readiness, String)> {
    let mut reasons = Vec::new();
    let mut add = |readiness, text: String| reasons.push((readiness, text));
    if rules.archived {
        add(Readiness::Blocked, "The repository is archived: nothing can be merged".to_owned());
    }
    if pr.draft || pr.merge_state == MergeState::Draft {
        add(Readiness::Draft, "Draft".to_owned());
    }
    if pr.mergeable == Mergeable::Conflicting || pr.merge_state == MergeState::Dirty {
        add(Readiness::Conflicts, format!("Conflicts with {}", pr.base_branch));
    }
    if pr.review_decision == ReviewDecision::ChangesRequested {
        let by = reviewers(pr, ReviewState::ChangesRequested);
        add(Readiness::Changes, if by.is_empty() { "Changes requested".into() } else { format!("Changes requested by {by}") });
    }
    check_reasons(pr, &mut add);
    if pr.review_decision == ReviewDecision::ReviewRequired {
        add(Readiness::Review, needs_approval(pr, rules));
    }
    // A merge queue brings its entries up to date itself.
    if pr.merge_state == MergeState::Behind && rules.merge_queue.is_none() {
        let by = pr.behind_by.filter(|n| *n > 0).map_or(String::new(), |n| format!(" by {n}"));
        add(Readiness::Behind, format!("Behind {}{by}", pr.base_branch));
    }
    if pr.merge_state == MergeState::Blocked && reasons.is_empty() {
        reasons.push((Readiness::Blocked, format!("Blocked by the rules of {}", pr.base_branch)));
    }
    let undecided = pr.mergeable == Mergeable::Unknown || pr.merge_state == MergeState::Unknown || !pr.checks_complete;
    if undecided && reasons.is_empty() {
        let what = if pr.checks_complete { "GitHub is still working out whether it merges" } else { "Not all checks could be read" };
        reasons.push((Readiness::Unknown, what.to_owned()));
    }
    reasons
}

fn check_reasons(pr: &PullRequest, add: &mut impl FnMut(Readiness, String)) {
    let of = |status| pr.check_list.iter().filter(move |c| c.status == status);
    let failed: Vec<&str> = of(CheckStatus::Failed).map(|c| c.name.as_str()).collect();
    if let [one] = failed[..] {
        add(Readiness::Checks, format!("Check failed: {one}"));
    } else if let [first, ..] = failed[..] {
        add(Readiness::Checks, format!("{} checks failed: {first} and {} more", failed.len(), failed.len() - 1));
    }
    let counts = pr.checks;
    let pending = of(CheckStatus::Pending).count() + of(CheckStatus::Unknown).count();
    if pending > 0 {
        let total = counts.passed + counts.failed + counts.pending;
        add(Readiness::Checks, format!("Checks {} of {total}", counts.passed));
    }
    let missing: Vec<&str> = of(CheckStatus::Missing).map(|c| c.name.as_str()).collect();
    if !missing.is_empty() {
        add(Readiness::Missing, format!("Check not reported: {}", missing.join(", ")));
    }
}

fn needs_approval(pr: &PullRequest, rules: &BranchRules) -> String {
    let approved = pr.reviews.iter().filter(|r| r.state == ReviewState::Approved).count() as u32;
    let missing = rules.required_approvals.unwrap_or(1).saturating_sub(approved).max(1);
    format!("Needs {missing} approval{}", if missing == 1 { "" } else { "s" })
}

fn reviewers(pr: &PullRequest, state: ReviewState) -> String {
    let names: Vec<&str> = pr.reviews.iter().filter(|r| r.state == state).map(|r| r.author.as_str()).collect();
    names.join(", ")
}
