//! Faults around the real program: killed at any time, two processes at once, a full disk, damaged files, a
//! read-only folder. Rows 16, 17, 21 and 22 in tests/README.md.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Cli, Outcome, SandboxProcess, wait_within};
use std::time::{Duration, Instant};

/// How many runs of each action are killed.
const RUNS: usize = 50;
/// Longer than the time after which an action without an effect counts as failed.
const SETTLES: Duration = Duration::from_secs(180);

/// `SLIPWAY_SEED`, or a fixed one.
fn seed() -> Result<u64> {
    let seed = std::env::var("SLIPWAY_SEED").map_or(Ok(20_261_123), |text| text.parse())?;
    println!("seed {seed}");
    Ok(seed)
}

/// At least 0 and below 1.
fn chance(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as f64 / (1u64 << 31) as f64
}

struct Fixture {
    sandbox: SandboxProcess,
    terminal: Cli,
    _folder: tempfile::TempDir,
    service: String,
}

impl Fixture {
    async fn new() -> Result<Self> {
        let sandbox = SandboxProcess::start(60, "healthy").await?;
        let folder = tempfile::tempdir()?;
        let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
        let service = sandbox.banner()["services"][0]["name"].as_str().context("a service")?.to_owned();
        Ok(Self { sandbox, terminal, _folder: folder, service })
    }

    async fn ready_pulls(&self, count: usize) -> Result<Vec<String>> {
        let mut numbers = Vec::new();
        for _ in 0..count {
            let done = self.sandbox.post("/world", &json!({"open_pull": {"service": self.service, "ready": true}})).await?;
            numbers.push(done["open_pull"]["pull_request"].as_u64().context("a pull request")?.to_string());
        }
        Ok(numbers)
    }

    async fn merged_pulls(&self, count: usize) -> Result<Vec<String>> {
        let numbers = self.ready_pulls(count).await?;
        for number in &numbers {
            let number: u64 = number.parse()?;
            self.sandbox.post("/world", &json!({"merge": {"service": self.service, "number": number}})).await?;
        }
        Ok(numbers)
    }

    /// Services, each with a production environment.
    async fn productions(&self, count: usize, seed: u64) -> Result<Vec<String>> {
        let done = self.sandbox.post("/world", &json!({"generate_targets": {"seed": seed % 1000, "count": count}})).await?;
        let mut names = Vec::new();
        for target in done["generate_targets"]["targets"].as_array().context("targets")? {
            let (name, app) = (target["service"].as_str().context("a service")?, target["app"].as_str().context("an app")?);
            let (repo, environment) = (format!("acme/{name}"), format!("production=heroku:{app}"));
            let add = ["service", "add", name, "--repo", &repo, "--ci", "none", "--environment", &environment, "--unchecked"];
            self.terminal.run(&add).await?.expect(0)?;
            names.push(name.to_owned());
        }
        Ok(names)
    }

    /// Waits until nothing is in progress, and returns every entry.
    async fn settled(&self) -> Result<Vec<Value>> {
        wait_within(SETTLES, "the journal to settle", async || {
            let journal = self.terminal.run(&["journal", "--json"]).await?.expect(0)?.json()?;
            let entries = journal["entries"].as_array().cloned().unwrap_or_default();
            let open = entries.iter().any(|e| matches!(e["state"].as_str(), Some("planned" | "sent")));
            Ok((!open).then_some(entries))
        })
        .await
    }

