//! The plan of a revert: what was merged, and who reverts it already.

use super::error::PlanError;
use super::forecast::forecast_revert;
use super::guarded_files::lacking_permission;
use super::sources::PlanSources;
use futures::future::join3;
use slipway_domain::plan::{Consequence, ConsequenceKind, Plan};
use slipway_domain::plan::{EarlierRevert, RevertFacts, RevertState, forecast_consequence, plan_revert};
use slipway_domain::service::is_migration;
use slipway_domain::snapshot::ServiceState;
use slipway_vendor::{CodeHost, MergedPullRequest, PullRequestNow, PullRequestState, ReadError, RevertOf};
use std::collections::BTreeMap;
use std::time::Duration;

pub(super) async fn revert(
    sources: &PlanSources,
    state: &ServiceState,
    number: u64,
    id: String,
    forecast: Option<Duration>,
) -> Result<Plan, PlanError> {
    let host = sources.accounts.code_host(&state.config)?;
    let mut now = host.pull_request(&state.repo, number).await?;
    let tried = async {
        // Of what is not merged the plan says that there is nothing to revert.
        let patience = forecast.filter(|_| now.state == PullRequestState::Merged)?;
        Some(forecast_revert(&*host, state, &now, patience).await)
    };
    let files = [number];
    let (files, earlier, tried) = join3(host.files_of_range(&state.repo, &files, &[]), earlier_reverts(&*host, state, &now), tried).await;
    let paths: Option<Vec<String>> = files.ok().map(|files| files.into_iter().map(|file| file.path).collect());
    let pr = &mut now.pull_request;
    if pr.migrations.is_none() {
        let migrations = |paths: &Vec<String>| paths.iter().filter(|p| is_migration(p, &state.config.migration_paths)).cloned().collect();
        pr.migrations = paths.as_ref().map(migrations);
    }
    let under_former_name = was_merged_under_a_former_name(&*host, state, &now).await;
    let facts = RevertFacts {
        service: &state.name,
        repo: &now.repo,
        branch: &state.branch,
        pr: &now.pull_request,
        merged: now.state == PullRequestState::Merged,
        merge_commit: now.merge_commit.as_deref(),
        under_former_name,
        reverts: earlier.as_deref().unwrap_or_default(),
        usual: state.usual.pipeline,
    };
    let mut plan = plan_revert(&facts, id, sources.clock.now());
    if let Err(error) = &earlier {
        plan.consequences.push(Consequence {
            subject: None,
            kind: ConsequenceKind::Warning,
            title: "Whether another PR reverts it already could not be read".into(),
            details: vec![error.to_string()],
        });
    }
    plan.consequences.extend(tried.map(|tried| forecast_consequence(&tried, &state.branch)));
    Ok(lacking_permission(plan, host.profile(), &now, paths.unwrap_or_default()))
}

/// What refers to it, and the newest pull requests: a reference may show later than the pull request.
async fn earlier_reverts(host: &dyn CodeHost, state: &ServiceState, now: &PullRequestNow) -> Result<Vec<EarlierRevert>, ReadError> {
    let newest = host.newest_reverts(&state.repo, &MergedPullRequest::from(now)).await?;
    let by_number: BTreeMap<u64, EarlierRevert> = now.reverted_by.iter().chain(&newest).map(|r| (r.number, earlier(r))).collect();
    Ok(by_number.into_values().collect())
}

pub(crate) fn earlier(revert: &RevertOf) -> EarlierRevert {
    let state = match revert.state {
        PullRequestState::Open => RevertState::Open,
        PullRequestState::Merged => RevertState::Merged,
        PullRequestState::Closed => RevertState::Closed,
        PullRequestState::Unknown => RevertState::Unknown,
    };
    EarlierRevert { number: revert.number, state }
}

/// The branch it went into is gone, and what its merge made is in the service's branch.
async fn was_merged_under_a_former_name(host: &dyn CodeHost, state: &ServiceState, now: &PullRequestNow) -> bool {
    let (Some(made), Some(tip)) = (&now.merge_commit, state.main.first()) else { return false };
    let elsewhere = now.pull_request.base_branch != state.branch && now.base_gone;
    elsewhere && host.contains(&now.repo, made, &tip.sha).await.unwrap_or(false)
}
