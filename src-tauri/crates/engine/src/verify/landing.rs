//! What became of a queue entry, an auto-merge or a branch update.

use super::Finding;
use slipway_domain::journal::Expectation;
use slipway_domain::words::short;
use slipway_providers::{CodeHost, PullRequestNow, PullRequestState, ReadError};

pub(super) async fn look(host: &dyn CodeHost, expectation: &Expectation) -> Result<Finding, ReadError> {
    Ok(match expectation {
        Expectation::Enqueued { repo, number, head_sha } => enqueued(&host.pull_request(repo, *number).await?, head_sha),
        Expectation::Dequeued { repo, number } => {
            let now = host.pull_request(repo, *number).await?;
            match (&now.pull_request.queue, now.state) {
                (_, PullRequestState::Merged) => Finding::Never(format!("#{number} was merged before it could be taken out")),
                (Some(entry), _) => Finding::NotSeen(entry.place()),
                (None, PullRequestState::Open | PullRequestState::Closed) => Finding::Holds("It is not in the merge queue".into()),
                (None, PullRequestState::Unknown) => Finding::NotSeen(format!("GitHub does not tell how #{number} stands")),
            }
        }
        Expectation::AutoMergeOn { repo, number } => auto_merge_on(&host.pull_request(repo, *number).await?),
        Expectation::AutoMergeOff { repo, number } => {
            let now = host.pull_request(repo, *number).await?;
            match (&now.pull_request.auto_merge, now.state) {
                (_, PullRequestState::Merged) => Finding::Never(format!("#{number} was merged before auto-merge could be turned off")),
                (Some(_), _) => Finding::NotSeen("GitHub shows auto-merge on".into()),
                (None, PullRequestState::Open | PullRequestState::Closed) => Finding::Holds("Auto-merge is off".into()),
                (None, PullRequestState::Unknown) => Finding::NotSeen(format!("GitHub does not tell how #{number} stands")),
            }
        }
        Expectation::BranchUpdated { repo, number, head_sha, base_sha } => {
            let now = host.pull_request(repo, *number).await?;
            branch_updated(host, &now, head_sha, base_sha).await?
        }
        Expectation::Merged { .. }
        | Expectation::RevertOpened { .. }
        | Expectation::RolledBack { .. }
        | Expectation::Reran { .. }
        | Expectation::Canceled { .. }
        | Expectation::Approved { .. }
        | Expectation::Released { .. } => Finding::NotSeen("It is looked for elsewhere".into()),
    })
}

fn enqueued(now: &PullRequestNow, head_sha: &str) -> Finding {
    let pr = &now.pull_request;
    let same = pr.head_sha == head_sha;
    match (now.state, &pr.queue) {
        (PullRequestState::Merged, _) if same => Finding::Holds(format!("The merge queue has merged #{}", pr.number)),
        (PullRequestState::Merged, _) => Finding::Never(format!("#{} was merged with another head, {}", pr.number, short(&pr.head_sha))),
        (PullRequestState::Closed, _) => Finding::Never(format!("#{} is closed and not merged", pr.number)),
        (PullRequestState::Open | PullRequestState::Unknown, Some(entry)) if same => {
            Finding::Holds(format!("{}; it is merged when its turn comes", entry.place()))
        }
        (PullRequestState::Open | PullRequestState::Unknown, _) => {
            Finding::NotSeen(format!("GitHub does not show #{} in the queue", pr.number))
        }
    }
}

fn auto_merge_on(now: &PullRequestNow) -> Finding {
    let pr = &now.pull_request;
    match (now.state, &pr.auto_merge, &pr.queue) {
        (PullRequestState::Merged, _, _) => Finding::Holds(format!("Auto-merge has merged #{}", pr.number)),
        (PullRequestState::Closed, _, _) => Finding::Never(format!("#{} is closed and not merged", pr.number)),
        (PullRequestState::Open | PullRequestState::Unknown, Some(_), _) => Finding::Holds("Auto-merge is on".into()),
        (PullRequestState::Open | PullRequestState::Unknown, None, Some(entry)) => Finding::Holds(entry.place()),
        (PullRequestState::Open | PullRequestState::Unknown, None, None) => Finding::NotSeen("GitHub shows auto-merge off".into()),
    }
}

async fn branch_updated(host: &dyn CodeHost, now: &PullRequestNow, head_sha: &str, base_sha: &str) -> Result<Finding, ReadError> {
    let head = &now.pull_request.head_sha;
    if head == head_sha {
        return Ok(match now.state {
            PullRequestState::Merged | PullRequestState::Closed => Finding::Never("It is no longer open, and was not updated".into()),
            PullRequestState::Open | PullRequestState::Unknown => Finding::NotSeen("GitHub shows the old head".into()),
        });
    }
    if host.contains(&now.repo, base_sha, head).await? {
        return Ok(Finding::Holds(format!("The head is {} and contains {}", short(head), short(base_sha))));
    }
    Ok(Finding::NotSeen(format!("The head is {} and does not contain {}", short(head), short(base_sha))))
}
