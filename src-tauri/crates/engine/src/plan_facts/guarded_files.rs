//! Whether an action changes files that its token may not change: read only for a token that is known to
//! lack the permission.

use slipway_domain::action::OpenChange;
use slipway_domain::plan::Plan;
use slipway_domain::plan::without_permission;
use slipway_domain::snapshot::ServiceState;
use slipway_domain::vendor::CodeHostProfile;
use slipway_vendor::{CodeHost, PullRequestNow, ReadError};

/// The plan as a token may carry it out: `paths` are what it changes.
pub(super) fn lacking_permission(plan: Plan, host: CodeHostProfile, now: &PullRequestNow, paths: Vec<String>) -> Plan {
    match now.may_change_guarded_files {
        Some(false) => without_permission(plan, host, paths.iter().map(String::as_str)),
        Some(true) | None => plan,
    }
}

/// The files that the action changes on the branch it is sent to. Empty where it does not matter, and
/// where it could not be read: nothing is said then.
pub(super) async fn changed(host: &dyn CodeHost, state: &ServiceState, change: OpenChange, now: &PullRequestNow) -> Vec<String> {
    if now.may_change_guarded_files != Some(false) {
        return Vec::new();
    }
    let read = match change {
        OpenChange::UpdateBranch => brought_by_update(host, state, now).await,
        OpenChange::Merge { .. }
        | OpenChange::Enqueue
        | OpenChange::Dequeue
        | OpenChange::EnableAutoMerge { .. }
        | OpenChange::DisableAutoMerge => of_pull_request(host, state, now).await,
    };
    read.unwrap_or_else(|error| {
        tracing::info!(service = state.name, %error, "whether guarded files change was not read");
        Vec::new()
    })
}

async fn of_pull_request(host: &dyn CodeHost, state: &ServiceState, now: &PullRequestNow) -> Result<Vec<String>, ReadError> {
    let pr = &now.pull_request;
    if let Some(files) = pr.files.as_ref().filter(|_| pr.files_complete) {
        return Ok(files.iter().map(|file| file.path.clone()).collect());
    }
    let files = host.files_of_range(&state.repo, &[pr.number], &[]).await?;
    Ok(files.into_iter().map(|file| file.path).collect())
}

/// What the base has that the head has not.
async fn brought_by_update(host: &dyn CodeHost, state: &ServiceState, now: &PullRequestNow) -> Result<Vec<String>, ReadError> {
    let Some(base) = &now.base_sha else { return Ok(Vec::new()) };
    let missing = host.commits_between(&state.repo, &state.branch, &now.pull_request.head_sha, base).await?;
    let numbers: Vec<u64> = missing.commits.iter().filter_map(|commit| commit.pull_request).collect();
    let direct: Vec<String> =
        missing.commits.iter().filter(|c| c.pull_request.is_none() && c.parents.len() < 2).map(|c| c.sha.clone()).collect();
    let files = host.files_of_range(&state.repo, &numbers, &direct).await?;
    Ok(files.into_iter().map(|file| file.path).collect())
}
