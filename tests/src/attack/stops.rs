//! Two `stop` commands at once, or one and another person who acts: several requests by one consent, each with an
//! intent of its own. Judged by the ids in the sandbox's truth.

use std::fmt;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::fixture::Fixture;
use super::rng::Rng;
use super::setting::Setting;
use super::truth::Change;
use super::violation::{Promise, Violation, violation};

/// Seconds until a command reports an outcome as unknown.
const TIMEOUT: &str = "40";

#[derive(Clone, Debug)]
pub(super) struct Stop {
    pub second: Second,
    pub latency_ms: u64,
    pub folders: usize,
}

/// What happens beside the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Second {
    /// The same command, so many milliseconds later.
    Same { gap_ms: u64 },
    /// Before the first request a person cancels the pipeline.
    Cancels,
    /// Before the first request a person turns the auto-merge off.
    TurnsOff,
    /// The first request is refused by its vendor.
    Refused,
}

/// The result of one command.
#[derive(Debug)]
pub(super) struct StopRun {
    folder: usize,
    token: u64,
    exit: i32,
    report: Value,
    stderr: String,
}

#[derive(Debug)]
pub(super) struct Stopped {
    pub runs: Vec<StopRun>,
    truth: Value,
    journals: Vec<Vec<Value>>,
}

impl Stop {
    pub(super) fn draw(seed: u64, index: u64) -> Self {
        let mut draw = Rng::of_case(seed, 3, index);
        let gap_ms = if draw.below(2) == 0 { 0 } else { draw.below(1500) };
        let second = match index % 4 {
            0 | 1 => Second::Same { gap_ms },
            2 => draw.pick(&[Second::Cancels, Second::TurnsOff]),
            _ => Second::Refused,
        };
        Self { second, latency_ms: draw.pick(&[50, 200]), folders: 1 + draw.below(2) as usize }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stop | {:?}, latency {} ms, {} data folders", self.second, self.latency_ms, self.folders)
    }
}

pub(super) async fn play(case: &Stop, speed: f64) -> Result<Stopped> {
    let folders = if matches!(case.second, Second::Same { .. }) { case.folders } else { 1 };
    let stage = Fixture::set(Setting::Hurt, speed, folders).await?;
    stage.sandbox.post("/faults", &json!({"kind": "latency", "ms": case.latency_ms})).await?;
    if let Some(rule) = rule(case, &stage) {
        stage.sandbox.post("/faults", &rule).await?;
    }
    let mut runs = Vec::new();
    match case.second {
        Second::Same { gap_ms } => {
            let second = async {
                // The delay is part of the case and waits for nothing.
                tokio::time::sleep(Duration::from_millis(gap_ms)).await;
                command(&stage, folders - 1, 1).await
            };
            let (first, second) = tokio::join!(command(&stage, 0, 0), second);
            runs.extend([first?, second?]);
        }
        Second::Cancels | Second::TurnsOff | Second::Refused => runs.push(command(&stage, 0, 0).await?),
    }
    let mut journals = Vec::new();
    for folder in 0..folders {
        let journal = stage.terminal(folder, 0)?.run(&["journal", "--json"]).await?.expect(0)?.json()?;
        journals.push(journal["entries"].as_array().cloned().unwrap_or_default());
    }
    Ok(Stopped { runs, truth: stage.sandbox.truth().await?, journals })
}

fn rule(case: &Stop, stage: &Fixture) -> Option<Value> {
    let act = |verbs: Value| json!({"calls": "writes", "count": 1, "kind": "act_before", "verbs": verbs});
    match case.second {
        Second::Same { .. } => None,
        Second::Cancels => Some(act(json!({"cancel": {"service": stage.service, "number": stage.pipeline}}))),
        Second::TurnsOff => Some(act(json!({"auto_merge": {"service": stage.service, "number": stage.number, "on": false}}))),
        Second::Refused => Some(json!({"calls": "writes", "count": 1, "kind": "status", "code": 403})),
    }
}

async fn command(stage: &Fixture, folder: usize, token: usize) -> Result<StopRun> {
    let words = ["stop", stage.service, "production", "--yes", "--json", "--timeout", TIMEOUT];
    let run = stage.terminal(folder, token)?.run(&words).await?;
    let report = serde_json::from_str(&run.stdout).with_context(|| format!("no JSON: {} {}", run.stdout, run.stderr))?;
    Ok(StopRun { folder, token: token as u64, exit: run.status, report, stderr: run.stderr })
}

