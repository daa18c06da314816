//! Incidents, read by read: what opens one, what keeps it, what ends it, and what is told.

use crate::health::instances;
use crate::sample::{at, environment, release, service};
use slipway_domain::alert::{Alert, AlertKind};
use slipway_domain::diff::{EventKind, events};
use slipway_domain::environment::{Environment, HealthProbe, Instance, ProcessType};
use slipway_domain::evidence::alerts::alerts_at;
use slipway_domain::evidence::health::outage::{Fresh, follow};
use slipway_domain::evidence::health::settle;
use slipway_domain::lineage;
use slipway_domain::snapshot::ServiceState;
use slipway_domain::status::{Health, ReleaseStatus};

const BOTH: Fresh = Fresh { instances: true, probe: true };

/// Production with one web and one worker, read whenever the test says so.
struct Watch {
    state: ServiceState,
    told: Vec<EventKind>,
}

impl Watch {
    fn new() -> Self {
        let mut state = service();
        let formation = ["web", "worker"].map(|name| ProcessType { name: name.into(), quantity: 1 });
        state.environments = vec![Environment {
            formation: Some(formation.to_vec()),
            formation_read_at: Some(at(0)),
            ..environment(&[(1, "a", "Deploy a", true), (2, "b", "Deploy b", true)])
        }];
        let mut watch = Self { state, told: Vec::new() };
        watch.see(0, "up", "up");
        watch
    }

    /// A read in which each process type has one instance in a state; empty: none is listed. Instances do
    /// not tell since when, so only what is seen counts.
    fn see(&mut self, seconds: i64, web: &str, worker: &str) -> Vec<EventKind> {
        let one = |process, state: &str| if state.is_empty() { vec![] } else { instances(process, &[state]) };
        let listed = [one("web", web), one("worker", worker)].concat();
        let listed = listed.into_iter().map(|instance| Instance { updated_at: None, ..instance }).collect();
        self.read(seconds, BOTH, |environment| environment.instances = Some(listed))
    }

    fn read(&mut self, seconds: i64, fresh: Fresh, change: impl FnOnce(&mut Environment)) -> Vec<EventKind> {
        let (old, now) = (self.state.clone(), at(seconds));
        let environment = &mut self.state.environments[0];
        change(environment);
        lineage::settle(environment, &[]);
        follow(environment, fresh, now);
        settle(environment, now);
        self.state.alerts = alerts_at(&self.state, now);
        let told: Vec<EventKind> = events(&old, &self.state, now).into_iter().map(|event| event.kind).collect();
        self.told.extend(&told);
        told
    }

    fn health(&self) -> Health {
        self.state.environments[0].health
    }

    fn alert(&self, kind: AlertKind) -> Option<&Alert> {
        self.state.alerts.iter().find(|alert| alert.kind == kind)
    }
}

#[test]
fn a_crash_loop_is_one_incident_and_ends_when_it_was_up_for_five_minutes() {
    let mut watch = Watch::new();
    assert_eq!(watch.see(10, "crashed", "up"), [EventKind::ProductionDown]);
    for (seconds, web, health) in [
        (20, "starting", Health::Restarting),
        (30, "crashed", Health::Down),
        (40, "", Health::Restarting),
        (50, "crashed", Health::Down),
        (60, "up", Health::Restarting),
        (300, "up", Health::Restarting),
        (310, "crashed", Health::Down),
        (320, "up", Health::Restarting),
        (619, "up", Health::Restarting),
    ] {
        assert_eq!(watch.see(seconds, web, "up"), [], "{seconds}");
        assert_eq!(watch.health(), health, "{seconds}");
        let alert = watch.alert(AlertKind::ProductionDown).expect("it stays");
        assert_eq!(alert.since, Some(at(10)), "{seconds}");
    }
    assert_eq!(watch.see(620, "up", "up"), [EventKind::Fixed]);
    assert_eq!((watch.health(), watch.alert(AlertKind::ProductionDown)), (Health::Healthy, None));

    // Soon after it is the same incident, and told as such.
    assert_eq!(watch.see(620 + 1799, "crashed", "up"), [EventKind::ProductionDown]);
    let alert = watch.alert(AlertKind::ProductionDown).expect("again");
    assert!(alert.message.contains("again") && alert.since == Some(at(10)), "{alert:?}");
    watch.see(2500, "up", "up");
    assert_eq!(watch.see(2800, "up", "up"), [EventKind::Fixed]);
    // Later it is another.
    assert_eq!(watch.see(2800 + 1800, "crashed", "up"), [EventKind::ProductionDown]);
    let alert = watch.alert(AlertKind::ProductionDown).expect("another");
    assert!(!alert.message.contains("again") && alert.since == Some(at(4600)), "{alert:?}");
}

