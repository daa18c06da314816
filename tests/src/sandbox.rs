//! `slipway sandbox`, the simulated vendors, as a process of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tempfile::TempDir;

use crate::process::Process;
use crate::terminal::{Cli, slipway_bin};

/// A running sandbox; dropping it ends it.
#[derive(Debug)]
pub struct SandboxProcess {
    banner: Value,
    control: String,
    /// The token that the control port requires.
    secret: String,
    process: Process,
    _folder: TempDir,
}

impl SandboxProcess {
    /// Starts `slipway sandbox --speed SPEED --scenario SCENARIO`.
    pub async fn start(speed: u32, scenario: &str) -> Result<Self> {
        let speed = speed.to_string();
        Self::with(&["--speed", &speed, "--scenario", scenario]).await
    }

    /// As [`SandboxProcess::start`], with the history of main from a git repository.
    pub async fn with_history(speed: u32, scenario: &str, history: &Path) -> Result<Self> {
        let (speed, history) = (speed.to_string(), history.display().to_string());
        Self::with(&["--speed", &speed, "--scenario", scenario, "--history", &history]).await
    }

    /// Starts `slipway sandbox` with any arguments and reads its one line.
    pub async fn with(arguments: &[&str]) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("slipway-sandbox-").tempdir()?;
        let mut command = Command::new(slipway_bin()?);
        command.arg("sandbox").args(arguments).env("SLIPWAY_DATA_DIR", folder.path());
        let (process, output) = Process::start_read(command, folder.path(), "sandbox")?;
        let line = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(output).read_line(&mut line).map(|_| line)
        })
        .await??;
        let banner: Value = serde_json::from_str(&line).with_context(|| format!("the sandbox printed `{line}`\n{}", process.said()))?;
        let control = banner["control"]["url"].as_str().context("the sandbox named no control port")?.trim_end_matches('/').to_owned();
        let secret = banner["control"]["token"].as_str().context("the sandbox gave no token of its control port")?.to_owned();
        Ok(Self { banner, control, secret, process, _folder: folder })
    }

    /// The line that it printed.
    pub fn banner(&self) -> &Value {
        &self.banner
    }

    /// A vendor's URL: `github`, `circleci` or `heroku`.
    pub fn url(&self, vendor: &str) -> Result<&str> {
        self.banner[vendor]["url"].as_str().with_context(|| format!("no URL of {vendor}"))
    }

    /// A vendor's token.
    pub fn token(&self, vendor: &str) -> Result<&str> {
        self.banner[vendor]["token"].as_str().with_context(|| format!("no token of {vendor}"))
    }

    /// Adds its accounts and all its services to a terminal without a keychain, and returns the terminal with the
    /// tokens in its environment.
    pub async fn connect(&self, terminal: Cli) -> Result<Cli> {
        let terminal = terminal
            .variable("GH_TOKEN", self.token("github")?)
            .variable("CIRCLE_TOKEN", self.token("circleci")?)
            .variable("HEROKU_API_KEY", self.token("heroku")?);
        for vendor in ["github", "circleci", "heroku"] {
            let url = self.url(vendor)?;
            terminal.run(&["account", "add", vendor, "--url", url, "--no-keychain"]).await?.expect(0)?;
        }
        self.add_services(&terminal).await?;
        Ok(terminal)
    }

    /// Adds its accounts, with their tokens in the keychain.
    pub async fn keep_accounts(&self, terminal: &Cli) -> Result<()> {
        for vendor in ["github", "circleci", "heroku"] {
            let arguments = ["account", "add", vendor, "--url", self.url(vendor)?];
            terminal.run_with(&arguments, self.token(vendor)?).await?.expect(0)?;
        }
        Ok(())
    }

    /// [`SandboxProcess::keep_accounts`] and all its services; returns the name of the first one.
    pub async fn connect_kept(&self, terminal: &Cli) -> Result<String> {
        self.keep_accounts(terminal).await?;
        self.add_services(terminal).await?;
        Ok(self.banner["services"][0]["name"].as_str().context("a service")?.to_owned())
    }

    /// The mutations of one kind: target, received, applied.
    pub async fn mutations(&self, kind: &str) -> Result<Vec<(String, u64, u64)>> {
        let truth = self.truth().await?;
        let all = truth["mutations"].as_array().cloned().unwrap_or_default();
        let number = |m: &Value, name: &str| m[name].as_u64().unwrap_or(0);
        let of_kind = all.iter().filter(|m| m["kind"] == kind);
        Ok(of_kind.map(|m| (m["target"].as_str().unwrap_or_default().to_owned(), number(m, "received"), number(m, "applied"))).collect())
    }

    /// Opens a pull request that can be merged, and returns its number.
    pub async fn open_ready(&self, service: &str) -> Result<u64> {
        let done = self.post("/world", &serde_json::json!({"open_pull": {"service": service, "ready": true}})).await?;
        done["open_pull"]["pull_request"].as_u64().context("a pull request")
    }

    /// The name of its first service.
    pub fn first_service(&self) -> Result<&str> {
        self.banner["services"][0]["name"].as_str().context("no services")
    }

    /// How many changes were requested, applied or refused.
    pub async fn changes(&self) -> Result<u64> {
        let truth = self.truth().await?;
        Ok(truth["mutations"].as_array().into_iter().flatten().filter_map(|m| m["received"].as_u64()).sum())
    }

    /// Adds all its services to a terminal that has its accounts.
    pub async fn add_services(&self, terminal: &Cli) -> Result<()> {
        let services = self.banner["services"].as_array().context("no services")?;
        for service in services {
            self.add_service(terminal, service).await?;
        }
        Ok(())
    }

    /// Adds one service of the banner to a terminal that has its accounts.
    pub async fn add_service(&self, terminal: &Cli, service: &Value) -> Result<()> {
        let arguments = service_arguments(service)?;
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        terminal.run(&arguments).await?.expect(0).map(drop)
    }

    /// The state of its world: `GET /truth`.
    pub async fn truth(&self) -> Result<Value> {
        self.get("/truth").await
    }

    /// `GET` on the control port.
    pub async fn get(&self, path: &str) -> Result<Value> {
        self.answer(client()?.get(format!("{}{path}", self.control))).await
    }

    /// `POST` on the control port: `/faults`, `/world`.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let request = client()?.post(format!("{}{path}", self.control)).header("content-type", "application/json").body(body.to_string());
        self.answer(request).await
    }

    /// `DELETE` on the control port: `/faults`.
    pub async fn delete(&self, path: &str) -> Result<Value> {
        self.answer(client()?.delete(format!("{}{path}", self.control))).await
    }

    /// Its standard error so far.
    pub fn said(&self) -> String {
        self.process.said()
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Result<Value> {
        let answer = request.bearer_auth(&self.secret).send().await?;
        let (status, path) = (answer.status(), answer.url().path().to_owned());
        let text = answer.text().await?;
        if !status.is_success() {
            bail!("the sandbox answered {status} to {path}: {text}");
        }
        if text.trim().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&text).with_context(|| format!("{path}: {text}"))
    }
}

/// `service add …` for a service of the banner.
fn service_arguments(service: &Value) -> Result<Vec<String>> {
    let read = |value: &Value, key: &str| -> Result<String> {
        let text = value[key].as_str();
        Ok(text.with_context(|| format!("no {key} in {value}"))?.to_owned())
    };
    let mut arguments = vec!["service".to_owned(), "add".to_owned(), read(service, "name")?];
    for (flag, key) in [("--repo", "repo"), ("--branch", "branch"), ("--ci", "ci")] {
        arguments.extend([flag.to_owned(), read(service, key)?]);
    }
    for environment in service["environments"].as_array().context("no environments")? {
        let (name, app) = (read(environment, "name")?, read(environment, "app")?);
        let mut words = format!("{name}=heroku:{app}");
        if let Some(build) = environment["build_app"].as_str() {
            words.push_str(&format!(",build={build}"));
        }
        arguments.extend(["--environment".to_owned(), words]);
    }
    // What is tried first has its own tests; here it is known to be there.
    arguments.push("--unchecked".to_owned());
    Ok(arguments)
}

/// The control port is on this machine, so no proxy is used.
fn client() -> Result<reqwest::Client> {
    Ok(reqwest::Client::builder().no_proxy().build()?)
}
