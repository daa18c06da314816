//! A person ends an alert: in every process, over restarts, and only as long as its cause is the same.

use crate::harness::{Harness, board, confirm, merge};
use serde_json::json;
use slipway_domain::alert::AlertKind;
use slipway_engine::{DismissError, Engine};
use std::time::Duration;

async fn failed_id(engine: &Engine) -> Option<String> {
    let snapshot = engine.refresh(None).await;
    board(&snapshot).alerts.iter().find(|a| a.kind == AlertKind::PipelineFailed).map(|a| a.id())
}

#[tokio::test]
async fn a_dismissal_is_shared_kept_and_for_one_cause() {
    let harness = Harness::with(slipway_sandbox::Scenario::FailingTests, 60.0, 7).await;
    let engine = harness.engine().await;
    let service = board(&engine.snapshot()).name.clone();
    engine.refresh(None).await;
    let number = harness.ready_pull().await;
    let plan = engine.plan(merge(number)).await.expect("a plan");
    confirm(&engine, &plan).await;
    let id = crate::harness::within(Duration::from_secs(60), "a pipeline to fail", async || {
        harness.world(json!({"advance": 120})).await;
        failed_id(&engine).await
    })
    .await;
    assert!(matches!(engine.dismiss(&service, &id, "  ").await, Err(DismissError::NoReason)));
    assert!(matches!(engine.dismiss(&service, "pipeline_failed-000000", "why").await, Err(DismissError::NoSuchAlert { .. })));
    assert!(matches!(engine.dismiss("none", &id, "why").await, Err(DismissError::NoSuchService { .. })));

    let other = harness.open(true).await;
    other.refresh(None).await;
    let said = engine.dismiss(&service, &id, "its fixture is gone").await.expect("dismissed");
    assert_eq!((said.reason.as_str(), said.alert.as_str()), ("its fixture is gone", id.as_str()));
    let open = |snapshot: &slipway_domain::snapshot::Snapshot| board(snapshot).alerts.iter().any(|a| a.id() == id);
    assert!(!open(&engine.snapshot()) && board(&engine.snapshot()).dismissals == [said.clone()]);
    // The other process takes it over by itself.
    crate::harness::within(Duration::from_secs(20), "the window to take it over", async || {
        other.step().await;
        harness.clock.advance(1.0);
        (!open(&other.snapshot())).then_some(())
    })
    .await;
    assert!(!open(&*other.refresh(None).await), "nor does reading again bring it back");
    drop((engine, other));
    let restarted = harness.engine().await;
    let snapshot = restarted.refresh(None).await;
    assert!(!open(&snapshot) && board(&snapshot).dismissals == [said], "over a restart too");
}
