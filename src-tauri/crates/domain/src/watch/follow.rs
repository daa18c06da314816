//! What is kept of watches after something was seen. The order in which it arrives makes no difference.

use super::judge::judge;
use super::model::{LaterRelease, PlatformError, PlatformLog, ProbeSample, ProcessSample, Watch};
use super::schedule::slot_at;
use crate::lineage::queries::{is_config_only, live};
use crate::release::{Release, ReleaseRef};
use crate::time::Time;

/// Samples are kept for thirty days, in seconds.
const SAMPLES_KEPT: f64 = 30.0 * 86_400.0;
/// The verdict is kept for as long as its release may be a way back: a year, in seconds.
const KEPT: f64 = 365.0 * 86_400.0;

/// Something that was seen; each names the watch that it is of.
#[derive(Clone, Debug, PartialEq)]
pub enum WatchNews {
    Began(Box<Watch>),
    Probe { watch: String, sample: ProbeSample },
    Processes { watch: String, sample: ProcessSample },
    PlatformLog { watch: String, log: PlatformLog },
    ConfigChanged { watch: String, later: LaterRelease },
    Superseded { watch: String, later: LaterRelease },
}

/// The watches that are others than before.
pub fn follow(known: &[Watch], news: &[WatchNews], now: Time) -> Vec<Watch> {
    let mut all: Vec<Watch> = known.to_vec();
    for one in news {
        if let WatchNews::Began(watch) = one
            && all.iter().all(|known| known.id != watch.id)
        {
            all.push((**watch).clone());
        }
    }
    for one in news {
        let of = |id: &str| all.iter().position(|watch| watch.id == id && watch.is_running());
        match one {
            WatchNews::Began(_) => {}
            WatchNews::Probe { watch, sample } => of(watch).into_iter().for_each(|at| add_probe(&mut all[at], *sample)),
            WatchNews::Processes { watch, sample } => of(watch).into_iter().for_each(|at| add_processes(&mut all[at], sample)),
            WatchNews::PlatformLog { watch, log } => of(watch).into_iter().for_each(|at| add_log(&mut all[at], log)),
            WatchNews::ConfigChanged { watch, later } => of(watch).into_iter().for_each(|at| add_config(&mut all[at], later)),
            WatchNews::Superseded { watch, later } => of(watch).into_iter().for_each(|at| supersede(&mut all[at], later)),
        }
    }
    for watch in &mut all {
        settle(watch, now);
        if watch.ended_at.is_some_and(|at| now.since(at) >= SAMPLES_KEPT) {
            forget_samples(watch);
        }
    }
    all.into_iter().filter(|watch| known.iter().all(|before| before != watch)).collect()
}

pub fn is_forgotten(watch: &Watch, now: Time) -> bool {
    now.since(watch.live_at) >= KEPT
}

/// Judges it by what is known at `now`. One that has ended stays as it is.
pub fn settle(watch: &mut Watch, now: Time) {
    if !watch.is_running() {
        return;
    }
    let judged = judge(watch, now);
    watch.taken = judged.taken;
    watch.signals = judged.signals;
    (watch.verdict, watch.verdict_at, watch.reason) = (judged.verdict, judged.verdict_at, judged.reason);
    (watch.bad_at, watch.recovered_at, watch.ended_at) = (judged.bad_at, judged.recovered_at, judged.ended_at);
    watch.evidence = judged.evidence;
}

/// Whether the newest release that is live changed config only, or put other code live; None where it is the
/// watched one.
pub fn later_release(watch: &Watch, newest_first: &[Release], now: Time) -> Option<WatchNews> {
    let current = live(newest_first).filter(|current| current.id != watch.release.id)?;
    let watched = newest_first.iter().find(|release| release.id == watch.release.id)?;
    if current.version < watched.version {
        return None;
    }
    let at = |release: &Release| release.updated_at.or(release.released_at).unwrap_or(now).clamp(watch.live_at, now.max(watch.live_at));
    let later = |release: &Release| LaterRelease { release: ReleaseRef::from(release), at: at(release) };
    let ran = newest_first.iter().rev().filter(|r| r.version > watched.version && r.version <= current.version);
    let mut ran = ran.filter(|r| r.status == crate::status::ReleaseStatus::Succeeded);
    let newer = ran.find(|release| !is_config_only(newest_first, release));
    let id = watch.id.clone();
    Some(match newer {
        Some(release) => WatchNews::Superseded { watch: id, later: later(release) },
        None => WatchNews::ConfigChanged { watch: id, later: later(current) },
    })
}

