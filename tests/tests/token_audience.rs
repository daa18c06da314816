//! A token is for one server and one data folder: tokens from the keychain, the environment and the vendors' CLIs
//! are sent nowhere else, whatever a data folder contains.
#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use rusqlite::Connection;
use serde_json::{Value, json};
use slipway_tests::{Cli, Desktop, SandboxProcess, Toasts, TrapServer, wait_for};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

const VENDORS: [&str; 3] = ["github", "circleci", "heroku"];

fn cache(folder: &Path) -> Result<Connection> {
    Ok(Connection::open(folder.join("cache.db"))?)
}

/// Writes another URL into the stored account, as anybody with write access to the data folder could.
fn edit_url(folder: &Path, account: &str, url: &str) -> Result<()> {
    let changed = cache(folder)?.execute("UPDATE account SET json = json_set(json, '$.url', ?2) WHERE id = ?1", [account, url])?;
    ensure!(changed == 1, "{account} is stored");
    Ok(())
}

/// State of the previous version: an account, and its keychain entry under the account's id alone.
fn stored_by_the_version_before(folder: &Path, accounts: &[(&str, &str)]) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let cache = cache(folder)?;
    cache.execute_batch(
        "PRAGMA user_version = 1;
         CREATE TABLE setting(key TEXT PRIMARY KEY, value TEXT NOT NULL);
         CREATE TABLE account(id TEXT PRIMARY KEY, json TEXT NOT NULL);
         CREATE TABLE service(name TEXT PRIMARY KEY, json TEXT NOT NULL);
         CREATE TABLE state(service TEXT PRIMARY KEY, json TEXT NOT NULL);
         CREATE TABLE forever(key TEXT PRIMARY KEY, json TEXT NOT NULL);",
    )?;
    for (id, url) in accounts {
        let json = format!(r#"{{"id":"{id}","provider":"{id}","url":"{url}","keychain":true,"borrowed":false,"read_only":false}}"#);
        cache.execute("INSERT INTO account(id, json) VALUES(?1, ?2)", [*id, &json])?;
    }
    Ok(())
}

fn file_entry(desktop: &Desktop, user: &str, token: &str) -> Result<()> {
    let mut command = desktop.command("secret-tool");
    command.args(["store", "--label", &format!("keyring:{user}@slipway"), "service", "slipway", "username", user]);
    let mut child = command.stdin(Stdio::piped()).spawn().context("cannot start secret-tool")?;
    child.stdin.take().context("no standard input")?.write_all(token.as_bytes())?;
    ensure!(child.wait()?.success(), "secret-tool files no entry");
    Ok(())
}

fn entry(desktop: &Desktop, user: &str) -> Result<Option<String>> {
    desktop.secret(&[("service", "slipway"), ("username", user)])
}

/// A terminal of this desktop on another data folder, and that folder.
fn on_folder(desktop: &Desktop, name: &str) -> Result<(Cli, PathBuf)> {
    let folder = desktop.folder().join(name);
    std::fs::create_dir_all(&folder)?;
    Ok((desktop.cli()?.variable("SLIPWAY_DATA_DIR", &folder.display().to_string()), folder))
}

async fn works(terminal: &Cli, account: &str) -> Result<()> {
    terminal.run(&["account", "check", account]).await?.expect(0).with_context(|| format!("{account} works")).map(drop)
}

