//! What a branch's newest commits do not tell themselves: which merges into it are news, and whether it
//! still contains what it contained.

use crate::history::Contained;
use crate::snapshot::{Commit, ServiceState};
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use ts_rs::TS;

/// Merges that are remembered as told.
const TOLD: usize = 300;
/// The code host is asked for three parents of a commit; one that has as many may have more.
const PARENTS_READ: usize = 3;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default)]
pub struct BranchNews {
    /// The newest time on the branch when it was read for the first time, by the host's clock. What was
    /// merged by then is no news. None: not read yet.
    pub since: Option<Time>,
    /// Pull requests whose merge was told, or was known before anything was told; the newest last.
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
    /// After a reading of the branch. `before`: the commits as they were known, none before the first
    /// reading; `lost_tip`: it is shown that the branch no longer contains the one it stood at.
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

/// The commits that brought pull requests into the branch since `old`, one for each that was not told:
/// the oldest first.
pub fn merged<'a>(old: &ServiceState, new: &'a ServiceState) -> Vec<&'a Commit> {
    let mut seen = BTreeSet::new();
    let of_pull_requests = new.main.iter().filter(|commit| commit.pull_request.is_some_and(|number| seen.insert(number)));
    let mut news: Vec<&Commit> = of_pull_requests.filter(|commit| is_news(commit, old, new)).collect();
    news.reverse();
    news
}

/// `newest`: the newest commit of its pull request.
fn is_news(newest: &Commit, old: &ServiceState, new: &ServiceState) -> bool {
    let Some(number) = newest.pull_request else { return false };
    if old.branch_news.told.contains(&number) || old.main.iter().any(|commit| commit.pull_request == Some(number)) {
        return false;
    }
    if old.pull_request(number).is_some() {
        return true;
    }
    let landed = newest.pull_request_merged_at.or(newest.committed_at);
    let by = |limit: Option<Time>, time: Option<Time>| limit.zip(time).is_some_and(|(limit, time)| time <= limit);
    let since = old.branch_news.since;
    let before_all = by(since, landed) || by(since, newest.committed_at);
    // History that shows because newer commits are gone from the branch.
    let was_there = new.main.iter().filter(|c| c.pull_request == Some(number)).any(|c| old.main.iter().any(|known| known.sha == c.sha));
    let oldest = old.main.iter().filter_map(|commit| commit.committed_at).min();
    let is_older = !was_there && oldest.zip(landed).is_some_and(|(oldest, landed)| landed < oldest);
    !before_all && !is_older
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
