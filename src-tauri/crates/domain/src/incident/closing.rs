//! When a record is over. Never by what is not known.

use super::facts::live_entry;
use super::known::Of;
use super::model::{EntryKind, Incident};
use crate::lineage::same_code;
use crate::pin::Pin;
use crate::release::{Release, ReleaseRef};
use crate::status::{Health, ReleaseStatus};
use crate::time::Time;
use crate::watch::{Watch, WatchVerdict};

/// Seconds without anything new after which it asks whether it is over.
const QUIET: f64 = 86_400.0;

/// Why it is over; None while that is not shown.
pub(super) fn closes(record: &Incident, of: Of<'_>) -> Option<String> {
    let environment = of.environment;
    if !is_well(of) || environment.failed_release.is_some() || !of.pins().filter(|pin| pin.is_open()).all(|pin| is_kept_knowingly(pin, of))
    {
        return None;
    }
    let is_bad = |live: &Release| environment.releases.iter().any(|known| known.id == live.id && known.marked_bad.is_some());
    let live = environment.current.as_ref().filter(|live| live.marked_bad.is_none() && !is_bad(live))?;
    let watch = watch_of(live, of).filter(|watch| watch.verdict == Some(WatchVerdict::Good))?;
    // What was good before it began is no sign that it is over: then the end of what hurt must be.
    let cured = environment.outage.as_ref().and_then(|outage| outage.ended_at).filter(|_| is_of_hurt(record));
    let shown = watch.verdict_at.into_iter().chain(cured).max()?;
    (shown > record.opened_at).then(|| format!("v{} is live, and the watch of {} was good", live.version, watch.release.label))
}

/// The entry of the good release that is live, or of what recovered by itself. What was known to be good stays so
/// until something is known to hurt again.
pub(super) fn good_live(record: &Incident, of: Of<'_>) -> Option<String> {
    if of.environment.is_hurt() || record.entries.is_empty() {
        return None;
    }
    if record.good_live.is_some() || !is_well(of) || of.environment.failed_release.is_some() {
        return record.good_live.clone();
    }
    let live = brought_by(of.environment.current.as_ref()?, of)?;
    let entry = live_entry(&ReleaseRef::from(live));
    let bad = record.bad_release.as_ref().map(|bad| &bad.id);
    let is_known = record.entries.iter().any(|known| known.id == entry);
    if is_known && bad != Some(&live.id) {
        return Some(entry);
    }
    // The same code as before recovered: its watch says when.
    let recovered = of.watches().filter(|watch| watch.release.id == live.id && watch.recovered_at.is_some());
    recovered.map(|watch| format!("watch_recovered-{}", watch.id)).find(|id| record.entries.iter().any(|known| known.id == *id))
}

/// Since when it asks whether it is over.
pub(super) fn asks(record: &Incident, now: Time) -> Option<Time> {
    let times = record.entries.iter().flat_map(|entry| [entry.last_at, entry.recorded_at]);
    let last = times.chain([record.opened_at]).filter(|at| *at <= now).max()?;
    let since = last.plus(QUIET);
    (now.since(since) >= 0.0).then(|| record.asks_since.unwrap_or(since))
}

fn is_of_hurt(record: &Incident) -> bool {
    record.entries.iter().any(|entry| entry.kind == EntryKind::Signal)
}

/// It was read, and nothing is wrong or on its way.
fn is_well(of: Of<'_>) -> bool {
    let environment = of.environment;
    let releasing = environment.releases.first().is_some_and(|release| release.status == ReleaseStatus::Pending);
    of.is_read() && environment.health == Health::Healthy && environment.open_outage().is_none() && !releasing
}

/// A person left the pin on when it could end, or let through what it keeps out.
fn is_kept_knowingly(pin: &Pin, of: Of<'_>) -> bool {
    let may_end = of.environment.pin_progress.as_ref().is_some_and(|progress| progress.may_end && !progress.violated);
    let live = of.environment.current.as_ref().map(|live| &live.id);
    let let_through = pin.violations.iter().any(|violation| Some(&violation.release.id) == live && violation.knowingly.is_some());
    (may_end && !pin.ends_by_itself) || let_through
}

/// The watch of the code that is live.
fn watch_of<'a>(live: &Release, of: Of<'a>) -> Option<&'a Watch> {
    let brought = brought_by(live, of).map_or(live.id.as_str(), |release| release.id.as_str());
    of.watches().filter(|watch| watch.release.id == live.id || watch.release.id == brought).max_by_key(|watch| watch.live_at)
}

/// The release that put the live code live: releases of config on top of it bring none.
fn brought_by<'a>(live: &Release, of: Of<'a>) -> Option<&'a Release> {
    let releases = &of.environment.releases;
    let run = releases.iter().filter(|release| release.version <= live.version && release.status == ReleaseStatus::Succeeded);
    run.take_while(|release| release.version == live.version || same_code(releases, release, live))
        .find(|release| !release.changes_config_only())
}
