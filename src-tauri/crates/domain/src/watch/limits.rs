//! What makes a release bad: fixed limits, and the same ones held against the code before.

use super::mann_whitney::{median, p_value};
use super::model::{Baseline, CrashedInstance, ProbeSample, ProcessSample, Watch};
use crate::humanize::count;
use crate::time::Time;
use std::collections::{BTreeMap, BTreeSet};

/// Failed health checks in a row.
const IN_A_ROW: usize = 3;
/// At most this many of the last answers of the code before may have failed.
const BEFORE_LAST: usize = 10;
const BEFORE_FAILED: usize = 1;
/// The share of failed health checks, of at least so many.
const SHARE: f64 = 0.2;
const SHARE_OF: usize = 15;
const BEFORE_SHARE: f64 = 0.05;
/// Crashes of one instance within this time, in seconds.
const TWICE_WITHIN: f64 = 300.0;
/// How long instances may take to be up, in seconds.
const UP_WITHIN: f64 = 300.0;
/// Latency: answers on each side, level, ratio of the medians, and milliseconds between them.
const LATENCY_OF: usize = 20;
const LATENCY_P: f64 = 0.02;
const LATENCY_RATIO: f64 = 1.5;
const LATENCY_MORE: f64 = 200.0;

/// How many crashes of a process type are too many where `wanted` of it should run.
pub fn crash_limit(wanted: u64) -> u64 {
    wanted.div_ceil(2).clamp(2, 20)
}

/// The first limit that was passed by what was seen until then.
pub(super) fn passed(watch: &Watch, until: Time) -> Option<String> {
    let probes: Vec<&ProbeSample> = watch.probes.iter().filter(|probe| probe.at <= until).collect();
    let baseline = watch.baseline.as_ref();
    failed_in_a_row(&probes, baseline).or_else(|| failed_often(&probes, baseline)).or_else(|| processes_failed(watch, until))
}

fn failed_in_a_row(probes: &[&ProbeSample], baseline: Option<&Baseline>) -> Option<String> {
    let last_before = baseline.into_iter().flat_map(|before| before.probes.iter().rev().take(BEFORE_LAST));
    let was_well = last_before.filter(|probe| probe.failed).count() <= BEFORE_FAILED;
    let failed = probes.iter().rev().take(IN_A_ROW).filter(|probe| probe.failed).count() == IN_A_ROW;
    (was_well && failed).then(|| format!("{IN_A_ROW} health checks in a row failed"))
}

fn failed_often(probes: &[&ProbeSample], baseline: Option<&Baseline>) -> Option<String> {
    let was_well = baseline.is_none_or(|before| failed_of(before.probes.iter()) as f64 <= BEFORE_SHARE * before.probes.len() as f64);
    let failed = failed_of(probes.iter().copied());
    let often = probes.len() >= SHARE_OF && failed as f64 >= SHARE * probes.len() as f64;
    (was_well && often).then(|| format!("{failed} of {} health checks failed", probes.len()))
}

pub(super) fn failed_of<'a>(probes: impl Iterator<Item = &'a ProbeSample>) -> usize {
    probes.filter(|probe| probe.failed).count()
}

fn processes_failed(watch: &Watch, until: Time) -> Option<String> {
    let crashes = Crashes::until(watch, until);
    let too_many = crashes.by_process.iter().find(|(_, of)| of.count >= of.limit);
    if let Some((process, of)) = too_many {
        return Some(format!(
            "{} of {process} since it is live, limit {}",
            count(of.count as usize, "crash").replace("crashs", "crashes"),
            of.limit
        ));
    }
    if let Some(name) = &crashes.twice {
        return Some(format!("{name} crashed twice within 5 min"));
    }
    let nothing = watch.processes.iter().filter(|sample| sample.at <= until).any(|sample| nothing_is_up(watch, sample));
    nothing.then(|| format!("no {} is up 5 min after it went live", watch.instance))
}

/// Instances have had the time to come up, and none is. A change of config restarts them all.
pub(super) fn nothing_is_up(watch: &Watch, sample: &ProcessSample) -> bool {
    let restarted = watch.config_releases.iter().map(|later| later.at).filter(|at| *at <= sample.at).max();
    let since = restarted.map_or(watch.live_at, |at| at.max(watch.live_at));
    let should_run = sample.wanted.map_or(!sample.crashed.is_empty(), |wanted| wanted > 0);
    sample.up == 0 && should_run && sample.at.since(since) >= UP_WITHIN
}

/// The crashes of a process type so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct OfProcess {
    pub(super) count: u64,
    pub(super) limit: u64,
    pub(super) wanted: Option<u64>,
    pub(super) first: Option<Time>,
}

#[derive(Default)]
pub(super) struct Crashes {
    pub(super) by_process: BTreeMap<String, OfProcess>,
    /// An instance that crashed twice within a short time.
    pub(super) twice: Option<String>,
}

impl Crashes {
    /// A crash is an instance and when the platform says that it crashed: seen by several reads, it is one.
    pub(super) fn until(watch: &Watch, until: Time) -> Self {
        let seen = watch.processes.iter().filter(|sample| sample.at <= until);
        let all: Vec<(&CrashedInstance, Time)> =
            seen.flat_map(|sample| sample.crashed.iter().map(|one| (one, one.at.unwrap_or(sample.at)))).collect();
        let mut times: BTreeMap<(&str, &str), BTreeSet<Option<Time>>> = BTreeMap::new();
        let mut crashes = Self::default();
        for (one, at) in &all {
            times.entry((one.process.as_str(), one.name.as_str())).or_default().insert(one.at);
            let of = crashes.by_process.entry(one.process.clone()).or_default();
            of.wanted = of.wanted.max(one.wanted);
            of.first = Some(of.first.map_or(*at, |first| first.min(*at)));
        }
        for ((process, name), times) in times {
            if let Some(of) = crashes.by_process.get_mut(process) {
                of.count += times.len() as u64;
                of.limit = crash_limit(of.wanted.unwrap_or(0));
            }
            let known: Vec<Time> = times.into_iter().flatten().collect();
            if known.windows(2).any(|pair| pair[1].since(pair[0]) <= TWICE_WITHIN) {
                crashes.twice.get_or_insert_with(|| name.to_owned());
            }
        }
        crashes
    }
}

/// Both medians in milliseconds, and whether the code is slower than the one before. None where too few answered.
pub(super) fn latency(watch: &Watch, until: Time) -> Option<(f64, f64, bool)> {
    let answered = |probe: &ProbeSample| probe.milliseconds.filter(|_| !probe.failed).map(|milliseconds| milliseconds as f64);
    let now: Vec<f64> = watch.probes.iter().filter(|probe| probe.at <= until).filter_map(answered).collect();
    let before: Vec<f64> = watch.baseline.iter().flat_map(|baseline| &baseline.probes).filter_map(answered).collect();
    if now.len() < LATENCY_OF || before.len() < LATENCY_OF {
        return None;
    }
    let (median_now, median_before) = median(&now).zip(median(&before))?;
    let further = median_now - median_before >= LATENCY_MORE && median_now >= LATENCY_RATIO * median_before;
    Some((median_now, median_before, further && p_value(&now, &before) < LATENCY_P))
}
