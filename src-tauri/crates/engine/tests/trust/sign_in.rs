//! Tokens that die in mid-session.

use crate::harness::{Harness, board, confirm, entry_when, is_settled, merge, trouble};
use serde_json::json;
use slipway_domain::alert::AlertKind;
use slipway_domain::journal::EntryState;
use slipway_domain::snapshot::{SourceErrorKind, TokenPlace};
use slipway_domain::vendor::VendorId;
use slipway_engine::ExecuteError;

/// Row 4.
#[tokio::test]
async fn a_dead_token_is_tried_once_more_and_kept() {
    for (kind, name) in [(VendorId::new("github"), "github"), (VendorId::new("circleci"), "circleci"), (VendorId::new("heroku"), "heroku")]
    {
        let harness = Harness::healthy().await;
        let engine = harness.engine().await;
        engine.refresh(None).await;
        harness.faults(json!({"vendor": name, "kind": "unauthorized"})).await;
        let snapshot = engine.refresh(None).await;
        assert_eq!(trouble(&snapshot, kind), Some(SourceErrorKind::Revoked), "{name}: it worked until now");
        let alert = board(&snapshot).alerts.iter().find(|a| a.kind == AlertKind::SignInAgain).expect("a banner");
        assert!(alert.message.contains("revoked or replaced") && alert.message.contains("Enter a new one"), "{}", alert.message);
        let after_first = harness.requests(name).await;
        for _ in 0..5 {
            harness.clock.advance(3600.0);
            engine.refresh(None).await;
        }
        let tried = harness.requests(name).await - after_first;
        assert!(tried <= 1, "{name}: a dead token was tried {tried} times more");
        let account = engine.snapshot().accounts.iter().find(|a| a.provider == kind).cloned().expect("the account");
        assert_eq!((account.ok, account.token), (Some(false), TokenPlace::Environment), "the token is kept");
        // Put right on the vendor's side: a person's test tries it again, and it serves as before.
        harness.heal().await;
        engine.refresh(None).await;
        assert_eq!(harness.requests(name).await - after_first, tried, "by itself it stays silent");
        engine.test_account(&account.id).await.expect("it is accepted again");
        assert_eq!(trouble(&*engine.refresh(None).await, kind), None, "{name} is back with the same token");
    }
}

/// Row 4: what waits for consent or for its turn does not fire with a dead token.
#[tokio::test]
async fn no_waiting_action_fires() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let number = harness.ready_pull().await;
    let waiting = engine.plan(merge(number)).await.expect("a plan");
    harness.faults(json!({"vendor": "github", "kind": "unauthorized"})).await;
    engine.refresh(None).await;
    let refused = engine.execute(&waiting.id, None, false, None).await.expect_err("nothing is sent");
    assert!(matches!(refused, ExecuteError::Read(_)), "{refused}");
    assert_eq!(harness.mutations("merge").await, (0, 0));
    harness.heal().await;
    engine.refresh(None).await;
    assert_eq!(harness.mutations("merge").await, (0, 0), "a token that works again wakes nothing up");
    assert!(engine.execute(&waiting.id, None, false, None).await.is_err(), "consent is asked for anew");

    // It dies between the last look and the request itself.
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let number = harness.ready_pull().await;
    let plan = engine.plan(merge(number)).await.expect("a plan");
    harness.faults(json!({"vendor": "github", "calls": "writes", "kind": "unauthorized"})).await;
    let entry = confirm(&engine, &plan).await;
    let entry = entry_when(&engine, &entry.id, is_settled).await;
    assert_eq!(entry.state, EntryState::Failed, "{}", entry.message);
    assert_eq!(harness.mutations("merge").await, (1, 0));
}

/// An account serves many reads: one that fails is told until it is well, whatever the others say.
#[tokio::test]
async fn what_one_read_says_does_not_hide_what_another_said() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    let snapshot = engine.refresh(None).await;
    let app = board(&snapshot).production().expect("production").app.clone();
    harness.faults(json!({"vendor": "heroku", "path": format!("/apps/{app}/releases"), "kind": "status", "code": 502})).await;
    for _ in 0..4 {
        let snapshot = engine.refresh(None).await;
        let account = snapshot.accounts.iter().find(|a| a.provider == VendorId::new("heroku")).expect("the account");
        assert_eq!((account.ok, account.error.as_ref().map(|e| e.kind)), (Some(false), Some(SourceErrorKind::Unreachable)));
    }
    harness.heal().await;
    let snapshot = engine.refresh(None).await;
    let account = snapshot.accounts.iter().find(|a| a.provider == VendorId::new("heroku")).expect("the account");
    assert_eq!((account.ok, account.error.as_ref()), (Some(true), None));
}
