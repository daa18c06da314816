//! What became of a merge, a queue entry, an auto-merge, a branch update or a revert.

use super::Verification;
use slipway_domain::humanize::short;
use slipway_domain::journal::{Entry, Expectation};
use slipway_domain::time::Time;
use slipway_vendor::{CodeHost, PullRequestNow, PullRequestState, ReadError};

/// The vendor's clock may be this far from ours, in seconds, on either side.
const CLOCK_DIFFERENCE: i64 = 2 * 3600;
/// Seconds after an accepted request in which reads may still show the state before it.
const READS_CATCH_UP: f64 = 10.0;

pub(super) async fn look(host: &dyn CodeHost, entry: &Entry, now: Time) -> Result<Verification, ReadError> {
    let accepted = entry.accepted_at.is_some_and(|at| now.since(at) > READS_CATCH_UP);
    Ok(match &entry.expectation {
        Expectation::Merged { repo, number, head_sha } => merged(&host.pull_request(repo, *number).await?, head_sha),
        Expectation::Enqueued { repo, number, head_sha } => enqueued(&host.pull_request(repo, *number).await?, head_sha, accepted),
        Expectation::Dequeued { repo, number } => dequeued(&host.pull_request(repo, *number).await?, accepted),
        Expectation::AutoMergeOn { repo, number } => auto_merge_on(&host.pull_request(repo, *number).await?, accepted),
        Expectation::AutoMergeOff { repo, number } => auto_merge_off(&host.pull_request(repo, *number).await?, accepted),
        Expectation::BranchUpdated { repo, number, head_sha, base_sha } => {
            branch_updated(host, &host.pull_request(repo, *number).await?, head_sha, base_sha).await?
        }
        Expectation::RevertOpened { repo, number, marker, opened } => revert(host, entry, repo, *number, marker, *opened).await?,
        Expectation::RolledBack { .. }
        | Expectation::Released { .. }
        | Expectation::Reran { .. }
        | Expectation::Canceled { .. }
        | Expectation::Approved { .. } => Verification::Indeterminate("It is not looked for among PRs".to_owned()),
    })
}

fn merged(now: &PullRequestNow, head_sha: &str) -> Verification {
    let host = now.rules.host.title;
    let (number, head) = (now.pull_request.number, &now.pull_request.head_sha);
    match now.state {
        PullRequestState::Merged if head == head_sha => {
            let commit = now.merge_commit.as_deref().map_or(String::new(), |sha| format!(" as {}", short(sha)));
            Verification::Satisfied(format!("{host} says #{number} is merged{commit}"))
        }
        PullRequestState::Merged => Verification::Impossible(format!("#{number} was merged with another head, {}", short(head))),
        PullRequestState::Closed => Verification::Impossible(format!("#{number} is closed and not merged")),
        PullRequestState::Open => Verification::NotObserved(format!("{host} shows #{number} not merged")),
        PullRequestState::Unknown => unreadable(host, number),
    }
}

fn unreadable(host: &str, number: u64) -> Verification {
    Verification::Indeterminate(format!("{host} does not tell how #{number} stands"))
}

fn enqueued(now: &PullRequestNow, head_sha: &str, accepted: bool) -> Verification {
    let host = now.rules.host.title;
    let pr = &now.pull_request;
    let (number, same) = (pr.number, pr.head_sha == head_sha);
    match (now.state, &pr.queue) {
        (PullRequestState::Merged, _) if same => Verification::Satisfied(format!("The merge queue has merged #{number}")),
        (PullRequestState::Merged, _) => {
            Verification::Impossible(format!("#{number} was merged with another head, {}", short(&pr.head_sha)))
        }
        (PullRequestState::Open | PullRequestState::Unknown, Some(entry)) if same => {
            Verification::Satisfied(format!("{}; it is merged when its turn comes", entry.place()))
        }
        (PullRequestState::Open | PullRequestState::Closed, _) if accepted => {
            Verification::Satisfied(format!("{host} added #{number} to the merge queue. It is not in it any more"))
        }
        (PullRequestState::Closed, _) => Verification::Impossible(format!("#{number} is closed and not merged")),
        (PullRequestState::Open, _) => Verification::NotObserved(format!("{host} does not show #{number} in the queue")),
        (PullRequestState::Unknown, _) => unreadable(host, number),
    }
}

