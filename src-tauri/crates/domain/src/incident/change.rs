//! What a person does with a record. Each gives the record as it is then, or says why it stays as it was.

use super::model::{Acknowledgement, EntryKind, Incident, IncidentClose, IncidentEntry, IncidentText, OpenedBy, TimeEdit};
use super::opening::{open_of, opened};
use super::timeline::LONGEST_TIMELINE;
use crate::environment::Environment;
use crate::snapshot::ServiceState;
use crate::time::Time;

/// Why a record stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IncidentRefused {
    Closed(u64),
    /// One is open for this environment already.
    Open(u64),
    NoSuchEntry(u64, String),
    NoReason,
    NoText,
    NotYet,
    Full(u64),
}

impl std::fmt::Display for IncidentRefused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Closed(number) => write!(f, "Incident {number} is closed already."),
            Self::Open(number) => write!(f, "Incident {number} is open for it already: add a note to that one, or close it first."),
            Self::NoSuchEntry(number, entry) => write!(f, "Incident {number} has no entry {entry}."),
            Self::NoReason => f.write_str("Say why it is over: the reason is kept and shown."),
            Self::NoText => f.write_str("Say what happened: the text is empty."),
            Self::NotYet => f.write_str("That time is in the future: correct it."),
            Self::Full(number) => write!(f, "The timeline of incident {number} has {LONGEST_TIMELINE} entries and takes no more."),
        }
    }
}

impl std::error::Error for IncidentRefused {}

type Changed = Result<Incident, IncidentRefused>;

/// Who does something, and when.
#[derive(Clone, Copy, Debug)]
pub struct Hand<'a> {
    pub by: &'a str,
    pub at: Time,
}

/// A record that a person opens.
pub fn opened_by_hand(service: &ServiceState, environment: &Environment, title: &str, hand: Hand<'_>, known: &[Incident]) -> Changed {
    let title = said(title)?;
    if let Some(open) = open_of(known, &environment.app) {
        return Err(IncidentRefused::Open(open.number));
    }
    let mut incident = opened(service, environment, OpenedBy::Person, title.to_owned(), hand.at, known);
    let text = format!("Record opened: {title}");
    incident.entries.push(entry("opened", EntryKind::Note, text, hand, hand.at));
    Ok(incident)
}

pub fn noted(incident: &Incident, text: &str, happened_at: Option<Time>, hand: Hand<'_>) -> Changed {
    let text = said(text)?;
    let happened_at = past(happened_at.unwrap_or(hand.at), hand)?;
    let mut next = with_room(incident)?;
    let id = numbered(&next, "note");
    next.entries.push(entry(&id, EntryKind::Note, text.to_owned(), hand, happened_at));
    Ok(next)
}

/// The first value is kept, and who changed it.
pub fn edited(incident: &Incident, id: &str, happened_at: Time, text: &str, hand: Hand<'_>) -> Changed {
    let text = said(text)?;
    let happened_at = past(happened_at, hand)?;
    let mut next = incident.clone();
    let number = next.number;
    let found = next.entries.iter_mut().find(|entry| entry.id == id);
    let entry = found.ok_or_else(|| IncidentRefused::NoSuchEntry(number, id.to_owned()))?;
    if (entry.happened_at, entry.text.as_str()) == (happened_at, text) {
        return Ok(next);
    }
    let before = TimeEdit { by: hand.by.to_owned(), at: hand.at, happened_at: entry.happened_at, text: entry.text.clone() };
    entry.edits.push(before);
    (entry.happened_at, entry.text) = (happened_at, text.to_owned());
    entry.last_at = entry.last_at.max(happened_at);
    Ok(next)
}

/// Takes an entry of the log onto the timeline.
pub fn lifted(incident: &Incident, id: &str) -> Changed {
    if incident.entries.iter().any(|entry| entry.id == id) {
        return Ok(incident.clone());
    }
    let at = incident.log.iter().position(|entry| entry.id == id);
    let at = at.ok_or_else(|| IncidentRefused::NoSuchEntry(incident.number, id.to_owned()))?;
    let mut next = with_room(incident)?;
    let entry = next.log.remove(at);
    next.entries.push(entry);
    Ok(next)
}

