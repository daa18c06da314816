//! How long the instances of the release before may still serve users.

use super::serving::serving;
use crate::environment::Environment;
use crate::time::Time;

/// With preboot, until when the old code may serve: counted from the end of the live release's
/// phase. None without preboot, and once the time is over.
pub fn switching_until(environment: &Environment, now: Time) -> Option<Time> {
    let current = environment.current.as_ref().filter(|_| environment.preboot == Some(true))?;
    let ended = current.updated_at.or(current.released_at)?;
    // Instances start when the phase has ended and count from there; a start long after is a daily restart.
    let with_it = |at: &Time| (0.0..600.0).contains(&at.since(ended));
    let started = serving(environment.instances.as_deref().unwrap_or_default()).into_iter().filter_map(|d| d.updated_at).filter(with_it);
    let overlap = environment.platform.overlap.map_or(0.0, |overlap| f64::from(overlap.seconds));
    let until = started.min().unwrap_or(ended).plus(overlap);
    (until > now).then_some(until)
}
