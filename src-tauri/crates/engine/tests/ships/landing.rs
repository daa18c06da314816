//! Merges, and what the board says after a rollback.

use crate::harness::{merge, revert, roll_back};
use crate::stage::*;
use serde_json::json;
use slipway_domain::alert::AlertKind;
use slipway_domain::plan::Verdict;
use slipway_domain::shipment::InFlightKind;

#[tokio::test]
async fn a_merge_names_what_is_merged() {
    let stage = Stage::new().await;
    let number = stage.harness.ready_pull().await;
    let pull = stage.harness.pull(number).await;
    let plan = stage.plan(merge(number)).await;
    assert_eq!(brings(&plan), [id(number)]);
    let change = &plan.shipment.brings[0];
    assert_eq!(Some(change.title.as_str()), pull["title"].as_str());
    assert!(change.author.is_some() && change.url.is_some(), "{change:?}");
    assert!(change.approvals.is_some_and(|n| n > 0) && change.checks.is_some_and(|c| c.passed > 0), "{change:?}");
    let said = said(&plan);
    for part in [change.title.as_str(), "passed", "approval", change.url.as_deref().unwrap_or_default()] {
        assert!(said.contains(part), "{part:?} in {said}");
    }
    assert!(plan.seen.contains(&change.title), "the journal names it: {}", plan.seen);
    assert_eq!((plan.verdict(), warnings_of_shipping(&said)), (Verdict::Allow, false));
}

fn warnings_of_shipping(said: &str) -> bool {
    said.contains("again") || said.contains("hurt") || said.contains("could not be read")
}

#[tokio::test]
async fn after_a_rollback_a_merge_says_what_ships_again() {
    let stage = Stage::new().await;
    let bad = stage.ship().await;
    stage.roll_back_elsewhere().await;
    let next = stage.harness.ready_pull().await;
    let plan = stage.plan(merge(next)).await;
    assert_eq!(ships_again(&plan), [id(bad)]);
    assert!(plan.shipment.ships_again.iter().all(|c| c.known && c.environment == "production"), "{:?}", plan.shipment.ships_again);
    let warned = warnings(&plan);
    assert!(warned.contains(&format!("#{bad} ships again: production was rolled back from it")), "{warned}");
    let board = stage.board().await;
    let behind = board.alerts.iter().find(|a| a.kind == AlertKind::RolledBack).unwrap_or_else(|| panic!("{:?}", board.alerts));
    assert!(behind.message.contains(&format!("Production is behind main: rolled back from #{bad}")), "{}", behind.message);

    // What reverts it does not ship it again, and neither does what comes after.
    let reverted = stage.plan(revert(bad)).await;
    let entry = crate::harness::confirm(&stage.engine, &reverted).await;
    crate::harness::entry_when(&stage.engine, &entry.id, crate::harness::is_settled).await;
    let truth = stage.harness.truth_of(SERVICE).await;
    let opened = truth["pull_requests"].as_array().into_iter().flatten().filter_map(|p| p["number"].as_u64()).max().expect("the revert");
    stage.harness.world(json!({"make_ready": {"service": SERVICE, "number": opened}})).await;
    let plan = stage.plan(merge(opened)).await;
    assert_eq!(ships_again(&plan), Vec::<String>::new(), "{}", said(&plan));
    stage.land(opened).await;
    let plan = stage.plan(merge(next)).await;
    assert_eq!(ships_again(&plan), Vec::<String>::new(), "the revert is on the branch: {}", said(&plan));
    stage.settle().await;
    let board = stage.board().await;
    assert!(board.alerts.iter().all(|a| a.kind != AlertKind::RolledBack), "its revert is live: {:?}", board.alerts);
}

#[tokio::test]
async fn a_revert_of_the_revert_ships_it_again() {
    let stage = Stage::new().await;
    let bad = stage.ship().await;
    stage.roll_back_elsewhere().await;
    let body = format!("Reverts acme/storefront#{bad}");
    let open = async |title: &str, body: &str| {
        let made = stage.harness.world(json!({"open_pull": {"service": SERVICE, "title": title, "body": body, "ready": true}})).await;
        made["open_pull"]["pull_request"].as_u64().expect("a number")
    };
    let taking_out = open("Take it out", &body).await;
    stage.land(taking_out).await;
    let again = open("And in again", &format!("Reverts acme/storefront#{taking_out}")).await;
    stage.harness.world(json!({"make_ready": {"service": SERVICE, "number": again}})).await;
    assert_eq!(ships_again(&stage.plan(merge(again)).await), [id(bad)]);
}

#[tokio::test]
async fn a_merge_while_production_is_hurt_says_so() {
    let stage = Stage::new().await;
    let number = stage.harness.ready_pull().await;
    // Since the board was read.
    stage.harness.world(json!({"dynos": {"app": PRODUCTION, "state": "crashed"}})).await;
    let plan = stage.plan(merge(number)).await;
    assert!(warnings(&plan).contains("Production is hurt"), "{}", said(&plan));
}

#[tokio::test]
async fn a_rollback_says_what_ships_over_it() {
    let stage = Stage::new().await;
    let live = stage.ship().await;
    let coming = stage.merge().await;
    stage.advance(60).await;
    let pipeline = stage.newest_pipeline().await;
    let plan = stage.plan(roll_back()).await;
    assert_eq!(takes_out(&plan), [id(live)]);
    let over = plan.shipment.ships_over.iter().find(|f| f.kind == InFlightKind::Pipeline).unwrap_or_else(|| panic!("{}", said(&plan)));
    assert_eq!((over.label.clone(), over.waits_for.clone()), (format!("Pipeline #{pipeline}"), None));
    assert!(over.carries.contains(&coming), "{over:?}");
    assert!(over.ships_in_seconds.is_some(), "its usual time is known: {over:?}");
    let warned = warnings(&plan);
    assert!(warned.contains(&format!("Pipeline #{pipeline} ships over this in about")), "{warned}");
    assert!(warned.contains(&format!("#{coming}")) && warned.contains("Cancel it or hold it first"), "{warned}");
    stage.settle().await;
    let plan = stage.plan(roll_back()).await;
    assert!(plan.shipment.ships_over.is_empty(), "nothing is in flight: {:?}", plan.shipment.ships_over);
}

#[tokio::test]
async fn a_rollback_says_what_waits_for_an_approval() {
    let stage = Stage::new().await;
    stage.ship().await;
    stage.hold_at(&["approve-release"]).await;
    let waiting = stage.ship().await;
    let plan = stage.plan(roll_back()).await;
    let over = &plan.shipment.ships_over;
    assert_eq!(over.len(), 1, "{over:?}");
    assert_eq!(over[0].waits_for.as_deref(), Some("approval of approve-release"));
    assert!(over[0].carries.contains(&waiting), "{over:?}");
    assert!(warnings(&plan).contains("waits for approval of approve-release, and would then ship over this"), "{}", said(&plan));
}
