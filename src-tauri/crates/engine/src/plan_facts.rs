//! Reads what a plan needs, fresh from the source, and hands it to the domain's guards.

mod checks;
mod deploy;
mod guarded_files;
mod in_flight;
mod mergeability;
mod pipelines;
mod ranges;
pub(crate) mod revert;
mod rollback;
mod rolled_back;

use crate::observe::sources;
use crate::reducer::migrations_of;
use crate::shared::Core;
use futures::future::join;
use rolled_back::{Carrier, EnvironmentNow, environments_now, outages, shipped_again};
use slipway_domain::action::Action;
use slipway_domain::evidence::readiness::judge;
use slipway_domain::history::as_if_merged;
use slipway_domain::pipeline::{Pipeline, Workflow};
use slipway_domain::plan::Plan;
use slipway_domain::plan::{
    MergeFacts, Outlook, cancelable, plan_approve, plan_cancel, plan_dequeue, plan_disable_auto_merge, plan_enable_auto_merge,
    plan_enqueue, plan_merge, plan_rerun, plan_update_branch, rerunnable, with_pull_request_shipment,
};
use slipway_domain::plan::{deny_disabled_actions, through};
use slipway_domain::pull_request::PullRequest;
use slipway_domain::snapshot::{Commit, ServiceState};
use slipway_vendor::{CodeHost, PullRequestNow, PullRequestState, ReadError};
use std::sync::Arc;
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error("{0}")]
    NotFound(String),
    /// More than one thing answers to the name.
    #[error("{0}")]
    Ambiguous(String),
    /// There is nothing such an action could do; no plan can be shown.
    #[error("{0}")]
    Impossible(String),
    #[error("{0}")]
    Read(#[from] ReadError),
}

impl PlanError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::Ambiguous(_) => "ambiguous",
            Self::Impossible(_) => "denied",
            Self::Read(_) => "unreachable",
        }
    }
}

/// `id` names the plan; a plan made again for the same consent keeps it.
pub async fn plan(core: &Arc<Core>, state: &ServiceState, action: &Action, id: String) -> Result<Plan, PlanError> {
    plan_within(core, state, action, id, mergeability::LONGEST).await
}

/// As [`plan`]; what the vendor still works out is waited for no longer than `patience`.
pub async fn plan_within(
    core: &Arc<Core>,
    state: &ServiceState,
    action: &Action,
    id: String,
    patience: Duration,
) -> Result<Plan, PlanError> {
    let plan = addressed(core, state, readable_plan(core, state, action, id, patience).await?);
    Ok(deny_disabled_actions(plan, &core.accounts.off(state)))
}

/// The plan with the account it is sent through and the repository it belongs to: what the journal
/// needs to settle it, also when the service has another name by then.
fn addressed(core: &Core, state: &ServiceState, mut plan: Plan) -> Plan {
    let source = through(&plan.action);
    let provider = sources(state).into_iter().find(|(s, _)| *s == source).map(|(_, provider)| provider);
    plan.account = provider.and_then(|provider| core.accounts.account_id(&state.config, provider));
    if plan.repo.is_empty() {
        plan.repo.clone_from(&state.repo);
    }
    plan
}

async fn readable_plan(core: &Arc<Core>, state: &ServiceState, action: &Action, id: String, patience: Duration) -> Result<Plan, PlanError> {
    match action {
        Action::Merge { .. }
        | Action::Enqueue { .. }
        | Action::Dequeue { .. }
        | Action::EnableAutoMerge { .. }
        | Action::DisableAutoMerge { .. }
        | Action::UpdateBranch { .. } => landing(core, state, action, id, patience).await,
        Action::Revert { number, .. } => revert::revert(core, state, *number, id).await,
        Action::RollBack { environment, to, reason, .. } => rollback::roll_back(core, state, environment, *to, reason.clone(), id).await,
        Action::Promote { from, to, .. } => deploy::promote(core, state, from, to, id).await,
        Action::Release { environment, code, .. } => deploy::release(core, state, environment, code, id).await,
        Action::Rerun { pipeline, .. } => Ok(asked(action, pipelines::rerun(core, state, pipeline, id).await?)),
        Action::Cancel { pipeline, .. } => {
            let found = fresh_pipeline(core, state, pipeline).await?;
            of_pipeline(core, state, action, id, &found)
        }
        Action::Approve { pipeline, job, .. } => Ok(asked(action, pipelines::approve(core, state, pipeline, job.as_deref(), id).await?)),
    }
}

