//! A sandbox behind the recorder, a home folder for the programs, and a TLS proxy for those that require https.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use slipway_contracts::{Contracts, Exchange, Recorder, Vendor, client_program, node_package};
use slipway_sandbox::{Options, Sandbox, Scenario};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};

/// The host names under which vendors are reached by https.
const HOSTS: [(&str, Vendor); 5] = [
    ("api.github.com", Vendor::Github),
    ("github.com", Vendor::Github),
    ("ghe.example", Vendor::Github),
    ("api.heroku.com", Vendor::Heroku),
    ("kolkrabbi.heroku.com", Vendor::Heroku),
];

pub(crate) struct Fixture {
    pub sandbox: Sandbox,
    pub recorder: Recorder,
    pub home: TempDir,
    http: reqwest::Client,
}

impl Fixture {
    pub(crate) async fn set(scenario: Scenario, speed: f64) -> Result<Self> {
        let allow_hosts = HOSTS.iter().map(|(host, _)| (*host).to_owned()).collect();
        let sandbox = Sandbox::start(Options { speed, scenario, allow_hosts, ..Options::default() }).await?;
        let vendors =
            [(Vendor::Github, sandbox.github_url()), (Vendor::Circleci, sandbox.circleci_url()), (Vendor::Heroku, sandbox.heroku_url())];
        let recorder = Recorder::before(&vendors).await?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { sandbox, recorder, home: tempfile::tempdir()?, http })
    }

    /// The output of a program that must succeed; it has its own home folder, and no proxy except the given one.
    pub(crate) async fn run(&self, command: &mut Command) -> Result<String> {
        let (code, printed, complaints) = self.end(command).await?;
        if code != Some(0) {
            bail!("{:?} ended with {code:?}: {printed}{complaints}", command.as_std());
        }
        Ok(printed)
    }

    /// As [`Fixture::run`], for a program that may fail: its exit code, standard output and standard error.
    pub(crate) async fn end(&self, command: &mut Command) -> Result<(Option<i32>, String, String)> {
        command.env("HOME", self.home.path()).env("XDG_DATA_HOME", self.home.path()).env("XDG_CACHE_HOME", self.home.path());
        command.env("XDG_CONFIG_HOME", self.home.path()).env("NO_COLOR", "1").env("TERM", "dumb").current_dir(self.home.path());
        command.stdin(Stdio::null()).kill_on_drop(true);
        let output = tokio::time::timeout(Duration::from_secs(120), command.output()).await.context("it took too long")??;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok((output.status.code(), text(&output.stdout), text(&output.stderr)))
    }

    /// Runs one of the scripts in `clients/`, which prints a JSON object of what it did.
    pub(crate) async fn script(&self, script: &str, variables: &[(&str, &str)]) -> Result<Value> {
        let mut command = match script.ends_with(".mjs") {
            true => program("node"),
            false => program(python().context("Python's clients are not here")?),
        };
        command.arg(scripts().join(script)).envs(variables.iter().copied());
        for (name, vendor) in [("GITHUB_URL", Vendor::Github), ("CIRCLECI_URL", Vendor::Circleci), ("HEROKU_URL", Vendor::Heroku)] {
            command.env(name, self.recorder.url(vendor));
        }
        command.env("GITHUB_TOKEN", self.sandbox.github_token()).env("CIRCLECI_TOKEN", self.sandbox.circleci_token());
        command.env("HEROKU_TOKEN", self.sandbox.heroku_token());
        let printed = self.run(&mut command).await?;
        let told = serde_json::from_str(printed.trim()).with_context(|| format!("{script} printed {printed}"))?;
        println!("{script}: {told}");
        Ok(told)
    }

    pub(crate) async fn world(&self, verbs: Value) -> Result<Value> {
        let asked = self.http.post(format!("{}/world", self.sandbox.control_url())).bearer_auth(self.sandbox.control_token());
        let answer = asked.json(&verbs).send().await?;
        if !answer.status().is_success() {
            bail!("{verbs}: {}", answer.text().await?);
        }
        Ok(answer.json().await?)
    }

    /// Opens a pull request that can be merged.
    pub(crate) async fn open_ready(&self, service: &str) -> Result<u64> {
        let opened = self.world(json!({"open_pull": {"service": service, "title": "A change", "ready": true}})).await?;
        opened["open_pull"]["pull_request"].as_u64().context("no number")
    }

    pub(crate) async fn truth(&self) -> Result<Value> {
        let asked = self.http.get(format!("{}/truth", self.sandbox.control_url())).bearer_auth(self.sandbox.control_token());
        Ok(asked.send().await?.json().await?)
    }

    /// How often a kind of change was applied; also checks that every request was simulated.
    pub(crate) async fn applied(&self, kind: &str) -> Result<u64> {
        let truth = self.truth().await?;
        for list in ["not_simulated", "unknown_routes", "violations"] {
            assert_eq!(truth[list], json!([]), "{list}");
        }
        let rows = truth["mutations"].as_array().context("no mutations")?.iter().filter(|row| row["kind"] == kind);
        Ok(rows.filter_map(|row| row["applied"].as_u64()).sum())
    }

    pub(crate) fn keeps_to_contract(&self) -> Result<()> {
        let contracts = Contracts::load()?;
        contracts.missing().iter().for_each(|missing| println!("{missing}"));
        let taken: Vec<Exchange> = self.recorder.taken().into_iter().filter(|exchange| !has_no_contract(exchange)).collect();
        assert!(!taken.is_empty(), "nothing passed the recorder");
        // Requests of the programs are not checked: some are laxer than the contract, and the vendors accept them.
        let mut violations = contracts.report(&taken);
        violations.retain(|violation| !violation.contains("): request body") && !violation.contains("): query"));
        assert_eq!(violations, Vec::<String>::new());
        Ok(())
    }
}

