//! Several readers of one CI project: two services, and two processes on one data folder.

use crate::harness::board;
use crate::stage::{Stage, WHOLE_PIPELINE, numbered};
use serde_json::json;
use slipway_domain::service::Service;
use slipway_domain::status::PipelineStatus;
use slipway_engine::Engine;

/// Yesterday's pipeline, failed.
async fn failed_yesterday(stage: &Stage) -> u64 {
    let number = stage.start(json!({"by": "push", "fails": true})).await;
    stage.advance(WHOLE_PIPELINE).await;
    stage.make("age_pipeline", json!({"number": number, "seconds": 86_400})).await;
    number
}

#[tokio::test]
async fn two_services_on_one_project_both_see_a_rerun() {
    let stage = Stage::circleci().await;
    let twin = Service { name: "twin".into(), ..stage.engine.services()[0].clone() };
    stage.engine.add_service(twin).await.expect("a service");
    let number = failed_yesterday(&stage).await;
    for _ in 0..3 {
        stage.look().await;
    }
    stage.make("rerun", json!({"number": number})).await;
    stage.advance(WHOLE_PIPELINE).await;
    // One reads after the other has.
    for name in ["storefront", "twin"] {
        stage.harness.clock.advance(60.0);
        stage.engine.refresh(Some(name)).await;
    }
    let snapshot = stage.engine.snapshot();
    for name in ["storefront", "twin"] {
        let state = snapshot.service(name).expect("the service");
        assert_eq!(numbered(state, number).status, PipelineStatus::Passed, "{name}");
    }
}

#[tokio::test]
async fn two_processes_on_one_folder_both_see_a_rerun() {
    let stage = Stage::circleci().await;
    let number = failed_yesterday(&stage).await;
    stage.look().await;
    let other = stage.harness.engine().await;
    let look = async |engine: &Engine| {
        for _ in 0..2 {
            stage.harness.clock.advance(30.0);
            engine.refresh(None).await;
        }
        let snapshot = engine.snapshot();
        numbered(board(&snapshot), number).status
    };
    assert_eq!((look(&stage.engine).await, look(&other).await), (PipelineStatus::Failed, PipelineStatus::Failed));
    stage.make("rerun", json!({"number": number})).await;
    stage.advance(WHOLE_PIPELINE).await;
    assert_eq!(look(&other).await, PipelineStatus::Passed);
    assert_eq!(look(&stage.engine).await, PipelineStatus::Passed, "the other has seen it first");
}

/// A process that has read nothing of the CI for long keeps what another has read since.
#[tokio::test]
async fn an_older_reading_overwrites_nothing() {
    let stage = Stage::circleci().await;
    let number = failed_yesterday(&stage).await;
    stage.look().await;
    let other = stage.harness.engine().await;
    stage.make("rerun", json!({"number": number})).await;
    stage.advance(WHOLE_PIPELINE).await;
    for _ in 0..2 {
        stage.harness.clock.advance(30.0);
        stage.engine.refresh(None).await;
    }
    assert_eq!(numbered(board(&stage.engine.snapshot()), number).status, PipelineStatus::Passed);
    // It reads all but the CI, and keeps its state.
    stage.harness.faults(json!({"vendor": "circleci", "kind": "status", "code": 500})).await;
    other.refresh(None).await;
    stage.harness.heal().await;
    let third = stage.harness.engine().await;
    let kept = third.snapshot();
    assert_eq!(numbered(board(&kept), number).status, PipelineStatus::Passed);
}
