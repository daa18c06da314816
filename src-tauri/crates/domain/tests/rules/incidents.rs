//! Records of incidents: what opens one, what joins it, what its timeline holds, and what closes it.

mod acknowledging;
mod changing;
mod properties;

use crate::pins::{changes, lived, pin};
use crate::sample::{at, service};
use serde_json::json;
use slipway_domain::environment::{Environment, Outage};
use slipway_domain::incident::{EntryKind, Incident, Known, OpenedBy, follow, hurt_seconds, hurt_since, times};
use slipway_domain::journal::Entry;
use slipway_domain::pin::{Pin, PinEnd, PinProgress};
use slipway_domain::release::{Release, ReleaseRef};
use slipway_domain::snapshot::ServiceState;
use slipway_domain::status::{Health, ReleaseStatus};
use slipway_domain::time::Time;
use slipway_domain::watch::{Watch, WatchVerdict};
use std::sync::Arc;

/// v10 is live and bad 58 s after; v9 is the code before it.
pub(super) const BAD_LIVE: i64 = 20_020;

/// What is known, and the records so far.
#[derive(Clone)]
pub(super) struct World {
    pub(super) state: ServiceState,
    pub(super) journal: Vec<Entry>,
    pub(super) watches: Vec<Watch>,
    pub(super) pins: Vec<Pin>,
    pub(super) records: Vec<Incident>,
}

impl World {
    pub(super) fn new() -> Self {
        let mut state = service();
        state.environments = vec![Environment {
            production: true,
            health: Health::Healthy,
            ..lived(&[(8, "a", "Deploy a", true), (9, "b", "Deploy b", true), (10, "c", "Deploy c", true)])
        }];
        Self { state, journal: Vec::new(), watches: Vec::new(), pins: Vec::new(), records: Vec::new() }
    }

    pub(super) fn environment(&mut self) -> &mut Environment {
        &mut self.state.environments[0]
    }

    pub(super) fn follow(&mut self, seconds: i64) -> usize {
        let services = [Arc::new(self.state.clone())];
        let known = Known { services: &services, journal: &self.journal, watches: &self.watches, pins: &self.pins };
        let changed = follow(&self.records, known, &[], at(seconds));
        let number = changed.len();
        for record in changed {
            match self.records.iter_mut().find(|known| known.id == record.id) {
                Some(known) => *known = record,
                None => self.records.push(record),
            }
        }
        let environment = &mut self.state.environments[0];
        let open = self.records.iter().find(|record| record.close.is_none());
        environment.incident = open.map(slipway_domain::incident::head);
        number
    }

    pub(super) fn record(&self) -> &Incident {
        self.records.last().expect("a record")
    }

    pub(super) fn crashes(&mut self, seconds: i64) {
        self.environment().outage = Some(Outage {
            since: at(seconds),
            process: Some("web".into()),
            failed: vec!["web".into()],
            health_check: false,
            began_under: self.state.environments[0].current.as_ref().map(|live| live.version),
            last_unwell: Some(at(seconds)),
            up_since: None,
            ended_at: None,
            reopened: false,
        });
        self.environment().health = Health::Down;
    }

    pub(super) fn is_up_again(&mut self, seconds: i64) {
        let outage = self.environment().outage.as_mut().expect("an outage");
        (outage.up_since, outage.ended_at) = (Some(at(seconds - 300)), Some(at(seconds)));
        self.environment().health = Health::Healthy;
    }

    /// A release of this code goes live.
    pub(super) fn releases(&mut self, version: u64, code: &str, description: &str) {
        let mut all: Vec<(u64, String, String, bool)> = self.state.environments[0]
            .releases
            .iter()
            .rev()
            .map(|r| (r.version, r.artifact_id.clone().unwrap_or_default(), r.description.clone(), r.status == ReleaseStatus::Succeeded))
            .collect();
        all.push((version, code.into(), description.into(), true));
        let history: Vec<(u64, &str, &str, bool)> =
            all.iter().map(|(v, code, words, ok)| (*v, code.as_str(), words.as_str(), *ok)).collect();
        let next = lived(&history);
        let environment = self.environment();
        (environment.releases, environment.current) = (next.releases, next.current);
    }

