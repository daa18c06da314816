//! Runs of outsiders that wait for a maintainer. A head is asked about once.

use slipway_domain::evidence::expected::reported;
use slipway_domain::pull_request::PullRequest;
use slipway_domain::snapshot::ServiceState;
use slipway_vendor::CodeHost;

/// Heads that one read asks about.
const AT_ONCE: usize = 5;

pub(crate) async fn fill(host: &dyn CodeHost, state: &ServiceState, pull_requests: &mut [PullRequest]) {
    let mut asked = 0;
    for pr in pull_requests.iter_mut().filter(|pr| may_wait(pr) && pr.base_branch == state.branch) {
        let known = state.pull_request(pr.number).filter(|known| known.head_sha == pr.head_sha);
        pr.waiting_runs = known.and_then(|known| known.waiting_runs.clone());
        if pr.waiting_runs.is_none() && asked < AT_ONCE {
            asked += 1;
            ask(host, &state.repo, pr).await;
        }
    }
}

/// As it is now, for a plan. A failure leaves what was known.
pub(crate) async fn ask(host: &dyn CodeHost, repo: &str, pr: &mut PullRequest) {
    if !may_wait(pr) {
        return;
    }
    match host.waiting_runs(repo, &pr.head_sha).await {
        Ok(runs) => pr.waiting_runs = Some(runs),
        Err(error) => tracing::info!(number = pr.number, %error, "whether runs wait for approval was not read"),
    }
}

/// Whether the head may have runs that wait: it comes from a fork, and no check has reported.
pub(crate) fn may_wait(pr: &PullRequest) -> bool {
    pr.from_fork && pr.checks_complete && reported(&pr.check_list).next().is_none()
}