/// Whatever is read, and however often: nothing is called fixed that was not up for five minutes in
/// every read of them, nothing ends otherwise, and one incident is told once.
#[test]
fn no_sequence_of_reads_ends_an_incident_too_early() {
    const READS: [&str; 5] = ["crashed", "starting", "", "up", "failed"];
    const LENGTH: u32 = 6;
    for code in 0..READS.len().pow(LENGTH) {
        let reads: Vec<&str> = (0..LENGTH).map(|n| READS[code / READS.len().pow(n) % READS.len()]).collect();
        let mut watch = Watch::new();
        watch.see(1, "crashed", "up");
        let (mut up_since, mut open) = (None, true);
        for (n, read) in reads.iter().enumerate() {
            let seconds = (n as i64 + 1) * 120;
            let told = match *read {
                "failed" => watch.read(seconds, Fresh { instances: false, probe: false }, |_| {}),
                state => watch.see(seconds, state, "up"),
            };
            match *read {
                "up" => up_since = up_since.or(Some(seconds)),
                "failed" => {}
                _ => up_since = None,
            }
            let cured = *read == "up" && up_since.is_some_and(|since| seconds - since >= 300);
            let expected: &[EventKind] = match (open, *read) {
                (true, _) if cured => &[EventKind::Fixed],
                (false, "crashed") => &[EventKind::ProductionDown],
                (true | false, _) => &[],
            };
            assert_eq!(told, expected, "{reads:?} at {n}");
            open = if open { !cured } else { *read == "crashed" };
            assert_eq!(watch.alert(AlertKind::ProductionDown).is_some(), open, "{reads:?} at {n}");
        }
    }
}

#[test]
fn a_worker_that_crashes_is_a_problem_of_its_own() {
    let mut watch = Watch::new();
    assert_eq!(watch.see(10, "up", "crashed"), [EventKind::ProcessDown]);
    let alert = watch.alert(AlertKind::ProcessDown).expect("an alert");
    assert_eq!(alert.message, "Production is degraded: worker is crashing since v2");
    assert_eq!(watch.health(), Health::Degraded);
    // Production goes down and comes up meanwhile; each is told for itself.
    assert_eq!(watch.see(20, "crashed", "starting"), [EventKind::ProductionDown]);
    assert_eq!(watch.see(30, "up", "crashed"), []);
    assert_eq!(watch.health(), Health::Restarting);
    assert_eq!(watch.see(330, "up", "crashed"), [EventKind::Fixed]);
    assert_eq!(watch.health(), Health::Degraded);
    assert_eq!(watch.see(340, "up", "up"), []);
    assert_eq!(watch.see(640, "up", "up"), [EventKind::Fixed]);
    assert_eq!(watch.health(), Health::Healthy);
}

#[test]
fn the_health_check_has_the_same_rules() {
    let answers = |status: Option<u16>| {
        move |environment: &mut Environment| environment.probe = Some(HealthProbe { status, milliseconds: None, checked_at: at(0) })
    };
    let mut watch = Watch::new();
    assert_eq!(watch.read(10, BOTH, answers(Some(503))), [EventKind::ProductionDown]);
    assert_eq!(watch.read(20, BOTH, answers(Some(200))), []);
    assert_eq!(watch.health(), Health::Restarting);
    assert_eq!(watch.read(200, BOTH, answers(None)), []);
    assert_eq!(watch.read(210, BOTH, answers(Some(200))), []);
    assert_eq!(watch.read(509, BOTH, answers(Some(200))), []);
    // Instances that cannot be read say nothing of it, nor does a check that was not made.
    assert_eq!(watch.read(511, Fresh { instances: true, probe: false }, |_| {}), []);
    assert_eq!(watch.read(512, Fresh { instances: false, probe: true }, answers(Some(200))), [EventKind::Fixed]);
}

/// The platform tells since when an instance is up: it also tells of a break between two reads, and of
/// what happened while nobody looked.
#[test]
fn what_the_platform_tells_of_time_counts() {
    let up_at = |seconds: i64| {
        move |environment: &mut Environment| {
            let since = |instance: Instance| Instance { updated_at: Some(at(seconds)), ..instance };
            environment.instances =
                Some([instances("web", &["up"]), instances("worker", &["up"])].concat().into_iter().map(since).collect());
        }
    };
    let mut watch = Watch::new();
    watch.see(10, "crashed", "up");
    assert_eq!(watch.read(100, BOTH, up_at(50)), []);
    assert_eq!(watch.read(351, BOTH, up_at(200)), [], "it started again between the reads");
    assert_eq!(watch.read(500, BOTH, up_at(200)), [EventKind::Fixed]);
    // Nobody looked for an hour.
    let mut watch = Watch::new();
    watch.see(10, "crashed", "up");
    assert_eq!(watch.read(3600, BOTH, up_at(3000)), [EventKind::Fixed]);
    // A clock that differs from ours shortens nothing.
    let mut watch = Watch::new();
    watch.see(1000, "crashed", "up");
    assert_eq!(watch.read(1010, BOTH, up_at(20)), []);
    assert_eq!(watch.read(1299, BOTH, up_at(20)), []);
    assert_eq!(watch.read(1300, BOTH, up_at(20)), [EventKind::Fixed]);
}

