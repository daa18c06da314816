//! Which code a release runs and which pull requests it brought.

use crate::environment::{Build, Environment};
use crate::evidence::push_workflows::is_of_push;
use crate::release::{CodeId, Release, ReleaseCause};
use crate::snapshot::{Commit, ServiceState};
use crate::status::ReleaseStatus;
use std::collections::{HashMap, HashSet};

/// Fills `current` of the environment and the derived fields of its releases.
pub fn settle(environment: &mut Environment, main: &[Commit]) {
    fill_code_versions(&mut environment.releases);
    share_commits(&mut environment.releases);
    fill_brought(&mut environment.releases, main);
    environment.current = live(&environment.releases).cloned();
    environment.failed_release = crate::evidence::releases::unresolved(environment, main).cloned();
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

/// The release that runs: the platform's word, else the newest that succeeded.
pub fn live(newest_first: &[Release]) -> Option<&Release> {
    newest_first
        .iter()
        .find(|r| r.current && r.status == ReleaseStatus::Succeeded)
        .or_else(|| newest_first.iter().find(|r| r.status == ReleaseStatus::Succeeded))
}

/// The release that was live before `release` came.
pub fn predecessor<'a>(newest_first: &'a [Release], release: &Release) -> Option<&'a Release> {
    newest_first.iter().find(|r| r.version < release.version && r.status == ReleaseStatus::Succeeded)
}

/// What identifies the code of `release`. Where the platform names none, a release that says of
/// itself that it changed only config runs the code of the one before it, a rollback that of its
/// target, and what put code live is a code of its own. None where no code is known to run: an app
/// before its first deploy.
pub fn code(newest_first: &[Release], release: &Release) -> Option<CodeId> {
    let mut at = release;
    loop {
        if let Some(named) = at.named_code() {
            return Some(named);
        }
        // Each step goes to an older version, so this ends.
        let before = match at.cause() {
            ReleaseCause::Deploy | ReleaseCause::Promotion { .. } => return Some(at.code()),
            ReleaseCause::Config { .. } | ReleaseCause::AddOn { .. } => predecessor(newest_first, at),
            ReleaseCause::Rollback { to } => newest_first.iter().find(|r| r.version == to && r.version < at.version),
            ReleaseCause::Other => None,
        };
        at = before?;
    }
}

/// Whether both are known to run the same code.
pub fn same_code(newest_first: &[Release], one: &Release, other: &Release) -> bool {
    code(newest_first, one).is_some_and(|one| code(newest_first, other) == Some(one))
}

/// A release that changed no code: config vars, add-ons, or the same code once more.
pub fn is_config_only(newest_first: &[Release], release: &Release) -> bool {
    match release.cause() {
        ReleaseCause::Config { .. } | ReleaseCause::AddOn { .. } => true,
        ReleaseCause::Rollback { .. } => false,
        ReleaseCause::Deploy | ReleaseCause::Promotion { .. } | ReleaseCause::Other => {
            predecessor(newest_first, release).is_some_and(|before| same_code(newest_first, before, release))
        }
    }
}

/// The rollback that brought what is live, whoever made it and whenever. Releases on top of it
/// that kept its code do not end that. None also where the known releases do not reach back to
/// the one that brought the live code.
pub fn live_by_rollback(newest_first: &[Release]) -> Option<&Release> {
    let live = live(newest_first)?;
    let ran = newest_first.iter().filter(|r| r.version <= live.version && r.status == ReleaseStatus::Succeeded);
    let same = |r: &&Release| r.version == live.version || same_code(newest_first, r, live);
    ran.take_while(same).find(|r| r.rollback_to().is_some())
}

/// Versions that were live when somebody rolled back, with the config-only releases of the
/// same stretch: the code a team chose to leave.
pub fn rolled_back_from(newest_first: &[Release]) -> HashSet<u64> {
    let mut left = HashSet::new();
    for rollback in newest_first.iter().filter(|r| r.status == ReleaseStatus::Succeeded && r.rollback_to().is_some()) {
        let Some(was) = predecessor(newest_first, rollback).filter(|p| !same_code(newest_first, p, rollback)) else { continue };
        for release in newest_first.iter().filter(|r| r.version < rollback.version && r.status == ReleaseStatus::Succeeded) {
            if release.version != was.version && !same_code(newest_first, release, was) {
                break;
            }
            left.insert(release.version);
        }
    }
    left
}

/// The commits reachable from `head` and not from `base`; None when `known` does not hold both.
pub fn between<'a>(known: &'a [Commit], base: &str, head: &str) -> Option<Vec<&'a Commit>> {
    let index: HashMap<&str, &Commit> = known.iter().map(|c| (c.sha.as_str(), c)).collect();
    if !index.contains_key(base) || !index.contains_key(head) {
        return None;
    }
    let from_base = reach(&index, base);
    let from_head = reach(&index, head);
    Some(known.iter().filter(|c| from_head.contains(c.sha.as_str()) && !from_base.contains(c.sha.as_str())).collect())
}

/// Whether the code at `head` contains the commit `base`; None when `known` does not hold both.
pub fn contains(known: &[Commit], head: &str, base: &str) -> Option<bool> {
    let index: HashMap<&str, &Commit> = known.iter().map(|c| (c.sha.as_str(), c)).collect();
    (index.contains_key(base) && index.contains_key(head)).then(|| reach(&index, head).contains(base))
}

fn reach<'a>(index: &HashMap<&'a str, &'a Commit>, from: &str) -> HashSet<&'a str> {
    let mut seen = HashSet::new();
    let mut queue: Vec<&str> = vec![from];
    while let Some(sha) = queue.pop() {
        let Some((key, commit)) = index.get_key_value(sha) else { continue };
        if seen.insert(*key) {
            queue.extend(commit.parents.iter().map(String::as_str));
        }
    }
    seen
}

/// Each merged pull request of `commits` once, in their order.
pub fn pull_requests(commits: &[&Commit]) -> Vec<u64> {
    let mut numbers = Vec::new();
    for number in commits.iter().filter_map(|c| c.pull_request) {
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}

/// Fills `pull_request` of pipelines from main's history. One that runs other workflows than a push
/// is no pull request's.
pub fn name_pipelines(service: &mut ServiceState) {
    for pipeline in &mut service.pipelines {
        let commit = pipeline.commit.as_ref().and_then(|sha| service.main.iter().find(|c| &c.sha == sha));
        if let Some(commit) = commit {
            pipeline.pull_request = commit.pull_request.filter(|_| is_of_push(pipeline));
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
