//! The vendors' stand-ins behind a recorder, and terminals that know them.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use slipway_contracts::{Recorder, Vendor};
use slipway_tests::{Cli, SandboxProcess};
use tempfile::TempDir;

use crate::arguments::Arguments;

const VENDORS: [(&str, Vendor, &str); 3] =
    [("github", Vendor::Github, "GH_TOKEN"), ("circleci", Vendor::Circleci, "CIRCLE_TOKEN"), ("heroku", Vendor::Heroku, "HEROKU_API_KEY")];

/// Pull requests of each service in which nothing moves.
const PULL_REQUESTS: usize = 5;

pub(crate) struct Stage {
    pub recorder: Recorder,
    /// As the sandbox prints it.
    banner: Value,
    services: Vec<Value>,
    /// None: another stand-in.
    sandbox: Option<SandboxProcess>,
}

/// A terminal with its own data folder.
pub(crate) struct Terminal {
    pub cli: Cli,
    _folder: TempDir,
}

impl Stage {
    /// Quiet services in a sandbox, or the first of another stand-in; None: that has not as many.
    pub(crate) async fn quiet(arguments: &Arguments, count: usize) -> Result<Option<Self>> {
        if let Some(file) = &arguments.stand_in {
            let banner: Value = serde_json::from_str(&std::fs::read_to_string(file)?).context("the stand-in's line")?;
            let mut services = banner["services"].as_array().cloned().unwrap_or_default();
            if services.len() < count {
                return Ok(None);
            }
            services.truncate(count);
            return Self::of(banner, services, None).await.map(Some);
        }
        let sandbox = SandboxProcess::start(1, "quiet").await?;
        let asked = json!({"quiet_services": {"count": count, "pull_requests": PULL_REQUESTS}});
        let made = sandbox.post("/world", &asked).await?;
        let names = made["quiet_services"]["services"].as_array().context("no services")?;
        let services = names.iter().filter_map(Value::as_str).map(described).collect();
        Self::of(sandbox.banner().clone(), services, Some(sandbox)).await.map(Some)
    }

    async fn of(banner: Value, services: Vec<Value>, sandbox: Option<SandboxProcess>) -> Result<Self> {
        let mut vendors = Vec::new();
        for (name, vendor, _) in VENDORS {
            vendors.push((vendor, banner[name]["url"].as_str().with_context(|| format!("no URL of {name}"))?));
        }
        let recorder = Recorder::before(&vendors).await?;
        Ok(Self { recorder, banner, services, sandbox })
    }

    pub(crate) fn sandbox(&self) -> Option<&SandboxProcess> {
        self.sandbox.as_ref()
    }

    /// `slipway-cli` with all accounts and services and an empty cache.
    pub(crate) async fn terminal(&self) -> Result<Terminal> {
        let folder = tempfile::tempdir()?;
        let mut cli = Cli::headless(folder.path())?;
        for (name, _, variable) in VENDORS {
            cli = cli.variable(variable, self.banner[name]["token"].as_str().with_context(|| format!("no token of {name}"))?);
        }
        for (name, vendor, _) in VENDORS {
            let url = self.recorder.url(vendor);
            cli.run(&["account", "add", name, "--url", url, "--no-keychain"]).await?.expect(0)?;
        }
        for service in &self.services {
            let words = added(service)?;
            cli.run(&words.iter().map(String::as_str).collect::<Vec<_>>()).await?.expect(0)?;
        }
        Ok(Terminal { cli, _folder: folder })
    }
}

/// A quiet service as the sandbox's line describes others.
pub(crate) fn described(name: &str) -> Value {
    let environment = |of: &str| json!({"name": of, "app": format!("{name}-{of}"), "build_app": format!("{name}-{of}-build")});
    json!({
        "name": name, "repo": format!("acme/{name}"), "branch": "main", "ci": format!("circleci:gh/acme/{name}"),
        "environments": [environment("staging"), environment("production")],
    })
}

/// `service add …`, without trying it.
fn added(service: &Value) -> Result<Vec<String>> {
    let read = |value: &Value, key: &str| -> Result<String> {
        Ok(value[key].as_str().with_context(|| format!("no {key} in {value}"))?.to_owned())
    };
    let mut words = vec!["service".to_owned(), "add".to_owned(), read(service, "name")?, "--unchecked".to_owned()];
    for (flag, key) in [("--repo", "repo"), ("--branch", "branch"), ("--ci", "ci")] {
        words.extend([flag.to_owned(), read(service, key)?]);
    }
    for environment in service["environments"].as_array().context("no environments")? {
        let build = environment["build_app"].as_str().map(|app| format!(",build={app}")).unwrap_or_default();
        let place = format!("{}=heroku:{}{build}", read(environment, "name")?, read(environment, "app")?);
        words.extend(["--environment".to_owned(), place]);
    }
    Ok(words)
}
