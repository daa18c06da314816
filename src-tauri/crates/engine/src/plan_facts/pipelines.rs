//! Rerun and approve: which workflow or hold is meant, and what the pipeline would release where.

use super::error::PlanError;
use super::named_pipeline::{fresh_pipeline, has_workflow, the_one};
use super::ranges::{commit_of, commits_between, migrations_of_range};
use super::rolled_back::{Carrier, EnvironmentNow, environments_now, shipped_again};
use super::sources::PlanSources;
use futures::future::{join, join_all};
use slipway_domain::action::{Action, ActionKind, PipelineAction, PipelineChange};
use slipway_domain::environment::Environment;
use slipway_domain::lineage::{between, live, pull_requests};
use slipway_domain::pending_approvals::{PendingApproval, gates, named, pending_approvals};
use slipway_domain::pipeline::Pipeline;
use slipway_domain::plan::Plan;
use slipway_domain::plan::{EnvironmentShipment, cancelable, plan_approve, plan_cancel, plan_rerun, rerunnable, with_pipeline};
use slipway_domain::shipment::Change;
use slipway_domain::snapshot::{Commit, ServiceState};
use slipway_domain::time::Time;

pub(super) async fn rerun(sources: &PlanSources, state: &ServiceState, wanted: &str, id: String) -> Result<Plan, PlanError> {
    let (found, now) = join(fresh_pipeline(sources, state, wanted), environments_now(sources, state)).await;
    let found = found?;
    let workflow = the_one(&found, rerunnable(&found), wanted)?;
    let plan = plan_rerun(&state.name, &found, workflow, id, sources.clock.now());
    if plan.is_denied() {
        return Ok(plan);
    }
    let names: Vec<&str> = state.environments.iter().map(|e| e.name.as_str()).collect();
    Ok(shipping(sources, state, plan, &found, now, &names).await)
}

pub(super) async fn approve(
    sources: &PlanSources,
    state: &ServiceState,
    wanted: &str,
    name: Option<&str>,
    id: String,
) -> Result<Plan, PlanError> {
    let (found, now) = join(fresh_pipeline(sources, state, wanted), environments_now(sources, state)).await;
    let found = found?;
    let names: Vec<&str> = state.environments.iter().map(|e| e.name.as_str()).collect();
    let hold = the_hold(&found, wanted, name, &names)?;
    let plan = plan_approve(&state.name, &found, hold, name.map(str::to_owned), id, sources.clock.now());
    let Some(hold) = hold else { return Ok(plan) };
    let gated = gates(&found, hold.job, &names);
    Ok(shipping(sources, state, plan, &found, now, &gated).await)
}

/// The hold that is meant. Several are listed, so that one can be named.
pub(super) fn the_hold<'a>(
    pipeline: &'a Pipeline,
    wanted: &str,
    name: Option<&str>,
    environments: &[&str],
) -> Result<Option<PendingApproval<'a>>, PlanError> {
    let all = name.map_or_else(|| pending_approvals(pipeline), |name| named(pipeline, name, environments));
    // Of a workflow that was named, no other hold is meant.
    let alone = has_workflow(pipeline, wanted);
    let candidates: Vec<PendingApproval<'_>> = all.into_iter().filter(|hold| !alone || hold.workflow.id == wanted).collect();
    if let [_, _, ..] = candidates[..] {
        let list: Vec<String> = candidates.iter().map(|hold| hold.job.name.clone()).collect();
        return Err(PlanError::Ambiguous(format!(
            "Pipeline #{} waits for {} approvals; name one with --job or --environment: {}",
            pipeline.number,
            candidates.len(),
            list.join(", ")
        )));
    }
    Ok(candidates.first().copied())
}

/// What an action on a pipeline would do, from the pipeline alone.
pub(crate) fn of_pipeline(
    at: Time,
    state: &ServiceState,
    action: &PipelineAction,
    id: String,
    found: &Pipeline,
) -> Result<Plan, PlanError> {
    let name = &state.name;
    let plan = match &action.change {
        PipelineChange::Rerun => plan_rerun(name, found, the_one(found, rerunnable(found), &action.pipeline)?, id, at),
        PipelineChange::Cancel => plan_cancel(name, found, the_one(found, cancelable(found), &action.pipeline)?, id, at),
        PipelineChange::Approve { job } => {
            let environments: Vec<&str> = state.environments.iter().map(|e| e.name.as_str()).collect();
            let hold = the_hold(found, &action.pipeline, job.as_deref(), &environments)?;
            plan_approve(name, found, hold, job.clone(), id, at)
        }
    };
    Ok(asked(state, action, plan))
}

