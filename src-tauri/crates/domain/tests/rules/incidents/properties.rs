//! Whatever is read, in whatever order.

use super::{BAD_LIVE, World, rolled_back};
use crate::sample::at;
use proptest::prelude::*;
use slipway_domain::incident::{Hand, Incident, edited, times};
use slipway_domain::pin::PinProgress;
use slipway_domain::status::Health;
use slipway_domain::watch::WatchVerdict;
use std::collections::BTreeSet;

/// What may become known, in any order.
fn learn(world: &mut World, what: usize) {
    match what {
        0 => {
            world.crashes(BAD_LIVE + 58);
            world.environment().outage.as_mut().expect("an outage").began_under = Some(10);
        }
        1 => world.watches.push(super::watch(&bad_world().state.environments[0], bad_world().live(), WatchVerdict::Bad, at(BAD_LIVE + 90))),
        2 => world.journal = vec![rolled_back("e1", BAD_LIVE + 427, Some(BAD_LIVE + 428), Some(BAD_LIVE + 470))],
        3 => world.pinned(BAD_LIVE + 427),
        _ => world.releases(11, "b", "Rollback to v9"),
    }
}

fn bad_world() -> World {
    World::new()
}

/// What is on the timeline, and when it happened.
fn told(record: &Incident) -> BTreeSet<(String, String, u64)> {
    record.entries.iter().map(|entry| (entry.id.clone(), entry.happened_at.to_string(), entry.count)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_order_of_reading_does_not_matter(order in Just((0..5).collect::<Vec<usize>>()).prop_shuffle()) {
        let in_order = |order: &[usize]| {
            let mut world = World::new();
            for (step, what) in order.iter().enumerate() {
                learn(&mut world, *what);
                world.follow(24_000 + step as i64);
            }
            world.follow(25_000);
            world
        };
        let (one, other) = (in_order(&[0, 1, 2, 3, 4]), in_order(&order));
        prop_assert_eq!(other.records.len(), 1);
        prop_assert_eq!(told(one.record()), told(other.record()));
        prop_assert_eq!(times(one.record()), times(other.record()));
    }

    #[test]
    fn no_figure_is_negative(changes in proptest::collection::vec((0usize..12, -5_000i64..5_000), 0..12)) {
        let mut world = World::new();
        (0..5).for_each(|what| learn(&mut world, what));
        world.follow(24_000);
        world.is_up_again(25_000);
        world.follow(25_001);
        for (entry, moved) in changes {
            let record = world.record().clone();
            let Some(id) = record.entries.get(entry).map(|entry| entry.id.clone()) else { continue };
            let hand = Hand { by: "lena-h", at: at(40_000) };
            world.records = vec![edited(&record, &id, at(BAD_LIVE + moved), "moved", hand).expect("edited")];
            let figures = times(world.record());
            for seconds in [figures.detect, figures.decide, figures.recover, figures.total].into_iter().flatten() {
                prop_assert!(seconds >= 0.0);
            }
        }
    }

    /// It closes only while everything that it rests on is known to be good.
    #[test]
    fn nothing_closes_on_what_is_unknown(
        health in proptest::sample::select(Health::ALL),
        verdict in proptest::option::of(proptest::sample::select(WatchVerdict::ALL)),
        read: bool, failed: bool, up: bool, pinned: bool, ends_by_itself: bool, may_end: bool, bad_word: bool,
    ) {
        let mut world = World::new();
        world.crashes(BAD_LIVE + 58);
        world.follow(BAD_LIVE + 60);
        world.releases(11, "b", "Rollback to v9");
        if up {
            world.is_up_again(23_000);
        }
        world.environment().health = health;
        if let Some(verdict) = verdict {
            world.watched(verdict, 23_500);
        }
        if !read {
            world.state.sources.clear();
        }
        if failed {
            let release = world.live().clone();
            world.environment().failed_release = Some(release);
        }
        if pinned {
            world.pinned(22_000);
            world.pins[0].ends_by_itself = ends_by_itself;
            world.environment().pin_progress = Some(PinProgress { may_end, ..PinProgress::default() });
        }
        if bad_word {
            let marked = serde_json::json!({"id": "b", "service": "storefront", "environment": "production", "app": "a",
                "release": {"id": "release-11", "label": "v11", "ordinal": 11}, "code": null, "by": "lena-h", "at": at(0), "reason": "slow"});
            let mut live = world.live().clone();
            live.marked_bad = Some(serde_json::from_value(marked).expect("a mark"));
            world.environment().current = Some(live);
        }
        world.follow(23_600);
        let good = health == Health::Healthy && verdict == Some(WatchVerdict::Good) && read && !failed && up && !bad_word;
        let free = !pinned || (may_end && !ends_by_itself);
        prop_assert_eq!(world.record().close.is_some(), good && free);
    }
}
