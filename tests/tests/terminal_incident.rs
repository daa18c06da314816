//! An incident in the terminal, from the crash to the record: mark, roll back and pin, stop what would bring it back,
//! go over the pin knowingly, end it.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Cli, SandboxProcess};
use tempfile::TempDir;

const SERVICE: &str = "storefront";

struct Session {
    sandbox: SandboxProcess,
    terminal: Cli,
    _folder: TempDir,
}

impl Session {
    async fn start() -> Result<Self> {
        let sandbox = SandboxProcess::with(&["--speed", "20", "--scenario", "quiet"]).await?;
        let folder = tempfile::tempdir()?;
        let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
        Ok(Self { sandbox, terminal, _folder: folder })
    }

    async fn make(&self, verbs: Value) -> Result<Value> {
        self.sandbox.post("/world", &verbs).await
    }

    async fn prints(&self, exit: i32, arguments: &[&str]) -> Result<Value> {
        let arguments = [arguments, &["--json"]].concat();
        self.terminal.run(&arguments).await?.expect(exit)?.json()
    }

    /// What a command says to people, both what it prints and what it complains of.
    async fn says(&self, exit: i32, arguments: &[&str]) -> Result<String> {
        let ran = self.terminal.run(arguments).await?.expect(exit)?;
        Ok(format!("{}{}", ran.stdout, ran.stderr))
    }

    async fn production(&self) -> Result<Value> {
        let status = self.prints(0, &["status", SERVICE]).await?;
        let environments = status["services"][0]["environments"].as_array().context("environments")?;
        environments.iter().find(|e| e["name"] == "production").cloned().context("production")
    }

    async fn ready(&self) -> Result<String> {
        let made = self.make(json!({"open_pull": {"service": SERVICE, "ready": true}})).await?;
        let number = made["open_pull"]["pull_request"].as_u64().context("a number")?;
        self.make(json!({"make_ready": {"service": SERVICE, "number": number}})).await?;
        Ok(number.to_string())
    }
}

#[tokio::test]
async fn from_the_crash_to_the_record() -> Result<()> {
    let session = Session::start().await?;
    session.prints(0, &["status"]).await?;
    let broken = session.make(json!({"break_production": {"service": SERVICE}})).await?;
    let bad = format!("#{}", broken["break_production"]["pull_request"]);
    let hurt = session.production().await?;
    ensure!(hurt["health"] == "down" && hurt["on_its_way"]["carriers"] == json!([]), "{}", hurt["on_its_way"]);
    let brought: Vec<&str> = hurt["on_its_way"]["bad"].as_array().into_iter().flatten().filter_map(|one| one["id"].as_str()).collect();
    ensure!(brought.contains(&bad.as_str()), "{bad} is known to have come with what crashes: {}", hurt["on_its_way"]);
    let nothing = session.says(3, &["stop", SERVICE, "production", "--yes"]).await?;
    ensure!(nothing.contains("Nothing on its way to production would bring it back"), "{nothing}");

    let live = format!("v{}", hurt["current"]["version"]);
    session.prints(0, &["mark-bad", SERVICE, "production", &live, "--reason", "it crashes"]).await?;
    let marked = session.production().await?;
    ensure!(marked["current"]["marked_bad"]["reason"] == "it crashes", "{}", marked["current"]);

    let back = session.prints(0, &["rollback", SERVICE, "production", "--reason", "it crashes", "--yes"]).await?;
    ensure!(back["outcome"] == "succeeded" && !back["plan"]["action"]["pin"].is_null(), "{back}");
    let pinned = session.production().await?;
    let out: Vec<&str> = pinned["pin"]["bad"].as_array().into_iter().flatten().filter_map(|one| one["id"].as_str()).collect();
    ensure!(out.contains(&bad.as_str()), "{bad} is pinned out: {}", pinned["pin"]);
    let again = session.says(3, &["rollback", SERVICE, "production", "--to", &live, "--yes"]).await?;
    ensure!(again.contains("marked bad"), "{again}");

    // Somebody merges: its pipeline would bring the bad change back.
    session.make(json!({"hold": {"service": SERVICE}})).await?;
    let theirs = session.ready().await?;
    session.make(json!({"merge": {"service": SERVICE, "number": theirs.parse::<u64>()?}})).await?;
    let carried = session.production().await?;
    let carriers = carried["on_its_way"]["carriers"].as_array().context("carriers")?;
    ensure!(carriers.iter().any(|c| c["kind"] == "pipeline" && c["carries"].to_string().contains(&bad)), "{carriers:?}");
    let status = session.says(0, &["status", SERVICE]).await?;
    ensure!(status.contains("pinned to") && status.contains("slipway stop storefront production"), "{status}");
    let asked = session.prints(3, &["stop", SERVICE, "production"]).await?;
    ensure!(asked["outcomes"] == json!([]) && asked["set"]["plans"].as_array().is_some_and(|plans| !plans.is_empty()), "{asked}");
    let stopped = session.prints(0, &["stop", SERVICE, "production", "--yes", "--reason", "not again"]).await?;
    let done = stopped["outcomes"].as_array().context("outcomes")?;
    ensure!(!done.is_empty() && done.iter().all(|outcome| outcome["state"] == "done"), "{stopped}");

    // Consent alone does not go over a person's pin.
    let ours = session.ready().await?;
    let refused = session.says(3, &["merge", SERVICE, &ours, "--yes"]).await?;
    ensure!(refused.contains("--over pin"), "{refused}");
    let over = ["merge", SERVICE, &ours, "--yes", "--over", "pin", "--reason", "its release is stopped"];
    ensure!(session.prints(0, &over).await?["outcome"] == "succeeded");

    let forecast = session.terminal.run(&["forecast", SERVICE, &theirs, "--json"]).await?;
    ensure!(matches!(forecast.status, 0 | 1 | 4), "{}: {}", forecast.status, forecast.stderr);
    ensure!(forecast.json()?["outcome"]["outcome"].is_string());

    session.prints(0, &["unpin", SERVICE, "production", "--reason", "it is reverted by hand"]).await?;
    ensure!(session.production().await?["pin"].is_null());
    let records = session.prints(0, &["incidents"]).await?;
    let record = records["incidents"].as_array().and_then(|all| all.first()).context("a record")?;
    let number = record["number"].to_string();
    ensure!(record["service"] == SERVICE && record["open"] == true, "{record}");
    session.says(0, &["incidents", "note", &number, "A customer called"]).await?;
    let page = session.says(0, &["incidents", "show", &number, "--markdown"]).await?;
    ensure!(page.contains("A customer called") && page.contains(&bad), "{page}");
    session.says(0, &["incidents", "close", &number, "--reason", "over"]).await?;
    ensure!(session.production().await?["incident"].is_null());
    Ok(())
}