impl Stopped {
    fn asked_by(&self, run: &StopRun) -> Vec<Change<'_>> {
        let all = self.truth["changes"].as_array().into_iter().flatten().map(Change);
        all.filter(|change| change.token() == Some(run.token)).collect()
    }

    pub(super) fn exits(&self) -> String {
        self.runs.iter().map(|run| run.exit.to_string()).collect::<Vec<_>>().join(" ")
    }

    /// Requests that were received, of all runs.
    pub(super) fn sent(&self) -> usize {
        self.runs.iter().map(|run| self.asked_by(run).len()).sum()
    }
}

pub(super) fn judge(played: &Stopped) -> Vec<Violation> {
    let mut found = Vec::new();
    for run in &played.runs {
        outcomes(played, run, &mut found);
    }
    intents(played, &mut found);
    one_per_target(played, &mut found);
    found
}

fn outcomes(played: &Stopped, run: &StopRun, found: &mut Vec<Violation>) {
    let mut says = |what: String| found.push(violation(Promise::Outcome, what));
    let asked = played.asked_by(run);
    let (plans, outcomes) = (list(&run.report["set"]["plans"]), list(&run.report["outcomes"]));
    if !outcomes.is_empty() && outcomes.len() != plans.len() {
        says(format!("{} plans and {} outcomes", plans.len(), outcomes.len()));
    }
    for outcome in &outcomes {
        let Some(plan) = plans.iter().find(|plan| plan["id"] == outcome["plan"]) else {
            says(format!("an outcome of no plan: {outcome}"));
            continue;
        };
        let of_plan: Vec<_> = asked.iter().filter(|change| is_of(plan, **change)).collect();
        match (outcome["state"].as_str(), &of_plan[..]) {
            (_, [_, _, ..]) => says(format!("{} requests for one plan: {}", of_plan.len(), plan["title"])),
            (Some("not_sent"), [_]) => says(format!("not sent, it says of {}, and it was received", plan["title"])),
            (Some("done" | "refused"), []) => says(format!("{} it says of {}, and nothing was received", outcome["state"], plan["title"])),
            (Some("refused"), [change]) if change.applied() => says(format!("refused, it says of {}, and it happened", plan["title"])),
            (Some("done" | "refused" | "unknown" | "not_sent"), _) => {}
            (state, _) => says(format!("{state:?} is no state")),
        }
    }
    let any = |word: &str| outcomes.iter().any(|outcome| outcome["state"] == word);
    let worst = match () {
        () if outcomes.is_empty() => 3,
        () if any("unknown") => 4,
        () if any("refused") => 1,
        () if any("not_sent") => 3,
        () => 0,
    };
    if run.exit != worst {
        says(format!("exit code {} and the worst is {worst}: {}", run.exit, run.stderr));
    }
    if outcomes.is_empty() && !asked.is_empty() {
        says("nothing was sent, it says, and something was received".to_owned());
    }
}

/// Every request that was received has an entry of its own that says it was sent.
fn intents(played: &Stopped, found: &mut Vec<Violation>) {
    for (folder, entries) in played.journals.iter().enumerate() {
        let received: usize = played.runs.iter().filter(|run| run.folder == folder).map(|run| played.asked_by(run).len()).sum();
        let sent = entries.iter().filter(|entry| !entry["sent_at"].is_null()).count();
        // A request that is refused on its way to the vendor was sent, and not received.
        if received > sent {
            let what = format!("{sent} entries say that something was sent, and {received} requests were received");
            found.push(violation(Promise::Journal, what));
        }
    }
}

fn one_per_target(played: &Stopped, found: &mut Vec<Violation>) {
    for folder in 0..played.journals.len() {
        let of_folder = played.runs.iter().filter(|run| run.folder == folder).flat_map(|run| played.asked_by(run));
        let mut seen: Vec<(&str, &str)> = Vec::new();
        for change in of_folder {
            let target = (change.kind(), change.target());
            if seen.contains(&target) {
                found.push(violation(Promise::OnePerTarget, format!("{} of {} was sent twice", target.0, target.1)));
            }
            seen.push(target);
        }
    }
}

/// Whether the change is what the plan asks for.
fn is_of(plan: &Value, change: Change<'_>) -> bool {
    let action = &plan["action"];
    match action["action"].as_str() {
        Some("cancel") => change.kind() == "cancel" && plan["request"].to_string().contains(change.target()),
        Some(word @ ("disable_auto_merge" | "dequeue")) => {
            change.kind() == word && change.target().ends_with(&format!("#{}", action["number"]))
        }
        _ => false,
    }
}

fn list(value: &Value) -> Vec<&Value> {
    value.as_array().into_iter().flatten().collect()
}