/// What an action on a pipeline would do, from the pipeline alone.
pub(crate) fn of_pipeline(core: &Core, state: &ServiceState, action: &Action, id: String, found: &Pipeline) -> Result<Plan, PlanError> {
    let (name, at) = (&state.name, core.now());
    let plan = match action {
        Action::Rerun { pipeline, .. } => plan_rerun(name, found, the_one(found, rerunnable(found), pipeline)?, id, at),
        Action::Cancel { pipeline, .. } => plan_cancel(name, found, the_one(found, cancelable(found), pipeline)?, id, at),
        Action::Approve { pipeline, job, .. } => {
            let environments: Vec<&str> = state.environments.iter().map(|e| e.name.as_str()).collect();
            let hold = pipelines::the_hold(found, pipeline, job.as_deref(), &environments)?;
            plan_approve(name, found, hold, job.clone(), id, at)
        }
        Action::Merge { .. }
        | Action::Enqueue { .. }
        | Action::Dequeue { .. }
        | Action::EnableAutoMerge { .. }
        | Action::DisableAutoMerge { .. }
        | Action::UpdateBranch { .. }
        | Action::Revert { .. }
        | Action::RollBack { .. }
        | Action::Promote { .. }
        | Action::Release { .. } => return Err(PlanError::Impossible(format!("{} is no action on a pipeline", action.kind()))),
    };
    Ok(asked(action, plan))
}

/// Planned again, it must mean the same: a workflow that was named stays named.
fn asked(action: &Action, plan: Plan) -> Plan {
    Plan { action: action.clone(), ..plan }
}

/// The workflow an action means. Several are named, so that one can be asked for by its id.
fn the_one<'a>(pipeline: &Pipeline, candidates: Vec<&'a Workflow>, wanted: &str) -> Result<Option<&'a Workflow>, PlanError> {
    // One that was named is meant alone, also when nothing can be done to it any more.
    if has_workflow(pipeline, wanted) {
        return Ok(candidates.into_iter().find(|w| w.id == wanted));
    }
    if let [_, _, ..] = candidates[..] {
        let list: Vec<String> = candidates.iter().map(|w| format!("{} {}", w.name, w.id)).collect();
        return Err(PlanError::Ambiguous(format!(
            "{} workflows could be meant; name one by its id: {}",
            candidates.len(),
            list.join(", ")
        )));
    }
    Ok(candidates.first().copied())
}

/// What brings a pull request into its branch, or nearer to it.
async fn landing(core: &Arc<Core>, state: &ServiceState, action: &Action, id: String, patience: Duration) -> Result<Plan, PlanError> {
    let number = action.pull_request().ok_or_else(|| PlanError::Impossible("No pull request is named".to_owned()))?;
    let host = core.accounts.code_host(&state.config)?;
    // These change nothing of what runs.
    let lands = !matches!(action, Action::Dequeue { .. } | Action::DisableAutoMerge { .. } | Action::UpdateBranch { .. });
    let environments = async { if lands { environments_now(core, state).await } else { Vec::new() } };
    let (now, environments) = join(mergeability::settled(&*host, &state.repo, number, patience), environments).await;
    let mut now = now?;
    if lands {
        checks::fill(core, &*host, state, &mut now).await;
    }
    let landing = now.clone();
    let ((), outlook) = join(fill_files(&*host, &mut now.pull_request, state), outlook(core, state, &landing, environments)).await;
    checks::expect(state, &mut now.rules);
    judge(&mut now.pull_request, &now.rules);
    let paths = guarded_files::changed(&*host, state, action, &now).await;
    let (pr, landing) = (now.pull_request.clone(), now.clone());
    let plan = guarded_files::lacking_permission(of_pull_request(core, state, action, id, now)?, host.profile(), &landing, paths);
    Ok(if lands { with_pull_request_shipment(plan, &pr, outlook) } else { plan })
}

/// What an action on a pull request would do, from the pull request alone.
pub(crate) fn of_pull_request(
    core: &Core,
    state: &ServiceState,
    action: &Action,
    id: String,
    mut now: PullRequestNow,
) -> Result<Plan, PlanError> {
    checks::expect(state, &mut now.rules);
    judge(&mut now.pull_request, &now.rules);
    let facts = MergeFacts {
        service: &state.name,
        // A write to a name that a repository no longer has is not redirected.
        repo: &now.repo,
        branch: &state.branch,
        pr: &now.pull_request,
        open: now.state == PullRequestState::Open,
        merged: now.state == PullRequestState::Merged,
        methods: &now.merge_methods,
        rules: &now.rules,
        base_sha: now.base_sha.as_deref(),
        usual: state.usual.pipeline,
        ci: state.config.ci.as_ref().map(|_| state.ci_profile),
        messages: &now.messages,
    };
    let at = core.now();
    Ok(match action {
        Action::Enqueue { .. } => plan_enqueue(&facts, id, at),
        Action::Dequeue { .. } => plan_dequeue(&facts, id, at),
        Action::EnableAutoMerge { method, .. } => plan_enable_auto_merge(&facts, *method, id, at),
        Action::DisableAutoMerge { .. } => plan_disable_auto_merge(&facts, id, at),
        Action::UpdateBranch { .. } => plan_update_branch(&facts, id, at),
        Action::Merge { method, .. } => plan_merge(&facts, *method, id, at),
        Action::Revert { .. }
        | Action::RollBack { .. }
        | Action::Rerun { .. }
        | Action::Cancel { .. }
        | Action::Approve { .. }
        | Action::Promote { .. }
        | Action::Release { .. } => {
            return Err(PlanError::Impossible(format!("{} does not land a pull request", action.kind())));
        }
    })
}

