//! Actions whose answers are lost, whose reads are old, whose targets move.

use crate::harness::{Harness, confirm, entry_when, is_settled, merge, revert, roll_back, within};
use serde_json::json;
use slipway_domain::journal::EntryState;
use slipway_domain::plan::{Plan, Request};
use slipway_engine::{Engine, ExecuteError, Execution};
use std::time::Duration;

const LOST: [&str; 4] = ["status_after", "reset_after", "truncate", "garbage"];

fn lost(kind: &str) -> serde_json::Value {
    let mut rule = json!({"calls": "writes", "kind": kind});
    if kind == "status_after" {
        rule["code"] = json!(502);
    }
    rule
}

async fn stale(engine: &Engine, plan: &Plan) -> Plan {
    match engine.execute(&plan.id, None, false, None).await {
        Ok(Execution::Stale { plan, why }) => {
            assert!(!why.is_empty());
            *plan
        }
        other => panic!("not stale: {other:?}"),
    }
}

/// Row 11: done, the answer lost, and for a while reads do not show it.
#[tokio::test]
async fn a_merge_whose_answer_is_lost_is_found_by_reading() {
    for kind in LOST {
        let harness = Harness::healthy().await;
        let engine = harness.engine().await;
        engine.refresh(None).await;
        let number = harness.ready_pull().await;
        let plan = engine.plan(merge(number)).await.expect("a plan");
        harness.faults(json!([lost(kind), {"calls": "reads", "kind": "stale", "seconds": 60}])).await;
        let entry = confirm(&engine, &plan).await;
        let checking = entry_when(&engine, &entry.id, |e| e.message.contains("The answer was lost")).await;
        assert_eq!(checking.state, EntryState::Sent);
        // Reads that are old say "not merged" many times over.
        let looked = harness.requests("github").await;
        within(Duration::from_secs(20), "three more looks", async || (harness.requests("github").await > looked + 2).then_some(())).await;
        assert_eq!(engine.journal().expect("a journal")[0].state, EntryState::Sent, "{kind}: not merged yet is no failure");
        harness.heal().await;
        let entry = entry_when(&engine, &entry.id, is_settled).await;
        assert_eq!(entry.state, EntryState::Succeeded, "{kind}: {}", entry.message);
        assert_eq!(harness.mutations("merge").await, (1, 1), "{kind}: exactly one PUT");
    }
}

/// Row 11, when Slipway ends meanwhile: another run settles it, once reads have caught up.
#[tokio::test]
async fn after_a_restart_old_reads_do_not_make_it_failed() {
    let harness = Harness::healthy().await;
    let number = harness.ready_pull().await;
    let first = tokio::runtime::Runtime::new().expect("a runtime");
    let options = harness.options(harness.folder.path(), false);
    drop(harness.engine().await);
    harness.faults(json!([{"calls": "writes", "kind": "hang_after"}, {"calls": "reads", "kind": "stale", "seconds": 600}])).await;
    let handle = first.spawn(async move {
        let engine = Engine::start(options).await.expect("the engine starts");
        let plan = engine.plan(merge(number)).await.expect("a plan");
        confirm(&engine, &plan).await;
        std::future::pending::<()>().await;
    });
    within(Duration::from_secs(20), "the request", async || (harness.fired().await > 0).then_some(())).await;
    handle.abort();
    first.shutdown_background();
    let engine = harness.engine().await;
    let opened = within(Duration::from_secs(10), "the intent", async || {
        engine.settle_open_intents().await;
        engine.journal().expect("a journal").into_iter().find(|e| e.state == EntryState::Unknown)
    })
    .await;
    assert!(opened.message.contains("nothing is sent again"), "{}", opened.message);
    harness.clock.advance(60.0);
    engine.settle_open_intents().await;
    assert_eq!(engine.journal().expect("a journal")[0].state, EntryState::Unknown, "reads may be a minute old");
    harness.heal().await;
    engine.settle_open_intents().await;
    assert_eq!(engine.journal().expect("a journal")[0].state, EntryState::Succeeded);
    assert_eq!(harness.mutations("merge").await, (1, 1));
}

