//! Reads what a plan needs, fresh from the source, and hands it to the domain's rules.

mod checks;
mod compare;
mod deploy;
mod error;
mod forecast;
mod guarded_files;
mod in_flight;
mod mergeability;
mod named_pipeline;
mod pipelines;
mod pull_request;
mod ranges;
mod revert;
mod rollback;
mod rolled_back;
mod sources;

pub(crate) use compare::compare;
pub use error::PlanError;
pub(crate) use forecast::forecast_revert;
pub(crate) use named_pipeline::fresh_pipeline;
pub(crate) use pipelines::of_pipeline;
pub(crate) use pull_request::of_pull_request;
pub(crate) use revert::earlier;
pub(crate) use sources::PlanSources;

use crate::sources::vendor_of;
use slipway_domain::action::{Action, ActionKind, PipelineChange, PullRequestAction, PullRequestChange, ReleaseAction, ReleaseChange};
use slipway_domain::plan::Plan;
use slipway_domain::plan::deny_disabled_actions;
use slipway_domain::snapshot::ServiceState;
use std::time::Duration;

/// `id` names the plan; a plan made again for the same consent keeps it. Consent is not to a forecast, so none is
/// made again.
pub(crate) async fn plan(sources: &PlanSources, state: &ServiceState, action: &Action, id: String) -> Result<Plan, PlanError> {
    complete(sources, state, action, id, Patience { mergeability: mergeability::LONGEST, forecast: None }).await
}

/// As [`plan`], with forecasts; what the vendor still works out is waited for no longer than `patience`, and so is
/// what a forecast reads.
pub(crate) async fn plan_within(
    sources: &PlanSources,
    state: &ServiceState,
    action: &Action,
    id: String,
    patience: Duration,
) -> Result<Plan, PlanError> {
    let forecast = Some(patience.min(FORECAST));
    complete(sources, state, action, id, Patience { mergeability: patience, forecast }).await
}

/// The longest that a plan waits for a forecast.
const FORECAST: Duration = Duration::from_secs(8);

/// How long parts of a plan are waited for.
#[derive(Clone, Copy)]
struct Patience {
    mergeability: Duration,
    /// None: no forecast is made.
    forecast: Option<Duration>,
}

async fn complete(sources: &PlanSources, state: &ServiceState, action: &Action, id: String, patience: Patience) -> Result<Plan, PlanError> {
    let plan = addressed(sources, state, readable_plan(sources, state, action, id, patience).await?);
    Ok(deny_disabled_actions(plan, &sources.accounts.off(state)))
}

/// The plan with the account it is sent through and the repository it belongs to: what the journal
/// needs to settle it, also when the service has another name by then.
fn addressed(sources: &PlanSources, state: &ServiceState, mut plan: Plan) -> Plan {
    let source = plan.action.source();
    plan.account = vendor_of(state, &source).and_then(|provider| sources.accounts.account_id(&state.config, provider));
    if plan.repo.is_empty() {
        plan.repo.clone_from(&state.repo);
    }
    plan
}

async fn readable_plan(
    sources: &PlanSources,
    state: &ServiceState,
    action: &Action,
    id: String,
    patience: Patience,
) -> Result<Plan, PlanError> {
    match &action.kind {
        ActionKind::PullRequest(PullRequestAction { number, change: PullRequestChange::Open(change) }) => {
            pull_request::into_branch(sources, state, *number, *change, id, patience.mergeability).await
        }
        ActionKind::PullRequest(PullRequestAction { number, change: PullRequestChange::Revert }) => {
            revert::revert(sources, state, *number, id, patience.forecast).await
        }
        ActionKind::Pipeline(action) => match &action.change {
            PipelineChange::Rerun => Ok(pipelines::asked(state, action, pipelines::rerun(sources, state, &action.pipeline, id).await?)),
            PipelineChange::Cancel => {
                let found = fresh_pipeline(sources, state, &action.pipeline).await?;
                of_pipeline(sources.clock.now(), state, action, id, &found)
            }
            PipelineChange::Approve { job } => {
                let plan = pipelines::approve(sources, state, &action.pipeline, job.as_deref(), id).await?;
                Ok(pipelines::asked(state, action, plan))
            }
        },
        ActionKind::Release(ReleaseAction { environment, change }) => match change {
            ReleaseChange::RollBack { to, reason, pin } => {
                let wanted = rollback::RollbackWanted { to: *to, reason: reason.clone(), pin: pin.clone() };
                rollback::roll_back(sources, state, environment, wanted, id).await
            }
            ReleaseChange::Promote { from } => deploy::promote(sources, state, from, environment, id).await,
            ReleaseChange::Release { code } => deploy::release(sources, state, environment, code, id).await,
        },
    }
}
