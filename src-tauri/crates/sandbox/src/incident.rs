//! The `incident` scenario: a bad change is live, and more has been released since.

use crate::world::git::Flaw;
use crate::world::past::MINUTE;
use crate::world::{World, generate, words};

/// A good change with a migration, the bad one with another, a config change, an ordinary change.
pub fn happen(world: &mut World, service: usize) {
    let plan: [(&str, bool, i64, bool); 3] = [
        ("Store a delivery window with each order", true, 44, false),
        ("Reserve stock when the basket opens", true, 30, true),
        ("Reword the empty basket page", false, 18, false),
    ];
    for (n, (title, migration, minutes, bad)) in plan.into_iter().enumerate() {
        let number = generate::titled(world, service, 90 + n, title, 5, migration);
        world.set_past(-minutes * MINUTE);
        if bad {
            world.pull_mut(service, number).flaws.push(Flaw::Crashes);
        }
        world.merge_past(service, number);
        world.run_until(-minutes * MINUTE + world.span(700.0).min(11 * MINUTE));
        if bad {
            let by = words::person(3).email.clone();
            for app in world.services[service].environments.iter().map(|e| e.app).collect::<Vec<_>>() {
                let vars = [("PAYMENT_TIMEOUT".into(), Some("incident-4".into())), ("STOCK_HOLD_SECONDS".into(), Some("900".into()))];
                world.set_config(app, &vars, &by);
            }
            world.run_until(world.now + world.span(60.0));
        }
    }
    world.run_until(0);
}
