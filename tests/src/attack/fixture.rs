//! The sandbox of one case, prepared for an action, and the terminals in which its commands run.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::setting::Setting;
use crate::{Cli, SandboxProcess};

/// The second command has other tokens, so that the truth distinguishes the commands.
const OTHER_TOKENS: [(&str, &str, &str); 3] = [
    ("github", "GH_TOKEN", "ghp_second00000000000000000000000000000000"),
    ("circleci", "CIRCLE_TOKEN", "CCIPAT_second_0000000000000000000000000"),
    ("heroku", "HEROKU_API_KEY", "HRKU-second-000000000000000000000000"),
];

pub(super) struct Fixture {
    pub sandbox: SandboxProcess,
    pub service: &'static str,
    pub production: String,
    pub staging: String,
    /// The number of the pull request or the pipeline.
    pub number: u64,
    /// The pipeline beside the pull request, where there are both.
    pub pipeline: u64,
    /// The release that a rollback chooses by default, and an earlier one.
    pub back: String,
    pub further_back: String,
    /// The id of `further_back`.
    pub slug: String,
    folders: Vec<TempDir>,
}

impl Fixture {
    pub(super) async fn set(setting: Setting, speed: f64, folders: usize) -> Result<Self> {
        let speed = match setting {
            // A queue must not merge by itself while two commands act on it.
            Setting::QueueOpen | Setting::Queued => 1.0,
            _ => speed,
        };
        let speed = speed.to_string();
        let sandbox = SandboxProcess::with(&["--speed", &speed, "--scenario", "quiet"]).await?;
        // The only service with an approval.
        let service = if setting == Setting::OnHold { "search-indexer" } else { "storefront" };
        let offered = sandbox.banner()["services"].as_array().and_then(|all| all.iter().find(|s| s["name"] == service)).cloned();
        let offered = offered.context("the service")?;
        let app = |name: &str| {
            let environments = offered["environments"].as_array();
            let found = environments.and_then(|all| all.iter().find(|e| e["name"] == name)).and_then(|e| e["app"].as_str());
            found.map(str::to_owned).context("an environment")
        };
        let mut stage = Self {
            service,
            production: app("production")?,
            staging: app("staging")?,
            number: 0,
            pipeline: 0,
            back: String::new(),
            further_back: String::new(),
            slug: String::new(),
            folders: (0..folders).map(|_| tempfile::Builder::new().prefix("slipway-attack-").tempdir()).collect::<Result<_, _>>()?,
            sandbox,
        };
        for (vendor, _, token) in OTHER_TOKENS {
            stage.make(json!({"token": {"vendor": vendor, "token": token}})).await?;
        }
        stage.prepare(setting, &offered).await?;
        for folder in &stage.folders {
            stage.connect(folder.path(), &offered).await?;
        }
        stage.sandbox.delete("/truth").await?;
        Ok(stage)
    }

    /// A terminal on one of the data folders, with the first or the second tokens.
    pub(super) fn terminal(&self, folder: usize, token: usize) -> Result<Cli> {
        let terminal = Cli::alone(self.folders[folder].path())?;
        let given = |vendor: &str, second: &str| match token {
            0 => self.sandbox.token(vendor).map(str::to_owned),
            _ => Ok(second.to_owned()),
        };
        OTHER_TOKENS
            .iter()
            .try_fold(terminal, |terminal, (vendor, variable, second)| Ok(terminal.variable(variable, &given(vendor, second)?)))
    }

    pub(super) async fn make(&self, verbs: Value) -> Result<Value> {
        self.sandbox.post("/world", &verbs).await
    }

    async fn connect(&self, folder: &Path, offered: &Value) -> Result<()> {
        let terminal = Cli::alone(folder)?;
        for vendor in ["github", "circleci", "heroku"] {
            terminal.run(&["account", "add", vendor, "--url", self.sandbox.url(vendor)?, "--no-keychain"]).await?.expect(0)?;
        }
        self.sandbox.add_service(&terminal, offered).await
    }

    async fn prepare(&mut self, setting: Setting, offered: &Value) -> Result<()> {
        match setting {
            Setting::ReadyPull => self.number = self.open(true).await?,
            Setting::QueueOpen | Setting::Queued => {
                self.repository(json!({"merge_queue": "squash"})).await?;
                self.number = self.open(true).await?;
                if setting == Setting::Queued {
                    self.make(json!({"enqueue": self.target()})).await?;
                }
            }
            Setting::HeldBack | Setting::WaitsByItself => {
                self.repository(json!({"auto_merge": true, "required_checks": ["unit-1"]})).await?;
                self.number = self.open(true).await?;
                let mut check = self.target();
                (check["name"], check["state"]) = (json!("unit-1"), json!("failed"));
                self.make(json!({"check": check})).await?;
                if setting == Setting::WaitsByItself {
                    self.make(json!({"auto_merge": self.target()})).await?;
                }
            }
            Setting::Behind => {
                self.number = self.open(true).await?;
                self.make(json!({"behind": self.target()})).await?;
            }
            Setting::Merged => {
                self.number = self.open(true).await?;
                self.make(json!({"hold": {"service": self.service}, "merge": self.target()})).await?;
            }
            Setting::Hurt => self.prepare_hurt().await?,
            Setting::Production => self.prepare_production(offered).await?,
            Setting::Finished | Setting::Running | Setting::OnHold => self.prepare_pipeline(setting).await?,
        }
        Ok(())
    }

