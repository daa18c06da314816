//! The descriptions of GitHub, and of GitHub Actions as a CI.

use crate::actions_ci::{GithubActions, skipped};
use crate::cli::GH;
use crate::code_host::Github;
use crate::dialect::GithubDialect;
use crate::profile::{CODE_HOST, ID, TITLE};
use crate::token_ways;
use slipway_domain::vendor::CiProfile;
use slipway_vendor::ci_config::CiConfigRules;
use slipway_vendor::{CiRole, CodeHostRole, Connection, VendorSpec, WebHost, is_path_part};
use std::sync::Arc;

const WORKFLOWS: &str = ".github/workflows";

pub const SPEC: VendorSpec = VendorSpec {
    id: ID,
    title: TITLE,
    dialect: &GithubDialect,
    token_variable: "GH_TOKEN",
    secret_variables: &["GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"],
    token_ways: token_ways::WAYS,
    web_hosts: &[WebHost::alone("github.com")],
    cli_credentials: Some(GH),
    code_host: Some(CodeHostRole { profile: CODE_HOST, pull_request_page: Some("https://github.com/{repo}/pull/{number}") }),
    ci: Some(CiRole {
        profile: CiProfile { title: "GitHub Actions", name: "github-actions", skip_word: skipped::skip_word },
        example: "github-actions:OWNER/REPO",
        forms: "github-actions:OWNER/REPO",
        is_project,
        project_of: str::to_owned,
        pipeline_of,
        config: CiConfigRules {
            folder: WORKFLOWS,
            place: "a workflow in .github/workflows",
            does_not_release: "no workflow of GitHub Actions does",
            is_branch: |place, _| matches!(place, ["on", "push", "branches"]),
        },
    }),
    platform: None,
    connect: |account| {
        let github = Arc::new(Github::new(account.clone()));
        let actions = Arc::new(GithubActions::new(account.clone()));
        Connection { code_host: Some(github.clone()), repositories: Some(github), ci: Some(actions), ..Connection::new(account) }
    },
};

fn is_project(text: &str) -> bool {
    matches!(text.split('/').collect::<Vec<_>>()[..], [owner, repo] if is_path_part(owner) && is_path_part(repo))
}

/// `/acme/shop/actions/runs/9123456789/…`
fn pipeline_of(path: &[&str]) -> Option<(String, String)> {
    match path {
        [owner, repo, "actions", "runs", run, ..] if run.parse::<u64>().is_ok() => Some((format!("{owner}/{repo}"), (*run).to_owned())),
        _ => None,
    }
}