    pub(super) fn live(&self) -> &Release {
        self.state.environments[0].current.as_ref().expect("a release")
    }

    /// The watch of what is live now.
    pub(super) fn watched(&mut self, verdict: WatchVerdict, seconds: i64) {
        let watch = watch(&self.state.environments[0], self.live(), verdict, at(seconds));
        self.watches.retain(|known| known.id != watch.id);
        self.watches.push(watch);
    }

    pub(super) fn pinned(&mut self, seconds: i64) {
        let pin = Pin { at: at(seconds), ..pin(&self.state.environments[0], 9, 10, changes(&[(2, "c")])) };
        self.pins = vec![pin.clone()];
        self.environment().pin = Some(pin);
    }
}

pub(super) fn watch(environment: &Environment, release: &Release, verdict: WatchVerdict, at: Time) -> Watch {
    let bad = verdict == WatchVerdict::Bad;
    let signal = json!({"kind": "processes", "text": "web.3 crashed", "at": at.plus(-30.0), "last_at": at, "count": 3});
    serde_json::from_value(json!({
        "id": format!("{} {}", environment.app, release.id), "service": "storefront", "environment": environment.name,
        "app": environment.app, "production": true, "release": ReleaseRef::from(release), "commit": release.commit,
        "live_at": release.updated_at, "began_at": release.updated_at, "length_seconds": 1200, "planned": 38,
        "has_health_url": true, "baseline": null, "probes": [], "processes": [],
        "signals": if bad { vec![signal] } else { vec![] },
        "verdict": verdict, "verdict_at": at, "reason": null, "bad_at": if bad { Some(at) } else { None }, "ended_at": at
    }))
    .expect("a watch")
}

/// An entry of the journal that came true, or not yet.
pub(super) fn rolled_back(id: &str, seconds: i64, sent: Option<i64>, done: Option<i64>) -> Entry {
    serde_json::from_value(json!({
        "id": id, "at": at(seconds), "action": "rollback", "service": "storefront", "repo": "acme/storefront",
        "app": "storefront-production", "target": "storefront-production", "seen": "v10", "reason": "KeyError, 6 of 8 web dynos down",
        "by": "lena-h", "state": if done.is_some() { "succeeded" } else if sent.is_some() { "sent" } else { "planned" },
        "sent_at": sent.map(at), "finished_at": done.map(at), "message": "",
        "request": {"action": "roll_back", "service": "storefront", "environment": "production", "to": 9, "reason": null},
        "expectation": {"expect": "rolled_back", "app": "storefront-production", "target_id": "release-9", "target_version": 9,
            "target_slug": "b", "after_version": 10}
    }))
    .expect("an entry")
}

fn kinds(record: &Incident) -> Vec<EntryKind> {
    slipway_domain::incident::timeline(record).iter().map(|entry| entry.kind).collect()
}

