//! The next state of a service, from what is known and what a read brought. Pure: what else is to be done is
//! told, not done.

mod code_host;
mod derive;
mod kept;
mod platform;

pub(crate) use derive::{derive, migrations_of, release_seconds};
pub(crate) use kept::mark_releases;

use crate::observe::observation::{CiObservation, Observation};
use crate::sources::{source_error, vendor_of};
use code_host::Followed;
use slipway_domain::diff::{Event, events};
use slipway_domain::dismissal::Dismissal;
use slipway_domain::estimate::{self, from_runs};
use slipway_domain::evidence::health;
use slipway_domain::incident::Incident;
use slipway_domain::journal::{Entry, Expectation};
use slipway_domain::pin::{BadRelease, Pin};
use slipway_domain::snapshot::{ServiceState, Source, SourceState};
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use slipway_domain::watch::Watch;
use slipway_vendor::ReadError;

/// What people have asked for and said, which a read does not tell.
#[derive(Clone, Copy)]
pub(crate) struct Records<'a> {
    /// Tells what the host did by itself from what Slipway asked for.
    pub(crate) journal: &'a [Entry],
    /// By service.
    pub(crate) dismissals: &'a [(String, Dismissal)],
    pub(crate) kept: &'a KeptRecords,
}

/// What is kept of releases that went live and of what came of them. Each belongs to the environment whose app it
/// names, so that it stays with it under another name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct KeptRecords {
    pub(crate) watches: Vec<Watch>,
    pub(crate) pins: Vec<Pin>,
    pub(crate) bad_releases: Vec<BadRelease>,
    pub(crate) incidents: Vec<Incident>,
}

/// What a read of a source was, beside what it brought.
#[derive(Clone, Copy)]
pub(crate) struct ReadOf {
    /// None: it did not take place.
    pub(crate) began: Option<Time>,
    /// What the first read of a run shows is no news.
    pub(crate) is_first: bool,
    /// When any part of the source was last read; None: not by this run.
    pub(crate) looked: Option<Time>,
}

pub(crate) struct Reduced {
    pub(crate) state: ServiceState,
    pub(crate) effects: Effects,
}

/// What is to be done beside showing the state.
pub(crate) struct Effects {
    /// Remember of the account what the read said of it.
    pub(crate) account: Option<AccountAnswer>,
    /// Keep which runs the CI has told of.
    pub(crate) seen_runs: Option<SeenRuns>,
    /// Tell whoever listens.
    pub(crate) events: Vec<Event>,
}

pub(crate) struct AccountAnswer {
    pub(crate) source: Source,
    pub(crate) vendor: VendorId,
    /// None: it answered well.
    pub(crate) error: Option<ReadError>,
}

pub(crate) struct SeenRuns {
    pub(crate) project: String,
    pub(crate) runs: Vec<String>,
}

/// The state after a read. A failed one keeps the old values and says so.
pub(crate) fn reduce(state: &ServiceState, mut observation: Observation, records: Records<'_>, read: ReadOf, now: Time) -> Reduced {
    let mut next = state.clone();
    let source = observation.source();
    let seen_runs = taken_runs(state, &mut observation);
    let merged = merge(&mut next, observation, &Followed { journal: records.journal, before: state, now });
    let is_read = merged.error.is_none();
    let account = note_source(&mut next, &source, merged, read.began, now);
    apply_records(&mut next, records, now);
    derive(&mut next, now);
    if is_read {
        record_health(&mut next, state, &source, read.looked, now);
    }
    let events = if read.is_first { Vec::new() } else { events(state, &next, now) };
    Reduced { state: next, effects: Effects { account, seen_runs, events } }
}

/// Remembers how an environment fares, after a read of it that succeeded.
fn record_health(next: &mut ServiceState, before: &ServiceState, source: &Source, looked: Option<Time>, now: Time) {
    let Source::Environment(name) = source else { return };
    let last = looked.or(before.source(source).and_then(|s| s.observed_at));
    if let Some(environment) = next.environments.iter_mut().find(|e| e.name == *name) {
        health::history::record(environment, last, now);
    }
}

/// What people have asked for and said; what follows from it is left to [`derive`].
pub(crate) fn apply_records(state: &mut ServiceState, records: Records<'_>, now: Time) {
    state.actions = actions_of(state, records.journal, now);
    state.reverts_opened = reverts_opened(records.journal, &state.repo);
    let of_it = records.dismissals.iter().filter(|(service, _)| *service == state.name);
    state.dismissals = of_it.map(|(_, dismissal)| dismissal.clone()).collect();
    kept::apply(state, records.kept, now);
}

