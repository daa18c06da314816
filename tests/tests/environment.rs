//! Tokens in the environment of the window: it restarts itself without them, so that no process that it starts has
//! them, and still uses them.
#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use serde_json::json;
use slipway_tests::{Browser, Desktop, Named, SandboxProcess, Toasts, wait_for, wait_within};
use std::time::Duration;

const LONG: Duration = Duration::from_secs(60);
/// Variables with tokens, of which Slipway uses the first three.
const VARIABLES: [(&str, &str); 7] = [
    ("GH_TOKEN", "github"),
    ("CIRCLE_TOKEN", "circleci"),
    ("HEROKU_API_KEY", "heroku"),
    ("GITHUB_TOKEN", "github"),
    ("GH_ENTERPRISE_TOKEN", "github"),
    ("GITHUB_ENTERPRISE_TOKEN", "github"),
    ("CIRCLECI_CLI_TOKEN", "circleci"),
];

/// Slipway's own process and those of WebKit that it started.
fn environments(desktop: &Desktop) -> Result<Vec<(String, String)>> {
    let own = desktop.slipway_ids()?;
    let name = |id: u32| std::fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default().trim().to_owned();
    let is_webkits = |id: u32| ["WebKitWebProces", "WebKitNetworkPr"].contains(&name(id).as_str());
    let ids = desktop.process_ids().into_iter().filter(|id| own.contains(id) || is_webkits(*id));
    Ok(ids
        .map(|id| (name(id), String::from_utf8_lossy(&std::fs::read(format!("/proc/{id}/environ")).unwrap_or_default()).into_owned()))
        .collect())
}

fn have_no_token(sandbox: &SandboxProcess, environments: &[(String, String)]) -> Result<()> {
    for (program, environment) in environments {
        for (variable, vendor) in VARIABLES {
            ensure!(!environment.contains(&format!("{variable}=")), "{program} has {variable}");
            ensure!(!environment.contains(sandbox.token(vendor)?), "{program} has the token of {vendor}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn no_process_of_the_window_has_a_token() -> Result<()> {
    let sandbox = SandboxProcess::start(20, "healthy").await?;
    let browser = Browser::new()?;
    let mut plan = Desktop::plan().toasts(Toasts::Nobody).with_tray().variable("PATH", &browser.path());
    for (variable, vendor) in VARIABLES {
        plan = plan.variable(variable, sandbox.token(vendor)?);
    }
    plan.run("environment", async |desktop| {
        sandbox.connect(desktop.cli()?).await?;
        let window = desktop.open(&[]).await?;
        // They are used: every account works.
        window.shows_within(LONG, "is healthy").await?;
        let world = window.invoke("world", &json!({})).await?.map_err(|error| anyhow::anyhow!("{error}"))?;
        let accounts = world["snapshot"]["accounts"].as_array().context("accounts")?;
        ensure!(accounts.len() == 3 && accounts.iter().all(|a| a["token"] == "environment" && a["ok"] == true), "{accounts:#?}");
        let found = environments(desktop)?;
        ensure!(found.iter().filter(|(name, _)| name.starts_with("WebKit")).count() >= 2, "WebKit runs");
        ensure!(found.iter().any(|(name, _)| name.starts_with("slipway")), "Slipway runs");
        have_no_token(&sandbox, &found)?;

        window.invoke("open_link", &json!({"url": "https://github.com/"})).await?.map_err(|error| anyhow::anyhow!("{error}"))?;
        wait_for("the browser", async || Ok((!browser.opened().is_empty()).then_some(()))).await?;
        have_no_token(&sandbox, &[("the browser".to_owned(), browser.environment())])?;
        ensure!(browser.environment().contains("HOME="), "its environment was written down");

        desktop.tray()?;
        window.get("button", Named::Exactly("Settings")).await?;
        desktop.kill_slipway().await
    })
    .await
}

#[tokio::test]
async fn started_again_it_is_the_same_process() -> Result<()> {
    let sandbox = SandboxProcess::start(20, "healthy").await?;
    let plan = Desktop::plan().toasts(Toasts::Nobody).variable("GH_TOKEN", sandbox.token("github")?);
    plan.run("environment-process", async |desktop| {
        let terminal = desktop.cli()?;
        for arguments in [&["--sandbox"][..], &[]] {
            let mut child = terminal.start(arguments)?;
            let id = child.id().context("it runs")?;
            wait_within(LONG, "the window and WebKit", async || {
                let shown = desktop.windows()?.iter().any(|window| window.shown && window.title.starts_with("Slipway"));
                Ok((shown && environments(desktop)?.len() >= 3).then_some(()))
            })
            .await?;
            ensure!(desktop.slipway_ids()? == [id], "it is one process, with the id it was started with");
            have_no_token(&sandbox, &environments(desktop)?)?;
            if arguments.is_empty() {
                // A second process with tokens in its environment notifies the first one and ends.
                terminal.run(&[]).await?.expect(0)?;
                ensure!(desktop.slipway_ids()? == [id], "the first is left");
            }
            ensure!(std::process::Command::new("kill").args(["-TERM", &id.to_string()]).status()?.success(), "a signal is sent");
            let ended = tokio::time::timeout(LONG, child.wait()).await.context("it ends")??;
            ensure!(ended.code() == Some(0), "{ended}");
        }
        Ok(())
    })
    .await
}
