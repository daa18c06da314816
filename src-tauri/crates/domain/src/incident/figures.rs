//! The four figures, and the moments that they lie between. They follow the entries, and so also what a person
//! corrects of them. A figure whose moment is not known is not known.

use super::facts::FAILED_RELEASE;
use super::model::{EntryKind, Incident, IncidentEntry, IncidentMarks, IncidentTimes};
use crate::time::Time;

/// None: not known.
pub fn marks(incident: &Incident) -> IncidentMarks {
    let of = |kind: EntryKind| incident.entries.iter().filter(move |entry| entry.kind == kind);
    let first = |kind: EntryKind| of(kind).map(|entry| entry.happened_at).min();
    IncidentMarks {
        bad_live: first(EntryKind::BadLive),
        first_signal: first(EntryKind::Signal),
        decided: decided(incident),
        good_live: good_live(incident),
    }
}

pub fn times(incident: &Incident) -> IncidentTimes {
    let IncidentMarks { bad_live, first_signal, decided, good_live } = marks(incident);
    IncidentTimes {
        detect: between(bad_live, first_signal),
        decide: between(first_signal, decided),
        recover: between(decided, good_live),
        total: between(bad_live, good_live),
    }
}

/// Since when users were hurt: the first signal, unless all that was seen is a release that never went live.
pub fn hurt_since(incident: &Incident) -> Option<Time> {
    let hurts = |entry: &&IncidentEntry| entry.kind == EntryKind::Signal && entry.id != FAILED_RELEASE;
    incident.entries.iter().filter(hurts).map(|entry| entry.happened_at).min()
}

/// From then until good code was live.
pub fn hurt_seconds(incident: &Incident) -> Option<f64> {
    between(hurt_since(incident), good_live(incident))
}

/// The choice that led to good code; what was chosen earlier did not.
fn decided(incident: &Incident) -> Option<Time> {
    let good = good_live(incident);
    let entries = incident.entries.iter().filter(|entry| entry.kind == EntryKind::Decided);
    let before = entries.map(|entry| entry.happened_at).filter(|at| good.is_none_or(|good| *at <= good));
    match good {
        Some(_) => before.max(),
        None => before.min(),
    }
}

fn good_live(incident: &Incident) -> Option<Time> {
    let good = incident.good_live.as_ref()?;
    incident.entries.iter().find(|entry| entry.id == *good).map(|entry| entry.happened_at)
}

/// None also where the later one is before the earlier one: then one of them is not what it seems.
fn between(from: Option<Time>, to: Option<Time>) -> Option<f64> {
    let seconds = to?.since(from?);
    (seconds >= 0.0).then_some(seconds)
}
