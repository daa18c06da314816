//! Health over every combination of what should run, what runs, what answers and what was before.

use crate::sample::{at, environment, release, service};
use slipway_domain::alert::AlertKind;
use slipway_domain::environment::{Environment, FormationAtRelease, HealthProbe, Instance, Outage, ProcessType};
use slipway_domain::evidence::alerts::alerts;
use slipway_domain::evidence::health::settle;
use slipway_domain::status::{Health, ReleaseStatus, Severity};

const WEB: [&[&str]; 9] =
    [&[], &["up"], &["up", "up"], &["idle"], &["starting"], &["up", "crashed"], &["crashed"], &["down"], &["provisioning"]];
const WORKER: [&[&str]; 4] = [&[], &["up"], &["starting"], &["crashed"]];

fn instance(process: &str, number: usize, state: &str) -> Instance {
    Instance {
        name: format!("{process}.{number}"),
        process: process.into(),
        state: state.into(),
        release_version: Some(2),
        updated_at: Some(at(0)),
    }
}

pub(crate) fn instances(process: &str, states: &[&str]) -> Vec<Instance> {
    states.iter().enumerate().map(|(n, state)| instance(process, n + 1, state)).collect()
}

fn types(web: Option<u64>, worker: Option<u64>) -> Vec<ProcessType> {
    let of = |(name, quantity): (&str, Option<u64>)| Some(ProcessType { name: name.into(), quantity: quantity? });
    [("web", web), ("worker", worker)].into_iter().filter_map(of).collect()
}

fn probe(status: Option<u16>) -> HealthProbe {
    HealthProbe { status, milliseconds: None, checked_at: at(0) }
}

fn outage(process: &str, ended_at: Option<i64>) -> Outage {
    Outage {
        since: at(-100),
        process: Some(process.into()),
        failed: vec![process.into()],
        health_check: false,
        began_under: Some(2),
        last_unwell: None,
        up_since: None,
        ended_at: ended_at.map(at),
        reopened: false,
    }
}

/// Worse is more.
fn rank(health: Health) -> u8 {
    match health {
        Health::Healthy => 0,
        Health::Releasing => 1,
        Health::Unknown => 2,
        Health::Degraded => 3,
        Health::Restarting => 4,
        Health::Down => 5,
    }
}

fn judged(environment: &Environment) -> Environment {
    let mut environment = environment.clone();
    settle(&mut environment, at(0));
    environment
}

fn quantities() -> Vec<Option<Vec<ProcessType>>> {
    let each = [None, Some(0), Some(1), Some(2)];
    let known = each.into_iter().flat_map(|web| each.into_iter().map(move |worker| Some(types(web, worker))));
    std::iter::once(None).chain(known).collect()
}

/// Every combination of the inputs.
fn every(mut with: impl FnMut(Environment)) {
    let base = environment(&[(1, "a", "Deploy a", true), (2, "b", "Deploy b", true)]);
    let listed: Vec<Option<Vec<Instance>>> = std::iter::once(None)
        .chain(WEB.iter().flat_map(|web| WORKER.iter().map(|worker| Some([instances("web", web), instances("worker", worker)].concat()))))
        .collect();
    let began = [None, Some(types(Some(1), Some(0))), Some(types(Some(0), Some(1)))];
    let outages = [(None, None), (Some(outage("web", None)), None), (Some(outage("web", Some(-10))), Some(outage("worker", None)))];
    for formation in quantities() {
        for instances in &listed {
            for began in &began {
                for probe in [None, Some(probe(Some(200))), Some(probe(Some(503))), Some(probe(None))] {
                    for pending in [false, true] {
                        for (outage, process_outage) in outages.clone() {
                            let mut one = Environment {
                                formation: formation.clone(),
                                instances: instances.clone(),
                                formation_at_release: began.clone().map(|processes| FormationAtRelease { version: 2, processes }),
                                probe: probe.clone(),
                                outage,
                                process_outage,
                                ..base.clone()
                            };
                            if pending {
                                one.releases.insert(0, release(3, "c", "Deploy c", ReleaseStatus::Pending));
                            }
                            with(one);
                        }
                    }
                }
            }
        }
    }
}

fn quantity(environment: &Environment, name: &str) -> Option<u64> {
    environment.formation.iter().flatten().find(|p| p.name == name).map(|p| p.quantity)
}

fn states<'a>(environment: &'a Environment, name: &'a str) -> Vec<&'a str> {
    environment.instances.iter().flatten().filter(|d| d.process == name).map(|d| d.state.as_str()).collect()
}

