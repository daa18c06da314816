//! Merge methods that can work, and mergeability that GitHub still works out.

use crate::harness::{Harness, confirm, entry_when, is_settled, merge};
use serde_json::json;
use slipway_domain::action::Action;
use slipway_domain::journal::EntryState;
use slipway_domain::plan::{Plan, Request, Verdict};
use slipway_domain::status::MergeMethod;
use slipway_engine::Engine;
use std::time::Duration;

fn merge_by(number: u64, method: MergeMethod) -> Action {
    Action::merge("storefront".into(), number, Some(method))
}

fn method(plan: &Plan) -> Option<MergeMethod> {
    match plan.request() {
        Some(Request::Merge { method, .. }) => Some(*method),
        _ => None,
    }
}

async fn set(harness: &Harness, settings: serde_json::Value) {
    let mut of = json!({"service": "storefront"});
    of.as_object_mut().expect("an object").extend(settings.as_object().expect("an object").clone());
    harness.world(json!({"repository": of})).await;
}

async fn started() -> (Harness, Engine, u64) {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let number = harness.ready_pull().await;
    (harness, engine, number)
}

/// Merge commits are allowed by the repository and refused by the branch.
#[tokio::test]
async fn into_a_linear_history_no_merge_commit_is_planned() {
    let (harness, engine, number) = started().await;
    for demanded_by in ["protection", "ruleset"] {
        set(&harness, json!({"methods": ["merge", "rebase"], "linear_history": demanded_by})).await;
        let plan = engine.plan(merge(number)).await.expect("a plan");
        assert_eq!((method(&plan), &plan.verdict()), (Some(MergeMethod::Rebase), &Verdict::Allow), "{demanded_by}");
        let refused = engine.plan(merge_by(number, MergeMethod::Merge)).await.expect("a plan");
        let words = "main demands a linear history, which a merge commit breaks; rebase can work".to_owned();
        assert_eq!(refused.verdict(), Verdict::Deny(vec![words]), "{demanded_by}");
    }
    let shown = engine.refresh(None).await;
    assert_eq!(shown.services[0].merge_methods, [MergeMethod::Rebase]);
    let plan = engine.plan(merge(number)).await.expect("a plan");
    let entry = confirm(&engine, &plan).await;
    assert_eq!(entry_when(&engine, &entry.id, is_settled).await.state, EntryState::Succeeded);
}

#[tokio::test]
async fn what_cannot_be_rebased_is_not_rebased() {
    let (harness, engine, number) = started().await;
    set(&harness, json!({"methods": ["merge", "rebase"], "linear_history": null})).await;
    harness.world(json!({"rebaseable": {"service": "storefront", "number": number, "on": false}})).await;
    let refused = engine.plan(merge_by(number, MergeMethod::Rebase)).await.expect("a plan");
    assert_eq!(refused.verdict(), Verdict::Deny(vec![format!("GitHub says that #{number} cannot be rebased; merge can work")]));
    assert_eq!(method(&engine.plan(merge(number)).await.expect("a plan")), Some(MergeMethod::Merge));
}

/// The rule comes after the last read, which GitHub answers as it was.
#[tokio::test]
async fn a_refused_method_is_answered_with_one_that_would_work() {
    let (harness, engine, number) = started().await;
    set(&harness, json!({"methods": ["merge", "rebase"]})).await;
    let plan = engine.plan(merge_by(number, MergeMethod::Merge)).await.expect("a plan");
    harness.faults(json!({"vendor": "github", "kind": "lag", "seconds": 600})).await;
    engine.plan(merge_by(number, MergeMethod::Merge)).await.expect("what is answered from now on");
    set(&harness, json!({"linear_history": "ruleset"})).await;
    let entry = confirm(&engine, &plan).await;
    let entry = entry_when(&engine, &entry.id, is_settled).await;
    assert_eq!(entry.state, EntryState::Failed);
    assert!(entry.message.contains("405") && entry.message.ends_with("; rebase can work"), "{}", entry.message);
    assert_eq!(harness.mutations("merge").await, (1, 0), "asked once");
}

/// Right after another merge GitHub does not know yet: it is asked again, by reads alone.
#[tokio::test]
async fn mergeability_that_is_worked_out_is_waited_for() {
    let (harness, engine, first) = started().await;
    let second = harness.ready_pull().await;
    set(&harness, json!({"recheck_seconds": 3})).await;
    harness.world(json!({"merge": {"service": "storefront", "number": first}})).await;
    let asked = harness.requests("github").await;
    let unwilling = engine.plan_within(merge(second), Duration::ZERO).await.expect("a plan");
    assert_eq!(unwilling.verdict(), Verdict::Deny(vec!["GitHub is still working out whether it merges".into()]));
    assert!(harness.requests("github").await <= asked + 2, "a caller without time waits for nothing");
    let plan = engine.plan(merge(second)).await.expect("a plan");
    assert_eq!(plan.verdict(), Verdict::Allow);
    let entry = confirm(&engine, &plan).await;
    assert_eq!(entry_when(&engine, &entry.id, is_settled).await.state, EntryState::Succeeded);
}

/// What never settles is denied in the end, after a bounded number of reads.
#[tokio::test]
async fn mergeability_that_stays_unknown_is_said() {
    let (harness, engine, first) = started().await;
    let second = harness.ready_pull().await;
    set(&harness, json!({"recheck_seconds": 3600})).await;
    harness.world(json!({"merge": {"service": "storefront", "number": first}})).await;
    let asked = harness.requests("github").await;
    let plan = engine.plan_within(merge(second), Duration::from_secs(2)).await.expect("a plan");
    assert_eq!(plan.verdict(), Verdict::Deny(vec!["GitHub is still working out whether it merges".into()]));
    let reads = harness.requests("github").await - asked;
    assert!((3..=8).contains(&reads), "{reads} reads");
}
