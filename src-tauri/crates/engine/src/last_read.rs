//! The very last read before a request leaves: the target's own state, in one request (two for a
//! promotion, at once). Everything else was read before it, so that what happens between this read
//! and the request is all that nobody can see.

use crate::planning::{self, PlanError};
use crate::run::Core;
use futures::future::{join, ready};
use slipway_domain::action::Action;
use slipway_domain::lineage::live;
use slipway_domain::plan::{Plan, ReleaseRef};
use slipway_domain::release::Release;
use slipway_domain::snapshot::ServiceState;
use slipway_providers::{Platform, ReadError};

/// Enough to see what is live behind a few releases that failed or wait.
const NEWEST: usize = 10;

/// Whether the target is as `fresh` saw it. If not, everything is read again and compared again.
pub async fn is_unmoved(core: &Core, state: &ServiceState, fresh: &Plan) -> Result<bool, PlanError> {
    match &fresh.action {
        Action::Merge { number, .. }
        | Action::Enqueue { number, .. }
        | Action::Dequeue { number, .. }
        | Action::EnableAutoMerge { number, .. }
        | Action::DisableAutoMerge { number, .. }
        | Action::UpdateBranch { number, .. }
        | Action::Revert { number, .. } => {
            let now = core.connections.code_host(&state.config)?.pull_request(&state.repo, *number).await?;
            Ok(covers(fresh, planning::of_pull_request(core, state, &fresh.action, fresh.id.clone(), now)?))
        }
        Action::Rerun { .. } | Action::Cancel { .. } | Action::Approve { .. } => {
            let Some(pipeline) = fresh.target.key.strip_prefix("pipeline:") else { return Ok(false) };
            let now = planning::fresh_pipeline(core, state, pipeline).await?;
            Ok(covers(fresh, planning::of_pipeline(core, state, &fresh.action, fresh.id.clone(), &now)?))
        }
        Action::RollBack { .. } | Action::Promote { .. } | Action::Release { .. } => {
            let Some(app) = &fresh.app else { return Ok(false) };
            let platform = core.connections.platform(&state.config, app)?;
            let source = async {
                match &fresh.action {
                    Action::Promote { from, .. } => match state.environment(from) {
                        Some(source) => newest(&*platform, &source.app).await.map(Some),
                        None => Ok(None),
                    },
                    _ => ready(Ok(None)).await,
                }
            };
            let (target, source) = join(newest(&*platform, app), source).await;
            let (target, source) = (target?, source?);
            let after = fresh.expectation.as_ref().and_then(slipway_domain::journal::Expectation::after_version);
            Ok(live(&target).map(ReleaseRef::from) == fresh.basis.live
                && target.first().map(|r| r.version) == after
                && source.is_none_or(|source| live(&source).map(ReleaseRef::from) == fresh.basis.source))
        }
    }
}

async fn newest(platform: &dyn Platform, app: &str) -> Result<Vec<Release>, ReadError> {
    platform.releases(app, NEWEST).await.map(|page| page.releases)
}

/// `now` was planned from the target alone; what ships is what `fresh` said.
fn covers(fresh: &Plan, now: Plan) -> bool {
    let now = Plan { account: fresh.account.clone(), repo: fresh.repo.clone(), shipment: fresh.shipment.clone(), ..now };
    fresh.change_since(&now).is_none()
}
