//! A keychain that is absent, locked, refuses or hangs: the window works, no token is in a file, the window says
//! what to do, and when the keychain is available everything continues without further action.
#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use slipway_tests::{Desktop, Keychain, Named, PASSWORD, SandboxProcess, Toasts, Window, wait_for, wait_within};
use std::path::Path;
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_secs(60);
/// The window promises three seconds; a busy machine gets more, and the time is printed.
const USABLE: Duration = Duration::from_secs(15);
const TROUBLE: &str = "Slipway cannot read the keychain";

/// Adds accounts while the keychain works; the test then changes it.
async fn signed_in(desktop: &Desktop, sandbox: &SandboxProcess) -> Result<()> {
    sandbox.connect_kept(&desktop.cli()?).await?;
    let kept = desktop.secrets().await?.len();
    ensure!(kept == 3, "{kept} tokens in the keychain");
    Ok(())
}

/// Opens the window and uses it: services are listed, and clicks are answered.
async fn usable(desktop: &Desktop, name: &str) -> Result<Window> {
    let began = Instant::now();
    let window = desktop.open(&[]).await?;
    window.get("button", Named::Starting("storefront, ")).await?;
    window.click("button", Named::Exactly("Settings")).await?;
    window.get("article", Named::Starting("GitHub account")).await?;
    let took = began.elapsed();
    println!("{name}: usable after {:.1} s, the driver's start included", took.as_secs_f64());
    ensure!(took < USABLE, "{name}: usable after {took:?}");
    window.click("button", Named::Starting("storefront, ")).await?;
    Ok(window)
}

/// The problem is shown with its solution, and no file contains any part of a token.
async fn told(desktop: &Desktop, sandbox: &SandboxProcess, window: &Window, words: &str) -> Result<()> {
    window.click("button", Named::Exactly("Settings")).await?;
    window.shows(words).await?;
    window.shows("Nothing was deleted").await?;
    window.get("button", Named::Starting("Use a token until I quit")).await?;
    window.click("button", Named::Starting("storefront, ")).await?;
    for vendor in ["github", "circleci", "heroku"] {
        let token = sandbox.token(vendor)?;
        no_file_holds(&desktop.data_folder(), token.as_bytes())?;
        ensure!(!desktop.said().contains(token), "the log has a token");
    }
    Ok(())
}

fn no_file_holds(folder: &Path, token: &[u8]) -> Result<()> {
    for entry in std::fs::read_dir(folder)?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            no_file_holds(&path, token)?;
        } else if let Ok(bytes) = std::fs::read(&path) {
            ensure!(!bytes.windows(token.len()).any(|part| part == token), "{} holds a token", path.display());
        }
    }
    Ok(())
}

/// The vendors are read, and no problem is shown any more.
async fn recovered(window: &Window) -> Result<()> {
    window.shows_within(LONG, "is healthy").await?;
    wait_within(LONG, "the banner to go", async || Ok((!window.text().await?.contains(TROUBLE)).then_some(()))).await?;
    window.get("button", Named::Starting("Merge #")).await.map(drop)
}

async fn check(how: Keychain, name: &str, words: &str) -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    Desktop::plan()
        .toasts(Toasts::Nobody)
        .run(name, async |desktop| {
            signed_in(desktop, &sandbox).await?;
            match how {
                Keychain::Absent => desktop.stop_keychain().await?,
                Keychain::Hangs | Keychain::Refuses => desktop.spoil_keychain(how).await?,
                Keychain::Locked | Keychain::Unlocked => anyhow::bail!("not of this test"),
            }
            let window = usable(desktop, name).await?;
            told(desktop, &sandbox, &window, words).await?;
            // Without a restart and without a click.
            desktop.start_keychain().await?;
            recovered(&window).await
        })
        .await
}

#[tokio::test]
async fn absent() -> Result<()> {
    check(Keychain::Absent, "keychain-absent", "No keychain answers here. Start one").await
}

#[tokio::test]
async fn refusing() -> Result<()> {
    check(Keychain::Refuses, "keychain-refusing", "Start one").await
}

#[tokio::test]
async fn hanging() -> Result<()> {
    check(Keychain::Hangs, "keychain-hanging", "The keychain does not answer; it may be waiting to be unlocked. Unlock it").await
}

#[tokio::test]
async fn locked_until_its_prompt_is_answered() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    Desktop::plan()
        .toasts(Toasts::Nobody)
        .keychain(Keychain::Locked)
        .run("keychain-locked", async |desktop| {
            // Again with an unlocked keychain and the configured prompter.
            desktop.start_keychain().await?;
            signed_in(desktop, &sandbox).await?;
            desktop.lock_keychain().await?;
            let before = desktop.windows()?;
            let window = usable(desktop, "keychain-locked").await?;
            let prompt = wait_for("the prompt", async || {
                Ok(desktop.windows()?.into_iter().find(|w| w.shown && w.title != "Slipway" && !before.contains(w)))
            })
            .await
            .context("the keychain asks for its password")?;
            told(desktop, &sandbox, &window, "The keychain does not answer; it may be waiting to be unlocked. Unlock it").await?;
            println!("the prompt: {prompt:?}");
            let input = desktop.input()?;
            input.type_text(PASSWORD)?;
            input.hold(&[slipway_tests::keys::ENTER])?;
            input.release(&[slipway_tests::keys::ENTER])?;
            recovered(&window).await
        })
        .await
}
