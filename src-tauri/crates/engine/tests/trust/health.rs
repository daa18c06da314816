//! What is called healthy, down and fixed, and what one request that fails takes with it.

use crate::harness::{Harness, board, trouble};
use serde_json::{Value, json};
use slipway_domain::alert::AlertKind;
use slipway_domain::diff::{Event, EventKind};
use slipway_domain::environment::Environment;
use slipway_domain::snapshot::{Snapshot, Source, SourceErrorKind};
use slipway_domain::status::Health;
use slipway_domain::vendor::VendorId;
use slipway_engine::{Change, Engine};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;

const APP: &str = "storefront-production";

fn production(snapshot: &Arc<Snapshot>) -> &Environment {
    board(snapshot).production().expect("production")
}

fn alert(snapshot: &Arc<Snapshot>, kind: AlertKind) -> Option<String> {
    board(snapshot).alerts.iter().find(|alert| alert.kind == kind).map(|alert| alert.message.clone())
}

/// Events of these kinds since the last call.
fn told(news: &mut Receiver<Arc<Change>>, kinds: &[EventKind]) -> Vec<EventKind> {
    let mut events: Vec<Event> = Vec::new();
    while let Ok(change) = news.try_recv() {
        events.extend(change.events.iter().filter(|event| kinds.contains(&event.kind)).cloned());
    }
    events.into_iter().map(|event| event.kind).collect()
}

async fn web(harness: &Harness, state: &str) {
    harness.world(json!({"dyno": {"app": APP, "process": "web", "state": state}})).await;
}

async fn after(harness: &Harness, engine: &Engine, seconds: f64) -> Arc<Snapshot> {
    harness.clock.advance(seconds);
    engine.refresh(None).await
}

#[tokio::test]
async fn a_crash_loop_is_one_incident_over_a_restart_of_slipway() {
    let harness = Harness::healthy().await;
    let mut engine = harness.engine().await;
    assert_eq!(production(&engine.refresh(None).await).health, Health::Healthy);
    let mut news = engine.changes();
    let kinds = [EventKind::ProductionDown, EventKind::Fixed];
    web(&harness, "crashed").await;
    assert_eq!(production(&after(&harness, &engine, 10.0).await).health, Health::Down);
    assert_eq!(told(&mut news, &kinds), [EventKind::ProductionDown]);
    for state in ["starting", "crashed", "starting", "up"] {
        web(&harness, state).await;
        let snapshot = after(&harness, &engine, 60.0).await;
        let expected = if state == "crashed" { Health::Down } else { Health::Restarting };
        assert_eq!(production(&snapshot).health, expected, "{state}");
        assert!(alert(&snapshot, AlertKind::ProductionDown).is_some(), "{state}");
    }
    harness.world(json!({"unlist_dynos": {"app": APP}})).await;
    assert_eq!(production(&after(&harness, &engine, 60.0).await).health, Health::Restarting, "none is listed");
    assert_eq!(told(&mut news, &kinds), []);

    engine.stop().await;
    drop(engine);
    engine = harness.engine().await;
    let mut news = engine.changes();
    web(&harness, "up").await;
    assert_eq!(production(&after(&harness, &engine, 60.0).await).health, Health::Restarting);
    // A read that fails shows nothing.
    harness.faults(json!({"vendor": "heroku", "kind": "status", "code": 404})).await;
    assert!(alert(&after(&harness, &engine, 290.0).await, AlertKind::ProductionDown).is_some());
    assert_eq!(told(&mut news, &kinds), []);
    harness.heal().await;
    let snapshot = after(&harness, &engine, 11.0).await;
    assert_eq!((production(&snapshot).health, alert(&snapshot, AlertKind::ProductionDown)), (Health::Healthy, None));
    assert_eq!(told(&mut news, &kinds), [EventKind::Fixed]);
    web(&harness, "crashed").await;
    let again = alert(&after(&harness, &engine, 600.0).await, AlertKind::ProductionDown).expect("it is open again");
    assert!(again.contains("again"), "{again}");
    assert_eq!(told(&mut news, &kinds), [EventKind::ProductionDown]);
}

