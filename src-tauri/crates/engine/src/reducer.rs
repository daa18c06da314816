//! What is known of a service after a read: facts merged in, the rest derived again.

use crate::observe::{CiObservation, CodeObservation, EnvironmentObservation, FormationObservation, Observation, source_error, sources};
use crate::shared::Core;
use slipway_domain::dropped;
use slipway_domain::environment::{Environment, FormationAtRelease};
use slipway_domain::estimate::{self, Usual, from_runs};
use slipway_domain::evidence::expected;
use slipway_domain::evidence::health;
use slipway_domain::evidence::health::outage::{Fresh, follow};
use slipway_domain::evidence::push_workflows::tell_kinds;
use slipway_domain::evidence::readiness::judge;
use slipway_domain::evidence::release_mark;
use slipway_domain::evidence::{alerts, dismissals};
use slipway_domain::journal::{Entry, EntryState};
use slipway_domain::plan::{choose_target, methods_of_branch};
use slipway_domain::pull_request::DroppedFrom;
use slipway_domain::pull_request::PullRequest;
use slipway_domain::release::Release;
use slipway_domain::service::is_migration;
use slipway_domain::snapshot::{ServiceState, Source, SourceState};
use slipway_domain::status::{Readiness, ReleaseStatus};
use slipway_domain::time::Time;
use slipway_domain::{headline, lineage};
use slipway_vendor::ReadError;
use std::collections::BTreeMap;

/// Releases kept of an environment in the snapshot; older ones are read when asked for.
const KEPT_RELEASES: usize = 100;
/// Seconds that a reading of the code host may take.
const READING: f64 = 120.0;

/// The facts after `reading`; what follows from them is left to [`derive`]. A failed read keeps the old
/// values and says so. `journal`: to tell what the host did by itself from what Slipway asked for.
pub fn apply(core: &Core, state: &ServiceState, reading: Observation, journal: &[Entry], now: Time) -> ServiceState {
    let mut next = state.clone();
    // An answer in part is still an answer: what it tells is as old as it is.
    let mut in_part = false;
    let (source, error) = match reading {
        Observation::Code(result) => match *result {
            Ok(reading) => {
                // Of a branch that is gone nothing was told.
                in_part = !reading.facts.branch_gone;
                let followed = Followed { journal, before: state, now };
                (Source::Code, merge_code(&mut next, reading, &followed))
            }
            Err(error) => (Source::Code, Some(error)),
        },
        Observation::Ci(Ok(reading)) => (Source::Ci, merge_ci(&mut next, reading)),
        Observation::Ci(Err(error)) => (Source::Ci, Some(error)),
        Observation::Environment(name, result) => match *result {
            Ok(reading) => {
                let error = merge_environment(&mut next, &name, reading, now);
                (Source::Environment(name), error)
            }
            Err(error) => (Source::Environment(name), Some(error)),
        },
    };
    note_source(core, &mut next, source, error.as_ref(), in_part, now);
    next
}

/// Everything that follows from the facts.
pub fn derive(state: &mut ServiceState, now: Time) {
    tracing::trace!(target: "slipway_engine::count::derivation", service = state.name);
    let rules = state.rules.clone();
    for pr in &mut state.pull_requests {
        pr.migrations = migrations_of(pr, &state.config.migration_paths);
        judge(pr, &rules);
    }
    state.pull_requests.sort_by(|a, b| order(a).cmp(&order(b)).then(b.updated_at.cmp(&a.updated_at)).then(b.number.cmp(&a.number)));
    let main = std::mem::take(&mut state.main);
    for environment in &mut state.environments {
        lineage::settle(environment, &main);
        health::settle(environment, now);
        release_mark::settle(environment);
        match choose_target(environment, None, now) {
            Ok(target) => (environment.rollback_target, environment.rollback_blocked) = (Some(target.version), None),
            Err(why) => (environment.rollback_target, environment.rollback_blocked) = (None, Some(why)),
        }
        environment.usual_release_seconds = from_runs(&release_seconds(environment, false)).map(|e| e.seconds);
    }
    state.main = main;
    tell_kinds(state);
    lineage::name_pipelines(state);
    let own = estimate::usual_of(state.pipelines.iter());
    state.usual = merged_usual(own, &state.usual, &state.environments);
    let usual = state.usual.clone();
    for pipeline in &mut state.pipelines {
        estimate::apply(pipeline, &usual, now);
    }
    let wanted = sources(state);
    state.sources.retain(|s| wanted.iter().any(|(w, _)| *w == s.source));
    state.stale = wanted.iter().any(|(w, _)| state.source(w).is_none_or(|s| s.observed_at.is_none() || s.error.is_some()));
    state.alerts = alerts::alerts_at(state, now);
    dismissals::apply(state);
    state.mark = headline::mark(state);
    state.sentence = headline::headline(state, now);
}

