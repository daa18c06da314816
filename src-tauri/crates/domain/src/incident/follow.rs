//! Records after what was read: opened, continued, closed, or as they were.
//!
//! Everything on a timeline has a name of its own, made of what it is about. So following twice adds nothing, several
//! processes that read the same write the same, and the order in which things are read does not matter.

use super::closing::{asks, closes};
use super::facts::facts;
use super::joining::{self, Cause};
use super::known::{Known, Of};
use super::model::{EntryKind, Incident, IncidentClose, IncidentEntry};
use super::opening::{open_of, opened};
use super::timeline::LONGEST_TIMELINE;
use super::{causes, decision, log};
use crate::diff::Event;

use crate::time::Time;

/// Records that are new or another than in `incidents`. `events`: what happened since the last time; they are for the
/// log alone.
pub fn follow(incidents: &[Incident], known: Known<'_>, events: &[Event], now: Time) -> Vec<Incident> {
    let mut all = incidents.to_vec();
    for service in known.services {
        for environment in &service.environments {
            follow_one(&mut all, Of { service, environment, known, now }, events);
        }
    }
    all.retain(|incident| !incidents.contains(incident));
    all
}

fn follow_one(all: &mut Vec<Incident>, of: Of<'_>, events: &[Event]) {
    let causes = joining::causes(of);
    let is_new = |cause: &&Cause| !all.iter().any(|record| record.app == of.environment.app && cause.is_of(record));
    let fresh: Vec<Cause> = causes.iter().filter(is_new).cloned().collect();
    if open_of(all, &of.environment.app).is_none() {
        // What began first names it.
        let Some(first) = fresh.iter().min_by_key(|cause| (cause.at, cause.id.clone())) else { return };
        all.push(opened(of.service, of.environment, first.opens, first.title.clone(), first.at, all));
    }
    let Some(record) = all.iter_mut().find(|record| record.app == of.environment.app && record.close.is_none()) else { return };
    // What an earlier record has taken stays with it, also while its pin goes on.
    let own: Vec<&Cause> = causes.iter().filter(|cause| fresh.contains(cause) || record.causes.contains(&cause.id)).collect();
    for cause in own {
        joining::join(record, cause);
    }
    if record.causes.iter().any(|id| fresh.iter().any(|cause| cause.id == *id)) {
        record.asks_since = None;
    }
    for fact in facts(record, of) {
        take(record, fact, of.now);
    }
    decision::follow(record, of);
    for entry in log::entries(record, of, events) {
        log::take(record, entry);
    }
    forget_ended(record, of);
    record.good_live = super::closing::good_live(record, of);
    if let Some(reason) = closes(record, of) {
        close(record, reason, of.now);
    } else {
        record.asks_since = asks(record, of.now);
    }
}

/// Seconds by which the end of a row of signals must have moved before it is written again.
const MOVED: f64 = 60.0;

/// What is known already only counts on; what a person corrected stays so.
fn take(record: &mut Incident, fact: IncidentEntry, now: Time) {
    let is_room = record.entries.len() + 1 < LONGEST_TIMELINE;
    let known = record.entries.iter_mut().chain(&mut record.log).find(|entry| entry.id == fact.id);
    let Some(known) = known else {
        let fact = IncidentEntry { recorded_at: now, ..fact };
        if is_room {
            record.entries.push(fact)
        } else {
            record.log.push(fact)
        }
        return;
    };
    if fact.count > known.count || fact.last_at.since(known.last_at) >= MOVED {
        (known.count, known.last_at) = (known.count.max(fact.count), known.last_at.max(fact.last_at));
    }
    // What was seen first is not told in the words of a later answer.
    let earlier = fact.happened_at < known.happened_at;
    if fact.kind == EntryKind::Signal && known.edits.is_empty() && earlier {
        (known.happened_at, known.text, known.source) = (fact.happened_at, fact.text, fact.source);
    }
}

/// Of what has ended a person is told again when it comes again.
fn forget_ended(record: &mut Incident, of: Of<'_>) {
    let Some(acknowledged) = record.acknowledged.as_mut().filter(|_| of.is_read()) else { return };
    let holding = causes::causes(of.environment);
    acknowledged.causes.retain(|cause| holding.contains(cause));
}

fn close(record: &mut Incident, reason: String, now: Time) {
    record.entries.push(IncidentEntry {
        id: "closed".to_owned(),
        kind: EntryKind::Closed,
        happened_at: now,
        recorded_at: now,
        who: None,
        source: "Slipway".to_owned(),
        text: format!("Record closed: {reason}"),
        count: 1,
        last_at: now,
        link: None,
        edits: Vec::new(),
    });
    record.asks_since = None;
    record.close = Some(IncidentClose { at: now, by: None, reason });
}
