//! The window is killed with -9 right after a confirmation, at a random time from a seed. Opened again, it lists
//! the open action and settles it by reading; nothing is sent a second time, and the journal is correct.
#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Cli, Desktop, Named, SandboxProcess, Toasts, Window, wait_within};
use std::time::Duration;
use thirtyfour::Key;

const LONG: Duration = Duration::from_secs(60);
/// Longer than the time after which an action without an effect counts as failed.
const SETTLES: Duration = Duration::from_secs(180);
/// Within this time the plan is read again, the intent stored, the request sent, and its answer read.
const SPAN: f64 = 2000.0;

/// `SLIPWAY_SEED`, or a fixed one; each action gets a time of its own.
fn moment(turn: u64) -> Result<Duration> {
    let seed: u64 = std::env::var("SLIPWAY_SEED").map_or(Ok(20_261_123), |text| text.parse())?;
    let mixed = seed.wrapping_add(turn).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    let millis = SPAN * mixed as f64 / f64::from(1u32 << 24);
    println!("seed {seed}: killed after {millis:.0} ms");
    Ok(Duration::from_secs_f64(millis / 1000.0))
}

async fn check(kind: &str, turn: u64) -> Result<()> {
    let moment = moment(turn)?;
    let sandbox = SandboxProcess::start(60, "healthy").await?;
    Desktop::plan()
        .toasts(Toasts::Nobody)
        .run(&format!("killed-{kind}"), async |desktop| {
            let service = sandbox.connect_kept(&desktop.cli()?).await?;
            let number = sandbox.open_ready(&service).await?;
            let number = prepare(&desktop.cli()?, &sandbox, kind, &service, number).await?;
            // Spreads the times of one action.
            sandbox.post("/faults", &json!({"kind": "latency", "ms": 500, "calls": "writes"})).await?;
            let window = desktop.open(&[]).await?;
            wait_within(LONG, "the board", async || Ok(window.names("article", Named::Starting("Production, version")).await?.pop()))
                .await?;
            ask(&window, kind, &service, number).await?;
            window.press_with(&[Key::Control], Key::Enter).await?;
            tokio::time::sleep(moment).await;
            desktop.kill_slipway().await?;
            let open = entries(desktop, kind).await?;
            ensure!(open.len() <= 1, "{open:#?}");

            let window = desktop.open(&[]).await?;
            window.click_within(LONG, "button", Named::Exactly("Journal")).await?;
            if kind != "promote" && open.is_empty() {
                window.shows("No action was taken yet").await?;
            } else if !open.is_empty() {
                // Listed with its target, while it is open and afterwards.
                window.shows_within(LONG, open[0]["target"].as_str().context("a target")?).await?;
                wait_within(SETTLES, "the journal to settle", async || {
                    let open = entries(desktop, kind).await?.iter().any(|e| matches!(e["state"].as_str(), Some("planned" | "sent")));
                    Ok((!open).then_some(()))
                })
                .await?;
            }
            let settled = entries(desktop, kind).await?;
            let truth = sandbox.mutations(kind).await?;
            let (received, applied) = truth.iter().fold((0, 0), |sum, m| (sum.0 + m.1, sum.1 + m.2));
            println!("{kind}: {} intents before, {received} received", open.len());
            // A request whose sender dies during the transmission may have no effect.
            ensure!(received <= 1 && applied <= received, "{truth:?}");
            ensure!(received == 0 || settled.len() == 1, "done, and the journal has nothing: {truth:?}");
            for entry in &settled {
                // An action without effect was shown not to have been sent, or its outcome cannot be shown at all.
                let wanted: &[&str] = if applied == 1 { &["succeeded"] } else { &["not_sent", "unknown"] };
                ensure!(wanted.iter().any(|state| entry["state"] == *state), "{applied} done, and the journal says {entry}");
            }
            Ok(())
        })
        .await
}

/// The journal's entry of this action.
async fn entries(desktop: &Desktop, kind: &str) -> Result<Vec<Value>> {
    let journal = desktop.cli()?.run(&["journal", "--json"]).await?.expect(0)?.json()?;
    Ok(journal["entries"].as_array().into_iter().flatten().filter(|entry| entry["action"] == kind).cloned().collect())
}

