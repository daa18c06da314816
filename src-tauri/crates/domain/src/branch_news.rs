//! What must be remembered between two reads of a branch: which merges into it were announced, and whether
//! it has lost commits.

use crate::commit::Commit;
use crate::history::Contained;
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use ts_rs::TS;

/// So many announced merges are remembered.
const TOLD: usize = 300;
/// The code host is asked for three parents of a commit; one that has as many may have more.
const PARENTS_READ: usize = 3;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default)]
pub struct BranchNews {
    /// The newest time on the branch when it was read for the first time, by the host's clock. A merge up to
    /// then is not announced. None: not read yet.
    pub since: Option<Time>,
    /// Pull requests whose merge was announced, or was known at the first read; the newest last.
    pub told: Vec<u64>,
    /// When the branch last lost commits.
    pub reset: Option<BranchReset>,
}

/// The branch was set to a commit that does not descend from the one it stood at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct BranchReset {
    pub from: String,
    pub to: String,
    pub at: Time,
    /// Pull requests that the branch contained and does not contain any more.
    pub lost: Vec<u64>,
}

impl BranchNews {
    /// The next value after a read of the branch. `before`: the commits as they were known, None before the
    /// first read; `lost_tip`: the branch no longer contains the commit that was its newest.
    pub fn follow(&self, before: Option<&[Commit]>, main: &[Commit], lost_tip: bool, now: Time) -> Self {
        let known = before.unwrap_or(main);
        let mut told = self.told.clone();
        for number in known.iter().chain(main).rev().filter_map(|commit| commit.pull_request) {
            if !told.contains(&number) {
                told.push(number);
            }
        }
        told.drain(..told.len().saturating_sub(TOLD));
        let reset = before.zip(main.first()).filter(|_| lost_tip).and_then(|(before, to)| {
            let from = before.first()?;
            Some(BranchReset { from: from.sha.clone(), to: to.sha.clone(), at: now, lost: lost(before, main) })
        });
        Self { since: self.since.or_else(|| newest(known)), told, reset: reset.or_else(|| self.reset.clone()) }
    }
}

fn newest(commits: &[Commit]) -> Option<Time> {
    commits.iter().flat_map(|commit| [commit.committed_at, commit.pull_request_merged_at]).flatten().max()
}

/// Whether the branch still contains the commit it stood at, as far as both readings show it.
pub fn still_contains(old: &[Commit], new: &[Commit]) -> Contained {
    let (Some(was), Some(is)) = (old.first(), new.first()) else { return Contained::Unknown };
    let index: HashMap<&str, &Commit> = old.iter().chain(new).map(|commit| (commit.sha.as_str(), commit)).collect();
    // What `was` descends from cannot descend from it.
    let before = ancestors(&index, &was.sha);
    let (mut open, mut seen, mut unknown) = (vec![is.sha.as_str()], BTreeSet::new(), false);
    while let Some(sha) = open.pop() {
        if sha == was.sha {
            return Contained::Yes;
        }
        if before.contains(sha) || !seen.insert(sha) {
            continue;
        }
        match index.get(sha) {
            Some(commit) if !commit.parents.is_empty() && commit.parents.len() < PARENTS_READ => {
                open.extend(commit.parents.iter().map(String::as_str));
            }
            // Its parents may not all have been told.
            Some(commit) => {
                unknown = true;
                open.extend(commit.parents.iter().map(String::as_str));
            }
            None => unknown = true,
        }
    }
    if unknown { Contained::Unknown } else { Contained::No }
}

/// All that is known to be reachable from `sha`, without itself.
fn ancestors<'a>(index: &HashMap<&'a str, &'a Commit>, sha: &'a str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open = vec![sha];
    while let Some(next) = open.pop() {
        for parent in index.get(next).into_iter().flat_map(|commit| &commit.parents) {
            if found.insert(parent.as_str()) {
                open.push(parent);
            }
        }
    }
    found.remove(sha);
    found
}

fn lost(before: &[Commit], main: &[Commit]) -> Vec<u64> {
    let index: HashMap<&str, &Commit> = before.iter().chain(main).map(|commit| (commit.sha.as_str(), commit)).collect();
    let kept = main.first().map(|tip| (ancestors(&index, &tip.sha), tip.sha.as_str()));
    let is_kept = |sha: &str| kept.as_ref().is_some_and(|(below, tip)| below.contains(sha) || sha == *tip);
    let still: BTreeSet<u64> = main.iter().filter_map(|commit| commit.pull_request).collect();
    let gone = before.iter().filter(|commit| !is_kept(&commit.sha)).filter_map(|commit| commit.pull_request);
    gone.filter(|number| !still.contains(number)).collect::<BTreeSet<u64>>().into_iter().collect()
}
