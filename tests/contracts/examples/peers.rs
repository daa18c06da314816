//! The row `peer-requests` of `cargo xtask bench`: the requests by which gh and the heroku CLI tell what Slipway shows of
//! one service. Neither tells of CircleCI, so its pipelines are not among them.

#[allow(dead_code, reason = "made for the tests of the clients")]
#[path = "../tests/clients/fixture.rs"]
mod fixture;

use anyhow::{Context, Result};
use serde_json::json;
use slipway_contracts::{Pace, Vendor, client_program};
use slipway_sandbox::Scenario;
use tokio::process::Command;

use fixture::{Fixture, Proxy, npm, program, python};

const REPOSITORY: &str = "acme/storefront";
/// What a row of the list of pull requests shows.
const FIELDS: &str = "number,title,author,headRefName,headRefOid,isDraft,labels,mergeStateStatus,mergeable,reviewDecision,\
    latestReviews,reviewRequests,statusCheckRollup,autoMergeRequest,changedFiles,additions,deletions,updatedAt,url";

#[tokio::main]
async fn main() -> Result<()> {
    let told = match counted().await {
        Ok(told) => told,
        Err(error) => json!({"row": "peer-requests", "skipped": format!("{error:#}")}),
    };
    println!("{told}");
    Ok(())
}

async fn counted() -> Result<serde_json::Value> {
    let gh = client_program("python/bin/gh").context("gh is not there")?;
    python().context("Python, for the proxy that gh needs, is not there")?;
    let heroku =
        npm("heroku").map(|folder| folder.join("bin/run.js")).filter(|path| path.is_file()).context("the heroku CLI is not there")?;
    let fixture = Fixture::set(Scenario::Quiet, 1.0).await?;
    let proxy = Proxy::before(&fixture).await?;
    fixture.recorder.set_pace(Pace::AtOnce);
    let mut parts = Vec::new();
    let mut known = 0;
    for words in [
        ["pr", "list", "-R", REPOSITORY, "--limit", "100", "--json", FIELDS].as_slice(),
        ["api", "repos/acme/storefront/commits?sha=main&per_page=30"].as_slice(),
        ["api", "repos/acme/storefront"].as_slice(),
    ] {
        let mut command = program(&gh);
        command.args(words).env("GH_TOKEN", fixture.sandbox.github_token());
        command.env("GH_PROMPT_DISABLED", "1").env("GH_NO_UPDATE_NOTIFIER", "1").env("GH_SPINNER_DISABLED", "1");
        proxy.lead(&mut command);
        parts.push(did(&fixture, command, &format!("gh {} {}", words[0], words[1]), &mut known).await?);
    }
    for app in ["storefront-staging", "storefront-production"] {
        for words in [vec!["apps:info"], vec!["releases"], vec!["releases:info"], vec!["ps"]] {
            let mut command = program("node");
            command.arg(&heroku).args(&words).args(["-a", app]).env("HEROKU_API_KEY", fixture.sandbox.heroku_token());
            command.env("HEROKU_HOST", fixture.recorder.url(Vendor::Heroku)).env("CI", "true");
            for name in ["DISABLE_TELEMETRY", "HEROKU_SKIP_NEW_VERSION_CHECK", "IS_HEROKU_TEST_ENV"] {
                command.env(name, "true");
            }
            command.env("HEROKU_SKIP_ANALYTICS", "1").env("HEROKU_DISABLE_AUTOUPDATE", "1");
            parts.push(did(&fixture, command, &format!("heroku {} of {app}", words[0]), &mut known).await?);
        }
    }
    let note = format!("{}; neither tells of CircleCI", parts.join(", "));
    Ok(json!({"row": "peer-requests", "samples": [known], "unit": "requests", "note": note}))
}

/// Runs a program to its end and says how many requests it made.
async fn did(fixture: &Fixture, mut command: Command, name: &str, known: &mut usize) -> Result<String> {
    fixture.run(&mut command).await?;
    let all = fixture.recorder.taken().len();
    let part = format!("{name} {}", all - *known);
    *known = all;
    Ok(part)
}