/// Pull requests that our own requests opened as reverts, as far as the journal knows them.
pub(crate) fn reverts_opened(journal: &[Entry], repo: &str) -> Vec<(u64, u64)> {
    let opened = journal.iter().filter_map(|entry| match &entry.expectation {
        Expectation::RevertOpened { repo: of, number, opened: Some(opened), .. } if of.eq_ignore_ascii_case(repo) => {
            Some((*opened, *number))
        }
        Expectation::RevertOpened { .. }
        | Expectation::Merged { .. }
        | Expectation::Enqueued { .. }
        | Expectation::Dequeued { .. }
        | Expectation::AutoMergeOn { .. }
        | Expectation::AutoMergeOff { .. }
        | Expectation::BranchUpdated { .. }
        | Expectation::RolledBack { .. }
        | Expectation::Reran { .. }
        | Expectation::Canceled { .. }
        | Expectation::Approved { .. }
        | Expectation::Released { .. } => None,
    });
    opened.collect()
}

fn taken_runs(state: &ServiceState, observation: &mut Observation) -> Option<SeenRuns> {
    let Observation::Ci(Ok(ci)) = observation else { return None };
    let (runs, project) = ci.runs.take().zip(state.config.ci.as_ref())?;
    Some(SeenRuns { project: project.project.clone(), runs })
}

/// What was missing of an answer, and whether it is an answer all the same: what a part tells is as old as
/// the part is.
struct Merged {
    error: Option<ReadError>,
    in_part: bool,
    /// It was not all asked for: what is shown is as old as what was not.
    keeps_age: bool,
}

fn merge(next: &mut ServiceState, observation: Observation, followed: &Followed<'_>) -> Merged {
    let whole = |error| Merged { error, in_part: false, keeps_age: false };
    match observation {
        Observation::Code(result) => match *result {
            Ok(code) => {
                // Of a branch that is gone nothing was told.
                let in_part = !code.facts.branch_gone;
                Merged { error: code_host::merge(next, code, followed), in_part, keeps_age: false }
            }
            Err(error) => whole(Some(error)),
        },
        Observation::Ci(Ok(ci)) => {
            let keeps_age = !ci.listed;
            Merged { keeps_age, ..whole(merge_ci(next, ci)) }
        }
        Observation::Ci(Err(error)) => whole(Some(error)),
        Observation::Environment(name, result) => match *result {
            Ok(environment) => {
                let keeps_age = environment.page.is_none();
                Merged { keeps_age, ..whole(platform::merge(next, &name, environment, followed.now)) }
            }
            Err(error) => whole(Some(error)),
        },
    }
}

fn merge_ci(state: &mut ServiceState, observation: CiObservation) -> Option<ReadError> {
    state.pipelines = observation.pipelines;
    if let Some(past) = observation.past {
        state.usual.pipeline = from_runs(&past.runs);
        state.usual.jobs = past.jobs.into_iter().filter(|(_, e)| e.runs as usize >= estimate::MIN_RUNS).collect();
    }
    observation.trouble
}

/// Marks when the source was read and how that ended. Returns what is said of its account.
fn note_source(state: &mut ServiceState, source: &Source, merged: Merged, began: Option<Time>, now: Time) -> Option<AccountAnswer> {
    let Merged { error, in_part, keeps_age } = merged;
    let vendor = vendor_of(state, source)?;
    let before = state.source(source).cloned();
    let is_read = error.is_none() || in_part;
    let known = |of: fn(&SourceState) -> Option<Time>| before.as_ref().and_then(of);
    let is_whole = is_read && !keeps_age;
    let observed_at = if is_whole { Some(now) } else { known(|source| source.observed_at) };
    let asked_at = began.filter(|_| is_whole).or_else(|| known(|source| source.asked_at));
    let failure = error.as_ref().map(|e| source_error(e, before.as_ref().and_then(|b| b.error.as_ref()), now));
    state.sources.retain(|s| s.source != *source);
    state.sources.push(SourceState { source: source.clone(), provider: vendor, observed_at, asked_at, error: failure });
    state.sources.sort_by(|a, b| a.source.cmp(&b.source));
    // Neither our patience nor our own mistake says anything of the account.
    let says_nothing = matches!(error, Some(ReadError::Late(_) | ReadError::Internal(_)));
    (!says_nothing).then(|| AccountAnswer { source: source.clone(), vendor, error })
}

/// The actions on the service that are open, or ended within the last minute.
pub(crate) fn actions_of(state: &ServiceState, entries: &[Entry], now: Time) -> Vec<Entry> {
    let recent = |e: &&Entry| belongs(e, state) && (e.is_open() || e.finished_at.is_some_and(|at| now.since(at) < 60.0));
    entries.iter().filter(recent).cloned().collect()
}

/// A service that was renamed keeps its actions: they name the repository and the app.
fn belongs(entry: &Entry, state: &ServiceState) -> bool {
    let same_app = entry.app.as_ref().is_none_or(|app| state.environments.iter().any(|e| e.app == *app));
    entry.service == state.name || (entry.repo.as_ref() == Some(&state.repo) && same_app)
}

#[cfg(test)]
mod tests;
