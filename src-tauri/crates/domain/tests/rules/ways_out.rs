//! What can be rolled back and reverted while production is hurt.

use crate::sample::{at, commit, environment, service};
use slipway_domain::environment::Environment;
use slipway_domain::plan::choose_target;
use slipway_domain::snapshot::ServiceState;
use slipway_domain::status::Health;
use slipway_domain::ways_out::{RollbackChoice, ways_out};

type History = &'static [(u64, &'static str, &'static str, bool)];

fn named(name: &str, production: bool, health: Health, history: History) -> Environment {
    let mut environment = Environment { name: name.into(), production, health, ..environment(history) };
    match choose_target(&environment, None, at(9_000)).map(|target| target.version) {
        Ok(version) => environment.rollback_target = Some(version),
        Err(why) => environment.rollback_blocked = Some(why),
    }
    environment
}

fn with(environments: Vec<Environment>) -> ServiceState {
    ServiceState { environments, ..service() }
}

const TWO: History = &[(1, "a", "Deploy a", true), (2, "b", "Deploy b", true)];

#[test]
fn each_production_that_is_hurt_has_its_ways_out() {
    let state = with(vec![
        named("production", true, Health::Down, TWO),
        named("production-eu", true, Health::Restarting, TWO),
        named("production-us", true, Health::Healthy, TWO),
        named("staging", false, Health::Down, TWO),
    ]);
    let names: Vec<&str> = ways_out(&state).iter().map(|way| way.environment.name.as_str()).collect();
    assert_eq!(names.first(), Some(&"production"));
    assert!(!names.contains(&"production-us") && !names.contains(&"staging"), "{names:?}");
}

#[test]
fn where_a_rollback_can_go() {
    let table: &[(History, RollbackChoice)] = &[
        (TWO, RollbackChoice::To(1)),
        (&[(1, "a", "Deploy a", true), (2, "b", "Deploy b", true), (3, "b", "Set A config vars", true)], RollbackChoice::To(1)),
        (&[(1, "a", "Deploy a", true), (2, "a", "Set A config vars", true)], RollbackChoice::Impossible(String::new())),
        (
            &[(1, "a", "Deploy a", true), (2, "b", "Deploy b", true), (3, "a", "Rollback to v1", true)],
            RollbackChoice::Name { why: String::new(), releases: vec![2] },
        ),
    ];
    for (history, choice) in table {
        let state = with(vec![named("production", true, Health::Down, history)]);
        let found = ways_out(&state).remove(0).rollback;
        match (&found, choice) {
            (RollbackChoice::Impossible(why), RollbackChoice::Impossible(_)) => assert!(!why.is_empty()),
            (RollbackChoice::Name { why, releases }, RollbackChoice::Name { releases: expected, .. }) => {
                assert!(why.contains("since a rollback"), "{why}");
                assert_eq!(releases, expected);
            }
            _ => assert_eq!(&found, choice, "{history:?}"),
        }
    }
}

/// What is not known is not said to be nothing.
#[test]
fn what_can_be_reverted_is_what_the_live_code_brought() {
    let changed = &[(1, "a", "Deploy a", true), (2, "b", "Deploy b", true), (3, "b", "Set A config vars", true)];
    for (brought, expected) in [(None, None), (Some(vec![]), Some(vec![])), (Some(vec![7, 9, 8]), Some(vec![9, 8, 7]))] {
        let mut production = named("production", true, Health::Down, changed);
        for release in &mut production.releases {
            release.pull_requests = if release.version == 2 { brought.clone() } else { Some(vec![]) };
        }
        production.current.as_mut().expect("a live release").pull_requests = Some(vec![]);
        let mut state = with(vec![production]);
        state.main = vec![commit("c9", &["c8"], Some(9)), commit("c8", &["c7"], Some(8)), commit("c7", &[], Some(7))];
        let way = ways_out(&state).remove(0);
        assert_eq!(way.reverts, expected);
        assert_eq!(way.revert("shop").is_some(), expected.is_some_and(|all| !all.is_empty()));
    }
}
