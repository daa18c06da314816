//! What is read that belongs on a timeline, each with a name of its own.

mod acts;
mod releases;
mod signals;

pub(super) use acts::{Act, chosen, entries as acts_of, opened};
pub(super) use releases::live_entry;
pub(super) use signals::FAILED_RELEASE;

use super::joining::live_at;
use super::known::Of;
use super::model::{EntryKind, Incident, IncidentEntry};
use crate::alert::AlertKind;
use crate::humanize::list;
use crate::pin::Pin;
use crate::time::Time;
use crate::watch::WatchVerdict;

pub(super) fn facts(record: &Incident, of: Of<'_>) -> Vec<IncidentEntry> {
    let from = begins(record, of);
    let mut found: Vec<IncidentEntry> = releases::bad_live(record, of).into_iter().collect();
    found.extend(signals::signals(of, from));
    found.extend(alerts(of));
    found.extend(watches(of, from));
    found.extend(releases::releases(record, of, from));
    found.extend(acts::acts(of, from));
    found.extend(pins(of, from));
    found
}

/// From when on things belong to the record: the bad release live, else its first sign.
pub(super) fn begins(record: &Incident, of: Of<'_>) -> Time {
    let bad = record.bad_release.as_ref().and_then(|bad| of.environment.releases.iter().find(|release| release.id == bad.id));
    let own = |pin: &&Pin| pin.is_open() && record.causes.contains(&format!("pin {}", pin.id));
    let pinned = of.pins().filter(own).map(|pin| pin.at.plus(-1.0));
    let known =
        record.entries.iter().filter(|entry| entry.edits.is_empty() && entry.kind != EntryKind::Note).map(|entry| entry.happened_at);
    let all = bad.and_then(live_at).into_iter().chain(known).chain(pinned);
    all.min().map_or(record.opened_at, |first| first.min(record.opened_at))
}

pub(super) fn fact(id: String, kind: EntryKind, at: Time, source: &str, text: String) -> IncidentEntry {
    IncidentEntry {
        id,
        kind,
        happened_at: at,
        recorded_at: at,
        who: None,
        source: source.to_owned(),
        text,
        count: 1,
        last_at: at,
        link: None,
        edits: Vec::new(),
    }
}

/// An alert that the board shows; when it was first shown is when it is first seen here.
fn alerts(of: Of<'_>) -> Vec<IncidentEntry> {
    let tells = [AlertKind::ProductionDown, AlertKind::WatchBad, AlertKind::ReleaseFailed, AlertKind::PinViolated];
    let own = of.service.alerts.iter().filter(|alert| alert.subject.environment.as_ref() == Some(&of.environment.name));
    own.filter(|alert| tells.contains(&alert.kind))
        .map(|alert| {
            let first = alert.message.split_once(". ").map_or(alert.message.trim_end_matches('.'), |(first, _)| first);
            fact(format!("alert-{}", alert.kind), EntryKind::Alert, of.now, "Slipway", format!("Alert shown: {first}"))
        })
        .collect()
}

fn watches(of: Of<'_>, from: Time) -> Vec<IncidentEntry> {
    let mut found = Vec::new();
    for watch in of.watches().filter(|watch| watch.live_at >= from) {
        let label = &watch.release.label;
        let said = |what: &str| {
            watch.reason.as_ref().map_or_else(|| format!("Watch of {label}: {what}"), |why| format!("Watch of {label}: {what}, {why}"))
        };
        let entry = |word: &str, at, text| fact(format!("watch_{word}-{}", watch.id), EntryKind::Watch, at, "Slipway", text);
        if let Some(at) = watch.bad_at {
            found.push(entry("bad", at, format!("Watch of {label}: bad")));
        }
        if let Some(at) = watch.recovered_at {
            found.push(entry("recovered", at, format!("Watch of {label}: recovered by itself")));
        }
        match (watch.verdict, watch.verdict_at) {
            (Some(WatchVerdict::Good), Some(at)) => found.push(entry("good", at, format!("Watch of {label}: good"))),
            (Some(WatchVerdict::Inconclusive), Some(at)) => found.push(entry("inconclusive", at, said("no verdict"))),
            // A newer release is on the timeline itself, and what was bad is told above.
            (Some(WatchVerdict::Bad | WatchVerdict::Superseded) | None, _) | (_, None) => {}
        }
    }
    found
}

fn pins(of: Of<'_>, from: Time) -> Vec<IncidentEntry> {
    let mut found = Vec::new();
    for pin in of.pins().filter(|pin| pin.at >= from) {
        let mut entry =
            fact(format!("pin_set-{}", pin.id), EntryKind::PinSet, pin.at, "Slipway", format!("Pinned to {}", pin.target.label));
        entry.who = Some(pin.by.clone());
        found.push(entry);
        for violation in &pin.violations {
            let knowingly = violation.knowingly.as_ref().map_or(String::new(), |why| format!(", knowingly: {why}"));
            let text = format!("Pin violated: {} brought {} back{knowingly}", violation.release.label, list(&violation.brings));
            let id = format!("pin_violated-{}-{}", pin.id, violation.release.id);
            found.push(fact(id, EntryKind::PinViolated, violation.at, of.platform(), text));
        }
        if let Some(end) = &pin.end {
            let text = format!("Pin ended: {}", end.reason);
            let mut entry = fact(format!("pin_ended-{}", pin.id), EntryKind::PinEnded, end.at, "Slipway", text);
            entry.who = end.by.clone();
            found.push(entry);
        }
    }
    found
}
