//! Merge queue, auto-merge and branch updates in the terminal, with exit codes; and lists longer than a page,
//! complete in `status --json`.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Album, Cli, Desktop, Named, SandboxProcess, Window};

const SERVICE: &str = "storefront";

async fn open(sandbox: &SandboxProcess, ready: bool) -> Result<u64> {
    let made = sandbox.post("/world", &json!({"open_pull": {"service": SERVICE, "title": "Land in another way", "ready": ready}})).await?;
    sandbox.post("/world", &json!({"advance": 5})).await?;
    made["open_pull"]["pull_request"].as_u64().context("a number")
}

async fn applied(sandbox: &SandboxProcess, kind: &str) -> Result<(u64, u64)> {
    let truth = sandbox.truth().await?;
    let rows = truth["mutations"].as_array().context("rows")?.iter().filter(|m| m["kind"] == kind);
    Ok(rows.fold((0, 0), |(r, a), m| (r + m["received"].as_u64().unwrap_or(0), a + m["applied"].as_u64().unwrap_or(0))))
}

#[tokio::test]
async fn the_terminal_lands_in_every_way() -> Result<()> {
    let sandbox = SandboxProcess::start(1, "healthy").await?;
    let folder = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
    let run = async |code: i32, words: &[&str]| -> Result<Value> { terminal.run(words).await?.expect(code)?.json() };

    let behind = open(&sandbox, true).await?.to_string();
    sandbox.post("/world", &json!({"behind": {"service": SERVICE, "number": behind.parse::<u64>()?}})).await?;
    let planned = run(3, &["update-branch", SERVICE, &behind, "--json"]).await?;
    ensure!(planned["plan"]["request"]["request"] == "update_branch" && applied(&sandbox, "update_branch").await? == (0, 0), "{planned}");
    let updated = run(0, &["update-branch", SERVICE, &behind, "--yes", "--json"]).await?;
    ensure!(updated["entry"]["action"] == "update_branch" && applied(&sandbox, "update_branch").await? == (1, 1), "{updated}");
    run(3, &["update-branch", SERVICE, &behind, "--yes", "--json"]).await?;

    let held = open(&sandbox, false).await?.to_string();
    let on = run(0, &["auto-merge", SERVICE, &held, "--method", "squash", "--yes", "--json"]).await?;
    ensure!(on["plan"]["verdict"]["verdict"] == "confirm" && on["outcome"] == "succeeded", "{on}");
    run(3, &["auto-merge", SERVICE, &held, "--yes", "--json"]).await?;
    run(0, &["auto-merge", SERVICE, &held, "--off", "--yes", "--json"]).await?;
    ensure!(applied(&sandbox, "enable_auto_merge").await? == (1, 1) && applied(&sandbox, "disable_auto_merge").await? == (1, 1));

    sandbox.post("/world", &json!({"repository": {"service": SERVICE, "merge_queue": "squash"}})).await?;
    let ready = open(&sandbox, true).await?.to_string();
    let queued = run(0, &["merge", SERVICE, &ready, "--yes", "--json"]).await?;
    ensure!(queued["entry"]["action"] == "enqueue", "{queued}");
    ensure!(queued["message"].as_str().is_some_and(|m| m.starts_with("In the merge queue at position 1")), "{queued}");
    ensure!(applied(&sandbox, "merge").await? == (0, 0) && applied(&sandbox, "enqueue").await? == (1, 1));
    run(3, &["merge", SERVICE, &ready, "--yes", "--json"]).await?;
    run(0, &["dequeue", SERVICE, &ready, "--yes", "--json"]).await?;
    ensure!(applied(&sandbox, "dequeue").await? == (1, 1));

    sandbox.post("/world", &json!({"repository": {"service": SERVICE, "rename": "shopfront", "merge_queue": null}})).await?;
    let status = run(0, &["status", "--service", SERVICE, "--json"]).await?;
    let alerts = status["services"][0]["alerts"].as_array().context("alerts")?;
    ensure!(alerts.iter().any(|a| a["kind"] == "repository_renamed" && a["severity"] == "info"), "{alerts:?}");
    let merged = run(0, &["merge", SERVICE, &ready, "--yes", "--json"]).await?;
    ensure!(merged["plan"]["request"]["repo"] == "acme/shopfront", "{merged}");
    sandbox.post("/world", &json!({"repository": {"service": SERVICE, "archived": true}})).await?;
    let refused = run(3, &["merge", SERVICE, &held, "--yes", "--json"]).await?;
    ensure!(refused["message"].as_str().is_some_and(|m| m.contains("archived")), "{refused}");
    Ok(())
}

