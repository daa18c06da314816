//! Which merges into the branch are new between two states.

use crate::commit::Commit;
use crate::snapshot::ServiceState;
use crate::time::Time;
use std::collections::BTreeSet;

/// The commits that brought pull requests into the branch since `old`, one for each that was not
/// announced, the oldest first.
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
    // Older history comes into the list when newer commits are gone from the branch.
    let was_there = new.main.iter().filter(|c| c.pull_request == Some(number)).any(|c| old.main.iter().any(|known| known.sha == c.sha));
    let oldest = old.main.iter().filter_map(|commit| commit.committed_at).min();
    let is_older = !was_there && oldest.zip(landed).is_some_and(|(oldest, landed)| landed < oldest);
    !before_all && !is_older
}
