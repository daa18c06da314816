//! The verdict of a watch, from its samples alone: what arrives late is judged as if it had come in time.

use super::evidence::rows;
use super::limits::passed;
use super::model::{Watch, WatchEvidence, WatchSignal, WatchVerdict};
use super::schedule::{Slot, slot_at};
use super::signals::signals;
use crate::humanize::span;
use crate::time::Time;
use std::collections::BTreeSet;

/// The share of the planned samples without which nothing is called good.
const ENOUGH: f64 = 0.8;
/// Without a sign of trouble, in seconds.
const QUIET: f64 = 300.0;

/// What the samples show.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    pub taken: u64,
    pub signals: Vec<WatchSignal>,
    pub verdict: Option<WatchVerdict>,
    pub verdict_at: Option<Time>,
    pub reason: Option<String>,
    pub bad_at: Option<Time>,
    pub recovered_at: Option<Time>,
    pub ended_at: Option<Time>,
    pub evidence: Vec<WatchEvidence>,
}

pub fn judge(watch: &Watch, now: Time) -> Judgement {
    let superseded = watch.superseded_by.as_ref().filter(|later| later.at < watch.planned_end());
    let end = superseded.map_or(watch.planned_end(), |later| later.at);
    let until = now.min(end);
    let bad = first_bad(watch, until);
    let quiet = quiet(watch, until);
    let taken = taken(watch, watch.live_at, until);
    // Early on there is no quiet: a watch that has only begun has seen nothing.
    let recovered_at = bad.as_ref().and(quiet.as_ref().ok()).and_then(|()| recovery(watch, until));
    let is_over = now >= end;
    let mut judged = Judgement {
        taken: taken.len() as u64,
        signals: signals(watch, until),
        verdict: bad.as_ref().map(|_| WatchVerdict::Bad),
        verdict_at: bad.as_ref().map(|(at, _)| *at),
        reason: bad.as_ref().map(|(_, why)| why.clone()),
        bad_at: bad.as_ref().map(|(at, _)| *at),
        recovered_at,
        ended_at: is_over.then_some(end),
        evidence: rows(watch, until),
    };
    if !is_over {
        return judged;
    }
    let ending = match (superseded, bad.is_some()) {
        // What was shown to be bad stays so, whatever was released after it.
        (Some(_), true) => None,
        (Some(later), false) => Some((WatchVerdict::Superseded, format!("{} went live", later.release.label))),
        (None, is_bad) => at_the_end(watch, taken.len(), quiet, is_bad),
    };
    if let Some((verdict, reason)) = ending {
        (judged.verdict, judged.verdict_at, judged.reason) = (Some(verdict), Some(end), Some(reason));
    }
    judged
}

/// None: it stays bad.
fn at_the_end(watch: &Watch, taken: usize, quiet: Result<(), String>, is_bad: bool) -> Option<(WatchVerdict, String)> {
    let samples = format!("{taken} of {} samples", watch.planned);
    let enough = taken as f64 >= ENOUGH * watch.planned as f64;
    let inconclusive = |why: &str| Some((WatchVerdict::Inconclusive, format!("no evidence either way ({samples}{why})")));
    match (quiet, is_bad) {
        (Ok(()), true) if enough => Some((WatchVerdict::Good, "good after trouble: it recovered by itself".to_owned())),
        (Ok(()) | Err(_), true) => None,
        (Ok(()) | Err(_), false) if !enough => inconclusive(""),
        (Ok(()), false) if watch.has_health_url => Some((WatchVerdict::Good, format!("good ({samples})"))),
        (Ok(()), false) => Some((WatchVerdict::Good, "good (processes)".to_owned())),
        (Err(why), false) => inconclusive(&format!(", {why}")),
    }
}

/// When it was first shown to be bad, and by what.
fn first_bad(watch: &Watch, until: Time) -> Option<(Time, String)> {
    let probes = watch.probes.iter().map(|probe| probe.at);
    let looks: BTreeSet<Time> = probes.chain(watch.processes.iter().map(|sample| sample.at)).filter(|at| *at <= until).collect();
    looks.into_iter().find_map(|at| Some((at, passed(watch, at)?)))
}

/// The slots of the plan in which a sample was taken after `from`.
fn taken(watch: &Watch, from: Time, until: Time) -> BTreeSet<Slot> {
    let offsets = watch.counted_offsets();
    let times: Vec<Time> = if watch.has_health_url {
        watch.probes.iter().map(|probe| probe.at).collect()
    } else {
        watch.processes.iter().map(|sample| sample.at).collect()
    };
    times.into_iter().filter(|at| *at >= from && *at <= until).filter_map(|at| slot_at(watch, &offsets, at)).collect()
}

/// Whether the last minutes were looked at, and without a sign of trouble; else why not. That nothing was seen where
/// nobody looked is no quiet.
fn quiet(watch: &Watch, until: Time) -> Result<(), String> {
    let from = until.plus(-QUIET);
    if let Some(last) = last_trouble(watch, until).filter(|signal| signal.last_at > from) {
        let before = span(until.since(last.last_at));
        return Err(format!("{} {before} before the end", last.text));
    }
    // Only slots that lay whole in these minutes could be asked for.
    let starts = watch.counted_offsets().into_iter().map(|offset| watch.began_at.plus(offset as f64));
    let planned = starts.filter(|start| *start >= from && *start < until).count();
    let seen = taken(watch, from, until).len();
    if planned == 0 || (seen as f64) < ENOUGH * planned as f64 {
        return Err("too few of them in the last 5 min".to_owned());
    }
    let is_up = |up: u64, wanted: Option<u64>| up > 0 || wanted == Some(0);
    let looked = watch.processes.iter().filter(|sample| sample.at > from && sample.at <= until).max_by_key(|sample| sample.at);
    match looked {
        Some(sample) if is_up(sample.up, sample.wanted) => Ok(()),
        Some(_) => Err(format!("no {} is up", watch.instance)),
        None => Err(format!("the {}s were not read in the last 5 min", watch.instance)),
    }
}

fn last_trouble(watch: &Watch, until: Time) -> Option<WatchSignal> {
    signals(watch, until).into_iter().max_by(|a, b| a.last_at.cmp(&b.last_at).then_with(|| b.text.cmp(&a.text)))
}

/// The first good look after the last sign of trouble.
fn recovery(watch: &Watch, until: Time) -> Option<Time> {
    let last = last_trouble(watch, until)?.last_at;
    let probes = watch.probes.iter().filter(|probe| !probe.failed).map(|probe| probe.at);
    let up = watch.processes.iter().filter(|sample| sample.crashed.is_empty() && sample.up > 0).map(|sample| sample.at);
    let good: Vec<Time> = if watch.has_health_url { probes.collect() } else { up.collect() };
    good.into_iter().filter(|at| *at > last && *at <= until).min()
}
