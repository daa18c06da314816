//! What is to be written of a pin because of what is live.

use super::model::{Pin, PinEnd, Violation};
use crate::environment::Environment;
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

/// The end that comes by itself: what is live reverts everything bad and its watch was good.
pub fn ended(environment: &Environment, pin: &Pin, now: Time) -> Option<PinEnd> {
    let (progress, live) = (environment.pin_progress.as_ref()?, environment.current.as_ref()?);
    let ends = pin.is_open() && pin.ends_by_itself && progress.may_end && !progress.violated;
    ends.then(|| PinEnd { at: now, by: None, reason: format!("v{} reverts {} and its watch was good", live.version, pin.names()) })
}
