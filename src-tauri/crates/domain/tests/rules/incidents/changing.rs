//! What persons correct and add, and what is handed on.

use super::{BAD_LIVE, World, rolled_back};
use crate::sample::at;
use slipway_domain::incident::{
    EntryKind, Hand, Incident, IncidentRefused, IncidentText, LONGEST_TIMELINE, closed, edited, lifted, markdown, noted, opened_by_hand,
    planned, summary, times, view, with_text,
};

fn hand(seconds: i64) -> Hand<'static> {
    Hand { by: "lena-h", at: at(seconds) }
}

fn opened() -> World {
    let mut world = World::new();
    world.crashes(BAD_LIVE + 58);
    world.journal = vec![rolled_back("e1", BAD_LIVE + 427, None, None)];
    world.follow(BAD_LIVE + 430);
    world
}

#[test]
fn figures_follow_what_is_corrected_and_the_first_value_is_kept() {
    let mut world = opened();
    assert_eq!(times(world.record()).detect, Some(58.0));
    let signal = world.record().entries.iter().find(|entry| entry.kind == EntryKind::Signal).cloned().expect("a signal");
    let next = edited(world.record(), &signal.id, at(BAD_LIVE + 20), "A customer wrote", hand(BAD_LIVE + 900)).expect("edited");
    let next = edited(&next, &signal.id, at(BAD_LIVE + 25), "A customer wrote", hand(BAD_LIVE + 950)).expect("edited");
    world.records = vec![next];
    world.follow(BAD_LIVE + 1_000);
    let figures = times(world.record());
    assert_eq!((figures.detect, figures.decide), (Some(25.0), Some(402.0)), "and reading goes on does not undo it");
    let kept = world.record().entries.iter().find(|entry| entry.id == signal.id).expect("the entry");
    let first = kept.edits.first().expect("the first value");
    assert_eq!((first.happened_at, first.text.as_str(), first.by.as_str()), (signal.happened_at, signal.text.as_str(), "lena-h"));
    assert_eq!(view(world.record()).edited, 1);
    // A time that cannot be makes the figure unknown, not negative.
    let early = edited(world.record(), &signal.id, at(BAD_LIVE - 500), "earlier", hand(BAD_LIVE + 1_100)).expect("edited");
    assert_eq!(times(&early).detect, None);
}

#[test]
fn what_makes_no_sense_is_refused_with_the_reason() {
    let world = opened();
    let record = world.record();
    let over = closed(record, "fixed by hand", hand(BAD_LIVE + 500)).expect("closed");
    assert_eq!(closed(&over, "again", hand(BAD_LIVE + 501)), Err(IncidentRefused::Closed(1)));
    assert_eq!(closed(record, "  ", hand(BAD_LIVE + 501)), Err(IncidentRefused::NoReason));
    assert_eq!(noted(record, " ", None, hand(BAD_LIVE)), Err(IncidentRefused::NoText));
    assert_eq!(noted(record, "later", Some(at(BAD_LIVE + 600)), hand(BAD_LIVE)), Err(IncidentRefused::NotYet));
    assert_eq!(lifted(record, "nothing"), Err(IncidentRefused::NoSuchEntry(1, "nothing".into())));
    let environment = &world.state.environments[0];
    let second = opened_by_hand(&world.state, environment, "Checkout answered 500", hand(BAD_LIVE + 500), &world.records);
    assert_eq!(second, Err(IncidentRefused::Open(1)));
    for error in [IncidentRefused::Closed(1), IncidentRefused::Open(1), IncidentRefused::NotYet, IncidentRefused::Full(1)] {
        assert!(error.to_string().ends_with('.'));
    }
}

#[test]
fn by_hand_it_closes_only_by_evidence_that_came_after() {
    let mut world = World::new();
    world.watched(slipway_domain::watch::WatchVerdict::Good, BAD_LIVE + 1_200);
    let environment = world.state.environments[0].clone();
    let record = opened_by_hand(&world.state, &environment, "Checkout answered 500", hand(22_000), &[]).expect("opened");
    world.records = vec![record];
    world.follow(22_010);
    assert!(world.record().close.is_none(), "the watch was good before");
    world.releases(11, "b", "Rollback to v9");
    world.watched(slipway_domain::watch::WatchVerdict::Good, 23_500);
    world.follow(23_501);
    assert!(world.record().close.is_some());
}

#[test]
fn a_plan_is_opened_once_by_each() {
    let world = opened();
    let once = planned(world.record(), "rollback", "Opened the plan: Roll back", hand(BAD_LIVE + 440)).expect("noted");
    let twice = planned(&once, "rollback", "Opened the plan: Roll back", hand(BAD_LIVE + 460)).expect("noted");
    assert_eq!(once, twice);
    let other = planned(&once, "rollback", "Opened the plan: Roll back", Hand { by: "tomasz-w", at: at(BAD_LIVE + 470) }).expect("noted");
    assert_eq!(other.entries.len(), once.entries.len() + 1);
}

#[test]
fn a_timeline_has_an_end_and_the_close_still_fits() {
    let world = opened();
    let mut record: Incident = world.record().clone();
    while record.entries.len() < LONGEST_TIMELINE {
        record = noted(&record, "note", None, hand(BAD_LIVE + 500)).expect("room");
    }
    assert_eq!(noted(&record, "one more", None, hand(BAD_LIVE + 500)), Err(IncidentRefused::Full(1)));
    assert_eq!(closed(&record, "over", hand(BAD_LIVE + 501)).map(|closed| closed.close.is_some()), Ok(true));
}

#[test]
fn a_record_is_handed_on_as_markdown_and_lessons_stay_empty() {
    let mut world = opened();
    let note = noted(world.record(), "First *customer* report", Some(at(BAD_LIVE + 100)), hand(BAD_LIVE + 1_180)).expect("noted");
    world.records = vec![with_text(&note, IncidentText::Cause, "#482 reads `FX_CACHE_TTL`", hand(BAD_LIVE + 1_200))];
    let text = markdown(world.record());
    let tail = text.split_once("## Timeline").expect("a timeline").1;
    for part in [
        "# Incident 1: Crashed after v10\n",
        "- Cause: \\#482 reads \\`FX\\_CACHE\\_TTL\\` (said by lena-h)\n",
        "| 58 s | 6 min 9 s | not known | not known |\n",
        "- Roll back to v9 (chosen): time not known then\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(tail.contains("First \\*customer\\* report, lena-h (recorded "), "{tail}");
    assert!(tail.ends_with("\n## What went well\n\n## Where we were lucky\n\n## What we change\n"), "{tail}");
    assert_eq!(summary(world.record()).hurt_since, Some(at(BAD_LIVE + 58)));
}
