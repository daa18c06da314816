//! The description of CircleCI.

use crate::cli::{CIRCLECI_CLI, CLI_TOKEN};
use crate::client::CircleCi;
use crate::dialect::CircleciDialect;
use crate::profile::{ID, TITLE};
use crate::skipped;
use crate::token_ways;
use slipway_domain::vendor::CiProfile;
use slipway_vendor::ci_config::CiConfigRules;
use slipway_vendor::{CiRole, Connection, VendorSpec, WebHost, is_path_part};
use std::sync::Arc;

pub const SPEC: VendorSpec = VendorSpec {
    id: ID,
    title: TITLE,
    dialect: &CircleciDialect,
    token_variable: "CIRCLE_TOKEN",
    secret_variables: &["CIRCLE_TOKEN", CLI_TOKEN],
    token_ways: token_ways::WAYS,
    // The second is the host of stored artifacts.
    web_hosts: &[WebHost::and_below("circleci.com"), WebHost::and_below("circle-artifacts.com")],
    cli_credentials: Some(CIRCLECI_CLI),
    code_host: None,
    ci: Some(CiRole {
        profile: CiProfile { title: TITLE, name: "circleci", skip_word: skipped::skip_word },
        example: "circleci:gh/OWNER/REPO",
        forms: "circleci:gh/OWNER/REPO, circleci:bb/OWNER/REPO or circleci:circleci/ORGANIZATION-ID/PROJECT-ID",
        is_project,
        project_of: |repo| format!("gh/{repo}"),
        pipeline_of,
        config: CiConfigRules {
            folder: ".circleci",
            place: ".circleci/config.yml",
            does_not_release: "CircleCI's configuration does not",
            is_branch,
        },
    }),
    platform: None,
    connect: |account| {
        let circleci = Arc::new(CircleCi::new(account.clone()));
        Connection { ci: Some(circleci.clone()), projects: Some(circleci), ..Connection::new(account) }
    },
};

fn is_project(text: &str) -> bool {
    match text.split('/').collect::<Vec<_>>()[..] {
        ["gh" | "github" | "bb" | "bitbucket" | "circleci", owner, project] => is_path_part(owner) && is_path_part(project),
        _ => false,
    }
}

/// `/pipelines/github/acme/shop/212/workflows/…`, as the app links them.
fn pipeline_of(path: &[&str]) -> Option<(String, String)> {
    match path {
        ["pipelines", _, owner, repo, number, ..] if number.parse::<u64>().is_ok() => {
            Some((format!("{owner}/{repo}"), (*number).to_owned()))
        }
        _ => None,
    }
}

/// Whether a job is named like one that releases.
fn is_branch(place: &[&str], releases: &dyn Fn(&str) -> bool) -> bool {
    match place {
        ["workflows", _, "jobs", job, "filters", "branches", "only"] => {
            releases(job) || ["heroku", "deploy", "release"].iter().any(|word| job.contains(word))
        }
        _ => false,
    }
}
