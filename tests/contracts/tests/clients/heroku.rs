//! The heroku CLI, and heroku3.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use slipway_contracts::Vendor;
use slipway_sandbox::Scenario;
use tokio::process::Command;

use crate::fixture::{Fixture, Proxy, npm, program, python, skipped};
use crate::libraries::python_is_missing;

fn cli() -> Option<PathBuf> {
    Some(npm("heroku")?.join("bin/run.js")).filter(|path| path.is_file())
}

/// No telemetry, analytics or update checks.
fn heroku(stage: &Fixture, arguments: &[&str]) -> Result<Command> {
    let mut command = program("node");
    command.arg(cli().context("the heroku CLI is not installed")?).args(arguments).env("HEROKU_API_KEY", stage.sandbox.heroku_token());
    command.env("DISABLE_TELEMETRY", "true").env("HEROKU_SKIP_NEW_VERSION_CHECK", "true").env("HEROKU_SKIP_ANALYTICS", "1");
    command.env("HEROKU_DISABLE_AUTOUPDATE", "1").env("IS_HEROKU_TEST_ENV", "true").env("CI", "true");
    Ok(command)
}

async fn does(stage: &Fixture, arguments: &[&str]) -> Result<String> {
    stage.run(heroku(stage, arguments)?.env("HEROKU_HOST", stage.recorder.url(Vendor::Heroku))).await
}

async fn json_of(stage: &Fixture, arguments: &[&str]) -> Result<Value> {
    let printed = does(stage, arguments).await?;
    serde_json::from_str(&printed).with_context(|| format!("{arguments:?} printed {printed}"))
}

#[tokio::test]
async fn heroku_lists_tells_and_rolls_back() -> Result<()> {
    if skipped("heroku_lists_tells_and_rolls_back", &[("npm's heroku", cli())]) {
        return Ok(());
    }
    let stage = Fixture::set(Scenario::Healthy, 60.0).await?;
    let app = "storefront-production";
    let apps = json_of(&stage, &["apps", "--all", "--json"]).await?;
    assert!(apps.as_array().context("no apps")?.iter().any(|one| one["name"] == app), "{apps}");
    let info = does(&stage, &["apps:info", "-a", app]).await?;
    assert!(info.contains(app) && info.contains("Web URL"), "{info}");
    let releases = json_of(&stage, &["releases", "-a", app, "--json", "-n", "25"]).await?;
    let releases = releases.as_array().context("no releases")?.clone();
    assert_eq!(releases.len(), 25);
    let shown = does(&stage, &["releases", "-a", app]).await?;
    assert!(shown.contains("Current: v"), "{shown}");
    let newest = releases[0]["version"].as_u64().context("no version")?;
    let target = releases.iter().skip(1).find(|r| r["eligible_for_rollback"] == true && r["slug"] != releases[0]["slug"]);
    let target = target.context("none to roll back to")?;
    let wanted = format!("v{}", target["version"]);
    let told = json_of(&stage, &["releases:info", &wanted, "-a", app, "--json"]).await?;
    assert_eq!(told["id"], target["id"]);
    let dynos = does(&stage, &["ps", "-a", app]).await?;
    assert!(dynos.contains("web.1: up") && dynos.contains("worker.1: up"), "{dynos}");
    assert!(json_of(&stage, &["config", "-a", app, "--json"]).await?.as_object().is_some_and(|vars| !vars.is_empty()));
    does(&stage, &["releases:rollback", &wanted, "-a", app]).await?;
    let after = json_of(&stage, &["releases", "-a", app, "--json", "-n", "1"]).await?;
    assert_eq!(after[0]["version"], newest + 1);
    assert_eq!(after[0]["description"], format!("Rollback to {wanted}"));
    assert_eq!(stage.applied("rollback").await?, 1);
    println!("heroku: apps, apps:info, releases, releases:info, ps, config, releases:rollback");
    stage.keeps_to_contract()
}

#[tokio::test]
async fn heroku_compares_and_promotes() -> Result<()> {
    if skipped("heroku_compares_and_promotes", &[("npm's heroku", cli()), ("Python", python())]) {
        return Ok(());
    }
    let stage = Fixture::set(Scenario::Healthy, 60.0).await?;
    let proxy = Proxy::before(&stage).await?;
    let (staging, production) = ("storefront-staging", "storefront-production");
    assert!(does(&stage, &["pipelines"]).await?.contains("storefront"));
    let info = does(&stage, &["pipelines:info", "storefront"]).await?;
    assert!(info.contains(staging) && info.contains(production), "{info}");
    // Roll production back, so that staging is ahead of it.
    let releases = json_of(&stage, &["releases", "-a", production, "--json", "-n", "15"]).await?;
    let releases = releases.as_array().context("no releases")?;
    let older =
        releases.iter().find(|r| r["eligible_for_rollback"] == true && r["slug"] != releases[0]["slug"]).context("none is older")?;
    does(&stage, &["releases:rollback", &format!("v{}", older["version"]), "-a", production]).await?;
    // It calls three hosts by https: the platform, the service that knows the repository, and GitHub.
    let mut diff = heroku(&stage, &["pipelines:diff", "-a", staging])?;
    proxy.lead(&mut diff);
    let compared = stage.run(&mut diff).await?;
    assert!(compared.contains("is ahead of") && compared.contains("https://github.com/acme/storefront/compare/"), "{compared}");
    let promoted = does(&stage, &["pipelines:promote", "-a", staging]).await?;
    assert!(promoted.contains("Promotion successful") && promoted.contains(&format!("{production}: succeeded")), "{promoted}");
    let after = json_of(&stage, &["releases", "-a", production, "--json", "-n", "1"]).await?;
    assert!(after[0]["description"].as_str().is_some_and(|text| text.starts_with("Promote storefront-staging v")), "{after}");
    assert_eq!((stage.applied("rollback").await?, stage.applied("promote").await?), (1, 1));
    println!("heroku: pipelines, pipelines:info, pipelines:diff, pipelines:promote");
    stage.keeps_to_contract()
}

#[tokio::test]
async fn heroku3_reads_and_rolls_back() -> Result<()> {
    if python_is_missing("heroku3_reads_and_rolls_back", "PyPI's heroku3", "heroku3") {
        return Ok(());
    }
    let stage = Fixture::set(Scenario::Healthy, 60.0).await?;
    let app = "storefront-production";
    let truth = stage.truth().await?;
    let environments = truth["world"]["services"][0]["environments"].as_array().context("no environments")?;
    let production = environments.iter().find(|e| e["app"] == app).context("no production")?;
    let live = production["current"]["version"].as_u64().context("nothing is live")?;
    let releases = production["releases"].as_array().context("no releases")?;
    let older =
        releases.iter().skip(1).find(|r| r["status"] == "succeeded" && r["slug"] != releases[0]["slug"]).context("none is older")?;
    let target = older["version"].to_string();
    let told = stage.script("with_heroku3.py", &[("APP", app), ("TARGET", &target)]).await?;
    assert_eq!(told["after"], json!([live + 1, format!("Rollback to v{target}")]));
    assert_eq!((told["releases"].as_array().map(Vec::len), &told["dynos"][0]), (Some(25), &json!(["web.1", "up"])));
    assert_eq!(stage.applied("rollback").await?, 1);
    stage.keeps_to_contract()
}
