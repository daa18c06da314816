//! The window and its desktop: what it remembers, its first paint, start at login, the global shortcut.
#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Album, Desktop, Named, SandboxProcess, Scheme, Window, XWindow, keys, wait_for, wait_within};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use thirtyfour::Key;

const PATIENCE: Duration = Duration::from_secs(60);

fn memory(desktop: &Desktop) -> PathBuf {
    desktop.data_folder().join("window.json")
}

async fn remembered(desktop: &Desktop, fits: impl Fn(&Value) -> bool) -> Result<Value> {
    wait_for("the window's file", async || {
        let kept: Value = serde_json::from_slice(&std::fs::read(memory(desktop))?)?;
        if fits(&kept) { Ok(Some(kept)) } else { anyhow::bail!("{kept}") }
    })
    .await
}

async fn shown(desktop: &Desktop) -> Result<XWindow> {
    wait_for("the window", async || Ok(desktop.windows()?.into_iter().find(|one| one.shown && one.title == "Slipway"))).await
}

async fn inner(window: &Window) -> Result<(u64, u64)> {
    let size = window.evaluate("return [innerWidth, innerHeight]", vec![]).await?;
    Ok((size[0].as_u64().context("a width")?, size[1].as_u64().context("a height")?))
}

#[tokio::test]
async fn a_restart_opens_the_window_as_it_was_left() -> Result<()> {
    let sandbox = SandboxProcess::start(20, "healthy").await?;
    Desktop::plan()
        .run("restart", async |desktop| {
            sandbox.connect_kept(&desktop.cli()?).await?;
            let services = sandbox.banner()["services"].as_array().context("services")?;
            let second = services[1]["name"].as_str().context("a second service")?;
            let window = desktop.open(&[]).await?;
            window.shows_within(PATIENCE, "is healthy").await?;
            window.resize(1200, 750).await?;
            window.click("button", Named::Starting(&format!("{second}, "))).await?;
            window.press("t").await?;
            window.get("radio", Named::Exactly("Week")).await?;
            window.press_with(&[Key::Control], "+").await?;
            window.press_with(&[Key::Control], "+").await?;
            window.press_with(&[Key::Control], "+").await?;
            window.press_with(&[Key::Control], "-").await?;
            wait_for("the zoom", async || Ok((inner(&window).await? == (960, 600)).then_some(()))).await?;
            let place = json!({"place": "timeline", "service": second});
            remembered(desktop, |kept| kept["zoom"] == 125 && kept["size"] == json!([1200.0, 750.0]) && kept["place"] == place).await?;

            drop(window);
            desktop.kill_slipway().await?;
            let window = desktop.open(&[]).await?;
            window.get("radio", Named::Exactly("Week")).await?;
            let open = shown(desktop).await?;
            ensure!((open.width, open.height) == (1200, 750), "{open:?}");
            wait_for("the zoom", async || Ok((inner(&window).await? == (960, 600)).then_some(()))).await?;
            let current = window.all("button", Named::Starting(&format!("{second}, "))).await?;
            ensure!(current.len() == 1 && current[0].0.attr("aria-current").await?.is_some(), "{second} is not the open one");
            window.press_with(&[Key::Control], "0").await?;
            remembered(desktop, |kept| kept["zoom"] == 100).await?;
            Ok(())
        })
        .await
}