#[test]
fn scaling_to_nothing_is_no_cure_and_a_process_that_is_gone_is_no_alarm() {
    let set = |web: u64, worker: Option<u64>| {
        move |environment: &mut Environment| {
            let mut formation = vec![ProcessType { name: "web".into(), quantity: web }];
            formation.extend(worker.map(|quantity| ProcessType { name: "worker".into(), quantity }));
            environment.formation = Some(formation);
            environment.instances = Some(if web == 0 { vec![] } else { instances("web", &["up"]) });
        }
    };
    let mut watch = Watch::new();
    watch.see(10, "crashed", "up");
    assert_eq!(watch.read(20, BOTH, set(0, Some(1))), []);
    assert_eq!(watch.health(), Health::Down);
    // A release with nothing that should run does not end it either.
    let newer = release(3, "b", "Set FOO config vars", ReleaseStatus::Succeeded);
    watch.read(30, BOTH, |environment| environment.releases.insert(0, newer));
    assert_eq!(watch.health(), Health::Down);
    let alert = watch.alert(AlertKind::ProductionDown).expect("it stays");
    assert_eq!((alert.subject.release, watch.told.iter().filter(|k| **k == EventKind::ProductionDown).count()), (Some(2), 1));

    let mut watch = Watch::new();
    assert_eq!(watch.see(10, "up", "crashed"), [EventKind::ProcessDown]);
    assert_eq!(watch.read(20, BOTH, set(1, Some(0))), [], "none should run of it: it still does not");
    assert_eq!(watch.health(), Health::Degraded);
    assert_eq!(watch.read(30, BOTH, set(1, None)), [], "the same release: an answer that lacks it");
    assert_eq!(watch.health(), Health::Degraded);
    let newer = release(3, "c", "Deploy c", ReleaseStatus::Succeeded);
    let told = watch.read(40, BOTH, |environment| {
        set(1, None)(environment);
        environment.releases.iter_mut().for_each(|r| r.current = false);
        environment.releases.insert(0, newer);
    });
    assert!(!told.contains(&EventKind::Fixed), "nothing was cured");
    assert_eq!((watch.health(), watch.alert(AlertKind::ProcessDown)), (Health::Healthy, None));
}

/// That an alert is gone for another reason, such as a changed configuration, is no cure.
#[test]
fn an_alert_that_is_gone_while_its_incident_goes_on_is_not_fixed() {
    let mut watch = Watch::new();
    watch.see(10, "crashed", "up");
    let mut new = watch.state.clone();
    new.alerts.clear();
    assert_eq!(events(&watch.state, &new, at(20)), []);
    new.environments.clear();
    assert_eq!(events(&watch.state, &new, at(20)), []);
}

/// Instances of a daily restart, of a release and of preboot start without an alarm.
#[test]
fn starting_without_a_crash_before_is_no_incident() {
    let mut watch = Watch::new();
    for (seconds, web) in [(10, "starting"), (20, "up"), (30, ""), (40, "starting"), (50, "up")] {
        assert_eq!(watch.see(seconds, web, "up"), []);
        assert!(watch.state.alerts.iter().all(|alert| alert.severity == slipway_domain::status::Severity::Info), "{seconds}");
    }
    assert_eq!(watch.health(), Health::Healthy);
}

/// What is told is under which release a sign was first seen.
#[test]
fn a_crash_under_a_config_change_is_not_blamed_on_its_code() {
    let crash = |under: Option<u64>| {
        move |environment: &mut Environment| {
            let set = release(3, "b", "Set FOO config vars", ReleaseStatus::Succeeded);
            environment.releases.iter_mut().for_each(|r| r.current = false);
            environment.releases.insert(0, set);
            let web = instances("web", &["crashed"]).into_iter().map(|instance| Instance { release_version: under, ..instance });
            environment.instances = Some(web.chain(instances("worker", &["up"])).collect());
        }
    };
    for (under, words) in [
        (Some(3), "has been crashing since v3, a config change; code of v2"),
        (None, "has been crashing since v3, a config change; code of v2"),
        (Some(2), "has been crashing since v2"),
    ] {
        let mut watch = Watch::new();
        watch.read(10, BOTH, crash(under));
        let alert = watch.alert(AlertKind::ProductionDown).expect("an alert");
        assert_eq!(alert.message, format!("Production is hurt: storefront {words}"));
        assert_eq!(alert.subject.release, under.or(Some(3)));
    }
}
