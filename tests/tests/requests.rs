//! The number of requests of a refresh, counted by the sandbox; and its results: correct commits, plans with
//! exactly the content of the sandbox's truth, and complete long lists.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Cli, SandboxProcess};
use std::collections::BTreeSet;
use std::path::Path;

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn total(truth: &Value) -> u64 {
    let vendors = truth["requests"].as_object();
    vendors.map_or(0, |v| v.values().filter_map(|v| v["total"].as_u64()).sum())
}

fn max_concurrency(truth: &Value) -> u64 {
    let vendors = truth["requests"].as_object();
    vendors.map_or(0, |v| v.values().filter_map(|v| v["max_concurrency"].as_u64()).max().unwrap_or(0))
}

/// The requests of one `status`, and its output.
async fn refresh(sandbox: &SandboxProcess, terminal: &Cli, service: &str) -> Result<(u64, Value)> {
    sandbox.delete("/truth").await?;
    let status = terminal.run(&["status", "--service", service, "--json"]).await?.expect(0)?.json()?;
    let truth = sandbox.truth().await?;
    ensure!(array(&truth["violations"]).is_empty(), "{}", truth["violations"]);
    Ok((total(&truth), status["services"][0].clone()))
}

#[tokio::test]
async fn a_refresh_asks_little() -> Result<()> {
    let sandbox = SandboxProcess::start(1, "healthy").await?;
    let folder = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
    let service = sandbox.banner()["services"][0]["name"].as_str().context("a service")?.to_owned();
    let open = array(&refresh(&sandbox, &terminal, &service).await?.1["pull_requests"]).len();
    for n in open..30 {
        sandbox.post("/world", &json!({"open_pull": {"service": service, "title": format!("Change {n}"), "ready": true}})).await?;
    }
    let fresh = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(fresh.path())?).await?;
    // Answers as slow as real ones, so that concurrent requests are counted as such.
    sandbox.post("/faults", &json!({"kind": "latency", "ms": 150})).await?;
    let (cold, state) = refresh(&sandbox, &terminal, &service).await?;
    let together = max_concurrency(&sandbox.truth().await?);
    ensure!(together >= 3, "independent requests go out together, not {together} at once");
    sandbox.delete("/faults").await?;
    ensure!(array(&state["pull_requests"]).len() == 30, "{} pull requests", array(&state["pull_requests"]).len());
    // Twenty, and the formation of each of its two apps, which is requested once in ten minutes.
    ensure!(cold <= 22, "a cold refresh sent {cold} requests");
    for round in 0..12 {
        let (quiet, _) = refresh(&sandbox, &terminal, &service).await?;
        ensure!(quiet <= 8, "refresh {round} of a quiet service sent {quiet} requests: {}", sandbox.truth().await?["requests"]);
    }
    Ok(())
}

#[tokio::test]
async fn a_real_history_shows_its_true_commits() -> Result<()> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the project")?;
    let sandbox = SandboxProcess::with_history(60, "healthy", repository).await?;
    let folder = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
    let status = terminal.run(&["status", "--json"]).await?.expect(0)?.json()?;
    let log = std::process::Command::new("git").arg("-C").arg(repository).args(["log", "-20", "--format=%H%x09%an%x09%s"]).output()?;
    let log = String::from_utf8(log.stdout)?;
    let shown: Vec<&Value> = array(&status["services"]).iter().flat_map(|s| array(&s["main"])).collect();
    ensure!(log.lines().count() > 0);
    for line in log.lines() {
        let mut parts = line.splitn(3, '\t');
        let (sha, author, title) = (parts.next(), parts.next(), parts.next());
        let commit = shown.iter().find(|c| c["sha"].as_str() == sha).with_context(|| format!("{line} is not shown"))?;
        ensure!(commit["author"].as_str() == author && commit["title"].as_str() == title, "{line} is shown as {commit}");
    }
    Ok(())
}

