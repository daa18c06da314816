//! Pipelines that no push started: told apart by what they run.

use crate::stage::{Stage, WHOLE_PIPELINE, numbered, red};
use serde_json::json;
use slipway_domain::action::Action;
use slipway_domain::diff::EventKind;
use slipway_domain::pipeline::Trigger;
use slipway_domain::status::PipelineStatus;

#[tokio::test]
async fn a_nightly_clears_nothing_and_blames_nobody() {
    for mut stage in [Stage::circleci().await, Stage::actions().await] {
        let failed = stage.start(json!({"by": "push", "workflows": [stage.release()], "fails": true})).await;
        stage.advance(WHOLE_PIPELINE).await;
        assert_eq!(red(&stage.look().await).len(), 1);
        assert!(stage.heard().contains(&EventKind::PipelineFailed));
        for by in ["schedule", "api", "manual"] {
            stage.start(json!({"by": by, "workflows": ["nightly"]})).await;
            stage.advance(WHOLE_PIPELINE).await;
            assert_eq!(red(&stage.look().await).len(), 1, "{by}: it passed, and ran other workflows");
            assert!(!stage.heard().contains(&EventKind::Fixed), "{by}");
        }
        // A rerun that runs shows nothing yet.
        stage.make("rerun", json!({"number": failed})).await;
        let again = stage.look().await;
        assert!(red(&again)[0].contains("runs again"), "{:?}", red(&again));
        assert!(!stage.heard().contains(&EventKind::Fixed));
        stage.advance(WHOLE_PIPELINE).await;
        let passed = stage.look().await;
        assert_eq!((red(&passed), numbered(&passed, failed).status), (vec![], PipelineStatus::Passed));
        assert!(stage.heard().contains(&EventKind::Fixed));
        for by in ["schedule", "api", "manual"] {
            let number = stage.start(json!({"by": by, "workflows": ["nightly"], "fails": true})).await;
            stage.advance(WHOLE_PIPELINE).await;
            let state = stage.look().await;
            let found = numbered(&state, number);
            assert_eq!((red(&state), found.runs_push_workflows, found.pull_request), (vec![], Some(false), None), "{by}");
            let heard = stage.heard();
            assert!(heard.contains(&EventKind::OtherPipelineFailed) && !heard.contains(&EventKind::PipelineFailed), "{by}: {heard:?}");
        }
    }
}

#[tokio::test]
async fn what_a_push_runs_counts_whoever_started_it() {
    for mut stage in [Stage::circleci().await, Stage::actions().await] {
        let number = stage.start(json!({"by": "manual", "workflows": [stage.release()], "fails": true})).await;
        stage.advance(WHOLE_PIPELINE).await;
        let state = stage.look().await;
        assert_eq!((red(&state).len(), numbered(&state, number).runs_push_workflows), (1, Some(true)));
        stage.heard();
        stage.start(json!({"by": "schedule", "workflows": [stage.release()]})).await;
        stage.advance(WHOLE_PIPELINE).await;
        assert_eq!(red(&stage.look().await), Vec::<String>::new());
        assert!(stage.heard().contains(&EventKind::Fixed));
    }
}

#[tokio::test]
async fn a_broken_configuration_says_why_and_is_not_run_again() {
    for (stage, reason) in [(Stage::circleci().await, "no job named deploy"), (Stage::actions().await, "file may be broken")] {
        let number = stage.start(json!({"by": "push", "error": "no job named deploy"})).await;
        stage.advance(60).await;
        let state = stage.look().await;
        let text = red(&state).join(" ");
        assert!(text.contains(reason) && text.contains("Push a fix"), "{text}");
        let plan = stage.engine.plan(Action::rerun(stage.service.clone(), numbered(&state, number).id.clone())).await;
        let said = format!("{:?}", plan.expect("a plan").verdict());
        assert!(said.contains(reason) && said.contains("push a fix"), "{said}");
    }
}

#[tokio::test]
async fn pipelines_of_the_github_app_tell_their_commit() {
    let stage = Stage::circleci().await;
    stage.make("github_app", json!({})).await;
    stage.harness.ready_pull().await;
    let number = stage.start(json!({"by": "push", "fails": true})).await;
    let nightly = stage.start(json!({"by": "schedule", "workflows": ["nightly"], "fails": true})).await;
    stage.advance(WHOLE_PIPELINE).await;
    let state = stage.look().await;
    let found = numbered(&state, number);
    assert_eq!((found.commit.as_ref(), found.branch.as_deref()), (Some(&state.main[0].sha), Some("main")));
    assert_eq!((found.trigger, numbered(&state, nightly).trigger), (Some(Trigger::Push), Some(Trigger::Schedule)));
    assert_eq!(red(&state).len(), 1);
    assert!(found.title.is_some());
}

#[tokio::test]
async fn what_was_skipped_says_why() {
    let stage = Stage::circleci().await;
    let number = stage.start(json!({"by": "push", "skipped": true})).await;
    stage.advance(700).await;
    let state = stage.look().await;
    let found = numbered(&state, number);
    assert_eq!(found.status, PipelineStatus::Canceled);
    assert!(found.nothing_ran.as_deref().is_some_and(|why| why.contains("left out every workflow")), "{found:?}");
    assert_eq!(red(&state), Vec::<String>::new());
}
