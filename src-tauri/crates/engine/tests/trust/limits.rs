//! Limits: told, not told, and told by a clock that is wrong.

use crate::harness::{Harness, board, trouble};
use serde_json::json;
use slipway_domain::alert::AlertKind;
use slipway_domain::snapshot::SourceErrorKind;
use slipway_domain::vendor::VendorId;

const VENDORS: [(VendorId, &str); 3] =
    [(VendorId::new("github"), "github"), (VendorId::new("circleci"), "circleci"), (VendorId::new("heroku"), "heroku")];

/// Row 1.
#[tokio::test]
async fn a_told_wait_is_kept_by_that_account_alone_and_shown() {
    for (kind, name) in VENDORS {
        let harness = Harness::healthy().await;
        let engine = harness.engine().await;
        engine.refresh(None).await;
        harness.faults(json!({"vendor": name, "kind": "rate_limited", "retry_after": 30})).await;
        let snapshot = engine.refresh(None).await;
        harness.heal().await;
        for (other, _) in VENDORS {
            let wanted = (other == kind).then_some(SourceErrorKind::RateLimited);
            assert_eq!(trouble(&snapshot, other), wanted, "{name} is limited, this is {other}");
        }
        let account = snapshot.accounts.iter().find(|a| a.provider == kind).expect("the account");
        let until = account.error.as_ref().and_then(|e| e.retry_at).expect("until when");
        assert!((25.0..=31.0).contains(&until.since(clock_now(&harness))), "{name} waits until {until}");
        let alert = board(&snapshot).alerts.iter().find(|a| a.kind == AlertKind::RateLimited).expect("it is shown");
        assert!(alert.message.contains(&until.0.strftime("%H:%M:%S").to_string()), "{}", alert.message);

        let others = |truth: &serde_json::Value| -> u64 {
            VENDORS.iter().filter(|(_, n)| *n != name).filter_map(|(_, n)| truth["requests"][n]["total"].as_u64()).sum()
        };
        let before = harness.truth().await;
        let sent = harness.requests(name).await;
        harness.clock.advance(20.0);
        engine.refresh(None).await;
        assert_eq!(harness.requests(name).await, sent, "{name} was asked while it wanted silence");
        assert!(others(&harness.truth().await) > others(&before), "the others go on");
        harness.clock.advance(12.0);
        let snapshot = engine.refresh(None).await;
        assert!(harness.requests(name).await > sent);
        assert_eq!(trouble(&snapshot, kind), None, "{name} is back");
    }
}

/// Row 40: told with its date; kept over a restart, but for one small read an hour; a person may ask.
#[tokio::test]
async fn a_wait_of_days_is_kept_and_a_person_may_ask_whether_it_holds() {
    for (kind, name) in VENDORS {
        let harness = Harness::healthy().await;
        let engine = harness.engine().await;
        engine.refresh(None).await;
        harness.faults(json!({"vendor": name, "kind": "rate_limited", "retry_after": 999_999})).await;
        let snapshot = engine.refresh(None).await;
        let account = snapshot.accounts.iter().find(|a| a.provider == kind).expect("the account");
        let until = account.wait_until.expect("until when");
        assert!((999_000.0..=1_000_000.0).contains(&until.since(clock_now(&harness))), "{name} waits until {until}");
        let alert = board(&snapshot).alerts.iter().find(|a| a.kind == AlertKind::RateLimited).expect("it is shown");
        assert!(alert.message.contains(&until.0.strftime("%-d %B %Y").to_string()), "{}", alert.message);

        let sent = harness.requests(name).await;
        let restarted = harness.open(true).await;
        for _ in 0..3 {
            harness.clock.advance(1100.0);
            engine.refresh(None).await;
            restarted.step().await;
        }
        assert_eq!(harness.requests(name).await, sent, "{name} was asked within the hour");
        harness.clock.advance(600.0);
        restarted.step().await;
        engine.refresh(None).await;
        assert_eq!(harness.requests(name).await, sent + 1, "{name}: one small read");
        restarted.stop().await;

        assert!(engine.test_account(&account.id).await.is_err());
        assert_eq!(harness.requests(name).await, sent + 2, "{name}: a person asked");
        harness.heal().await;
        engine.refresh(None).await;
        assert_eq!(harness.requests(name).await, sent + 2, "{name}: what is not asked is not known");
        engine.test_account(&account.id).await.expect("it works again");
        assert_eq!(trouble(&*engine.refresh(None).await, kind), None, "{name} is back");
    }
}

/// Row 2.
#[tokio::test]
async fn a_limit_without_a_time_costs_a_minute_and_then_two() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    harness.faults(json!({"vendor": "github", "kind": "rate_limited"})).await;
    let mut sent = harness.requests("github").await;
    for seconds in [60.0, 120.0, 240.0] {
        let snapshot = engine.refresh(None).await;
        assert_eq!(trouble(&snapshot, VendorId::new("github")), Some(SourceErrorKind::RateLimited));
        assert_eq!(harness.requests("github").await, sent + 1, "one try, then silence");
        sent += 1;
        harness.clock.advance(seconds - 2.0);
        engine.refresh(None).await;
        assert_eq!(harness.requests("github").await, sent, "not before {seconds} s are over");
        harness.clock.advance(4.0);
    }
    harness.heal().await;
    let snapshot = engine.refresh(None).await;
    assert_eq!(trouble(&snapshot, VendorId::new("github")), None);
}

/// Row 3.
#[tokio::test]
async fn an_empty_budget_waits_by_the_vendors_own_clock() {
    for skew in [-3600, 3600] {
        let harness = Harness::healthy().await;
        let engine = harness.engine().await;
        engine.refresh(None).await;
        let rules = json!([{"vendor": "github", "kind": "exhausted", "reset_in": 120}, {"vendor": "github", "kind": "clock_skew", "seconds": skew}]);
        harness.faults(rules).await;
        let snapshot = engine.refresh(None).await;
        assert_eq!(trouble(&snapshot, VendorId::new("github")), Some(SourceErrorKind::RateLimited), "skew {skew}");
        let account = snapshot.accounts.iter().find(|a| a.provider == VendorId::new("github")).expect("the account");
        assert_eq!(account.rate.map(|r| r.remaining), Some(0));
        harness.heal().await;
        let sent = harness.requests("github").await;
        for _ in 0..4 {
            harness.clock.advance(28.0);
            engine.refresh(None).await;
        }
        assert_eq!(harness.requests("github").await, sent, "skew {skew}: it spun");
        harness.clock.advance(13.0);
        let snapshot = engine.refresh(None).await;
        assert_eq!(trouble(&snapshot, VendorId::new("github")), None, "skew {skew}: the wait is bounded by the true reset");
    }
}

fn clock_now(harness: &Harness) -> slipway_domain::time::Time {
    use slipway_engine::ports::Clock;
    harness.clock.now()
}
