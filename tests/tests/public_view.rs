//! The terminal's JSON follows the schemas in `src-tauri/crates/terminal/schema` and has no further properties.
//! That the schemas only have additions is tested in that crate.

use anyhow::{Context, Result, anyhow, ensure};
use jsonschema::Validator;
use serde_json::{Value, json};
use slipway_tests::{Cli, SandboxProcess, wait_within};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/crates/terminal/schema")
}

/// Fails if `document` does not follow the schema `name`.
fn follows(name: &str, document: &Value) -> Result<()> {
    let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).context(name.to_owned())?;
    let mut schema: Value = serde_json::from_str(&text)?;
    close(&mut schema);
    let validator: Validator =
        jsonschema::options().should_validate_formats(true).build(&schema).map_err(|error| anyhow!("{name}: {error}"))?;
    let wrong: Vec<String> = validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).take(5).collect();
    ensure!(wrong.is_empty(), "{name} is not as its schema says:\n{}", wrong.join("\n"));
    Ok(())
}

/// In this test an unknown property is an error, although readers must accept it.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.values_mut().for_each(close);
            if members.get("type").is_some_and(|kind| kind == "object") && members.contains_key("properties") {
                members.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(close),
        _ => {}
    }
}

#[test]
fn a_property_without_a_name_in_the_schema_is_found() -> Result<()> {
    let path = folder().join("golden/dismissal.json");
    let mut document: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    follows("dismissal", &document)?;
    document["more"] = json!(1);
    ensure!(follows("dismissal", &document).is_err());
    document.as_object_mut().context("an object")?.retain(|name, _| name != "more" && name != "reason");
    ensure!(follows("dismissal", &document).is_err());
    Ok(())
}

#[test]
fn earlier_documents_follow_the_schemas() -> Result<()> {
    for entry in std::fs::read_dir(folder().join("golden"))? {
        let path = entry?.path();
        let file = path.file_name().and_then(|name| name.to_str()).context("a name")?;
        let text = std::fs::read_to_string(&path)?;
        let name = file.split(['-', '.']).next().unwrap_or_default();
        let documents: Vec<&str> = if file.ends_with(".jsonl") { text.lines().collect() } else { vec![&text] };
        for document in documents {
            follows(name, &serde_json::from_str(document)?).with_context(|| file.to_owned())?;
        }
    }
    Ok(())
}

struct Session {
    sandbox: SandboxProcess,
    terminal: Cli,
    service: String,
    _folder: tempfile::TempDir,
}

impl Session {
    async fn start(scenario: &str) -> Result<Self> {
        let sandbox = SandboxProcess::start(60, scenario).await?;
        let folder = tempfile::tempdir()?;
        let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
        let service = sandbox.first_service()?.to_owned();
        Ok(Self { sandbox, terminal, service, _folder: folder })
    }

    /// Runs a command with `--json` and checks its output against the schema.
    async fn prints(&self, name: &str, exit: i32, arguments: &[&str]) -> Result<Value> {
        let arguments = [arguments, &["--json"]].concat();
        let document = self.terminal.run(&arguments).await?.expect(exit)?.json()?;
        follows(name, &document).with_context(|| arguments.join(" "))?;
        Ok(document)
    }

    /// If a release went live in the meantime the plan has changed, and nothing is sent.
    async fn rolls_back(&self, service: &str) -> Result<Option<()>> {
        let arguments = ["rollback", service, "production", "--no-pin", "--yes", "--reason", "checkout is slow", "--json"];
        let report = self.terminal.run(&arguments).await?.json()?;
        follows("action", &report)?;
        Ok((report["outcome"] == "succeeded").then_some(()))
    }

    async fn acts(&self, exit: i32, outcome: &str, arguments: &[&str]) -> Result<Value> {
        let report = self.prints("action", exit, arguments).await?;
        ensure!(report["outcome"] == outcome, "{arguments:?}: {}", report["outcome"]);
        Ok(report)
    }
}

