//! The complete main job in the real window, by accessible names: merge, follow the pipeline to production, get
//! notified of a failure, roll back with a plan, revert, and see the revert live. Run slowly (`SLIPWAY_PACE_MS`) it
//! is the tour.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Album, Desktop, Named, SandboxProcess, Window, wait_within};
use std::time::Duration;
use thirtyfour::Key;

const RELEASED: Duration = Duration::from_secs(120);

#[tokio::test]
async fn main_job() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    Desktop::plan().run("main_job", async |desktop| travel(desktop, &sandbox).await).await
}

async fn travel(desktop: &mut Desktop, sandbox: &SandboxProcess) -> Result<()> {
    let mut album = Album::open("main_job")?;
    // Accounts are added in a terminal of the same desktop, so the tokens are in the real keychain.
    let terminal = desktop.cli()?;
    let service = sandbox.connect_kept(&terminal).await?;
    let kept = desktop.secrets().await?;
    ensure!(kept.len() == 3, "one entry a token, not {}", kept.len());

    let window = desktop.open(&[]).await?;
    let number = ready(&window).await?;
    window.shows("is healthy").await?;
    album.keep("flow", &window.picture().await?).await?;

    // This change passes every check, is released and then crashes.
    sandbox.post("/world", &json!({"next_change": {"service": service, "is": "crashes"}})).await?;
    merge(&window, number, &mut album).await?;
    window.shows_within(RELEASED, "arrives in about").await?;
    album.keep("in-flight", &window.picture().await?).await?;
    live(sandbox, &service, number).await?;
    let toast = desktop.toast("that production is hurt", |t| t.title.contains("production")).await?;
    ensure!(toast.app == "Slipway", "{toast:?}");
    window.shows("Production is hurt").await?;
    album.keep("hurt", &window.picture().await?).await?;

    roll_back(&window, &service, &mut album).await?;
    wait_within(RELEASED, "the rollback", async || Ok((applied(&sandbox.truth().await?, "rollback") == 1).then_some(()))).await?;
    wait_within(RELEASED, "the card to say what is back", async || {
        Ok(window.names("article", Named::Containing("back on")).await?.into_iter().next())
    })
    .await?;
    album.keep("rolled-back", &window.picture().await?).await?;

    // Staging still runs it: its card links to the merged pull request.
    window.click("button", Named::Exactly(&format!("Open #{number}"))).await?;
    window.click("button", Named::Starting(&format!("Revert #{number}"))).await?;
    window.get("dialog", Named::Containing(&format!("Revert #{number}"))).await?;
    album.keep("revert-plan", &window.picture().await?).await?;
    window.confirm(Named::Starting(&format!("Revert #{number}"))).await?;
    window.gone("dialog", Named::Containing("Revert")).await?;
    let revert = revert_of(sandbox, &service, number).await?;
    window.press(Key::Escape).await?;
    // While the pointer is on the list its rows stay in place; new ones are added below.
    wait_within(RELEASED, "the revert in the list", async || {
        let name = format!("Pull request {revert}");
        if !window.names("button", Named::Starting(&name)).await?.is_empty() {
            return Ok(Some(()));
        }
        if !window.names("button", Named::Containing("Show the new order")).await?.is_empty() {
            window.click("button", Named::Containing("Show the new order")).await?;
        }
        Ok(None)
    })
    .await?;
    album.keep("revert-opened", &window.picture().await?).await?;
    let row = format!("Pull request {revert}, ");
    wait_within(RELEASED, "the revert to be ready", async || {
        let rows = window.names("button", Named::Starting(&row)).await?;
        Ok(rows.iter().any(|name| name.contains(", ready")).then_some(()))
    })
    .await?;
    window.click("button", Named::Starting(&row)).await?;
    merge(&window, revert, &mut album).await?;
    live(sandbox, &service, revert).await?;
    window.shows_within(RELEASED, "Nothing in flight").await?;
    album.keep("revert-live", &window.picture().await?).await?;

    window.press("g").await?;
    window.press("j").await?;
    window.shows("Roll back").await?;
    album.keep("journal", &window.picture().await?).await?;

    let truth = sandbox.truth().await?;
    let counts = (applied(&truth, "merge"), applied(&truth, "rollback"), applied(&truth, "revert"));
    ensure!(counts == (2, 1, 1), "merges, rollbacks, reverts: {counts:?}");
    let nameless = window.nameless().await?;
    ensure!(nameless.is_empty(), "controls without a name: {nameless:?}");
    Ok(())
}

/// The number of the first pull request that can be merged.
async fn ready(window: &Window) -> Result<u64> {
    // While checks run the order still changes.
    let button = wait_within(Duration::from_secs(60), "a merge button", async || {
        let settled = window.names("button", Named::Containing(", checks ")).await?.is_empty();
        Ok(window.names("button", Named::Starting("Merge #")).await?.into_iter().next().filter(|_| settled))
    })
    .await?;
    let digits: String = button.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    Ok(digits.parse()?)
}

async fn merge(window: &Window, number: u64, album: &mut Album) -> Result<()> {
    window.click("button", Named::Starting(&format!("Merge #{number}"))).await?;
    window.get("group", Named::Exactly(&format!("Merge plan of #{number}"))).await?;
    album.keep("merge-plan", &window.picture().await?).await?;
    window.confirm(Named::Exactly(&format!("Merge #{number}"))).await?;
    window.gone("group", Named::Exactly(&format!("Merge plan of #{number}"))).await
}

async fn roll_back(window: &Window, service: &str, album: &mut Album) -> Result<()> {
    window.click("button", Named::Starting("Roll back")).await?;
    window.get("dialog", Named::Containing("Roll back production")).await?;
    window.fill("textbox", Named::Starting("Reason"), "production crashes since the release").await?;
    window.fill("textbox", Named::Starting("Type"), &format!("{service}-production")).await?;
    album.keep("rollback-plan", &window.picture().await?).await?;
    window.confirm(Named::Starting("Roll back production")).await?;
    window.gone("dialog", Named::Containing("Roll back")).await
}

/// By the sandbox's truth: both environments run the code of the pull request.
async fn live(sandbox: &SandboxProcess, service: &str, number: u64) -> Result<()> {
    wait_within(RELEASED, "both releases", async || {
        let truth = sandbox.truth().await?;
        let service = of_name(&truth["world"]["services"], service);
        let carried = environments(&service).iter().all(|e| e["current"]["pull_request"] == number);
        Ok(carried.then_some(()))
    })
    .await
}

async fn revert_of(sandbox: &SandboxProcess, service: &str, number: u64) -> Result<u64> {
    let branch = format!("revert-{number}-");
    wait_within(Duration::from_secs(60), "the revert", async || {
        let truth = sandbox.truth().await?;
        let service = of_name(&truth["world"]["services"], service);
        let prs = service["pull_requests"].as_array().cloned().unwrap_or_default();
        let revert = prs.iter().find(|p| p["head_branch"].as_str().is_some_and(|b| b.starts_with(&branch)));
        Ok(revert.and_then(|p| p["number"].as_u64()))
    })
    .await
}

fn environments(service: &Value) -> Vec<Value> {
    service["environments"].as_array().cloned().unwrap_or_default()
}

fn of_name(list: &Value, name: &str) -> Value {
    list.as_array().and_then(|all| all.iter().find(|s| s["name"] == name)).cloned().unwrap_or(Value::Null)
}

fn applied(truth: &Value, kind: &str) -> u64 {
    let all = truth["mutations"].as_array().cloned().unwrap_or_default();
    all.iter().filter(|m| m["kind"] == kind).filter_map(|m| m["applied"].as_u64()).sum()
}