/// What the vendors answer to their own programs and do not publish.
fn has_no_contract(exchange: &Exchange) -> bool {
    let path = exchange.path.as_str();
    // A diff is text.
    if exchange.content_type.starts_with("application/vnd.github.diff") {
        return true;
    }
    match exchange.vendor {
        // The target of a commit's `statuses_url`; it is documented as `commits/{ref}/statuses`.
        // An Enterprise Server reports its version, which is not in the description of github.com.
        Vendor::Github => path.contains("/statuses/") || path == "/api/v3/meta",
        // The service beside the Platform API that knows GitHub repositories, and the free dyno hours of earlier
        // years.
        Vendor::Heroku => path.ends_with("/github") || path.starts_with("/account/github/") || path.ends_with("/actions/get-quota"),
        Vendor::Circleci => path == "/api/v1.1/me",
    }
}

/// A command without any proxy or token in its environment except the given ones.
pub(crate) fn program(path: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(path);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
        command.env_remove(name);
    }
    for name in ["GH_TOKEN", "GITHUB_TOKEN", "GH_HOST", "HEROKU_API_KEY", "CIRCLE_TOKEN", "GH_ENTERPRISE_TOKEN", "SSL_CERT_FILE"] {
        command.env_remove(name);
    }
    command
}

pub(crate) fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients")
}

pub(crate) fn python() -> Option<PathBuf> {
    client_program("python/bin/python")
}

/// Prints which of the programs are missing, and returns whether any is.
pub(crate) fn skipped(test: &str, wanted: &[(&str, Option<PathBuf>)]) -> bool {
    let missing: Vec<&str> = wanted.iter().filter(|(_, found)| found.is_none()).map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        println!("skipped: {test}: {} is not here; `cargo xtask test` installs it where its registry has it", missing.join(", "));
    }
    !missing.is_empty()
}

pub(crate) fn npm(name: &str) -> Option<PathBuf> {
    node_package(name)
}

/// Accepts https for the vendors' own host names and forwards it to the recorder.
pub(crate) struct Proxy {
    url: String,
    folder: TempDir,
    _process: Child,
    /// The proxy ends when it is dropped.
    _open: Option<ChildStdin>,
}

impl Proxy {
    pub(crate) async fn before(stage: &Fixture) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut command = program(python().context("Python is not here")?);
        command.arg(scripts().join("proxy.py")).arg(folder.path());
        for (host, vendor) in HOSTS {
            command.arg(format!("{host}={}", stage.recorder.url(vendor)));
        }
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let mut line = String::new();
        let output = process.stdout.take().context("no output")?;
        tokio::time::timeout(Duration::from_secs(60), BufReader::new(output).read_line(&mut line))
            .await
            .context("the proxy is silent")??;
        let open = process.stdin.take();
        Ok(Self { url: line.trim().to_owned(), folder, _process: process, _open: open })
    }

    /// Makes the program reach the vendors through the proxy and trust only its authority.
    pub(crate) fn lead(&self, command: &mut Command) {
        let authority = self.folder.path().join("authority.pem");
        command.env("HTTPS_PROXY", &self.url).env("SSL_CERT_FILE", &authority).env("NODE_EXTRA_CA_CERTS", &authority);
    }
}