#[tokio::test]
async fn titles_are_text_whatever_is_in_them() -> Result<()> {
    let sandbox = SandboxProcess::start(1, "healthy").await?;
    let folder = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
    let service = sandbox.banner()["services"][0]["name"].as_str().context("a service")?;
    let long = "long ".repeat(60);
    let titles = ["<script>alert(1)</script>", "مرحبا \u{202e}evil\u{202c} שלום", "日本語 🚀 emoji", long.trim(), "\"quotes\" & 'amps'"];
    for title in titles {
        sandbox.post("/world", &json!({"open_pull": {"service": service, "title": title, "ready": true}})).await?;
    }
    let status = terminal.run(&["status", "--service", service, "--json"]).await?.expect(0)?.json()?;
    let shown: BTreeSet<&str> = array(&status["services"][0]["pull_requests"]).iter().filter_map(|p| p["title"].as_str()).collect();
    for title in titles {
        ensure!(shown.contains(title), "{title} is not shown");
    }
    let board = terminal.run(&["status"]).await?.expect(0)?;
    ensure!(!board.stdout.contains('\u{202e}'), "a right-to-left mark reaches the terminal");
    Ok(())
}

/// For twenty seeded services: the plan lists what the truth lists.
#[tokio::test]
async fn a_rollback_lists_exactly_what_leaves() -> Result<()> {
    let sandbox = SandboxProcess::start(60, "healthy").await?;
    let made = sandbox.post("/world", &json!({"generate_targets": {"seed": 11, "count": 20}})).await?;
    let targets = array(&made["generate_targets"]["targets"]).to_vec();
    ensure!(targets.len() == 20, "{made}");
    let folder = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
    for target in &targets {
        let (service, app) = (text(target, "service")?, text(target, "app")?);
        let (repo, ci) = (format!("acme/{service}"), format!("circleci:gh/acme/{service}"));
        let environment = format!("production=heroku:{app}");
        terminal.run(&["service", "add", service, "--repo", &repo, "--ci", &ci, "--environment", &environment]).await?.expect(0)?;
        let truth = sandbox.get(&format!("/truth/rollback?app={app}")).await;
        let plan = terminal.run(&["rollback", service, "production", "--json"]).await?.expect(3)?.json()?;
        let detail = &plan["plan"]["rollback"];
        let Ok(_) = truth else {
            ensure!(detail.is_null(), "{service} has no target, yet the plan goes to {}", detail["to_version"]);
            continue;
        };
        let to = detail["to_version"].as_u64().with_context(|| format!("{service}: {plan}"))?;
        let truth = sandbox.get(&format!("/truth/rollback?app={app}&to=v{to}")).await?;
        let listed = json!({
            "pull_requests": sorted(&detail["pull_requests"], |p| p["number"].clone()),
            "migrations": sorted(&detail["migrations"], |m| m["path"].clone()),
            "config": sorted(&detail["config"], |c| c["name"].clone()),
        });
        let wanted = json!({
            "pull_requests": sorted(&truth["pull_requests"], Value::clone),
            "migrations": sorted(&truth["migrations"], Value::clone),
            "config": sorted(&truth["config"], Value::clone),
        });
        ensure!(listed == wanted, "{service} to v{to}: listed {listed}, true {wanted}");
    }
    Ok(())
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    value[key].as_str().with_context(|| format!("no {key} in {value}"))
}

fn sorted(list: &Value, key: impl Fn(&Value) -> Value) -> Vec<Value> {
    let mut values: Vec<Value> = array(list).iter().map(key).collect();
    values.sort_by_key(|v| v.as_u64().map_or_else(|| v.to_string(), |n| format!("{n:08}")));
    values
}

#[tokio::test]
async fn a_busy_world_is_read_whole() -> Result<()> {
    let sandbox = SandboxProcess::start(10, "busy").await?;
    let folder = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
    let status = terminal.run(&["status", "--json"]).await?.expect(0)?.json()?;
    let services = array(&status["services"]);
    let open: usize = services.iter().map(|s| array(&s["pull_requests"]).len()).sum();
    ensure!((services.len(), open) == (20, 300), "{} services, {open} pull requests", services.len());
    ensure!(services.iter().all(|s| s["stale"] == false), "nothing is stale after a refresh");
    Ok(())
}