#[tokio::test]
async fn what_should_run_is_what_health_is_judged_on() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    let health = |snapshot: &Arc<Snapshot>| (production(snapshot).health, production(snapshot).health_reason.clone().unwrap_or_default());
    assert_eq!(health(&engine.refresh(None).await).0, Health::Healthy);
    harness.world(json!({"one_off": {"app": APP, "name": "run.4711", "state": "crashed"}})).await;
    harness.world(json!({"one_off": {"app": APP, "name": "web.9", "process": "web", "attached": true, "state": "crashed"}})).await;
    assert_eq!(health(&engine.refresh(None).await).0, Health::Healthy, "one-off dynos");

    harness.world(json!({"dyno": {"app": APP, "name": "worker.1", "state": "crashed"}})).await;
    let snapshot = engine.refresh(None).await;
    assert_eq!(health(&snapshot).0, Health::Degraded);
    let version = production(&snapshot).current.as_ref().expect("a release").version;
    let said = alert(&snapshot, AlertKind::ProcessDown).expect("a problem");
    assert_eq!(said, format!("Production is degraded: worker is crashing since v{version}"));
    assert_eq!(alert(&snapshot, AlertKind::ProductionDown), None);

    // As `heroku ps:scale web=0`: seen by the next read, minutes before a formation is due.
    harness.world(json!({"scale": {"app": APP, "process": "web", "quantity": 0}})).await;
    let snapshot = engine.refresh(None).await;
    assert_eq!(health(&snapshot), (Health::Down, "runs no web process: its formation says 0".to_owned()));
    assert!(alert(&snapshot, AlertKind::ProductionDown).is_some());
}

#[tokio::test]
async fn an_app_without_web_is_grey_where_it_never_had_one() {
    let harness = Harness::healthy().await;
    harness.world(json!({"formation": {"app": APP, "types": {"web": 0, "worker": 1}}})).await;
    let engine = harness.engine().await;
    let snapshot = engine.refresh(None).await;
    let environment = production(&snapshot);
    assert_eq!((environment.health, environment.health_reason.as_deref()), (Health::Unknown, Some("no web process runs")));
    assert_eq!(alert(&snapshot, AlertKind::ProductionDown), None);
    // A formation that lists no web at all: the app is what it lists.
    harness.world(json!({"formation": {"app": APP, "types": {"worker": 1, "clock": 1}}})).await;
    assert_eq!(production(&engine.refresh(None).await).health, Health::Healthy);
}

/// Images, and the names of instances on Fir.
#[tokio::test]
async fn images_are_judged_like_slugs() {
    for images in ["built", "pushed"] {
        let harness = Harness::healthy().await;
        harness.world(json!({"images": {"app": APP, "are": images}})).await;
        harness.world(json!({"formation": {"app": APP, "types": {"web": 2, "worker": 1}}})).await;
        let engine = harness.engine().await;
        assert_eq!(production(&engine.refresh(None).await).health, Health::Healthy, "{images}");
        harness.world(json!({"dyno": {"app": APP, "process": "worker", "state": "crashed"}})).await;
        assert_eq!(production(&engine.refresh(None).await).health, Health::Degraded, "{images}");
        web(&harness, "crashed").await;
        assert_eq!(production(&engine.refresh(None).await).health, Health::Down, "{images}");
    }
}

/// What is worth having and fails takes nothing else with it.
#[tokio::test]
async fn an_optional_request_that_fails_degrades_alone() {
    let source = Source::Environment("production".into());
    let answers = [
        json!({"kind": "status", "code": 403, "body": {"id": "forbidden", "message": "No."}}),
        json!({"kind": "status", "code": 404, "body": {"id": "not_found", "message": "No."}}),
        json!({"kind": "status", "code": 500}),
        json!({"kind": "hang_before"}),
        json!({"kind": "status", "code": 200, "body": "not what is documented"}),
    ];
    for path in ["/apps", "/apps/storefront-production/formation", "/apps/storefront-production/features/preboot"] {
        for answer in &answers {
            let harness = Harness::healthy().await;
            let mut rule = json!({"vendor": "heroku", "path": path});
            rule.as_object_mut().expect("an object").extend(answer.as_object().expect("an object").clone());
            harness.faults(rule).await;
            let engine = harness.engine().await;
            // Less than the transport waits for one answer.
            let snapshot = engine.refresh_within(None, Duration::from_secs(14)).await;
            let state = board(&snapshot).source(&source).expect("it was read");
            assert_eq!(state.error, None, "{path} {answer}");
            assert!(state.observed_at.is_some(), "{path} {answer}");
            assert_eq!(trouble(&snapshot, VendorId::new("heroku")), None, "{path} {answer}");
            let environment = production(&snapshot);
            let expected = if path.ends_with("formation") {
                (Health::Unknown, Some("which processes should run is not known"))
            } else {
                (Health::Healthy, None)
            };
            assert_eq!((environment.health, environment.health_reason.as_deref()), expected, "{path} {answer}");
            assert!(environment.current.is_some() && environment.instances.is_some());
        }
    }
}

