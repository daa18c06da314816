//! The main job in the terminal, with every documented exit code.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Cli, Outcome, SandboxProcess, wait_within};
use std::time::Duration;
use tempfile::TempDir;

struct Session {
    sandbox: SandboxProcess,
    terminal: Cli,
    _folder: TempDir,
}

impl Session {
    async fn start(speed: u32, scenario: &str) -> Result<Self> {
        let sandbox = SandboxProcess::start(speed, scenario).await?;
        let folder = tempfile::tempdir()?;
        let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
        Ok(Self { sandbox, terminal, _folder: folder })
    }

    async fn service(&self) -> Result<Value> {
        let status = self.terminal.run(&["status", "--json"]).await?.expect(0)?.json()?;
        Ok(status["services"][0].clone())
    }

    async fn run(&self, arguments: &[&str]) -> Result<Outcome> {
        self.terminal.run(arguments).await
    }
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn with_readiness(service: &Value, readiness: &str) -> Result<u64> {
    let found = array(&service["pull_requests"]).iter().find(|p| p["readiness"] == readiness);
    found.and_then(|p| p["number"].as_u64()).with_context(|| format!("no pull request is {readiness}"))
}

fn environment<'a>(service: &'a Value, name: &str) -> &'a Value {
    array(&service["environments"]).iter().find(|e| e["name"] == name).unwrap_or(&Value::Null)
}

fn applied(truth: &Value, kind: &str) -> u64 {
    array(&truth["mutations"]).iter().filter(|m| m["kind"] == kind).filter_map(|m| m["applied"].as_u64()).sum()
}

/// Waits until the newest pipeline of the pull request has passed and production runs it.
async fn live(session: &Session, number: u64) -> Result<Value> {
    wait_within(Duration::from_secs(90), "the change to be live", async || {
        let service = session.service().await?;
        let carries = |e: &Value| array(&e["current"]["pull_requests"]).contains(&json!(number));
        let live = ["staging", "production"].iter().all(|name| carries(environment(&service, name)));
        Ok(live.then_some(service))
    })
    .await
}

#[tokio::test]
async fn the_main_job() -> Result<()> {
    let session = Session::start(60, "healthy").await?;
    let service = session.service().await?;
    let name = service["name"].as_str().context("a name")?;
    let number = with_readiness(&service, "ready")?;
    let text = number.to_string();

    // Without consent: the plan is printed, exit code 3, nothing is sent.
    let asked = session.run(&["merge", name, &text, "--json"]).await?.expect(3)?.json()?;
    ensure!(asked["plan"]["request"]["request"] == "merge", "{asked}");
    ensure!(applied(&session.sandbox.truth().await?, "merge") == 0);

    session.run(&["merge", name, &text, "--yes"]).await?.expect(0)?;
    session.run(&["merge", name, &text, "--yes"]).await?.expect(3)?;
    live(&session, number).await?;

    let plan = session.run(&["rollback", name, "production", "--json"]).await?.expect(3)?.json()?;
    let leaving: Vec<&Value> = array(&plan["plan"]["rollback"]["pull_requests"]).iter().map(|p| &p["number"]).collect();
    ensure!(leaving.contains(&&json!(number)), "{plan}");
    session.run(&["rollback", name, "production", "--yes", "--reason", "checkout is slow"]).await?.expect(0)?;
    let back = session.service().await?;
    let current = &environment(&back, "production")["current"];
    ensure!(current["version"] != current["code_version"], "{current}");

    let reverted = session.run(&["revert", name, &text, "--yes", "--json"]).await?.expect(0)?.json()?;
    ensure!(reverted["entry"]["state"] == "succeeded", "{reverted}");
    let revert = wait_within(Duration::from_secs(60), "the revert to be ready", async || {
        let service = session.service().await?;
        let ready = array(&service["pull_requests"])
            .iter()
            .find(|p| p["readiness"] == "ready" && p["title"].as_str().is_some_and(|t| t.starts_with("Revert ")));
        Ok(ready.and_then(|p| p["number"].as_u64()))
    })
    .await?;
    session.run(&["merge", name, &revert.to_string(), "--yes"]).await?.expect(0)?;
    live(&session, revert).await?;

    let truth = session.sandbox.truth().await?;
    let counts = (applied(&truth, "merge"), applied(&truth, "rollback"), applied(&truth, "revert"));
    ensure!(counts == (2, 1, 1), "merges, rollbacks, reverts: {counts:?}");
    let journal = session.run(&["journal", "--json"]).await?.expect(0)?.json()?;
    let actions: Vec<&str> = array(&journal["entries"]).iter().filter_map(|e| e["action"].as_str()).collect();
    ensure!(actions == ["merge", "revert", "rollback", "merge"], "{actions:?}");
    ensure!(journal["entries"][2]["reason"] == "checkout is slow");
    Ok(())
}

