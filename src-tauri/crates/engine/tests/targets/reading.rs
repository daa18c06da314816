//! What the board says of a branch that was renamed or reset, of merges, and of a host that is slow.

use crate::harness::{Harness, board, confirm, entry_when, is_settled, revert};
use serde_json::{Value, json};
use slipway_domain::action::Action;
use slipway_domain::alert::AlertKind;
use slipway_domain::diff::EventKind;
use slipway_domain::journal::EntryState;
use slipway_domain::plan::{Plan, Request, Verdict};
use slipway_domain::snapshot::{Snapshot, Source};
use slipway_engine::{Change, Engine};
use std::sync::Arc;
use tokio::sync::broadcast::Receiver;

fn news(changes: &mut Receiver<Arc<Change>>) -> Vec<(EventKind, String)> {
    let mut told = Vec::new();
    while let Ok(change) = changes.try_recv() {
        let of = |kind| matches!(kind, EventKind::Merged | EventKind::BranchReset | EventKind::LeftQueue | EventKind::AutoMergeOff);
        told.extend(change.events.iter().filter(|e| of(e.kind)).map(|e| (e.kind, e.message.clone())));
    }
    told
}

async fn opened(harness: &Harness, with: Value) -> u64 {
    let mut of = json!({"service": "storefront"});
    of.as_object_mut().expect("an object").extend(with.as_object().expect("an object").clone());
    let made = harness.world(json!({ "open_pull": of, "advance": 5 })).await;
    made["open_pull"]["pull_request"].as_u64().expect("a number")
}

async fn merged(harness: &Harness, title: &str, method: &str) -> u64 {
    let number = opened(harness, json!({ "title": title })).await;
    harness.world(json!({"merge": {"service": "storefront", "number": number, "method": method}})).await;
    number
}

fn reasons(plan: &Plan) -> String {
    match &plan.verdict() {
        Verdict::Allow => String::new(),
        Verdict::Confirm(reasons) => format!("confirm: {}", reasons.join("; ")),
        Verdict::Deny(reasons) => format!("deny: {}", reasons.join("; ")),
    }
}

#[tokio::test]
async fn a_merge_is_told_once_however_many_commits_it_brings() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let mut changes = engine.changes();
    let number = merged(&harness, "Three commits", "merge").await;
    harness.world(json!({"other_bases": {"service": "storefront", "count": 3, "base": "release"}})).await;
    engine.refresh(None).await;
    engine.refresh(None).await;
    assert_eq!(news(&mut changes), [(EventKind::Merged, format!("#{number} merged: Three commits"))]);
    // The link between a commit and its pull request comes later.
    harness.world(json!({"late_links": {"service": "storefront", "on": true}})).await;
    let late = merged(&harness, "Late link", "squash").await;
    engine.refresh(None).await;
    harness.world(json!({"late_links": {"service": "storefront", "on": false}})).await;
    engine.refresh(None).await;
    engine.refresh(None).await;
    assert_eq!(news(&mut changes), [(EventKind::Merged, format!("#{late} merged: Late link"))]);
}

#[tokio::test]
async fn a_reset_branch_is_an_event_and_old_merges_are_none() {
    for amend in [false, true] {
        let harness = Harness::healthy().await;
        let number = merged(&harness, "Will be lost", "squash").await;
        let engine = harness.engine().await;
        engine.refresh(None).await;
        let mut changes = engine.changes();
        harness.world(json!({"reset_main": {"service": "storefront", "back": 1, "amend": amend}})).await;
        engine.refresh(None).await;
        engine.refresh(None).await;
        let told = news(&mut changes);
        assert_eq!(told.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [EventKind::BranchReset], "{told:?}");
        assert!(told[0].1.contains("main no longer contains") && told[0].1.contains(&format!("#{number}")), "{told:?}");
    }
}

#[tokio::test]
async fn a_renamed_branch_is_named_and_the_board_stays_as_it_was() {
    let harness = Harness::healthy().await;
    let number = merged(&harness, "Under the old name", "squash").await;
    let engine = harness.engine().await;
    let before = engine.refresh(None).await;
    harness.world(json!({"rename_main": {"service": "storefront", "name": "trunk"}})).await;
    let after = engine.refresh(None).await;
    let (was, is) = (board(&before), board(&after));
    assert_eq!((&is.main, is.open_pull_requests, is.pull_requests.len()), (&was.main, was.open_pull_requests, was.pull_requests.len()));
    let code = |snapshot: &Snapshot| board(snapshot).source(&Source::Code).cloned().expect("it was read");
    assert!(is.stale && code(&after).error.is_some());
    assert_eq!(code(&after).observed_at, code(&before).observed_at, "what is shown is as old as it is");
    let alert = is.alerts.iter().find(|alert| alert.kind == AlertKind::BranchRenamed).expect("it is said");
    assert!(alert.message.contains("slipway service set storefront --branch trunk"), "{}", alert.message);

    let mut service = is.config.clone();
    service.branch = "trunk".into();
    engine.edit_service(&is.config, service).await.expect("the service follows the new name");
    let followed = engine.refresh(None).await;
    let now = board(&followed);
    assert!(!now.stale && now.alerts.iter().all(|alert| alert.kind != AlertKind::BranchRenamed));
    assert_eq!(now.open_pull_requests, was.open_pull_requests);
    assert!(now.main.iter().any(|commit| commit.pull_request == Some(number)));
    let plan = engine.plan(revert(number)).await.expect("a plan");
    assert_eq!(reasons(&plan), "", "what was merged under the former name is the branch's own");
}