/// None where a cut list of files shows none: there may be one further down.
pub fn migrations_of(pr: &PullRequest, paths: &[String]) -> Option<Vec<String>> {
    let files = pr.files.as_ref()?;
    let found: Vec<String> = files.iter().filter(|f| is_migration(&f.path, paths)).map(|f| f.path.clone()).collect();
    (pr.files_complete || !found.is_empty()).then_some(found)
}

pub fn set_actions(state: &mut ServiceState, entries: &[Entry], now: Time) {
    let recent = |e: &&Entry| belongs(e, state) && (e.is_open() || e.finished_at.is_some_and(|at| now.since(at) < 60.0));
    state.actions = entries.iter().filter(recent).cloned().collect();
}

/// A service that was renamed keeps its actions: they name the repository and the app.
fn belongs(entry: &Entry, state: &ServiceState) -> bool {
    let same_app = entry.app.as_ref().is_none_or(|app| state.environments.iter().any(|e| e.app == *app));
    entry.service == state.name || (entry.repo.as_ref() == Some(&state.repo) && same_app)
}

/// What is needed to tell a pull request that the host dropped from one that Slipway took out.
struct Followed<'a> {
    journal: &'a [Entry],
    before: &'a ServiceState,
    now: Time,
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

fn merge_code(state: &mut ServiceState, reading: CodeObservation, followed: &Followed<'_>) -> Option<ReadError> {
    let CodeObservation { facts, files, lost_tip } = reading;
    let whole = facts.gaps.is_empty();
    if facts.branch_gone {
        // What was read of it last stays: pull requests into it have another base by now.
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

fn merge_ci(state: &mut ServiceState, reading: CiObservation) -> Option<ReadError> {
    state.pipelines = reading.pipelines;
    if let Some(past) = reading.past {
        state.usual.pipeline = from_runs(&past.runs);
        state.usual.jobs = past.jobs.into_iter().filter(|(_, e)| e.runs as usize >= estimate::MIN_RUNS).collect();
    }
    reading.trouble
}

fn merge_environment(state: &mut ServiceState, name: &str, reading: EnvironmentObservation, now: Time) -> Option<ReadError> {
    let environment = state.environments.iter_mut().find(|e| e.name == name)?;
    let mut releases = reading.page.releases;
    let oldest = releases.last().map_or(0, |r| r.version);
    let gap = environment.releases.first().is_some_and(|r| r.version.saturating_add(1) < oldest);
    if !gap {
        // What an older version stored does not tell how it came to be: it is read again when needed.
        let older = environment
            .releases
            .iter()
            .filter(|r| r.version < oldest && r.cause.is_some())
            .take(KEPT_RELEASES.saturating_sub(releases.len()));
        releases.extend(older.cloned().map(|r| Release { current: false, ..r }));
    }
    for release in &mut releases {
        let code = release.named_code();
        release.commit = code.as_ref().and_then(|code| reading.commits.get(code.as_str())).cloned().or_else(|| {
            let old = environment.releases.iter().find(|r| code.is_some() && r.named_code() == code);
            old.and_then(|r| r.commit.clone())
        });
    }
    environment.releases = releases;
    environment.releases_complete = reading.page.complete;
    let fresh = Fresh { instances: reading.instances.is_ok(), probe: reading.probe.is_some() };
    environment.probe = reading.probe;
    let facts = reading.facts;
    environment.maintenance_at = facts.maintenance.map(|_| now).or(environment.maintenance_at);
    environment.maintenance = facts.maintenance.or(environment.maintenance);
    environment.preboot = facts.preboot.or(environment.preboot);
    environment.pipeline = facts.pipeline.or_else(|| environment.pipeline.take());
    environment.build = facts.build.or_else(|| environment.build.take());
    let error = match reading.instances {
        Ok(instances) => {
            environment.instances = Some(instances);
            None
        }
        Err(error) => Some(error),
    };
    lineage::settle(environment, &state.main);
    merge_formation(environment, reading.formation, now);
    follow(environment, fresh, now);
    error
}

/// One that could not be read stays as it was last known, and is asked for again.
fn merge_formation(environment: &mut Environment, formation: FormationObservation, now: Time) {
    match formation {
        FormationObservation::NotAsked => {}
        FormationObservation::Failed => environment.formation_read_at = None,
        FormationObservation::Read(processes) => {
            environment.formation = Some(processes);
            environment.formation_read_at = Some(now);
        }
    }
    let (Some(current), Some(processes)) = (&environment.current, &environment.formation) else { return };
    let seen = environment.formation_at_release.as_ref().is_some_and(|at| at.version == current.version);
    if !seen && environment.formation_read_at == Some(now) {
        environment.formation_at_release = Some(FormationAtRelease { version: current.version, processes: processes.clone() });
    }
}

fn note_source(core: &Core, state: &mut ServiceState, source: Source, error: Option<&ReadError>, in_part: bool, now: Time) {
    let provider = sources(state).into_iter().find(|(s, _)| *s == source).map(|(_, provider)| provider);
    let Some(provider) = provider else { return };
    // Neither our patience nor our own mistake says anything of the account.
    if !matches!(error, Some(ReadError::Late(_) | ReadError::Internal(_))) {
        core.accounts.note(&core.store, &state.config, (&source, provider), error, now);
    }
    let before = state.source(&source).cloned();
    let observed_at = if error.is_none() || in_part { Some(now) } else { before.as_ref().and_then(|b| b.observed_at) };
    let asked_at = before.as_ref().and_then(|b| b.asked_at);
    let error = error.map(|e| source_error(e, before.as_ref().and_then(|b| b.error.as_ref()), now));
    state.sources.retain(|s| s.source != source);
    state.sources.push(SourceState { source, provider, observed_at, asked_at, error });
    state.sources.sort_by(|a, b| a.source.cmp(&b.source));
}

fn order(pr: &PullRequest) -> u8 {
    match pr.readiness {
        Readiness::Ready => 0,
        Readiness::Checks => 1,
        Readiness::Missing => 2,
        Readiness::Review => 3,
        Readiness::Behind => 4,
        Readiness::Unknown => 5,
        Readiness::Changes => 6,
        Readiness::Blocked => 7,
        Readiness::Conflicts => 8,
        Readiness::Draft => 9,
    }
}

/// Own history counts; until it is long enough, what the CI's statistics said stays.
fn merged_usual(own: Usual, before: &Usual, environments: &[Environment]) -> Usual {
    let mut jobs = before.jobs.clone();
    jobs.extend(own.jobs);
    let mut rollback = BTreeMap::new();
    for environment in environments {
        let estimate = from_runs(&release_seconds(environment, true)).or_else(|| from_runs(&release_seconds(environment, false)));
        if let Some(estimate) = estimate {
            rollback.insert(environment.name.clone(), estimate);
        }
    }
    Usual { pipeline: own.pipeline.or(before.pipeline), jobs, rollback }
}

/// Release phases of releases that changed code, newest first, in seconds. Longer than an
/// hour cannot be: the platform stops a release phase there.
pub fn release_seconds(environment: &Environment, only_rollbacks: bool) -> Vec<f64> {
    let counts = |r: &&Release| {
        let config_only = !only_rollbacks && lineage::is_config_only(&environment.releases, r);
        r.status == ReleaseStatus::Succeeded && !config_only && (!only_rollbacks || r.rollback_to().is_some())
    };
    let seconds = |r: &Release| Some(r.updated_at?.since(r.released_at?)).filter(|s| (0.0..3600.0).contains(s));
    environment.releases.iter().filter(counts).filter_map(seconds).collect()
}
