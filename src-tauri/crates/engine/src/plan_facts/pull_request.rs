//! Merge, merge queue, auto-merge and branch update: the pull request as it is now, and what its merge would ship.

use super::error::PlanError;
use super::rolled_back::{Carrier, EnvironmentNow, environments_now, outages, shipped_again, unknown_code};
use super::sources::PlanSources;
use super::{checks, guarded_files, mergeability};
use crate::reducer::migrations_of;
use futures::future::join;
use slipway_domain::action::OpenChange;
use slipway_domain::evidence::readiness::judge;
use slipway_domain::history::as_if_merged;
use slipway_domain::plan::Plan;
use slipway_domain::plan::{
    MergeFacts, Outlook, plan_dequeue, plan_disable_auto_merge, plan_enable_auto_merge, plan_enqueue, plan_merge, plan_update_branch,
    with_pull_request_shipment,
};
use slipway_domain::pull_request::PullRequest;
use slipway_domain::snapshot::{Commit, ServiceState};
use slipway_domain::time::Time;
use slipway_vendor::{CodeHost, PullRequestNow, PullRequestState};
use std::time::Duration;

/// What brings a pull request into its branch, or nearer to it.
pub(super) async fn into_branch(
    sources: &PlanSources,
    state: &ServiceState,
    number: u64,
    change: OpenChange,
    id: String,
    patience: Duration,
) -> Result<Plan, PlanError> {
    let host = sources.accounts.code_host(&state.config)?;
    // Other actions do not change what runs.
    let lands = !matches!(change, OpenChange::Dequeue | OpenChange::DisableAutoMerge | OpenChange::UpdateBranch);
    let environments = async { if lands { environments_now(sources, state).await } else { Vec::new() } };
    let (now, environments) = join(mergeability::settled(&*host, &state.repo, number, patience), environments).await;
    let mut now = now?;
    if lands {
        checks::fill(sources, &*host, state, &mut now).await;
    }
    let landing = now.clone();
    let ((), outlook) = join(fill_files(&*host, &mut now.pull_request, state), outlook(sources, state, &landing, environments)).await;
    checks::expect(state, &mut now.rules);
    judge(&mut now.pull_request, &now.rules);
    let paths = guarded_files::changed(&*host, state, change, &now).await;
    let (pr, landing) = (now.pull_request.clone(), now.clone());
    let plan =
        guarded_files::lacking_permission(of_pull_request(sources.clock.now(), state, change, id, now)?, host.profile(), &landing, paths);
    Ok(if lands { with_pull_request_shipment(plan, &pr, outlook) } else { plan })
}

/// What an action on a pull request would do, from the pull request alone.
pub(crate) fn of_pull_request(
    at: Time,
    state: &ServiceState,
    change: OpenChange,
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
    Ok(match change {
        OpenChange::Merge { method } => plan_merge(&facts, method, id, at),
        OpenChange::Enqueue => plan_enqueue(&facts, id, at),
        OpenChange::Dequeue => plan_dequeue(&facts, id, at),
        OpenChange::EnableAutoMerge { method } => plan_enable_auto_merge(&facts, method, id, at),
        OpenChange::DisableAutoMerge => plan_disable_auto_merge(&facts, id, at),
        OpenChange::UpdateBranch => plan_update_branch(&facts, id, at),
    })
}

/// What the branch would ship again once the pull request is in it, and how production fares.
async fn outlook(sources: &PlanSources, state: &ServiceState, landing: &PullRequestNow, now: Vec<EnvironmentNow>) -> Outlook {
    let mut gaps: Vec<String> = now.iter().filter_map(|now| now.gap.clone()).collect();
    let mut environments: Vec<_> = now.into_iter().map(|now| now.environment).collect();
    let pr = &landing.pull_request;
    let Some(base) = landing.base_sha.as_deref() else {
        if !environments.is_empty() {
            gaps.push(format!("Where {} stands could not be read", state.branch));
        }
        return Outlook { ships_again: unknown_code(&environments), outages: outages(&environments), gaps };
    };
    let merged = Commit {
        reverts_commits: landing.reverts.commits.clone(),
        pull_request_reverts: landing.reverts.pull_requests.clone(),
        ..as_if_merged(pr.number, &pr.head_sha, &pr.title, base)
    };
    let carrier = Carrier { code: &pr.head_sha, at_host: base, known: vec![merged] };
    let ships_again = shipped_again(sources, state, &mut environments, carrier).await;
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
