//! What a bad watch does to the board, and what its end tells.

use super::{failing, later, well};
use crate::sample::{at, environment, service};
use slipway_domain::alert::AlertKind;
use slipway_domain::diff::{EventKind, kept_events};
use slipway_domain::environment::{Environment, ProcessType};
use slipway_domain::evidence::alerts::alerts_at;
use slipway_domain::evidence::health::settle as settle_health;
use slipway_domain::evidence::release_mark;
use slipway_domain::headline::{headline, mark};
use slipway_domain::overview::{OverviewGroup, overview};
use slipway_domain::release::ReleaseMark;
use slipway_domain::snapshot::ServiceState;
use slipway_domain::status::{Health, Mark, Severity};
use slipway_domain::time::Time;
use slipway_domain::watch::{Watch, settle};

fn watched(mut watch: Watch, production: bool, now: Time) -> ServiceState {
    settle(&mut watch, now);
    let mut environment = Environment { production, ..environment(&[(7, "a", "Deploy a", true), (8, "b", "Deploy b", true)]) };
    environment.formation = Some(vec![ProcessType { name: "web".into(), quantity: 1 }]);
    environment.watch = Some(watch);
    settle_health(&mut environment, now);
    release_mark::settle(&mut environment);
    let mut state = service();
    state.environments = vec![environment];
    state.alerts = alerts_at(&state, now);
    state.mark = mark(&state);
    state.sentence = headline(&state, now);
    state
}

fn watch_alert(state: &ServiceState) -> Option<(Severity, String)> {
    state.alerts.iter().find(|alert| alert.kind == AlertKind::WatchBad).map(|alert| (alert.severity, alert.message.clone()))
}

#[test]
fn a_bad_watch_is_never_shown_green_though_everything_is_up() {
    let state = watched(failing(&[1, 2, 3]), true, at(100));
    assert_eq!(state.environments[0].health, Health::Healthy, "the processes are up");
    let message = "Production is hurt: v8 of storefront is bad: 3 health checks in a row failed";
    assert_eq!(watch_alert(&state), Some((Severity::Hurt, message.to_owned())));
    assert_eq!((state.mark, state.sentence.text.as_str()), (Mark::Hurt, message));
    assert_eq!(state.environments[0].current.as_ref().map(|live| live.mark), Some(ReleaseMark::LiveUnknown));
    assert_eq!(overview(&state, None).group, OverviewGroup::Hurt);
    let staging = watched(failing(&[1, 2, 3]), false, at(100));
    assert_eq!(watch_alert(&staging).map(|(severity, _)| severity), Some(Severity::Problem));
    assert_eq!((staging.mark, overview(&staging, None).group), (Mark::Problem, OverviewGroup::ProblemOrUnknown));
    assert!(staging.sentence.text.contains("v8 of Production is bad"), "{}", staging.sentence.text);
}

#[test]
fn a_person_who_ends_the_alert_does_not_make_it_green() {
    let mut state = watched(failing(&[1, 2, 3]), true, at(100));
    state.alerts.clear();
    assert_eq!(mark(&state), Mark::Problem);
    assert!(headline(&state, at(100)).text.contains("v8"), "{:?}", headline(&state, at(100)));
}

#[test]
fn the_alert_is_of_the_live_code_and_while_it_is_bad() {
    assert_eq!(watch_alert(&watched(well(true), true, at(1300))), None);
    assert_eq!(watch_alert(&watched(failing(&[1, 2, 3]), true, at(25))), None, "not yet");
    assert_eq!(watch_alert(&watched(failing(&[1, 2, 3]), true, at(400))), None, "recovered by itself");
    assert!(watch_alert(&watched(failing(&[33, 34, 35]), true, at(5000))).is_some(), "it stays after the watch is over");
    let superseded = Watch { superseded_by: Some(later(9, 300)), ..failing(&[1, 2, 3]) };
    assert_eq!(watch_alert(&watched(superseded, true, at(400))), None);
    // Newer code is live and its own watch has not begun.
    let mut state = watched(failing(&[1, 2, 3]), true, at(100));
    state.environments[0].releases = environment(&[(8, "b", "Deploy b", true), (9, "c", "Deploy c", true)]).releases;
    assert!(alerts_at(&state, at(100)).iter().all(|alert| alert.kind != AlertKind::WatchBad));
}

#[test]
fn a_bad_watch_and_the_end_of_a_watch_are_told_once() {
    let told = |before: &ServiceState, after: &ServiceState| -> Vec<(EventKind, String)> {
        kept_events(before, after, at(1300)).into_iter().map(|event| (event.kind, event.message)).collect()
    };
    let (early, bad, over) = (
        watched(failing(&[30, 31, 32]), true, at(600)),
        watched(failing(&[30, 31, 32]), true, at(840)),
        watched(failing(&[30, 31, 32]), true, at(1300)),
    );
    assert_eq!(told(&early, &bad).iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [EventKind::WatchBad]);
    assert_eq!(told(&bad, &bad), []);
    let end = "Watch of v8 on production ended: good after trouble: it recovered by itself";
    assert_eq!(told(&bad, &over), [(EventKind::WatchEnded, end.to_owned())]);
    assert_eq!(told(&over, &over), []);
}
