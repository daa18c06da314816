//! `slipway doctor` on a machine without problems, and on machines with one problem each: it names the part and the
//! solution, and prints nothing private.

#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Cli, Desktop, Keychain, SandboxProcess, Toasts};

/// The result for one part.
fn check<'a>(report: &'a Value, id: &str) -> Result<&'a Value> {
    let checks = report["checks"].as_array().context("no checks")?;
    checks.iter().find(|c| c["id"] == id).with_context(|| format!("no check {id}: {report:#}"))
}

fn states(report: &Value, wanted: &[(&str, &str)]) -> Result<()> {
    for (id, state) in wanted {
        let found = check(report, id)?;
        ensure!(found["state"] == *state, "{id} is not {state}: {found:#}");
        ensure!((found["state"] == "ok") == found["advice"].is_null(), "advice where there is something to do: {found:#}");
    }
    Ok(())
}

async fn doctor(terminal: &Cli, status: i32) -> Result<Value> {
    let outcome = terminal.run(&["doctor", "--json"]).await?.expect(status)?;
    outcome.json()
}

/// Accounts with their tokens in the desktop's keychain.
async fn sign_in(desktop: &Desktop, sandbox: &SandboxProcess) -> Result<Cli> {
    let terminal = desktop.cli()?;
    sandbox.connect_kept(&terminal).await?;
    Ok(terminal)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_in_order_and_its_keychain_locked() -> Result<()> {
    let sandbox = SandboxProcess::start(20, "healthy").await?;
    let plan = Desktop::plan().toasts(Toasts::Harness).with_tray();
    plan.run("doctor-in-order", async |desktop| {
        let terminal = sign_in(desktop, &sandbox).await?;
        // The harness creates the folder itself.
        std::fs::set_permissions(desktop.data_folder(), std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
        let report = doctor(&terminal, 0).await?;
        ensure!(report["ok"] == true, "{report:#}");
        let wanted = ["data_folder", "journal", "cache", "log", "display", "session_bus", "tray", "notifications", "keychain"];
        states(&report, &wanted.map(|id| (id, "ok")))?;
        states(&report, &["account:github", "account:circleci", "account:heroku", "clock:github"].map(|id| (id, "ok")))?;

        let text = terminal.run(&["doctor"]).await?.expect(0)?.stdout;
        ensure!(text.ends_with("No problems found.\n"), "{text}");
        let home = desktop.environment().iter().find(|(name, _)| name == "HOME").map(|(_, path)| path.clone()).context("no home")?;
        let mut private = vec![home, sandbox.url("github")?.to_owned(), "storefront".to_owned()];
        private.extend(["github", "circleci", "heroku"].map(|vendor| sandbox.token(vendor).unwrap_or_default().to_owned()));
        for secret in private {
            ensure!(!text.contains(&secret), "{secret} is in what may be pasted in public:\n{text}");
        }

        desktop.lock_keychain().await?;
        let report = doctor(&terminal, 1).await?;
        states(&report, &[("keychain", "problem"), ("account:github", "problem"), ("session_bus", "ok")])?;
        ensure!(check(&report, "keychain")?["found"] == "locked", "{report:#}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_with_parts_missing() -> Result<()> {
    let sandbox = SandboxProcess::start(20, "healthy").await?;
    let desktop = Desktop::plan().keychain(Keychain::Absent).toasts(Toasts::Nobody).start().await?;
    // With tokens from the environment the keychain is not needed.
    let terminal = sandbox.connect(desktop.cli()?).await?;
    let report = doctor(&terminal, 0).await?;
    states(&report, &[("session_bus", "ok"), ("keychain", "warning"), ("tray", "warning"), ("notifications", "warning")])?;

    // A keychain that owns its name on the bus and never answers.
    let hanging = zbus::connection::Builder::address(desktop.variable("DBUS_SESSION_BUS_ADDRESS")?.as_str())?;
    let _hanging = hanging.name("org.freedesktop.secrets")?.build().await?;
    let report = doctor(&terminal, 0).await?;
    ensure!(check(&report, "keychain")?["found"] == "it does not answer", "{report:#}");

    let folder = tempfile::tempdir()?;
    let alone = sandbox.connect(Cli::alone(folder.path())?).await?;
    let report = doctor(&alone, 0).await?;
    states(&report, &[("session_bus", "warning"), ("keychain", "warning"), ("display", "warning"), ("account:github", "ok")])
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_in_trouble() -> Result<()> {
    let sandbox = SandboxProcess::start(20, "healthy").await?;
    let folder = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;

    let report = doctor(&terminal.clone().variable("GH_TOKEN", "gho_wrong"), 1).await?;
    states(&report, &[("account:github", "problem"), ("account:heroku", "ok")])?;
    ensure!(check(&report, "account:github")?["found"].as_str().is_some_and(|f| f.contains("its token")), "{report:#}");

    sandbox.post("/faults", &json!({"vendor": "github", "kind": "clock_skew", "seconds": 7200})).await?;
    let report = doctor(&terminal, 1).await?;
    states(&report, &[("account:github", "ok"), ("clock:github", "problem"), ("clock:heroku", "ok")])?;
    ensure!(check(&report, "clock:github")?["found"].as_str().is_some_and(|f| f.contains("behind GitHub")), "{report:#}");
    sandbox.delete("/faults").await?;

    sandbox.post("/faults", &json!({"vendor": "heroku", "kind": "html"})).await?;
    let report = doctor(&terminal, 1).await?;
    states(&report, &[("account:heroku", "problem")])?;
    sandbox.delete("/faults").await?;

    // Nothing listens on that port any more.
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let gone = format!("http://127.0.0.1:{port}");
    terminal.run(&["account", "remove", "circleci"]).await?.expect(0)?;
    terminal.run(&["account", "add", "circleci", "--url", &gone, "--no-keychain"]).await?.expect(0)?;
    let report = doctor(&terminal, 1).await?;
    let found = check(&report, "account:circleci")?["found"].as_str().unwrap_or_default();
    ensure!(found.contains("cannot be reached"), "{report:#}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_folder_in_trouble() -> Result<()> {
    let sandbox = SandboxProcess::start(20, "healthy").await?;
    let folder = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;

    let report = doctor(&terminal.clone().with_little_room(128 * 1024), 1).await?;
    states(&report, &[("data_folder", "problem"), ("account:github", "ok")])?;

    let journal = folder.path().join("intents.db");
    let mut bytes = std::fs::read(&journal)?;
    bytes[..64].fill(0x5a);
    std::fs::write(&journal, bytes)?;
    let report = doctor(&terminal, 1).await?;
    states(&report, &[("journal", "problem"), ("cache", "ok")])?;
    ensure!(check(&report, "journal")?["found"].as_str().is_some_and(|f| f.contains("set aside")), "{report:#}");
    // Once reported, the damaged file is kept beside the new one.
    states(&doctor(&terminal, 0).await?, &[("journal", "warning")])?;

    let services = terminal.run(&["service", "list"]).await?.expect(0)?.stdout;
    let cache = folder.path().join("cache.db");
    std::fs::write(&cache, b"no database, but some text")?;
    states(&doctor(&terminal, 1).await?, &[("cache", "problem")])?;
    ensure!(services.contains("storefront"), "{services}");

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
        // The accounts' addresses were in the cache that is gone, so the tokens of the environment are used with
        // the vendors' own hosts.
        states(&doctor(&terminal, 1).await?, &[("data_folder_private", "warning")])?;
    }
    Ok(())
}
