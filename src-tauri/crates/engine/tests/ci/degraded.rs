//! Answers that lack something: only what moves makes a source stale, and what is not needed is lost
//! alone.

use crate::harness::trouble;
use crate::stage::{Stage, WHOLE_PIPELINE, numbered, red};
use serde_json::json;
use slipway_domain::diff::EventKind;
use slipway_domain::snapshot::ServiceState;
use slipway_domain::status::{JobStatus, PipelineStatus};
use slipway_domain::vendor::VendorId;
use slipway_engine::Engine;
use std::path::Path;

#[tokio::test]
async fn one_old_pipeline_whose_jobs_are_gone_stops_nothing() {
    let stage = Stage::circleci().await;
    let mut numbers = Vec::new();
    for _ in 0..4 {
        numbers.push(stage.start(json!({"by": "push"})).await);
        stage.advance(WHOLE_PIPELINE).await;
    }
    // A data folder of its own: nothing is read yet.
    let folder = tempfile::tempdir().expect("a folder");
    stage.make("forget_jobs", json!({"number": numbers[1]})).await;
    let state = read_by_many_runs(&stage, folder.path()).await;
    let read: Vec<u64> = state.pipelines.iter().filter(|p| p.workflows.is_some()).map(|p| p.number).collect();
    assert!(numbers.iter().all(|number| read.contains(number)), "{numbers:?} in {read:?}");
    let forgotten = numbered(&state, numbers[1]);
    assert!(forgotten.status == PipelineStatus::Passed && forgotten.workflows.iter().flatten().all(|w| w.jobs_gone), "{forgotten:?}");
}

/// As programs that stay do: what is unread of the past is theirs to read. Each run reads a little.
async fn read_by_many_runs(stage: &Stage, folder: &Path) -> ServiceState {
    let mut state = None;
    for _ in 0..16 {
        stage.harness.clock.advance(20.0);
        let engine = Engine::start(stage.harness.options(folder, true)).await.expect("an engine");
        if engine.services().is_empty() {
            stage.harness.connect(&engine).await;
        }
        let snapshot = engine.refresh(None).await;
        assert_eq!(trouble(&snapshot, VendorId::new("circleci")), None);
        state = snapshot.service("storefront").cloned();
        engine.stop().await;
    }
    state.expect("the service")
}

/// A whole pipeline that the CI does not know any more, in the way of all older ones.
#[tokio::test]
async fn a_pipeline_that_is_gone_is_remembered_and_the_queue_goes_on() {
    let stage = Stage::circleci().await;
    let mut numbers = Vec::new();
    for _ in 0..4 {
        numbers.push(stage.start(json!({"by": "push"})).await);
        stage.advance(WHOLE_PIPELINE).await;
    }
    let gone = numbered(&stage.look().await, numbers[1]).id.clone();
    let folder = tempfile::tempdir().expect("a folder");
    let path = format!("/api/v2/pipeline/{gone}/workflow");
    stage.harness.faults(json!({"vendor": "circleci", "path": path, "kind": "status", "code": 404})).await;
    let state = read_by_many_runs(&stage, folder.path()).await;
    let read: Vec<u64> = state.pipelines.iter().filter(|p| p.workflows.is_some()).map(|p| p.number).collect();
    assert!(read.contains(&numbers[0]) && !read.contains(&numbers[1]), "{numbers:?} in {read:?}");
    assert_eq!(stage.harness.fired().await, 1, "it is not asked for again");
}

/// The newest pipeline moves, and what it runs cannot be read: that is told.
#[tokio::test]
async fn what_moves_and_cannot_be_read_is_stale() {
    let stage = Stage::circleci().await;
    let number = stage.start(json!({"by": "push"})).await;
    stage.advance(10).await;
    let id = numbered(&stage.look().await, number).id.clone();
    let path = format!("/api/v2/pipeline/{id}/workflow");
    stage.harness.faults(json!({"vendor": "circleci", "path": path, "kind": "status", "code": 404})).await;
    stage.look().await;
    assert!(trouble(&stage.engine.snapshot(), VendorId::new("circleci")).is_some());
}

#[tokio::test]
async fn one_poisoned_record_is_lost_alone() {
    let stage = Stage::circleci().await;
    let failed = stage.start(json!({"by": "push", "fails": true})).await;
    stage.advance(WHOLE_PIPELINE).await;
    assert_eq!(red(&stage.look().await).len(), 1);
    stage.make("poison", json!({"number": failed})).await;
    let night = stage.start(json!({"by": "schedule", "workflows": ["nightly"]})).await;
    stage.advance(WHOLE_PIPELINE).await;
    let state = stage.look().await;
    assert_eq!(trouble(&stage.engine.snapshot(), VendorId::new("circleci")), None);
    assert_eq!(numbered(&state, night).status, PipelineStatus::Passed, "the rest is read");
    assert_eq!(red(&state).len(), 1, "what is not listed any more is not fixed");
    stage.start(json!({"by": "push"})).await;
    stage.advance(WHOLE_PIPELINE).await;
    assert_eq!(red(&stage.look().await), Vec::<String>::new());
}

/// GitHub tells the run and its jobs, and not who approves it.
#[tokio::test]
async fn who_approves_a_run_is_lost_alone() {
    let mut stage = Stage::actions().await;
    stage.make("holds", json!({"names": ["approve-production"]})).await;
    let number = stage.start(json!({"by": "push"})).await;
    stage.harness.faults(json!({"vendor": "github", "path": "*/pending_deployments", "kind": "status", "code": 403})).await;
    stage.advance(WHOLE_PIPELINE).await;
    let state = stage.look().await;
    assert!(!state.stale, "{:?}", state.sources);
    let found = numbered(&state, number);
    assert!(found.status == PipelineStatus::OnHold && found.jobs.iter().any(|job| job.status == JobStatus::OnHold), "{found:?}");
    assert!(!stage.heard().contains(&EventKind::ApprovalWaiting));
    stage.harness.heal().await;
    stage.look().await;
    assert!(stage.heard().contains(&EventKind::ApprovalWaiting));
    // Nor is what became of the approval.
    stage.harness.faults(json!({"vendor": "github", "path": "*/approvals", "kind": "status", "code": 500})).await;
    stage.make("approve", json!({"number": number, "workflow": "Build and release"})).await;
    stage.advance(600).await;
    let state = stage.look().await;
    assert!(!state.stale && numbered(&state, number).status == PipelineStatus::Passed, "{:?}", numbered(&state, number).status);
}
