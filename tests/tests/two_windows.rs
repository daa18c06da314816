//! Two windows on one data folder, with and without a session bus: only one of them acts.
#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use slipway_tests::{Desktop, DesktopPlan, Keychain, Named, SandboxProcess, Toasts, Window, slipway_bin, wait_within};
use std::process::{Output, Stdio};
use std::time::Duration;
use thirtyfour::Key;

const LONG: Duration = Duration::from_secs(60);
const DEAD_BUS: &str = "unix:path=/nonexistent/bus";

/// Starts a second window beside the open one, and waits until it has ended.
async fn second(desktop: &Desktop) -> Result<Output> {
    let mut command = desktop.command(slipway_bin()?);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    wait_within(LONG, "the second start to end", async || Ok(child.try_wait()?)).await?;
    Ok(child.wait_with_output()?)
}

fn shown(desktop: &Desktop) -> Result<bool> {
    Ok(desktop.windows()?.iter().any(|window| window.shown && window.title == "Slipway"))
}

/// Opens the plan of `number` in a window.
async fn ask(window: &Window, number: u64) -> Result<()> {
    let row = format!("Pull request {number}, ");
    window.click_within(LONG, "button", Named::Starting(&row)).await?;
    window.click("button", Named::Exactly(&format!("Merge #{number}"))).await?;
    window.get("group", Named::Exactly(&format!("Merge plan of #{number}"))).await?;
    window.confirmable(Named::Exactly(&format!("Merge #{number}"))).await
}

/// The window and a terminal confirm at the same time: one request is sent.
async fn both_confirm(desktop: &Desktop, sandbox: &SandboxProcess, window: &Window, service: &str, number: u64) -> Result<()> {
    ask(window, number).await?;
    let number = number.to_string();
    let line = ["merge", service, &number, "--yes"];
    let terminal = desktop.cli()?;
    let (pressed, ended) = tokio::join!(window.press_with(&[Key::Control], Key::Enter), terminal.run(&line));
    pressed?;
    let ended = ended?;
    ensure!(ended.status == 0 || ended.status == 3, "{ended:?}");
    wait_within(LONG, "the merge", async || Ok(sandbox.mutations("merge").await?.iter().any(|m| m.2 > 0).then_some(()))).await?;
    window.shows_within(LONG, "is healthy").await?;
    let merges = sandbox.mutations("merge").await?;
    ensure!(merges.len() == 1 && (merges[0].1, merges[0].2) == (1, 1), "{merges:?}");
    Ok(())
}

#[tokio::test]
async fn with_a_bus_the_second_brings_the_first_to_the_front() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    Desktop::plan()
        .toasts(Toasts::Nobody)
        .with_tray()
        .run("two-bus", async |desktop| {
            let service = sandbox.connect_kept(&desktop.cli()?).await?;
            let number = sandbox.open_ready(&service).await?;
            let window = desktop.open(&[]).await?;
            window.shows_within(LONG, "is healthy").await?;
            let first = desktop.slipway_ids()?;
            // Also from the tray, where a hidden window looks as if there were none.
            wait_within(LONG, "the window to hide", async || {
                if shown(desktop)? {
                    desktop.close_window("Slipway")?;
                }
                Ok((!shown(desktop)? && !desktop.slipway_ids()?.is_empty()).then_some(()))
            })
            .await?;
            let ended = second(desktop).await?;
            ensure!(ended.status.code() == Some(0), "{ended:?}");
            wait_within(LONG, "the first to come to the front", async || Ok(shown(desktop)?.then_some(()))).await?;
            ensure!(desktop.slipway_ids()? == first, "another program runs than before");
            both_confirm(desktop, &sandbox, &window, &service, number).await
        })
        .await
}

/// Without a bus there is no keychain either, so tokens come from the environment.
fn without_bus(sandbox: &SandboxProcess) -> Result<DesktopPlan> {
    let plan = Desktop::plan().toasts(Toasts::Nobody).keychain(Keychain::Absent).variable("DBUS_SESSION_BUS_ADDRESS", DEAD_BUS);
    Ok(plan
        .variable("GH_TOKEN", sandbox.token("github")?)
        .variable("CIRCLE_TOKEN", sandbox.token("circleci")?)
        .variable("HEROKU_API_KEY", sandbox.token("heroku")?))
}

async fn connected(desktop: &Desktop, sandbox: &SandboxProcess) -> Result<String> {
    sandbox.connect(desktop.cli()?).await?;
    Ok(sandbox.banner()["services"][0]["name"].as_str().context("a service")?.to_owned())
}

#[tokio::test]
async fn without_a_bus_the_second_is_refused() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    without_bus(&sandbox)?
        .run("two-no-bus", async |desktop| {
            let service = connected(desktop, &sandbox).await?;
            let number = sandbox.open_ready(&service).await?;
            let window = desktop.open(&[]).await?;
            window.shows_within(LONG, "is healthy").await?;
            let first = desktop.slipway_ids()?;
            let ended = second(desktop).await?;
            let said = String::from_utf8_lossy(&ended.stderr).into_owned();
            ensure!(ended.status.code() == Some(0) && said.contains("open already"), "{ended:?}");
            ensure!(desktop.slipway_ids()? == first, "the first has gone");
            both_confirm(desktop, &sandbox, &window, &service, number).await
        })
        .await
}

/// Both check before either has locked the folder: the loser reports it and offers no actions.
#[tokio::test]
async fn of_two_started_at_once_without_a_bus_one_acts() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    without_bus(&sandbox)?
        .run("two-at-once", async |desktop| {
            let service = connected(desktop, &sandbox).await?;
            let number = sandbox.open_ready(&service).await?;
            let (one, other) = tokio::join!(desktop.open(&[]), desktop.open(&[]));
            let windows: Vec<Window> = [one, other].into_iter().flatten().collect();
            ensure!(!windows.is_empty(), "neither has opened");
            println!("{} of two opened a window", windows.len());
            let mut acting = Vec::new();
            for window in &windows {
                let decided = wait_within(LONG, "a window to decide", async || {
                    let text = window.text().await?;
                    let refused = text.contains("already open in another window");
                    Ok((refused || text.contains("is healthy")).then_some(refused))
                })
                .await?;
                if !decided {
                    acting.push(window);
                }
            }
            ensure!(acting.len() == 1, "{} windows act on one folder", acting.len());
            both_confirm(desktop, &sandbox, acting[0], &service, number).await
        })
        .await
}
