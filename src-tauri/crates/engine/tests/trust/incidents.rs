//! Records of incidents, of one data folder: they write themselves from what is read, in whatever process.

use crate::harness::{Harness, board, roll_back, within};
use rusqlite::Connection;
use serde_json::{Value, json};
use slipway_domain::environment::Environment;
use slipway_domain::incident::{EntryKind, IncidentRefused, IncidentText, IncidentView, OpenedBy};
use slipway_domain::journal::EntryState;
use slipway_domain::release::ReleaseRef;
use slipway_domain::snapshot::Snapshot;
use slipway_domain::time::Time;
use slipway_engine::{Engine, Execution, IncidentError};
use std::sync::Arc;
use std::time::Duration;

const APP: &str = "storefront-production";
const LIMIT: Duration = Duration::from_secs(60);

fn production(snapshot: &Arc<Snapshot>) -> &Environment {
    board(snapshot).production().expect("production")
}

/// Time passes in the world and for the engines alike.
async fn pass(harness: &Harness, seconds: f64) {
    harness.world(json!({"pass": seconds})).await;
    harness.clock.advance(seconds);
}

/// The only record, as it is read.
async fn only(engine: &Engine) -> IncidentView {
    let all = engine.incidents().await.expect("records");
    assert_eq!(all.len(), 1, "{all:?}");
    engine.incident(&all[0].id).await.expect("the record")
}

fn count(view: &IncidentView, kind: EntryKind) -> usize {
    view.timeline.iter().filter(|entry| entry.kind == kind).count()
}

fn time_of(view: &IncidentView, kind: EntryKind) -> Time {
    view.timeline.iter().find(|entry| entry.kind == kind).map(|entry| entry.happened_at).expect("the entry")
}

fn kept(harness: &Harness) -> Connection {
    let database = Connection::open(harness.folder.path().join("intents.db")).expect("opened");
    database.busy_timeout(Duration::from_secs(5)).expect("patience");
    database
}

/// What a process that watches has written of what is live.
fn watched_well(harness: &Harness, environment: &Environment, at: Time) {
    let live = environment.current.as_ref().expect("a release");
    let id = format!("{APP} {}", live.id);
    let watch = json!({
        "id": id, "service": "storefront", "environment": environment.name, "app": APP, "production": true,
        "release": ReleaseRef::from(live), "commit": live.commit, "live_at": live.updated_at, "began_at": live.updated_at,
        "length_seconds": 1200, "planned": 38, "has_health_url": false, "baseline": null, "probes": [], "processes": [], "signals": [],
        "verdict": "good", "verdict_at": at, "reason": null, "ended_at": at
    });
    kept(harness).execute("INSERT OR REPLACE INTO watch(id, json) VALUES(?1, ?2)", [id, watch.to_string()]).expect("written");
}

/// Somebody has ended every pin of the folder.
fn unpinned(harness: &Harness, at: Time) {
    let database = kept(harness);
    let end = json!({"at": at, "by": "lena-h", "reason": "the revert is live"}).to_string();
    database.execute("UPDATE pin SET json = json_set(json, '$.end', json(?1))", [end]).expect("written");
}

