//! What one look at an environment is worth to its watch.

use super::model::{CrashedInstance, ProbeSample, ProcessSample, Watch};
use crate::environment::{Environment, HealthProbe, Instance};
use crate::evidence::health::processes::is_one_off;
use crate::time::Time;

/// No answer, or one that says the app failed.
pub fn has_failed(status: Option<u16>) -> bool {
    status.is_none_or(|status| status >= 500)
}

pub fn probe_sample(probe: &HealthProbe) -> ProbeSample {
    ProbeSample { at: probe.checked_at, failed: has_failed(probe.status), status: probe.status, milliseconds: probe.milliseconds }
}

/// The instances of the watched code as they were read at `at`. None where they were not read.
pub fn process_sample(watch: &Watch, environment: &Environment, at: Time) -> Option<ProcessSample> {
    let instances = environment.instances.as_ref()?;
    let wanted_of = |process: &str| environment.formation.iter().flatten().find(|p| p.name == process).map(|p| p.quantity);
    let counts = |instance: &&Instance| is_kept_up(environment, &instance.process) && is_of(watch, instance);
    let own: Vec<&Instance> = instances.iter().filter(counts).collect();
    let crashed = own.iter().filter(|instance| instance.state == "crashed");
    let mut crashed: Vec<CrashedInstance> = crashed
        .map(|instance| CrashedInstance {
            name: instance.name.clone(),
            process: instance.process.clone(),
            at: instance.updated_at,
            wanted: wanted_of(&instance.process),
        })
        .collect();
    crashed.sort();
    let up = own.iter().filter(|instance| matches!(instance.state.as_str(), "up" | "idle")).count() as u64;
    let wanted = environment.formation.as_ref().map(|formation| formation.iter().map(|process| process.quantity).sum());
    Some(ProcessSample { at, up, wanted, crashed })
}

/// One-off and scheduler instances are not kept up. Where it is known what should run, nothing else is.
fn is_kept_up(environment: &Environment, process: &str) -> bool {
    match &environment.formation {
        Some(formation) => formation.iter().any(|p| p.name == process && (p.quantity > 0 || !is_one_off(process))),
        None => !is_one_off(process),
    }
}

/// Instances of earlier releases say nothing of this one; those of later ones run the same code, or the watch has
/// ended.
fn is_of(watch: &Watch, instance: &Instance) -> bool {
    match (instance.release_version, watch.release.ordinal) {
        (Some(version), Some(watched)) => version >= watched,
        (Some(_) | None, _) => instance.updated_at.is_none_or(|at| at >= watch.live_at),
    }
}
