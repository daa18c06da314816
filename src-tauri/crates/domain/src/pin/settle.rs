//! What follows from a pin and from what is on its way.

use crate::snapshot::ServiceState;
use crate::time::Time;

/// Fills `pin_progress` and `on_its_way` of every environment.
pub fn settle(_service: &mut ServiceState, _now: Time) {}
