//! What comes after a release and a rollback, in the real window: the watch among the releases, the pin, the record, and
//! the screen of a production that is hurt; dark and light, from the usual window to the smallest and at 200 %. The
//! pictures are kept.
#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Album, Desktop, Named, SandboxProcess, Scheme, Window, wait_within};
use std::time::Duration;
use thirtyfour::Key;

const SERVICE: &str = "storefront";
const LONG: Duration = Duration::from_secs(90);
const DISPLAY: (u32, u32) = (1440, 900);
/// The usual window, one with a narrow rail, and the smallest.
const SIZES: [(u32, u32); 3] = [(1440, 900), (1100, 700), (900, 600)];

/// The page is not too wide, and every control has a name.
async fn keep(window: &Window, album: &mut Album, screen: &str) -> Result<()> {
    window.settle().await?;
    let over = window.evaluate("const e = document.documentElement; return e.scrollWidth - e.clientWidth;", vec![]).await?;
    ensure!(over.as_i64() == Some(0), "{screen} is {over} px too wide");
    let nameless = window.nameless().await?;
    ensure!(nameless.is_empty(), "{screen} has controls without a name: {nameless:?}");
    album.keep(screen, &window.picture().await?).await?;
    Ok(())
}

/// The screen in every size that the desktop of this zoom has.
async fn every_size(window: &Window, album: &mut Album, zoom: u32, screen: &str) -> Result<()> {
    let sizes = if zoom == 1 { &SIZES[..] } else { &SIZES[..1] };
    for (width, height) in sizes {
        window.web().set_window_rect(0, 0, *width, *height).await?;
        wait_within(LONG, "the size in the page", async || {
            let inner = window.evaluate("return [innerWidth, innerHeight]", vec![]).await?;
            Ok((inner == json!([width / zoom, height / zoom])).then_some(()))
        })
        .await?;
        keep(window, album, &format!("{screen}-{width}x{height}")).await?;
    }
    window.web().set_window_rect(0, 0, DISPLAY.0, DISPLAY.1).await?;
    Ok(())
}

async fn go(window: &Window, keys: &str) -> Result<()> {
    for key in keys.split(' ') {
        window.press(key).await?;
    }
    window.settle().await
}

async fn screens(scheme: Scheme, zoom: u32, name: &str) -> Result<()> {
    // Slow enough for a pipeline to be seen, fast enough for a release.
    let sandbox = SandboxProcess::with(&["--speed", "20", "--scenario", "quiet"]).await?;
    Desktop::plan()
        .scheme(scheme)
        .size(DISPLAY.0, DISPLAY.1)
        .variable("GDK_DPI_SCALE", &zoom.to_string())
        .run(name, async |desktop| {
            let mut album = Album::open(name)?;
            let terminal = desktop.cli()?;
            sandbox.connect_kept(&terminal).await?;
            let window = desktop.open(&[]).await?;
            window.shows_within(LONG, "healthy").await?;
            let number = terminal.run(&["rollback", SERVICE, "production", "--reason", "it was slow", "--yes", "--json"]).await?;
            ensure!(number.expect(0)?.json()?["outcome"] == "succeeded");
            shows_service(&window).await?;
            window.shows_within(LONG, "Production pinned to v").await?;
            every_size(&window, &mut album, zoom, "pinned").await?;

            // Somebody merges what would bring it back.
            sandbox.post("/world", &json!({"hold": {"service": SERVICE}})).await?;
            let made = sandbox.post("/world", &json!({"open_pull": {"service": SERVICE, "ready": true}})).await?;
            let merged = made["open_pull"]["pull_request"].as_u64().context("a number")?;
            let verbs = json!([{"make_ready": {"service": SERVICE, "number": merged}}, {"merge": {"service": SERVICE, "number": merged}}]);
            sandbox.post("/world", &verbs).await?;
            window.shows_within(LONG, "1 pipeline would bring #").await?;
            // In a small window it is one column of three. WebDriver's own clicks miss in a zoomed page.
            if let Some((column, _)) = window.all("radio", Named::Exactly("On its way")).await?.into_iter().next() {
                window.evaluate("arguments[0].click()", vec![column.to_json()?]).await?;
            }
            window.get("button", Named::Starting("Stop #")).await?;
            every_size(&window, &mut album, zoom, "carried").await?;

            window.press("x").await?;
            window.get("dialog", Named::Starting("Cancel")).await?;
            every_size(&window, &mut album, zoom, "stop").await?;
            window.press(Key::Escape).await?;
            window.gone("dialog", Named::Anything).await?;

            window.invoke("open_incident", &json!({"service": SERVICE, "environment": "production", "title": "Slow checkout"})).await?.ok();
            go(&window, "g r").await?;
            window.shows_within(LONG, "Records").await?;
            every_size(&window, &mut album, zoom, "record").await?;

            sandbox.post("/world", &json!({"dynos": {"app": "storefront-production", "state": "crashed"}})).await?;
            shows_service(&window).await?;
            window.shows_within(LONG, "Production is hurt").await?;
            window.shows_within(LONG, "Do nothing").await?;
            every_size(&window, &mut album, zoom, "hurt").await?;
            unchanged(&sandbox).await
        })
        .await
}

/// The Flow of the service, also where another one is more urgent.
async fn shows_service(window: &Window) -> Result<()> {
    window.press_with(&[Key::Control], "k").await?;
    window.fill("combobox", Named::Starting("Find"), SERVICE).await?;
    window.get("option", Named::Starting(SERVICE)).await?;
    window.press(Key::Enter).await?;
    window.gone("dialog", Named::Anything).await
}

/// Looking at it has sent nothing: the rollback is the one request there was.
async fn unchanged(sandbox: &SandboxProcess) -> Result<()> {
    let truth = sandbox.truth().await?;
    let sent: u64 = truth["mutations"].as_array().into_iter().flatten().filter_map(|one: &Value| one["received"].as_u64()).sum();
    ensure!(sent == 1, "{sent} requests were sent: {}", truth["mutations"]);
    Ok(())
}

#[tokio::test]
async fn dark() -> Result<()> {
    screens(Scheme::Dark, 1, "after-release-dark").await
}

#[tokio::test]
async fn light() -> Result<()> {
    screens(Scheme::Light, 1, "after-release-light").await
}

#[tokio::test]
async fn dark_at_200_percent() -> Result<()> {
    screens(Scheme::Dark, 2, "after-release-dark-200").await
}

#[tokio::test]
async fn light_at_200_percent() -> Result<()> {
    screens(Scheme::Light, 2, "after-release-light-200").await
}