/// Row 12.
#[tokio::test]
async fn a_rollback_whose_answer_is_lost_is_found_by_its_release() {
    for kind in LOST {
        let harness = Harness::healthy().await;
        let engine = harness.engine().await;
        engine.refresh(None).await;
        let plan = engine.plan(roll_back()).await.expect("a plan");
        let target = plan.rollback.as_ref().expect("a target").to_version;
        harness.faults(lost(kind)).await;
        let entry = confirm(&engine, &plan).await;
        // "Sent, checking" comes before it leaves: only this says that the fault has struck.
        entry_when(&engine, &entry.id, |e| e.message.contains("The answer was lost")).await;
        harness.heal().await;
        harness.world(json!({"advance": 600})).await;
        let entry = entry_when(&engine, &entry.id, is_settled).await;
        assert_eq!(entry.state, EntryState::Succeeded, "{kind}: {}", entry.message);
        assert!(entry.message.contains(&format!("v{target}")), "{}", entry.message);
        assert_eq!(harness.mutations("rollback").await, (1, 1), "{kind}: exactly one POST");
        let truth = harness.truth_of("storefront").await;
        let live = &truth["environments"].as_array().expect("environments").last().expect("production")["current"];
        assert_eq!(live["description"], format!("Rollback to v{target}"));
    }
}

/// A revert that is lost is found by the mark in its body.
#[tokio::test]
async fn a_revert_whose_answer_is_lost_is_found_by_its_mark() {
    for kind in LOST {
        let harness = Harness::healthy().await;
        let engine = harness.engine().await;
        engine.refresh(None).await;
        let merged = harness.truth_of("storefront").await["main"][0]["pull_request"].as_u64().expect("a merged one");
        let plan = engine.plan(revert(merged)).await.expect("a plan");
        harness.faults(lost(kind)).await;
        let entry = confirm(&engine, &plan).await;
        let entry = entry_when(&engine, &entry.id, is_settled).await;
        assert_eq!(entry.state, EntryState::Succeeded, "{kind}: {}", entry.message);
        assert_eq!(harness.mutations("revert").await, (1, 1), "{kind}: exactly one mutation");
    }
}

/// Row 13: it moves before the confirmation, and is seen to.
#[tokio::test]
async fn a_head_that_moved_is_shown_again() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let number = harness.ready_pull().await;
    let plan = engine.plan(merge(number)).await.expect("a plan");
    harness.world(json!({"push": {"service": "storefront", "number": number}})).await;
    harness.world(json!({"advance": 5, "make_ready": {"service": "storefront", "number": number}})).await;
    let again = stale(&engine, &plan).await;
    assert_ne!(again.seen, plan.seen, "the new head is shown");
    assert_eq!(harness.mutations("merge").await, (0, 0));
    let late = engine.execute(&plan.id, None, false, None).await;
    assert!(matches!(late, Err(ExecuteError::UnknownPlan)), "a late click on what was shown first counts for nothing: {late:?}");
    assert!(engine.execute(&again.id, None, false, None).await.is_ok(), "what is shown again is consented to anew");
    let entry = entry_when(&engine, &again.id, is_settled).await;
    assert_eq!(entry.state, EntryState::Succeeded);
    let pull = harness.pull(number).await;
    let head = format!("head {} ", pull["head_sha"].as_str().expect("a head"));
    assert!(again.seen.starts_with(&head), "{} is not of {head}", again.seen);
}

/// Row 13: it moves and reads do not show it. The shown head is what is sent; GitHub says 409.
#[tokio::test]
async fn the_shown_head_is_what_is_sent() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let number = harness.ready_pull().await;
    harness.faults(json!({"vendor": "github", "kind": "lag", "seconds": 600})).await;
    let plan = engine.plan(merge(number)).await.expect("a plan");
    harness.world(json!({"push": {"service": "storefront", "number": number}})).await;
    harness.world(json!({"advance": 5, "make_ready": {"service": "storefront", "number": number}})).await;
    let entry = confirm(&engine, &plan).await;
    let entry = entry_when(&engine, &entry.id, is_settled).await;
    assert_eq!(entry.state, EntryState::Failed);
    assert!(entry.message.contains("409"), "{}", entry.message);
    assert_eq!((harness.mutations("merge").await, harness.pull(number).await["state"].as_str()), ((1, 0), Some("open")));
}

/// Row 15.
#[tokio::test]
async fn a_release_that_appears_makes_a_rollback_stale() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    for verb in
        [json!({"release": {"app": "storefront-production"}}), json!({"set_config": {"app": "storefront-production", "vars": {"X": "1"}}})]
    {
        let plan = engine.plan(roll_back()).await.expect("a plan");
        harness.world(verb).await;
        harness.world(json!({"advance": 300})).await;
        let again = stale(&engine, &plan).await;
        let from = |plan: &Plan| plan.rollback.as_ref().map(|r| r.from_version);
        assert!(from(&again) > from(&plan), "it is shown from the new release");
        assert_eq!(harness.mutations("rollback").await, (0, 0));
        let Some(Request::RollBack { release_id, .. }) = again.request() else { panic!("a rollback") };
        assert!(!release_id.is_empty());
    }
}
