//! What a list of releases and the loaded commits tell: what is live, which code a release runs, and what
//! lies between two commits.

use crate::commit::Commit;
use crate::release::{CodeId, Release, ReleaseCause};
use crate::status::ReleaseStatus;
use std::collections::{HashMap, HashSet};

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
