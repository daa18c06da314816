//! Every screen in light and dark, large and small: nothing overflows, every control has a name, and a world of
//! twenty services does not make the page large. The pictures are kept.

use anyhow::{Result, ensure};
use slipway_tests::{Album, Desktop, Named, Scheme, Window, wait_within};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

/// The page must not scroll horizontally, and every control must have a name.
async fn sound(window: &Window, screen: &str) -> Result<()> {
    let over = window.evaluate("const e = document.documentElement; return e.scrollWidth - e.clientWidth;", vec![]).await?;
    ensure!(over.as_i64() == Some(0), "{screen} is {over} px too wide");
    let nameless = window.nameless().await?;
    ensure!(nameless.is_empty(), "{screen} has controls without a name: {nameless:?}");
    Ok(())
}

async fn keep(window: &Window, album: &mut Album, screen: &str) -> Result<()> {
    window.settle().await?;
    sound(window, screen).await?;
    album.keep(screen, &window.picture().await?).await?;
    Ok(())
}

async fn tour(scheme: Scheme, size: (u32, u32), name: &str) -> Result<()> {
    Desktop::plan()
        .scheme(scheme)
        .size(size.0, size.1)
        .run(name, async |desktop| {
            let mut album = Album::open(name)?;
            let window = desktop.open(&["--sandbox", "--scenario", "incident"]).await?;
            window.resize(size.0, size.1).await?;
            window.shows_within(PATIENCE, "Production is hurt").await?;
            keep(&window, &mut album, "hurt").await?;
            window.click("button", Named::Starting("Roll back production")).await?;
            window.get("dialog", Named::Containing("Roll back production")).await?;
            keep(&window, &mut album, "rollback-plan").await?;
            window.click("button", Named::Starting("Keep as is")).await?;
            window.gone("dialog", Named::Anything).await?;
            window.click("button", Named::Exactly("Pipelines")).await?;
            window.get("button", Named::Starting("Rerun from failed #")).await?;
            keep(&window, &mut album, "pipeline").await?;
            window.click("button", Named::Exactly("Timeline")).await?;
            keep(&window, &mut album, "timeline").await?;
            window.click("button", Named::Exactly("Journal")).await?;
            keep(&window, &mut album, "journal").await?;
            window.click("button", Named::Exactly("Settings")).await?;
            keep(&window, &mut album, "settings").await?;
            Ok(())
        })
        .await
}

#[tokio::test]
async fn dark_and_large() -> Result<()> {
    tour(Scheme::Dark, (1440, 900), "screens-dark").await
}

#[tokio::test]
async fn light_and_small() -> Result<()> {
    tour(Scheme::Light, (1100, 700), "screens-light-small").await
}

#[tokio::test]
async fn with_nothing_connected_it_says_how_to_begin() -> Result<()> {
    Desktop::plan()
        .scheme(Scheme::Light)
        .run("first-run", async |desktop| {
            let mut album = Album::open("first-run")?;
            let window = desktop.open(&[]).await?;
            window.get("button", Named::Starting("Open the sandbox")).await?;
            keep(&window, &mut album, "first-run").await?;
            window.click("button", Named::Starting("Open the sandbox")).await?;
            window.get("grid", Named::Starting("All services, ")).await?;
            keep(&window, &mut album, "all-services").await?;
            window.open_service("storefront").await?;
            window.shows_within(PATIENCE, "is healthy").await?;
            keep(&window, &mut album, "flow-light").await
        })
        .await
}

#[tokio::test]
async fn a_busy_world_stays_small_in_the_page() -> Result<()> {
    Desktop::plan()
        .run("busy", async |desktop| {
            let mut album = Album::open("busy")?;
            let window = desktop.open(&["--sandbox", "--scenario", "busy"]).await?;
            window.get("region", Named::Exactly("Ready")).await?;
            wait_within(PATIENCE, "twenty services to be read", async || {
                let rail = window.names("button", Named::Containing(", ")).await?;
                Ok((!rail.is_empty() && !rail.iter().any(|name| name.ends_with(", reading"))).then_some(()))
            })
            .await?;
            keep(&window, &mut album, "flow").await?;
            let elements = window.evaluate("return document.querySelectorAll('*').length;", vec![]).await?;
            ensure!(elements.as_u64() < Some(4000), "{elements} elements in the page");
            window.click("button", Named::Exactly("Timeline")).await?;
            window.click("radio", Named::Exactly("Week")).await?;
            keep(&window, &mut album, "timeline").await?;
            let before = window.text().await?;
            window.press("-").await?;
            wait_within(PATIENCE, "the timeline to zoom", async || Ok((window.text().await? != before).then_some(()))).await
        })
        .await
}
