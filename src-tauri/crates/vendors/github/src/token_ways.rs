//! How tokens of GitHub are made.
//!
//! Sources: docs "Scopes for OAuth apps" (`repo` is the only scope for private repositories, `workflow` for files in
//! `.github/workflows`), "Managing your personal access tokens", "Pre-filling fine-grained personal access token
//! details using URL parameters" (name, description and one parameter a permission, on github.com and ghe.com), GitHub
//! changelog of 26 August 2025 (that classic tokens take `scopes` and `description` too), and "Permissions required
//! for fine-grained personal access tokens" (merge: contents; pull requests; statuses; runs and reruns: actions).

use slipway_vendor::{TokenNeed, TokenWay};

pub(super) const WAYS: &[TokenWay] = &[
    TokenWay {
        title: "Classic token",
        page: |server| {
            let host = web_host(server);
            Some(format!("https://{host}/settings/tokens/new?scopes=repo,workflow&description=Slipway"))
        },
        command: None,
        needs: &[
            TokenNeed::to_read("repo", "PRs, checks and history of private repositories; also merging and reverting"),
            TokenNeed::to_change("workflow", "merging PRs that change files in .github/workflows"),
        ],
        note: Some("GitHub has no classic scope that only reads private repositories. The switch Read-only keeps Slipway from writing."),
    },
    TokenWay {
        title: "Fine-grained token",
        page: |server| {
            let host = web_host(server);
            // A server takes no details from the address.
            let details = if is_own_server(&host) { "" } else { FINE_GRAINED };
            Some(format!("https://{host}/settings/personal-access-tokens/new{details}"))
        },
        command: None,
        needs: &[
            TokenNeed::to_read("Contents: read", "main's history and the CI's configuration"),
            TokenNeed::to_read("Pull requests: read", "PRs, reviews and files"),
            TokenNeed::to_read("Commit statuses: read", "what a CI reports"),
            TokenNeed::to_read("Actions: read", "GitHub Actions as a service's CI"),
            TokenNeed::to_change("Contents: write", "merging"),
            TokenNeed::to_change("Pull requests: write", "reverting, updating a branch, auto-merge"),
            TokenNeed::to_change("Actions: write", "rerun and cancel of GitHub Actions"),
        ],
        note: Some("GitHub gives fine-grained tokens no permission for check runs: where a CI reports those, a classic token sees more."),
    },
];

const FINE_GRAINED: &str = "?name=Slipway&contents=write&pull_requests=write&statuses=read&actions=write";

/// The host of the pages of an API's host.
fn web_host(server: Option<&str>) -> String {
    let host = server.unwrap_or("github.com");
    let tenant = host.strip_prefix("api.").filter(|rest| *rest == "github.com" || rest.ends_with(".ghe.com"));
    tenant.unwrap_or(host).to_owned()
}

fn is_own_server(host: &str) -> bool {
    host != "github.com" && !host.ends_with(".ghe.com")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_page_is_on_its_own_host() {
        let pages = |server| WAYS.iter().filter_map(|way| (way.page)(server)).collect::<Vec<_>>();
        assert_eq!(
            pages(None),
            [
                "https://github.com/settings/tokens/new?scopes=repo,workflow&description=Slipway",
                "https://github.com/settings/personal-access-tokens/new?name=Slipway&contents=write&pull_requests=write&statuses=read&actions=write",
            ]
        );
        assert_eq!(pages(Some("api.github.com")), pages(None));
        assert_eq!(
            pages(Some("git.acme.example")),
            [
                "https://git.acme.example/settings/tokens/new?scopes=repo,workflow&description=Slipway",
                "https://git.acme.example/settings/personal-access-tokens/new",
            ]
        );
        assert!(pages(Some("api.acme.ghe.com")).iter().all(|page| page.starts_with("https://acme.ghe.com/settings/")));
    }
}
