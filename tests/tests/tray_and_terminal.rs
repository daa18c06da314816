//! What works beside the window: tray, toasts, and the terminal while the window is open.

use anyhow::{Result, ensure};
use serde_json::json;
use slipway_tests::{Desktop, Named, SandboxProcess, Toasts, Window, wait_within};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(100);

async fn icon(desktop: &Desktop, wanted: &str) -> Result<Vec<String>> {
    wait_within(PATIENCE, &format!("the tray's picture to be {wanted}"), async || {
        let tray = desktop.tray()?;
        Ok(if tray.picture().await?.as_deref() == Some(wanted) { Some(tray.words().await?) } else { None })
    })
    .await
}

fn shown(desktop: &Desktop) -> Result<bool> {
    Ok(desktop.windows()?.iter().any(|window| window.shown && window.title == "Slipway"))
}

async fn start_pipeline(sandbox: &SandboxProcess, service: &str) -> Result<()> {
    sandbox.post("/world", &json!({"start_pipeline": {"service": service}})).await?;
    Ok(())
}

#[tokio::test]
async fn the_tray_tells_and_a_toast_leads_to_the_pipeline() -> Result<()> {
    let sandbox = SandboxProcess::start(8, "quiet").await?;
    let plan = Desktop::plan().toasts(Toasts::Harness).with_tray();
    plan.run("tray", async |desktop| {
        let service = sandbox.connect_kept(&desktop.cli()?).await?;
        let window = desktop.open(&[]).await?;
        window.shows("is healthy").await?;
        icon(desktop, "idle").await?;
        ensure!(desktop.toasts().is_empty(), "nothing at first sync: {:?}", desktop.toasts());

        // The menu opens screens.
        desktop.tray()?.click("Inbox").await?;
        window.get("heading", Named::Starting("Nothing needs you")).await?;
        desktop.tray()?.click("All services").await?;
        window.get("grid", Named::Starting("All services")).await?;
        desktop.tray()?.click("Settings").await?;
        window.get("button", Named::Exactly("General")).await?;

        sandbox.post("/world", &json!({"fail_next": {"service": service, "job": "integration"}})).await?;
        start_pipeline(&sandbox, &service).await?;
        let words = icon(desktop, "moving").await?;
        ensure!(words.iter().any(|w| w.contains(&service)), "{words:?}");
        let words = icon(desktop, "trouble").await?;
        ensure!(words.iter().any(|w| w.contains(&service)), "{words:?}");

        let toast = desktop.toast("the failure", |t| t.title.contains("Failed pipeline")).await?;
        ensure!(toast.title.contains(&service), "{toast:?}");
        desktop.click_toast(&toast, "default").await?;
        window.get("button", Named::Starting("Rerun from failed #")).await?;

        // Muted: the next failure changes the tray and shows no toast; production that is hurt still does.
        desktop.tray()?.click("Mute").await?;
        let before = desktop.toasts().len();
        sandbox.post("/world", &json!({"dynos": {"app": format!("{service}-staging"), "state": "crashed"}})).await?;
        is_down(&window, "staging").await?;
        sandbox.post("/world", &json!({"dynos": {"app": format!("{service}-production"), "state": "crashed"}})).await?;
        icon(desktop, "hurt").await?;
        desktop.toast("hurt", |toast| toast.title.starts_with("Hurt: ")).await?;
        let told = desktop.toasts().split_off(before);
        ensure!(told.iter().all(|toast| toast.title.starts_with("Hurt: ")), "a muted toast was shown: {told:?}");
        Ok(())
    })
    .await
}

/// The window knows that the environment is down.
async fn is_down(window: &Window, name: &str) -> Result<()> {
    wait_within(PATIENCE, "the environment to be down", async || {
        let world = window.invoke("world", &json!({})).await?.map_err(|error| anyhow::anyhow!("{error}"))?;
        let environments = world["snapshot"]["services"][0]["environments"].as_array().cloned().unwrap_or_default();
        Ok(environments.iter().any(|one| one["name"] == name && one["health"] == "down").then_some(()))
    })
    .await
}

#[tokio::test]
async fn closing_hides_to_the_tray_only_where_there_is_one() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "quiet").await?;
    Desktop::plan()
        .with_tray()
        .run("close", async |desktop| {
            sandbox.connect_kept(&desktop.cli()?).await?;
            desktop.open(&[]).await?.shows("is healthy").await?;
            icon(desktop, "idle").await?;
            desktop.close_window("Slipway")?;
            wait_within(PATIENCE, "the window to hide", async || Ok((!shown(desktop)?).then_some(()))).await?;
            ensure!(!desktop.slipway_ids()?.is_empty(), "closing to the tray must not end the program");
            desktop.tray()?.click("Open").await?;
            wait_within(PATIENCE, "the window to come back", async || Ok(shown(desktop)?.then_some(()))).await?;
            desktop.tray()?.stop().await?;
            // The program is notified by the bus that the tray is gone.
            wait_within(PATIENCE, "closing to end it", async || {
                if shown(desktop)? {
                    desktop.close_window("Slipway")?;
                }
                Ok(desktop.slipway_ids()?.is_empty().then_some(()))
            })
            .await
        })
        .await
}

#[tokio::test]
async fn an_action_from_the_terminal_shows_in_the_open_window() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "quiet").await?;
    Desktop::plan()
        .run("terminal", async |desktop| {
            let service = sandbox.connect_kept(&desktop.cli()?).await?;
            let window = desktop.open(&[]).await?;
            let number = any_ready(&window).await?;
            desktop.cli()?.run(&["merge", &service, &number, "--yes"]).await?.expect(0)?;
            window.shows_within(PATIENCE, "Merge succeeded").await?;
            window.gone("button", Named::Starting(&format!("Pull request {number},"))).await?;
            let truth = sandbox.truth().await?;
            let applied: u64 = truth["mutations"].as_array().into_iter().flatten().filter_map(|m| m["applied"].as_u64()).sum();
            ensure!(applied == 1, "{}", truth["mutations"]);
            Ok(())
        })
        .await
}

async fn any_ready(window: &Window) -> Result<String> {
    let button =
        wait_within(PATIENCE, "a merge button", async || Ok(window.names("button", Named::Starting("Merge #")).await?.into_iter().next()))
            .await?;
    Ok(button.trim_start_matches("Merge #").to_owned())
}
