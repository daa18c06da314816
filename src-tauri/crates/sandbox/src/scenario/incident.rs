//! The `incident` scenario: a defective change is live, released together with another change.

use crate::world::commit::Flaw;
use crate::world::history_seed::MINUTE;
use crate::world::{PlannedFailure, PlannedFailureKind, World, generate, sample_data};

/// A good change is released; an ordinary change fails its tests and is not released; the defective change passes,
/// so both are released; production crashes; a person changes config to help. A rollback to the last good release
/// crosses two pull requests, a migration and two config names.
pub(super) fn create(world: &mut World, service: usize) {
    change(world, service, 0, "Store a delivery window with each order", true, 54);
    let flaky = PlannedFailure { service: Some(world.services[service].name.clone()), what: PlannedFailureKind::FlakyJob("unit-1".into()) };
    world.planned_failures.push(flaky);
    change(world, service, 1, "Reword the empty basket page", false, 40);
    change(world, service, 2, "Reserve stock when the basket opens", true, 26);
    world.set_past(-11 * MINUTE);
    let by = sample_data::person(3).email.clone();
    for app in world.services[service].environments.iter().map(|e| e.app).collect::<Vec<_>>() {
        let vars = [("PAYMENT_TIMEOUT", "incident-4"), ("STOCK_HOLD_SECONDS", "900")];
        let vars = vars.map(|(name, value)| (name.to_owned(), Some(value.to_owned())));
        world.set_config(app, &vars, &by);
    }
    world.run_until(0);
}

fn change(world: &mut World, service: usize, n: usize, title: &str, migration: bool, minutes: i64) {
    let number = generate::titled(world, service, 90 + n, title, 5, migration);
    world.set_past(-minutes * MINUTE);
    if title.starts_with("Reserve") {
        world.pull_mut(service, number).flaws.push(Flaw::Crashes);
    }
    world.merge_past(service, number, "squash");
    world.run_until(-minutes * MINUTE + world.span(760.0).min(13 * MINUTE));
}
