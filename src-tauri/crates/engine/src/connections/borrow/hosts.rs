//! At which servers the CLIs use their tokens.

use slipway_http::Origin;

/// What the heroku CLI takes as HEROKU_HOST, with what is below them; it goes to heroku.com instead
/// of any other (heroku/heroku-cli-command, `ALLOWED_HEROKU_DOMAINS` and `LOCALHOST_DOMAINS`).
const HEROKU_DOMAINS: [&str; 4] = ["heroku.com", "herokai.com", "herokuspace.com", "herokudev.com"];
const THIS_MACHINE: [&str; 2] = ["localhost", "127.0.0.1"];

/// Whether a host name alone, as CLIs keep it, says which server this is: https on its own port,
/// or this machine.
pub(super) fn names_server(origin: &Origin) -> bool {
    origin.is_told_by_its_host()
}

/// The host name that `gh` keeps the token of this API under; None where it keeps none.
///
/// `gh` takes every host below github.com for github.com, and every one below a tenant's for the
/// tenant (cli/go-gh, `NormalizeHostname`): only those are asked for that the API is really at.
pub(super) fn gh_host(origin: &Origin) -> Option<String> {
    if !names_server(origin) {
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

/// The API's URL that HEROKU_HOST means to the heroku CLI; None: it does not take this value.
pub(super) fn heroku_cli_url(value: &str) -> Option<String> {
    let url = if value.starts_with("http") { value.to_owned() } else { format!("https://api.{value}") };
    let parsed = url::Url::parse(&url).ok()?;
    let host = parsed.host_str()?;
    let below = |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    let known = HEROKU_DOMAINS.into_iter().any(below) || THIS_MACHINE.contains(&host);
    known.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_domain::status::ProviderKind;

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
            let origin = Origin::of(ProviderKind::Github, url).expect("a server");
            assert_eq!(gh_host(&origin).as_deref(), host, "{url}");
        }
    }

    #[test]
    fn where_the_heroku_cli_goes() {
        for (value, url) in [
            ("heroku.com", Some("https://api.heroku.com")),
            ("staging.herokudev.com", Some("https://api.staging.herokudev.com")),
            ("https://api.heroku.com", Some("https://api.heroku.com")),
            ("http://localhost:5000", Some("http://localhost:5000")),
            ("http://127.0.0.1:5000", Some("http://127.0.0.1:5000")),
            ("evil.example", None),
            ("https://evil.example", None),
            ("https://heroku.com.evil.example", None),
            ("https://notheroku.com", None),
            ("https://evil.example/heroku.com", None),
            ("https://heroku.com@evil.example", None),
            ("http", None),
            ("", None),
        ] {
            assert_eq!(heroku_cli_url(value).as_deref(), url, "{value}");
        }
    }
}
