//! What follows from the facts of a service.

use crate::sources::sources;
use slipway_domain::environment::Environment;
use slipway_domain::estimate::{self, Usual, from_runs};
use slipway_domain::evidence::health;
use slipway_domain::evidence::push_workflows::tell_kinds;
use slipway_domain::evidence::readiness::judge;
use slipway_domain::evidence::release_mark;
use slipway_domain::evidence::{alerts, dismissals};
use slipway_domain::pin;
use slipway_domain::plan::choose_target;
use slipway_domain::pull_request::PullRequest;
use slipway_domain::release::Release;
use slipway_domain::service::is_migration;
use slipway_domain::snapshot::ServiceState;
use slipway_domain::status::{Readiness, ReleaseStatus};
use slipway_domain::time::Time;
use slipway_domain::{headline, lineage};
use std::collections::BTreeMap;

/// Everything that follows from the facts.
pub(crate) fn derive(state: &mut ServiceState, now: Time) {
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
    pin::settle(state, now);
    state.alerts = alerts::alerts_at(state, now);
    dismissals::apply(state);
    state.mark = headline::mark(state);
    state.sentence = headline::headline(state, now);
}

/// None where the list of files is cut and shows no migration: the part that is missing may have one.
pub(crate) fn migrations_of(pr: &PullRequest, paths: &[String]) -> Option<Vec<String>> {
    let files = pr.files.as_ref()?;
    let found: Vec<String> = files.iter().filter(|f| is_migration(&f.path, paths)).map(|f| f.path.clone()).collect();
    (pr.files_complete || !found.is_empty()).then_some(found)
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
pub(crate) fn release_seconds(environment: &Environment, only_rollbacks: bool) -> Vec<f64> {
    let counts = |r: &&Release| {
        let config_only = !only_rollbacks && lineage::is_config_only(&environment.releases, r);
        r.status == ReleaseStatus::Succeeded && !config_only && (!only_rollbacks || r.rollback_to().is_some())
    };
    let seconds = |r: &Release| Some(r.updated_at?.since(r.released_at?)).filter(|s| (0.0..3600.0).contains(s));
    environment.releases.iter().filter(counts).filter_map(seconds).collect()
}
