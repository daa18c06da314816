//! What an engine costs and how soon it tells, counted: requests, points, bytes and transactions, by a clock that the test
//! moves. Counts are the same on every machine, so they are limits here; `cargo xtask bench` prints them in its table.
//!
//! A limit is where the figure should be, where it is there. Else it is what it is today, so that it does not get worse, and
//! beside it stands where it should be.

#[allow(dead_code, reason = "the table of `cargo xtask bench` says more than is a limit here")]
#[path = "measure/measurements.rs"]
mod measure;

use measure::{changes, crashes, hour};
use tokio::sync::Mutex;

/// One engine at a time: its events and its threads are counted for the whole process.
static ONE: Mutex<()> = Mutex::const_new(());

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_of_twenty_quiet_services_that_nobody_looks_at() {
    let _one = ONE.lock().await;
    let hour = hour::of_quiet_services(20).await;
    println!("{hour:?}");
    assert!(hour.github_points <= 150, "{} points", hour.github_points);
    assert!(hour.circleci <= 400, "{} requests", hour.circleci);
    assert!(hour.heroku <= 2000, "{} requests", hour.heroku);
    assert!(hour.written_megabytes <= 5.0, "{} MB", hour.written_megabytes);
    assert!(hour.derivations <= hour.observations, "a read is derived once at most: {hour:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_of_a_production_that_is_not_shown_is_told_soon() {
    let _one = ONE.lock().await;
    let seconds = crashes::until_told(12).await;
    println!("{seconds:?}");
    let mean = crashes::mean(&seconds);
    assert!(mean <= 35.0, "a mean of 25 s to reach, {mean}");
    assert!(seconds.iter().all(|s| s.is_some_and(|s| s <= 60)), "{seconds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_many_crashes_has_an_event() {
    let _one = ONE.lock().await;
    assert_eq!(crashes::told_of_twenty().await, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_change_of_a_large_service_is_a_small_message() {
    let _one = ONE.lock().await;
    let [check, release] = changes::of_a_large_service().await;
    println!("{check:?} {release:?}");
    for change in [check, release] {
        assert!(change.largest <= 300_000, "{change:?}");
    }
}
