//! A service on GitHub Actions and one on CircleCI: the main job of both at the same time in the terminal, and the
//! window's view of runs, logs and approvals.

use anyhow::{Context, Result, ensure};
use futures::future::try_join;
use serde_json::{Value, json};
use slipway_tests::{Album, Cli, Desktop, Named, SandboxProcess, Window, wait_within};
use std::time::Duration;
use tempfile::TempDir;

const RELEASED: Duration = Duration::from_secs(120);
const CIRCLECI: &str = "storefront";
const ACTIONS: &str = "checkout-api";
const WITH_REVIEWER: &str = "search-indexer";

struct Session {
    sandbox: SandboxProcess,
    terminal: Cli,
    _folder: TempDir,
}

impl Session {
    async fn start(speed: u32) -> Result<Self> {
        let sandbox = SandboxProcess::start(speed, "side-by-side").await?;
        let folder = tempfile::tempdir()?;
        let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
        Ok(Self { sandbox, terminal, _folder: folder })
    }

    async fn service(&self, name: &str) -> Result<Value> {
        let status = self.terminal.run(&["status", "--service", name, "--json"]).await?.expect(0)?.json()?;
        Ok(status["services"][0].clone())
    }

    /// Waits until `found` returns a value for the state of the service.
    async fn until<T>(&self, name: &str, what: &str, found: impl Fn(&Value) -> Option<T>) -> Result<T> {
        wait_within(RELEASED, &format!("{what} of {name}"), async || Ok(found(&self.service(name).await?))).await
    }
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn environment<'a>(service: &'a Value, name: &str) -> &'a Value {
    array(&service["environments"]).iter().find(|e| e["name"] == name).unwrap_or(&Value::Null)
}

fn ready(service: &Value) -> Option<u64> {
    array(&service["pull_requests"]).iter().find(|p| p["readiness"] == "ready").and_then(|p| p["number"].as_u64())
}

fn pipeline_of(service: &Value, number: u64) -> Option<&Value> {
    array(&service["pipelines"]).iter().find(|p| p["pull_request"] == number)
}

/// Both environments run the pull request, and its pipeline has passed.
fn is_live(service: &Value, number: u64) -> bool {
    let carries = |name| array(&environment(service, name)["current"]["pull_requests"]).contains(&json!(number));
    carries("staging") && carries("production") && pipeline_of(service, number).is_some_and(|p| p["status"] == "passed")
}

fn applied(truth: &Value, kind: &str) -> u64 {
    array(&truth["mutations"]).iter().filter(|m| m["kind"] == kind).filter_map(|m| m["applied"].as_u64()).sum()
}

/// Merge, follow it to production, an outage, rollback, revert, merge the revert, live.
async fn main_job(session: &Session, name: &str, jobs: &[&str]) -> Result<()> {
    let number = session.until(name, "a ready pull request", ready).await?;
    let text = number.to_string();
    session.sandbox.post("/world", &json!({"next_change": {"service": name, "is": "crashes"}})).await?;
    session.terminal.run(&["merge", name, &text, "--yes"]).await?.expect(0)?;
    let moving = session
        .until(name, "the pipeline", |s| {
            pipeline_of(s, number).filter(|p| p["status"] == "running" && !array(&p["jobs"]).is_empty()).cloned()
        })
        .await?;
    let shown: Vec<&str> = array(&moving["jobs"]).iter().filter_map(|j| j["name"].as_str()).collect();
    ensure!(jobs.iter().all(|job| shown.contains(job)), "{name} shows {shown:?}");
    ensure!(moving["eta_seconds"].is_u64() && moving["progress"].as_f64().is_some_and(|p| p > 0.0), "{moving}");
    session.until(name, "the change, live", |s| is_live(s, number).then_some(())).await?;
    let hurt = |s: &Value| array(&s["alerts"]).iter().any(|a| a["kind"] == "production_down").then_some(());
    session.until(name, "production, hurt", hurt).await?;

    session.terminal.run(&["rollback", name, "production", "--yes", "--reason", "it crashes"]).await?.expect(0)?;
    let back = session.service(name).await?;
    let current = &environment(&back, "production")["current"];
    ensure!(current["version"] != current["code_version"], "{current}");
    session.terminal.run(&["revert", name, &text, "--yes"]).await?.expect(0)?;
    let revert = |s: &Value| {
        let mut ready = array(&s["pull_requests"]).iter().filter(|p| p["readiness"] == "ready");
        ready.find(|p| p["title"].as_str().is_some_and(|t| t.starts_with("Revert "))).and_then(|p| p["number"].as_u64())
    };
    let revert = session.until(name, "the revert, ready", revert).await?;
    session.terminal.run(&["merge", name, &revert.to_string(), "--yes"]).await?.expect(0)?;
    session.until(name, "the revert, live", |s| is_live(s, revert).then_some(())).await?;
    // Up again, and called healthy only after five minutes without interruption.
    let up = |s: &Value| (environment(s, "production")["health"] == "restarting").then_some(());
    session.until(name, "production, up again", up).await
}