    async fn prepare_hurt(&mut self) -> Result<()> {
        self.repository(json!({"auto_merge": true, "required_checks": ["unit-1"]})).await?;
        self.make(json!({"break_production": {"service": self.service}})).await?;
        self.number = self.open(true).await?;
        let mut check = self.target();
        (check["name"], check["state"]) = (json!("unit-1"), json!("failed"));
        self.make(json!([{"check": check}, {"auto_merge": self.target()}, {"hold": {"service": self.service}}])).await?;
        // Newer code, with what is bad in it: its pipeline waits.
        let other = self.open(true).await?;
        self.make(json!([{"merge": {"service": self.service, "number": other}}, {"advance": 5}])).await?;
        let truth = self.sandbox.truth().await?;
        let numbers = service_of(&truth, self.service)["pipelines"].as_array().cloned().unwrap_or_default();
        self.pipeline = numbers.iter().filter_map(|one| one["number"].as_u64()).max().context("a pipeline")?;
        Ok(())
    }

    async fn prepare_production(&mut self, offered: &Value) -> Result<()> {
        let releases = self.sandbox.get(&format!("/truth/releases?app={}", self.production)).await?;
        let truth = self.sandbox.get(&format!("/truth/rollback?app={}", self.production)).await?;
        let releases = releases.as_array().context("releases")?;
        let live = releases.iter().find(|r| r["current"] == true).context("a live release")?;
        let back = releases.iter().find(|r| r["version"] == truth["to"]).context("a release to go back to")?;
        let differs = |r: &&Value| {
            let version = r["version"].as_u64() < back["version"].as_u64() && r["status"] == "succeeded";
            version && r["slug"].is_string() && r["slug"] != live["slug"] && r["slug"] != back["slug"] && r["version"] == r["code_version"]
        };
        let further = releases.iter().find(differs).context("a release further back")?;
        self.back = format!("v{}", back["version"]);
        self.further_back = format!("v{}", further["version"]);
        self.slug = further["slug"].as_str().unwrap_or_default().to_owned();
        // Main has a further commit that is built by a person and not released; staging keeps its release.
        let number = self.open(true).await?;
        let build_app = offered["environments"].as_array().and_then(|all| all.iter().find(|e| e["name"] == "production"));
        let build_app = build_app.map(|e| e["build_app"].clone()).context("a build app")?;
        let staging = self.sandbox.get(&format!("/truth/releases?app={}", self.staging)).await?;
        let older =
            staging.as_array().into_iter().flatten().filter(|r| r["status"] == "succeeded" && r["version"] == r["code_version"]).nth(2);
        let older = older.map(|r| format!("v{}", r["version"])).context("an older release of staging")?;
        let merge = json!({"service": self.service, "number": number});
        self.make(json!([
            {"hold": {"service": self.service}}, {"merge": merge}, {"build": {"app": build_app}},
            {"release": {"app": self.staging, "code_of": older}}, {"advance": 90},
        ]))
        .await?;
        Ok(())
    }

    async fn prepare_pipeline(&mut self, setting: Setting) -> Result<()> {
        if setting != Setting::OnHold {
            self.make(json!({"hold": {"service": self.service}})).await?;
        }
        let made = self.make(json!({"start_pipeline": {"service": self.service}})).await?;
        self.number = made["start_pipeline"]["number"].as_u64().context("a pipeline")?;
        match setting {
            Setting::Finished => {
                self.make(json!([{"advance": 5}, {"cancel": self.target()}])).await?;
            }
            Setting::OnHold => self.until_on_hold().await?,
            _ => {
                self.make(json!({"advance": 5})).await?;
            }
        }
        Ok(())
    }

    async fn until_on_hold(&self) -> Result<()> {
        for _ in 0..100 {
            self.make(json!({"advance": 20})).await?;
            let truth = self.sandbox.truth().await?;
            let pipelines = service_of(&truth, self.service)["pipelines"].as_array().cloned().unwrap_or_default();
            let ours = pipelines.into_iter().find(|p| p["number"] == self.number).context("the pipeline")?;
            let workflows = ours["workflows"].as_array().cloned().unwrap_or_default();
            if workflows.iter().any(|w| w["status"] == "on_hold") {
                // Its later releases must not interfere with the case.
                self.make(json!({"hold": {"service": self.service}})).await?;
                return Ok(());
            }
        }
        bail!("pipeline {} never waited for an approval", self.number)
    }

    async fn open(&self, ready: bool) -> Result<u64> {
        let made = self.make(json!({"open_pull": {"service": self.service, "ready": ready}})).await?;
        self.make(json!({"advance": 5})).await?;
        made["open_pull"]["pull_request"].as_u64().context("a pull request")
    }

    async fn repository(&self, mut how: Value) -> Result<()> {
        how["service"] = json!(self.service);
        self.make(json!({"repository": how})).await.map(drop)
    }

    /// The pull request or the pipeline, in the form of control commands.
    pub(super) fn target(&self) -> Value {
        json!({"service": self.service, "number": self.number})
    }
}

/// A service in the truth.
pub(super) fn service_of<'a>(truth: &'a Value, name: &str) -> &'a Value {
    let services = truth["world"]["services"].as_array();
    services.and_then(|all| all.iter().find(|s| s["name"] == name)).unwrap_or(&Value::Null)
}
