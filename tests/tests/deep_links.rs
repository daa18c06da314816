//! `slipway://` links in the real window: they navigate, and what they do not know is said. What a link is made of is
//! tested in `src-tauri/src/deep_link/tests.rs`.
#![cfg(target_os = "linux")]

use anyhow::{Result, ensure};
use serde_json::json;
use slipway_tests::{Album, Desktop, Named, SandboxProcess, Toasts, Window, wait_within};
use std::time::Duration;
use thirtyfour::Key;

const PATIENCE: Duration = Duration::from_secs(60);

async fn refused(window: &Window, says: &str) -> Result<()> {
    window.shows("The link was not opened").await?;
    window.shows(says).await
}

#[tokio::test]
async fn links_lead_to_places_and_do_nothing() -> Result<()> {
    let sandbox = SandboxProcess::start(20, "healthy").await?;
    Desktop::plan()
        .toasts(Toasts::Harness)
        .run("links", async |desktop| {
            let terminal = desktop.cli()?;
            sandbox.connect_kept(&terminal).await?;
            let service = sandbox.first_service()?;
            let to = |rest: &str| format!("slipway://service/{service}{rest}");
            let mut album = Album::open("links")?;
            // The program is started by the link.
            let window = desktop.open(&[&to("/timeline")]).await?;
            window.get("radio", Named::Exactly("Week")).await?;
            window.press("g").await?;
            window.press("f").await?;
            window.shows_within(PATIENCE, "is healthy").await?;
            let merge =
                wait_within(PATIENCE, "a merge button", async || Ok(window.names("button", Named::Starting("Merge #")).await?.pop()))
                    .await?;
            let number = merge.trim_start_matches("Merge #").to_owned();

            let follow = async |link: &str| terminal.run(&[link]).await?.expect(0).map(drop);
            follow(&to(&format!("/pull/{number}"))).await?;
            window.get("dialog", Named::Starting(&format!("Pull request {number}"))).await?;
            album.keep("pull", &window.picture().await?).await?;
            window.press(Key::Escape).await?;
            follow("slipway://journal").await?;
            window.shows("every action taken from here").await?;
            follow(&to("/pipelines")).await?;
            window.get("group", Named::Starting("Actions on pipeline")).await?;
            follow("slipway://settings/general").await?;
            window.get("radio", Named::Exactly("System")).await?;
            follow(&to("/environment/production")).await?;
            wait_within(PATIENCE, "the card", async || Ok((window.focus().await?.0 == "article").then_some(()))).await?;

            for (link, says) in [
                (format!("slipway://merge/{service}/{number}"), "is not a place in Slipway"),
                (to(&format!("/pull/{number}/merge")), "is not a place in Slipway"),
                (to(&format!("/pull/{number}?yes=1")), "more than a place"),
                (to("/pull/99999"), "has no PR “#99999”"),
                ("slipway://service/nobody".to_owned(), "no service “nobody”"),
                ("slipway://service/<img src=x onerror=alert(1)>".to_owned(), "no service “<img src=x onerror=alert(1)>”"),
                (format!("slipway://service/{}", "n".repeat(100_000)), "too long"),
                ("slipway:".to_owned(), "not one of Slipway's"),
            ] {
                let before = window.evaluate("return location.href", vec![]).await?;
                follow(&link).await?;
                refused(&window, says).await?;
                ensure!(window.evaluate("return location.href", vec![]).await? == before);
            }
            album.keep("refused", &window.picture().await?).await?;
            ensure!(window.all("dialog", Named::Anything).await?.is_empty(), "{}", window.outline().await?);
            ensure!(window.invoke("journal", &json!({})).await? == Ok(json!([])), "the journal has an entry");
            ensure!(sandbox.changes().await? == 0, "{}", sandbox.truth().await?["mutations"]);

            // While the sandbox is open a link says so.
            follow("slipway://settings/general").await?;
            window.click("button", Named::Starting("Open the sandbox")).await?;
            window.get("button", Named::Starting("Leave the sandbox")).await?;
            follow(&to("/timeline")).await?;
            refused(&window, "The sandbox is open").await
        })
        .await
}

#[tokio::test]
async fn at_first_run_a_link_says_what_is_missing() -> Result<()> {
    Desktop::plan()
        .run("first_link", async |desktop| {
            let window = desktop.open(&["slipway://service/shop"]).await?;
            window.get("button", Named::Exactly("Open the sandbox")).await?;
            refused(&window, "There is no service “shop” here.").await?;
            desktop.cli()?.run(&["slipway://settings/accounts"]).await?.expect(0)?;
            window.get("form", Named::Exactly("Add an account")).await.map(drop)
        })
        .await
}
