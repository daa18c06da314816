//! The vendors' users' own programs against `slipway sandbox`, unmodified: octokit and the heroku
//! CLI, as npm has them. What they send and are answered is held against the contracts.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use slipway_contracts::{Contracts, Recorder, Vendor, node_package};
use slipway_tests::SandboxProcess;
use tempfile::TempDir;
use tokio::process::Command;

/// A sandbox of its own process, with the recorder before it.
struct Stage {
    sandbox: SandboxProcess,
    recorder: Recorder,
    home: TempDir,
}

impl Stage {
    async fn set() -> Result<Self> {
        let sandbox = SandboxProcess::start(60, "healthy").await?;
        let vendors = [(Vendor::Github, sandbox.url("github")?), (Vendor::Heroku, sandbox.url("heroku")?)];
        let recorder = Recorder::before(&vendors).await?;
        Ok(Self { sandbox, recorder, home: tempfile::tempdir()? })
    }

    /// What the program printed; it has a home of its own and must succeed.
    async fn run(&self, command: &mut Command) -> Result<String> {
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
            command.env_remove(name);
        }
        command.env("HOME", self.home.path()).env("XDG_DATA_HOME", self.home.path()).env("XDG_CACHE_HOME", self.home.path());
        command.stdin(Stdio::null()).kill_on_drop(true);
        let output = tokio::time::timeout(Duration::from_secs(120), command.output()).await.context("it took too long")??;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            bail!("{command:?} ended with {}: {printed}{}", output.status, String::from_utf8_lossy(&output.stderr));
        }
        Ok(printed)
    }

    async fn heroku(&self, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new("node");
        command.arg(heroku().context("the heroku CLI is not installed")?).args(arguments);
        command.env("HEROKU_HOST", self.recorder.url(Vendor::Heroku)).env("HEROKU_API_KEY", self.sandbox.token("heroku")?);
        // Nothing leaves this machine: no telemetry, no look for a newer version, no analytics.
        command.env("DISABLE_TELEMETRY", "true").env("HEROKU_SKIP_NEW_VERSION_CHECK", "true").env("HEROKU_SKIP_ANALYTICS", "1");
        command.env("HEROKU_DISABLE_AUTOUPDATE", "1").env("IS_HEROKU_TEST_ENV", "true").env("NO_COLOR", "1").env("CI", "true");
        self.run(&mut command).await
    }

    async fn heroku_json(&self, arguments: &[&str]) -> Result<Value> {
        let printed = self.heroku(arguments).await?;
        serde_json::from_str(&printed).with_context(|| format!("{arguments:?} printed {printed}"))
    }

    /// The first service's app of this environment.
    fn app(&self, environment: &str) -> Result<String> {
        let environments = self.sandbox.banner()["services"][0]["environments"].as_array().context("no environments")?;
        let found = environments.iter().find(|e| e["name"] == environment).context("no such environment")?;
        Ok(found["app"].as_str().context("no app")?.to_owned())
    }

    fn keeps_to_contract(&self) -> Result<()> {
        let contracts = Contracts::load()?;
        contracts.missing().iter().for_each(|missing| println!("{missing}"));
        let taken = self.recorder.taken();
        assert!(!taken.is_empty(), "nothing passed the recorder");
        assert_eq!(contracts.report(&taken), Vec::<String>::new());
        Ok(())
    }
}

fn heroku() -> Option<PathBuf> {
    Some(node_package("heroku")?.join("bin/run.js")).filter(|path| path.is_file())
}

fn skipped(package: &str) -> bool {
    let skipped = node_package(package).is_none();
    if skipped {
        println!("skipped: npm's {package} is not here; `cargo xtask test` installs it");
    }
    skipped
}