#[test]
fn healthy_is_only_what_is_shown_to_run_as_it_should() {
    let mut healthy = 0;
    every(|one| {
        let one = judged(&one);
        if one.health != Health::Healthy {
            return;
        }
        healthy += 1;
        assert!(one.formation.is_some() && one.instances.is_some(), "{one:#?}");
        assert!(one.open_outage().is_none() && one.open_process_outage().is_none(), "{one:#?}");
        assert!(one.releases[0].status == ReleaseStatus::Succeeded, "{one:#?}");
        assert!(one.probe.as_ref().is_none_or(|p| p.status == Some(200)), "{one:#?}");
        assert_ne!(quantity(&one, "web"), Some(0), "{one:#?}");
        let wanted: Vec<(&str, u64)> = ["web", "worker"].into_iter().filter_map(|n| Some((n, quantity(&one, n)?))).collect();
        assert!(wanted.iter().any(|(_, quantity)| *quantity > 0), "{one:#?}");
        for (name, quantity) in wanted.into_iter().filter(|(_, quantity)| *quantity > 0) {
            let states = states(&one, name);
            assert!(states.len() as u64 >= quantity && states.iter().all(|s| matches!(*s, "up" | "idle")), "{one:#?}");
        }
    });
    assert!(healthy > 50, "{healthy}");
}

#[test]
fn bad_news_never_improves_a_state() {
    every(|one| {
        let before = judged(&one);
        let worse = |changed: Environment, what: &str| {
            let after = judged(&changed);
            assert!(rank(after.health) >= rank(before.health), "{what}: {:?} became {:?}\n{one:#?}", before.health, after.health);
        };
        worse(Environment { probe: Some(probe(Some(500))), ..one.clone() }, "a failing health check");
        worse(Environment { probe: Some(probe(None)), ..one.clone() }, "no answer");
        let Some(listed) = &one.instances else { return };
        for name in ["web", "worker"] {
            let mut more = listed.clone();
            more.push(instance(name, 9, "crashed"));
            worse(Environment { instances: Some(more), ..one.clone() }, "one more crashed dyno");
        }
        // That what should not run has gone is no bad news.
        let should_run = |name: &str| one.formation.is_none() || quantity(&one, name).is_some_and(|quantity| quantity > 0);
        for (at, instance) in listed.iter().enumerate().filter(|(_, instance)| instance.state == "up" && should_run(&instance.process)) {
            let mut fewer = listed.clone();
            fewer.remove(at);
            worse(Environment { instances: Some(fewer), ..one.clone() }, "a dyno that is up is no longer listed");
            for state in ["starting", "down", "crashed", "provisioning"] {
                let mut changed = listed.clone();
                changed[at] = Instance { state: state.into(), ..instance.clone() };
                worse(Environment { instances: Some(changed), ..one.clone() }, state);
            }
        }
    });
}

#[test]
fn what_is_no_longer_known_is_not_healthy() {
    every(|one| {
        for less in [Environment { formation: None, ..one.clone() }, Environment { instances: None, ..one.clone() }] {
            assert_ne!(judged(&less).health, Health::Healthy, "{less:#?}");
        }
    });
}

#[test]
fn one_off_dynos_count_for_nothing() {
    every(|one| {
        let Some(listed) = &one.instances else { return };
        let health = judged(&one).health;
        for name in ["run", "release", "scheduler"] {
            for state in ["up", "crashed", "starting"] {
                let more = [listed.clone(), vec![instance(name, 4711, state)]].concat();
                assert_eq!(judged(&Environment { instances: Some(more), ..one.clone() }).health, health, "{name} {state}\n{one:#?}");
            }
        }
    });
    // A process type that should run is none, whatever it is called; nor is what should not run at all.
    let base = environment(&[(1, "a", "Deploy a", true)]);
    let of = |formation: &[(&str, u64)], listed: Vec<Instance>| {
        let formation = formation.iter().map(|(name, quantity)| ProcessType { name: (*name).into(), quantity: *quantity }).collect();
        judged(&Environment { formation: Some(formation), instances: Some(listed), ..base.clone() }).health
    };
    let web = instances("web", &["up"]);
    assert_eq!(of(&[("web", 1), ("scheduler", 1)], [web.clone(), instances("scheduler", &["crashed"])].concat()), Health::Degraded);
    assert_eq!(of(&[("web", 1), ("scheduler", 1)], web.clone()), Health::Unknown);
    assert_eq!(of(&[("web", 1), ("console", 0), ("rake", 0), ("release", 0)], web.clone()), Health::Healthy);
    assert_eq!(of(&[("web", 1)], [web, instances("console", &["crashed"])].concat()), Health::Healthy, "nobody keeps a console up");
}

