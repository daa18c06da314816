//! The terminal and the window report only what was read, and keep their files in the configured places.
#![cfg(target_os = "linux")]

use anyhow::{Result, ensure};
use serde_json::json;
use slipway_tests::{Cli, Desktop, Named, SandboxProcess, Toasts};
use std::path::{Path, PathBuf};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

/// Every file below the folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.flat_map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { vec![entry.path()] }).collect()
}

/// The files of a window in the home folders, whichever process wrote them.
fn at_home(desktop: &Desktop) -> Vec<PathBuf> {
    ["home", "data", "cache", "config", "state"].iter().flat_map(|name| files(&desktop.folder().join(name))).collect()
}

fn of_the_web_view(files: Vec<PathBuf>) -> Vec<PathBuf> {
    let own = |path: &PathBuf| {
        let text = path.to_string_lossy().to_lowercase();
        text.contains("slipway/") && !text.starts_with("/tmp/slipway/") && text.contains("dev.slipway")
            || ["webkit", "localstorage", "indexeddb", "hsts", "cookies"].iter().any(|word| text.contains(word))
    };
    files.into_iter().filter(own).collect()
}

#[tokio::test]
async fn the_web_view_keeps_nothing_in_the_homes_folders() -> Result<()> {
    for (name, arguments) in [("moved", &[][..]), ("sandbox", &["--sandbox"][..])] {
        Desktop::plan()
            .run(&format!("web-view-{name}"), async |desktop| {
                let window = desktop.open(arguments).await?;
                window.get("button", Named::Anything).await?;
                window.evaluate("localStorage.setItem('seen', '1'); return null;", vec![]).await?;
                window.settle().await?;
                let left = of_the_web_view(at_home(desktop));
                ensure!(left.is_empty(), "{name}: {left:?}");
                let moved = desktop.data_folder().join("webview");
                ensure!(moved.exists() == arguments.is_empty(), "{name}: the state that was moved has them");
                Ok(())
            })
            .await?;
    }
    Ok(())
}

/// On a desktop whose server supports neither markup nor buttons, toasts are plain text without buttons.
#[tokio::test]
async fn a_plain_notification_server_gets_plain_text() -> Result<()> {
    let sandbox = SandboxProcess::start(60, "healthy").await?;
    Desktop::plan()
        .toasts(Toasts::HarnessPlain)
        .run("plain-toasts", async |desktop| {
            let terminal = desktop.cli()?;
            let service = sandbox.connect_kept(&terminal).await?;
            let window = desktop.open(&[]).await?;
            window.shows_within(PATIENCE, "is healthy").await?;
            sandbox.post("/world", &json!({"dynos": {"app": format!("{service}-production"), "state": "crashed"}})).await?;
            let refresh = "void window.__TAURI_INTERNALS__.invoke('refresh', { service: null }); return null";
            window.evaluate(refresh, vec![]).await?;
            let toast = desktop.toast("the crash", |toast| toast.title.contains(&service)).await?;
            ensure!(toast.actions.is_empty(), "{toast:?}");
            ensure!(!toast.body.contains("&amp;") && !toast.body.contains("&lt;"), "{toast:?}");
            Ok(())
        })
        .await
}

/// A refused token is not stored; one that cannot be tested is stored and not reported as working.
#[tokio::test]
async fn an_account_is_tested_when_it_is_added() -> Result<()> {
    let sandbox = SandboxProcess::start(60, "healthy").await?;
    for vendor in ["github", "circleci", "heroku"] {
        let folder = tempfile::tempdir()?;
        let (variable, url) = (
            match vendor {
                "github" => "GH_TOKEN",
                "circleci" => "CIRCLE_TOKEN",
                _ => "HEROKU_API_KEY",
            },
            sandbox.url(vendor)?,
        );
        let arguments = ["account", "add", vendor, "--url", url, "--no-keychain"];
        let wrong = Cli::alone(folder.path())?.variable(variable, "wrong");
        let refused = wrong.run(&arguments).await?.expect(1)?;
        ensure!(refused.stderr.contains("The account was not added"), "{}", refused.stderr);
        let listed = Cli::alone(folder.path())?.run(&["account", "list"]).await?.expect(0)?;
        ensure!(!listed.stdout.contains(url), "{}", listed.stdout);

        let right = Cli::alone(folder.path())?.variable(variable, sandbox.token(vendor)?);
        sandbox.post("/faults", &json!({"vendor": vendor, "kind": "reset_before"})).await?;
        let kept = right.run(&arguments).await?.expect(0)?;
        sandbox.delete("/faults").await?;
        ensure!(kept.stdout.contains("not tested") && kept.stderr.contains("warning"), "{} {}", kept.stdout, kept.stderr);
        let listed = right.run(&["account", "list"]).await?.expect(0)?;
        ensure!(listed.stdout.contains("not tested") && listed.stdout.contains(url), "{}", listed.stdout);
        right.run(&["account", "check", vendor]).await?.expect(0)?;
        let listed = right.run(&["account", "list"]).await?.expect(0)?;
        ensure!(listed.stdout.contains("when tested"), "{}", listed.stdout);
    }
    Ok(())
}

/// Two calls in a row report the same about the same world, except for ages and numbers of requests.
#[tokio::test]
async fn status_twice_in_a_row_says_the_same() -> Result<()> {
    let sandbox = SandboxProcess::start(1, "healthy").await?;
    let folder = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
    let service = sandbox.first_service()?.to_owned();
    terminal.run(&["status"]).await?.expect(0)?;
    for on in [true, false, true] {
        sandbox.post("/world", &json!({"maintenance": {"app": format!("{service}-production"), "on": on}})).await?;
        for call in 0..3 {
            let said = terminal.run(&["status", "--service", &service]).await?.expect(0)?.stdout;
            ensure!(said.contains("in maintenance") == on, "call {call} after maintenance {on}: {said}");
        }
    }
    Ok(())
}

/// Nothing answers: every part of the text has its age.
#[tokio::test]
async fn offline_the_text_carries_ages() -> Result<()> {
    let sandbox = SandboxProcess::start(1, "healthy").await?;
    let folder = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
    terminal.run(&["status"]).await?.expect(0)?;
    sandbox.post("/faults", &json!({"kind": "reset_before"})).await?;
    let said = terminal.run(&["status", "--timeout", "10"]).await?.stdout;
    for line in said.lines().filter(|line| line.starts_with("  production") || line.contains("#") && line.starts_with("    ")) {
        ensure!(line.contains(" old"), "{line}");
    }
    let json = terminal.run(&["status", "--json", "--timeout", "10"]).await?.json()?;
    for source in json["services"][0]["sources"].as_array().into_iter().flatten() {
        ensure!(source["stale"] == true && source["age_seconds"].is_u64(), "{source}");
    }
    Ok(())
}
