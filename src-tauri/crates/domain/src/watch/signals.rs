//! Signs of trouble, as the samples show them.

use super::limits::nothing_is_up;
use super::model::{SignalKind, Watch, WatchSignal};
use crate::time::Time;

/// One sign, each time it is seen.
struct Seen {
    kind: SignalKind,
    text: String,
    at: Time,
}

/// Each kind and text once, the first first. A sign that lasts is seen again by each look.
pub(super) fn signals(watch: &Watch, until: Time) -> Vec<WatchSignal> {
    let mut seen = health(watch, until);
    seen.extend(processes(watch, until));
    seen.sort_by(|a, b| (a.at, a.kind, &a.text).cmp(&(b.at, b.kind, &b.text)));
    let mut signals: Vec<WatchSignal> = Vec::new();
    for one in seen {
        match signals.iter_mut().find(|signal| signal.kind == one.kind && signal.text == one.text) {
            Some(signal) => (signal.last_at, signal.count) = (one.at, signal.count + 1),
            None => signals.push(WatchSignal { kind: one.kind, text: one.text, at: one.at, last_at: one.at, count: 1 }),
        }
    }
    let errors = watch.platform_log.iter().flat_map(|log| &log.errors).filter(|error| error.last_at >= watch.live_at && error.at <= until);
    signals.extend(errors.map(|error| WatchSignal {
        kind: SignalKind::Platform,
        text: format!("{} {}", error.code, error.text).trim_end().to_owned(),
        at: error.at.max(watch.live_at),
        last_at: error.last_at.min(until),
        count: error.count,
    }));
    signals.sort_by(|a, b| (a.at, a.kind, &a.text).cmp(&(b.at, b.kind, &b.text)));
    signals
}

fn health(watch: &Watch, until: Time) -> Vec<Seen> {
    let failed = watch.probes.iter().filter(|probe| probe.failed && probe.at <= until);
    failed
        .map(|probe| {
            let text = probe.status.map_or("health does not answer".to_owned(), |status| format!("health answers {status}"));
            Seen { kind: SignalKind::HealthCheck, text, at: probe.at }
        })
        .collect()
}

fn processes(watch: &Watch, until: Time) -> Vec<Seen> {
    let mut seen = Vec::new();
    for sample in watch.processes.iter().filter(|sample| sample.at <= until) {
        let crashed = sample.crashed.iter().map(|crashed| format!("{} crashed", crashed.name));
        let nothing = nothing_is_up(watch, sample).then(|| format!("no {} is up", watch.instance));
        seen.extend(crashed.chain(nothing).map(|text| Seen { kind: SignalKind::Processes, text, at: sample.at }));
    }
    seen
}
