//! Promotion, releasing what was built, and reruns of old pipelines, through the terminal.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Cli, SandboxProcess};

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn environment<'a>(service: &'a Value, name: &str) -> &'a Value {
    array(&service["environments"]).iter().find(|e| e["name"] == name).unwrap_or(&Value::Null)
}

fn applied(truth: &Value, kind: &str) -> u64 {
    array(&truth["mutations"]).iter().filter(|m| m["kind"] == kind).filter_map(|m| m["applied"].as_u64()).sum()
}

async fn status(terminal: &Cli) -> Result<Value> {
    Ok(terminal.run(&["status", "--json"]).await?.expect(0)?.json()?["services"][0].clone())
}

#[tokio::test]
async fn what_was_built_is_released_and_promoted() -> Result<()> {
    let sandbox = SandboxProcess::start(60, "healthy").await?;
    let folder = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
    let service = status(&terminal).await?;
    let name = service["name"].as_str().context("a name")?;
    let build_app = environment(&service, "staging")["build_app"].as_str().context("a build app")?;

    // Releasing the live code again is refused; an unknown environment is wrong usage.
    terminal.run(&["release", name, "staging", "--code-of", "v1", "--json"]).await?.expect(3)?;
    terminal.run(&["release", name, "nowhere", "--from-build"]).await?.expect(2)?;
    terminal.run(&["promote", name, "staging", "nowhere"]).await?.expect(2)?;
    terminal.run(&["promote", name, "staging", "staging"]).await?.expect(3)?;

    let opened = sandbox.post("/world", &json!({"open_pull": {"service": name, "title": "Ship by hand", "ready": true}})).await?;
    let number = opened["open_pull"]["pull_request"].as_u64().context("a number")?;
    sandbox.post("/world", &json!({"hold": {"service": name, "held": true}})).await?;
    sandbox.post("/world", &json!({"merge": {"service": name, "number": number}})).await?;
    sandbox.post("/world", &json!({"build": {"app": build_app}})).await?;

    let plan = terminal.run(&["release", name, "staging", "--from-build", "--json"]).await?.expect(3)?.json()?;
    let says = plan["plan"]["consequences"].to_string();
    ensure!(says.contains(&format!("#{number} ")), "{says}");
    ensure!(applied(&sandbox.truth().await?, "release") == 0, "a plan sends nothing");
    terminal.run(&["release", name, "staging", "--from-build", "--yes"]).await?.expect(0)?;
    ensure!(applied(&sandbox.truth().await?, "release") == 1);
    terminal.run(&["release", name, "staging", "--from-build", "--yes"]).await?.expect(3)?;

    let plan = terminal.run(&["promote", name, "staging", "production", "--json"]).await?.expect(3)?.json()?;
    ensure!(plan["plan"]["consequences"].to_string().contains(&format!("#{number} ")), "{plan}");
    ensure!(plan["plan"]["confirm_text"] == environment(&service, "production")["app"], "{plan}");
    let done = terminal.run(&["promote", name, "staging", "production", "--yes", "--json"]).await?.expect(0)?.json()?;
    ensure!(done["outcome"] == "succeeded", "{done}");
    ensure!(applied(&sandbox.truth().await?, "promote") == 1);
    let (after, truth) = (status(&terminal).await?, sandbox.truth().await?);
    let real = environment(&truth["world"]["services"][0], "production")["current"]["commit"].clone();
    ensure!(environment(&after, "production")["current"]["commit"] == real, "{}", environment(&after, "production")["current"]);

    // A promotion that the platform reports as failed is failed, with its reason.
    sandbox.post("/world", &json!({"release": {"app": environment(&service, "staging")["app"]}})).await?;
    let back = environment(&after, "production")["releases"][1]["version"].as_u64().context("an earlier release")?;
    terminal.run(&["release", name, "production", "--code-of", &format!("v{back}"), "--yes"]).await?.expect(0)?;
    sandbox
        .post("/world", &json!({"fail_next_promotion": {"app": environment(&service, "production")["app"], "error": "App is locked."}}))
        .await?;
    let failed = terminal.run(&["promote", name, "staging", "production", "--yes"]).await?.expect(1)?;
    ensure!(failed.stdout.contains("App is locked."), "{}", failed.stdout);
    Ok(())
}

#[tokio::test]
async fn a_rerun_of_an_old_pipeline_is_seen_and_counted() -> Result<()> {
    let sandbox = SandboxProcess::start(1, "healthy").await?;
    let folder = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
    let service = status(&terminal).await?;
    let name = service["name"].as_str().context("a name")?;
    let pipelines = array(&service["pipelines"]);
    let old = pipelines.iter().rev().nth(1).context("an old pipeline")?["number"].as_u64().context("its number")?;
    let never_read = pipelines.iter().find(|p| p["number"] == old).context("the pipeline")?;
    ensure!(never_read["progress"].is_null() && never_read["jobs"].is_null(), "what was never read is null: {never_read}");
    sandbox.post("/world", &json!({"age_pipeline": {"service": name, "number": old, "seconds": 86_400}})).await?;
    sandbox.post("/world", &json!({"rerun": {"service": name, "number": old}})).await?;
    sandbox.post("/world", &json!({"advance": 30})).await?;
    let mut seen = None;
    for _ in 0..2 {
        let now = status(&terminal).await?;
        seen = array(&now["pipelines"]).iter().find(|p| p["number"] == old).filter(|p| p["status"] == "running").cloned();
        if seen.is_some() {
            break;
        }
    }
    let seen = seen.context("two refreshes at most show the rerun")?;
    ensure!(seen["progress"].as_f64().is_some_and(|p| p < 0.5), "its progress is the rerun's own: {}", seen["progress"]);
    Ok(())
}
