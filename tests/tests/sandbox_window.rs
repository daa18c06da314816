//! The sandbox as a first impression: from first run to a lively day, production broken on purpose, and both ways
//! out. It has no accounts of its own, so everything is read from the window.

#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use serde_json::json;
use slipway_tests::{Album, Desktop, Named, Scheme, Window, wait_within};
use std::time::Duration;
use thirtyfour::Key;

const PATIENCE: Duration = Duration::from_secs(60);
/// A merge is live in about half a minute.
const RELEASED: Duration = Duration::from_secs(150);
const BREAK: &str = "Break production";

#[tokio::test]
async fn broken_on_purpose_rolled_back_and_reverted() -> Result<()> {
    Desktop::plan().run("sandbox_window", async |desktop| travel(desktop).await).await
}

#[tokio::test]
async fn broken_on_purpose_and_reverted_without_a_rollback() -> Result<()> {
    Desktop::plan().scheme(Scheme::Light).run("sandbox_revert", async |desktop| revert_alone(desktop).await).await
}

#[tokio::test]
async fn outside_the_sandbox_production_is_not_broken() -> Result<()> {
    Desktop::plan()
        .run("no_sandbox", async |desktop| {
            let window = desktop.open(&[]).await?;
            window.get("button", Named::Starting("Open the sandbox")).await?;
            for service in ["storefront", "", "*"] {
                let answer = window.invoke("break_production", &json!({"service": service})).await?;
                let refusal = answer.err().context("it was done")?;
                ensure!(refusal["code"] == "denied", "{refusal}");
                ensure!(refusal["message"] == "Only the sandbox's production can be broken on purpose.", "{refusal}");
            }
            ensure!(window.names("button", Named::Containing(BREAK)).await?.is_empty());
            Ok(())
        })
        .await
}

async fn enter(window: &Window, album: &mut Album) -> Result<()> {
    window.get("button", Named::Starting("Open the sandbox")).await?;
    album.keep("first-run", &window.picture().await?).await?;
    // It has the focus, wherever the page is scrolled to.
    window.press(Key::Enter).await?;
    window.open_service("storefront").await?;
    window.shows_within(PATIENCE, "Production is healthy. Nothing is in flight").await?;
    window.get("button", Named::Exactly(BREAK)).await?;
    Ok(())
}

/// The window and the desktop say so. Answers the pull request that the way out by a revert names.
async fn broken(desktop: &Desktop, window: &Window, album: &mut Album) -> Result<u64> {
    window.shows_within(PATIENCE, "Production is hurt").await?;
    desktop.toast("that production is hurt", |toast| toast.title.contains("production")).await?;
    let revert = wait_within(PATIENCE, "the way out by a revert", async || {
        Ok(window.names("button", Named::Starting("Revert #")).await?.into_iter().next())
    })
    .await?;
    album.keep("hurt", &window.picture().await?).await?;
    let digits: String = revert.chars().filter(char::is_ascii_digit).collect();
    Ok(digits.parse()?)
}

async fn reverts(window: &Window, number: u64) -> Result<()> {
    window.click("button", Named::Starting(&format!("Revert #{number}"))).await?;
    window.get("dialog", Named::Containing(&format!("Revert #{number}"))).await?;
    window.confirm(Named::Starting(&format!("Revert #{number}"))).await?;
    window.gone("dialog", Named::Containing("Revert")).await
}

/// Merges the revert once it is ready, and waits until it is live.
async fn lands(window: &Window, album: &mut Album) -> Result<()> {
    let row = wait_within(RELEASED, "the revert to be ready", async || {
        if !window.names("button", Named::Containing("Show the new order")).await?.is_empty() {
            window.click("button", Named::Containing("Show the new order")).await?;
        }
        let rows = window.names("button", Named::Starting("Pull request ")).await?;
        Ok(rows.into_iter().find(|name| name.contains("Revert ") && name.contains(", ready")))
    })
    .await?;
    let digits: String = row.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    window.click("button", Named::Starting(&format!("Pull request {digits}, "))).await?;
    album.keep("revert-ready", &window.picture().await?).await?;
    window.click("button", Named::Starting(&format!("Merge #{digits}"))).await?;
    window.get("group", Named::Exactly(&format!("Merge plan of #{digits}"))).await?;
    window.confirm(Named::Exactly(&format!("Merge #{digits}"))).await?;
    window.gone("group", Named::Exactly(&format!("Merge plan of #{digits}"))).await?;
    // An incident is over only after five minutes; that the change arrives is seen before.
    window.gone("heading", Named::Exactly("Nothing in flight")).await?;
    wait_within(RELEASED, "the change to arrive", async || {
        Ok(window.names("heading", Named::Exactly("Nothing in flight")).await?.into_iter().next())
    })
    .await?;
    let live = Named::Containing("Production, version ");
    wait_within(RELEASED, "production to run the revert", async || {
        let card = window.names("article", live).await?.into_iter().next();
        Ok(card.filter(|name| !name.contains("back on") && !name.contains("crashing")))
    })
    .await?;
    window.shows_within(RELEASED, "2 of 2 up").await?;
    album.keep("healed", &window.picture().await?).await?;
    Ok(())
}

