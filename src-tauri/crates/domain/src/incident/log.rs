//! The log: what happened beside what is on the timeline.

use super::facts::{Act, acts_of, begins, fact};
use super::known::Of;
use super::model::{EntryKind, Incident, IncidentEntry};
use crate::alert::stable_hash;
use crate::diff::{Event, EventKind};

/// The most entries of a log. What comes later is not kept: a record is read by people.
const LONGEST: usize = 2_000;
/// Seconds within which the same again is told by another process, and no other event.
const SAME: f64 = 120.0;

pub(super) fn entries(record: &Incident, of: Of<'_>, events: &[Event]) -> Vec<IncidentEntry> {
    let own = events.iter().filter(|event| event.service == of.service.name && !is_on_timeline(event, of));
    let mut found: Vec<IncidentEntry> = own
        .map(|event| {
            let id = format!("event-{}-{:06x}", event.kind, stable_hash(&event.message) & 0xff_ffff);
            fact(id, EntryKind::Event, event.at, "Slipway", event.message.clone())
        })
        .collect();
    let from = begins(record, of);
    found.extend(acts_of(of, from).filter(|(_, act)| *act == Act::Other).map(|(entry, _)| {
        let text = format!("{} of {}", crate::humanize::capital(&entry.action.replace('_', " ")), entry.target);
        IncidentEntry { who: Some(entry.by.clone()), ..fact(format!("act-{}", entry.id), EntryKind::Event, entry.at, "Slipway", text) }
    }));
    found
}

pub(super) fn take(record: &mut Incident, entry: IncidentEntry) {
    let is_room = record.log.len() < LONGEST;
    match record.entries.iter_mut().chain(&mut record.log).find(|known| known.id == entry.id) {
        Some(known) if entry.happened_at.since(known.last_at) > SAME => {
            known.count += 1;
            known.last_at = entry.happened_at;
        }
        Some(_) => {}
        None if is_room => record.log.push(entry),
        None => {}
    }
}

/// What the timeline has by itself, from what is read.
fn is_on_timeline(event: &Event, of: Of<'_>) -> bool {
    let here = event.subject.environment.as_ref() == Some(&of.environment.name);
    match event.kind {
        EventKind::ReleaseFailed
        | EventKind::ProductionDown
        | EventKind::ReleaseLive
        | EventKind::WatchBad
        | EventKind::PinViolated
        | EventKind::WatchEnded
        | EventKind::PinEnded => here,
        EventKind::PipelineFailed
        | EventKind::EnvironmentDown
        | EventKind::ApprovalWaiting
        | EventKind::SourceUnreachable
        | EventKind::SignInAgain
        | EventKind::RateLimited
        | EventKind::OutcomeUnknown
        | EventKind::Fixed
        | EventKind::SourceRecovered
        | EventKind::Merged
        | EventKind::PullRequestOpened
        | EventKind::PipelineStarted
        | EventKind::PipelinePassed
        | EventKind::PipelineCanceled
        | EventKind::OtherPipelineFailed
        | EventKind::ReleaseStarted
        | EventKind::ActionFinished
        | EventKind::Maintenance
        | EventKind::NoPipeline
        | EventKind::LeftQueue
        | EventKind::AutoMergeOff
        | EventKind::ProcessDown
        | EventKind::BranchReset => false,
    }
}
