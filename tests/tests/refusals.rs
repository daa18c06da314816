//! Tokens that cannot be used, in the terminal: each has its own message, and nothing is sent. An expired token is
//! recognised by the expiry that its vendor reported earlier in the same process: `registry/tests/refusals.rs`.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Cli, SandboxProcess};

struct Case {
    token: Value,
    /// The text in `status`.
    says: &'static str,
    /// The alert's kind.
    alert: &'static str,
    /// What must not be sent: a merge or a rollback.
    action: &'static str,
}

fn cases() -> Vec<Case> {
    let case = |token: Value, says, alert, action| Case { token, says, alert, action };
    vec![
        case(json!({"vendor": "github", "scopes": ["gist"]}), "scope", "source_unreachable", "merge"),
        case(json!({"vendor": "github", "revoked": true}), "revoked", "sign_in_again", "merge"),
        case(json!({"vendor": "github", "sso": "acme"}), "single sign-on", "sign_in_again", "merge"),
        case(json!({"vendor": "heroku", "two_factor": "123456"}), "second factor", "sign_in_again", "rollback"),
        case(json!({"vendor": "heroku", "revoked": true}), "revoked", "sign_in_again", "rollback"),
    ]
}

#[tokio::test]
async fn each_refusal_has_its_own_words_and_stops_what_it_must() -> Result<()> {
    for case in cases() {
        let sandbox = SandboxProcess::start(60, "healthy").await?;
        let folder = tempfile::tempdir()?;
        let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
        let status = terminal.run(&["status", "--json"]).await?.expect(0)?.json()?;
        let service = &status["services"][0];
        let name = service["name"].as_str().context("a service")?;
        let ready = service["pull_requests"].as_array().and_then(|all| all.iter().find(|p| p["readiness"] == "ready"));
        let number = ready.context("a ready pull request")?["number"].to_string();

        sandbox.post("/world", &json!({"token": case.token})).await?;
        let board = terminal.run(&["status", "--json"]).await?.expect(0)?.json()?;
        let alerts = board["services"][0]["alerts"].as_array().cloned().unwrap_or_default();
        let told = |a: &Value| a["message"].as_str().is_some_and(|m| m.to_lowercase().contains(case.says));
        ensure!(alerts.iter().any(|a| a["kind"] == case.alert && told(a)), "{}: not said: {alerts:#?}", case.token);

        let line = if case.action == "merge" { ["merge", name, &number, "--yes"] } else { ["rollback", name, "production", "--yes"] };
        let refused = terminal.run(&line).await?.expect(3)?;
        ensure!(refused.stderr.to_lowercase().contains(case.says), "{}: {:?}", case.token, refused.stderr);
        let truth = sandbox.truth().await?;
        let received = truth["mutations"].as_array().context("mutations")?.len();
        ensure!(received == 0, "{}: {received} were sent", case.token);
        // The other vendors continue to work.
        let fresh = |source: &Value| source["error"].is_null() && source["observed_at"].is_string();
        let sources = board["services"][0]["sources"].as_array().cloned().unwrap_or_default();
        ensure!(sources.iter().any(fresh), "{}: nothing is read any more: {sources:#?}", case.token);
    }
    Ok(())
}

#[tokio::test]
async fn an_account_that_may_only_be_read_sends_nothing() -> Result<()> {
    let sandbox = SandboxProcess::start(60, "healthy").await?;
    let folder = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
    let name = sandbox.banner()["services"][0]["name"].as_str().context("a service")?;
    terminal.run(&["account", "set", "heroku", "--read-only", "on"]).await?.expect(0)?;
    let refused = terminal.run(&["rollback", name, "production", "--yes"]).await?.expect(3)?;
    ensure!(refused.stderr.contains("read-only"), "{refused:?}");
    terminal.run(&["account", "set", "heroku", "--read-only", "off"]).await?.expect(0)?;
    terminal.run(&["rollback", name, "production", "--yes"]).await?.expect(0)?;
    Ok(())
}