/// A change that crashes is merged by somebody else, and goes live on production.
async fn goes_bad(harness: &Harness, engine: &Engine) {
    let before = production(&engine.refresh(None).await).current.as_ref().expect("a release").version;
    let number = harness.ready_pull().await;
    harness.world(json!({"next_change": {"service": "storefront", "is": "crashes"}})).await;
    harness.world(json!({"merge": {"service": "storefront", "number": number}})).await;
    within(LIMIT, "the bad release", async || {
        pass(harness, 30.0).await;
        let snapshot = engine.refresh(None).await;
        let environment = production(&snapshot);
        (environment.current.as_ref()?.version > before && environment.open_outage().is_some()).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_crash_is_followed_to_its_rollback_and_its_good_watch_by_two_processes() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    goes_bad(&harness, &engine).await;
    let terminal = harness.open(false).await;
    terminal.refresh(None).await;
    terminal.caught_up().await;
    let opened = only(&engine).await;
    let snapshot = engine.caught_up().await;
    let (environment, outage) = (production(&snapshot), production(&snapshot).open_outage().expect("an outage"));
    let bad = environment.current.as_ref().expect("a release");
    assert_eq!(opened.incident.title, format!("Crashed after v{}", bad.version));
    assert_eq!((opened.incident.opened_by, opened.incident.opened_at), (OpenedBy::Hurt, outage.since));
    assert_eq!(environment.incident.as_ref().map(|head| head.number), Some(1));
    assert_eq!((count(&opened, EntryKind::BadLive), count(&opened, EntryKind::Signal), count(&opened, EntryKind::Alert)), (1, 1, 1));
    assert_eq!(opened.times.detect, Some(outage.since.since(bad.updated_at.expect("a time"))), "by the platform's clock");

    engine.acknowledge_incident(&opened.incident.id).await.expect("acknowledged");
    let said = production(&engine.snapshot()).incident.as_ref().and_then(|head| head.acknowledged.clone()).expect("said");
    assert_eq!(said.by, "tester");
    assert!(!said.causes.is_empty());
    pass(&harness, 200.0).await;
    let plan = engine.plan(roll_back()).await.expect("a plan");
    engine.plan(roll_back()).await.expect("looked at again");
    let Ok(Execution::Started(entry)) = engine.execute(&plan.id, None, false, Some("web is down".into())).await else {
        panic!("the rollback was not sent")
    };
    within(LIMIT, "the rollback", async || {
        pass(&harness, 10.0).await;
        engine.refresh(None).await;
        let journal = engine.journal().expect("a journal");
        journal.into_iter().find(|known| known.id == entry.id && known.state == EntryState::Succeeded)
    })
    .await;
    pass(&harness, 10.0).await;
    engine.refresh(None).await;
    pass(&harness, 400.0).await;
    for process in [&engine, &terminal] {
        process.refresh(None).await;
        process.caught_up().await;
    }
    let cured = only(&terminal).await;
    assert!(cured.incident.close.is_none(), "nothing has watched it yet");
    for kind in [EntryKind::PlanOpened, EntryKind::Acknowledged, EntryKind::Decided, EntryKind::Sent, EntryKind::Live, EntryKind::Verified]
    {
        assert_eq!(count(&cured, kind), 1, "{kind}: {:#?}", cured.timeline);
    }
    let released = harness.control(reqwest::Method::GET, &format!("/truth/releases?app={APP}"), None).await;
    let newest = released.as_array().expect("releases").iter().max_by_key(|r| r["version"].as_u64()).cloned().expect("a release");
    let live = cured.timeline.iter().find(|entry| entry.kind == EntryKind::Live).expect("live");
    assert!(live.text.starts_with(&format!("v{} live, the code of v", newest["version"])), "{}", live.text);
    let decided = time_of(&cured, EntryKind::Decided);
    assert_eq!(cured.times.decide, Some(decided.since(outage.since)));
    assert_eq!(cured.times.recover, Some(live.happened_at.since(decided)));
    assert_eq!(cured.times.total, Some(live.happened_at.since(bad.updated_at.expect("a time"))));
    let decision = cured.incident.decision.as_ref().expect("a decision");
    assert_eq!((decision.by.as_str(), decision.reason.as_deref()), ("tester", Some("web is down")));
    assert!(decision.options[0].took_seconds.is_some() && decision.options.len() >= 2, "{decision:?}");
    assert_eq!(cured.incident.left.len(), 1, "{:?}", cured.incident.left);

    let snapshot = engine.refresh(None).await;
    pass(&harness, 1_200.0).await;
    watched_well(&harness, production(&snapshot), engine.now());
    unpinned(&harness, engine.now());
    let over = within(LIMIT, "the close", async || {
        engine.refresh(None).await;
        engine.step().await;
        Some(only(&engine).await).filter(|view| view.incident.close.is_some())
    })
    .await;
    assert_eq!(over.incident.close.as_ref().map(|close| close.by.is_none()), Some(true));
    terminal.refresh(None).await;
    terminal.caught_up().await;
    assert_eq!(only(&terminal).await.timeline, over.timeline, "and the other process agrees");
    assert_eq!(production(&engine.caught_up().await).incident, None);
    let text = engine.incident_markdown(&over.incident.id).await.expect("a document");
    assert!(text.contains("## Impact") && text.contains("1 PR left production"), "{text}");
}

/// A rollback by somebody else while this computer sleeps.
#[tokio::test]
async fn what_happened_during_a_sleep_has_the_platforms_times() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    let good = production(&engine.refresh(None).await).current.as_ref().expect("a release").version;
    goes_bad(&harness, &engine).await;
    harness.world(json!({"rollback": {"app": APP, "to": format!("v{good}")}})).await;
    pass(&harness, 7_200.0).await;
    engine.refresh(None).await;
    pass(&harness, 400.0).await;
    engine.refresh(None).await;
    engine.caught_up().await;
    let view = only(&engine).await;
    let live = view.timeline.iter().find(|entry| entry.kind == EntryKind::Live).expect("live");
    assert!(live.recorded_at.since(live.happened_at) > 6_000.0, "both times are kept: {live:?}");
    assert!(live.who.is_some() && count(&view, EntryKind::Decided) == 0);
    assert_eq!((view.times.decide, view.times.recover), (None, None), "nobody here decided");
    assert_eq!(view.times.total, Some(live.happened_at.since(time_of(&view, EntryKind::BadLive))));
    assert_eq!(view.incident.close, None, "after the sleep nothing has watched it");
}

#[tokio::test]
async fn a_release_that_fails_opens_one_and_hurts_nobody() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    harness.world(json!({"fail_next_release": {"app": APP}})).await;
    harness.world(json!({"release": {"app": APP}})).await;
    pass(&harness, 120.0).await;
    engine.refresh(None).await;
    engine.caught_up().await;
    let view = only(&engine).await;
    assert_eq!((view.incident.title.as_str(), view.incident.opened_by), ("Release failed, old stayed", OpenedBy::ReleaseFailed));
    assert_eq!((view.hurt_since, view.hurt_seconds, view.times.total), (None, None, None));
}