#[test]
fn what_is_wrong_is_said_and_alarmed() {
    every(|one| {
        let mut state = service();
        state.environments = vec![judged(&one)];
        let one = &state.environments[0];
        assert_eq!(one.health_reason.is_none(), matches!(one.health, Health::Healthy | Health::Releasing), "{one:#?}");
        assert!(one.open_outage().is_none() || matches!(one.health, Health::Down | Health::Restarting), "{one:#?}");
        assert_eq!(one.down_since, one.open_outage().map(|outage| outage.since));
        let told = alerts(&state);
        let has = |kind| told.iter().find(|alert| alert.kind == kind);
        assert_eq!(has(AlertKind::ProductionDown).is_some(), matches!(one.health, Health::Down | Health::Restarting), "{one:#?}");
        let degraded = one.health == Health::Degraded || one.open_process_outage().is_some();
        assert_eq!(has(AlertKind::ProcessDown).is_some(), degraded, "{one:#?}");
        assert!(has(AlertKind::ProcessDown).is_none_or(|alert| alert.severity == Severity::Problem));
        let unread = one.instances.is_some() && one.formation.is_none();
        assert_eq!(told.iter().any(|a| a.kind == AlertKind::NotLearnt && a.message.contains("should run was not read")), unread);
    });
}

/// The rows of the table that people met, in words.
#[test]
fn each_shape_has_its_own_words() {
    let base = environment(&[(9, "a", "Deploy a", true), (10, "b", "Deploy b", true)]);
    let began = |processes| Some(FormationAtRelease { version: 10, processes });
    let all = |web: &[&str], worker: &[&str]| Some([instances("web", web), instances("worker", worker)].concat());
    let rows = [
        (
            types(Some(0), Some(1)),
            began(types(Some(2), Some(1))),
            all(&[], &["up"]),
            Health::Down,
            "runs no web process: its formation says 0",
        ),
        (types(Some(0), Some(1)), began(types(Some(0), Some(1))), all(&[], &["up"]), Health::Unknown, "no web process runs"),
        (types(Some(0), Some(1)), None, all(&[], &["up"]), Health::Unknown, "no web process runs"),
        (types(Some(0), Some(0)), None, all(&[], &[]), Health::Unknown, "no web process runs"),
        (types(None, Some(0)), None, all(&[], &[]), Health::Unknown, "no process runs"),
        (types(Some(1), Some(1)), None, all(&["up"], &["crashed"]), Health::Degraded, "worker is crashing since v10"),
        (types(Some(1), Some(0)), began(types(Some(1), Some(1))), all(&["up"], &[]), Health::Degraded, "no worker process runs"),
        (types(Some(2), Some(1)), None, all(&["up"], &["up"]), Health::Unknown, "1 of 2 web dynos is listed"),
        (types(Some(1), Some(1)), None, all(&[], &["up"]), Health::Unknown, "no web dyno is listed"),
        (types(Some(1), Some(1)), None, all(&["down"], &["up"]), Health::Unknown, "a web dyno is down"),
        (types(Some(1), Some(1)), None, all(&["quiescing"], &["up"]), Health::Unknown, "the state of a web dyno is not known"),
        (types(Some(1), None), None, None, Health::Unknown, "its dynos were not read"),
        (types(None, Some(1)), None, all(&[], &["crashed"]), Health::Down, "has been crashing since v10"),
    ];
    for (formation, formation_at_release, instances, health, words) in rows {
        let one = judged(&Environment { formation: Some(formation), formation_at_release, instances, ..base.clone() });
        assert_eq!((one.health, one.health_reason.as_deref()), (health, Some(words)), "{one:#?}");
    }
    let one = judged(&Environment { formation: None, instances: all(&["up"], &["up"]), ..base.clone() });
    assert_eq!((one.health, one.health_reason.as_deref()), (Health::Unknown, Some("which processes should run is not known")));
    // What answers at the health URL may be a cache or another app: no process is shown to run by it.
    let answered = Environment { formation: Some(types(Some(0), None)), instances: all(&[], &[]), probe: Some(probe(Some(200))), ..base };
    assert_eq!(judged(&answered).health, Health::Unknown);
}