/// Makes the action possible, and returns the number of its target.
async fn prepare(terminal: &Cli, sandbox: &SandboxProcess, kind: &str, service: &str, number: u64) -> Result<u64> {
    match kind {
        "revert" => drop(sandbox.post("/world", &json!({"merge": {"service": service, "number": number}})).await?),
        "update_branch" => drop(sandbox.post("/world", &json!({"behind": {"service": service, "number": number}})).await?),
        "promote" => {
            // New code that CI does not release by itself in the meantime.
            sandbox.post("/world", &json!({"hold": {"service": service, "held": true}})).await?;
            sandbox.post("/world", &json!({"merge": {"service": service, "number": number}})).await?;
            sandbox.post("/world", &json!({"build": {"app": format!("{service}-staging-build")}})).await?;
            wait_within(LONG, "the build to be released on staging", async || {
                let outcome = terminal.run(&["release", service, "staging", "--from-build", "--yes"]).await?;
                Ok((outcome.status == 0).then_some(()))
            })
            .await?;
        }
        "rerun" => {
            sandbox.post("/world", &json!({"fail_next": {"service": service, "job": "integration"}})).await?;
            let started = sandbox.post("/world", &json!({"start_pipeline": {"service": service}})).await?;
            let pipeline = started["start_pipeline"]["number"].as_u64().context("a pipeline")?;
            wait_within(LONG, "the pipeline to fail", async || {
                let status = terminal.run(&["status", "--service", service, "--json"]).await?.expect(0)?.json()?;
                let all = status["services"][0]["pipelines"].as_array().cloned().unwrap_or_default();
                Ok(all.iter().any(|p| p["number"] == pipeline && p["status"] == "failed").then_some(()))
            })
            .await?;
            return Ok(pipeline);
        }
        _ => {}
    }
    Ok(number)
}

/// Opens the plan, ready for confirmation.
async fn ask(window: &Window, kind: &str, service: &str, number: u64) -> Result<()> {
    match kind {
        "merge" => {
            window.click_within(LONG, "button", Named::Starting(&format!("Pull request {number}, "))).await?;
            window.click("button", Named::Exactly(&format!("Merge #{number}"))).await?;
            window.get("group", Named::Exactly(&format!("Merge plan of #{number}"))).await?;
            window.confirmable(Named::Exactly(&format!("Merge #{number}"))).await
        }
        "update_branch" => {
            window.click_within(LONG, "button", Named::Starting(&format!("Pull request {number}, "))).await?;
            window.click("button", Named::Exactly(&format!("Open #{number}"))).await?;
            let words = format!("Update #{number}");
            window.click("button", Named::Starting(&words)).await?;
            window.get("dialog", Named::Starting(&words)).await?;
            window.confirmable(Named::Starting(&words)).await
        }
        "promote" => {
            window.click_within(LONG, "button", Named::Starting("Promote staging to production")).await?;
            window.get("dialog", Named::Starting("Promote staging")).await?;
            window.fill("textbox", Named::Starting("Type"), &format!("{service}-production")).await?;
            window.confirmable(Named::Starting("Promote staging")).await
        }
        "revert" | "rerun" => {
            let words = if kind == "rerun" { format!("Rerun from failed #{number}") } else { format!("Revert #{number}") };
            window.press_with(&[Key::Control], 'k').await?;
            window.fill("combobox", Named::Starting("Find a PR"), &words).await?;
            window.get("option", Named::Containing(&words)).await?.click().await?;
            // Only a plan that has been read has steps, and only then the button is enabled.
            window.confirmable(Named::Starting(words.split(" from").next().unwrap_or_default())).await
        }
        _ => {
            window.click("button", Named::Starting("Roll back production")).await?;
            window.get("dialog", Named::Containing("Roll back production")).await?;
            window.fill("textbox", Named::Starting("Type"), &format!("{service}-production")).await?;
            window.confirmable(Named::Starting("Roll back production")).await
        }
    }
}

#[tokio::test]
async fn after_a_merge_was_confirmed() -> Result<()> {
    check("merge", 1).await
}

#[tokio::test]
async fn after_a_revert_was_confirmed() -> Result<()> {
    check("revert", 2).await
}

#[tokio::test]
async fn after_a_rollback_was_confirmed() -> Result<()> {
    check("rollback", 3).await
}

#[tokio::test]
async fn after_a_promotion_was_confirmed() -> Result<()> {
    check("promote", 4).await
}

#[tokio::test]
async fn after_a_rerun_was_confirmed() -> Result<()> {
    check("rerun", 5).await
}

#[tokio::test]
async fn after_an_update_of_a_branch_was_confirmed() -> Result<()> {
    check("update_branch", 6).await
}