#[tokio::test]
async fn octokit_reads_and_merges() -> Result<()> {
    if skipped("octokit") {
        return Ok(());
    }
    let stage = Stage::set().await?;
    let service = stage.sandbox.banner()["services"][0].clone();
    let wanted = json!({ "open_pull": { "service": service["name"], "title": "A change", "ready": true } });
    let opened = stage.sandbox.post("/world", &wanted).await?;
    let number = opened["open_pull"]["pull_request"].as_u64().context("no number")?;

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts/clients/octokit.mjs");
    let mut command = Command::new("node");
    command.arg(script).env("GITHUB_URL", stage.recorder.url(Vendor::Github)).env("GITHUB_TOKEN", stage.sandbox.token("github")?);
    command.env("REPOSITORY", service["repo"].as_str().context("no repository")?).env("NUMBER", number.to_string());
    let told: Value = serde_json::from_str(&stage.run(&mut command).await?)?;

    assert_eq!(told["repository"], service["repo"]);
    let listed = told["pulls"].as_array().context("no pull requests")?;
    assert!(listed.len() > 2 && listed.contains(&json!(number)), "{told}");
    assert_eq!(told["graph"], json!({ "title": "A change", "headRefOid": told["head"] }));
    assert!(told["files"].as_u64() > Some(0) && told["checks"].as_u64() > Some(0) && told["ahead"].as_u64() > Some(0), "{told}");
    assert_eq!((&told["refusal"], &told["merged"]["merged"], &told["isMerged"]), (&json!(409), &json!(true), &json!(204)));

    let truth = stage.sandbox.truth().await?;
    let merges = truth["mutations"].as_array().context("no mutations")?.iter().filter(|m| m["kind"] == "merge");
    let counted: Vec<_> = merges.map(|m| (m["received"].as_u64() > Some(1), m["applied"].as_u64())).collect();
    assert_eq!(counted, [(true, Some(1))], "octokit sends again, by itself, what was refused; one was merged");
    assert_eq!(truth["violations"], json!([]));
    stage.keeps_to_contract()
}

#[tokio::test]
async fn heroku_lists_tells_and_rolls_back() -> Result<()> {
    if skipped("heroku") {
        return Ok(());
    }
    let stage = Stage::set().await?;
    let app = stage.app("production")?;
    let app = app.as_str();

    let apps = stage.heroku_json(&["apps", "--all", "--json"]).await?;
    assert!(apps.as_array().context("no apps")?.iter().any(|one| one["name"] == app), "{apps}");
    let info = stage.heroku(&["apps:info", "-a", app]).await?;
    assert!(info.contains(app) && info.contains("Web URL"), "{info}");

    let releases = stage.heroku_json(&["releases", "-a", app, "--json", "-n", "25"]).await?;
    let releases = releases.as_array().context("no releases")?.clone();
    assert_eq!(releases.len(), 25);
    let shown = stage.heroku(&["releases", "-a", app]).await?;
    assert!(shown.contains("Current: v"), "{shown}");
    let newest = releases[0]["version"].as_u64().context("no version")?;
    let target = releases.iter().skip(1).find(|r| r["eligible_for_rollback"] == true && r["slug"] != releases[0]["slug"]);
    let target = target.context("none to roll back to")?;
    let wanted = format!("v{}", target["version"]);
    let told = stage.heroku_json(&["releases:info", &wanted, "-a", app, "--json"]).await?;
    assert_eq!(told["id"], target["id"]);
    assert!(stage.heroku(&["ps", "-a", app]).await?.contains("web.1: up"));
    assert!(stage.heroku_json(&["config", "-a", app, "--json"]).await?.as_object().is_some_and(|vars| !vars.is_empty()));
    assert!(stage.heroku(&["pipelines"]).await?.contains("storefront"));

    stage.heroku(&["releases:rollback", &wanted, "-a", app]).await?;
    let after = stage.heroku_json(&["releases", "-a", app, "--json", "-n", "1"]).await?;
    assert_eq!(after[0]["version"], newest + 1);
    assert_eq!(after[0]["description"], format!("Rollback to {wanted}"));
    let truth = stage.sandbox.truth().await?;
    let rollbacks = truth["mutations"].as_array().context("no mutations")?.iter().filter(|m| m["kind"] == "rollback");
    assert_eq!(rollbacks.map(|m| m["applied"].as_u64()).collect::<Vec<_>>(), [Some(1)]);
    stage.keeps_to_contract()
}
