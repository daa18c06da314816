//! The last read before a request is sent: the target's own state, in one request. Everything else was read
//! before it, so only a change between this read and the request can go unnoticed.

use crate::observe::waiting_runs::may_wait;
use crate::plan_facts::{self, PlanError, PlanSources, earlier};
use slipway_domain::action::{ActionKind, PullRequestAction, PullRequestChange};
use slipway_domain::lineage::live;
use slipway_domain::plan::{ConfirmationKind, Plan, ReleaseRef};
use slipway_domain::release::Release;
use slipway_domain::snapshot::ServiceState;
use slipway_vendor::{MergedPullRequest, Platform, ReadError};

/// Enough to see what is live behind a few releases that failed or wait.
const NEWEST: usize = 10;

/// Whether the target is as `fresh` saw it. If not, everything is read again and compared again.
pub(crate) async fn is_unmoved(sources: &PlanSources, state: &ServiceState, fresh: &Plan) -> Result<bool, PlanError> {
    match &fresh.action.kind {
        ActionKind::PullRequest(PullRequestAction { number, change: PullRequestChange::Open(change) }) => {
            let host = sources.accounts.code_host(&state.config)?;
            // Before the target: what was asked of an outsider's head is about runs that wait.
            let head = fresh.basis.head_sha.as_ref().filter(|_| asks_of_absent_checks(fresh));
            let waiting = match head {
                Some(head) => host.waiting_runs(&state.repo, head).await.ok(),
                None => None,
            };
            let mut now = host.pull_request(&state.repo, *number).await?;
            now.pull_request.waiting_runs = waiting.filter(|_| may_wait(&now.pull_request));
            Ok(covers(fresh, plan_facts::of_pull_request(sources.clock.now(), state, *change, fresh.id.clone(), now)?))
        }
        // What is merged stays merged; what may have come is another revert of it.
        ActionKind::PullRequest(PullRequestAction { number, change: PullRequestChange::Revert }) => {
            let merged = MergedPullRequest { number: *number, repo: fresh.repo.clone(), base: state.branch.clone(), merge_commit: None };
            let newest = sources.accounts.code_host(&state.config)?.newest_reverts(&state.repo, &merged).await?;
            let seen = |object: &String| fresh.confirmations().iter().any(|c| c.objects.contains(object));
            Ok(newest.iter().filter_map(|revert| earlier(revert).object()).all(|object| seen(&object)))
        }
        ActionKind::Pipeline(action) => {
            let Some(pipeline) = fresh.target.key.strip_prefix("pipeline:") else { return Ok(false) };
            let now = plan_facts::fresh_pipeline(sources, state, pipeline).await?;
            Ok(covers(fresh, plan_facts::of_pipeline(sources.clock.now(), state, action, fresh.id.clone(), &now)?))
        }
        ActionKind::Release(_) => {
            let Some(app) = &fresh.app else { return Ok(false) };
            let target = newest(&*sources.accounts.platform(&state.config, app)?, app).await?;
            let after = fresh.expectation().and_then(slipway_domain::journal::Expectation::after_version);
            // The request names the release that is promoted, so the source need not be read again; reading
            // it here would only delay the request after the target was read.
            Ok(live(&target).map(ReleaseRef::from) == fresh.basis.live && target.first().map(|r| r.version) == after)
        }
    }
}

fn asks_of_absent_checks(plan: &Plan) -> bool {
    plan.confirmations().iter().any(|confirmation| confirmation.kind == ConfirmationKind::CheckAbsent)
}

async fn newest(platform: &dyn Platform, app: &str) -> Result<Vec<Release>, ReadError> {
    platform.releases(app, NEWEST).await.map(|page| page.releases)
}

/// `now` was planned from the target alone; what ships is what `fresh` said.
fn covers(fresh: &Plan, now: Plan) -> bool {
    let now = Plan { account: fresh.account.clone(), repo: fresh.repo.clone(), shipment: fresh.shipment.clone(), ..now };
    fresh.change_since(&now).is_none()
}
