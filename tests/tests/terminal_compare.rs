//! Two releases side by side in the terminal: for people, as Markdown and as JSON, by every name of a release, and
//! where a part could not be read.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Cli, SandboxProcess};
use tempfile::TempDir;

struct Session {
    sandbox: SandboxProcess,
    terminal: Cli,
    service: String,
    _folder: TempDir,
}

impl Session {
    async fn start() -> Result<Self> {
        let sandbox = SandboxProcess::start(60, "healthy").await?;
        let folder = tempfile::tempdir()?;
        let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
        let service = sandbox.first_service()?.to_owned();
        Ok(Self { sandbox, terminal, service, _folder: folder })
    }

    async fn compares(&self, exit: i32, arguments: &[&str]) -> Result<String> {
        let arguments = [&["compare", self.service.as_str()], arguments].concat();
        let ran = self.terminal.run(&arguments).await?.expect(exit)?;
        Ok(if exit == 2 { ran.stderr } else { ran.stdout })
    }

    async fn versions(&self, environment: &str) -> Result<Vec<u64>> {
        let lines = self.terminal.run(&["releases", &self.service, environment, "--json"]).await?.expect(0)?.json_lines()?;
        let deployed = |line: &&Value| line["status"] == "succeeded" && line["code_version"] == line["version"];
        Ok(lines.iter().filter(deployed).filter_map(|line| line["version"].as_u64()).collect())
    }
}

/// Commits of all changes of a side, and of what cancels each other.
fn accounted(side: &Value) -> u64 {
    let commits = |change: &Value| change["commits"].as_u64().unwrap_or_default();
    let changes = side["changes"].as_array().into_iter().flatten().map(commits);
    let pairs = side["cancelling"].as_array().into_iter().flatten().map(|pair| commits(&pair["change"]) + commits(&pair["revert"]));
    changes.chain(pairs).sum()
}

#[tokio::test]
async fn two_releases_side_by_side() -> Result<()> {
    let session = Session::start().await?;
    let service = session.service.as_str();
    let versions = session.versions("production").await?;
    let (newest, older) = (*versions.first().context("a release")?, *versions.get(2).context("an older one")?);
    let named = (format!("v{older}"), format!("production:v{newest}"));
    let read: Value = serde_json::from_str(&session.compares(0, &[&named.0, &named.1, "--json"]).await?)?;
    ensure!((&read["base"]["version"], &read["head"]["version"]) == (&json!(older), &json!(newest)), "{read}");
    ensure!(read["relation"] == "ahead" && read["head"]["live"] == true && read["gaps"] == json!([]), "{read}");
    let commits = read["brings"]["commits"].as_u64().context("a number")?;
    ensure!(commits > 0 && accounted(&read["brings"]) == commits, "{commits} commits: {}", read["brings"]);

    let text = session.compares(0, &[&named.0, "production"]).await?;
    ensure!(text.starts_with(&format!("{service}  v{newest} brings ")), "{text}");
    ensure!(text.contains(&format!("from  production v{older}  ")) && text.contains(": all that were compared"), "{text}");
    let notes = session.compares(0, &[&named.0, "production", "--markdown"]).await?;
    ensure!(notes.starts_with(&format!("## {service}: v{older} to v{newest}\n")), "{notes}");
    for change in read["brings"]["changes"].as_array().into_iter().flatten() {
        let number = change["pull_request"].as_u64().map(|number| format!("#{number}"));
        ensure!(number.is_none_or(|number| text.contains(&number) && notes.contains(&number)), "{change} in\n{text}\n{notes}");
    }
    let back: Value = serde_json::from_str(&session.compares(0, &["production", &named.0, "--json"]).await?)?;
    ensure!(back["relation"] == "behind" && back["lacks"]["commits"] == commits && back["brings"]["commits"] == 0, "{back}");
    let one = session.compares(0, &["production", "production"]).await?;
    ensure!(one.contains("This is one and the same release."), "{one}");

    let terminal = session.terminal.clone().variable("COLUMNS", "80");
    let narrow = terminal.run(&["compare", service, &named.0, "production"]).await?.expect(0)?.stdout;
    ensure!(narrow.lines().all(|line| line.chars().count() <= 80) && !narrow.contains('\u{1b}'), "{narrow}");
    ensure!(session.sandbox.changes().await? == 0);
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_compared_is_said() -> Result<()> {
    let session = Session::start().await?;
    for (arguments, said) in [
        (["prodution", "staging"], "Did you mean production? There are: staging, production."),
        (["staging", "production:newest"], "production:newest: use a version such as v1846"),
        (["staging", "stagin:v1"], "Did you mean staging?"),
        (["v99999999", "staging"], "has no release v99999999"),
    ] {
        let refused = session.compares(2, &arguments).await?;
        ensure!(refused.contains(said), "{arguments:?}: {refused}");
    }
    // The rest is shown, and the exit code tells that it is not all.
    session.sandbox.post("/faults", &json!({"path": "*/config-vars", "kind": "status", "code": 403})).await?;
    let part = session.compares(1, &["production", "staging"]).await?;
    ensure!(part.contains("\nNot known\n  ? The names of ") && part.contains("from  production v"), "{part}");
    let json: Value = serde_json::from_str(&session.compares(1, &["production", "staging", "--json"]).await?)?;
    ensure!(json["config"].is_null() && json["gaps"].as_array().is_some_and(|gaps| !gaps.is_empty()), "{json}");
    Ok(())
}