/// Runs all commands that send something through the account, and checks what the server received.
async fn gets_no_token(terminal: &Cli, account: &str, bait: &TrapServer, tokens: &[&str]) -> Result<()> {
    terminal.run(&["account", "check", account]).await?.expect(1)?;
    terminal.run(&["status", "--json"]).await?;
    for request in bait.requests() {
        let heard = request.to_lowercase();
        ensure!(
            !heard.contains("bearer") && !tokens.iter().any(|token| heard.contains(&token.to_lowercase())),
            "a token was sent: {request}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn an_edited_url_gets_no_token() -> Result<()> {
    let sandbox = SandboxProcess::start(20, "healthy").await?;
    let bait = TrapServer::lay()?;
    let plan = Desktop::plan().toasts(Toasts::Nobody);
    plan.run("audience-edited", async |desktop| {
        let terminal = desktop.cli()?;
        sandbox.connect_kept(&terminal).await?;
        for vendor in VENDORS {
            works(&terminal, vendor).await?;
            edit_url(&desktop.data_folder(), vendor, bait.url("").trim_end_matches('/'))?;
            let token = sandbox.token(vendor)?;
            gets_no_token(&terminal, vendor, &bait, &[token]).await.context("from the keychain")?;
            // The environment's token is not sent either, because this account was not added with it.
            let set = [("GH_TOKEN", "github"), ("CIRCLE_TOKEN", "circleci"), ("HEROKU_API_KEY", "heroku")];
            let terminal =
                set.iter().try_fold(terminal.clone(), |t, (name, of)| Ok::<_, anyhow::Error>(t.variable(name, sandbox.token(of)?)))?;
            gets_no_token(&terminal, vendor, &bait, &[token]).await.context("from the environment")?;
            edit_url(&desktop.data_folder(), vendor, sandbox.url(vendor)?)?;
            works(&terminal, vendor).await.context("at its own server again")?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn folders_do_not_touch_each_others_tokens() -> Result<()> {
    let (sandbox, elsewhere) = (SandboxProcess::start(20, "healthy").await?, SandboxProcess::start(20, "healthy").await?);
    let plan = Desktop::plan().toasts(Toasts::Nobody);
    plan.run("audience-folders", async |desktop| {
        let ((one, folder), (two, _), (three, _)) = (on_folder(desktop, "one")?, on_folder(desktop, "two")?, on_folder(desktop, "three")?);
        sandbox.keep_accounts(&one).await?;
        elsewhere.keep_accounts(&two).await?;
        works(&one, "github").await?;
        works(&two, "github").await?;
        // The same server with a token that it does not know: stored, since it could not be tested.
        sandbox.post("/faults", &json!({"kind": "reset_before"})).await?;
        three.run_with(&["account", "add", "github", "--url", sandbox.url("github")?], "ghp_of_another_person").await?.expect(0)?;
        sandbox.delete("/faults").await?;
        works(&one, "github").await.context("though another folder keeps another token for the same server")?;
        for other in [&two, &three] {
            other.run(&["account", "remove", "github"]).await?.expect(0)?;
        }
        works(&one, "github").await.context("though other folders removed theirs")?;

        // A folder that is moved keeps its tokens; a copy of it has its own.
        let (moved, at) = on_folder(desktop, "moved/to")?;
        std::fs::remove_dir(&at)?;
        std::fs::rename(&folder, &at)?;
        works(&moved, "github").await.context("in a folder that was moved")?;
        let (copied, copy) = on_folder(desktop, "copy")?;
        for file in std::fs::read_dir(&at)?.flatten().filter(|file| file.path().is_file()) {
            std::fs::copy(file.path(), copy.join(file.file_name()))?;
        }
        works(&copied, "github").await.context("in a copy")?;
        copied.run(&["account", "remove", "github"]).await?.expect(0)?;
        works(&moved, "github").await.context("after the copy removed its own")
    })
    .await
}

#[tokio::test]
async fn entries_of_the_version_before_are_copied_and_stay() -> Result<()> {
    let sandbox = SandboxProcess::start(20, "healthy").await?;
    let bait = TrapServer::lay()?;
    let plan = Desktop::plan().toasts(Toasts::Nobody);
    plan.run("audience-earlier", async |desktop| {
        let own = VENDORS.iter().map(|vendor| Ok((*vendor, sandbox.url(vendor)?))).collect::<Result<Vec<_>>>()?;
        for vendor in VENDORS {
            file_entry(desktop, vendor, sandbox.token(vendor)?)?;
        }
        let stayed = || {
            let kept = VENDORS.iter().map(|vendor| Ok(entry(desktop, vendor)?.as_deref() == Some(sandbox.token(vendor)?)));
            Ok::<_, anyhow::Error>(kept.collect::<Result<Vec<_>>>()?.into_iter().all(|kept| kept))
        };
        // Two folders of that version; one whose account has another server; one that never had any.
        for name in ["one", "two"] {
            let (terminal, folder) = on_folder(desktop, name)?;
            stored_by_the_version_before(&folder, &own)?;
            for vendor in VENDORS {
                works(&terminal, vendor).await.with_context(|| format!("in folder {name}"))?;
            }
            ensure!(stayed()?, "the entries are as they were");
            sandbox.add_services(&terminal).await?;
            terminal.run(&["status", "--json"]).await?.expect(0)?;
        }
        let (other, folder) = on_folder(desktop, "other-server")?;
        stored_by_the_version_before(&folder, &[("github", bait.url("").trim_end_matches('/'))])?;
        gets_no_token(&other, "github", &bait, &[sandbox.token("github")?]).await?;

        let (fresh, folder) = on_folder(desktop, "fresh")?;
        fresh.run(&["account", "add", "github", "--url", sandbox.url("github")?, "--no-keychain"]).await?.expect(0)?;
        let changed = cache(&folder)?.execute("UPDATE account SET json = json_set(json, '$.keychain', json('true'))", [])?;
        ensure!(changed == 1, "an account that says its token is in the keychain");
        fresh.run(&["account", "check", "github"]).await?.expect(1)?;

        // A folder whose URL was changed after it was opened.
        let (edited, folder) = on_folder(desktop, "one")?;
        edit_url(&folder, "github", bait.url("").trim_end_matches('/'))?;
        gets_no_token(&edited, "github", &bait, &[sandbox.token("github")?]).await?;
        edit_url(&folder, "github", sandbox.url("github")?)?;
        works(&edited, "github").await?;

        // After its removal in one folder the token stays for the other and for the previous version, which is
        // reported.
        let removed = edited.run(&["account", "remove", "github"]).await?.expect(0)?;
        ensure!(removed.stderr.contains("stays in the keychain"), "{}", removed.stderr);
        ensure!(stayed()?, "the entries are as they were");
        let (two, _) = on_folder(desktop, "two")?;
        works(&two, "github").await?;
        // After it is added again it is not an account of the previous version.
        edited.run(&["account", "add", "github", "--url", sandbox.url("github")?, "--no-keychain"]).await?.expect(0)?;
        ensure!(edited.run(&["account", "check", "github"]).await?.status == 1, "it has no token");

        let removed = two.run(&["account", "remove", "github", "--everywhere"]).await?.expect(0)?;
        ensure!(!removed.stderr.contains("stays"), "{}", removed.stderr);
        ensure!(entry(desktop, "github")?.is_none() && entry(desktop, "heroku")?.is_some(), "that one alone is gone");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn in_the_window_an_entry_of_the_version_before_stays_and_that_is_said() -> Result<()> {
    let sandbox = SandboxProcess::start(20, "healthy").await?;
    let plan = Desktop::plan().toasts(Toasts::Nobody);
    plan.run("audience-window", async |desktop| {
        stored_by_the_version_before(&desktop.data_folder(), &[("github", sandbox.url("github")?)])?;
        file_entry(desktop, "github", sandbox.token("github")?)?;
        let window = desktop.open(&[]).await?;
        let told = |answer: Result<Value, Value>| answer.map_err(|error| anyhow::anyhow!("{error}"));
        let tested = told(window.invoke("test_account", &json!({"id": "github"})).await?)?;
        ensure!(tested["ok"] == true, "{tested}");
        told(window.invoke("remove_account", &json!({"id": "github"})).await?)?;
        wait_for("the notice", async || {
            let world = told(window.invoke("world", &json!({})).await?)?;
            let notices = world["snapshot"]["notices"].as_array().context("notices")?;
            Ok(notices.iter().any(|notice| notice.to_string().contains("stays in the keychain")).then_some(()))
        })
        .await?;
        ensure!(entry(desktop, "github")?.as_deref() == Some(sandbox.token("github")?), "it stays");
        ensure!(desktop.secrets().await?.iter().all(|s| !s.label.contains(" @ ")), "the window's own entry is gone");
        Ok(())
    })
    .await
}

/// Programs with the names of the vendors' CLIs that return a token to every caller, and record their arguments and
/// environment.
struct Clis(tempfile::TempDir);

impl Clis {
    fn new() -> Result<Self> {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::Builder::new().prefix("slipway-clis-").tempdir()?;
        for (name, token) in [("gh", "gho_of_the_cli"), ("heroku", "HRKU-of-the-cli")] {
            let path = folder.path().join(name);
            let log = folder.path().join("started");
            std::fs::write(&path, format!("#!/bin/sh\n{{ echo \"{name} $*\"; env; }} >> '{}'\necho {token}\n", log.display()))?;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))?;
        }
        Ok(Self(folder))
    }

    fn path(&self) -> String {
        format!("{}:{}", self.0.path().display(), std::env::var("PATH").unwrap_or_default())
    }

    fn started(&self) -> String {
        std::fs::read_to_string(self.0.path().join("started")).unwrap_or_default()
    }
}

#[tokio::test]
async fn a_cli_lends_its_token_to_its_own_server() -> Result<()> {
    let sandbox = SandboxProcess::start(20, "healthy").await?;
    let (bait, clis, folder) = (TrapServer::lay()?, Clis::new()?, tempfile::tempdir()?);
    let address = bait.url("");
    let elsewhere = address.trim_end_matches('/');
    for (vendor, token) in [("github", "gho_of_the_cli"), ("heroku", "HRKU-of-the-cli"), ("circleci", "CCIPAT_of_the_cli")] {
        sandbox.post("/world", &json!({"token": {"vendor": vendor, "token": token}})).await?;
    }
    std::fs::write(folder.path().join(".netrc"), "machine api.heroku.com login x password HRKU-of-the-cli\n")?;
    let config = folder.path().join(".circleci");
    std::fs::create_dir(&config)?;
    std::fs::write(config.join("cli.yml"), format!("host: {}\ntoken: CCIPAT_of_the_cli\n", sandbox.url("circleci")?))?;
    let tokens = ["GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN", "CIRCLE_TOKEN", "HEROKU_API_KEY"];
    let plain = Cli::alone(folder.path())?.variable("PATH", &clis.path());
    let terminal = tokens.iter().fold(plain.clone(), |terminal, name| terminal.variable(name, "token_of_the_environment"));

    // Refused without calling the CLI and without storing anything: no CLI is signed in there.
    for (vendor, url) in [
        ("heroku", elsewhere),
        ("heroku", "https://api.heroku.com.evil.example"),
        ("heroku", "https://api.heroku.com:8443"),
        ("circleci", elsewhere),
        ("circleci", "https://circleci.com"),
        ("github", "https://api.github.com:8443"),
        ("github", "https://evil.github.com"),
    ] {
        let outcome = terminal.run(&["account", "add", vendor, "--borrow", "--url", url]).await?;
        ensure!(outcome.status == 2, "{vendor} at {url}: exit {}\n{}{}", outcome.status, outcome.stdout, outcome.stderr);
    }
    ensure!(clis.started().is_empty(), "a CLI was asked: {}", clis.started());
    let listed = plain.run(&["account", "list"]).await?.expect(0)?;
    ensure!(listed.stdout.is_empty(), "{}", listed.stdout);

    // For its own server each returns its token.
    let heroku = plain.clone().variable("HEROKU_HOST", sandbox.url("heroku")?);
    for (terminal, vendor) in [(&plain, "github"), (&plain, "circleci"), (&heroku, "heroku")] {
        terminal.run(&["account", "add", vendor, "--borrow", "--url", sandbox.url(vendor)?]).await?.expect(0)?;
        works(terminal, vendor).await?;
    }
    ensure!(clis.started().contains("gh auth token --hostname 127.0.0.1"), "{}", clis.started());
    // It is not used for another server, even if the account's URL or the CLI's server is changed later.
    plain.run(&["account", "check", "heroku"]).await?.expect(1)?;
    for (terminal, vendor) in [(&plain, "circleci"), (&heroku, "heroku")] {
        edit_url(folder.path(), vendor, elsewhere)?;
        gets_no_token(terminal, vendor, &bait, &["of_the_cli", "of-the-cli"]).await?;
    }

    // The environment of a CLI has no token of Slipway's.
    let set = tokens.iter().fold(plain, |terminal, name| terminal.variable(name, "token_of_the_environment"));
    let other = tempfile::tempdir()?;
    let set = set.variable("SLIPWAY_DATA_DIR", &other.path().display().to_string());
    set.run(&["account", "add", "github", "--borrow", "--url", sandbox.url("github")?]).await?.expect(0)?;
    set.variable("HEROKU_HOST", sandbox.url("heroku")?)
        .run(&["account", "add", "heroku", "--borrow", "--url", sandbox.url("heroku")?])
        .await?
        .expect(0)?;
    ensure!(!clis.started().contains("token_of_the_environment"), "{}", clis.started());
    Ok(())
}
