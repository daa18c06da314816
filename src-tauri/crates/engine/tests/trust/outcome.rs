//! What is said is what happened: applied, the answer lost, and then the world moves on.

use crate::harness::{Harness, confirm, entry_when, is_settled, new_account, revert, roll_back};
use serde_json::{Value, json};
use slipway_domain::journal::{Entry, EntryState, Expectation};
use slipway_domain::plan::Plan;
use slipway_domain::vendor::VendorId;
use slipway_engine::Engine;

/// Applied, its answer lost, and for now reads show the world before it.
async fn lost(harness: &Harness, engine: &Engine, plan: &Plan) -> String {
    harness.faults(json!([{"calls": "writes", "kind": "reset_after"}, {"calls": "reads", "kind": "stale", "seconds": 86400}])).await;
    let entry = confirm(engine, plan).await;
    entry_when(engine, &entry.id, |e| e.message.contains("The answer was lost")).await.id
}

async fn settled(harness: &Harness, engine: &Engine, id: &str) -> Entry {
    harness.heal().await;
    engine.settle_open_intents().await;
    entry_when(engine, id, is_settled).await
}

fn production(what: &Value) -> Value {
    let mut what = what.clone();
    what["app"] = json!("storefront-production");
    what
}

/// Row 34: 31 newer releases, and ours replaced by other code.
#[tokio::test]
async fn a_rollback_is_found_behind_whatever_came_after_it() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let plan = engine.plan(roll_back()).await.expect("a plan");
    let from = plan.rollback.as_ref().expect("a rollback").from_version;
    let id = lost(&harness, &engine, &plan).await;
    harness.world(json!({"advance": 600})).await;
    for n in 0..31 {
        harness.world(json!({"set_config": production(&json!({"vars": {"N": n.to_string()}})), "advance": 60})).await;
    }
    harness.world(json!({"rollback": production(&json!({"to": format!("v{from}")})), "advance": 600})).await;
    let entry = settled(&harness, &engine, &id).await;
    assert_eq!(entry.state, EntryState::Succeeded, "{}", entry.message);
    assert!(entry.message.contains("its id") || entry.message.contains("recognised"), "resemblance is said as such: {}", entry.message);
    let by = entry.replaced_by.expect("what replaced it is named");
    assert!(entry.message.contains(&by.label), "{}", entry.message);
    assert_eq!(harness.mutations("rollback").await.0, 1, "it was sent once");
}

/// Row 34: more than a page of newer pull requests.
#[tokio::test]
async fn a_revert_is_found_behind_newer_pull_requests() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let merged = harness.truth_of("storefront").await["main"][0]["pull_request"].as_u64().expect("a merged one");
    let plan = engine.plan(revert(merged)).await.expect("a plan");
    let id = lost(&harness, &engine, &plan).await;
    harness.world(json!({"open_pulls": {"service": "storefront", "count": 120}})).await;
    let entry = settled(&harness, &engine, &id).await;
    assert_eq!(entry.state, EntryState::Succeeded, "{}", entry.message);
}

/// Row 34: what never arrived is not called failed, however long nothing of it is seen.
#[tokio::test]
async fn what_is_not_seen_stays_unknown() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let plan = engine.plan(roll_back()).await.expect("a plan");
    harness.faults(json!([{"calls": "writes", "kind": "reset_before"}])).await;
    let entry = confirm(&engine, &plan).await;
    entry_when(&engine, &entry.id, |e| e.message.contains("The answer was lost")).await;
    harness.heal().await;
    drop(engine);
    let later = harness.open(false).await;
    for _ in 0..3 {
        harness.clock.advance(3600.0);
        later.settle_open_intents().await;
        let entry = later.journal().expect("a journal").remove(0);
        assert!(entry.is_open() && entry.state != EntryState::Failed, "{:?}: {}", entry.state, entry.message);
    }
}

