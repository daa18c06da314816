//! An action whose outcome nobody can read is settled by a person's word, as that and nothing more.

use crate::harness::{Harness, board, confirm, merge};
use serde_json::json;
use slipway_domain::alert::AlertKind;
use slipway_domain::journal::{EntryState, SettledAs};
use slipway_engine::{ExecuteError, SettleError};
use std::time::Duration;

#[tokio::test]
async fn a_persons_word_frees_the_target_and_is_no_outcome() {
    for said in [SettledAs::Happened, SettledAs::DidNot] {
        let harness = Harness::healthy().await;
        let engine = harness.engine().await;
        engine.refresh(None).await;
        let number = harness.ready_pull().await;
        let plan = engine.plan(merge(number)).await.expect("a plan");
        let again = engine.plan(merge(number)).await.expect("a plan");
        harness
            .faults(json!([{"calls": "writes", "kind": "status_after", "code": 502}, {"calls": "reads", "kind": "stale", "seconds": 600}]))
            .await;
        let sent = confirm(&engine, &plan).await;
        let refused = engine.settle_by_word(&sent.id, said, "I looked");
        assert!(matches!(refused, Err(SettleError::UnderWay)), "it is still being read: {refused:?}");
        let unknown = engine.settled(&sent.id, Duration::from_millis(10)).await.expect("an entry");
        assert_eq!(unknown.state, EntryState::Unknown, "{}", unknown.message);

        assert!(matches!(engine.settle_by_word(&sent.id, said, "  "), Err(SettleError::NoReason)));
        assert!(matches!(engine.settle_by_word("nobody", said, "I looked"), Err(SettleError::NoSuchEntry(_))));
        let settled = engine.settle_by_word(&sent.id, said, " I looked at GitHub ").expect("settled");
        assert_eq!((settled.state, settled.settled_as), (EntryState::Unknown, Some(said)), "never succeeded, never failed");
        assert_eq!((settled.settled_by.is_some(), settled.settled_reason.as_deref()), (true, Some("I looked at GitHub")));
        assert!(!settled.is_open() && settled.finished_at.is_some());
        let twice = engine.settle_by_word(&sent.id, SettledAs::Happened, "again");
        assert!(matches!(twice, Err(SettleError::Settled)), "{twice:?}");

        let snapshot = engine.refresh(None).await;
        assert!(!board(&snapshot).alerts.iter().any(|a| a.kind == AlertKind::OutcomeUnknown), "it waits for nobody any more");
        harness.heal().await;
        // The target is free: what is asked next is not told to wait for it.
        let next = engine.execute(&again.id, None, false, None).await;
        assert!(!matches!(next, Err(ExecuteError::Busy(_))), "{next:?}");
        let kept = engine.journal().expect("a journal").into_iter().find(|e| e.id == sent.id).expect("the entry");
        assert_eq!((kept.state, kept.settled_as), (EntryState::Unknown, Some(said)), "reading on does not take the word back");
    }
}
