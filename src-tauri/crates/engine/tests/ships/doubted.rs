//! Merges that are not sent without a question, because what looks green is not shown to be.

use crate::harness::{confirm, entry_when, is_settled, merge};
use crate::stage::*;
use serde_json::json;
use slipway_domain::journal::EntryState;
use slipway_domain::plan::{ConfirmationKind, Plan, Verdict};
use slipway_domain::status::Readiness;
use slipway_engine::Execution;

async fn stage() -> (Stage, u64) {
    let stage = Stage::new().await;
    stage.harness.world(json!({"demands": {"service": SERVICE, "approvals": 0, "checks": []}})).await;
    let number = stage.harness.ready_pull().await;
    (stage, number)
}

async fn set(stage: &Stage, number: u64, verb: &str, mut of: serde_json::Value) {
    (of["service"], of["number"]) = (json!(SERVICE), json!(number));
    stage.harness.world(json!({ verb: of })).await;
}

fn kinds(plan: &Plan) -> Vec<ConfirmationKind> {
    assert!(matches!(plan.verdict(), Verdict::Confirm(_)), "{:?}", plan.verdict());
    plan.confirmations().iter().map(|confirmation| confirmation.kind).collect()
}

fn build(id: u64, workflow: &str, conclusion: &str) -> serde_json::Value {
    json!({"name": "build", "id": id, "app": "github-actions", "workflow": workflow, "event": "push", "conclusion": conclusion})
}

#[tokio::test]
async fn red_beside_green_of_the_same_name_is_asked_about_and_a_later_red_one_again() {
    let (stage, number) = stage().await;
    set(&stage, number, "check_runs", json!({"are": [build(80, "CI", "FAILURE"), build(160, "Release", "SUCCESS")]})).await;
    let board = stage.board().await;
    assert_eq!(board.pull_request(number).map(|pr| pr.readiness), Some(Readiness::Checks));
    let plan = stage.plan(merge(number)).await;
    // That it lacks the checks of other heads is a question of its own.
    assert_eq!(kinds(&plan), [ConfirmationKind::CheckNotGreen, ConfirmationKind::CheckAbsent]);
    // Another check of that name turns red before it is sent: the yes was not to this one.
    set(&stage, number, "check_runs", json!({"are": [build(80, "CI", "FAILURE"), build(160, "Release", "FAILURE")]})).await;
    let answer = stage.engine.execute(&plan.id, None, false, None).await.expect("an answer");
    let Execution::Stale { plan, why } = answer else { panic!("sent: {answer:?}") };
    assert!(why.contains("2 checks failed"), "{why}");
    assert_eq!(stage.harness.truth().await["mutations"], json!([]), "nothing was sent");
    let entry = confirm(&stage.engine, &plan).await;
    assert_eq!(entry_when(&stage.engine, &entry.id, is_settled).await.state, EntryState::Succeeded);
}

#[tokio::test]
async fn a_head_without_checks_is_asked_about_also_by_who_has_never_read_the_branch() {
    let harness = crate::harness::Harness::healthy().await;
    harness.world(json!({"demands": {"service": SERVICE, "approvals": 0, "checks": []}})).await;
    let number = harness.ready_pull().await;
    harness.world(json!({"check_runs": {"service": SERVICE, "number": number, "are": []}})).await;
    let engine = harness.engine().await;
    let plan = engine.plan(merge(number)).await.expect("a plan");
    assert_eq!((kinds(&plan), plan.confirmations()[0].text.as_str()), (vec![ConfirmationKind::CheckAbsent], "No check has reported yet"));
    let entry = confirm(&engine, &plan).await;
    assert_eq!(entry_when(&engine, &entry.id, is_settled).await.state, EntryState::Succeeded);
}

#[tokio::test]
async fn what_other_heads_had_outlives_them_and_the_program() {
    let (stage, number) = stage().await;
    stage.board().await;
    let others: Vec<u64> = stage.board().await.pull_requests.iter().map(|pr| pr.number).filter(|other| *other != number).collect();
    assert!(!others.is_empty());
    for other in others {
        set(&stage, other, "check_runs", json!({"are": []})).await;
    }
    set(&stage, number, "check_runs", json!({"are": []})).await;
    let Stage { harness, engine } = stage;
    engine.stop().await;
    let again = Stage { engine: harness.engine().await, harness };
    let board = again.board().await;
    let pr = board.pull_request(number).expect("it is open");
    assert_eq!((pr.readiness, pr.reasons.as_slice()), (Readiness::Checks, ["No check has reported yet".to_owned()].as_slice()));
}

#[tokio::test]
async fn an_outsiders_head_is_asked_about_once_and_its_merge_is_a_question() {
    let (stage, number) = stage().await;
    set(&stage, number, "outsider", json!({"waiting": ["CI"]})).await;
    let board = stage.board().await;
    let pr = board.pull_request(number).expect("it is open");
    assert_eq!((pr.readiness, pr.reasons[0].as_str()), (Readiness::Checks, "Runs wait for a maintainer's approval"));
    for _ in 0..3 {
        stage.board().await;
    }
    let truth = stage.harness.truth().await;
    let runs = &truth["requests"]["github"]["kinds"]["GET /repos/{owner}/{repo}/actions/runs"]["count"];
    assert_eq!(*runs, json!(1), "{}", truth["requests"]["github"]);
    let plan = stage.plan(merge(number)).await;
    assert_eq!(kinds(&plan), [ConfirmationKind::CheckAbsent]);
    let entry = confirm(&stage.engine, &plan).await;
    assert_eq!(entry_when(&stage.engine, &entry.id, is_settled).await.state, EntryState::Succeeded);
}
