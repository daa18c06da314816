//! The harness itself: everything that it offers works.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use slipway_tests::{Desktop, Keychain, Named, Scheme, ToastSignal, Toasts, wait_for};
use thirtyfour::Key;

#[tokio::test]
async fn a_desktop_has_an_open_keychain_and_records_toasts() -> Result<()> {
    let desktop = Desktop::plan().start().await?;

    let mut store = desktop
        .command("secret-tool")
        .args(["store", "--label=A token", "service", "slipway", "account", "github"])
        .stdin(Stdio::piped())
        .spawn()?;
    store.stdin.take().context("no standard input")?.write_all(b"s3cret")?;
    ensure!(store.wait()?.success(), "secret-tool stored nothing");
    let kept = desktop.secret(&[("service", "slipway"), ("account", "github")])?;
    assert_eq!(kept.as_deref(), Some("s3cret"));
    let secrets = desktop.secrets().await?;
    assert_eq!(secrets.len(), 1);
    assert_eq!(secrets[0].label, "A token");
    assert_eq!(secrets[0].attributes["account"], "github");

    let sent = desktop
        .command("notify-send")
        .args(["--app-name=Slipway", "--urgency=critical"])
        .args(["Failed job: storefront", "2 tests failed"])
        .status()?;
    ensure!(sent.success(), "notify-send failed");
    let toast = desktop.toast("the job", |toast| toast.app == "Slipway").await?;
    assert_eq!(toast.title, "Failed job: storefront");
    assert_eq!(toast.body, "2 tests failed");
    assert_eq!(toast.hints["urgency"], "2");

    // dunst draws it as a window of its own.
    wait_for("the toast on the display", async || Ok(desktop.windows()?.into_iter().find(|window| window.shown))).await?;
    assert!(desktop.picture()?.starts_with(b"\x89PNG"));
    Ok(())
}

#[tokio::test]
async fn a_keychain_may_be_locked_or_absent() -> Result<()> {
    let locked = Desktop::plan().keychain(Keychain::Locked).toasts(Toasts::Nobody).start().await?;
    assert!(locked.owner("org.freedesktop.secrets").await?.is_some());
    assert_eq!(locked.secrets().await?, []);

    let mut absent = Desktop::plan().keychain(Keychain::Absent).toasts(Toasts::Nobody).start().await?;
    assert_eq!(absent.owner("org.freedesktop.secrets").await?, None);
    assert_eq!(absent.owner("org.freedesktop.Notifications").await?, None);
    absent.start_keychain().await?;
    assert!(absent.owner("org.freedesktop.secrets").await?.is_some());
    Ok(())
}

#[tokio::test]
async fn a_toast_of_the_harness_can_be_clicked() -> Result<()> {
    let plan = Desktop::plan().keychain(Keychain::Absent).toasts(Toasts::Harness).with_tray();
    plan.run("toast", async |desktop| {
        let watcher = desktop.owner("org.kde.StatusNotifierWatcher").await?;
        ensure!(watcher.is_some(), "no tray");
        let mut waiting =
            desktop.command("notify-send").args(["--action=open=Open log", "--wait", "Failed job"]).stdout(Stdio::piped()).spawn()?;
        let toast = desktop.toast("the job", |toast| toast.title == "Failed job").await?;
        assert_eq!(toast.actions, [("open".to_owned(), "Open log".to_owned())]);
        desktop.click_toast(&toast, "open").await?;
        let ended = wait_for("notify-send to end", async || Ok(waiting.try_wait()?)).await?;
        ensure!(ended.success(), "notify-send failed");
        let invoked = ToastSignal::Invoked { id: toast.id, action: "open".to_owned() };
        wait_for("the record of the click", async || Ok(desktop.toast_signals().contains(&invoked).then_some(()))).await
    })
    .await
}

#[tokio::test]
async fn a_window_is_driven_by_names_and_keys() -> Result<()> {
    let desktop = Desktop::plan().keychain(Keychain::Absent).toasts(Toasts::Nobody).start().await?;
    let page = desktop.data_folder().join("page.html");
    fs::write(&page, PAGE)?;
    let window = desktop.open_program(&browser()?, &["--automation"]).await?;
    window.web().goto(format!("file://{}", page.display())).await?;

    window.click("button", Named::Exactly("Merge #489")).await?;
    window.shows("merged by click").await?;
    window.gone("button", Named::Starting("Hidden")).await?;
    window.fill("textbox", Named::Exactly("Name of the app"), "storefront").await?;
    assert_eq!(window.focus().await?, ("textbox".to_owned(), "Name of the app".to_owned()));
    let typed = window.evaluate("return document.querySelector('input').value", vec![]).await?;
    assert_eq!(typed, json!("storefront"));
    window.press_with(&[Key::Control], 'k').await?;
    window.shows("palette").await?;
    assert_eq!(window.nameless().await?.len(), 1);
    assert_eq!(window.names("heading", Named::Anything).await?, ["Flow"]);
    assert!(window.picture().await?.starts_with(b"\x89PNG"));
    Ok(())
}

#[tokio::test]
async fn the_colour_scheme_reaches_the_page() -> Result<()> {
    for (scheme, dark) in [(Scheme::Dark, true), (Scheme::Light, false)] {
        let desktop = Desktop::plan().keychain(Keychain::Absent).toasts(Toasts::Nobody).scheme(scheme).start().await?;
        let window = desktop.open_program(&browser()?, &["--automation"]).await?;
        let answer = window.evaluate("return matchMedia('(prefers-color-scheme: dark)').matches", vec![]).await?;
        assert_eq!(answer, json!(dark), "{scheme:?}");
    }
    Ok(())
}

#[tokio::test]
async fn nothing_outlives_a_desktop() -> Result<()> {
    let desktop = Desktop::plan().with_tray().start().await?;
    let folder = desktop.data_folder();
    let mut left_behind = desktop.command("sleep").arg("600").spawn()?;
    drop(desktop);
    assert!(!folder.exists());
    let ended = left_behind.wait()?;
    assert!(!ended.success());
    Ok(())
}

/// WebKitGTK's own small browser: it is part of the library and can be driven like Slipway.
fn browser() -> Result<PathBuf> {
    fs::read_dir("/usr/lib")?
        .filter_map(|entry| Some(entry.ok()?.path().join("webkit2gtk-4.1/MiniBrowser")))
        .chain([PathBuf::from("/usr/lib/webkit2gtk-4.1/MiniBrowser"), PathBuf::from("/usr/libexec/webkit2gtk-4.1/MiniBrowser")])
        .find(|path| path.is_file())
        .context("WebKitGTK's MiniBrowser is not installed")
}

const PAGE: &str = r##"<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>A page</title>
<h1>Flow</h1>
<button onclick="said.textContent = 'merged by click'"><svg aria-hidden="true"><title>mark</title></svg>Merge
  <span>#489</span></button>
<button style="display: none">Hidden merge</button>
<button></button>
<label>Name of the app <input></label>
<p id="said"></p>
<script>
addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "k") { said.textContent = "palette"; event.preventDefault(); }
});
</script>
"##;