/// What the branch would ship again once the pull request is in it, and how production fares.
async fn outlook(core: &Arc<Core>, state: &ServiceState, landing: &PullRequestNow, now: Vec<EnvironmentNow>) -> Outlook {
    let mut gaps: Vec<String> = now.iter().filter_map(|now| now.gap.clone()).collect();
    let mut environments: Vec<_> = now.into_iter().map(|now| now.environment).collect();
    let pr = &landing.pull_request;
    let Some(base) = landing.base_sha.as_deref() else {
        if !environments.is_empty() {
            gaps.push(format!("Where {} stands could not be read", state.branch));
        }
        return Outlook { ships_again: Vec::new(), outages: outages(&environments), gaps };
    };
    let merged = Commit {
        reverts_commits: landing.reverts.commits.clone(),
        pull_request_reverts: landing.reverts.pull_requests.clone(),
        ..as_if_merged(pr.number, &pr.head_sha, &pr.title, base)
    };
    let carrier = Carrier { code: &pr.head_sha, at_host: base, known: vec![merged] };
    let ships_again = shipped_again(core, state, &mut environments, carrier).await;
    Outlook { ships_again, outages: outages(&environments), gaps }
}

/// The files of this very head: known, or asked for. Not known is said by the plan.
async fn fill_files(host: &dyn CodeHost, pr: &mut PullRequest, state: &ServiceState) {
    if let Some(known) = state.pull_request(pr.number).filter(|k| k.head_sha == pr.head_sha && k.files.is_some()) {
        pr.files = known.files.clone();
        pr.files_complete = known.files_complete;
        pr.behind_by = pr.behind_by.or(known.behind_by);
    } else if let Ok(found) = host.changed_files(std::slice::from_ref(&pr.node_id)).await
        && let Some(of) = found.into_iter().find(|f| f.head_sha == pr.head_sha)
    {
        pr.files = Some(of.files);
        pr.files_complete = of.complete;
    }
    pr.migrations = migrations_of(pr, &state.config.migration_paths);
}

/// The pipeline by number or id, its workflows and jobs as they are now.
pub async fn fresh_pipeline(core: &Core, state: &ServiceState, wanted: &str) -> Result<Pipeline, PlanError> {
    let ci = core.accounts.ci(&state.config)?.ok_or_else(|| PlanError::Impossible(format!("{} has no CI", state.name)))?;
    let listed;
    let mut found = candidates(&state.pipelines, wanted);
    if found.is_empty()
        && let Some(project) = &state.config.ci
    {
        listed = ci.pipelines(&project.project, &state.branch).await?;
        found = candidates(&listed, wanted);
    }
    match found[..] {
        [] => {
            Err(PlanError::NotFound(format!("{} has no pipeline {wanted} on {}. `slipway status` lists them.", state.name, state.branch)))
        }
        [one] => Ok(ci.details(one).await?),
        [..] => {
            let list: Vec<String> = found.iter().map(|p| format!("#{} {}", p.number, p.id)).collect();
            Err(PlanError::Ambiguous(format!("{wanted} names {} pipelines: {}", found.len(), list.join(", "))))
        }
    }
}

fn candidates<'a>(pipelines: &'a [Pipeline], wanted: &str) -> Vec<&'a Pipeline> {
    let number: Option<u64> = wanted.trim_start_matches('#').parse().ok();
    let exact: Vec<&Pipeline> =
        pipelines.iter().filter(|p| p.id == wanted || has_workflow(p, wanted) || (number.is_some() && Some(p.number) == number)).collect();
    if !exact.is_empty() || wanted.len() < 4 {
        return exact;
    }
    pipelines.iter().filter(|p| p.id.starts_with(wanted)).collect()
}

fn has_workflow(pipeline: &Pipeline, id: &str) -> bool {
    pipeline.workflows.iter().flatten().any(|w| w.id == id)
}
