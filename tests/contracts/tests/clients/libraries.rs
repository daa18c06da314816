//! Libraries for GitHub: octokit, PyGithub, githubkit (whose models reject undocumented forms), ghapi.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use slipway_sandbox::Scenario;

use crate::fixture::{Fixture, npm, python, skipped};

/// Python's own folder of packages shows whether one of them is installed.
fn installed(module: &str) -> Option<std::path::PathBuf> {
    let library = python()?.parent()?.parent()?.join("lib");
    let versions = std::fs::read_dir(library).ok()?.flatten();
    versions.map(|version| version.path().join("site-packages").join(module)).find(|path| path.exists())
}

pub(crate) fn python_is_missing(test: &str, package: &str, module: &str) -> bool {
    skipped(test, &[(package, installed(module))])
}

async fn on_actions(script: &str) -> Result<(Fixture, Value)> {
    let stage = Fixture::set(Scenario::SideBySide, 60.0).await?;
    let number = stage.open_ready("checkout-api").await?.to_string();
    let told = stage.script(script, &[("REPOSITORY", "acme/checkout-api"), ("NUMBER", &number)]).await?;
    assert_eq!(told["viewer"], "robinhale");
    assert_eq!((stage.applied("merge").await?, stage.applied("rerun").await?), (1, 1), "{told}");
    assert_eq!((&told["attempt"], told["jobs"].as_array().map(Vec::len)), (&json!(2), Some(7)), "{told}");
    stage.keeps_to_contract()?;
    Ok((stage, told))
}

#[tokio::test]
async fn pygithub_reads_reviews_merges_and_reruns() -> Result<()> {
    if python_is_missing("pygithub_reads_reviews_merges_and_reruns", "PyPI's PyGithub", "github") {
        return Ok(());
    }
    let (_stage, told) = on_actions("with_pygithub.py").await?;
    let pulls = told["pulls"].as_array().context("no pull requests")?;
    assert!(pulls.is_sorted_by(|one, next| one[1].as_str() <= next[1].as_str()), "numbers follow when they were opened: {pulls:?}");
    assert_eq!((&told["merged"], &told["rerun"], &told["in_suites"]), (&json!([true, true]), &json!(true), &json!(4)));
    assert_eq!(told["reviewed"], json!(["robinhale", "APPROVED"]));
    assert_eq!(told["statuses"], json!([["license/cla", "success", "cla-approver"]]));
    Ok(())
}

#[tokio::test]
async fn githubkit_takes_every_answer() -> Result<()> {
    if python_is_missing("githubkit_takes_every_answer", "PyPI's githubkit", "githubkit") {
        return Ok(());
    }
    let (_stage, told) = on_actions("with_githubkit.py").await?;
    assert_eq!((&told["merged"], &told["suites"]), (&json!(true), &json!([1, true])));
    assert_eq!(
        told["workflows"],
        json!([".github/workflows/codeql.yml", ".github/workflows/release.yml", ".github/workflows/nightly.yml"])
    );
    Ok(())
}

#[tokio::test]
async fn ghapi_reads_merges_and_reruns() -> Result<()> {
    if python_is_missing("ghapi_reads_merges_and_reruns", "PyPI's ghapi", "ghapi") {
        return Ok(());
    }
    let (_stage, told) = on_actions("with_ghapi.py").await?;
    assert_eq!((&told["merged"], &told["checks"], &told["workflows"]), (&json!(true), &json!(4), &json!(3)));
    Ok(())
}

#[tokio::test]
async fn octokit_reads_merges_and_reruns() -> Result<()> {
    if skipped("octokit_reads_merges_and_reruns", &[("npm's octokit", npm("octokit"))]) {
        return Ok(());
    }
    let stage = Fixture::set(Scenario::SideBySide, 60.0).await?;
    let number = stage.open_ready("checkout-api").await?;
    let told = stage.script("octokit.mjs", &[("REPOSITORY", "acme/checkout-api"), ("NUMBER", &number.to_string())]).await?;
    let listed = told["pulls"].as_array().context("no pull requests")?;
    assert!(listed.len() > 2 && listed.contains(&json!(number)), "{told}");
    assert_eq!(told["graph"], json!({ "title": "A change", "headRefOid": told["head"] }));
    assert!(told["files"].as_u64() > Some(0) && told["checks"].as_u64() > Some(0) && told["ahead"].as_u64() > Some(0), "{told}");
    assert_eq!((&told["refusal"], &told["merged"]["merged"], &told["isMerged"]), (&json!(409), &json!(true), &json!(204)));
    assert_eq!((&told["diff"], &told["attempt"]), (&json!("diff --git a/"), &json!(2)));
    assert_eq!((stage.applied("merge").await?, stage.applied("rerun").await?), (1, 1));
    let truth = stage.truth().await?;
    let merges = truth["mutations"].as_array().context("no mutations")?.iter().filter(|m| m["kind"] == "merge");
    let received: Vec<_> = merges.map(|m| m["received"].as_u64() > Some(1)).collect();
    assert_eq!(received, [true], "octokit sends again, by itself, what was refused; one was merged");
    stage.keeps_to_contract()
}
