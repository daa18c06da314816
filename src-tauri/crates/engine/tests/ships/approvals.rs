//! Approvals and reruns: what they release, where, and what they take out; and which hold is meant.

use crate::harness::{confirm, entry_when, is_settled};
use crate::stage::*;
use serde_json::json;
use slipway_domain::action::Action;
use slipway_domain::alert::AlertKind;
use slipway_domain::plan::{ConfirmationKind, Request};
use slipway_domain::service::CiProject;
use slipway_domain::status::Mark;
use slipway_domain::vendor::VendorId;
use slipway_engine::PlanError;
use slipway_sandbox::Scenario;

#[tokio::test]
async fn an_approval_lists_what_it_releases_and_where() {
    let stage = Stage::new().await;
    stage.hold_at(&["approve-release"]).await;
    let made = stage.harness.world(json!({"open_pull": {"service": SERVICE, "title": "Currency", "migration": true, "ready": true}})).await;
    let number = made["open_pull"]["pull_request"].as_u64().expect("a number");
    stage.land(number).await;
    stage.settle().await;
    let pipeline = stage.newest_pipeline().await;
    let plan = stage.plan(approve(pipeline, None)).await;
    assert_eq!((brings(&plan), takes_out(&plan)), (vec![id(number)], vec![]));
    let said = said(&plan);
    for part in ["production (storefront-production)", "staging (storefront-staging)", "Currency", "migration", "db/migrate"] {
        assert!(said.contains(part), "{part:?} in {said}");
    }
    let board = stage.board().await;
    assert!(board.alerts.iter().any(|a| a.kind == AlertKind::ApprovalWaiting), "{:?}", board.alerts);
}

#[tokio::test]
async fn an_older_hold_takes_newer_code_out_and_makes_no_alert() {
    let stage = Stage::new().await;
    stage.hold_at(&["approve-release"]).await;
    let older = stage.ship().await;
    let pipeline = stage.newest_pipeline().await;
    stage.hold_at(&[]).await;
    let newer = stage.ship().await;
    let plan = stage.plan(approve(pipeline, None)).await;
    assert_eq!(takes_out(&plan), [id(newer)], "{}", said(&plan));
    assert_eq!(brings(&plan), Vec::<String>::new(), "#{older} is live with what came after it");
    let (objects, text) = asked(&plan, ConfirmationKind::CodeLeaves).unwrap_or_else(|| panic!("{:?}", plan.verdict()));
    assert_eq!(objects, [id(newer)]);
    assert!(text.contains("out of"), "{text}");
    let board = stage.board().await;
    assert!(board.alerts.iter().all(|a| a.kind != AlertKind::ApprovalWaiting), "{:?}", board.alerts);
    assert_ne!(board.mark, Mark::Waits);
}

#[tokio::test]
async fn a_rerun_of_an_older_pipeline_says_what_it_takes_out() {
    let stage = Stage::new().await;
    stage.harness.world(json!({"fail_next": {"service": SERVICE, "job": "integration"}})).await;
    stage.ship().await;
    let pipeline = stage.newest_pipeline().await;
    let newer = stage.ship().await;
    let plan = stage.plan(rerun(pipeline)).await;
    assert_eq!(takes_out(&plan), [id(newer)], "{}", said(&plan));
    assert!(asked(&plan, ConfirmationKind::CodeLeaves).is_some(), "{:?}", plan.verdict());
}

#[tokio::test]
async fn of_two_holds_one_is_named() {
    let stage = Stage::new().await;
    stage.hold_at(&["approve-staging", "approve-production"]).await;
    stage.ship().await;
    let pipeline = stage.newest_pipeline().await;
    match stage.engine.plan(approve(pipeline, None)).await {
        Err(PlanError::Ambiguous(text)) => assert!(text.contains("approve-staging") && text.contains("approve-production"), "{text}"),
        other => panic!("it is not known which is meant: {other:?}"),
    }
    let by_environment = stage.plan(approve(pipeline, Some("production"))).await;
    let by_job = stage.plan(approve(pipeline, Some("approve-production"))).await;
    assert_eq!(by_environment.request(), by_job.request());
    assert!(by_job.title.contains("approve-production"), "{}", by_job.title);
    let text = said(&by_job);
    assert!(text.contains("storefront-production") && !text.contains("storefront-staging"), "{text}");
    let plan = stage.plan(approve(pipeline, Some("approve-staging"))).await;
    let entry = confirm(&stage.engine, &plan).await;
    entry_when(&stage.engine, &entry.id, is_settled).await;
    let truth = stage.harness.truth_of(SERVICE).await;
    assert_eq!(
        (status(&truth, "approve-staging").as_deref(), status(&truth, "approve-production").as_deref()),
        (Some("success"), Some("on_hold"))
    );
    let board = stage.board().await;
    let waiting = board.alerts.iter().find(|a| a.kind == AlertKind::ApprovalWaiting).unwrap_or_else(|| panic!("{:?}", board.alerts));
    assert!(waiting.message.contains("approve-production") && !waiting.message.contains("approve-staging"), "{}", waiting.message);
}

#[tokio::test]
async fn of_two_environments_of_one_run_one_is_named() {
    let harness = crate::harness::Harness::with(Scenario::SideBySide, 1.0, 0).await;
    let info = harness.sandbox.services().iter().find(|s| s.ci_kind == "github-actions").expect("one on GitHub Actions").clone();
    let service = slipway_domain::service::Service {
        ci: Some(CiProject { provider: VendorId::new("github"), project: info.ci.clone() }),
        ..crate::harness::service(&info)
    };
    let engine = harness.engine().await;
    engine.add_service(service).await.expect("a service");
    harness.world(json!({"holds": {"service": info.name, "names": ["approve-staging", "approve-production"]}})).await;
    harness.world(json!({"start_pipeline": {"service": info.name}})).await;
    harness.world(json!({"advance": 1500})).await;
    let board = engine.refresh(None).await;
    let state = board.service(&info.name).expect("the service");
    let pipeline = state.pipelines.first().expect("a pipeline").id.clone();
    let approve = |job: Option<&str>| Action::approve(info.name.clone(), pipeline.clone(), job.map(str::to_owned));
    match engine.plan(approve(None)).await {
        Err(PlanError::Ambiguous(text)) => assert!(text.contains("staging") && text.contains("production"), "{text}"),
        other => panic!("it is not known which is meant: {other:?}"),
    }
    let staging = engine.plan(approve(Some("staging"))).await.expect("a plan");
    let production = engine.plan(approve(Some("production"))).await.expect("a plan");
    let of = |plan: &slipway_domain::plan::Plan| match plan.request() {
        Some(Request::Approve { approval_id, .. }) => approval_id.clone(),
        other => panic!("not an approval: {other:?}"),
    };
    assert_ne!(of(&staging), of(&production));
    let entry = confirm(&engine, &staging).await;
    entry_when(&engine, &entry.id, is_settled).await;
    let left = engine.plan(approve(None)).await.expect("only one is left");
    assert_eq!(of(&left), of(&production));
}
