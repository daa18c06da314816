//! The order of entries.

use super::model::{EntryKind, Incident, IncidentEntry};

/// The most entries that a timeline has; what comes later is in the log.
pub const LONGEST_TIMELINE: usize = 200;

/// The timeline in order: by when it happened, causes before effects, then as it was recorded.
pub fn timeline(incident: &Incident) -> Vec<IncidentEntry> {
    let mut entries = incident.entries.clone();
    sort(&mut entries);
    entries
}

/// What is not on the timeline, in the same order.
pub fn log(incident: &Incident) -> Vec<IncidentEntry> {
    let mut entries = incident.log.clone();
    sort(&mut entries);
    entries
}

fn sort(entries: &mut [IncidentEntry]) {
    entries.sort_by(|a, b| {
        let key = |entry: &IncidentEntry| (entry.happened_at, rank(entry.kind), entry.recorded_at);
        key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
    });
}

/// A cause is before its effects: an intent before what is sent, what is sent before what is live.
fn rank(kind: EntryKind) -> u8 {
    match kind {
        EntryKind::BadLive => 0,
        EntryKind::Config => 1,
        EntryKind::Signal => 2,
        EntryKind::Watch => 3,
        EntryKind::Alert => 4,
        EntryKind::Reopened => 5,
        EntryKind::Acknowledged => 6,
        EntryKind::PlanOpened => 7,
        EntryKind::Decided => 8,
        EntryKind::Sent => 9,
        EntryKind::Stopped => 10,
        EntryKind::RevertOpened => 11,
        EntryKind::RevertMerged => 12,
        EntryKind::Live => 13,
        EntryKind::RevertLive => 14,
        EntryKind::Verified => 15,
        EntryKind::Failed => 16,
        EntryKind::PinSet => 17,
        EntryKind::PinViolated => 18,
        EntryKind::PinEnded => 19,
        EntryKind::Note => 20,
        EntryKind::Event => 21,
        EntryKind::Closed => 22,
    }
}
