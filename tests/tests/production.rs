//! A person decides which environment is production: the terminal and the window ask about one that may be, and it
//! counts as production until they are answered.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use slipway_tests::{Album, Cli, Desktop, Named, SandboxProcess, Scheme, wait_within};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

/// Adds the sandbox's first service again, with this name for its production environment.
struct Renamed {
    service: String,
    repo: String,
    app: String,
}

impl Renamed {
    fn of(sandbox: &SandboxProcess) -> Result<Self> {
        let service = &sandbox.banner()["services"][0];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let repo = text(&service["repo"]).context("a repository")?;
        let environments = service["environments"].as_array().context("environments")?;
        let production = environments.iter().find(|e| e["name"] == "production").context("production")?;
        Ok(Self { service: "regions".to_owned(), repo, app: text(&production["app"]).context("an app")? })
    }

    /// The arguments of `service add`; `said` follows the app.
    fn add(&self, repo: &str, said: &str) -> Vec<String> {
        let environment = format!("production-eu=heroku:{}{said}", self.app);
        ["service", "add", self.service.as_str(), "--repo", repo, "--ci", "none", "--environment", environment.as_str()]
            .map(str::to_owned)
            .to_vec()
    }
}

async fn run(terminal: &Cli, arguments: &[String], exit: i32) -> Result<String> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Ok(terminal.run(&arguments).await?.expect(exit)?.stdout)
}

/// Whether the environment counts as production, and whether the question is still open.
async fn stands(terminal: &Cli, service: &str) -> Result<(bool, bool)> {
    let status = terminal.run(&["status", "--service", service, "--json"]).await?.expect(0)?.json()?;
    let service = &status["services"][0];
    let asked = service["alerts"].as_array().into_iter().flatten().filter(|a| a["kind"] == "production_not_said");
    let asked: Vec<&Value> = asked.collect();
    for alert in &asked {
        ensure!(alert["severity"] == "info" && alert["subject"]["environment"] == "production-eu", "{alert}");
    }
    Ok((service["environments"][0]["production"] == true, !asked.is_empty()))
}

#[tokio::test]
async fn the_terminal_asks_until_it_is_said() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    let folder = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
    let renamed = Renamed::of(&sandbox)?;
    let name = renamed.service.as_str();
    run(&terminal, &renamed.add(&renamed.repo, ""), 0).await?;
    ensure!(stands(&terminal, name).await? == (true, true), "it counts as production, and somebody is asked");
    let text = terminal.run(&["status", "--service", name]).await?.expect(0)?.stdout;
    let command = format!("slipway service set {name} --environment production-eu --production YES-OR-NO");
    ensure!(text.contains("Is production-eu of regions production?") && text.contains(&command), "{text}");

    for (wrong, exit) in [(["nobody", "production-eu"], 2), ([name, "production-us"], 2)] {
        let [service, environment] = wrong;
        terminal.run(&["service", "set", service, "--environment", environment, "--production", "no"]).await?.expect(exit)?;
    }
    terminal.run(&["service", "set", name, "--environment", "production-eu", "--production", "no"]).await?.expect(0)?;
    ensure!(stands(&terminal, name).await? == (false, false), "it is said not to be");
    let listed = terminal.run(&["service", "list"]).await?.expect(0)?.stdout;
    ensure!(listed.contains(",production=no"), "{listed}");

    // Adding it again answers too, and changes nothing else; another service is refused.
    run(&terminal, &renamed.add("acme/other", ",production=yes"), 2).await?;
    run(&terminal, &renamed.add(&renamed.repo, ""), 2).await?;
    run(&terminal, &renamed.add(&renamed.repo, ",production=yes"), 0).await?;
    ensure!(stands(&terminal, name).await? == (true, false), "it is said to be production");
    Ok(())
}

#[tokio::test]
async fn the_window_asks_and_takes_the_answer() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    Desktop::plan()
        .scheme(Scheme::Light)
        .run("production", async |desktop| {
            let terminal = desktop.cli()?;
            sandbox.keep_accounts(&terminal).await?;
            let renamed = Renamed::of(&sandbox)?;
            run(&terminal, &renamed.add(&renamed.repo, ""), 0).await?;
            let window = desktop.open(&[]).await?;
            window.shows_within(PATIENCE, "Is production-eu production?").await?;
            let mut album = Album::open("production")?;
            album.keep("asked", &window.picture().await?).await?;
            window.press("g").await?;
            window.press("s").await?;
            window.click("button", Named::Exactly("Services")).await?;
            window.get("group", Named::Exactly("Is production-eu production?")).await?;
            album.keep("settings", &window.picture().await?).await?;
            window.click("button", Named::Exactly("No, production-eu is not production")).await?;
            window.gone("group", Named::Exactly("Is production-eu production?")).await?;
            window.shows("not production").await?;
            album.keep("answered", &window.picture().await?).await?;
            let listed = wait_within(PATIENCE, "the answer to be kept", async || {
                let listed = terminal.run(&["service", "list"]).await?.expect(0)?.stdout;
                Ok(listed.contains(",production=no").then_some(listed))
            })
            .await?;
            ensure!(listed.contains("production-eu"), "{listed}");
            Ok(())
        })
        .await
}