    /// Kills each of `lines` at a different time, then compares the journal with the truth.
    async fn kill_each(&self, kind: &str, lines: &[Vec<String>], mut state: u64) -> Result<()> {
        let (calm, wild) = lines.split_first().context("lines")?;
        let words = |line: &[String]| line.iter().map(String::as_str).chain(["--yes"]).map(str::to_owned).collect::<Vec<String>>();
        let began = Instant::now();
        let calm = words(calm);
        self.terminal.run(&calm.iter().map(String::as_str).collect::<Vec<_>>()).await?.expect(0)?;
        let span = began.elapsed();
        for line in wild {
            let line = words(line);
            let mut child = self.terminal.start(&line.iter().map(String::as_str).collect::<Vec<_>>())?;
            tokio::time::sleep(span.mul_f64(chance(&mut state))).await;
            child.kill().await.context("kill -9")?;
        }
        let entries = self.settled().await?;
        let truth = self.sandbox.mutations(kind).await?;
        for (target, received, applied) in &truth {
            ensure!(*received <= 1 && applied == received, "{target}: received {received} times, done {applied} times");
        }
        let received: u64 = truth.iter().map(|t| t.1).sum();
        let succeeded = entries.iter().filter(|e| e["state"] == "succeeded").count();
        println!("{kind}: {} runs, {} intents, {received} received, {succeeded} succeeded", lines.len(), entries.len());
        ensure!(succeeded as u64 == received, "{succeeded} succeeded, {received} were done: {entries:#?}");
        ensure!(entries.len() as u64 >= received, "an intent is lost");
        ensure!(entries.iter().all(|e| e["state"] != "failed"), "nothing was refused, so nothing failed: {entries:#?}");
        Ok(())
    }
}

#[tokio::test]
async fn merges_killed_at_any_moment() -> Result<()> {
    let (fixture, seed) = (Fixture::new().await?, seed()?);
    let numbers = fixture.ready_pulls(RUNS + 1).await?;
    let lines: Vec<Vec<String>> = numbers.into_iter().map(|n| vec!["merge".to_owned(), fixture.service.clone(), n]).collect();
    fixture.kill_each("merge", &lines, seed).await
}

#[tokio::test]
async fn reverts_killed_at_any_moment() -> Result<()> {
    let (fixture, seed) = (Fixture::new().await?, seed()?);
    let numbers = fixture.merged_pulls(RUNS + 1).await?;
    let lines: Vec<Vec<String>> = numbers.into_iter().map(|n| vec!["revert".to_owned(), fixture.service.clone(), n]).collect();
    fixture.kill_each("revert", &lines, seed).await
}

#[tokio::test]
async fn rollbacks_killed_at_any_moment() -> Result<()> {
    let (fixture, seed) = (Fixture::new().await?, seed()?);
    let services = fixture.productions(RUNS + 1, seed).await?;
    let lines: Vec<Vec<String>> = services.into_iter().map(|s| vec!["rollback".to_owned(), s, "production".to_owned()]).collect();
    fixture.kill_each("rollback", &lines, seed).await
}

#[tokio::test]
async fn two_copies_at_once_send_one_request() -> Result<()> {
    let fixture = Fixture::new().await?;
    for number in fixture.ready_pulls(10).await? {
        let line = ["merge", &fixture.service, &number, "--yes"];
        let (one, other) = tokio::join!(fixture.terminal.run(&line), fixture.terminal.run(&line));
        let mut ends: Vec<Outcome> = vec![one?, other?];
        ends.sort_by_key(|end| end.status);
        ensure!(ends[0].status == 0, "{ends:?}");
        // The target was busy, or already merged.
        ensure!(ends[1].status == 3, "{ends:?}");
    }
    let truth = fixture.sandbox.mutations("merge").await?;
    ensure!(truth.len() == 10 && truth.iter().all(|t| (t.1, t.2) == (1, 1)), "{truth:?}");
    Ok(())
}