/// A formation that was read before stays; what moved meanwhile is not taken to be well.
#[tokio::test]
async fn a_formation_that_cannot_be_read_again_makes_nothing_healthy() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    harness.faults(json!({"vendor": "heroku", "path": "/apps/storefront-production/formation", "kind": "status", "code": 500})).await;
    harness.world(json!({"scale": {"app": APP, "process": "web", "quantity": 0}})).await;
    let snapshot = engine.refresh(None).await;
    let environment = production(&snapshot);
    assert_eq!((environment.health, environment.health_reason.as_deref()), (Health::Unknown, Some("no web dyno is listed")));
    harness.heal().await;
    assert_eq!(production(&after(&harness, &engine, 301.0).await).health, Health::Down);
}

/// One app that is gone, or that the account may not see, is named; the account is well.
#[tokio::test]
async fn an_app_that_is_gone_or_forbidden_is_named() {
    let cases: [(Value, SourceErrorKind); 3] = [
        (json!({"code": 404, "body": {"id": "not_found", "message": "Couldn't find that app."}}), SourceErrorKind::NotFound),
        (json!({"code": 403, "body": {"id": "forbidden", "message": "You do not have access."}}), SourceErrorKind::Forbidden),
        (json!({"code": 403, "body": {"message": "No."}}), SourceErrorKind::Forbidden),
    ];
    for (answer, kind) in cases {
        let harness = Harness::healthy().await;
        let engine = harness.engine().await;
        engine.refresh(None).await;
        let mut rule = json!({"vendor": "heroku", "path": "/apps/storefront-production*", "kind": "status"});
        rule.as_object_mut().expect("an object").extend(answer.as_object().expect("an object").clone());
        harness.faults(rule).await;
        let snapshot = engine.refresh(None).await;
        let source = board(&snapshot).source(&Source::Environment("production".into())).expect("a source");
        let error = source.error.as_ref().expect("an error");
        assert!(error.kind == kind && error.message.contains(APP), "{error:?}");
        let staging = board(&snapshot).source(&Source::Environment("staging".into())).expect("a source");
        assert_eq!(staging.error, None, "another app of the same account");
        let account = snapshot.accounts.iter().find(|a| a.provider == VendorId::new("heroku")).expect("the account");
        assert_eq!((account.ok, account.error.as_ref()), (Some(true), None), "{answer}");
    }
}

/// A release that failed is not over because a config var was set after it.
#[tokio::test]
async fn a_failed_release_stays_until_its_code_is_live() {
    let harness = Harness::fast(60.0, 7).await;
    let engine = harness.engine().await;
    let snapshot = engine.refresh(None).await;
    let live = production(&snapshot).current.clone().expect("a release");
    let version = live.version;
    let older = production(&snapshot).releases.iter().find(|r| r.eligible_for_rollback && r.code_version != live.code_version);
    let to = older.expect("other code").version;
    harness.world(json!({"fail_next_release": {"app": APP}})).await;
    harness.world(json!({"rollback": {"app": APP, "to": format!("v{to}")}})).await;
    harness.world(json!({"advance": 120})).await;
    assert!(alert(&engine.refresh(None).await, AlertKind::ReleaseFailed).is_some());
    harness.world(json!({"set_config": {"app": APP, "vars": {"FOO": "1"}}})).await;
    harness.world(json!({"advance": 120})).await;
    let snapshot = engine.refresh(None).await;
    assert!(production(&snapshot).current.as_ref().is_some_and(|r| r.version > version), "the config change is live");
    assert!(alert(&snapshot, AlertKind::ReleaseFailed).is_some(), "the code that failed is not");
}
