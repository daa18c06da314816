//! Promotions and releases of what was built.

use crate::stage::*;
use serde_json::json;
use slipway_domain::plan::{ConfirmationKind, Verdict};
use slipway_domain::shipment::InFlightKind;

#[tokio::test]
async fn a_promotion_after_a_rollback_says_what_ships_again() {
    let stage = Stage::new().await;
    let bad = stage.ship().await;
    stage.roll_back_elsewhere().await;
    let plan = stage.plan(promote()).await;
    assert_eq!((brings(&plan), ships_again(&plan)), (vec![id(bad)], vec![id(bad)]));
    assert!(warnings(&plan).contains(&format!("#{bad} ships again: production was rolled back from it")), "{}", said(&plan));
    let coming = stage.merge().await;
    stage.advance(60).await;
    let plan = stage.plan(promote()).await;
    let over = plan.shipment.ships_over.iter().find(|f| f.kind == InFlightKind::Pipeline);
    assert!(over.is_some_and(|f| f.carries == [coming]), "{:?}", plan.shipment.ships_over);
}

#[tokio::test]
async fn a_build_of_a_failed_pipeline_is_confirmed_by_name() {
    let stage = Stage::new().await;
    stage.harness.world(json!({"fail_next": {"service": SERVICE, "job": "integration"}})).await;
    let number = stage.ship().await;
    let pipeline = stage.newest_pipeline().await;
    let plan = stage.plan(release_build()).await;
    let (objects, text) = asked(&plan, ConfirmationKind::PipelineNotPassed).unwrap_or_else(|| panic!("{:?}", plan.verdict()));
    assert!(objects.contains(&"integration".to_owned()), "{objects:?}");
    assert_eq!(text, format!("Pipeline #{pipeline}, which built it, failed in integration"));
    assert!(matches!(&plan.verdict(), Verdict::Confirm(reasons) if reasons.contains(&text)), "{:?}", plan.verdict());
    assert_eq!(brings(&plan), [id(number)]);
}

#[tokio::test]
async fn a_build_of_a_pipeline_that_runs_is_confirmed() {
    let stage = Stage::new().await;
    stage.merge().await;
    // Built, and not tested yet.
    stage.advance(300).await;
    let plan = stage.plan(release_build()).await;
    let asked = asked(&plan, ConfirmationKind::PipelineNotPassed);
    assert!(asked.as_ref().is_some_and(|(_, text)| text.contains("has not passed: it is running")), "{asked:?}");
}

#[tokio::test]
async fn a_build_that_waits_for_its_approval_is_confirmed_as_such() {
    let stage = Stage::new().await;
    stage.hold_at(&["approve-staging", "approve-production"]).await;
    stage.ship().await;
    let plan = stage.plan(release_build()).await;
    let (objects, text) = asked(&plan, ConfirmationKind::ApprovalOpen).unwrap_or_else(|| panic!("{:?}", plan.verdict()));
    assert!(objects.contains(&"approve-production".to_owned()) && text.contains("reach production"), "{objects:?} {text}");
    assert!(plan.confirmations().iter().all(|c| !c.text.contains("approve-staging")), "that of staging is not asked about");
}

#[tokio::test]
async fn a_build_of_a_pipeline_that_passed_is_not_asked_about() {
    let stage = Stage::new().await;
    stage.ship().await;
    stage.roll_back_elsewhere().await;
    let plan = stage.plan(release_build()).await;
    assert_eq!(asked(&plan, ConfirmationKind::PipelineNotPassed), None);
    assert!(said(&plan).contains("passed"), "{}", said(&plan));
}