#[tokio::test]
async fn on_a_full_disk_nothing_is_sent() -> Result<()> {
    let fixture = Fixture::new().await?;
    let numbers = fixture.ready_pulls(2).await?;
    // Known facts are shown; an action that would have to be stored is not sent.
    let full = fixture.terminal.clone().with_little_room(2048);
    let refused = full.run(&["merge", &fixture.service, &numbers[0], "--yes"]).await?.expect(3)?;
    ensure!(refused.stderr.contains("Nothing was sent") && refused.stderr.contains("space"), "{refused:?}");
    full.run(&["status"]).await?.expect(0)?;
    ensure!(fixture.sandbox.mutations("merge").await?.iter().all(|t| t.1 == 0), "{:?}", fixture.sandbox.mutations("merge").await?);
    // With free space it works again.
    fixture.terminal.run(&["merge", &fixture.service, &numbers[1], "--yes"]).await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn damaged_files_cost_no_intent_and_no_account_in_silence() -> Result<()> {
    let fixture = Fixture::new().await?;
    let number = fixture.ready_pulls(1).await?.remove(0);
    fixture.terminal.run(&["merge", &fixture.service, &number, "--yes"]).await?.expect(0)?;
    let folder = fixture._folder.path();
    let mut state = seed()?;
    for file in ["intents.db", "cache.db"] {
        let path = folder.join(file);
        let whole = std::fs::read(&path)?;
        for _ in 0..15 {
            let mut bytes = whole.clone();
            for _ in 0..4 {
                let at = (chance(&mut state) * bytes.len() as f64) as usize;
                bytes[at] ^= 1 << ((chance(&mut state) * 8.0) as u32);
            }
            for suffix in ["-wal", "-shm", "-journal"] {
                let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
            }
            std::fs::write(&path, &bytes)?;
            let journal = fixture.terminal.run(&["journal", "--json"]).await?.expect(0)?;
            let entries = journal.json()?["entries"].as_array().map_or(0, Vec::len);
            let said = journal.stderr.contains("journal") || journal.stderr.contains("cache");
            ensure!(entries == 1 || file == "intents.db" && said, "{file}: {entries} entries, and it said {:?}", journal.stderr);
            let accounts = fixture.terminal.run(&["account", "list"]).await?.expect(0)?;
            let listed = accounts.stdout.lines().count();
            ensure!(listed >= 3 || !accounts.stderr.is_empty() || said, "{file}: {listed} accounts, and nothing was said");
        }
        std::fs::write(&path, whole)?;
    }
    Ok(())
}

/// Written by a newer Slipway, or truncated.
#[tokio::test]
async fn foreign_files_are_set_aside() -> Result<()> {
    let fixture = Fixture::new().await?;
    for (file, bytes) in [("intents.db", &b"SQLite format 3\0 and then nothing"[..]), ("cache.db", b"")] {
        std::fs::write(fixture._folder.path().join(file), bytes)?;
        let status = fixture.terminal.run(&["journal"]).await?.expect(0)?;
        let kept = std::fs::read_dir(fixture._folder.path())?.flatten();
        let aside = kept.filter(|f| f.file_name().to_string_lossy().starts_with(&format!("{file}.damaged"))).count();
        ensure!(bytes.is_empty() || aside > 0 && status.stderr.contains("set aside"), "{file}: {aside} kept, said {:?}", status.stderr);
    }
    Ok(())
}

/// A folder that can be read and not written: known facts are shown, and nothing is sent.
#[cfg(unix)]
#[tokio::test]
async fn in_a_folder_that_may_only_be_read_nothing_is_sent() -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let fixture = Fixture::new().await?;
    let number = fixture.ready_pulls(1).await?.remove(0);
    fixture.terminal.run(&["status"]).await?.expect(0)?;
    let folder = fixture._folder.path();
    let set = |mode: u32, file: u32| -> Result<()> {
        for entry in std::fs::read_dir(folder)?.flatten() {
            let mode = if entry.file_type()?.is_dir() { mode } else { file };
            std::fs::set_permissions(entry.path(), std::fs::Permissions::from_mode(mode))?;
        }
        Ok(std::fs::set_permissions(folder, std::fs::Permissions::from_mode(mode))?)
    };
    set(0o555, 0o444)?;
    // Permissions do not apply to root, so it runs as nobody.
    let root = std::fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0);
    let bound = if root {
        fixture.terminal.clone().started_by(&["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"])
    } else {
        fixture.terminal.clone()
    };
    let refused = bound.run(&["merge", &fixture.service, &number, "--yes"]).await;
    let shown = bound.run(&["status", "--json"]).await;
    set(0o755, 0o644)?;
    let (refused, shown) = (refused?.expect(3)?, shown?.expect(0)?);
    ensure!(refused.stderr.contains("Nothing was sent"), "{refused:?}");
    ensure!(shown.json()?["services"].as_array().is_some_and(|s| !s.is_empty()), "{shown:?}");
    ensure!(shown.stderr.contains("cannot be written"), "{shown:?}");
    ensure!(fixture.sandbox.mutations("merge").await?.iter().all(|t| t.1 == 0), "something was sent");
    Ok(())
}
