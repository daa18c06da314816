//! What is to be written of a pin because of what is live.

use super::model::{Pin, PinEnd, PinnedChange, Violation};
use crate::environment::Environment;
use crate::journal::{Entry, EntryState};
use crate::release::ReleaseRef;
use crate::time::Time;

/// A release that is known to have brought a bad change back and is not written down yet. `knowingly`: why a
/// person let it through.
pub fn violation(environment: &Environment, pin: &Pin, knowingly: Option<String>, now: Time) -> Option<Violation> {
    let (progress, live) = (environment.pin_progress.as_ref()?, environment.current.as_ref()?);
    let is_new = !pin.violations.iter().any(|known| known.release.id == live.id);
    (progress.violated && progress.brings_known && is_new).then(|| Violation {
        release: ReleaseRef::from(live),
        at: live.released_at.unwrap_or(now),
        brings: progress.brings.clone(),
        knowingly,
    })
}

/// The pin of a rollback that is verified, and the one that it takes the place of. Nothing where it was set before:
/// a pin names the journal's entry.
pub fn set_by(entry: &Entry, pins: &[Pin], now: Time) -> Vec<Pin> {
    let (Some(planned), EntryState::Succeeded) = (&entry.pin, entry.state) else { return Vec::new() };
    let (Some(app), Some(repo)) = (&entry.app, &entry.repo) else { return Vec::new() };
    if planned.bad.is_empty() || pins.iter().any(|pin| pin.entry.as_ref() == Some(&entry.id)) {
        return Vec::new();
    }
    let at = entry.finished_at.unwrap_or(now);
    let before: Vec<&Pin> = pins.iter().filter(|pin| pin.app == *app && pin.is_open()).collect();
    let pin = Pin {
        id: format!("pin-{}", entry.id),
        service: entry.service.clone(),
        repo: repo.clone(),
        environment: planned.environment.clone(),
        app: app.clone(),
        target: planned.target.clone(),
        target_commit: planned.target_commit.clone(),
        left: planned.left.clone(),
        left_commit: planned.left_commit.clone(),
        bad: with_earlier(planned.bad.clone(), &before),
        narrowed: planned.narrowed,
        reason: entry.reason.clone(),
        by: entry.by.clone(),
        at,
        entry: Some(entry.id.clone()),
        ends_by_itself: planned.ends_by_itself,
        violations: Vec::new(),
        end: None,
    };
    let ended = before.into_iter().map(|earlier| {
        let reason = format!("pinned anew to {}; what it kept out is kept out still", planned.target.label);
        Pin { end: Some(PinEnd { at, by: Some(entry.by.clone()), reason }), ..earlier.clone() }
    });
    ended.chain([pin]).collect()
}

/// What an earlier pin keeps out stays out.
fn with_earlier(mut bad: Vec<PinnedChange>, before: &[&Pin]) -> Vec<PinnedChange> {
    for one in before.iter().flat_map(|pin| &pin.bad) {
        if !bad.iter().any(|known| known.change.id == one.change.id) {
            bad.push(one.clone());
        }
    }
    bad
}

/// The end that comes by itself: what is live reverts everything bad and its watch was good.
pub fn ended(environment: &Environment, pin: &Pin, now: Time) -> Option<PinEnd> {
    let (progress, live) = (environment.pin_progress.as_ref()?, environment.current.as_ref()?);
    let ends = pin.is_open() && pin.ends_by_itself && progress.may_end && !progress.violated;
    ends.then(|| PinEnd { at: now, by: None, reason: format!("v{} reverts {} and its watch was good", live.version, pin.names()) })
}