/// One sample a slot: the earliest, and of two at one time the one that failed.
fn add_probe(watch: &mut Watch, sample: ProbeSample) {
    let offsets = watch.probe_offsets();
    let Some(slot) = slot_at(watch, &offsets, sample.at) else { return };
    let rank = |probe: &ProbeSample| (probe.at, !probe.failed, probe.status, probe.milliseconds);
    match watch.probes.iter().position(|probe| slot_at(watch, &offsets, probe.at) == Some(slot)) {
        Some(at) if rank(&watch.probes[at]) <= rank(&sample) => {}
        Some(at) => watch.probes[at] = sample,
        None => watch.probes.push(sample),
    }
    watch.probes.sort_by_key(|probe| probe.at);
}

/// One sample a slot: the newest, with every crash that was seen in it.
fn add_processes(watch: &mut Watch, sample: &ProcessSample) {
    let offsets = watch.process_offsets();
    // Before a watch with an overlap begins, crashes count already.
    let slot = slot_at(watch, &offsets, sample.at);
    if slot.is_none() && (sample.at < watch.live_at || sample.at >= watch.began_at) {
        return;
    }
    match watch.processes.iter().position(|known| slot_at(watch, &offsets, known.at) == slot) {
        Some(at) => merge_processes(&mut watch.processes[at], sample),
        None => watch.processes.push(sample.clone()),
    }
    watch.processes.sort_by_key(|sample| sample.at);
}

fn merge_processes(known: &mut ProcessSample, sample: &ProcessSample) {
    let rank = |sample: &ProcessSample| (sample.at, std::cmp::Reverse(sample.up), sample.wanted);
    if rank(sample) > rank(known) {
        (known.at, known.up, known.wanted) = (sample.at, sample.up, sample.wanted);
    }
    known.crashed.extend(sample.crashed.iter().cloned());
    known.crashed.sort();
    known.crashed.dedup();
}

fn add_log(watch: &mut Watch, log: &PlatformLog) {
    let known = watch.platform_log.get_or_insert_default();
    if log.read_at >= known.read_at {
        known.not_told.clone_from(&log.not_told);
        known.read_at = log.read_at;
    }
    for error in &log.errors {
        match known.errors.iter_mut().find(|other| other.code == error.code) {
            Some(other) => merge_error(other, error),
            None => known.errors.push(error.clone()),
        }
    }
    known.errors.sort();
}

fn merge_error(known: &mut PlatformError, error: &PlatformError) {
    known.text = known.text.clone().max(error.text.clone());
    (known.at, known.last_at) = (known.at.min(error.at), known.last_at.max(error.last_at));
    known.count = known.count.max(error.count);
}

/// Each once, since the first time that was told.
fn add_config(watch: &mut Watch, later: &LaterRelease) {
    match watch.config_releases.iter_mut().find(|known| known.release.id == later.release.id) {
        Some(known) => *known = known.clone().min(later.clone()),
        None => watch.config_releases.push(later.clone()),
    }
    watch.config_releases.sort_by(|a, b| (a.at, &a.release).cmp(&(b.at, &b.release)));
}

/// The first one ends it.
fn supersede(watch: &mut Watch, later: &LaterRelease) {
    let is_earlier = watch.superseded_by.as_ref().is_none_or(|known| (later.at, &later.release) < (known.at, &known.release));
    if is_earlier {
        watch.superseded_by = Some(later.clone());
    }
}

fn forget_samples(watch: &mut Watch) {
    watch.probes.clear();
    watch.processes.clear();
    watch.baseline = None;
}
