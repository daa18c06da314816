//! What counts as the same code: artifacts, images, commits.

use crate::harness::{Harness, board, confirm, entry_when, is_settled, roll_back};
use serde_json::json;
use slipway_domain::action::{Action, Code};
use slipway_domain::journal::EntryState;
use slipway_domain::plan::{ConfirmationKind, Verdict};
use slipway_engine::PlanError;

fn promote() -> Action {
    Action::promote("storefront".into(), "staging".into(), "production".into())
}

fn release(environment: &str, code: Code) -> Action {
    Action::release("storefront".into(), environment.into(), code)
}

async fn images(harness: &Harness, are: &str) {
    for environment in ["staging", "production"] {
        harness.world(json!({"images": {"app": format!("storefront-{environment}"), "are": are}})).await;
    }
}

/// Both environments run the same commit, each from a build of its own.
#[tokio::test]
async fn what_runs_already_is_not_promoted() {
    for are in [None, Some("built")] {
        let harness = Harness::healthy().await;
        if let Some(are) = are {
            images(&harness, are).await;
        }
        let engine = harness.engine().await;
        engine.refresh(None).await;
        let plan = engine.plan(promote()).await.expect("a plan");
        let Verdict::Deny(reasons) = plan.verdict() else { panic!("{are:?}: {:?}", plan.verdict()) };
        assert!(reasons.iter().any(|r| r.starts_with("production already runs it: v")), "{are:?}: {reasons:?}");
    }
}

/// Images without a commit: once promoted, their ids tell that production runs them.
#[tokio::test]
async fn images_are_promoted_once() {
    let harness = Harness::healthy().await;
    images(&harness, "pushed").await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let plan = engine.plan(promote()).await.expect("a plan");
    assert!(
        plan.confirmations().iter().any(|c| c.kind == ConfirmationKind::NotKnown && c.text.contains("commit")),
        "{:?}",
        plan.confirmations()
    );
    let entry = confirm(&engine, &plan).await;
    harness.world(json!({"advance": 300})).await;
    let entry = entry_when(&engine, &entry.id, is_settled).await;
    assert_eq!(entry.state, EntryState::Succeeded, "{}", entry.message);
    let again = engine.plan(promote()).await.expect("a plan");
    let Verdict::Deny(reasons) = again.verdict() else { panic!("{:?}", again.verdict()) };
    assert!(reasons.iter().any(|r| r.starts_with("production already runs it")), "{reasons:?}");
}

/// Heroku lists eligible releases of such apps; the same default target as with artifacts.
#[tokio::test]
async fn an_app_of_images_is_rolled_back() {
    for (are, commit_known) in [("built", true), ("pushed", false)] {
        let harness = Harness::healthy().await;
        let with_slugs = {
            let engine = harness.engine().await;
            engine.refresh(None).await;
            engine.plan(roll_back()).await.expect("a plan").rollback.expect("a target")
        };
        images(&harness, are).await;
        let other = tempfile::tempdir().expect("a folder");
        let engine = slipway_engine::Engine::start(harness.options(other.path(), false)).await.expect("the engine starts");
        harness.connect(&engine).await;
        let snapshot = engine.refresh(None).await;
        let shown = board(&snapshot).environments.iter().find(|e| e.name == "production").expect("production").clone();
        assert_eq!(shown.rollback_target, Some(with_slugs.to_version), "{are}: {:?}", shown.rollback_blocked);
        let plan = engine.plan(roll_back()).await.expect("a plan");
        let detail = plan.rollback.clone().expect("a target");
        assert_eq!(detail.to_version, with_slugs.to_version);
        assert_eq!(detail.pull_requests.is_some(), commit_known, "{are}: what leaves is told only where the commits are known");
        assert_eq!(detail.to_commit.is_some(), commit_known);
        let gaps = plan.confirmations().iter().any(|c| c.kind == ConfirmationKind::NotKnown && c.text.contains("is not known"));
        assert_eq!(gaps, !commit_known, "{:?}", plan.confirmations());
        let entry = confirm(&engine, &plan).await;
        harness.world(json!({"advance": 300})).await;
        assert_eq!(entry_when(&engine, &entry.id, is_settled).await.state, EntryState::Succeeded);
    }
}

/// Heroku releases artifacts by their id, and nothing else.
#[tokio::test]
async fn the_code_of_an_image_cannot_be_released_alone() {
    let harness = Harness::healthy().await;
    images(&harness, "built").await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let version = engine.plan(roll_back()).await.expect("a plan").rollback.expect("a target").to_version;
    let refused = engine.plan(release("production", Code::Version { version })).await;
    let Err(PlanError::Impossible(why)) = refused else { panic!("{refused:?}") };
    assert!(why.contains(&format!("v{version} of storefront-production runs an image")), "{why}");
    assert_eq!(harness.mutations("release").await, (0, 0));
}