/// The plan with the action as it was asked for: planned again, it must mean the same workflow.
pub(super) fn asked(state: &ServiceState, action: &PipelineAction, plan: Plan) -> Plan {
    Plan { action: Action { service: state.name.clone(), kind: ActionKind::Pipeline(action.clone()) }, ..plan }
}

async fn shipping(
    sources: &PlanSources,
    state: &ServiceState,
    plan: Plan,
    pipeline: &Pipeline,
    now: Vec<EnvironmentNow>,
    names: &[&str],
) -> Plan {
    let wanted: Vec<EnvironmentNow> = now.into_iter().filter(|now| names.contains(&now.environment.name.as_str())).collect();
    let shipments = join_all(wanted.iter().map(|now| shipment(sources, state, now, pipeline))).await;
    with_pipeline(plan, pipeline, shipments)
}

async fn shipment(sources: &PlanSources, state: &ServiceState, now: &EnvironmentNow, pipeline: &Pipeline) -> EnvironmentShipment {
    let learnt = match &now.gap {
        Some(gap) => Err(gap.clone()),
        None => learn(sources, state, &now.environment, pipeline).await,
    };
    learnt.unwrap_or_else(|why| EnvironmentShipment::unknown(&now.environment, why))
}

async fn learn(
    sources: &PlanSources,
    state: &ServiceState,
    environment: &Environment,
    pipeline: &Pipeline,
) -> Result<EnvironmentShipment, String> {
    let code = pipeline.commit.as_deref().ok_or_else(|| format!("The commit of pipeline #{} is not known", pipeline.number))?;
    let now = live(&environment.releases).ok_or_else(|| format!("Nothing is known to run on {}", environment.app))?;
    let base = commit_of(sources, state, &environment.app, now).await;
    let base = base.ok_or_else(|| format!("The commit of v{} is not known", now.version))?;
    let (come, go) = join(range(sources, state, &base, code), range(sources, state, code, &base)).await;
    let (come, go) = (come?, go?);
    let numbers = pull_requests(&come.iter().collect::<Vec<_>>());
    let direct: Vec<String> = come.iter().filter(|commit| commit.pull_request.is_none()).map(|commit| commit.sha.clone()).collect();
    let migrations = async {
        let host = sources.accounts.code_host(&state.config).ok()?;
        migrations_of_range(&*host, state, &numbers, &direct).await.ok()
    };
    let known: Vec<Commit> = come.iter().chain(&go).cloned().collect();
    let mut again_of = [environment.clone()];
    let again = shipped_again(sources, state, &mut again_of, Carrier { code, at_host: code, known });
    let (migrations, ships_again) = join(migrations, again).await;
    Ok(EnvironmentShipment {
        environment: environment.name.clone(),
        app: environment.app.clone(),
        brings: Some(changes(&come)),
        takes_out: changes(&go),
        migrations,
        ships_again,
        gaps: Vec::new(),
    })
}

/// What `head` has and `base` has not: from the board where it holds both, else asked.
async fn range(sources: &PlanSources, state: &ServiceState, base: &str, head: &str) -> Result<Vec<Commit>, String> {
    if base == head {
        return Ok(Vec::new());
    }
    if let Some(known) = between(&state.main, base, head) {
        return Ok(known.into_iter().cloned().collect());
    }
    let host = sources.accounts.code_host(&state.config).map_err(|e| e.to_string())?;
    commits_between(&*host, state, base, head).await
}

/// Each pull request once, and commits without one.
fn changes(commits: &[Commit]) -> Vec<Change> {
    let mut found: Vec<Change> = Vec::new();
    // The author of a pull request is the author of its commits, not who merged it.
    let (merges, own): (Vec<&Commit>, Vec<&Commit>) = commits.iter().partition(|commit| commit.parents.len() > 1);
    for change in own.into_iter().chain(merges).map(Change::of_commit) {
        if !found.iter().any(|known| known.id == change.id) {
            found.push(change);
        }
    }
    found
}