#[tokio::test]
async fn the_main_job_on_both() -> Result<()> {
    let session = Session::start(60).await?;
    let told = |banner: &Value, name: &str| array(&banner["services"]).iter().find(|s| s["name"] == name).map(|s| s["ci"].clone());
    for (name, ci) in [(CIRCLECI, "circleci:gh/acme/storefront"), (ACTIONS, "github-actions:acme/checkout-api")] {
        ensure!(told(session.sandbox.banner(), name) == Some(json!(ci)), "{}", session.sandbox.banner());
        ensure!(session.service(name).await?["ci"] == ci);
        ensure!(session.terminal.run(&["service", "list"]).await?.expect(0)?.stdout.contains(ci));
    }
    try_join(
        main_job(&session, CIRCLECI, &["lint", "unit-1", "integration", "deploy", "release"]),
        // GitHub does not list jobs that wait for others.
        main_job(&session, ACTIONS, &["analyze", "lint", "unit-1", "integration", "deploy"]),
    )
    .await?;
    let truth = session.sandbox.truth().await?;
    let counts = (applied(&truth, "merge"), applied(&truth, "rollback"), applied(&truth, "revert"));
    ensure!(counts == (4, 2, 2), "merges, rollbacks, reverts: {counts:?}");
    ensure!(truth["violations"] == json!([]), "{}", truth["violations"]);
    Ok(())
}

#[tokio::test]
async fn actions_are_rerun_approved_and_canceled() -> Result<()> {
    let session = Session::start(60).await?;
    let number = session.until(ACTIONS, "a ready pull request", ready).await?;
    session.sandbox.post("/world", &json!({"fail_next": {"service": ACTIONS, "job": "lint"}})).await?;
    session.terminal.run(&["merge", ACTIONS, &number.to_string(), "--yes"]).await?.expect(0)?;
    let failed = |s: &Value| pipeline_of(s, number).filter(|p| p["status"] == "failed").cloned();
    let failed = session.until(ACTIONS, "the failure", failed).await?;
    let text = failed["number"].to_string();
    session.terminal.run(&["approve", ACTIONS, &text, "--yes"]).await?.expect(3)?;
    let rerun = session.terminal.run(&["rerun", ACTIONS, &text, "--yes", "--json"]).await?.expect(0)?.json()?;
    ensure!(rerun["entry"]["state"] == "succeeded" && !rerun.to_string().contains("CircleCI"), "{rerun}");
    session.until(ACTIONS, "the change, live", |s| is_live(s, number).then_some(())).await?;
    session.terminal.run(&["rerun", ACTIONS, &text, "--yes"]).await?.expect(3)?;

    session.sandbox.post("/world", &json!({"start_pipeline": {"service": WITH_REVIEWER}})).await?;
    let held = |s: &Value| array(&s["pipelines"]).iter().find(|p| p["status"] == "on_hold").map(|p| p["number"].to_string());
    let held = session.until(WITH_REVIEWER, "the hold", held).await?;
    // The jobs after the approval must still be running when the run is canceled.
    session.sandbox.post("/world", &json!({"hold": {"service": WITH_REVIEWER, "held": true}})).await?;
    let approved = session.terminal.run(&["approve", WITH_REVIEWER, &held, "--yes", "--json"]).await?.expect(0)?.json()?;
    ensure!(approved["entry"]["message"].as_str().is_some_and(|m| m.contains("approved")), "{approved}");
    session.terminal.run(&["cancel", WITH_REVIEWER, &held, "--yes"]).await?.expect(0)?;
    let truth = session.sandbox.truth().await?;
    let counts = (applied(&truth, "rerun"), applied(&truth, "approve"), applied(&truth, "cancel"));
    ensure!(counts == (1, 1, 1), "reruns, approvals, cancels: {counts:?}");
    Ok(())
}

