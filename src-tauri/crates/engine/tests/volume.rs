//! Row 26: logs of 100 MB, packed bombs, lines without an end, ten thousand releases. Memory stays
//! bounded and what is cut is said. A program of its own: its memory is measured.

#[path = "harness/engine_harness.rs"]
mod harness;

use harness::{Harness, board, trouble};
use serde_json::json;
use slipway_domain::snapshot::SourceErrorKind;
use slipway_domain::vendor::VendorId;
use slipway_engine::Engine;
use slipway_sandbox::Scenario;
use slipway_vendor::ReadError;
use std::time::{Duration, Instant};

const MORE_AT_MOST: u64 = 150 << 20;
const FIRST_ROWS: Duration = Duration::from_secs(1);

/// A line of `/proc/self/status`, in bytes; None where there is no such file.
fn memory(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kb| kb << 10)
}

/// From here on the peak is counted anew.
fn begin_peak() -> Option<u64> {
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    memory("VmRSS:")
}

fn assert_bounded(before: Option<u64>, what: &str) {
    let (Some(before), Some(peak)) = (before, memory("VmHWM:")) else { return };
    let more = peak.saturating_sub(before);
    println!("{what}: {} MB more at the peak", more >> 20);
    assert!(more <= MORE_AT_MOST, "{what} took {} MB more", more >> 20);
}

/// The link to a step's output of the newest job that has one.
async fn output_url(engine: &Engine) -> String {
    let snapshot = engine.refresh(None).await;
    let jobs = board(&snapshot).pipelines.iter().flat_map(|p| &p.jobs);
    let number = jobs.filter_map(|j| j.number).next().expect("a job that ran");
    let steps = engine.log_steps("storefront", number).await.expect("steps");
    steps.into_iter().filter_map(|s| s.output_url).next_back().expect("a link")
}

/// One after another: the memory is that of the whole program.
#[tokio::test]
async fn what_is_huge_stays_bounded() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    let url = output_url(&engine).await;
    let log = async |rule: serde_json::Value| {
        harness.faults(rule).await;
        let read = engine.step_output("storefront", &url).await;
        harness.heal().await;
        read
    };

    let before = begin_peak();
    let text = log(json!({"vendor": "circleci_logs", "kind": "huge_body", "megabytes": 100})).await.expect("its end");
    assert!(text.text.len() <= 5 << 20 && text.text.ends_with("the very end"), "{} bytes", text.text.len());
    assert!(text.cut > 90 << 20, "how much was cut is said: {}", text.cut);
    assert_bounded(before, "a log of 100 MB");

    let before = begin_peak();
    let text = log(json!({"vendor": "circleci_logs", "kind": "huge_body", "megabytes": 10, "lines": false})).await.expect("its end");
    assert!(text.text.len() <= 5 << 20 && text.text.ends_with("the very end") && text.cut > 4 << 20);
    assert_bounded(before, "a line of 10 MB");

    let before = begin_peak();
    let cap = log(json!({"vendor": "circleci_logs", "kind": "bomb", "megabytes": 300})).await.expect_err("it ends at a cap");
    assert!(matches!(&cap, ReadError::Garbled(why) if why.contains("256 MB")), "the cap is stated: {cap}");
    assert_bounded(before, "a packed log of 300 MB");

    for (kind, name) in [(VendorId::new("github"), "github"), (VendorId::new("circleci"), "circleci"), (VendorId::new("heroku"), "heroku")]
    {
        for body in ["bomb", "huge_body"] {
            let before = begin_peak();
            harness.faults(json!({"vendor": name, "kind": body, "megabytes": 200})).await;
            let snapshot = engine.refresh(None).await;
            harness.heal().await;
            assert_eq!(trouble(&snapshot, kind), Some(SourceErrorKind::Garbled), "{body} of {name}");
            let said = board(&snapshot).alerts.iter().any(|a| a.message.contains("8 MB"));
            assert!(said && !board(&snapshot).pipelines.is_empty(), "the cap is stated, the last good value stays");
            assert_bounded(before, &format!("{body} of {name}"));
        }
    }
    drop(engine);
    drop(harness);

    let harness = Harness::with(Scenario::Busy, 1.0, 0).await;
    let engine = harness.engine().await;
    let before = begin_peak();
    let snapshot = engine.refresh(None).await;
    let mut releases = board(&snapshot).production().expect("production").releases.clone();
    let started = Instant::now();
    let mut first_page = None;
    while let Some(oldest) = releases.last().map(|r| r.version).filter(|v| *v > 1) {
        let page = engine.older_releases("storefront", "production", oldest).await.expect("a page");
        first_page.get_or_insert_with(|| started.elapsed());
        releases.extend(page);
    }
    assert_eq!((releases.len(), releases.last().map(|r| r.version)), (10_000, Some(1)));
    assert!(first_page.is_some_and(|took| took <= FIRST_ROWS), "the first rows took {first_page:?}");
    assert_bounded(before, "10,000 releases");
}
