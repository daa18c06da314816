//! Answers that lead in circles, to another host, or to a place that is not safe.

use crate::harness::{Harness, board, confirm, entry_when, merge, new_account, roll_back, trouble, within};
use serde_json::json;
use slipway_domain::journal::EntryState;
use slipway_domain::snapshot::SourceErrorKind;
use slipway_domain::vendor::VendorId;
use std::time::Duration;

/// Row 9.
#[tokio::test]
async fn pages_that_never_end_are_left_at_a_cap() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let before = harness.truth().await;
    harness.faults(json!({"kind": "pagination_loop"})).await;
    let snapshot = engine.refresh(None).await;
    assert!(!board(&snapshot).pull_requests.is_empty() && !board(&snapshot).pipelines.is_empty());
    let production = board(&snapshot).production().expect("production").clone();
    engine.older_releases("storefront", "production", production.releases.last().expect("releases").version).await.expect("a page");
    // A quiet board reads no workflows and no jobs, which come in pages too.
    engine.pipeline("storefront", &board(&snapshot).pipelines[0].id).await.expect("a pipeline");
    let truth = harness.truth().await;
    for vendor in ["github", "circleci", "heroku"] {
        let count = |truth: &serde_json::Value| truth["requests"][vendor]["total"].as_u64().unwrap_or(0);
        let asked = count(&truth) - count(&before);
        assert!((1..=60).contains(&asked), "{vendor} was asked {asked} times");
    }
}

/// Row 9.
#[tokio::test]
async fn pages_on_another_host_are_not_asked_for() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    harness.faults(json!({"kind": "pagination_foreign"})).await;
    engine.refresh(None).await;
    // The one list that is read by pages of REST: the files of a range.
    engine.plan(roll_back()).await.expect("a plan");
    harness.nothing_went_elsewhere().await;
}

/// Rows 10 and 48f: whether the change took effect before the redirect is read, not guessed.
#[tokio::test]
async fn a_redirect_to_another_host_gets_nothing() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    for code in [301, 302, 307, 308] {
        harness.faults(json!({"calls": "reads", "kind": "redirect", "code": code})).await;
        let snapshot = engine.refresh(None).await;
        for provider in [VendorId::new("github"), VendorId::new("circleci"), VendorId::new("heroku")] {
            // For the time being elsewhere: that is what a sign-in page of a network says.
            let kind = if matches!(code, 302 | 307) { SourceErrorKind::Portal } else { SourceErrorKind::Garbled };
            assert_eq!(trouble(&snapshot, provider), Some(kind), "{code} of {provider}");
        }
        harness.heal().await;
    }
    let mut sent = 0;
    for (action, kind, code) in [
        (merge(harness.ready_pull().await), "merge", 302),
        (merge(harness.ready_pull().await), "merge", 307),
        (merge(harness.ready_pull().await), "merge", 308),
        (roll_back(), "rollback", 302),
    ] {
        let plan = engine.plan(action).await.expect("a plan");
        harness.faults(json!({"calls": "writes", "kind": "redirect", "code": code})).await;
        let entry = confirm(&engine, &plan).await;
        let entry = entry_when(&engine, &entry.id, |e| e.message.contains("redirected")).await;
        assert!(entry.state == EntryState::Sent && entry.message.contains("Nothing is sent again"), "{kind}: {}", entry.message);
        sent = if kind == "merge" { sent + 1 } else { 1 };
        assert_eq!(harness.mutations(kind).await, (sent, 0), "{kind}: one request, nothing done");
        harness.heal().await;
    }
    harness.nothing_went_elsewhere().await;
}

/// Row 48f: it took effect, and was answered with a redirect.
#[tokio::test]
async fn a_change_that_was_answered_with_a_redirect_is_found_by_reading() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let number = harness.ready_pull().await;
    for (action, kind) in [(merge(number), "merge"), (roll_back(), "rollback")] {
        let plan = engine.plan(action).await.expect("a plan");
        let headers = json!({"location": "https://moved.example/"});
        harness.faults(json!({"calls": "writes", "kind": "status_after", "code": 302, "headers": headers})).await;
        let entry = confirm(&engine, &plan).await;
        within(Duration::from_secs(20), "the redirect", async || (harness.fired().await > 0).then_some(())).await;
        harness.heal().await;
        let entry = entry_when(&engine, &entry.id, |e| !matches!(e.state, EntryState::Planned | EntryState::Sent)).await;
        assert_ne!(entry.state, EntryState::Failed, "{kind}: {}", entry.message);
        if kind == "merge" {
            assert_eq!(entry.state, EntryState::Succeeded, "{}", entry.message);
        }
        assert_eq!(harness.mutations(kind).await, (1, 1), "{kind}");
    }
}

/// A renamed repository: one hop on the same host is followed, a circle is not.
#[tokio::test]
async fn a_redirect_on_the_same_host_is_followed_once() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    harness.faults(json!({"vendor": "heroku", "path": "*/dynos", "count": 2, "kind": "redirect", "code": 301, "to": "same"})).await;
    assert_eq!(trouble(&*engine.refresh(None).await, VendorId::new("heroku")), None);
    harness.heal().await;
    harness.faults(json!({"vendor": "heroku", "kind": "redirect", "code": 301, "to": "same"})).await;
    let before = harness.requests("heroku").await;
    assert_eq!(trouble(&*engine.refresh(None).await, VendorId::new("heroku")), Some(SourceErrorKind::Garbled));
    let asked = harness.requests("heroku").await - before;
    assert!(asked <= 12, "{asked} requests went in a circle");
}

/// Row 29: an address that would send the token readable.
#[tokio::test]
async fn plain_http_is_refused_outside_this_machine() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    let accounts = engine.accounts();
    for kind in [VendorId::new("github"), VendorId::new("circleci"), VendorId::new("heroku")] {
        for url in ["http://api.vendor.test", "http://10.0.0.7:8080", "http://localhost.vendor.test"] {
            let refused = engine.add_account(new_account(kind, url, Some("canary"))).await.expect_err("refused");
            assert!(refused.to_string().contains("https"), "{url}: {refused}");
        }
    }
    assert_eq!(engine.accounts(), accounts, "nothing was kept");
}
