//! Clocks that jump and machines that sleep.

use crate::harness::{Harness, board, within};
use serde_json::json;
use slipway_domain::time::Time;
use slipway_engine::Engine;
use slipway_engine::ports::Clock;
use std::time::Duration;

/// Two of the engine's own ticks: long enough for a burst to show.
const TWO_TICKS: Duration = Duration::from_millis(1100);

async fn total(harness: &Harness) -> u64 {
    let truth = harness.truth().await;
    truth["requests"].as_object().expect("vendors").values().filter_map(|v| v["total"].as_u64()).sum()
}

/// Every source was read since `at`, whatever the clock says of its age.
async fn all_read_again(engine: &Engine, before: &[Option<Time>]) {
    within(Duration::from_secs(20), "one refresh", async || {
        let snapshot = engine.snapshot();
        let read = &board(&snapshot).sources;
        (read.len() == before.len() && read.iter().zip(before).all(|(s, b)| s.observed_at != *b)).then_some(())
    })
    .await;
}

/// Row 18.
#[tokio::test]
async fn a_jump_of_the_clock_or_a_sleep_costs_one_refresh_and_no_news() {
    let harness = Harness::healthy().await;
    // Production is hurt: what was said once must not be said again.
    harness.world(json!({"dynos": {"app": "storefront-production", "state": "crashed"}})).await;
    let engine = harness.engine().await;
    let before = total(&harness).await;
    engine.refresh(None).await;
    let one_refresh = total(&harness).await - before;
    engine.stop().await;
    drop(engine);
    let engine = harness.open(true).await;
    all_read_again(&engine, &vec![None; board(&engine.snapshot()).sources.len()]).await;
    let mut news = engine.changes();
    for jump in [86_400.0, -86_400.0, 600.0, -3600.0] {
        let read: Vec<Option<Time>> = board(&engine.snapshot()).sources.iter().map(|s| s.observed_at).collect();
        let before = total(&harness).await;
        harness.clock.advance(jump);
        all_read_again(&engine, &read).await;
        tokio::time::sleep(TWO_TICKS).await;
        let asked = total(&harness).await - before;
        assert!(asked <= 2 * one_refresh, "{jump} s: {asked} requests, one refresh is {one_refresh}");
        let now = harness.clock.now();
        let snapshot = engine.snapshot();
        for source in &board(&snapshot).sources {
            let age = source.observed_at.map(|at| now.since(at)).expect("it was read");
            assert!((-1.0..60.0).contains(&age), "{jump} s: {:?} is {age} s old", source.source);
        }
    }
    let mut said = Vec::new();
    while let Ok(change) = news.try_recv() {
        said.extend(change.events.iter().map(|e| e.message.clone()));
    }
    assert!(said.is_empty(), "said again: {said:?}");
}