#[tokio::test]
async fn usage_errors_exit_2_and_say_what_to_do() -> Result<()> {
    let session = Session::start(60, "healthy").await?;
    for arguments in [
        &["merge"][..],
        &["merge", "storefront", "many"],
        &["rollback", "storefront", "production", "--to", "yesterday"],
        &["account", "add", "gitlab"],
        &["service", "add", "x", "--repo", "no-slash"],
        &["sail"],
    ] {
        let outcome = session.run(arguments).await?.expect(2)?;
        ensure!(outcome.stdout.is_empty() && !outcome.stderr.is_empty(), "{arguments:?}");
    }
    Ok(())
}

#[tokio::test]
async fn what_may_not_be_done_is_not_sent() -> Result<()> {
    let session = Session::start(60, "healthy").await?;
    let service = session.service().await?;
    let name = service["name"].as_str().context("a name")?;
    let draft = with_readiness(&service, "draft")?.to_string();
    session.run(&["merge", name, &draft, "--yes"]).await?.expect(3)?;
    session.run(&["revert", name, &draft, "--yes"]).await?.expect(3)?;
    session.run(&["rollback", name, "production", "--to", "v999999", "--yes"]).await?.expect(3)?;
    session.run(&["cancel", name, &service["pipelines"][0]["number"].to_string(), "--yes"]).await?.expect(3)?;
    let truth = session.sandbox.truth().await?;
    ensure!(array(&truth["mutations"]).iter().all(|m| m["received"] == 0), "{}", truth["mutations"]);
    Ok(())
}

