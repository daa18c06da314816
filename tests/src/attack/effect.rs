//! Whether the requested change happened, by its own id.

use serde_json::{Value, json};

use super::action::Action;
use super::runner::{CaseResult, Run};
use super::truth::Change;

/// Whether "succeeded" is true. An action that creates something is judged by what it created itself; an action
/// that only sets a state also by the same state set by somebody else.
pub(super) fn happened(played: &CaseResult, run: &Run, change: Change<'_>) -> bool {
    if run.action.makes() {
        return change.applied() && made(played, run.action, change);
    }
    change.applied() || holds(played, run, change)
}

/// Whether "failed" is false: the change took effect, and what it created has not failed.
pub(super) fn is_denied_by_truth(played: &CaseResult, run: &Run, change: Change<'_>) -> bool {
    change.applied() && (!run.action.makes() || made(played, run.action, change))
}

fn made(played: &CaseResult, action: Action, change: Change<'_>) -> bool {
    if !action.releases() {
        let made = change.made();
        return made["pull_request"].is_u64() || made["workflow_id"].is_string();
    }
    change.release().and_then(|id| played.release(id)).is_some_and(|release| release["status"] == "succeeded")
}

/// The requested state, set by somebody else.
fn holds(played: &CaseResult, run: &Run, change: Change<'_>) -> bool {
    let before = change.before();
    let end = played.pull_request();
    let head = &run.report["plan"]["basis"]["head_sha"];
    let is_merged = |pull: &Value| pull["state"] == "merged" && (head.is_null() || pull["head_sha"] == *head);
    let others_did = |kind: &str| played.by_others(run).iter().any(|other| other.kind() == kind && other.moment() < change.moment());
    match run.action {
        Action::Merge => is_merged(before) || is_merged(end),
        Action::Enqueue => before["queued"] == json!(true) || is_merged(before) || is_merged(end),
        Action::Dequeue => before["queued"] == json!(false),
        Action::AutoMergeOn => !before["auto_merge"].is_null() || is_merged(before),
        Action::AutoMergeOff => before["auto_merge"].is_null(),
        Action::UpdateBranch => others_did("update_branch"),
        Action::Cancel => before["status"] == "canceled",
        Action::Approve => others_did("approve"),
        Action::Revert
        | Action::RollBack
        | Action::RollBackTo
        | Action::ReleaseFromBuild
        | Action::ReleaseCodeOf
        | Action::ReleaseSlug
        | Action::Promote
        | Action::Rerun => false,
    }
}
