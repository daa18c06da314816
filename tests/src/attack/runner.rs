//! Runs one case and collects its outputs and the truth.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::action::Action;
use super::case::{Outsider, Pair, Place};
use super::fixture::Fixture;
use crate::Outcome;

/// Seconds until a command reports its outcome as unknown: only cases whose outcome cannot be known take this long.
const TIMEOUT: &str = "40";

/// The result of one command.
#[derive(Debug)]
pub(super) struct Run {
    pub action: Action,
    pub folder: usize,
    /// Its tokens, by which the truth identifies its changes.
    pub token: usize,
    pub words: String,
    pub exit: i32,
    /// `{plan, entry, outcome, message}`
    pub report: Value,
    pub stderr: String,
}

/// Everything that a case is judged by.
#[derive(Debug)]
pub(super) struct CaseResult {
    pub runs: Vec<Run>,
    pub truth: Value,
    /// All releases of the production app and of the staging app.
    pub releases: Value,
    pub source_releases: Value,
    /// The journal entries of each data folder.
    pub journals: Vec<Vec<Value>>,
    /// The rule that made the other person act, with its result.
    pub outsider: Option<Value>,
    /// The number of reads before the plan was printed was counted twice, so it is certain that the person acted
    /// after it.
    pub plan_is_counted: bool,
    pub service: &'static str,
    pub number: u64,
    pub production: String,
    pub staging: String,
}

pub(super) async fn pair(pair: &Pair, speed: f64) -> Result<CaseResult> {
    let stage = Fixture::set(pair.first.stage(), speed, pair.folders).await?;
    latency(&stage, pair.latency_ms).await?;
    let second = async {
        // The delay is part of the case and waits for nothing.
        tokio::time::sleep(Duration::from_millis(pair.gap_ms)).await;
        command(&stage, pair.second, pair.folders - 1, 1).await
    };
    let (first, second) = tokio::join!(command(&stage, pair.first, 0, 0), second);
    gather(stage, vec![first?, second?], pair.folders, false).await
}

pub(super) async fn outsider(case: &Outsider, speed: f64) -> Result<CaseResult> {
    let stage = Fixture::set(case.action.stage(), speed, 1).await?;
    let latency = latency(&stage, case.latency_ms).await?;
    let verbs = case.deed.verbs(case.action, &stage);
    let mut plan_is_counted = false;
    let rule = match case.place {
        Place::BeforeLastRead => {
            let (reads, again) = reads_of_a_plan(&stage, case.action, latency).await?;
            plan_is_counted = reads == again;
            json!({"calls": "reads", "after": reads, "count": 1, "kind": "act_before", "verbs": verbs})
        }
        Place::InTheRoundTrip => json!({"calls": "writes", "count": 1, "kind": "act_before", "verbs": verbs}),
        Place::AfterRequest => json!({"calls": "writes", "count": 1, "kind": "act_after", "verbs": verbs}),
    };
    stage.sandbox.post("/faults", &rule).await?;
    stage.sandbox.delete("/truth").await?;
    let run = command(&stage, case.action, 0, 0).await?;
    gather(stage, vec![run], 1, plan_is_counted).await
}

/// Makes every call take this long. Returns the rule's number.
async fn latency(stage: &Fixture, ms: u64) -> Result<u64> {
    let made = stage.sandbox.post("/faults", &json!({"kind": "latency", "ms": ms})).await?;
    made["ids"][0].as_u64().context("a rule")
}

/// The number of reads until the plan is printed, counted twice with a warm cache.
async fn reads_of_a_plan(stage: &Fixture, action: Action, latency: u64) -> Result<(u64, u64)> {
    let terminal = stage.terminal(0, 0)?;
    let words = action.words(stage);
    let words: Vec<&str> = words.iter().map(String::as_str).chain(["--json"]).collect();
    let seen = async || -> Result<u64> {
        terminal.run(&words).await?;
        let rules = stage.sandbox.get("/faults").await?;
        let rule = rules["rules"].as_array().and_then(|all| all.iter().find(|rule| rule["id"] == latency));
        rule.and_then(|rule| rule["seen"].as_u64()).context("a count")
    };
    let (first, second, third) = (seen().await?, seen().await?, seen().await?);
    Ok((second - first, third - second))
}

async fn command(stage: &Fixture, action: Action, folder: usize, token: usize) -> Result<Run> {
    let words = action.words(stage);
    let words: Vec<&str> = words.iter().map(String::as_str).chain(["--yes", "--json", "--timeout", TIMEOUT]).collect();
    let Outcome { status, stdout, stderr } = stage.terminal(folder, token)?.run(&words).await?;
    let report = serde_json::from_str(&stdout).unwrap_or(Value::Null);
    Ok(Run { action, folder, token, words: words.join(" "), exit: status, report, stderr })
}

async fn gather(stage: Fixture, runs: Vec<Run>, folders: usize, plan_is_counted: bool) -> Result<CaseResult> {
    let mut journals = Vec::new();
    for folder in 0..folders {
        let journal = stage.terminal(folder, 0)?.run(&["journal", "--json"]).await?.expect(0)?.json()?;
        journals.push(journal["entries"].as_array().cloned().unwrap_or_default());
    }
    let rules = stage.sandbox.get("/faults").await?;
    let outsider = rules["rules"].as_array().and_then(|all| all.iter().find(|rule| rule["kind"] != "latency")).cloned();
    // Lets everything in progress end.
    stage.make(json!({"advance": 240})).await?;
    Ok(CaseResult {
        runs,
        truth: stage.sandbox.truth().await?,
        releases: stage.sandbox.get(&format!("/truth/releases?app={}", stage.production)).await?,
        source_releases: stage.sandbox.get(&format!("/truth/releases?app={}", stage.staging)).await?,
        journals,
        outsider,
        plan_is_counted,
        service: stage.service,
        number: stage.number,
        production: stage.production,
        staging: stage.staging,
    })
}
