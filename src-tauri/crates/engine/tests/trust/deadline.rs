//! A refresh ends in time with what it has, and says what it has not.

use crate::harness::{Harness, board, trouble};
use serde_json::json;
use slipway_domain::alert::AlertKind;
use slipway_domain::snapshot::{Source, SourceErrorKind};
use slipway_domain::vendor::VendorId;
use std::time::Duration;

const SHORT: Duration = Duration::from_millis(1500);

/// Row 41: one vendor never answers; the others do.
#[tokio::test]
async fn what_does_not_answer_in_time_is_marked_and_the_rest_is_there() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    let before = engine.refresh(None).await;
    let read_at = board(&before).source(&Source::Code).and_then(|s| s.observed_at).expect("read");
    harness.clock.advance(600.0);
    harness.faults(json!({"vendor": "github", "kind": "hang_before"})).await;
    let snapshot = engine.refresh_within(None, SHORT).await;
    let state = board(&snapshot);
    assert_eq!(trouble(&snapshot, VendorId::new("github")), Some(SourceErrorKind::Late));
    assert_eq!((trouble(&snapshot, VendorId::new("circleci")), trouble(&snapshot, VendorId::new("heroku"))), (None, None));
    assert!(state.stale, "it is said that not all was read");
    assert_eq!(state.source(&Source::Code).and_then(|s| s.observed_at), Some(read_at), "its values keep their age");
    assert_eq!(state.pull_requests.len(), board(&before).pull_requests.len(), "what was known stays");
    let told = state.alerts.iter().find(|a| a.kind == AlertKind::SourceUnreachable).expect("an alert");
    assert!(told.message.contains("was not read within 2 s"), "{}", told.message);
    let account = snapshot.accounts.iter().find(|a| a.provider == VendorId::new("github")).expect("the account");
    assert_eq!(account.error, None, "our patience says nothing of the account");
}

/// Row 41: many services, and nobody answers.
#[tokio::test]
async fn sixty_services_that_all_hang_end_in_time() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    for n in 0..59 {
        let mut service = engine.services()[0].clone();
        service.name = format!("copy-{n}");
        engine.add_service(service).await.expect("a service");
    }
    harness.faults(json!({"kind": "hang_before"})).await;
    let snapshot = engine.refresh_within(None, SHORT).await;
    assert_eq!(snapshot.services.len(), 60);
    for state in &snapshot.services {
        assert!(state.stale && state.sources.iter().all(|s| s.error.as_ref().is_some_and(|e| e.kind == SourceErrorKind::Late)));
        assert_eq!(state.sources.len(), 4, "{}: each source says so", state.name);
        assert!(state.sources.iter().all(|s| s.observed_at.is_none()), "nothing passes for read");
    }
}

/// What comes after the time heals by itself.
#[tokio::test]
async fn what_comes_late_is_taken_when_it_comes() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    harness.faults(json!({"vendor": "heroku", "kind": "latency", "ms": 1200})).await;
    let snapshot = engine.refresh_within(None, Duration::from_millis(600)).await;
    assert_eq!(trouble(&snapshot, VendorId::new("heroku")), Some(SourceErrorKind::Late));
    harness.heal().await;
    engine.step().await;
    assert_eq!(trouble(&engine.snapshot(), VendorId::new("heroku")), None);
}
