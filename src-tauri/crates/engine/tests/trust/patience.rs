//! Servers that fail, hang, or answer at a byte a second.

use crate::harness::{Harness, board, confirm, entry_when, merge, trouble, within};
use serde_json::json;
use slipway_domain::journal::EntryState;
use slipway_domain::snapshot::{Source, SourceErrorKind};
use slipway_domain::vendor::VendorId;
use std::time::{Duration, Instant};

/// Row 5.
#[tokio::test]
async fn reads_have_three_tries_and_a_mutation_one() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    for kind in [json!({"kind": "status", "code": 503}), json!({"kind": "reset_before"})] {
        harness.heal().await;
        let mut rule = kind.clone();
        rule["vendor"] = json!("github");
        let before = harness.requests("github").await;
        harness.faults(rule).await;
        let snapshot = engine.refresh(None).await;
        assert_eq!(trouble(&snapshot, VendorId::new("github")), Some(SourceErrorKind::Unreachable));
        assert_eq!(harness.requests("github").await - before, 3, "{kind}");
    }
    harness.heal().await;
    // The third try may succeed.
    harness.faults(json!({"vendor": "github", "kind": "status", "code": 502, "count": 2})).await;
    assert_eq!(trouble(&*engine.refresh(None).await, VendorId::new("github")), None);

    for kind in [json!({"kind": "status", "code": 502}), json!({"kind": "reset_before"})] {
        harness.heal().await;
        let number = harness.ready_pull().await;
        let plan = engine.plan(merge(number)).await.expect("a plan");
        let mut rule = kind.clone();
        rule["calls"] = json!("writes");
        let (sent, _) = harness.mutations("merge").await;
        harness.faults(rule).await;
        let entry = confirm(&engine, &plan).await;
        let checking = entry_when(&engine, &entry.id, |e| e.message.contains("Nothing is sent again")).await;
        assert_eq!(checking.state, EntryState::Sent, "{}", checking.message);
        assert_eq!(harness.mutations("merge").await, (sent + 1, 0), "{kind}");
    }
}

/// Row 6. It takes as long as a request may.
#[tokio::test]
async fn what_hangs_is_given_up_while_the_others_live() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    harness.faults(json!([{"vendor": "github", "kind": "hang_before"}, {"vendor": "heroku", "kind": "slow_body"}])).await;
    let started = Instant::now();
    let all = {
        let engine = engine.clone();
        tokio::spawn(async move { engine.refresh(None).await })
    };
    within(Duration::from_secs(10), "CircleCI's state", async || {
        board(&engine.snapshot()).source(&Source::Ci).filter(|s| s.error.is_none()).map(|_| ())
    })
    .await;
    assert!(!board(&engine.snapshot()).pipelines.is_empty() && !all.is_finished(), "CircleCI is shown, the others are waited for");
    let snapshot = all.await.expect("the refresh ends");
    assert!(started.elapsed() < Duration::from_secs(30), "given up after {:?}", started.elapsed());
    assert_eq!(trouble(&snapshot, VendorId::new("github")), Some(SourceErrorKind::Unreachable));
    assert_eq!(trouble(&snapshot, VendorId::new("heroku")), Some(SourceErrorKind::Unreachable));
}