#[tokio::test]
async fn two_hundred_and_fifty_pull_requests_are_all_there() -> Result<()> {
    let sandbox = SandboxProcess::start(1, "healthy").await?;
    let folder = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
    let before = sandbox.post("/world", &json!({"open_pulls": {"service": SERVICE, "count": 200}})).await?;
    let missing = 250 - before["open_pulls"]["open"].as_u64().context("open")?;
    sandbox.post("/world", &json!({"open_pulls": {"service": SERVICE, "count": missing}})).await?;
    let truth = sandbox.truth().await?;
    let service = truth["world"]["services"].as_array().and_then(|s| s.iter().find(|s| s["name"] == SERVICE)).context("the service")?;
    let pulls = service["pull_requests"].as_array().context("pulls")?;
    let mut open: Vec<u64> = pulls.iter().filter(|p| p["state"] == "open").filter_map(|p| p["number"].as_u64()).collect();
    open.sort_unstable();
    let busy = *open.last().context("one")?;
    let count = 60 - pulls.iter().find(|p| p["number"] == busy).and_then(|p| p["checks"].as_u64()).context("checks")?;
    sandbox.post("/world", &json!({"checks": {"service": SERVICE, "number": busy, "count": count}})).await?;
    sandbox.delete("/truth").await?;
    let status = terminal.run(&["status", "--service", SERVICE, "--json"]).await?.expect(0)?.json()?;
    let github = sandbox.truth().await?["requests"]["github"].clone();
    let shown = status["services"][0]["pull_requests"].as_array().context("pull requests")?;
    let mut numbers: Vec<u64> = shown.iter().filter_map(|p| p["number"].as_u64()).collect();
    numbers.sort_unstable();
    ensure!(numbers == open && numbers.len() == 250, "{} of {}", numbers.len(), open.len());
    let checks = &shown.iter().find(|p| p["number"] == busy).context("the busy one")?["checks"];
    let sum: u64 = ["passed", "failed", "pending", "missing"].iter().filter_map(|k| checks[k].as_u64()).sum();
    ensure!(sum == 60, "{checks}");
    let total = github["total"].as_u64().unwrap_or(u64::MAX);
    // Five pages, one request for further checks, one for how far heads are behind, two for files.
    ensure!(total <= 9, "{total}: {github}");
    Ok(())
}

/// The list shows the rows that fit; any other is found by its number.
async fn find(window: &Window, number: u64) -> Result<()> {
    window.click("button", Named::Starting("Find a PR")).await?;
    window.fill("combobox", Named::Anything, &number.to_string()).await?;
    window.click("option", Named::Starting(&format!("#{number} "))).await
}

#[tokio::test]
async fn the_window_queues_updates_and_waits() -> Result<()> {
    let sandbox = SandboxProcess::start(1, "healthy").await?;
    Desktop::plan()
        .run("landing", async |desktop| {
            sandbox.connect_kept(&desktop.cli()?).await?;
            let (behind, held, ready) = (open(&sandbox, true).await?, open(&sandbox, false).await?, open(&sandbox, true).await?);
            sandbox.post("/world", &json!({"behind": {"service": SERVICE, "number": behind}})).await?;
            let window = desktop.open(&[]).await?;
            let mut album = Album::open("landing")?;

            find(&window, behind).await?;
            window.get("button", Named::Starting(&format!("Update #{behind}"))).await?;
            album.keep("behind", &window.picture().await?).await?;
            window.click("button", Named::Starting(&format!("Update #{behind}"))).await?;
            window.get("dialog", Named::Starting(&format!("Update #{behind}"))).await?;
            album.keep("update-plan", &window.picture().await?).await?;
            window.confirm(Named::Starting(&format!("Update #{behind}"))).await?;
            window.shows("Branch update succeeded").await?;
            window.click("button", Named::Exactly("Close")).await?;

            find(&window, held).await?;
            let method =
                window.evaluate("return document.querySelector('[aria-label=Method] [aria-checked=true]').textContent;", vec![]).await?;
            ensure!(method.as_str().is_some_and(|m| m.trim() == "Squash"), "what is shown as chosen is what is planned: {method}");
            window.click("button", Named::Starting("Merge when ready")).await?;
            window.get("dialog", Named::Starting("Turn on auto-merge")).await?;
            window.shows("it is merged by squash").await?;
            album.keep("auto-merge-plan", &window.picture().await?).await?;
            window.confirm(Named::Starting("Turn on auto-merge")).await?;
            window.get("button", Named::Starting("Turn off auto-merge")).await?;
            album.keep("auto-merge-on", &window.picture().await?).await?;
            window.click("button", Named::Exactly("Close")).await?;

            sandbox.post("/world", &json!({"repository": {"service": SERVICE, "merge_queue": "squash"}})).await?;
            find(&window, ready).await?;
            window.click("button", Named::Exactly(&format!("Add #{ready} to the merge queue"))).await?;
            window.shows("a direct merge is refused").await?;
            album.keep("queue-plan", &window.picture().await?).await?;
            window.confirm(Named::Exactly(&format!("Add #{ready} to the merge queue"))).await?;
            window.get("button", Named::Starting("Take out of the queue")).await?;
            album.keep("queued", &window.picture().await?).await?;
            ensure!(applied(&sandbox, "enqueue").await? == (1, 1) && applied(&sandbox, "enable_auto_merge").await? == (1, 1));
            ensure!(applied(&sandbox, "update_branch").await? == (1, 1) && applied(&sandbox, "merge").await? == (0, 0));
            Ok(())
        })
        .await
}
