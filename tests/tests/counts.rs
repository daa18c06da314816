//! What a refresh costs, counted: dependent round trips and requests of whole runs of `slipway-cli status`, behind a recorder
//! that holds answers back until nothing more is asked. So the rounds depend on no clock, and `cargo xtask bench` prints them.
//!
//! A limit is where the figure should be, where it is there. Else it is what it is today, so that it does not get worse, and
//! beside it stands where it should be. What an engine costs in an hour: `engine/tests/counts`.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_contracts::{Pace, Recorder, Vendor};
use slipway_tests::{Cli, SandboxProcess};
use tempfile::TempDir;

const VENDORS: [(&str, Vendor); 3] = [("github", Vendor::Github), ("circleci", Vendor::Circleci), ("heroku", Vendor::Heroku)];
/// A slow machine only adds rounds, so the least of as many runs counts.
const RUNS: usize = 3;

struct Stage {
    sandbox: SandboxProcess,
    recorder: Recorder,
    services: Vec<String>,
}

impl Stage {
    async fn with(count: usize) -> Result<Self> {
        let sandbox = SandboxProcess::start(1, "quiet").await?;
        let made = sandbox.post("/world", &json!({"quiet_services": {"count": count, "pull_requests": 5}})).await?;
        let names = made["quiet_services"]["services"].as_array().context("no services")?;
        let services = names.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let mut vendors = Vec::new();
        for (name, vendor) in VENDORS {
            vendors.push((vendor, sandbox.url(name)?));
        }
        Ok(Self { recorder: Recorder::before(&vendors).await?, services, sandbox })
    }

    /// Knows all accounts and services, and has read nothing.
    async fn terminal(&self) -> Result<(Cli, TempDir)> {
        let folder = tempfile::tempdir()?;
        let mut cli = Cli::headless(folder.path())?;
        for (name, variable) in [("github", "GH_TOKEN"), ("circleci", "CIRCLE_TOKEN"), ("heroku", "HEROKU_API_KEY")] {
            cli = cli.variable(variable, self.sandbox.token(name)?);
        }
        for (name, vendor) in VENDORS {
            cli.run(&["account", "add", name, "--url", self.recorder.url(vendor), "--no-keychain"]).await?.expect(0)?;
        }
        for name in &self.services {
            let (repo, ci) = (format!("acme/{name}"), format!("circleci:gh/acme/{name}"));
            let place = |of: &str| format!("{of}=heroku:{name}-{of},build={name}-{of}-build");
            let (staging, production) = (place("staging"), place("production"));
            let words = ["service", "add", name, "--repo", &repo, "--ci", &ci, "--unchecked", "--environment", &staging];
            cli.run(&[&words[..], &["--environment", &production]].concat()).await?.expect(0)?;
        }
        Ok((cli, folder))
    }

    /// Rounds of a refresh with an empty cache.
    async fn rounds(&self) -> Result<Vec<usize>> {
        let mut least: Option<Vec<usize>> = None;
        for _ in 0..RUNS {
            let (cli, _folder) = self.terminal().await?;
            self.recorder.set_pace(Pace::InRounds { quiet: Duration::from_millis(120) });
            let refreshed = refresh(&cli).await;
            let rounds = self.recorder.rounds();
            self.recorder.set_pace(Pace::AtOnce);
            refreshed?;
            least = Some(least.filter(|known| known.len() <= rounds.len()).unwrap_or(rounds));
        }
        least.context("no run")
    }
}

/// Nothing may be left out.
async fn refresh(cli: &Cli) -> Result<()> {
    let printed = cli.run(&["status", "--json", "--timeout", "110"]).await?.expect(0)?.json()?;
    let services = printed["services"].as_array().context("no services")?;
    ensure!(!services.is_empty() && services.iter().all(|service| service["stale"] == false), "not everything was read: {printed}");
    Ok(())
}

#[tokio::test]
async fn a_cold_refresh_of_one_service_waits_for_few_answers_in_turn() -> Result<()> {
    let rounds = Stage::with(1).await?.rounds().await?;
    println!("1 service: {} rounds: {rounds:?}", rounds.len());
    ensure!(rounds.len() <= 3, "pipeline, workflow and job: {rounds:?}");
    Ok(())
}

#[tokio::test]
async fn twenty_services_are_read_side_by_side() -> Result<()> {
    let rounds = Stage::with(20).await?.rounds().await?;
    println!("20 services: {} rounds: {rounds:?}", rounds.len());
    // Five where the machine keeps up; a slow one splits one round.
    ensure!(rounds.len() <= 6, "5 to reach: {rounds:?}");
    Ok(())
}

#[tokio::test]
async fn what_one_answer_tells_is_not_asked_twice() -> Result<()> {
    let stage = Stage::with(1).await?;
    let (cli, _folder) = stage.terminal().await?;
    let mut counted = Vec::new();
    for _ in 0..3 {
        stage.recorder.set_pace(Pace::AtOnce);
        refresh(&cli).await?;
        counted.push(stage.recorder.taken().len());
    }
    println!("requests of a cold and two warm refreshes: {counted:?}");
    ensure!(counted[0] <= 20, "14 to reach, {counted:?}");
    ensure!(counted[1..].iter().all(|warm| *warm <= 8), "6 to reach, {counted:?}");
    Ok(())
}
