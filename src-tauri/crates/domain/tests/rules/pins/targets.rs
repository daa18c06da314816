//! The release before is not always a good one to go back to.

use super::lived;
use crate::sample::{at, released};
use slipway_domain::environment::Environment;
use slipway_domain::pin::BadRelease;
use slipway_domain::plan::choose_target;
use slipway_domain::release::{ReleaseRef, ReleaseWatch};
use slipway_domain::watch::WatchVerdict;

/// v1, v2 and v3 of other code each, with v3 live.
fn three() -> Environment {
    lived(&[(1, "a", "Deploy", true), (2, "b", "Deploy", true), (3, "c", "Deploy", true)])
}

fn judged(environment: &mut Environment, version: u64, verdict: Option<WatchVerdict>) {
    let release = environment.releases.iter_mut().find(|r| r.version == version).expect("the release");
    release.watch = Some(ReleaseWatch { verdict, reason: None, after_trouble: false, taken: 1, planned: 38 });
}

fn marked(environment: &mut Environment, version: u64) {
    let app = environment.app.clone();
    let release = environment.releases.iter_mut().find(|r| r.version == version).expect("the release");
    release.marked_bad = Some(BadRelease {
        id: "mark".into(),
        service: "storefront".into(),
        environment: "production".into(),
        app,
        release: ReleaseRef::from(&*release),
        code: None,
        by: "ana".into(),
        at: at(0),
        reason: "slow queries".into(),
    });
}

/// It ran for a minute before the next one came.
fn lived_shortly(environment: &mut Environment, version: u64) {
    let next = released(version + 1);
    let release = environment.releases.iter_mut().find(|r| r.version == version).expect("the release");
    (release.released_at, release.updated_at) = (Some(next.plus(-80.0)), Some(next.plus(-60.0)));
}

#[test]
fn the_target_is_the_newest_release_that_was_good() {
    type Change = fn(&mut Environment);
    let table: &[(&str, Change, Option<u64>)] = &[
        ("no watch, live for longer than half an hour", |_| {}, Some(2)),
        ("its watch was bad", |e| judged(e, 2, Some(WatchVerdict::Bad)), Some(1)),
        ("it is marked bad", |e| marked(e, 2), Some(1)),
        ("it ran for a minute", |e| lived_shortly(e, 2), Some(1)),
        (
            "it ran for a minute, and its watch was good",
            |e| {
                lived_shortly(e, 2);
                judged(e, 2, Some(WatchVerdict::Good))
            },
            Some(2),
        ),
        ("its watch showed nothing, and it ran long", |e| judged(e, 2, Some(WatchVerdict::Inconclusive)), Some(2)),
        (
            "its watch was superseded within a minute",
            |e| {
                lived_shortly(e, 2);
                judged(e, 2, Some(WatchVerdict::Superseded))
            },
            Some(1),
        ),
        (
            "when it ran is not known, so neither is how long the one before it ran",
            |e| {
                let r = &mut e.releases[1];
                (r.released_at, r.updated_at) = (None, None)
            },
            None,
        ),
        ("it is not eligible", |e| e.releases[1].eligible_for_rollback = false, Some(1)),
        (
            "none is good",
            |e| {
                judged(e, 2, Some(WatchVerdict::Bad));
                marked(e, 1)
            },
            None,
        ),
    ];
    for (name, change, wanted) in table {
        let mut environment = three();
        change(&mut environment);
        assert_eq!(choose_target(&environment, None, released(4)).ok().map(|r| r.version), *wanted, "{name}");
    }
}

#[test]
fn where_none_is_good_it_says_so_and_a_revert_is_offered() {
    let mut environment = three();
    (1..3).for_each(|version| judged(&mut environment, version, Some(WatchVerdict::Bad)));
    let why = choose_target(&environment, None, released(4)).expect_err("none is good");
    let said = "No earlier release of storefront-production is known to have been good: no watch of v2 and v1 was good, and none was live \
                for 30 min; name one with `--to`, or revert a PR";
    assert_eq!(why, said);
    (1..3).for_each(|version| marked(&mut environment, version));
    let why = choose_target(&environment, None, released(4)).expect_err("all are marked");
    assert!(why.contains("is not marked bad") && why.ends_with("revert a PR instead"), "{why}");
}

#[test]
fn a_named_release_is_refused_with_the_reason() {
    let mut environment = three();
    marked(&mut environment, 2);
    let refused = |environment: &Environment, version| choose_target(environment, Some(version), released(4)).expect_err("refused");
    assert_eq!(refused(&environment, 2), "v2 is marked bad by ana: slow queries");
    assert_eq!(refused(&environment, 3), "v3 is live already");
    environment.releases[2].eligible_for_rollback = false;
    assert_eq!(refused(&environment, 1), "Heroku says v1 is not eligible for rollback");
    let mut watched = three();
    judged(&mut watched, 2, Some(WatchVerdict::Bad));
    assert!(choose_target(&watched, Some(2), released(4)).is_ok(), "a person may name one whose watch was bad");
}
