//! What a read of an environment changes.

use crate::observe::observation::{EnvironmentObservation, FormationObservation, InstancesObservation};
use slipway_domain::environment::{Environment, FormationAtRelease};
use slipway_domain::evidence::health::outage::{Fresh, follow};
use slipway_domain::lineage;
use slipway_domain::release::Release;
use slipway_domain::snapshot::ServiceState;
use slipway_domain::time::Time;
use slipway_vendor::{ReadError, ReleasePage};
use std::collections::HashMap;

/// Releases kept of an environment in the snapshot; older ones are read when asked for.
const KEPT_RELEASES: usize = 100;

/// Returns why the instances could not be read.
pub(super) fn merge(state: &mut ServiceState, name: &str, observation: EnvironmentObservation, now: Time) -> Option<ReadError> {
    let environment = state.environments.iter_mut().find(|e| e.name == name)?;
    if let Some(page) = observation.page {
        merge_releases(environment, page, &observation.commits);
    }
    let fresh = Fresh { instances: matches!(observation.instances, InstancesObservation::Read(_)), probe: observation.probe.is_some() };
    environment.probe = observation.probe;
    let facts = observation.facts;
    environment.maintenance_at = facts.maintenance.map(|_| now).or(environment.maintenance_at);
    environment.maintenance = facts.maintenance.or(environment.maintenance);
    environment.preboot = facts.preboot.or(environment.preboot);
    environment.pipeline = facts.pipeline.or_else(|| environment.pipeline.take());
    environment.build = facts.build.or_else(|| environment.build.take());
    let error = match observation.instances {
        InstancesObservation::NotAsked => None,
        InstancesObservation::Read(instances) => {
            environment.instances = Some(instances);
            None
        }
        InstancesObservation::Failed(error) => Some(error),
    };
    lineage::settle(environment, &state.main);
    merge_formation(environment, observation.formation, now);
    follow(environment, fresh, now);
    error
}

fn merge_releases(environment: &mut Environment, page: ReleasePage, commits: &HashMap<String, String>) {
    let mut releases = page.releases;
    let oldest = releases.last().map_or(0, |r| r.version);
    let gap = environment.releases.first().is_some_and(|r| r.version.saturating_add(1) < oldest);
    if !gap {
        // Releases that an older version stored have no cause; they are read again when they are needed.
        let older = environment
            .releases
            .iter()
            .filter(|r| r.version < oldest && r.cause.is_some())
            .take(KEPT_RELEASES.saturating_sub(releases.len()));
        releases.extend(older.cloned().map(|r| Release { current: false, ..r }));
    }
    for release in &mut releases {
        let code = release.named_code();
        release.commit = code.as_ref().and_then(|code| commits.get(code.as_str())).cloned().or_else(|| {
            let old = environment.releases.iter().find(|r| code.is_some() && r.named_code() == code);
            old.and_then(|r| r.commit.clone())
        });
    }
    environment.releases = releases;
    environment.releases_complete = page.complete;
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