#[tokio::test]
async fn another_revert_is_found_by_its_whole_number_and_how_it_stands() {
    let harness = Harness::healthy().await;
    let number = merged(&harness, "One", "squash").await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let ask = async || reasons(&engine.plan(revert(number)).await.expect("a plan"));
    opened(&harness, json!({"body": format!("Reverts acme/storefront#{number}0")})).await;
    opened(&harness, json!({"body": format!("Reverts acme/storefront#1{number}")})).await;
    assert_eq!(ask().await, "", "another number that begins, or ends, alike");
    let other = opened(&harness, json!({"body": format!("Reverts acme/storefront#{number}")})).await;
    assert_eq!(ask().await, format!("confirm: #{other} already reverts it and is open"));
    harness.world(json!({"open_pulls": {"service": "storefront", "count": 60}})).await;
    assert_eq!(ask().await, format!("confirm: #{other} already reverts it and is open"), "beyond the newest 50");
    harness.world(json!({"merge": {"service": "storefront", "number": other}})).await;
    assert!(ask().await.starts_with(&format!("confirm: #{other} already reverted it and is merged")));
}

#[tokio::test]
async fn a_revert_of_the_longest_title_is_opened() {
    let harness = Harness::healthy().await;
    let number = merged(&harness, &"ü".repeat(250), "squash").await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let plan = engine.plan(revert(number)).await.expect("a plan");
    let Some(Request::Revert { title, .. }) = plan.request() else { panic!("a revert") };
    assert!(title.ends_with("ü…\"") && title.chars().count() == 256, "{title}");
    let entry = confirm(&engine, &plan).await;
    assert_eq!(entry_when(&engine, &entry.id, is_settled).await.state, EntryState::Succeeded);
}

#[tokio::test]
async fn workflow_files_need_their_scope_before_anything_is_sent() {
    for (scopes, refused) in [(json!(["repo"]), true), (json!(["repo", "workflow"]), false), (json!(null), false)] {
        let harness = Harness::healthy().await;
        let touching = opened(&harness, json!({"paths": [".github/workflows/ci.yml"]})).await;
        let plain = opened(&harness, json!({})).await;
        let landed = opened(&harness, json!({"paths": [".github/workflows/ci.yml"]})).await;
        let behind = opened(&harness, json!({})).await;
        harness.world(json!({"merge": {"service": "storefront", "number": landed}})).await;
        harness.world(json!({"behind": {"service": "storefront", "number": behind}})).await;
        harness.world(json!({"token": {"vendor": "github", "scopes": scopes}})).await;
        let engine = harness.engine().await;
        engine.refresh(None).await;
        let merge = |number| Action::merge("storefront".into(), number, None);
        let update = Action::update_branch("storefront".into(), behind);
        let ask = async |action: Action| reasons(&engine.plan(action).await.expect("a plan"));
        for action in [merge(touching), revert(landed), update] {
            let said = ask(action.clone()).await;
            assert_eq!(said.contains("lacks the workflow scope"), refused, "{scopes} {action:?}: {said}");
            assert_eq!(said.starts_with("deny: "), refused, "{scopes} {action:?}: {said}");
        }
        // A fine-grained token tells no scopes, and reads no check runs.
        let doubt = if scopes.is_null() { "confirm: Check runs cannot be read with this token" } else { "" };
        assert_eq!(ask(merge(plain)).await, doubt, "{scopes}");
    }
}

/// A page that cannot be read costs that page alone, and nothing of it is taken for closed.
#[tokio::test]
async fn pull_requests_of_a_page_that_fails_stay_as_they_were() {
    let harness = Harness::healthy().await;
    harness.world(json!({"open_pulls": {"service": "storefront", "count": 60}})).await;
    let engine = harness.engine().await;
    let before = engine.refresh(None).await;
    let numbers = |snapshot: &Snapshot| board(snapshot).pull_requests.iter().map(|pr| pr.number).collect::<std::collections::BTreeSet<_>>();
    let mut changes = engine.changes();
    harness.faults(json!({"vendor": "github", "operation": "MorePullRequests", "kind": "status", "code": 502})).await;
    let added = opened(&harness, json!({})).await;
    let after = engine.refresh(None).await;
    let mut expected = numbers(&before);
    expected.insert(added);
    assert_eq!(numbers(&after), expected);
    assert!(board(&after).stale);
    harness.heal().await;
    assert_eq!(numbers(&*engine.refresh(None).await), expected);
    let mut told = Vec::new();
    while let Ok(change) = changes.try_recv() {
        told.extend(change.events.iter().filter(|e| e.kind == EventKind::PullRequestOpened).filter_map(|e| e.subject.pull_request));
    }
    assert_eq!(told, [added], "what was known all along is not opened anew");
}

/// The size that worked outlives the process, or each one would begin with pages that fail.
#[tokio::test]
async fn the_size_of_pages_is_kept() {
    let harness = Harness::healthy().await;
    harness.world(json!({"heavy": {"nodes": 1500}})).await;
    let engine: Engine = harness.engine().await;
    let first = engine.refresh(None).await;
    assert!(!board(&first).stale, "{:?}", board(&first).sources);
    drop(engine);
    let engine = harness.engine().await;
    let before = harness.requests("github").await;
    engine.refresh(None).await;
    let second = harness.requests("github").await - before;
    let before = harness.requests("github").await;
    engine.refresh(None).await;
    assert_eq!(second, harness.requests("github").await - before, "no page failed in the second run");
}
