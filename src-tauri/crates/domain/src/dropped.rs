//! Pull requests that the host took out of its queue, or whose auto-merge it turned off.

use crate::action::{Action, ActionKind, OpenChange, PullRequestChange};
use crate::alert::{Alert, AlertKind, Subject};
use crate::pull_request::{Dropped, DroppedFrom, PullRequest, SeenWaiting};
use crate::status::Severity;
use crate::time::Time;

/// Carries over what was seen of an open pull request before, and notes that it was dropped.
/// `whole`: the host's answer was complete, so what it does not show does not exist. `is_own`: Slipway
/// itself took it out, or turned auto-merge off.
pub fn follow(before: Option<&PullRequest>, pr: &mut PullRequest, whole: bool, now: Time, is_own: impl FnOnce(DroppedFrom) -> bool) {
    let Some(before) = before else {
        pr.seen_waiting = SeenWaiting { queue: pr.queue.is_some(), auto_merge: pr.auto_merge.is_some() };
        return;
    };
    if !whole {
        (pr.seen_waiting, pr.dropped) = (before.seen_waiting, before.dropped.clone());
        return;
    }
    pr.seen_waiting = SeenWaiting { queue: pr.queue.is_some(), auto_merge: pr.auto_merge.is_some() };
    if pr.seen_waiting != SeenWaiting::default() {
        return;
    }
    let from = match before.seen_waiting {
        SeenWaiting { queue: true, .. } => Some(DroppedFrom::MergeQueue),
        SeenWaiting { auto_merge: true, .. } => Some(DroppedFrom::AutoMerge),
        SeenWaiting { queue: false, auto_merge: false } => None,
    };
    pr.dropped = match from {
        Some(from) if is_own(from) => None,
        Some(from) => Some(Dropped { from, since: now, head_sha: pr.head_sha.clone() }),
        None => before.dropped.clone().filter(|dropped| dropped.head_sha == pr.head_sha),
    };
}

/// Whether the action takes the pull request out of what it waits in.
pub fn is_way_out(action: &Action, number: u64, from: DroppedFrom) -> bool {
    match &action.kind {
        ActionKind::PullRequest(action) if action.number == number => match action.change {
            PullRequestChange::Open(OpenChange::Dequeue) => from == DroppedFrom::MergeQueue,
            PullRequestChange::Open(OpenChange::DisableAutoMerge) => from == DroppedFrom::AutoMerge,
            PullRequestChange::Open(
                OpenChange::Merge { .. } | OpenChange::Enqueue | OpenChange::EnableAutoMerge { .. } | OpenChange::UpdateBranch,
            )
            | PullRequestChange::Revert => false,
        },
        ActionKind::PullRequest(_) | ActionKind::Pipeline(_) | ActionKind::Release(_) => false,
    }
}

pub fn dropped_alert(pr: &PullRequest) -> Option<Alert> {
    let dropped = pr.dropped.as_ref()?;
    let (kind, what) = match dropped.from {
        DroppedFrom::MergeQueue => (AlertKind::LeftQueue, "left the merge queue and is not merged"),
        DroppedFrom::AutoMerge => (AlertKind::AutoMergeOff, "is not merged: its auto-merge was turned off"),
    };
    let failed: Vec<&str> = pr.check_list.iter().filter(|c| c.status.is_red()).map(|c| c.name.as_str()).collect();
    let check = if failed.is_empty() { String::new() } else { format!(" Failed: {}.", failed.join(", ")) };
    Some(Alert {
        kind,
        severity: Severity::Problem,
        message: format!("#{} {what}.{check}", pr.number),
        since: Some(dropped.since),
        subject: Subject::pull_request(pr.number),
    })
}