/// Row 38: its service has another name, or none, by the time it can be read.
#[tokio::test]
async fn an_action_settles_though_its_service_is_gone() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let plan = engine.plan(roll_back()).await.expect("a plan");
    let id = lost(&harness, &engine, &plan).await;
    engine.remove_service("storefront").await.expect("removed");
    harness.world(json!({"advance": 600})).await;
    let entry = settled(&harness, &engine, &id).await;
    assert_eq!(entry.state, EntryState::Succeeded, "{}", entry.message);
    assert_eq!((entry.repo.as_deref(), entry.app.as_deref()), (Some("acme/storefront"), Some("storefront-production")));
}

/// Row 38: its account is gone, so nothing can be read; no other account takes its place.
#[tokio::test]
async fn an_action_whose_account_is_gone_stays_unknown_until_it_is_back() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let plan = engine.plan(roll_back()).await.expect("a plan");
    let id = lost(&harness, &engine, &plan).await;
    let account = plan.account.clone().expect("an account");
    engine.remove_account(&account).await.expect("removed");
    harness.heal().await;
    harness.world(json!({"advance": 600})).await;
    harness.requests_rest("heroku").await;
    let entry = engine.journal().expect("a journal").into_iter().find(|e| e.id == id).expect("it is there");
    assert!(entry.is_open(), "{:?}: {}", entry.state, entry.message);
    engine.add_account(new_account(VendorId::new("heroku"), harness.sandbox.heroku_url(), None)).await.expect("added again");
    let entry = settled(&harness, &engine, &id).await;
    assert_eq!(entry.state, EntryState::Succeeded, "{}", entry.message);
}

/// Row 33: somebody else's release lands between our last read and our request, which no vendor lets
/// us see. The outcome is that of our own release, and it names what it undid.
#[tokio::test]
async fn what_was_overtaken_unseen_is_named() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let plan = engine.plan(roll_back()).await.expect("a plan");
    let verbs = json!({"release": production(&json!({})), "advance": 60});
    harness.faults(json!([{"vendor": "heroku", "method": "POST", "kind": "act_before", "verbs": verbs, "count": 1}])).await;
    let entry = confirm(&engine, &plan).await;
    let answered = entry_when(&engine, &entry.id, |e| e.accepted_at.is_some() || is_settled(e)).await;
    assert!(answered.accepted_at.is_some(), "{}", answered.message);
    harness.heal().await;
    harness.world(json!({"advance": 600})).await;
    let entry = entry_when(&engine, &entry.id, is_settled).await;
    assert_eq!(entry.state, EntryState::Succeeded, "{}", entry.message);
    let [unseen] = &entry.overtook[..] else { panic!("one release was overtaken: {:?}", entry.overtook) };
    assert!(entry.message.contains(&format!("{}, which was not seen, was undone", unseen.label)), "{}", entry.message);
    let Expectation::RolledBack { release: Some(own), after_version, .. } = &entry.expectation else { panic!("our own release is kept") };
    assert_eq!((own.ordinal, unseen.ordinal), (Some(after_version + 2), Some(after_version + 1)));
}

/// Row 33: somebody else rolls back to the same release right after us. Ours is ours by its id.
#[tokio::test]
async fn somebody_elses_like_release_is_not_taken_for_ours() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let plan = engine.plan(roll_back()).await.expect("a plan");
    let to = format!("v{}", plan.rollback.as_ref().expect("a rollback").to_version);
    harness.world(json!({"fail_next_release": {"app": "storefront-production"}})).await;
    let entry = confirm(&engine, &plan).await;
    entry_when(&engine, &entry.id, |e| e.accepted_at.is_some()).await;
    harness.world(json!({"advance": 600})).await;
    harness.world(json!({"rollback": production(&json!({"to": to})), "advance": 600})).await;
    let entry = entry_when(&engine, &entry.id, is_settled).await;
    assert_eq!(entry.state, EntryState::Failed, "ours failed, whatever somebody else's did: {}", entry.message);
}
