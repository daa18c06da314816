//! Merges that no pipeline follows: foreseen in the plan, missed afterwards.

use crate::harness::{Harness, board, confirm, entry_when, is_settled, merge};
use serde_json::json;
use slipway_domain::alert::{Alert, AlertKind};
use slipway_domain::journal::EntryState;
use slipway_domain::plan::{ConsequenceKind, Plan};
use slipway_domain::snapshot::Snapshot;
use slipway_domain::status::Severity;
use slipway_engine::Engine;

fn missing(snapshot: &Snapshot) -> Option<Alert> {
    board(snapshot).alerts.iter().find(|a| a.kind == AlertKind::NoPipeline).cloned()
}

fn warning(plan: &Plan) -> Option<&str> {
    let found = plan.consequences.iter().find(|c| c.kind == ConsequenceKind::Warning && c.title.contains("no pipeline"));
    found.map(|c| c.title.as_str())
}

async fn titled(harness: &Harness, title: &str) -> u64 {
    let made = harness.world(json!({"open_pull": {"service": "storefront", "title": title, "migration": false}})).await;
    let number = made["open_pull"]["pull_request"].as_u64().expect("a number");
    harness.world(json!({"make_ready": {"service": "storefront", "number": number}})).await;
    number
}

async fn merged(engine: &Engine, number: u64) {
    let plan = engine.plan(merge(number)).await.expect("a plan");
    let entry = confirm(engine, &plan).await;
    assert_eq!(entry_when(engine, &entry.id, is_settled).await.state, EntryState::Succeeded);
}

#[tokio::test]
async fn a_title_that_skips_the_ci_is_foreseen_and_seen() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let (plain, skipping) = (titled(&harness, "Explain the cart").await, titled(&harness, "Explain the cart [skip ci]").await);
    let plan = engine.plan(merge(plain)).await.expect("a plan");
    assert_eq!((warning(&plan), plan.estimate.is_some()), (None, true));
    let plan = engine.plan(merge(skipping)).await.expect("a plan");
    assert_eq!(warning(&plan), Some("CircleCI starts no pipeline for it: the title says [skip ci]"));
    assert_eq!(plan.estimate, None, "nothing takes eight minutes");
    merged(&engine, skipping).await;
    assert_eq!(missing(&*engine.refresh(None).await), None, "not yet");
    harness.clock.advance(200.0);
    let alert = missing(&*engine.refresh(None).await).expect("an alert");
    assert!(alert.message.contains("Its message says [skip ci]."), "{}", alert.message);
    merged(&engine, plain).await;
    assert_eq!(missing(&*engine.refresh(None).await), None, "a newer pipeline carries it");
}

/// CircleCI hears of no push, where every merge before had its pipeline.
#[tokio::test]
async fn a_pipeline_that_never_comes_is_a_problem() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let number = harness.ready_pull().await;
    harness.world(json!({"deaf": {"service": "storefront"}})).await;
    merged(&engine, number).await;
    engine.refresh(None).await;
    harness.clock.advance(200.0);
    let alert = missing(&*engine.refresh(None).await).expect("an alert");
    assert_eq!(alert.subject.pull_request, Some(number));
    assert_eq!(alert.severity, Severity::Problem, "{}", alert.message);
    assert!(alert.message.contains("CircleCI started no pipeline for it."), "{}", alert.message);
    harness.world(json!({"start_pipeline": {"service": "storefront"}})).await;
    assert_eq!(missing(&*engine.refresh(None).await), None);
}
