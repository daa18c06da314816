//! The inbox in the real window: approved in place, done by itself, kept over a restart, shared with the terminal.
#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Album, Cli, Desktop, Named, SandboxProcess, Window, wait_within};
use std::time::Duration;
use thirtyfour::Key;

const LONG: Duration = Duration::from_secs(90);

/// Opens the inbox by its keys.
async fn open_inbox(window: &Window) -> Result<()> {
    window.press("g").await?;
    window.press("i").await?;
    window.get("listbox", Named::Starting("Inbox, ")).await.map(drop)
}

/// The rail says it, whatever page is shown.
async fn one_needs_you(window: &Window) -> Result<()> {
    wait_within(LONG, "something that needs a person", async || {
        Ok(window.names("button", Named::Exactly("Inbox, 1 needs you")).await?.pop())
    })
    .await
    .map(drop)
}

async fn open_items(terminal: &Cli) -> Result<Vec<Value>> {
    let document = terminal.run(&["inbox", "--json"]).await?.expect(0)?.json()?;
    Ok(document["items"].as_array().cloned().unwrap_or_default())
}

async fn approve_in_place(window: &Window, sandbox: &SandboxProcess, service: &str, album: &mut Album) -> Result<()> {
    sandbox.post("/world", &json!({"holds": {"service": service, "names": ["approve-release"]}})).await?;
    sandbox.post("/world", &json!({"start_pipeline": {"service": service}})).await?;
    one_needs_you(window).await?;
    open_inbox(window).await?;
    window.shows("1 thing needs you.").await?;
    window.get("option", Named::Starting(&format!("Unread, {service}, Waits for approval: pipeline "))).await?;
    window.get("heading", Named::Exactly(&format!("{service} waits for your approval"))).await?;
    // The whole case is here, with its plan: no other screen is needed.
    window.shows("Sent once, then read back").await?;
    window.confirmable(Named::Starting("Approve ")).await?;
    album.keep("approval", &window.picture().await?).await?;
    window.get("option", Named::Starting(&format!("{service}, Waits for approval"))).await.context("read after a second in the pane")?;
    ensure!(sandbox.mutations("approve").await?.is_empty(), "nothing is sent by looking");
    window.press_with(&[Key::Control], Key::Enter).await?;
    window.shows_within(LONG, "Nothing needs you").await?;
    window.shows("pproved by").await?;
    album.keep("approved", &window.picture().await?).await?;
    let approvals = sandbox.mutations("approve").await?;
    ensure!(approvals.len() == 1 && (approvals[0].1, approvals[0].2) == (1, 1), "{approvals:?}");
    sandbox.post("/world", &json!({"holds": {"service": service, "names": []}})).await.map(drop)
}

async fn fail(window: &Window, sandbox: &SandboxProcess, service: &str) -> Result<()> {
    sandbox.post("/world", &json!({"fail_next": {"service": service, "job": "integration"}})).await?;
    sandbox.post("/world", &json!({"start_pipeline": {"service": service}})).await?;
    window.shows_within(LONG, "Failed on main").await
}

#[tokio::test]
async fn a_person_works_through_the_inbox() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "quiet").await?;
    Desktop::plan().run("inbox", async |desktop| work_through(desktop, &sandbox).await).await
}

async fn work_through(desktop: &mut Desktop, sandbox: &SandboxProcess) -> Result<()> {
    let mut album = Album::open("inbox")?;
    let terminal = desktop.cli()?;
    let service = sandbox.connect_kept(&terminal).await?;
    let window = desktop.open(&[]).await?;
    window.shows_within(LONG, "healthy").await?;
    approve_in_place(&window, sandbox, &service, &mut album).await?;

    fail(&window, sandbox, &service).await?;
    // What was approved stays in the pane until another item is chosen.
    window.press("k").await?;
    window.get("option", Named::Starting(&format!("{service}, Failed on main"))).await.context("it is read")?;
    album.keep("failed", &window.picture().await?).await?;

    // Over a restart what was read stays read.
    desktop.kill_slipway().await?;
    let window = desktop.open(&[]).await?;
    one_needs_you(&window).await?;
    open_inbox(&window).await?;
    ensure!(window.names("option", Named::Starting("Unread, ")).await?.is_empty(), "what was read is unread again");
    let items = open_items(&terminal).await?;
    ensure!(items.len() == 1 && items[0]["kind"] == "failed_on_branch", "{items:?}");

    // Done in the window is done in the terminal, and can be taken back.
    window.press("e").await?;
    window.shows("Nothing needs you").await?;
    ensure!(open_items(&terminal).await?.is_empty(), "the terminal still has it");
    window.press("z").await?;
    window.shows("1 thing needs you.").await?;

    // Done in the terminal is done in the window.
    let id = items[0]["id"].as_str().context("an id")?;
    let printed = terminal.run(&["inbox", "done", id]).await?.expect(0)?;
    ensure!(printed.stdout.starts_with("done: Failed on main"), "{}", printed.stdout);
    wait_within(Duration::from_secs(5), "the window to take it over", async || {
        Ok(window.text().await?.contains("Nothing needs you").then_some(()))
    })
    .await?;
    terminal.run(&["inbox", "done", id]).await?.expect(1)?;
    terminal.run(&["inbox", "done", "nothing-00000000"]).await?.expect(2)?;
    terminal.run(&["inbox", "--service", "nothing"]).await?.expect(2)?;
    let all = terminal.run(&["inbox", "--all"]).await?.expect(0)?.stdout;
    ensure!(all.starts_with("Nothing needs you.") && all.contains("approved by") && all.contains("marked as done by"), "{all}");
    album.keep("empty", &window.picture().await?).await?;

    window.resize(900, 600).await?;
    window.click("radio", Named::Starting("Done ")).await?;
    window.get("option", Named::Containing("approved by")).await?;
    album.keep("done-900x600", &window.picture().await?).await?;
    let nameless = window.nameless().await?;
    ensure!(nameless.is_empty(), "controls without a name: {nameless:?}");
    Ok(())
}
