//! The token of `gh`, GitHub's own CLI (cli.github.com/manual, `gh auth token`).

use slipway_http::Origin;
use slipway_vendor::cli_credentials::{CliCredentials, CliTokenSource};

pub(super) const GH: CliCredentials = CliCredentials {
    program: "gh",
    sign_in: "gh auth login",
    own_url,
    sources: |origin, _| {
        let asked = |host: String| CliTokenSource::Command(vec!["auth".into(), "token".into(), "--hostname".into(), host]);
        gh_host(origin).map(asked).into_iter().collect()
    },
    quiet: &[("GH_PROMPT_DISABLED", "1"), ("GH_NO_UPDATE_NOTIFIER", "1")],
    hidden: Vec::new,
};

fn own_url() -> Option<String> {
    let host = std::env::var("GH_HOST").ok().map(|host| host.trim().to_owned()).filter(|host| !host.is_empty())?;
    match host.strip_suffix(".ghe.com") {
        _ if host == "github.com" => None,
        Some(_) => Some(format!("https://api.{host}")),
        None => Some(format!("https://{host}/api/v3")),
    }
}

/// The host name under which `gh` stores the token of this API; None where it stores none.
///
/// `gh` treats every host below github.com as github.com, and every host below a tenant's as the tenant (cli/go-gh,
/// `NormalizeHostname`), so only a name that is really the API's host is requested.
fn gh_host(origin: &Origin) -> Option<String> {
    if !origin.is_told_by_its_host() {
        return None;
    }
    let host = origin.host();
    let within = |domain: &str| host.strip_suffix(domain).and_then(|rest| rest.strip_suffix('.'));
    if let Some(below) = within("github.com") {
        return (below == "api").then(|| "github.com".to_owned());
    }
    if let Some(below) = within("github.localhost") {
        return (below == "api").then(|| "github.localhost".to_owned());
    }
    if let Some(below) = within("ghe.com") {
        let tenant = below.strip_prefix("api.").unwrap_or(below);
        return (!tenant.contains('.')).then(|| format!("{tenant}.ghe.com"));
    }
    Some(host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_gh_has_a_token_for() {
        for (url, host) in [
            ("https://api.github.com", Some("github.com")),
            ("https://github.com", Some("github.com")),
            ("https://API.GitHub.com:443/", Some("github.com")),
            ("https://api.github.com:8443", None),
            ("https://raw.github.com", None),
            ("https://evil.api.github.com", None),
            ("https://api.github.com.evil.example", Some("api.github.com.evil.example")),
            ("https://notgithub.com", Some("notgithub.com")),
            ("https://git.acme.example/api/v3", Some("git.acme.example")),
            ("https://git.acme.example:8443/api/v3", None),
            ("https://api.acme.ghe.com", Some("acme.ghe.com")),
            ("https://acme.ghe.com", Some("acme.ghe.com")),
            ("https://evil.acme.ghe.com", None),
            ("https://api.evil.acme.ghe.com", None),
            ("http://127.0.0.1:4000", Some("127.0.0.1")),
            ("http://evil.github.localhost:4000", None),
            ("http://api.github.localhost", Some("github.localhost")),
        ] {
            let origin = Origin::of(&crate::dialect::GithubDialect, url).expect("a server");
            assert_eq!(gh_host(&origin).as_deref(), host, "{url}");
        }
    }
}
