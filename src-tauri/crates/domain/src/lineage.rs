//! Which code a release runs and which pull requests it brought.

pub(crate) mod queries;

pub use queries::{
    between, code, contains, is_config_only, live, live_by_rollback, predecessor, pull_requests, rolled_back_from, same_code,
};

use crate::commit::Commit;
use crate::environment::{Build, Environment};
use crate::evidence::releases::unresolved;
use crate::release::{CodeId, Release};
use crate::snapshot::ServiceState;
use crate::status::ReleaseStatus;
use std::collections::HashMap;

/// Fills `current` of the environment and the derived fields of its releases.
pub fn settle(environment: &mut Environment, main: &[Commit]) {
    fill_code_versions(&mut environment.releases);
    share_commits(&mut environment.releases);
    fill_brought(&mut environment.releases, main);
    environment.current = live(&environment.releases).cloned();
    environment.failed_release = unresolved(environment, main).cloned();
    let released = environment.build.as_ref().and_then(|b| carries(&environment.releases, b));
    if let Some(build) = &mut environment.build {
        build.released = released;
    }
}

/// Whether a release carries what was built. A build older than every release that is known
/// may have been released before them.
fn carries(newest_first: &[Release], build: &Build) -> Option<bool> {
    let artifact_id = build.artifact_id.as_ref()?;
    let found = newest_first.iter().any(|r| r.artifact_id.as_ref() == Some(artifact_id) && r.status != ReleaseStatus::Failed);
    let within = newest_first.last().is_some_and(|oldest| oldest.released_at < build.created_at);
    (found || within).then_some(found)
}

/// Fills `pull_request` of pipelines from main's history. One that runs other workflows than a push
/// is no pull request's.
pub fn name_pipelines(service: &mut ServiceState) {
    for pipeline in &mut service.pipelines {
        let commit = pipeline.commit.as_ref().and_then(|sha| service.main.iter().find(|c| &c.sha == sha));
        if let Some(commit) = commit {
            pipeline.pull_request = commit.pull_request.filter(|_| pipeline.is_of_push());
            pipeline.title = Some(commit.pull_request_title.clone().unwrap_or_else(|| commit.title.clone()));
        }
    }
}

fn fill_code_versions(newest_first: &mut [Release]) {
    let codes: Vec<Option<CodeId>> = newest_first.iter().map(|release| code(newest_first, release)).collect();
    let mut first: HashMap<CodeId, u64> = HashMap::new();
    for (release, code) in newest_first.iter_mut().zip(codes).rev() {
        let Some(code) = code else {
            release.code_version = None;
            continue;
        };
        release.code_version = Some(first.get(&code).copied().unwrap_or(release.version));
        if release.status == ReleaseStatus::Succeeded {
            first.entry(code).or_insert(release.version);
        }
    }
}

fn share_commits(newest_first: &mut [Release]) {
    let commits: HashMap<CodeId, String> = newest_first.iter().filter_map(|r| Some((r.named_code()?, r.commit.clone()?))).collect();
    for release in newest_first.iter_mut().filter(|r| r.commit.is_none()) {
        release.commit = release.named_code().and_then(|code| commits.get(&code)).cloned();
    }
}

fn fill_brought(newest_first: &mut [Release], main: &[Commit]) {
    for i in 0..newest_first.len() {
        let release = &newest_first[i];
        let before = predecessor(newest_first, release);
        let brought = match (before, &release.commit) {
            (Some(before), _) if same_code(newest_first, before, release) => Some(Vec::new()),
            (Some(Release { commit: Some(base), .. }), Some(head)) => between(main, base, head).map(|c| pull_requests(&c)),
            (Some(_), _) | (None, _) => None,
        };
        newest_first[i].pull_requests = brought;
    }
}
