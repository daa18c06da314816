//! Rows of `cargo xtask bench` that an engine alone tells: an hour of quiet services, how soon a crash is told, how large a
//! change is. By a clock that is moved, so it takes a minute. The same counts are limits in `tests/counts`.
//!
//! `--rows A,B`, and what else `cargo xtask bench` passes on. Prints a line of JSON for each row.

#[path = "../../tests/counts/measure/measurements.rs"]
mod measure;

use measure::{changes, crashes, hour};
use serde_json::{Value, json};

/// How many crashes are timed.
const CRASHES: usize = 40;
const SHOWN: usize = 10;

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().collect();
    let listed = words.iter().position(|word| word == "--rows").and_then(|at| words.get(at + 1)).map_or("", String::as_str);
    let rows: Vec<&str> = listed.split(',').collect();
    let is_wanted = |begin: &str| rows.iter().any(|row| row.starts_with(begin));
    let print = |told: Vec<Value>| {
        told.iter().filter(|row| rows.iter().any(|name| row["row"] == *name)).for_each(|row| println!("{row}"));
    };
    if is_wanted("idle-") {
        print(of_an_hour().await);
    }
    if is_wanted("change-") {
        print(of_changes().await);
    }
    if is_wanted("crash-mean") || is_wanted("crash-max") {
        print(of_crashes().await);
    }
    if is_wanted("event-shown") {
        print(of_the_shown().await);
    }
    if is_wanted("crash-told") {
        print(vec![json!({"row": "crash-told", "figure": crashes::told_of_twenty().await, "unit": "of 20"})]);
    }
}

async fn of_an_hour() -> Vec<Value> {
    let hour = hour::of_quiet_services(20).await;
    let kinds = |vendor: &str| {
        let all = hour.requests[vendor]["kinds"].as_object().cloned().unwrap_or_default();
        all.iter().map(|(kind, of)| format!("{} {kind}", of["count"])).collect::<Vec<_>>().join(", ")
    };
    let per_read = if hour.observations == 0 { 0.0 } else { hour.derivations as f64 / hour.observations as f64 };
    vec![
        json!({"row": "idle-github", "figure": hour.github_points, "unit": "points",
            "note": format!("in {} requests: {}", hour.github, kinds("github"))}),
        json!({"row": "idle-circleci", "figure": hour.circleci, "unit": "requests", "note": kinds("circleci")}),
        json!({"row": "idle-heroku", "figure": hour.heroku, "unit": "requests", "note": kinds("heroku")}),
        json!({"row": "idle-written", "figure": hour.written_megabytes, "unit": "MB"}),
        json!({"row": "idle-transactions", "figure": hour.transactions, "unit": "transactions",
            "note": format!("{} rows, {} reads", hour.rows, hour.observations)}),
        json!({"row": "idle-derivations", "figure": per_read, "unit": "each"}),
    ]
}

async fn of_crashes() -> Vec<Value> {
    let seconds = crashes::until_told(CRASHES).await;
    let mut sorted: Vec<u32> = seconds.iter().flatten().copied().collect();
    sorted.sort_unstable();
    let note = format!("{} of {CRASHES} crashes were told, the window open on no service: {sorted:?}", sorted.len());
    vec![
        json!({"row": "crash-mean", "figure": crashes::mean(&seconds), "unit": "s", "note": note}),
        json!({"row": "crash-max", "figure": sorted.last(), "unit": "s"}),
    ]
}

async fn of_the_shown() -> Vec<Value> {
    let seconds = crashes::until_told_when_shown(SHOWN).await;
    vec![json!({"row": "event-shown", "figure": crashes::mean(&seconds), "unit": "s", "note": format!("{seconds:?}")})]
}

async fn of_changes() -> Vec<Value> {
    let [check, release] = changes::of_a_large_service().await;
    let row = |name: &str, sent: &changes::Sent| {
        let sizes = format!("the largest of {} changes, {} bytes together; the whole service: {}", sent.changes, sent.all, sent.whole);
        let note = format!("{sizes}; it showed after {} s", sent.seconds);
        json!({"row": name, "figure": sent.largest as f64 / 1e3, "unit": "KB", "note": note})
    };
    vec![row("change-check", &check), row("change-release", &release)]
}
