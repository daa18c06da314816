//! The real program and its surroundings: vendors that do not answer, signals, redirected output, paths that are
//! not files, and databases of a newer version. Rows 41, 44 and 48b to 48e in tests/README.md.
#![cfg(unix)]

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Cli, SandboxProcess, wait_for};
use std::path::Path;

struct Fixture {
    sandbox: SandboxProcess,
    terminal: Cli,
    folder: tempfile::TempDir,
    service: String,
}

impl Fixture {
    async fn new() -> Result<Self> {
        let sandbox = SandboxProcess::start(1, "healthy").await?;
        let folder = tempfile::tempdir()?;
        let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
        let service = sandbox.first_service()?.to_owned();
        Ok(Self { sandbox, terminal, folder, service })
    }

    async fn nothing_was_sent(&self) -> Result<()> {
        let sent = self.sandbox.changes().await?;
        ensure!(sent == 0, "{sent} changes were asked for");
        Ok(())
    }
}

/// Row 41.
#[tokio::test]
async fn status_ends_in_time_and_says_what_it_has_not() -> Result<()> {
    let fixture = Fixture::new().await?;
    fixture.terminal.run(&["status"]).await?.expect(0)?;
    fixture.sandbox.post("/faults", &json!({"vendor": "github", "kind": "hang_before"})).await?;
    let text = fixture.terminal.run(&["status", "--timeout", "3"]).await?.expect(0)?;
    ensure!(text.stdout.contains("was not read within 3 s"), "{text:?}");
    let shown = fixture.terminal.run(&["status", "--json", "--timeout", "3"]).await?.expect(0)?.json()?;
    let sources = shown["services"][0]["sources"].as_array().context("sources")?.clone();
    let error = |kind: &str| sources.iter().find(|s| s["source"]["kind"] == kind).map(|s| s["error"].clone());
    ensure!(error("code").is_some_and(|e| e["kind"] == "late"), "{sources:?}");
    ensure!(error("ci") == Some(Value::Null), "{sources:?}");
    ensure!(shown["services"][0]["stale"] == true, "{shown}");
    // Nothing answers, and nothing was known.
    fixture.sandbox.post("/faults", &json!({"kind": "hang_before"})).await?;
    let fresh = tempfile::tempdir()?;
    let elsewhere = fixture.sandbox.connect(Cli::alone(fresh.path())?).await?;
    let shown = elsewhere.run(&["status", "--json", "--timeout", "2"]).await?.expect(1)?.json()?;
    ensure!(shown["services"][0]["pull_requests"].is_null(), "an empty list says that there is none: {shown}");
    Ok(())
}

/// Row 44.
#[tokio::test]
async fn with_a_newer_versions_journal_nothing_is_sent_and_nothing_is_written() -> Result<()> {
    let fixture = Fixture::new().await?;
    let number = fixture.sandbox.open_ready(&fixture.service).await?.to_string();
    fixture.terminal.run(&["status"]).await?.expect(0)?;
    let path = fixture.folder.path().join("intents.db");
    let mut bytes = std::fs::read(&path)?;
    // `user_version`, in the header of every SQLite file.
    bytes.get_mut(60..64).context("a header")?.copy_from_slice(&99u32.to_be_bytes());
    std::fs::write(&path, &bytes)?;
    let refused = fixture.terminal.run(&["merge", &fixture.service, &number, "--yes"]).await?.expect(3)?;
    ensure!(refused.stderr.contains("newer Slipway") && refused.stderr.contains("Nothing was sent"), "{refused:?}");
    let shown = fixture.terminal.run(&["status"]).await?.expect(0)?;
    ensure!(shown.stderr.contains("newer Slipway") && shown.stdout.contains(&number), "{shown:?}");
    ensure!(std::fs::read(&path)? == bytes, "the file is not as it was");
    fixture.nothing_was_sent().await
}

