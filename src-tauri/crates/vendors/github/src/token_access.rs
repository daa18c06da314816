//! What a GitHub token may do, read from the headers of `GET /user`.

use super::client::Client;
use super::wire;
use slipway_domain::capability::{Capability, Grant, Need};
use slipway_vendor::{Identity, ReadError};

pub(super) async fn whoami(client: &Client) -> Result<Identity, ReadError> {
    let answer = client.get("/user").await?;
    // Only sent for classic tokens; fine-grained ones do not tell (docs "Scopes for OAuth apps").
    let scopes = answer.headers.get("x-oauth-scopes").and_then(|value| value.to_str().ok());
    let scopes: Option<Vec<String>> = scopes.map(|list| list.split(',').map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect());
    let user: wire::User = answer.decode()?;
    let user = user.login.ok_or_else(|| ReadError::Garbled("GitHub's answer names no user".to_owned()))?;
    let capabilities = match &scopes {
        Some(scopes) => classic(scopes),
        None => fine_grained(),
    };
    Ok(Identity { user: Some(user), scopes, capabilities })
}

fn classic(scopes: &[String]) -> Vec<Capability> {
    let has = |name: &str| scopes.iter().any(|scope| scope == name);
    let repo = match (has("repo"), has("public_repo")) {
        (true, _) => Grant::Granted,
        // This scope suffices for public repositories; each repository reports its own permission.
        (false, true) => Grant::Unknown,
        (false, false) => Grant::Missing,
    };
    let of = |name: &str, need, state, purpose: &str, disables: &[&str], advice: &str| Capability {
        name: name.to_owned(),
        need,
        state,
        purpose: purpose.to_owned(),
        disables: disables.iter().map(|action| (*action).to_owned()).collect(),
        advice: (state != Grant::Granted).then(|| advice.to_owned()),
    };
    vec![
        of(
            "repo",
            Need::Required,
            repo,
            "private repositories with their checks; merging and reverting",
            &["merge", "revert"],
            "Make a token with the repo scope at github.com/settings/tokens.",
        ),
        of(
            "workflow",
            Need::Useful,
            if has("workflow") { Grant::Granted } else { Grant::Missing },
            "merging PRs that change files in .github/workflows",
            &[],
            "GitHub refuses such a merge without it; every other one works.",
        ),
    ]
}

/// Permissions of a fine-grained token are per repository: `viewerPermission` reports them when it is read.
fn fine_grained() -> Vec<Capability> {
    let of = |name: &str, need, purpose: &str, disables: &[&str]| Capability {
        name: name.to_owned(),
        need,
        state: Grant::Unknown,
        purpose: purpose.to_owned(),
        disables: disables.iter().map(|action| (*action).to_owned()).collect(),
        advice: Some("GitHub does not tell this of a fine-grained token; each repository says whether it may be written to.".to_owned()),
    };
    vec![
        of("Contents: read and write", Need::Required, "main's history; merging", &["merge"]),
        of("Pull requests: read and write", Need::Required, "PRs; reverting", &["revert"]),
        of("Commit statuses: read", Need::Required, "statuses that a CI reports", &[]),
        of("Actions: read and write", Need::Useful, "GitHub Actions as a service's CI", &[]),
    ]
}
