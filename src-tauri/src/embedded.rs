//! The sandbox inside the window: simulated vendors, a temporary folder, tokens in memory only.

use anyhow::{Context, Result, anyhow};
use serde::Deserialize;
use slipway_domain::service::{EnvironmentConfig, Service, default_migration_paths};
use slipway_domain::vendor::VendorId;
use slipway_engine::ports::{NoSecrets, SystemClock};
use slipway_engine::{Engine, EnvironmentTokens, NewAccount, NewToken};
use slipway_sandbox::{Options, Sandbox, Scenario};
use slipway_terminal::arguments::values::environment;
use slipway_terminal::{process, vendors};
use std::sync::Arc;
use tempfile::TempDir;

/// At this speed a merge is live in about a minute, and the whole main job takes about two.
pub(crate) const SPEED: f64 = 20.0;

/// A running sandbox with the data folder of its engine, which is deleted on drop.
pub(crate) struct Embedded {
    sandbox: Sandbox,
    _folder: TempDir,
    pub scenario: Scenario,
    pub speed: f64,
}

#[derive(Deserialize)]
struct Banner {
    github: Vendor,
    circleci: Vendor,
    heroku: Vendor,
    services: Vec<Offered>,
}

#[derive(Deserialize)]
struct Vendor {
    url: String,
    token: String,
}

#[derive(Deserialize)]
struct Offered {
    name: String,
    repo: String,
    branch: String,
    ci: Option<String>,
    environments: Vec<OfferedEnvironment>,
}

#[derive(Deserialize)]
struct OfferedEnvironment {
    name: String,
    app: String,
    build_app: Option<String>,
    health: Option<String>,
}

impl Embedded {
    pub(crate) async fn start(scenario: Scenario, speed: f64) -> Result<(Self, Engine)> {
        let sandbox = Sandbox::start(Options { speed, scenario, ..Options::default() }).await.context("cannot start the sandbox")?;
        let folder = tempfile::Builder::new().prefix("slipway-sandbox-").tempdir()?;
        let options = slipway_engine::Options {
            vendors: vendors::known(),
            data_dir: folder.path().to_owned(),
            clock: Arc::new(SystemClock),
            secrets: Arc::new(NoSecrets),
            environment_tokens: EnvironmentTokens::default(),
            polling: true,
            by: process::user_name(),
        };
        let engine = Engine::start(options).await?;
        let banner: Banner = serde_json::from_value(sandbox.banner()).context("the sandbox's banner is not as promised")?;
        connect(&engine, banner).await?;
        Ok((Self { sandbox, _folder: folder, scenario, speed }, engine))
    }

    /// Refused with a sentence where it cannot be broken.
    pub(crate) fn break_production(&self, service: &str) -> Result<(), String> {
        self.sandbox.break_production(service).map(drop)
    }

    pub(crate) async fn stop(self) {
        self.sandbox.stop().await;
    }
}

async fn connect(engine: &Engine, banner: Banner) -> Result<()> {
    let vendors =
        [(VendorId::new("github"), banner.github), (VendorId::new("circleci"), banner.circleci), (VendorId::new("heroku"), banner.heroku)];
    for (kind, vendor) in vendors {
        let token = NewToken::ThisRun(vendor.token);
        engine.add_account(NewAccount { provider: kind, url: Some(vendor.url), token, another: false, read_only: false }).await?;
    }
    for offered in banner.services {
        engine.add_service(offered.service()?).await?;
    }
    Ok(())
}

impl Offered {
    fn service(self) -> Result<Service> {
        let ci = self.ci.map(|ci| vendors::ci_project(&ci).ok_or_else(|| anyhow!("{ci} names no CI"))).transpose()?;
        let environments = self.environments.into_iter().map(OfferedEnvironment::config).collect::<Result<_>>()?;
        Ok(Service {
            name: self.name,
            repo: self.repo,
            branch: self.branch,
            ci,
            environments,
            accounts: Vec::new(),
            migration_paths: default_migration_paths(),
        })
    }
}

impl OfferedEnvironment {
    fn config(self) -> Result<EnvironmentConfig> {
        let build = self.build_app.map_or(String::new(), |app| format!(",build={app}"));
        let health = self.health.map_or(String::new(), |url| format!(",health={url}"));
        environment(&format!("{}=heroku:{}{build}{health}", self.name, self.app)).map_err(|why| anyhow!(why))
    }
}
