//! When the process types that should run are read: at once when something moved, else now and then.

use super::observation::FormationObservation;
use super::platform_facts::in_time;
use super::read_memory::ReadMemory;
use slipway_domain::environment::{Environment, Instance};
use slipway_domain::evidence::health::processes::is_one_off;
use slipway_domain::release::Release;
use slipway_domain::status::ReleaseStatus;
use slipway_vendor::Platform;
use std::collections::{BTreeMap, BTreeSet};

/// Seconds between reads of a formation while nothing moves, and after one that failed.
const EVERY: f64 = 3600.0;
const AFTER_FAILURE: f64 = 300.0;

/// What this read brought so far.
pub(super) struct Moved<'a> {
    pub releases: &'a [Release],
    /// None: they could not be read.
    pub instances: Option<&'a [Instance]>,
}

pub(super) async fn read(
    memory: &ReadMemory,
    known: Option<&Environment>,
    app: &str,
    moved: Moved<'_>,
    platform: &dyn Platform,
) -> FormationObservation {
    if !is_wanted(memory, known, app, &moved) {
        return FormationObservation::NotAsked;
    }
    match in_time(memory, platform.formation(app)).await {
        Ok(processes) => FormationObservation::Read(processes),
        Err(error) => {
            tracing::info!(%error, app, "the formation was not read");
            memory.note_asked(&failure(app));
            FormationObservation::Failed
        }
    }
}

fn is_wanted(memory: &ReadMemory, known: Option<&Environment>, app: &str, moved: &Moved<'_>) -> bool {
    let Some(known) = known else { return true };
    let Some(at) = known.formation_read_at else { return !memory.asked_within(&failure(app), AFTER_FAILURE) };
    memory.now().since(at).abs() >= EVERY || a_release_moved(known, moved.releases) || instances_moved(known, moved.instances)
}

fn failure(app: &str) -> String {
    format!("formation-failed:{app}")
}

fn a_release_moved(known: &Environment, releases: &[Release]) -> bool {
    let newest = |releases: &[Release]| -> Option<(u64, ReleaseStatus)> { releases.first().map(|r| (r.version, r.status)) };
    newest(&known.releases) != newest(releases)
}

/// The number of instances of a process type moved, or one crashed of a type of which none had. A crash
/// loop is one crash.
fn instances_moved(known: &Environment, instances: Option<&[Instance]>) -> bool {
    let (Some(before), Some(now)) = (known.instances.as_deref(), instances) else { return false };
    let open = [known.open_outage(), known.open_process_outage()];
    let failed: BTreeSet<&str> = open.into_iter().flatten().flat_map(|outage| &outage.failed).map(String::as_str).collect();
    let was: BTreeSet<&str> = crashed(before).chain(failed).collect();
    counts(before) != counts(now) || crashed(now).any(|process| !was.contains(process))
}

fn counts(instances: &[Instance]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for instance in instances.iter().filter(|instance| !is_one_off(&instance.process)) {
        *counts.entry(instance.process.as_str()).or_insert(0) += 1;
    }
    counts
}

pub(super) fn crashed(instances: &[Instance]) -> impl Iterator<Item = &str> {
    instances.iter().filter(|instance| instance.state == "crashed").map(|instance| instance.process.as_str())
}
