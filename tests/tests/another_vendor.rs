//! A vendor that Slipway does not include, added with a longer list: the same terminal and the same window do the
//! main job with it. Its adapter is `tests/another-vendor`.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use slipway_another_vendor::{Server, TOKEN_VARIABLE};
use slipway_tests::{Album, Cli, Desktop, Named, SandboxProcess, another_vendor_bin, wait_within};
use std::time::Duration;

const SERVICE: &str = "storefront";

/// Berth with the newest commits of a service of the sandbox, whose code is on the simulated code host.
async fn berth(sandbox: &SandboxProcess) -> Result<(Server, String)> {
    let truth = sandbox.truth().await?;
    let service = &truth["world"]["services"][0];
    let repo = service["repo"].as_str().context("a repository")?.to_owned();
    let main = service["main"].as_array().context("commits")?;
    let mut commits: Vec<String> = main.iter().filter_map(|commit| commit["sha"].as_str()).take(3).map(str::to_owned).collect();
    commits.reverse();
    ensure!(commits.len() == 3, "{main:?}");
    Ok((Server::start(&commits).await?, repo))
}

/// Adds both accounts and the service in the terminal.
async fn connect(terminal: &Cli, sandbox: &SandboxProcess, berth: &Server, repo: &str) -> Result<()> {
    terminal.run(&["account", "add", "github", "--url", sandbox.url("github")?, "--no-keychain"]).await?.expect(0)?;
    let added = terminal.run(&["account", "add", "berth", "--url", berth.url(), "--no-keychain"]).await?.expect(0)?;
    ensure!(added.stdout.contains("Berth") && added.stdout.contains("harbour-master"), "{added:?}");
    let service = ["service", "add", SERVICE, "--repo", repo, "--ci", "berth:storefront"];
    terminal.run(&[&service[..], &["--environment", "production=berth:storefront"]].concat()).await?.expect(0)?;
    Ok(())
}

fn facts(plan: &Value) -> String {
    plan["plan"]["consequences"].to_string()
}

#[tokio::test]
async fn the_terminal_does_the_main_job_with_it() -> Result<()> {
    let sandbox = SandboxProcess::start(60, "healthy").await?;
    let (berth, repo) = berth(&sandbox).await?;
    let folder = tempfile::tempdir()?;
    let terminal = Cli::of(another_vendor_bin()?, folder.path())
        .variable("GH_TOKEN", sandbox.token("github")?)
        .variable(TOKEN_VARIABLE, berth.token());

    let refused = terminal.run(&["service", "add", SERVICE, "--repo", &repo, "--ci", "heroku:x"]).await?.expect(2)?;
    ensure!(refused.stderr.contains("berth:PROJECT"), "{refused:?}");
    connect(&terminal, &sandbox, &berth, &repo).await?;

    let service = terminal.run(&["status", "--json"]).await?.expect(0)?.json()?["services"][0].clone();
    ensure!(service["ci"] == "berth:storefront" && service["environments"][0]["current"]["version"] == 3, "{service}");
    ensure!(service["environments"][0]["current"]["commit"] == *berth.live() && service["pipelines"][0]["number"] == 3, "{service}");

    let number = sandbox.open_ready(SERVICE).await?.to_string();
    terminal.run(&["merge", SERVICE, &number, "--yes"]).await?.expect(0)?;
    ensure!(sandbox.mutations("merge").await?.iter().map(|(_, _, applied)| applied).sum::<u64>() == 1);

    // The plan says what a rollback does there: only code is restored, deploys are held back, the platform
    // compares.
    let plan = terminal.run(&["rollback", SERVICE, "production", "--json"]).await?.expect(3)?.json()?;
    let said = facts(&plan);
    ensure!(said.contains("keeps its present config") && said.contains("storefront stays at v2"), "{said}");
    ensure!(!said.contains("release command") && !said.contains("does not compare"), "{said}");
    ensure!(plan["plan"]["steps"][0] == "Release the code of v2 again on storefront", "{plan}");
    ensure!(berth.rollbacks() == 0, "a plan sends nothing");
    let before = berth.live();
    let done = terminal.run(&["rollback", SERVICE, "production", "--yes", "--json"]).await?.expect(0)?.json()?;
    ensure!(done["outcome"] == "succeeded" && berth.rollbacks() == 1 && berth.live() != before, "{done}");
    Ok(())
}

#[tokio::test]
async fn the_window_does_the_main_job_with_it() -> Result<()> {
    let sandbox = SandboxProcess::start(60, "healthy").await?;
    let (berth, repo) = berth(&sandbox).await?;
    let plan = Desktop::plan().variable("GH_TOKEN", sandbox.token("github")?).variable(TOKEN_VARIABLE, berth.token());
    plan.run("another_vendor", async |desktop| {
        let mut album = Album::open("another_vendor")?;
        let program = another_vendor_bin()?;
        let terminal = desktop.cli()?.program(program.clone());
        connect(&terminal, &sandbox, &berth, &repo).await?;
        let number = sandbox.open_ready(SERVICE).await?;

        let window = desktop.open_program(&program, &[]).await?;
        window.shows("is healthy").await?;
        album.keep("flow", &window.picture().await?).await?;

        window.click("button", Named::Starting(&format!("Merge #{number}"))).await?;
        window.get("group", Named::Exactly(&format!("Merge plan of #{number}"))).await?;
        window.confirm(Named::Exactly(&format!("Merge #{number}"))).await?;
        wait_within(Duration::from_secs(30), "the merge", async || {
            Ok((sandbox.mutations("merge").await?.iter().map(|(_, _, applied)| applied).sum::<u64>() == 1).then_some(()))
        })
        .await?;

        window.click("button", Named::Starting("Roll back")).await?;
        window.get("dialog", Named::Containing("Roll back production")).await?;
        window.shows("keeps its present config").await?;
        album.keep("rollback-plan", &window.picture().await?).await?;
        window.fill("textbox", Named::Starting("Type"), SERVICE).await?;
        window.confirm(Named::Starting("Roll back production")).await?;
        wait_within(Duration::from_secs(30), "the rollback", async || Ok((berth.rollbacks() == 1).then_some(()))).await
    })
    .await
}
