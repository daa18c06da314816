//! Which release is watched, and from when on.

use super::model::{Baseline, LaterRelease, ProbeSample, Watch};
use super::schedule::planned_samples;
use crate::environment::Environment;
use crate::lineage::queries::{is_config_only, live, predecessor};
use crate::release::{Release, ReleaseRef};
use crate::time::Time;

pub const DEFAULT_MINUTES: u64 = 20;
pub const SHORTEST_MINUTES: u64 = 5;
pub const LONGEST_MINUTES: u64 = 60;
/// A release that is seen to be live within this time of going live is watched from that moment on, in seconds.
const SEEN_SOON: f64 = 120.0;
/// How long the instances of the code before may serve where the platform does not say, in seconds.
const OVERLAP: f64 = 180.0;
/// The code before is judged by its last half hour, and by not less than this many answers.
const BASELINE_SECONDS: f64 = 1800.0;
const BASELINE_LEAST: usize = 10;
const BASELINE_MOST: usize = 30;

/// What a watch is begun with, beside its environment.
#[derive(Clone, Copy, Debug)]
pub struct Began<'a> {
    pub service: &'a str,
    /// None: the usual length.
    pub minutes: Option<u64>,
    pub has_health_url: bool,
    /// Answers of the health URL before this release, oldest first.
    pub recent: &'a [ProbeSample],
    pub now: Time,
}

/// The release that put the live code live; releases after it changed config only. None where that is not known.
pub fn watched_release(newest_first: &[Release]) -> Option<&Release> {
    let mut at = live(newest_first)?;
    while is_config_only(newest_first, at) {
        at = predecessor(newest_first, at)?;
    }
    Some(at)
}

/// The watch of what is live now. None where nothing is, or where it has been live for longer than a watch takes.
pub fn begin(environment: &Environment, with: Began<'_>) -> Option<Watch> {
    let releases = &environment.releases;
    let release = watched_release(releases)?;
    let length_seconds = with.minutes.unwrap_or(DEFAULT_MINUTES).clamp(SHORTEST_MINUTES, LONGEST_MINUTES) * 60;
    // Where the platform's clock is ahead of ours.
    let live_at = release.updated_at.or(release.released_at)?.min(with.now);
    let began_at = if environment.preboot == Some(true) {
        live_at.plus(environment.platform.overlap.map_or(OVERLAP, |overlap| f64::from(overlap.seconds)))
    } else {
        with.now.min(live_at.plus(SEEN_SOON))
    };
    if with.now.since(live_at) >= length_seconds as f64 {
        return None;
    }
    let current = live(releases).filter(|current| current.version != release.version);
    let config_releases = current.into_iter().map(|current| LaterRelease {
        release: ReleaseRef::from(current),
        at: current.updated_at.or(current.released_at).unwrap_or(with.now).min(with.now),
    });
    Some(Watch {
        id: id_of(&environment.app, release),
        service: with.service.to_owned(),
        environment: environment.name.clone(),
        app: environment.app.clone(),
        production: environment.production,
        platform: environment.platform.title.to_owned(),
        instance: environment.platform.vocabulary.instance.to_owned(),
        release: ReleaseRef::from(release),
        commit: release.commit.clone(),
        live_at,
        began_at,
        length_seconds,
        planned: planned_samples(length_seconds, with.has_health_url),
        taken: 0,
        has_health_url: with.has_health_url,
        baseline: predecessor(releases, release).and_then(|before| baseline(before, with.recent, live_at)),
        probes: Vec::new(),
        processes: Vec::new(),
        platform_log: None,
        signals: Vec::new(),
        config_releases: config_releases.collect(),
        superseded_by: None,
        verdict: None,
        verdict_at: None,
        reason: None,
        bad_at: None,
        recovered_at: None,
        ended_at: None,
        evidence: Vec::new(),
    })
}

pub(super) fn id_of(app: &str, release: &Release) -> String {
    format!("{app}/{}", release.id)
}

fn baseline(before: &Release, recent: &[ProbeSample], live_at: Time) -> Option<Baseline> {
    let was_live = before.updated_at.or(before.released_at);
    let of_it = |probe: &&ProbeSample| {
        (0.0..=BASELINE_SECONDS).contains(&live_at.since(probe.at)) && probe.at < live_at && was_live.is_none_or(|at| probe.at >= at)
    };
    let mut probes: Vec<ProbeSample> = recent.iter().filter(of_it).copied().collect();
    probes.sort_by_key(|probe| probe.at);
    probes.drain(..probes.len().saturating_sub(BASELINE_MOST));
    (probes.len() >= BASELINE_LEAST).then(|| Baseline { release: ReleaseRef::from(before).label, probes })
}