#[test]
fn a_crash_a_rollback_and_a_good_watch_make_a_record_that_closes() {
    let mut world = World::new();
    world.crashes(BAD_LIVE + 58);
    assert_eq!(world.follow(BAD_LIVE + 60), 1);
    let record = world.record();
    assert_eq!((record.title.as_str(), record.opened_by, record.number), ("Crashed after v10", OpenedBy::Hurt, 1));
    assert_eq!(record.opened_at, at(BAD_LIVE + 58), "by the platform's clock");
    assert_eq!(kinds(record), [EntryKind::BadLive, EntryKind::Signal]);
    assert_eq!(world.follow(BAD_LIVE + 61), 0, "following twice adds nothing");

    world.watched(WatchVerdict::Bad, BAD_LIVE + 90);
    world.journal = vec![rolled_back("e1", BAD_LIVE + 427, Some(BAD_LIVE + 428), None)];
    world.follow(BAD_LIVE + 430);
    assert_eq!(world.records.len(), 1, "the bad watch joins it");
    let decision = world.record().decision.clone().expect("a decision");
    assert_eq!((decision.by.as_str(), decision.options[0].text.as_str()), ("lena-h", "Roll back to v9"));
    assert!(decision.options.iter().any(|option| !option.chosen && option.text.starts_with("Do nothing")), "{decision:?}");

    world.releases(11, "b", "Rollback to v9");
    world.environment().releases[0].released_at = Some(at(BAD_LIVE + 440));
    world.environment().releases[0].updated_at = Some(at(BAD_LIVE + 468));
    let live = world.environment().releases[0].clone();
    world.environment().current = Some(live);
    world.journal = vec![rolled_back("e1", BAD_LIVE + 427, Some(BAD_LIVE + 428), Some(BAD_LIVE + 470))];
    world.pinned(BAD_LIVE + 427);
    world.follow(BAD_LIVE + 480);
    assert_eq!(times(world.record()).recover, None, "it is not shown to be well");

    world.is_up_again(BAD_LIVE + 800);
    world.follow(BAD_LIVE + 801);
    let figures = times(world.record());
    assert_eq!([figures.detect, figures.decide, figures.recover, figures.total], [Some(58.0), Some(369.0), Some(41.0), Some(468.0)]);
    assert_eq!(hurt_seconds(world.record()), Some(410.0), "from the first signal on");
    assert!(world.record().close.is_none(), "pinned, and not watched");

    world.watched(WatchVerdict::Good, BAD_LIVE + 1_700);
    world.follow(BAD_LIVE + 1_701);
    assert!(world.record().close.is_none(), "it is pinned");
    world.pins[0].end = Some(PinEnd { at: at(BAD_LIVE + 1_800), by: None, reason: "v12 reverts #2".into() });
    world.environment().pin = None;
    world.follow(BAD_LIVE + 1_801);
    let record = world.record();
    let close = record.close.as_ref().expect("it is over");
    assert_eq!((close.by.as_deref(), close.reason.as_str()), (None, "v11 is live, and the watch of v11 was good"));
    let expected = [
        EntryKind::BadLive,
        EntryKind::Signal,
        EntryKind::Watch,
        EntryKind::Decided,
        EntryKind::PinSet,
        EntryKind::Sent,
        EntryKind::Live,
        EntryKind::Verified,
        EntryKind::Watch,
        EntryKind::PinEnded,
        EntryKind::Closed,
    ];
    assert_eq!(kinds(record), expected);
    assert_eq!(record.entries.iter().find(|entry| entry.kind == EntryKind::Signal).map(|entry| entry.count), Some(3));
    assert_eq!(world.follow(BAD_LIVE + 1_900), 0, "and opens no other for the same causes");
}

/// Nobody here decided: how long that took is not known, the whole is.
#[test]
fn a_rollback_by_somebody_else_has_no_decision() {
    let mut world = World::new();
    world.crashes(BAD_LIVE + 58);
    world.follow(BAD_LIVE + 60);
    world.releases(11, "b", "Rollback to v9");
    world.environment().releases[0].user = Some("tomasz@acme.test".into());
    world.is_up_again(23_000);
    world.watched(WatchVerdict::Good, 24_000);
    world.follow(24_001);
    let (record, figures) = (world.record(), times(world.record()));
    assert_eq!((figures.detect, figures.decide, figures.recover, figures.total), (Some(58.0), None, None, Some(2_000.0)));
    let live = record.entries.iter().find(|entry| entry.kind == EntryKind::Live).expect("what went live");
    assert_eq!(
        (live.text.as_str(), live.who.as_deref(), live.source.as_str()),
        ("v11 live, the code of v9", Some("tomasz@acme.test"), "Heroku")
    );
    assert!(record.close.is_some());
    assert_eq!(live.recorded_at.since(live.happened_at), 1_981.0, "seen after a sleep: both times are kept");
}

#[test]
fn a_release_that_failed_hurts_nobody_and_is_over_with_the_next_good_one() {
    let mut world = World::new();
    world.watched(WatchVerdict::Good, BAD_LIVE + 1_200);
    let mut failed = crate::sample::release(11, "d", "Deploy d", ReleaseStatus::Failed);
    failed.commit = Some("d".into());
    world.environment().releases.insert(0, failed.clone());
    world.environment().failed_release = Some(failed);
    world.follow(22_030);
    let record = world.record();
    assert_eq!((record.title.as_str(), record.opened_by), ("Release failed, old stayed", OpenedBy::ReleaseFailed));
    assert_eq!((hurt_since(record), record.bad_release.clone()), (None, None));
    world.follow(23_000);
    assert!(world.record().close.is_none(), "the old one's good watch is no cure");
    world.environment().failed_release = None;
    world.follow(23_500);
    assert!(world.record().close.is_none());
    world.releases(12, "d", "Deploy d");
    world.watched(WatchVerdict::Good, 25_300);
    world.follow(25_301);
    assert!(world.record().close.is_some());
    assert_eq!((times(world.record()).total, hurt_seconds(world.record())), (None, None));
}

