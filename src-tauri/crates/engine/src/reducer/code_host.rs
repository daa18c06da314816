//! What a read of the code host changes.

use crate::observe::observation::CodeObservation;
use slipway_domain::dropped;
use slipway_domain::evidence::expected;
use slipway_domain::journal::{Entry, EntryState};
use slipway_domain::plan::methods_of_branch;
use slipway_domain::pull_request::{DroppedFrom, PullRequest};
use slipway_domain::snapshot::{ServiceState, Source};
use slipway_domain::time::Time;
use slipway_vendor::ReadError;

/// Seconds that a read of the code host may take.
const READING: f64 = 120.0;

/// What is needed to tell a pull request that the host dropped from one that Slipway took out.
pub(super) struct Followed<'a> {
    pub(super) journal: &'a [Entry],
    pub(super) before: &'a ServiceState,
    pub(super) now: Time,
}

impl Followed<'_> {
    fn follow(&self, pr: &mut PullRequest, whole: bool) {
        let number = pr.number;
        dropped::follow(self.before.pull_request(number), pr, whole, self.now, |from| self.is_own(number, from));
    }

    /// An own action that was sent after it was last seen to wait, or shortly before: the reading
    /// may have been under way.
    fn is_own(&self, number: u64, from: DroppedFrom) -> bool {
        let seen = self.before.source(&Source::Code).and_then(|source| source.observed_at);
        self.journal.iter().any(|entry| {
            let here = entry.service == self.before.name || entry.repo.as_deref() == Some(self.before.repo.as_str());
            let may_have = match entry.state {
                EntryState::Sent | EntryState::Succeeded | EntryState::Unknown => true,
                EntryState::Planned | EntryState::Failed | EntryState::NotSent => false,
            };
            let since = |at: Time| seen.is_none_or(|seen| at.since(seen) > -READING);
            here && may_have && dropped::is_way_out(&entry.request, number, from) && entry.sent_at.is_some_and(since)
        })
    }
}

/// Returns what was missing of the answer.
pub(super) fn merge(state: &mut ServiceState, observation: CodeObservation, followed: &Followed<'_>) -> Option<ReadError> {
    let CodeObservation { facts, files, lost_tip } = observation;
    let whole = facts.gaps.is_empty();
    if facts.branch_gone {
        // The pull requests that were read last stay: the host has given them another base by now.
        state.repository = facts.repository;
        state.may_write = facts.may_write;
        return Some(ReadError::NotFound(
            facts.gaps.first().cloned().unwrap_or_else(|| format!("The branch {} was not found", state.branch)),
        ));
    }
    state.pull_requests = facts
        .pull_requests
        .into_iter()
        .map(|mut pr| {
            if let Some(touched) = files.get(&pr.head_sha) {
                pr.files = Some(touched.files.clone());
                pr.files_complete = touched.complete;
            }
            keep_known(&mut pr, state);
            followed.follow(&mut pr, whole);
            pr
        })
        .collect();
    if facts.broken_off {
        // Those of a page that was not read are not known to be closed.
        let unread = followed.before.pull_requests.iter().filter(|old| state.pull_requests.iter().all(|pr| pr.number != old.number));
        let unread: Vec<PullRequest> = unread.cloned().collect();
        state.pull_requests.extend(unread);
    }
    // Those into other branches are not this service's.
    let read = state.pull_requests.len() as u64;
    let branch = state.branch.clone();
    state.pull_requests.retain(|pr| pr.base_branch == branch || pr.base_branch.is_empty());
    state.open_pull_requests = facts.open_total.saturating_sub(read - state.pull_requests.len() as u64);
    // Main's last known history stays when this answer had none.
    if !facts.main.is_empty() {
        let was_read = followed.before.source(&Source::Code).is_some_and(|source| source.observed_at.is_some());
        let before = was_read.then_some(followed.before.main.as_slice());
        state.branch_news = state.branch_news.follow(before, &facts.main, lost_tip, followed.now);
        state.main = facts.main;
    }
    let before = std::mem::replace(&mut state.rules, facts.rules);
    expected::remember(&mut state.rules, &before, &state.pull_requests, &state.branch, followed.now);
    state.repository = facts.repository;
    state.may_write = facts.may_write;
    state.merge_methods = methods_of_branch(&facts.merge_methods, &state.rules);
    facts.gaps.first().map(|first| {
        let more = if facts.gaps.len() > 1 { format!(" (and {} more)", facts.gaps.len() - 1) } else { String::new() };
        ReadError::Garbled(format!("{} answered in part: {first}{more}", state.rules.host.title))
    })
}

/// The files of a head do not change.
fn keep_known(pr: &mut PullRequest, state: &ServiceState) {
    let old = state.pull_request(pr.number).filter(|old| old.head_sha == pr.head_sha);
    if let Some(old) = old.filter(|_| pr.files.is_none()) {
        pr.files = old.files.clone();
        pr.files_complete = old.files_complete;
    }
}