#[tokio::test]
async fn both_in_the_window() -> Result<()> {
    let sandbox = SandboxProcess::start(10, "side-by-side").await?;
    Desktop::plan().run("side_by_side", async |desktop| watch(desktop, &sandbox).await).await
}

async fn watch(desktop: &mut Desktop, sandbox: &SandboxProcess) -> Result<()> {
    let mut album = Album::open("side_by_side")?;
    let terminal = desktop.cli()?;
    sandbox.connect_kept(&terminal).await?;
    let window = desktop.open(&[]).await?;
    window.shows("is healthy").await?;
    // Both merge at the same time; a check of the second fails.
    sandbox.post("/world", &json!({"fail_next": {"service": ACTIONS, "job": "lint"}})).await?;
    for name in [CIRCLECI, ACTIONS] {
        let status = terminal.run(&["status", "--service", name, "--json"]).await?.expect(0)?.json()?;
        let number = ready(&status["services"][0]).with_context(|| format!("nothing is ready in {name}"))?;
        sandbox.post("/world", &json!({"merge": {"service": name, "number": number}})).await?;
    }
    sandbox.post("/world", &json!({"start_pipeline": {"service": WITH_REVIEWER}})).await?;
    open_service(&window, ACTIONS).await?;
    window.get("button", Named::Starting("analyze, running")).await?;
    window.get("button", Named::Starting("integration, running")).await?;
    window.click("button", Named::Starting("integration, running")).await?;
    window.shows("The log comes when the job has ended").await?;
    album.keep("running", &window.picture().await?).await?;
    window.shows_within(RELEASED, "Will not release: failed in lint").await?;
    window.click("button", Named::Starting("lint, failed")).await?;
    window.shows("Log of the whole job").await?;
    window.click("button", Named::Exactly("Next failure")).await?;
    window.shows("Error: Process completed with exit code 1.").await?;
    album.keep("failed-log", &window.picture().await?).await?;
    window.get("button", Named::Containing("on GitHub Actions")).await?;

    open_service(&window, WITH_REVIEWER).await?;
    window.shows_within(RELEASED, "Waits for approval of production").await?;
    album.keep("approval", &window.picture().await?).await?;
    window.click("button", Named::Starting("Approve #")).await?;
    window.get("dialog", Named::Containing("Approve #")).await?;
    album.keep("approval-plan", &window.picture().await?).await?;
    window.confirm(Named::Starting("Approve #")).await?;
    window.gone("dialog", Named::Containing("Approve #")).await?;
    window.get("button", Named::Starting("production, passed")).await?;
    album.keep("approved", &window.picture().await?).await?;

    open_service(&window, CIRCLECI).await?;
    window.get("button", Named::Starting("release, passed")).await?;
    album.keep("circleci", &window.picture().await?).await?;
    let nameless = window.nameless().await?;
    ensure!(nameless.is_empty(), "controls without a name: {nameless:?}");
    ensure!(applied(&sandbox.truth().await?, "approve") == 1);
    Ok(())
}

async fn open_service(window: &Window, name: &str) -> Result<()> {
    window.click("button", Named::Starting(&format!("{name}, "))).await?;
    window.press("g").await?;
    window.press("p").await.map(drop)
}