/// What happens, and how.
type Row = (&'static str, fn(&mut World));

#[test]
fn what_is_not_known_closes_nothing() {
    let ready = || {
        let mut world = World::new();
        world.crashes(BAD_LIVE + 58);
        world.follow(BAD_LIVE + 60);
        world.is_up_again(21_000);
        world.releases(11, "b", "Rollback to v9");
        world.watched(WatchVerdict::Good, 23_500);
        world
    };
    let mut closes = ready();
    closes.follow(23_600);
    assert!(closes.record().close.is_some());
    let rows: [Row; 9] = [
        ("no watch", |world| world.watches.clear()),
        ("a watch without a verdict", |world| world.watches[0].verdict = None),
        ("no evidence either way", |world| world.watched(WatchVerdict::Inconclusive, 23_500)),
        ("a watch that was superseded", |world| world.watched(WatchVerdict::Superseded, 23_500)),
        ("unknown health", |world| world.environment().health = Health::Unknown),
        ("what was never read", |world| world.state.sources.clear()),
        ("nothing known to be live", |world| world.environment().current = None),
        ("a pin", |world| world.pinned(22_000)),
        ("a pin whose revert is live, which ends by itself", |world| {
            world.pinned(22_000);
            world.environment().pin_progress = Some(PinProgress { may_end: true, ..PinProgress::default() });
        }),
    ];
    for (what, change) in rows {
        let mut world = ready();
        change(&mut world);
        world.follow(23_600);
        assert!(world.record().close.is_none(), "{what}");
    }
    // A person left the pin on when it could have ended.
    let mut kept = ready();
    kept.pinned(22_000);
    kept.pins[0].ends_by_itself = false;
    kept.environment().pin_progress = Some(PinProgress { may_end: true, ..PinProgress::default() });
    kept.follow(23_600);
    assert!(kept.record().close.is_some());
}

#[test]
fn a_day_without_news_asks_and_neither_closes_nor_sends() {
    let mut world = World::new();
    world.crashes(BAD_LIVE + 58);
    world.follow(BAD_LIVE + 60);
    world.is_up_again(21_000);
    world.follow(21_001);
    assert_eq!(world.record().asks_since, None);
    world.follow(21_001 + 86_500);
    let record = world.record();
    assert!(record.asks_since.is_some() && record.close.is_none());
    assert_eq!(world.follow(21_001 + 90_000), 0, "it asks once");
    world.releases(11, "b", "Rollback to v9");
    world.environment().releases[0].updated_at = Some(at(21_001 + 90_100));
    world.environment().releases[0].released_at = Some(at(21_001 + 90_090));
    world.follow(21_001 + 90_200);
    assert_eq!(world.record().asks_since, None, "something happened");
}

#[test]
fn what_comes_again_after_a_close_opens_another_and_the_same_does_not() {
    let mut world = World::new();
    world.crashes(BAD_LIVE + 58);
    world.follow(BAD_LIVE + 60);
    let hand = slipway_domain::incident::Hand { by: "lena-h", at: at(BAD_LIVE + 100) };
    let closed = slipway_domain::incident::closed(world.record(), "known, a test", hand).expect("closed");
    world.records = vec![closed];
    assert_eq!(world.follow(BAD_LIVE + 120), 0, "a person closed it while it went on");
    world.is_up_again(22_000);
    world.follow(22_001);
    world.crashes(30_000);
    world.follow(30_010);
    assert_eq!(world.records.len(), 2);
    assert_eq!(
        (world.record().number, world.record().title.as_str()),
        (2, "Crashed"),
        "hours after the release, nothing says that it is of it"
    );
}
