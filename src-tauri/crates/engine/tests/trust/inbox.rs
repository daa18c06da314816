//! The inbox of one data folder: shared by its processes, over restarts, and closed by what is read.

use crate::harness::{Harness, board, confirm, within};
use serde_json::json;
use slipway_domain::action::Action;
use slipway_domain::inbox::{DoneHow, InboxChange, InboxItem, InboxKind};
use slipway_engine::{Engine, InboxError};
use std::time::Duration;

/// An item of this kind, once a read has opened it.
async fn item(harness: &Harness, engine: &Engine, kind: InboxKind) -> InboxItem {
    within(Duration::from_secs(60), "an item", async || {
        harness.world(json!({"advance": 60})).await;
        engine.refresh(None).await;
        engine.caught_up().await.inbox.iter().find(|item| item.kind == kind && item.is_open()).cloned()
    })
    .await
}

fn found(items: &[InboxItem], id: &str) -> InboxItem {
    items.iter().find(|item| item.id == id).cloned().expect("the item")
}

async fn failed(harness: &Harness, engine: &Engine) -> InboxItem {
    let number = harness.ready_pull().await;
    let plan = engine.plan(crate::harness::merge(number)).await.expect("a plan");
    confirm(engine, &plan).await;
    item(harness, engine, InboxKind::FailedOnBranch).await
}

#[tokio::test]
async fn what_is_done_in_one_process_is_done_in_the_other_and_after_a_restart() {
    let harness = Harness::with(slipway_sandbox::Scenario::FailingTests, 60.0, 7).await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let opened = failed(&harness, &engine).await;
    assert_eq!(opened.service.as_deref(), Some("storefront"));
    assert!(opened.action.is_some() && opened.read_at.is_none(), "{opened:?}");

    let other = harness.open(false).await;
    other.refresh(None).await;
    let same = found(&other.caught_up().await.inbox, &opened.id);
    assert!(same.is_open(), "both have one item for it");
    let copies = other.snapshot().inbox.iter().filter(|item| item.cause == opened.cause).count();
    assert_eq!(copies, 1);

    engine.change_inbox(vec![opened.id.clone()], InboxChange::Read).await.expect("read");
    engine.change_inbox(vec![opened.id.clone()], InboxChange::Done).await.expect("done");
    assert!(!found(&engine.snapshot().inbox, &opened.id).is_open(), "at once in the process that did it");
    let refused = engine.change_inbox(vec![opened.id.clone()], InboxChange::Done).await;
    assert!(matches!(refused, Err(InboxError::Refused(_))), "{refused:?}");
    let unknown = engine.change_inbox(vec!["nothing-00000000".into()], InboxChange::Done).await;
    assert!(matches!(unknown, Err(InboxError::NoSuchItem(_))), "{unknown:?}");
    let began = engine.now();
    let taken_over = within(Duration::from_secs(20), "the other process to take it over", async || {
        other.step().await;
        Some(found(&other.snapshot().inbox, &opened.id)).filter(|item| !item.is_open())
    })
    .await;
    assert_eq!(taken_over.done.as_ref().map(|done| (done.how, done.by.as_deref())), Some((DoneHow::Person, Some("tester"))));
    assert!(engine.now().since(began) < 4.0, "by the engines' clock");

    // Reading the same again neither opens another nor brings it back.
    engine.refresh(None).await;
    other.refresh(None).await;
    for snapshot in [engine.caught_up().await, other.caught_up().await] {
        assert_eq!(snapshot.inbox.iter().filter(|item| item.cause == opened.cause).count(), 1);
    }
    drop((engine, other));
    let restarted = harness.engine().await;
    let kept = found(&restarted.caught_up().await.inbox, &opened.id);
    assert_eq!((kept.is_open(), kept.read_at), (false, taken_over.read_at), "what was read and done stays so");
}

#[tokio::test]
async fn an_approval_that_is_given_here_closes_its_item() {
    let harness = Harness::with(slipway_sandbox::Scenario::Healthy, 60.0, 7).await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    harness.world(json!({"holds": {"service": "storefront", "names": ["approve-release"]}})).await;
    let number = harness.ready_pull().await;
    let plan = engine.plan(crate::harness::merge(number)).await.expect("a plan");
    confirm(&engine, &plan).await;
    let opened = item(&harness, &engine, InboxKind::Approval).await;
    let pipeline = opened.subject.pipeline.clone().expect("a pipeline");
    assert_eq!(opened.action, Some(Action::approve("storefront".into(), pipeline, None)));
    assert!(board(&engine.snapshot()).alerts.iter().any(|alert| alert.id() == opened.cause));
    let plan = engine.plan(opened.action.clone().expect("an action")).await.expect("a plan");
    let entry = confirm(&engine, &plan).await;
    engine.settled(&entry.id, Duration::from_secs(60)).await;
    let done = within(Duration::from_secs(60), "the item to close", async || {
        engine.refresh(None).await;
        found(&engine.caught_up().await.inbox, &opened.id).done
    })
    .await;
    assert_eq!((done.how, done.sentence().as_str()), (DoneHow::Acting, "approved by tester"));
}

#[tokio::test]
async fn a_reminder_makes_it_unread_again_and_done_can_be_taken_back() {
    let harness = Harness::with(slipway_sandbox::Scenario::FailingTests, 60.0, 7).await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let opened = failed(&harness, &engine).await;
    let ids = || vec![opened.id.clone()];
    let at = engine.now().plus(900.0);
    engine.change_inbox(ids(), InboxChange::Remind { at: Some(at) }).await.expect("a reminder");
    assert!(found(&engine.snapshot().inbox, &opened.id).read_at.is_some());
    harness.clock.advance(901.0);
    let reminded = within(Duration::from_secs(20), "the reminder", async || {
        engine.step().await;
        Some(found(&engine.caught_up().await.inbox, &opened.id)).filter(|item| item.read_at.is_none())
    })
    .await;
    assert!(reminded.remind_at.is_none() && reminded.reminded_at.is_some_and(|then| then >= at));
    engine.change_inbox(ids(), InboxChange::Done).await.expect("done");
    engine.change_inbox(ids(), InboxChange::Undo).await.expect("taken back");
    assert!(found(&engine.snapshot().inbox, &opened.id).is_open());
    engine.change_inbox(ids(), InboxChange::Done).await.expect("done");
    harness.clock.advance(61.0);
    assert!(matches!(engine.change_inbox(ids(), InboxChange::Undo).await, Err(InboxError::Refused(_))));
}
