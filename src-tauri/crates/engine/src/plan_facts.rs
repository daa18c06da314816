//! Reads what a plan needs, fresh from the source, and hands it to the domain's rules.

mod checks;
mod deploy;
mod error;
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

pub use error::PlanError;
pub(crate) use named_pipeline::fresh_pipeline;
pub(crate) use pipelines::of_pipeline;
pub(crate) use pull_request::of_pull_request;
pub(crate) use revert::earlier;
pub(crate) use sources::PlanSources;

use crate::sources::vendor_of;
use slipway_domain::action::Action;
use slipway_domain::plan::Plan;
use slipway_domain::plan::{deny_disabled_actions, through};
use slipway_domain::snapshot::ServiceState;
use std::time::Duration;

/// `id` names the plan; a plan made again for the same consent keeps it.
pub(crate) async fn plan(sources: &PlanSources, state: &ServiceState, action: &Action, id: String) -> Result<Plan, PlanError> {
    plan_within(sources, state, action, id, mergeability::LONGEST).await
}

/// As [`plan`]; what the vendor still works out is waited for no longer than `patience`.
pub(crate) async fn plan_within(
    sources: &PlanSources,
    state: &ServiceState,
    action: &Action,
    id: String,
    patience: Duration,
) -> Result<Plan, PlanError> {
    let plan = addressed(sources, state, readable_plan(sources, state, action, id, patience).await?);
    Ok(deny_disabled_actions(plan, &sources.accounts.off(state)))
}

/// The plan with the account it is sent through and the repository it belongs to: what the journal
/// needs to settle it, also when the service has another name by then.
fn addressed(sources: &PlanSources, state: &ServiceState, mut plan: Plan) -> Plan {
    let source = through(&plan.action);
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
    patience: Duration,
) -> Result<Plan, PlanError> {
    match action {
        Action::Merge { .. }
        | Action::Enqueue { .. }
        | Action::Dequeue { .. }
        | Action::EnableAutoMerge { .. }
        | Action::DisableAutoMerge { .. }
        | Action::UpdateBranch { .. } => pull_request::into_branch(sources, state, action, id, patience).await,
        Action::Revert { number, .. } => revert::revert(sources, state, *number, id).await,
        Action::RollBack { environment, to, reason, .. } => rollback::roll_back(sources, state, environment, *to, reason.clone(), id).await,
        Action::Promote { from, to, .. } => deploy::promote(sources, state, from, to, id).await,
        Action::Release { environment, code, .. } => deploy::release(sources, state, environment, code, id).await,
        Action::Rerun { pipeline, .. } => Ok(pipelines::asked(action, pipelines::rerun(sources, state, pipeline, id).await?)),
        Action::Cancel { pipeline, .. } => {
            let found = fresh_pipeline(sources, state, pipeline).await?;
            of_pipeline(sources.clock.now(), state, action, id, &found)
        }
        Action::Approve { pipeline, job, .. } => {
            Ok(pipelines::asked(action, pipelines::approve(sources, state, pipeline, job.as_deref(), id).await?))
        }
    }
}
