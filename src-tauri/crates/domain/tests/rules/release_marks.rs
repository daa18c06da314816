//! One state of a release, and so one mark.

use crate::sample::{at, environment, release};
use slipway_domain::environment::{Environment, Outage};
use slipway_domain::evidence::release_mark::settle;
use slipway_domain::release::ReleaseMark;
use slipway_domain::status::{Health, ReleaseStatus};

fn marks(health: Health, outage: Option<Outage>) -> Vec<(u64, ReleaseMark)> {
    let mut environment = environment(&[(1, "a", "Deploy a", true), (2, "b", "Deploy b", true), (3, "b", "Set A config vars", true)]);
    environment.releases.insert(0, release(4, "c", "Deploy c", ReleaseStatus::Failed));
    environment.health = health;
    environment.outage = outage;
    settle(&mut environment);
    let current = environment.current.as_ref().map(|r| (r.version, r.mark));
    let marks: Vec<(u64, ReleaseMark)> = environment.releases.iter().map(|r| (r.version, r.mark)).collect();
    assert!(current.is_none_or(|live| marks.contains(&live)), "what is live has the mark of the same release");
    marks
}

#[test]
fn what_crashes_is_never_drawn_as_live() {
    use ReleaseMark::{Crashing, Degraded, Failed, Live, LiveUnknown, Past, Releasing, Restarting};
    let of = |live, second| vec![(4, Failed), (3, live), (2, second), (1, Past)];
    for (health, mark) in [
        (Health::Healthy, Live),
        (Health::Releasing, Releasing),
        (Health::Down, Crashing),
        (Health::Restarting, Restarting),
        (Health::Degraded, Degraded),
        (Health::Unknown, LiveUnknown),
    ] {
        assert_eq!(marks(health, None), of(mark, Past), "{health}");
    }
    // The incident began under v2; v3 only changed config.
    let outage = |ended| Outage {
        since: at(0),
        process: Some("web".into()),
        failed: vec!["web".into()],
        health_check: false,
        began_under: Some(2),
        last_unwell: Some(at(0)),
        up_since: None,
        ended_at: ended,
        reopened: false,
    };
    assert_eq!(marks(Health::Down, Some(outage(None))), of(Crashing, Crashing));
    assert_eq!(marks(Health::Restarting, Some(outage(None))), of(Restarting, Restarting));
    assert_eq!(marks(Health::Healthy, Some(outage(Some(at(9))))), of(Live, Past), "it is over");
}

#[test]
fn what_was_rolled_back_from_says_so() {
    let mut environment: Environment =
        environment(&[(1, "a", "Deploy a", true), (2, "b", "Deploy b", true), (3, "a", "Rollback to v1", true)]);
    environment.health = Health::Healthy;
    settle(&mut environment);
    let marks: Vec<ReleaseMark> = environment.releases.iter().map(|r| r.mark).collect();
    assert_eq!(marks, [ReleaseMark::Live, ReleaseMark::RolledBackFrom, ReleaseMark::Past]);
}
