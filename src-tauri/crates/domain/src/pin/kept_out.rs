//! What some code would put live again in spite of a pin.

use super::carried::{Carried, carried};
use crate::environment::Environment;
use crate::history::History;
use crate::shipment::RolledBackChange;

/// Each bad change that the code brings, or may bring. `code` None: which code it is, is not known.
pub fn kept_out(environment: &Environment, code: Option<&str>, history: &History<'_>) -> Vec<RolledBackChange> {
    let Some(pin) = &environment.pin else { return Vec::new() };
    let brings = |bad| -> Option<Carried> { Some(carried(std::slice::from_ref(bad), code, history)).filter(Carried::is_any) };
    let each = pin.bad.iter().filter_map(|bad| {
        brings(bad).map(|found| RolledBackChange {
            change: bad.change.clone(),
            environment: environment.name.clone(),
            release: Some(pin.left.label.clone()),
            known: found.known,
            pin: Some(pin.id.clone()),
        })
    });
    each.collect()
}