#[tokio::test]
async fn a_second_rollback_names_its_release() -> Result<()> {
    let session = Session::start(60, "healthy").await?;
    let service = session.service().await?;
    let name = service["name"].as_str().context("a name")?;
    session.run(&["rollback", name, "production", "--yes"]).await?.expect(0)?;
    let refused = session.run(&["rollback", name, "production", "--yes"]).await?.expect(3)?;
    ensure!(refused.stderr.contains(" since a rollback ") && refused.stderr.contains("--to"), "{refused:?}");
    let sent = |truth: &Value| {
        array(&truth["mutations"]).iter().filter(|m| m["kind"] == "rollback").filter_map(|m| m["received"].as_u64()).sum::<u64>()
    };
    ensure!(sent(&session.sandbox.truth().await?) == 1);
    let production = array(&service["environments"]).iter().find(|e| e["name"] == "production").context("production")?;
    let succeeded = array(&production["releases"]).iter().filter(|r| r["status"] == "succeeded").filter_map(|r| r["version"].as_u64());
    let earlier = format!("v{}", succeeded.min().context("an earlier release")?);
    session.run(&["rollback", name, "production", "--to", &earlier, "--yes"]).await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_refusal_exits_1_and_a_lost_answer_is_found() -> Result<()> {
    let session = Session::start(60, "healthy").await?;
    let service = session.service().await?;
    let name = service["name"].as_str().context("a name")?;
    let number = with_readiness(&service, "ready")?.to_string();
    let refuse = json!({"vendor": "github", "method": "PUT", "kind": "status", "code": 405, "body": {"message": "Base branch was modified"}, "count": 1});
    session.sandbox.post("/faults", &refuse).await?;
    let refused = session.run(&["merge", name, &number, "--yes"]).await?.expect(1)?;
    ensure!(refused.stderr.contains("Base branch was modified") || refused.stdout.contains("Base branch was modified"), "{refused:?}");
    session.sandbox.delete("/faults").await?;
    session.sandbox.post("/faults", &json!({"vendor": "github", "method": "PUT", "kind": "reset_after", "count": 1})).await?;
    session.run(&["merge", name, &number, "--yes"]).await?.expect(0)?;
    let truth = session.sandbox.truth().await?;
    ensure!(applied(&truth, "merge") == 1, "{}", truth["mutations"]);
    Ok(())
}

#[tokio::test]
async fn an_outcome_that_cannot_be_seen_exits_4_and_settles_later() -> Result<()> {
    let session = Session::start(60, "healthy").await?;
    let service = session.service().await?;
    let name = service["name"].as_str().context("a name")?;
    let number = with_readiness(&service, "ready")?.to_string();
    session.sandbox.post("/faults", &json!({"kind": "stale", "seconds": 600})).await?;
    session.run(&["merge", name, &number, "--yes", "--timeout", "3"]).await?.expect(4)?;
    let second = session.run(&["merge", name, &number, "--yes"]).await?.expect(3)?;
    ensure!(second.stderr.contains("under way"), "{second:?}");
    session.sandbox.delete("/faults").await?;
    let journal = session.run(&["journal", "--json"]).await?.expect(0)?.json()?;
    ensure!(journal["entries"][0]["state"] == "succeeded", "{journal}");
    ensure!(applied(&session.sandbox.truth().await?, "merge") == 1);
    Ok(())
}

#[tokio::test]
async fn rerun_and_cancel_and_approve() -> Result<()> {
    let session = Session::start(60, "healthy").await?;
    let service = session.service().await?;
    let name = service["name"].as_str().context("a name")?;
    let number = with_readiness(&service, "ready")?.to_string();
    session.sandbox.post("/world", &json!({"fail_next": {"service": name, "job": "integration"}})).await?;
    session.run(&["merge", name, &number, "--yes"]).await?.expect(0)?;
    let failed = wait_within(Duration::from_secs(60), "the pipeline to fail", async || {
        let service = session.service().await?;
        let newest = &service["pipelines"][0];
        Ok((newest["status"] == "failed").then(|| newest["number"].to_string()))
    })
    .await?;
    session.run(&["approve", name, &failed, "--yes"]).await?.expect(3)?;
    // The new workflow must still be running when it is canceled.
    session.sandbox.post("/world", &json!({"hold": {"service": name, "held": true}})).await?;
    session.run(&["rerun", name, &failed, "--yes"]).await?.expect(0)?;
    session.run(&["cancel", name, &failed, "--yes"]).await?.expect(0)?;
    let truth = session.sandbox.truth().await?;
    ensure!((applied(&truth, "rerun"), applied(&truth, "cancel")) == (1, 1), "{}", truth["mutations"]);
    session.run(&["rerun", name, "1", "--yes"]).await?.expect(3)?;
    Ok(())
}

#[tokio::test]
async fn nothing_that_can_be_read_exits_1() -> Result<()> {
    let session = Session::start(60, "healthy").await?;
    session.sandbox.post("/faults", &json!({"kind": "unauthorized"})).await?;
    let status = session.run(&["status", "--json"]).await?.expect(1)?.json()?;
    let kinds: Vec<&Value> = array(&status["services"][0]["alerts"]).iter().map(|a| &a["kind"]).collect();
    ensure!(kinds.contains(&&json!("sign_in_again")), "{kinds:?}");
    Ok(())
}