#[tokio::test]
async fn what_is_printed_follows_the_schemas() -> Result<()> {
    let session = Session::start("healthy").await?;
    let service = session.service.as_str();
    // The following merge must not go live while its environment is rolled back.
    session.sandbox.post("/world", &json!({"hold": {"service": service, "held": true}})).await?;
    let mut watch = session.terminal.start(&["watch", "--json"])?;
    let mut events = BufReader::new(watch.stdout.take().context("no output")?).lines();
    session.prints("status", 0, &["status"]).await?;
    session.prints("accounts", 0, &["account", "list"]).await?;

    let number = session.sandbox.open_ready(service).await?.to_string();
    let planned = session.acts(3, "not_sent", &["merge", service, &number]).await?;
    ensure!(planned["plan"]["request"]["request"] == "merge");
    session.acts(0, "succeeded", &["merge", service, &number, "--yes"]).await?;
    session.acts(3, "not_sent", &["merge", service, &number, "--yes"]).await?;
    session.acts(3, "not_sent", &["merge", service, "999999", "--yes"]).await?;
    wait_within(Duration::from_secs(60), "a rollback that no release overtakes", async || session.rolls_back(service).await).await?;
    session.acts(0, "succeeded", &["revert", service, &number, "--yes"]).await?;
    let live = wait_within(Duration::from_secs(90), "the merge among the events", async || {
        let line = events.next_line().await?.context("watch ended")?;
        let event: Value = serde_json::from_str(&line)?;
        follows("watch", &event)?;
        Ok((event["kind"] == "action_finished").then_some(event))
    });
    ensure!(live.await?["service"] == service);

    let lost = session.sandbox.open_ready(service).await?.to_string();
    session.sandbox.post("/faults", &json!({"method": "PUT", "path": "*/merge", "kind": "swallow"})).await?;
    let unknown = session.acts(4, "unknown", &["merge", service, &lost, "--yes", "--timeout", "3"]).await?;
    let journal = session.prints("journal", 0, &["journal"]).await?;
    ensure!(journal["entries"].as_array().is_some_and(|all| all.len() >= 4) && journal["entries"][0]["id"] == unknown["entry"]["id"]);
    session.prints("status", 0, &["status", "--service", service]).await?;
    let id = unknown["entry"]["id"].as_str().context("an id")?;
    session.prints("journal", 0, &["journal", "--settle", id, "did-not", "--reason", "GitHub has nothing of it"]).await?;
    Ok(())
}

/// What is printed as lines, each a document.
#[tokio::test]
async fn lists_and_logs_follow_the_schemas() -> Result<()> {
    let session = Session::start("incident").await?;
    let service = session.service.as_str();
    let lines = async |name: &str, arguments: &[&str]| -> Result<Vec<Value>> {
        let lines = session.terminal.run(arguments).await?.expect(0)?.json_lines()?;
        lines.iter().try_for_each(|line| follows(name, line))?;
        Ok(lines)
    };
    let releases = lines("releases", &["releases", service, "production", "--all", "--json"]).await?;
    ensure!(releases.len() > 30 && releases[0]["rollback_refused"].is_string(), "{}", releases.len());
    let status = session.prints("status", 0, &["status", service]).await?;
    let production = status["services"][0]["environments"].as_array().into_iter().flatten().find(|e| e["name"] == "production");
    let newest = production.map(|e| e["releases"][0].clone()).context("production")?;
    for field in ["version", "mark", "code_version", "cause", "released_at"] {
        ensure!(newest[field] == releases[0][field], "{field}: {} is {} in status", releases[0][field], newest[field]);
    }
    let pipelines = lines("pipelines", &["pipelines", service, "--json"]).await?;
    let failed = pipelines.iter().find(|line| line["status"] == "failed").context("a failed pipeline")?;
    let logs = session.prints("logs", 0, &["logs", service, &failed["number"].to_string()]).await?;
    ensure!(logs["logs"][0]["failed_tests"][0]["name"].is_string(), "{logs}");
    let compared = session.prints("compare", 0, &["compare", service, "production", "staging"]).await?;
    ensure!(compared["base"]["environment"] == "production" && compared["config"].is_array(), "{compared}");
    Ok(())
}

#[tokio::test]
async fn every_scenario_follows_the_schema_and_so_does_what_was_never_read() -> Result<()> {
    for scenario in ["incident", "side-by-side", "set-ups"] {
        let session = Session::start(scenario).await?;
        session.prints("status", 0, &["status"]).await.context(scenario)?;
    }
    let session = Session::start("healthy").await?;
    session.sandbox.post("/faults", &json!({"kind": "unauthorized"})).await?;
    let status = session.prints("status", 1, &["status"]).await?;
    ensure!(status["services"][0]["pull_requests"].is_null());
    Ok(())
}