async fn travel(desktop: &mut Desktop) -> Result<()> {
    let mut album = Album::open("sandbox_window")?;
    let window = desktop.open(&[]).await?;
    enter(&window, &mut album).await?;
    album.keep("lively", &window.picture().await?).await?;
    for page in ["Timeline", "Pipelines", "Flow"] {
        window.click("button", Named::Exactly(page)).await?;
        album.keep(page, &window.picture().await?).await?;
    }

    window.click("button", Named::Exactly(BREAK)).await?;
    let number = broken(desktop, &window, &mut album).await?;
    // Once is enough, and it says why.
    let why = window
        .evaluate(
            "const button = [...document.querySelectorAll('button')].find((one) => one.textContent.trim() === arguments[0]); \
             const reason = document.getElementById(button.getAttribute('aria-describedby')); \
             return [button.getAttribute('aria-disabled'), reason?.textContent.trim()]",
            vec![json!(BREAK)],
        )
        .await?;
    ensure!(why == json!(["true", "Production is broken already"]), "{why}");

    window.click("button", Named::Starting("Roll back production to v")).await?;
    window.get("dialog", Named::Containing("Roll back production")).await?;
    window.fill("textbox", Named::Starting("Reason"), "production crashes").await?;
    window.fill("textbox", Named::Starting("Type"), "storefront-production").await?;
    album.keep("rollback-plan", &window.picture().await?).await?;
    window.confirm(Named::Starting("Roll back production")).await?;
    window.gone("dialog", Named::Containing("Roll back")).await?;
    wait_within(RELEASED, "the card to say what is back", async || {
        Ok(window.names("article", Named::Containing("back on")).await?.into_iter().next())
    })
    .await?;
    album.keep("rolled-back", &window.picture().await?).await?;

    // Main still has it: what the rollback took out is what is offered to be reverted.
    reverts(&window, number).await?;
    lands(&window, &mut album).await?;

    // What is live now is the revert: breaking that would bring the crash back with the next revert.
    let refusal = window.invoke("break_production", &json!({"service": "storefront"})).await?.err().context("it was done")?;
    ensure!(refusal["message"] == "What is live on production is a revert. Merge another change first.", "{refusal}");
    let nameless = window.nameless().await?;
    ensure!(nameless.is_empty(), "controls without a name: {nameless:?}");
    Ok(())
}

async fn revert_alone(desktop: &mut Desktop) -> Result<()> {
    let mut album = Album::open("sandbox_revert")?;
    let window = desktop.open(&[]).await?;
    window.resize(900, 600).await?;
    enter(&window, &mut album).await?;
    album.keep("lively", &window.picture().await?).await?;
    // In the smallest window the three views are one menu.
    for page in ["Timeline", "Pipelines", "Flow"] {
        window.click("button", Named::Starting("View: ")).await?;
        window.click("menuitem", Named::Starting(page)).await?;
        album.keep(page, &window.picture().await?).await?;
    }
    // From the palette this time.
    window.press_with(&[Key::Control], "k").await?;
    window.fill("combobox", Named::Starting("Find a PR"), "break prod").await?;
    window.get("option", Named::Starting(BREAK)).await?;
    album.keep("palette", &window.picture().await?).await?;
    window.click("option", Named::Starting(BREAK)).await?;
    let number = broken(desktop, &window, &mut album).await?;
    // Large enough for all three columns at once.
    window.resize(1440, 900).await?;
    reverts(&window, number).await?;
    lands(&window, &mut album).await
}