fn dequeued(now: &PullRequestNow, accepted: bool) -> Verification {
    let host = now.rules.host.title;
    let number = now.pull_request.number;
    match (now.state, &now.pull_request.queue) {
        (PullRequestState::Merged, _) if accepted => {
            Verification::Satisfied(format!("{host} took #{number} out of the merge queue. It was merged since"))
        }
        (PullRequestState::Merged, _) => Verification::Impossible(format!("#{number} was merged before it could be taken out")),
        (_, Some(_)) if accepted => {
            Verification::Satisfied(format!("{host} took #{number} out of the merge queue. It was added again since"))
        }
        (_, Some(entry)) => Verification::NotObserved(entry.place()),
        (PullRequestState::Open | PullRequestState::Closed, None) => Verification::Satisfied("It is not in the merge queue".into()),
        (PullRequestState::Unknown, None) => unreadable(host, number),
    }
}

fn auto_merge_on(now: &PullRequestNow, accepted: bool) -> Verification {
    let host = now.rules.host.title;
    let pr = &now.pull_request;
    let number = pr.number;
    match (now.state, &pr.auto_merge, &pr.queue) {
        (PullRequestState::Merged, _, _) => Verification::Satisfied(format!("Auto-merge has merged #{number}")),
        (PullRequestState::Open | PullRequestState::Unknown, Some(_), _) => Verification::Satisfied("Auto-merge is on".into()),
        (PullRequestState::Open | PullRequestState::Unknown, None, Some(entry)) => Verification::Satisfied(entry.place()),
        (PullRequestState::Open | PullRequestState::Closed, _, _) if accepted => {
            Verification::Satisfied(format!("{host} turned on auto-merge of #{number}. It is off again since"))
        }
        (PullRequestState::Closed, _, _) => Verification::Impossible(format!("#{number} is closed and not merged")),
        (PullRequestState::Open, None, None) => Verification::NotObserved(format!("{host} shows auto-merge off")),
        (PullRequestState::Unknown, None, None) => unreadable(host, number),
    }
}

fn auto_merge_off(now: &PullRequestNow, accepted: bool) -> Verification {
    let host = now.rules.host.title;
    let number = now.pull_request.number;
    match (now.state, &now.pull_request.auto_merge) {
        (PullRequestState::Merged, _) if accepted => {
            Verification::Satisfied(format!("{host} turned off auto-merge of #{number}. It was merged since"))
        }
        (PullRequestState::Merged, _) => Verification::Impossible(format!("#{number} was merged before auto-merge could be turned off")),
        (_, Some(_)) if accepted => {
            Verification::Satisfied(format!("{host} turned off auto-merge of #{number}. It was turned on again since"))
        }
        (_, Some(_)) => Verification::NotObserved(format!("{host} shows auto-merge on")),
        (PullRequestState::Open | PullRequestState::Closed, None) => Verification::Satisfied("Auto-merge is off".into()),
        (PullRequestState::Unknown, None) => unreadable(host, number),
    }
}

async fn branch_updated(host: &dyn CodeHost, now: &PullRequestNow, head_sha: &str, base_sha: &str) -> Result<Verification, ReadError> {
    let head = &now.pull_request.head_sha;
    let host_title = host.profile().title;
    if head == head_sha {
        return Ok(match now.state {
            PullRequestState::Merged | PullRequestState::Closed => {
                Verification::Impossible("It is no longer open, and was not updated".into())
            }
            PullRequestState::Open => Verification::NotObserved(format!("{host_title} shows the old head")),
            PullRequestState::Unknown => unreadable(host_title, now.pull_request.number),
        });
    }
    if host.contains(&now.repo, base_sha, head).await? {
        return Ok(Verification::Satisfied(format!("The head is {} and contains {}", short(head), short(base_sha))));
    }
    Ok(Verification::NotObserved(format!("The head is {} and does not contain {}", short(head), short(base_sha))))
}

/// By the number the answer named, else by the marker in its body, back to before it was sent.
async fn revert(
    host: &dyn CodeHost,
    entry: &Entry,
    repo: &str,
    number: u64,
    marker: &str,
    opened: Option<u64>,
) -> Result<Verification, ReadError> {
    let host_title = host.profile().title;
    if let Some(opened) = opened {
        host.pull_request(repo, opened).await?;
        return Ok(Verification::Satisfied(format!("The revert of #{number} is PR #{opened}")));
    }
    let since = entry.sent_at.map(|at| Time::from_unix(at.unix() - CLOCK_DIFFERENCE));
    let search = host.find_revert(repo, marker, since).await?;
    Ok(match (search.opened, search.complete) {
        (Some(pr), _) => Verification::Satisfied(format!("The revert of #{number} is PR #{}", pr.number)),
        (None, true) => Verification::NotObserved(format!("{host_title} shows no revert of #{number} made by Slipway")),
        (None, false) => Verification::Indeterminate(format!(
            "{host_title} shows no revert of #{number} made by Slipway among its newest PRs, and older ones were not read"
        )),
    })
}
