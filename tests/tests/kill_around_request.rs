//! Killed with -9 around the one request that changes something: before it arrives, while its answer is withheld,
//! and after the answer but before verification. In each case it is sent at most once, and after a restart the
//! journal agrees with the truth.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Cli, SandboxProcess, wait_within};
use std::time::Duration;

/// Long enough for reads to show the outcome.
const SETTLES: Duration = Duration::from_secs(150);

#[derive(Clone, Copy)]
enum Moment {
    /// The intent is stored; the request never arrives.
    BeforeArrival,
    /// Received and applied; the answer is withheld.
    AnswerWithheld,
    /// Answered; reads still return the earlier state.
    BeforeVerification,
}

struct Case {
    arguments: &'static [&'static str],
    /// The condition of the fault rule.
    rule: Value,
    /// The mutation as the sandbox counts it.
    kind: &'static str,
}

fn merge() -> Case {
    Case { arguments: &["merge"], rule: json!({"vendor": "github", "method": "PUT"}), kind: "merge" }
}

fn revert() -> Case {
    Case { arguments: &["revert"], rule: json!({"vendor": "github", "operation": "revertPullRequest"}), kind: "revert" }
}

fn rollback() -> Case {
    Case { arguments: &["rollback"], rule: json!({"vendor": "heroku", "method": "POST"}), kind: "rollback" }
}

async fn check(case: Case, moment: Moment) -> Result<()> {
    let sandbox = SandboxProcess::start(60, "healthy").await?;
    let folder = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
    let mut arguments: Vec<String> = case.arguments.iter().map(|a| (*a).to_owned()).collect();
    arguments.extend(target(&terminal, &case).await?);
    arguments.extend(["--yes".to_owned(), "--json".to_owned()]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();

    let mut rule = case.rule.clone();
    let kind = match moment {
        Moment::BeforeArrival => "swallow",
        Moment::AnswerWithheld => "hang_after",
        Moment::BeforeVerification => "stale",
    };
    rule["kind"] = json!(kind);
    if matches!(moment, Moment::BeforeVerification) {
        rule = json!({"kind": "stale", "seconds": 600});
    }
    sandbox.post("/faults", &rule).await?;

    let mut running = terminal.start(&arguments)?;
    wait_within(Duration::from_secs(60), "the moment", async || {
        let reached = match moment {
            Moment::BeforeArrival | Moment::AnswerWithheld => fired(&sandbox.get("/faults").await?),
            Moment::BeforeVerification => mutations(&sandbox.truth().await?, case.kind).1 == 1 && answered(&terminal).await?,
        };
        Ok(reached.then_some(()))
    })
    .await?;
    running.kill().await.context("kill -9")?;
    sandbox.delete("/faults").await?;

    let applied = u64::from(!matches!(moment, Moment::BeforeArrival));
    // As far as can be read, a request that did not arrive may still arrive.
    let wanted = if applied == 1 { "succeeded" } else { "unknown" };
    let entry = wait_within(SETTLES, "the journal to settle", async || {
        let journal = terminal.run(&["journal", "--json"]).await?.expect(0)?.json()?;
        let entry = journal["entries"][0].clone();
        let state = entry["state"].as_str().unwrap_or_default();
        Ok((state == wanted || state == "failed").then_some(entry))
    })
    .await?;
    ensure!(entry["state"] == wanted, "the journal says {entry}");
    if applied == 0 {
        settle_by_word(&terminal, &arguments, &entry).await?;
    }
    let counted = mutations(&sandbox.truth().await?, case.kind);
    ensure!(counted == (applied, applied), "received and applied: {counted:?}");
    Ok(())
}

/// A person who knows the outcome records it; it is kept as their statement, and the target is free again.
async fn settle_by_word(terminal: &Cli, arguments: &[&str], entry: &Value) -> Result<()> {
    let id = entry["id"].as_str().context("an id")?;
    let busy = terminal.run(arguments).await?.expect(3)?;
    ensure!(busy.stderr.contains("--settle"), "it says how to go on: {}", busy.stderr);
    let settle = ["journal", "--settle", id, "did-not", "--reason", "the gateway dropped it", "--json"];
    let settled = terminal.run(&settle).await?.expect(0)?.json()?["entries"][0].clone();
    ensure!((&settled["state"], &settled["settled_as"]) == (&json!("unknown"), &json!("did_not")), "{settled}");
    ensure!(settled["settled_reason"] == "the gateway dropped it" && settled["settled_by"].is_string(), "{settled}");
    terminal.run(&settle).await?.expect(1)?;
    Ok(())
}

/// The target of the action: a ready pull request, the newest merged one, production.
async fn target(terminal: &Cli, case: &Case) -> Result<Vec<String>> {
    let status = terminal.run(&["status", "--json"]).await?.expect(0)?.json()?;
    let service = &status["services"][0];
    let name = service["name"].as_str().context("a service")?.to_owned();
    let number = match case.kind {
        "merge" => {
            service["pull_requests"].as_array().and_then(|all| all.iter().find(|p| p["readiness"] == "ready")).map(|p| p["number"].clone())
        }
        "revert" => {
            service["main"].as_array().and_then(|all| all.iter().find(|c| c["pull_request"].is_u64())).map(|c| c["pull_request"].clone())
        }
        _ => return Ok(vec![name, "production".to_owned()]),
    };
    Ok(vec![name, number.context("a pull request")?.to_string()])
}

fn fired(faults: &Value) -> bool {
    let rules = faults["rules"].as_array().or(faults.as_array());
    rules.is_some_and(|rules| rules.iter().any(|r| r["fired"].as_u64() > Some(0)))
}

/// The answer arrived: the journal has more than "sent".
async fn answered(terminal: &Cli) -> Result<bool> {
    // The owner of the entry is alive, so another process only reads it.
    let journal = terminal.run(&["journal", "--json"]).await?.expect(0)?.json()?;
    let entry = &journal["entries"][0];
    Ok(entry["state"] == "sent" && entry["message"] != "Sent, checking")
}

/// Received and applied, of one kind.
fn mutations(truth: &Value, kind: &str) -> (u64, u64) {
    let all = truth["mutations"].as_array().cloned().unwrap_or_default();
    let count = |m: &Value, name: &str| m[name].as_u64().unwrap_or(0);
    all.iter().filter(|m| m["kind"] == kind).fold((0, 0), |sum, m| (sum.0 + count(m, "received"), sum.1 + count(m, "applied")))
}

/// The three actions at the same time, each with a sandbox and a data folder of its own.
async fn all(moment: Moment) -> Result<()> {
    let (merge, revert, rollback) = tokio::join!(check(merge(), moment), check(revert(), moment), check(rollback(), moment));
    merge.context("merge")?;
    revert.context("revert")?;
    rollback.context("rollback")
}

#[tokio::test]
async fn killed_before_the_request_arrives() -> Result<()> {
    all(Moment::BeforeArrival).await
}

#[tokio::test]
async fn killed_while_the_answer_is_withheld() -> Result<()> {
    all(Moment::AnswerWithheld).await
}

#[tokio::test]
async fn killed_before_it_is_verified() -> Result<()> {
    all(Moment::BeforeVerification).await
}
