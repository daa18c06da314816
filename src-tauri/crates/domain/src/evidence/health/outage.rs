//! An incident from its first sign to its end: what opens it, what keeps it open, what ends it.

use super::processes::{Process, ProcessState, processes, serves};
use crate::environment::{Environment, Outage, ProcessType};
use crate::time::Time;

/// Seconds that what failed must be up without a break before it counts as cured.
pub const CURED_AFTER: f64 = 300.0;
/// A sign within so many seconds of the end belongs to the same incident.
pub const REOPENED_WITHIN: f64 = 1800.0;

/// What a read brought anew. What was not read neither keeps nor breaks anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fresh {
    pub instances: bool,
    pub probe: bool,
}

/// A sign that something failed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sign {
    /// None: the health check.
    process: Option<String>,
    at: Option<Time>,
    release: Option<u64>,
}

/// How that which failed in an incident fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Now {
    /// All of it is up; since when by the platform's word, where it tells.
    Up(Option<Time>),
    NotUp,
    /// Not all of it was read.
    Unread,
    /// The platform knows none of it any more.
    Gone,
}

/// Follows both incidents of the environment through one read of it.
pub fn follow(environment: &mut Environment, fresh: Fresh, now: Time) {
    let (mut serving, mut others) = (Vec::new(), Vec::new());
    let all = processes(environment);
    for process in all.iter().filter(|process| fresh.instances && process.state.has_failed()) {
        let signs = if serves(process, &all) { &mut serving } else { &mut others };
        signs.push(sign_of(process, environment));
    }
    if fresh.probe && probe_fails(environment) {
        serving.push(Sign { process: None, at: None, release: live_version(environment) });
    }
    let step = |outage: &Option<Outage>, signs: &[Sign]| {
        let fares = outage.as_ref().map(|outage| fares(outage, environment, &all, fresh));
        next(outage.clone(), signs, fares, now)
    };
    let (outage, process_outage) = (step(&environment.outage, &serving), step(&environment.process_outage, &others));
    (environment.outage, environment.process_outage) = (outage, process_outage);
}

pub fn probe_fails(environment: &Environment) -> bool {
    environment.probe.as_ref().is_some_and(|probe| probe.status.is_none_or(|status| status >= 500))
}

fn live_version(environment: &Environment) -> Option<u64> {
    environment.current.as_ref().map(|release| release.version)
}

/// The instance that crashed first tells when, and under which release.
fn sign_of(process: &Process<'_>, environment: &Environment) -> Sign {
    let crashed = process.instances.iter().filter(|instance| instance.state == "crashed");
    let first = crashed.min_by_key(|instance| (instance.updated_at.is_none(), instance.updated_at));
    Sign {
        process: Some(process.name.to_owned()),
        at: first.and_then(|instance| instance.updated_at),
        release: first.and_then(|instance| instance.release_version).or_else(|| live_version(environment)),
    }
}

fn fares(outage: &Outage, environment: &Environment, all: &[Process<'_>], fresh: Fresh) -> Now {
    let mut parts: Vec<Now> = outage.failed.iter().map(|name| process_fares(name, outage, environment, all, fresh)).collect();
    if outage.health_check {
        parts.push(match &environment.probe {
            Some(_) if fresh.probe && probe_fails(environment) => Now::NotUp,
            Some(_) if fresh.probe => Now::Up(None),
            Some(_) | None => Now::Unread,
        });
    }
    let any = |wanted: Now| parts.contains(&wanted);
    let since = parts.iter().filter_map(|part| match part {
        Now::Up(since) => *since,
        Now::NotUp | Now::Unread | Now::Gone => None,
    });
    match () {
        () if any(Now::NotUp) => Now::NotUp,
        () if any(Now::Unread) => Now::Unread,
        () if parts.iter().all(|part| *part == Now::Gone) => Now::Gone,
        () => Now::Up(since.max()),
    }
}

fn process_fares(name: &str, outage: &Outage, environment: &Environment, all: &[Process<'_>], fresh: Fresh) -> Now {
    if !fresh.instances {
        return Now::Unread;
    }
    let Some(process) = all.iter().find(|process| process.name == name) else {
        return if is_gone(name, outage, environment) { Now::Gone } else { Now::NotUp };
    };
    match process.state {
        ProcessState::Up => {
            let times: Option<Vec<Time>> = process.instances.iter().map(|instance| instance.updated_at).collect();
            Now::Up(times.and_then(|times| times.into_iter().max()))
        }
        ProcessState::Starting | ProcessState::Unclear | ProcessState::Crashed | ProcessState::Stopped | ProcessState::Off => Now::NotUp,
    }
}

/// Newer code that does not have the process cannot bring it up: there is nothing left to cure. Users
/// who are served by nothing are another matter, and so is an answer that lists nothing.
fn is_gone(name: &str, outage: &Outage, environment: &Environment) -> bool {
    let listed = |formation: &Vec<ProcessType>| formation.is_empty() || formation.iter().any(|process| process.name == name);
    let newer = live_version(environment).zip(outage.began_under).is_some_and(|(live, began)| live > began);
    name != "web" && newer && environment.formation_read_at.is_some() && environment.formation.as_ref().is_some_and(|f| !listed(f))
}

fn next(outage: Option<Outage>, signs: &[Sign], fares: Option<Now>, now: Time) -> Option<Outage> {
    let known = outage.filter(|outage| outage.ended_at.is_none_or(|ended| now.since(ended) < REOPENED_WITHIN));
    if !signs.is_empty() {
        return Some(with_signs(known, signs, now));
    }
    let mut outage = known?;
    if !outage.is_open() {
        return Some(outage);
    }
    match fares? {
        Now::Unread => {}
        Now::NotUp => (outage.up_since, outage.last_unwell) = (None, Some(now)),
        Now::Gone => return None,
        Now::Up(since) => {
            let up_since = up_since(&outage, since, now);
            outage.up_since = Some(up_since);
            outage.ended_at = (now.since(up_since) >= CURED_AFTER).then_some(now);
        }
    }
    Some(outage)
}

fn with_signs(known: Option<Outage>, signs: &[Sign], now: Time) -> Outage {
    let first = signs.iter().min_by_key(|sign| (sign.at.is_none(), sign.at));
    let mut outage = known.unwrap_or_else(|| Outage {
        since: first.and_then(|sign| sign.at).map_or(now, |at| at.min(now)),
        process: first.and_then(|sign| sign.process.clone()),
        failed: Vec::new(),
        health_check: false,
        began_under: first.and_then(|sign| sign.release),
        last_unwell: None,
        up_since: None,
        ended_at: None,
        reopened: false,
    });
    for sign in signs {
        match &sign.process {
            Some(process) if outage.failed.contains(process) => {}
            Some(process) => outage.failed.push(process.clone()),
            None => outage.health_check = true,
        }
    }
    outage.reopened |= outage.ended_at.is_some();
    Outage { up_since: None, ended_at: None, last_unwell: Some(now), ..outage }
}

/// The platform's word counts where it is later than what was seen: it also tells of a break
/// between two reads. Its clock may differ from ours, so it never counts for longer than we know.
fn up_since(outage: &Outage, told: Option<Time>, now: Time) -> Time {
    let seen = outage.up_since.or(told.and(outage.last_unwell)).map(|seen| seen.min(now));
    let told = told.map(|told| told.min(now));
    seen.max(told).unwrap_or(now)
}
