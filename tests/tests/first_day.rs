//! The first day: from the first window to the first merge, and to the first live service with accounts of one's own,
//! by visible names alone. Actions are counted; the time is printed.
#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use serde_json::json;
use slipway_tests::{Album, Desktop, Named, SandboxProcess, Window, wait_within};
use std::time::{Duration, Instant};
use thirtyfour::Key;

/// A click, a text or a key is one action.
const MOST_ACTIONS: u32 = 12;
/// What a person is promised is 60 s; here other tests run beside.
const LIMIT: Duration = Duration::from_secs(180);
const PATIENCE: Duration = Duration::from_secs(90);

struct Person<'w> {
    window: &'w Window,
    actions: u32,
    began: Instant,
}

impl<'w> Person<'w> {
    fn at(window: &'w Window, began: Instant) -> Self {
        Self { window, actions: 0, began }
    }

    async fn click(&mut self, role: &str, name: Named<'_>) -> Result<()> {
        self.actions += 1;
        self.window.click_within(PATIENCE, role, name).await
    }

    async fn write(&mut self, name: Named<'_>, text: &str) -> Result<()> {
        self.actions += 1;
        self.window.fill("textbox", name, text).await
    }

    async fn press(&mut self, key: Key) -> Result<()> {
        self.actions += 1;
        self.window.press(key).await
    }

    /// The form in place: the address of a server, the token, Enter.
    async fn paste(&mut self, title: &str, sandbox: &SandboxProcess, vendor: &str) -> Result<()> {
        self.window.get("button", Named::Exactly(&format!("Add {title} account"))).await?;
        self.write(Named::Starting("URL"), sandbox.url(vendor)?).await?;
        self.write(Named::Exactly("Token"), sandbox.token(vendor)?).await?;
        self.press(Key::Enter).await
    }

    fn ends(self, what: &str) -> Result<()> {
        let took = self.began.elapsed();
        println!("{what}: {} actions, {:.1} s", self.actions, took.as_secs_f64());
        ensure!(self.actions <= MOST_ACTIONS, "{what} took {} actions", self.actions);
        ensure!(took <= LIMIT, "{what} took {took:?}");
        Ok(())
    }
}