/// Row 48b: text from vendors cannot add a line that looks like Slipway's.
#[tokio::test]
async fn a_message_is_one_line_whatever_it_quotes() -> Result<()> {
    let fixture = Fixture::new().await?;
    for name in ["x\nslipway: merged", "x\r\nslipway: merged", "x\u{2028}slipway: merged"] {
        let refused = fixture.terminal.run(&["status", "--service", name]).await?.expect(2)?;
        ensure!(refused.stderr.lines().count() == 1 && refused.stderr.starts_with("slipway: There is no"), "{refused:?}");
    }
    Ok(())
}

/// Row 48c.
#[tokio::test]
async fn plan_and_question_are_seen_together_when_the_output_is_redirected() -> Result<()> {
    let fixture = Fixture::new().await?;
    let number = fixture.sandbox.open_ready(&fixture.service).await?.to_string();
    let kept = fixture.folder.path().join("kept.txt");
    // A terminal for input and errors; standard output goes to a file.
    let line = format!("exec script -qec \"$* > {}\" /dev/null", kept.display());
    let terminal = fixture.terminal.clone().started_by(&["sh", "-c", &line, "sh"]);
    let asked = terminal.run_with(&["merge", &fixture.service, &number], "n\n").await?.expect(3)?;
    let (plan, question) = (asked.stdout.find("sends:"), asked.stdout.find("[y/N]"));
    ensure!(plan.is_some() && plan < question, "{asked:?}");
    ensure!(std::fs::read_to_string(&kept)?.contains("sends:"), "the file has it as well");
    fixture.nothing_was_sent().await
}

/// Row 48d.
#[tokio::test]
async fn a_signal_during_the_wait_is_told_what_is_known() -> Result<()> {
    use rustix::process::{Pid, Signal, kill_process};
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let fixture = Fixture::new().await?;
        let number = fixture.sandbox.open_ready(&fixture.service).await?.to_string();
        fixture.sandbox.post("/faults", &json!({"calls": "writes", "kind": "hang_before"})).await?;
        let child = fixture.terminal.start(&["merge", &fixture.service, &number, "--yes", "--json"])?;
        let process = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?)).context("a process")?;
        wait_for("the request", async || Ok((fixture.sandbox.changes().await? == 1).then_some(()))).await?;
        kill_process(process, signal)?;
        let output = child.wait_with_output().await?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.code() == Some(4), "{signal:?}: {:?} {said}", output.status);
        ensure!(said.contains("journal"), "{signal:?}: {said}");
        let told: Value = serde_json::from_slice(&output.stdout)?;
        ensure!(told["outcome"] == "unknown" && told["entry"]["state"] == "sent", "{signal:?}: {told}");
    }
    Ok(())
}

/// Row 48e.
#[tokio::test]
async fn what_is_no_file_is_refused_in_words() -> Result<()> {
    let make = |path: &Path, what: &str| -> Result<()> {
        match what {
            "folder" => std::fs::create_dir(path)?,
            "socket" => drop(std::os::unix::net::UnixListener::bind(path)?),
            _ => ensure!(std::process::Command::new("mkfifo").arg(path).status()?.success(), "no pipe"),
        }
        Ok(())
    };
    let fixture = Fixture::new().await?;
    let number = fixture.sandbox.open_ready(&fixture.service).await?.to_string();
    for what in ["pipe", "socket", "folder"] {
        for file in ["intents.db", "cache.db"] {
            let folder = tempfile::tempdir()?;
            make(&folder.path().join(file), what)?;
            let terminal = fixture.terminal.clone().variable("SLIPWAY_DATA_DIR", &folder.path().display().to_string());
            let status = terminal.run(&["status"]).await?.expect(1)?;
            ensure!(status.stderr.contains(file) && status.stderr.contains("not a file"), "{what}: {status:?}");
            let merge = terminal.run(&["merge", &fixture.service, &number, "--yes"]).await?.expect(3)?;
            ensure!(merge.stderr.contains("Nothing was sent"), "{what}: {merge:?}");
        }
    }
    fixture.nothing_was_sent().await
}