#[tokio::test]
async fn what_was_damaged_or_lies_beside_the_screens_is_not_restored() -> Result<()> {
    for (name, kept, expected) in [
        ("damaged", "{\"size\": [1000".to_owned(), (0, 0, 1440, 900)),
        ("absurd", json!({"size": [-5.0, 1e12], "corner": [1e300, 0.0], "zoom": 7}).to_string(), (0, 0, 1440, 900)),
        ("beside", json!({"size": [1000.0, 700.0], "corner": [5000.0, 100.0]}).to_string(), (0, 0, 1000, 700)),
        ("in_place", json!({"size": [1000.0, 700.0], "corner": [220.0, 110.0]}).to_string(), (220, 110, 1000, 700)),
    ] {
        Desktop::plan()
            .run(name, async |desktop| {
                std::fs::write(memory(desktop), &kept)?;
                let window = desktop.open(&[]).await?;
                window.get("button", Named::Exactly("Open the sandbox")).await?;
                let open = shown(desktop).await?;
                ensure!((open.x, open.y, open.width, open.height) == expected, "{name}: {open:?}");
                ensure!(inner(&window).await? == (u64::from(expected.2), u64::from(expected.3)), "{name}: zoomed");
                Ok(())
            })
            .await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_sandbox_remembers_nothing() -> Result<()> {
    Desktop::plan()
        .run("forgets", async |desktop| {
            let window = desktop.open(&["--sandbox"]).await?;
            window.shows_within(PATIENCE, "is healthy").await?;
            window.resize(1000, 700).await?;
            window.press("t").await?;
            window.click("button", Named::Exactly("Settings")).await?;
            window.click("button", Named::Exactly("General")).await?;
            window.shows("The sandbox changes nothing on this computer").await?;
            ensure!(window.all("switch", Named::Exactly("Start at login")).await?.is_empty(), "a switch that does nothing");
            // The driver clicks beside what is zoomed, so this comes last.
            window.press_with(&[Key::Control], "+").await?;
            wait_for("the zoom", async || Ok((inner(&window).await?.0 < 1000).then_some(()))).await?;
            desktop.kill_slipway().await?;
            ensure!(!memory(desktop).exists(), "{}", memory(desktop).display());
            Ok(())
        })
        .await
}

/// How many frames must have been seen, on a machine that is busy too.
const FRAMES: usize = 8;

/// The share of bright pixels of the display while the window opens, frame by frame.
async fn frames(scheme: Scheme, kept: Option<Value>) -> Result<Vec<f64>> {
    let name = format!("paint_{scheme:?}").to_lowercase();
    let mut seen = Vec::new();
    Desktop::plan()
        .scheme(scheme)
        .run(&name, async |desktop| {
            if let Some(kept) = &kept {
                std::fs::write(memory(desktop), kept.to_string())?;
            }
            let watching = desktop.watch_brightness()?;
            let window = desktop.open(&[]).await?;
            window.get("button", Named::Exactly("Open the sandbox")).await?;
            window.settle().await?;
            seen = watching.end()?;
            Album::open(&name)?.keep("painted", &desktop.picture()?).await?;
            Ok(())
        })
        .await?;
    Ok(seen)
}

#[tokio::test]
async fn nothing_white_is_seen_in_the_dark() -> Result<()> {
    // The ground is a share of the bright; letters and a primary button are less than a tenth.
    let brightest = |frames: &[f64]| frames.iter().copied().fold(0.0_f64, f64::max);
    let light = frames(Scheme::Light, None).await?;
    ensure!(brightest(&light) > 0.8, "a white window would be noticed: {}", brightest(&light));
    let dark = frames(Scheme::Dark, None).await?;
    println!("{} frames, the brightest has {:.3}", dark.len(), brightest(&dark));
    ensure!(dark.len() > FRAMES, "{} frames", dark.len());
    ensure!(brightest(&dark) < 0.1, "{dark:?}");
    Ok(())
}

#[tokio::test]
async fn a_chosen_theme_is_there_from_the_first_paint() -> Result<()> {
    Desktop::plan()
        .scheme(Scheme::Light)
        .run("chosen", async |desktop| {
            let window = desktop.open(&[]).await?;
            window.click("button", Named::Starting("Skip for now")).await?;
            window.click("button", Named::Exactly("Settings")).await?;
            window.click("button", Named::Exactly("General")).await?;
            window.click("radio", Named::Exactly("Dark")).await?;
            remembered(desktop, |kept| kept["theme"] == "dark" && kept["dark"] == true).await?;
            drop(window);
            desktop.kill_slipway().await?;
            let watching = desktop.watch_brightness()?;
            let window = desktop.open(&[]).await?;
            window.get("button", Named::Exactly("General")).await?;
            window.settle().await?;
            let frames = watching.end()?;
            let brightest = frames.iter().copied().fold(0.0_f64, f64::max);
            ensure!(frames.len() > FRAMES && brightest < 0.1, "{frames:?}");
            Ok(())
        })
        .await
}

async fn general(window: &Window) -> Result<()> {
    window.click("button", Named::Exactly("Accounts")).await?;
    window.click("button", Named::Exactly("General")).await
}

async fn switch_is(window: &Window, name: Named<'_>, on: bool) -> Result<()> {
    wait_for("the switch", async || {
        let found = window.all("switch", name).await?;
        let state = match found.first() {
            Some((element, _)) => element.attr("aria-checked").await?,
            None => None,
        };
        Ok((state.as_deref() == Some(if on { "true" } else { "false" })).then_some(()))
    })
    .await
}

#[tokio::test]
async fn start_at_login_is_what_the_entry_says() -> Result<()> {
    let built = slipway_tests::slipway_bin()?.canonicalize()?;
    let folder = tempfile::Builder::new().prefix("slipway my programs ").tempdir_in(built.parent().context("a folder")?)?;
    let program = folder.path().join("slipway");
    std::fs::hard_link(&built, &program)?;
    let window_program = folder.path().join("slipway-window");
    std::fs::hard_link(slipway_tests::slipway_window_bin()?.canonicalize()?, &window_program)?;
    Desktop::plan()
        .with_tray()
        .run("login", async |desktop| {
            let window = desktop.open_program(&program, &[]).await?;
            window.click("button", Named::Starting("Skip for now")).await?;
            window.click("button", Named::Exactly("Settings")).await?;
            window.click("button", Named::Exactly("General")).await?;
            let name = Named::Exactly("Start at login");
            switch_is(&window, name, false).await?;
            window.click("switch", name).await?;
            switch_is(&window, name, true).await?;
            let entry = PathBuf::from(desktop.variable("XDG_CONFIG_HOME")?).join("autostart/slipway.desktop");
            let text = std::fs::read_to_string(&entry)?;
            let quoted = format!("Exec=env SLIPWAY_DATA_DIR={} \"{}\" --hidden\n", desktop.data_folder().display(), program.display());
            ensure!(text.contains(&quoted), "{text}");
            Album::open("login")?.keep("general", &window.picture().await?).await?;

            // By hand: gone, turned off, of another copy.
            std::fs::remove_file(&entry)?;
            general(&window).await?;
            switch_is(&window, name, false).await?;
            window.click("switch", name).await?;
            switch_is(&window, name, true).await?;
            std::fs::write(&entry, text.replace("Terminal", "Hidden=true\nTerminal"))?;
            general(&window).await?;
            switch_is(&window, name, false).await?;
            std::fs::write(&entry, text.replace("slipway\" --hidden", "older\" --hidden"))?;
            general(&window).await?;
            switch_is(&window, name, false).await?;
            window.shows("At login another copy starts").await?;
            std::fs::write(&entry, &text)?;

            // As a desktop reads the entry: the same program, in the tray, without a window.
            drop(window);
            wait_for("the program to end", async || {
                running(desktop, &window_program)
                    .into_iter()
                    .for_each(|id| drop(std::process::Command::new("kill").arg(id.to_string()).status()));
                Ok(running(desktop, &window_program).is_empty().then_some(()))
            })
            .await?;
            // What it starts would hold pipes open.
            let launched = desktop.command("gio").arg("launch").arg(&entry).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
            ensure!(launched.success(), "gio: {launched}");
            wait_for("the tray's item", async || Ok(desktop.tray()?.words().await.ok())).await?;
            ensure!(!running(desktop, &window_program).is_empty(), "another program runs");
            ensure!(desktop.windows()?.iter().all(|one| !one.shown), "{:?}", desktop.windows()?);
            // The menu is made anew at the start, and its items with it.
            wait_for("the menu", async || desktop.tray()?.click("Open Slipway").await.map(Some)).await?;
            shown(desktop).await.map(drop)
        })
        .await
}

fn running(desktop: &Desktop, program: &std::path::Path) -> Vec<u32> {
    let is = |id: &u32| std::fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|exe| exe == program);
    desktop.process_ids().into_iter().filter(is).collect()
}

#[tokio::test]
async fn without_a_tray_a_hidden_start_is_shown_after_a_while() -> Result<()> {
    Desktop::plan()
        .run("no_tray", async |desktop| {
            let window = desktop.open(&["--hidden"]).await?;
            ensure!(desktop.windows()?.iter().all(|one| !one.shown), "{:?}", desktop.windows()?);
            shown(desktop).await?;
            window.get("button", Named::Exactly("Open the sandbox")).await.map(drop)
        })
        .await
}

#[tokio::test]
async fn a_global_shortcut_brings_the_window_back() -> Result<()> {
    let all = [keys::CONTROL, keys::ALT, u32::from('s')];
    Desktop::plan()
        .with_tray()
        .run("shortcut", async |desktop| {
            let window = desktop.open(&[]).await?;
            window.click("button", Named::Starting("Skip for now")).await?;
            window.click("button", Named::Exactly("Settings")).await?;
            window.click("button", Named::Exactly("General")).await?;
            let name = Named::Starting("Ctrl+Alt+S");
            switch_is(&window, name, false).await?;

            // While another program has the keys, that is said.
            let other = desktop.input()?;
            other.grab(keys::CONTROL_ALT, u32::from('s'))?;
            window.click("switch", name).await?;
            window.shows("Another program has Ctrl+Alt+S already.").await?;
            switch_is(&window, name, false).await?;
            Album::open("shortcut")?.keep("taken", &window.picture().await?).await?;
            drop(other);

            window.click("switch", name).await?;
            switch_is(&window, name, true).await?;
            remembered(desktop, |kept| kept["shortcut"] == true).await?;
            wait_for("the tray", async || Ok(desktop.tray()?.words().await.ok())).await?;
            desktop.close_window("Slipway")?;
            wait_for("the window to hide", async || Ok(desktop.windows()?.iter().all(|one| !one.shown).then_some(()))).await?;
            let input = desktop.input()?;
            wait_within(PATIENCE, "the window", async || {
                input.hold(&all)?;
                input.release(&all)?;
                Ok(desktop.windows()?.iter().any(|one| one.shown && one.title == "Slipway").then_some(()))
            })
            .await?;
            window.click("switch", name).await?;
            switch_is(&window, name, false).await?;
            // They are given back a moment later, by a thread of their own.
            wait_for("the keys to be given back", async || Ok(input.grab(keys::CONTROL_ALT, u32::from('s')).ok())).await
        })
        .await
}
