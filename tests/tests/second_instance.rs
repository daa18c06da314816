//! Arguments of the window on a desktop, and what a second process passes to the first: at most the window opens,
//! and nothing is changed.

use anyhow::{Result, ensure};
use serde_json::json;
use slipway_tests::{Desktop, Named, SandboxProcess, Toasts, wait_within};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn arguments_never_change_anything() -> Result<()> {
    let sandbox = SandboxProcess::start(60, "healthy").await?;
    Desktop::plan()
        .toasts(Toasts::Harness)
        .run("arguments", async |desktop| {
            let terminal = desktop.cli()?;
            sandbox.connect_kept(&terminal).await?;
            let service = sandbox.first_service()?;
            let window = desktop.open(&[]).await?;
            window.shows_within(PATIENCE, "is healthy").await?;
            let merge = window.get("button", Named::Starting("Merge #")).await?.attr("aria-label").await?.unwrap_or_default();
            let number: String = merge.chars().filter(char::is_ascii_digit).collect();
            let ids = desktop.slipway_ids()?;

            // Words with a meaning elsewhere: refused before anything is opened.
            // One argument may have 128 KiB; eight of them are a megabyte.
            let long = "a".repeat(128 * 1024 - 64);
            let megabyte = [long.as_str(); 8];
            let deep = format!("slipway://rollback/{service}/production?yes");
            let refused: [&[&str]; 10] = [
                &[&deep, "--yes"],
                &["https://evil.example/"],
                &["file:///etc/passwd"],
                &["--yes"],
                &["--execute=1"],
                &["--url", "https://evil.example/"],
                &["--sandbox", "merge", service, "1", "--yes"],
                &["--", "merge"],
                &["%u"],
                &megabyte,
            ];
            for arguments in refused {
                let told: String = arguments.join(" ").chars().take(60).collect();
                let outcome = terminal.run(arguments).await?;
                ensure!(outcome.status == 2, "{told}: exit {}", outcome.status);
            }
            // An action without consent and without a person to ask: printed and not sent.
            for arguments in [&["rollback", service, "production"][..], &["merge", service, &number], &["revert", service, "1"]] {
                let outcome = terminal.run(arguments).await?;
                ensure!(matches!(outcome.status, 2 | 3), "{arguments:?}: exit {}", outcome.status);
            }
            // A link with an action in it is handed over, and does nothing; the window says so.
            for link in [&deep, "slipway://execute?plan_id=1"] {
                terminal.run(&[link]).await?.expect(0)?;
                window.shows("The link was not opened").await?;
            }
            // A second process brings the first one's window to the front and ends.
            for _ in 0..3 {
                terminal.run(&[]).await?.expect(0)?;
            }
            hand_over(desktop, service, &number).await?;
            window.shows("is healthy").await?;
            ensure!(window.evaluate("return location.href", vec![]).await? == "tauri://localhost");
            ensure!(window.all("dialog", Named::Anything).await?.is_empty(), "a dialog was opened: {}", window.outline().await?);
            ensure!(desktop.slipway_ids()? == ids, "{:?} run instead of {ids:?}", desktop.slipway_ids()?);
            ensure!(window.invoke("journal", &json!({})).await? == Ok(json!([])), "the journal has an entry");
            ensure!(sandbox.changes().await? == 0, "{}", sandbox.truth().await?["mutations"]);
            Ok(())
        })
        .await
}

/// What any program on the session bus can send to the first process in the name of a second one.
async fn hand_over(desktop: &Desktop, service: &str, number: &str) -> Result<()> {
    let names: Vec<String> = desktop
        .bus()
        .call_method(Some("org.freedesktop.DBus"), "/", Some("org.freedesktop.DBus"), "ListNames", &())
        .await?
        .body()
        .deserialize()?;
    let own: Vec<&String> = names.iter().filter(|name| name.starts_with("dev.slipway.Slipway")).collect();
    let [name] = own[..] else { anyhow::bail!("one name of Slipway's, not {own:?}") };
    let path = format!("/{}", name.replace('.', "/").replace('-', "_"));
    let megabyte = "a".repeat(1 << 20);
    let link = format!("slipway://merge/{service}/{number}?yes=1");
    let said: [&[&str]; 7] = [
        &["slipway", "merge", service, number, "--yes"],
        &["slipway", "rollback", service, "production", "--yes"],
        &["slipway", &link],
        &["slipway", "https://evil.example/"],
        &["slipway", "--sandbox"],
        &["slipway", &megabyte],
        &[],
    ];
    for arguments in said {
        let body = (arguments, "/nowhere");
        desktop.bus().call_method(Some(name.as_str()), path.as_str(), Some("org.SingleInstance.DBus"), "ExecuteCallback", &body).await?;
    }
    wait_within(PATIENCE, "the window", async || Ok(desktop.windows()?.iter().any(|one| one.shown).then_some(()))).await
}