#[tokio::test]
async fn from_the_first_window_to_the_first_merge() -> Result<()> {
    Desktop::plan()
        .run("first_merge", async |desktop| {
            let began = Instant::now();
            let window = desktop.open(&[]).await?;
            let mut person = Person::at(&window, began);
            person.click("button", Named::Exactly("Open the sandbox")).await?;
            person.click("button", Named::Exactly("Open storefront")).await?;
            let number = ready(&window).await?;
            person.click("button", Named::Exactly(&format!("Merge #{number}"))).await?;
            window.confirmable(Named::Exactly(&format!("Merge #{number}"))).await?;
            person.actions += 1;
            window.press_with(&[Key::Control], Key::Enter).await?;
            window.shows_within(PATIENCE, "Merge succeeded").await?;
            person.ends("the first merge")?;
            let journal = window.invoke("journal", &json!({})).await?.map_err(|why| anyhow::anyhow!("{why}"))?;
            ensure!(journal[0]["action"] == "merge" && journal[0]["state"] == "succeeded", "{journal}");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn to_the_first_live_service_with_tokens() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    Desktop::plan()
        .run("first_service", async |desktop| {
            let mut album = Album::open("first_service")?;
            let began = Instant::now();
            let window = desktop.open(&[]).await?;
            let mut person = Person::at(&window, began);
            person.click("button", Named::Exactly("Paste a GitHub token…")).await?;
            person.paste("GitHub", &sandbox, "github").await?;
            person.paste("CircleCI", &sandbox, "circleci").await?;
            window.shows("2 of 4 done").await?;
            person.paste("Heroku", &sandbox, "heroku").await?;
            window.get("option", Named::Containing("acme/")).await?;
            window.shows("3 of 4 done").await?;
            album.keep("pick", &window.picture().await?).await?;
            person.press(Key::Enter).await?;
            window.get("button", Named::Exactly("Add service")).await?;
            album.keep("proposal", &window.picture().await?).await?;
            person.click("button", Named::Exactly("Add service")).await?;
            window.get("region", Named::Exactly("Ready")).await?;
            window.shows_within(PATIENCE, "is healthy").await?;
            album.keep("live", &window.picture().await?).await?;
            person.ends("the first live service, with tokens")?;
            is_live(&window, 3).await?;
            ensure!(sandbox.changes().await? == 0, "setting up changed something");
            ensure!(desktop.secrets().await?.len() == 3, "each token is in the keychain");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn to_the_first_live_service_with_logins_that_are_there() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    let logins = Logins::lay(&sandbox)?;
    let plan = Desktop::plan().variable("PATH", &logins.path()).variable("HEROKU_HOST", sandbox.url("heroku")?);
    plan.variable("HOME", &logins.0.path().display().to_string())
        .run("first_logins", async |desktop| {
            let mut album = Album::open("first_logins")?;
            let began = Instant::now();
            let window = desktop.open(&[]).await?;
            let mut person = Person::at(&window, began);
            window.shows("heroku is signed in on this computer").await?;
            person.click("button", Named::Exactly("Paste a GitHub token…")).await?;
            person.paste("GitHub", &sandbox, "github").await?;
            window.shows("1 of 4 done").await?;
            person.click("button", Named::Exactly("Use this login: circleci for CircleCI")).await?;
            window.shows("through circleci").await?;
            person.click("button", Named::Exactly("Use this login: heroku for Heroku")).await?;
            window.shows("through heroku").await?;
            album.keep("logins", &window.picture().await?).await?;
            window.get("option", Named::Containing("acme/")).await?;
            person.press(Key::Enter).await?;
            person.click("button", Named::Exactly("Add service")).await?;
            window.shows_within(PATIENCE, "is healthy").await?;
            person.ends("the first live service, with logins")?;
            is_live(&window, 3).await
        })
        .await
}

#[tokio::test]
async fn a_refused_token_is_said_in_place_and_every_step_can_wait() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    Desktop::plan()
        .run("first_refused", async |desktop| {
            let mut album = Album::open("first_refused")?;
            let window = desktop.open(&[]).await?;
            window.press("c").await?;
            window.get("button", Named::Exactly("Add GitHub account")).await?;
            let focus = window.focus().await?;
            ensure!(focus.1 == "Token", "{focus:?}");
            window.fill("textbox", Named::Starting("URL"), sandbox.url("github")?).await?;
            window.fill("textbox", Named::Exactly("Token"), "ghp_of_nobody").await?;
            window.press(Key::Enter).await?;
            window.shows("GitHub does not accept the token").await?;
            window.shows("0 of 4 done").await?;
            album.keep("refused", &window.picture().await?).await?;
            // What was begun is thrown away neither by a key nor by another step: both ask first.
            window.press(Key::Escape).await?;
            window.get("dialog", Named::Exactly("1 field not saved")).await?;
            window.press(Key::Escape).await?;
            window.gone("dialog", Named::Anything).await?;
            window.get("button", Named::Exactly("Add GitHub account")).await?;
            window.click("button", Named::Exactly("Go on without GitHub")).await?;
            window.click("button", Named::Exactly("Go on without it")).await?;
            window.click("button", Named::Starting("Continue with CI")).await?;
            window.click("button", Named::Exactly("Go on without CI")).await?;
            window.click("button", Named::Starting("Continue with Platform")).await?;
            window.press(Key::Escape).await?;
            window.gone("button", Named::Exactly("Add Heroku account")).await?;
            window.press(Key::Escape).await?;
            window.shows("No service yet").await?;
            let nameless = window.nameless().await?;
            ensure!(nameless.is_empty(), "controls without a name: {nameless:?}");
            Ok(())
        })
        .await
}

/// The number of the first pull request that can be merged.
async fn ready(window: &Window) -> Result<u64> {
    let button = wait_within(PATIENCE, "a merge button", async || {
        let settled = window.names("button", Named::Containing(", checks ")).await?.is_empty();
        Ok(window.names("button", Named::Starting("Merge #")).await?.into_iter().next().filter(|_| settled))
    })
    .await?;
    Ok(button.trim_start_matches("Merge #").parse()?)
}

/// Everything of it was read, through accounts that work.
async fn is_live(window: &Window, accounts: usize) -> Result<()> {
    let world = window.invoke("world", &json!({})).await?.map_err(|why| anyhow::anyhow!("{why}"))?;
    let known = world["snapshot"]["accounts"].as_array().context("accounts")?;
    ensure!(known.len() == accounts && known.iter().all(|a| a["ok"] == true), "{known:#?}");
    let services = world["snapshot"]["services"].as_array().context("services")?;
    let [service] = &services[..] else { anyhow::bail!("one service, not {}", services.len()) };
    let environments = service["environments"].as_array().context("environments")?;
    ensure!(environments.iter().any(|e| e["current"]["version"].is_u64()), "nothing is live: {environments:#?}");
    Ok(())
}

/// A home in which the CLIs of two vendors are signed in at the sandbox.
struct Logins(tempfile::TempDir);

impl Logins {
    fn lay(sandbox: &SandboxProcess) -> Result<Self> {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::Builder::new().prefix("slipway-logins-").tempdir()?;
        let config = home.path().join(".circleci");
        std::fs::create_dir(&config)?;
        std::fs::write(config.join("cli.yml"), format!("host: {}\ntoken: {}\n", sandbox.url("circleci")?, sandbox.token("circleci")?))?;
        let programs = home.path().join("programs");
        std::fs::create_dir(&programs)?;
        for (name, script) in [("heroku", format!("echo {}", sandbox.token("heroku")?)), ("gh", "exit 1".to_owned())] {
            let program = programs.join(name);
            std::fs::write(&program, format!("#!/bin/sh\n{script}\n"))?;
            std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755))?;
        }
        Ok(Self(home))
    }

    fn path(&self) -> String {
        format!("{}:{}", self.0.path().join("programs").display(), std::env::var("PATH").unwrap_or_default())
    }
}