#[tokio::test]
async fn what_persons_write_is_kept_for_all_processes_and_over_a_restart() {
    let harness = Harness::healthy().await;
    let (window, terminal) = (harness.engine().await, harness.engine().await);
    window.refresh(None).await;
    terminal.refresh(None).await;
    let wrong = window.open_incident("storefrnt", "production", "Checkout answered 500").await;
    assert!(matches!(&wrong, Err(IncidentError::NoSuchService { known, .. }) if known.contains("storefront")), "{wrong:?}");
    let opened = window.open_incident("storefront", "production", "Checkout answered 500").await.expect("opened");
    let again = terminal.open_incident("storefront", "production", "Another").await;
    assert!(matches!(again, Err(IncidentError::Refused(IncidentRefused::Open(1)))), "{again:?}");
    let (first, second) = tokio::join!(
        window.add_incident_note(&opened.id, "First customer report", Some(window.now().plus(-600.0))),
        terminal.add_incident_note(&opened.id, "Seen from here too", None)
    );
    first.and(second).expect("both are kept");
    window.set_incident_text(&opened.id, IncidentText::Lucky, "It was Sunday").await.expect("kept");
    window.refresh(None).await;
    let view = only(&terminal).await;
    assert_eq!((count(&view, EntryKind::Note), view.incident.lessons.lucky.as_str()), (3, "It was Sunday"));
    assert_eq!(view.incident.close, None, "healthy is no evidence: nothing came after it was opened");
    let noted = view.timeline.iter().find(|entry| entry.text == "First customer report").expect("the note");
    let earlier = noted.happened_at.plus(-60.0);
    terminal.edit_incident_entry(&opened.id, &noted.id, earlier, "First customer call").await.expect("corrected");
    let missing = terminal.lift_incident_entry(&opened.id, "nothing").await;
    assert!(matches!(missing, Err(IncidentError::Refused(IncidentRefused::NoSuchEntry(..)))), "{missing:?}");
    terminal.close_incident(&opened.id, "the cache was cleared").await.expect("closed");
    drop((window, terminal));
    let restarted = harness.engine().await;
    let kept = only(&restarted).await;
    assert_eq!(kept.incident.close.as_ref().map(|close| close.by.as_deref()), Some(Some("tester")));
    assert_eq!((kept.edited, kept.timeline[0].text.as_str()), (1, "First customer call"));
    let log: Value = json!(restarted.incident_log(&opened.id).await.expect("a log"));
    assert!(log.is_array());
}
