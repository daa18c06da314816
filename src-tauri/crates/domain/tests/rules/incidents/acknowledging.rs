//! Who knows of it is not told again, until something else hurts.

use super::{BAD_LIVE, World};
use crate::sample::at;
use slipway_domain::alert::{AlertKind, Subject};
use slipway_domain::diff::{Event, EventKind};
use slipway_domain::evidence::alerts::alerts_at;
use slipway_domain::headline::mark;
use slipway_domain::incident::{Hand, acknowledged, causes, is_acknowledged, is_known_to_a_person, is_silenced};
use slipway_domain::status::{Mark, Severity};
use slipway_domain::watch::WatchVerdict;

fn down(world: &mut World, seconds: i64) -> Event {
    world.state.alerts = alerts_at(&world.state, at(seconds));
    world.state.mark = mark(&world.state);
    Event {
        at: at(seconds),
        service: "storefront".into(),
        kind: EventKind::ProductionDown,
        severity: Severity::Hurt,
        message: "Production is hurt".into(),
        subject: Subject::environment("production", Some(10)),
        ends: None,
    }
}

fn acknowledge(world: &mut World, seconds: i64) {
    let hurting = causes(&world.state.environments[0]);
    let record = acknowledged(world.record(), hurting, Hand { by: "lena-h", at: at(seconds) }).expect("acknowledged");
    world.records = vec![record];
    world.follow(seconds);
}

#[test]
fn the_mark_stays_and_the_same_cause_is_silent_until_it_ends() {
    let mut world = World::new();
    world.crashes(BAD_LIVE + 58);
    world.follow(BAD_LIVE + 60);
    let event = down(&mut world, BAD_LIVE + 61);
    assert!(!is_known_to_a_person(&world.state, &event) && !is_silenced(&world.state));
    acknowledge(&mut world, BAD_LIVE + 300);
    assert_eq!(world.record().acknowledged.as_ref().map(|said| (said.by.as_str(), said.at)), Some(("lena-h", at(BAD_LIVE + 300))));
    assert!(is_known_to_a_person(&world.state, &event));
    let event = down(&mut world, BAD_LIVE + 301);
    assert!(is_silenced(&world.state) && world.state.mark == Mark::Hurt, "only its colour in the tray stops");
    // The watch of the same release turns bad by the same signs.
    world.watched(WatchVerdict::Bad, BAD_LIVE + 320);
    world.follow(BAD_LIVE + 321);
    let bad = Event { kind: EventKind::WatchBad, ..event.clone() };
    assert!(is_known_to_a_person(&world.state, &bad));
    let other = Event { subject: Subject::environment("production", Some(11)), ..bad.clone() };
    assert!(!is_known_to_a_person(&world.state, &other), "another bad release");
    let elsewhere = Event { subject: Subject::environment("staging", Some(10)), ..bad };
    assert!(!is_known_to_a_person(&world.state, &elsewhere), "another environment");
    let fixed = Event { kind: EventKind::Fixed, ends: Some(EventKind::ProductionDown), ..event };
    assert!(!is_known_to_a_person(&world.state, &fixed), "that it is over is told");
}

#[test]
fn an_outage_that_opens_again_is_loud_again() {
    let mut world = World::new();
    world.crashes(BAD_LIVE + 58);
    world.follow(BAD_LIVE + 60);
    acknowledge(&mut world, BAD_LIVE + 300);
    world.is_up_again(BAD_LIVE + 900);
    world.follow(BAD_LIVE + 901);
    let outage = world.environment().outage.as_mut().expect("an outage");
    (outage.ended_at, outage.reopened, outage.last_unwell) = (None, true, Some(at(BAD_LIVE + 1_000)));
    world.follow(BAD_LIVE + 1_001);
    assert!(!is_acknowledged(&world.state.environments[0], AlertKind::ProductionDown, Some(10)));
    let event = down(&mut world, BAD_LIVE + 1_002);
    assert!(!is_known_to_a_person(&world.state, &event) && !is_silenced(&world.state));
    assert_eq!(world.records.len(), 1, "it is the same incident");
}

/// What could not be read has not ended.
#[test]
fn a_failed_read_forgets_nothing() {
    let mut world = World::new();
    world.crashes(BAD_LIVE + 58);
    world.follow(BAD_LIVE + 60);
    acknowledge(&mut world, BAD_LIVE + 300);
    world.environment().outage = None;
    world.state.sources.clear();
    world.follow(BAD_LIVE + 400);
    assert!(world.record().acknowledged.as_ref().is_some_and(|said| !said.causes.is_empty()));
}
