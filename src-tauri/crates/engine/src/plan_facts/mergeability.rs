//! Whether a pull request merges is worked out by the code host anew after each change of its base: for
//! some seconds after another merge the answer is UNKNOWN, and asking for it is what starts the work.

use slipway_domain::pull_request::{MergeState, Mergeable, PullRequest, UnreadablePart};
use slipway_vendor::{CodeHost, PullRequestNow, PullRequestState, ReadError};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The longest wait.
pub(crate) const LONGEST: Duration = Duration::from_secs(10);
const BETWEEN: Duration = Duration::from_millis(500);

/// The pull request once the host says whether it merges, or as it is when `patience` is over. At
/// most 21 reads; one where the host knows.
pub(crate) async fn settled(host: &dyn CodeHost, repo: &str, number: u64, patience: Duration) -> Result<PullRequestNow, ReadError> {
    let deadline = Instant::now() + patience.min(LONGEST);
    let mut now = host.pull_request(repo, number).await?;
    while now.state == PullRequestState::Open && is_worked_out(&now.pull_request) && Instant::now() + BETWEEN < deadline {
        sleep(BETWEEN).await;
        match host.pull_request(repo, number).await {
            Ok(again) => now = again,
            // The answer of a moment ago is used: it says that mergeability is not known.
            Err(error) => {
                tracing::info!(%error, number, "whether it merges was not asked again");
                break;
            }
        }
    }
    Ok(now)
}

/// The host says that it does not know yet. An answer of which this part is missing does not say so.
fn is_worked_out(pr: &PullRequest) -> bool {
    let told = !pr.unreadable.contains(&UnreadablePart::Mergeability);
    told && pr.mergeable == Mergeable::Unknown && pr.merge_state == MergeState::Unknown && !pr.draft
}
