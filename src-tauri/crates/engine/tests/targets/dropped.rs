//! Pull requests that the host took out of its queue, or whose auto-merge it turned off.

use crate::harness::{Harness, board, confirm, entry_when, is_settled};
use serde_json::json;
use slipway_domain::action::Action;
use slipway_domain::alert::AlertKind;
use slipway_domain::diff::EventKind;
use slipway_domain::journal::EntryState;
use slipway_domain::snapshot::Snapshot;
use slipway_engine::Engine;

fn alert(snapshot: &Snapshot, number: u64) -> Option<(AlertKind, String)> {
    let dropped = |kind| matches!(kind, AlertKind::LeftQueue | AlertKind::AutoMergeOff);
    let found = board(snapshot).alerts.iter().find(|a| dropped(a.kind) && a.subject.pull_request == Some(number));
    found.map(|a| (a.kind, a.message.clone()))
}

async fn act(engine: &Engine, action: Action) {
    let plan = engine.plan(action).await.expect("a plan");
    let entry = confirm(engine, &plan).await;
    assert_eq!(entry_when(engine, &entry.id, is_settled).await.state, EntryState::Succeeded);
}

#[tokio::test]
async fn leaving_the_queue_unmerged_is_told_once() {
    let harness = Harness::healthy().await;
    let number = harness.ready_pull().await;
    harness.world(json!({"repository": {"service": "storefront", "merge_queue": "squash"}})).await;
    let engine = harness.engine().await;
    let of = json!({"service": "storefront", "number": number});
    harness.world(json!({"enqueue": of})).await;
    assert_eq!(alert(&*engine.refresh(None).await, number), None);
    let mut changes = engine.changes();
    harness.world(json!({"eject": {"service": "storefront", "number": number, "check": "unit"}})).await;
    let told = Some((AlertKind::LeftQueue, format!("#{number} left the merge queue and is not merged. Failed: unit.")));
    assert_eq!(alert(&*engine.refresh(None).await, number), told);
    assert_eq!(alert(&*engine.refresh(None).await, number), told, "it stays");
    let mut news = 0;
    while let Ok(change) = changes.try_recv() {
        news += change.events.iter().filter(|e| e.kind == EventKind::LeftQueue).count();
    }
    assert_eq!(news, 1, "and is told once");
    // In another run of Slipway it still stands.
    drop(engine);
    let engine = harness.engine().await;
    assert_eq!(alert(&*engine.refresh(None).await, number), told);
    harness.world(json!({"make_ready": of})).await;
    harness.world(json!({"enqueue": of})).await;
    assert_eq!(alert(&*engine.refresh(None).await, number), None, "queued again");
}

#[tokio::test]
async fn what_slipway_took_out_is_no_news() {
    let harness = Harness::healthy().await;
    let number = harness.ready_pull().await;
    harness.world(json!({"repository": {"service": "storefront", "merge_queue": "squash"}})).await;
    let engine = harness.engine().await;
    harness.world(json!({"enqueue": {"service": "storefront", "number": number}})).await;
    engine.refresh(None).await;
    act(&engine, Action::dequeue("storefront".into(), number)).await;
    assert_eq!(alert(&*engine.refresh(None).await, number), None);
    assert_eq!(alert(&*engine.refresh(None).await, number), None);
}

#[tokio::test]
async fn auto_merge_that_the_host_turned_off_is_told() {
    let harness = Harness::healthy().await;
    let (number, own) = (harness.ready_pull().await, harness.ready_pull().await);
    let engine = harness.engine().await;
    for number in [number, own] {
        harness.world(json!({"check": {"service": "storefront", "number": number, "name": "unit", "state": "running"}})).await;
        act(&engine, Action::enable_auto_merge("storefront".into(), number, None)).await;
    }
    engine.refresh(None).await;
    harness.world(json!({"stop_auto_merge": {"service": "storefront", "number": number, "check": "unit"}})).await;
    act(&engine, Action::disable_auto_merge("storefront".into(), own)).await;
    let snapshot = engine.refresh(None).await;
    let told = format!("#{number} is not merged: its auto-merge was turned off. Failed: unit.");
    assert_eq!(alert(&snapshot, number), Some((AlertKind::AutoMergeOff, told)));
    assert_eq!(alert(&snapshot, own), None, "Slipway did that itself");
    harness.world(json!({"push": {"service": "storefront", "number": number}})).await;
    assert_eq!(alert(&*engine.refresh(None).await, number), None, "a push ends it");
}