pub fn with_text(incident: &Incident, field: IncidentText, text: &str, hand: Hand<'_>) -> Incident {
    let mut next = incident.clone();
    let text = text.trim().to_owned();
    match field {
        IncidentText::Cause => {
            let is_said = !text.is_empty();
            (next.cause, next.cause_by) = (is_said.then_some(text), is_said.then(|| hand.by.to_owned()));
        }
        IncidentText::WentWell => next.lessons.went_well = text,
        IncidentText::Lucky => next.lessons.lucky = text,
        IncidentText::Change => next.lessons.change = text,
    }
    next
}

pub fn closed(incident: &Incident, reason: &str, hand: Hand<'_>) -> Changed {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(IncidentRefused::NoReason);
    }
    still_open(incident)?;
    let mut next = incident.clone();
    next.entries.push(entry("closed", EntryKind::Closed, format!("Record closed: {reason}"), hand, hand.at));
    next.close = Some(IncidentClose { at: hand.at, by: Some(hand.by.to_owned()), reason: reason.to_owned() });
    next.asks_since = None;
    Ok(next)
}

/// The person knows of what is there now. The same causes again are nothing new.
pub fn acknowledged(incident: &Incident, causes: Vec<String>, hand: Hand<'_>) -> Changed {
    still_open(incident)?;
    let known = incident.acknowledged.as_ref();
    if known.is_some_and(|known| causes.iter().all(|cause| known.causes.contains(cause))) {
        return Ok(incident.clone());
    }
    let mut next = incident.clone();
    let mut all = known.map_or_else(Vec::new, |known| known.causes.clone());
    all.extend(causes);
    all.sort_unstable();
    all.dedup();
    next.acknowledged = Some(Acknowledgement { by: hand.by.to_owned(), at: hand.at, causes: all });
    let id = numbered(&next, "acknowledged");
    next.entries.push(entry(&id, EntryKind::Acknowledged, "Acknowledged".to_owned(), hand, hand.at));
    Ok(next)
}

/// Somebody looks at a plan that may end it. The same plan of the same person again is nothing new.
pub fn planned(incident: &Incident, word: &str, text: &str, hand: Hand<'_>) -> Changed {
    let id = format!("plan_opened-{word}-{}", hand.by);
    let is_known = incident.entries.iter().chain(&incident.log).any(|entry| entry.id == id);
    if is_known || incident.close.is_some() || incident.entries.len() >= LONGEST_TIMELINE {
        return Ok(incident.clone());
    }
    let mut next = incident.clone();
    next.entries.push(entry(&id, EntryKind::PlanOpened, text.to_owned(), hand, hand.at));
    Ok(next)
}

fn still_open(incident: &Incident) -> Result<(), IncidentRefused> {
    if incident.close.is_some() { Err(IncidentRefused::Closed(incident.number)) } else { Ok(()) }
}

fn said(text: &str) -> Result<&str, IncidentRefused> {
    let text = text.trim();
    if text.is_empty() { Err(IncidentRefused::NoText) } else { Ok(text) }
}

/// A minute ahead may be a clock that differs.
fn past(at: Time, hand: Hand<'_>) -> Result<Time, IncidentRefused> {
    if at.since(hand.at) > 60.0 { Err(IncidentRefused::NotYet) } else { Ok(at) }
}

fn with_room(incident: &Incident) -> Changed {
    if incident.entries.len() >= LONGEST_TIMELINE { Err(IncidentRefused::Full(incident.number)) } else { Ok(incident.clone()) }
}

/// An id that no entry has: entries are never taken away.
fn numbered(incident: &Incident, name: &str) -> String {
    let all = incident.entries.iter().chain(&incident.log);
    let of_it = all.filter(|entry| entry.id.rsplit_once('-').is_some_and(|(before, _)| before == name)).count();
    format!("{name}-{}", of_it + 1)
}

fn entry(id: &str, kind: EntryKind, text: String, hand: Hand<'_>, happened_at: Time) -> IncidentEntry {
    IncidentEntry {
        id: id.to_owned(),
        kind,
        happened_at,
        recorded_at: hand.at,
        who: Some(hand.by.to_owned()),
        source: hand.by.to_owned(),
        text,
        count: 1,
        last_at: happened_at,
        link: None,
        edits: Vec::new(),
    }
}
