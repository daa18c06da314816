//! The token of the heroku CLI (Dev Center "Heroku CLI authentication": `heroku auth:token`, `~/.netrc`).

use slipway_http::Origin;
use slipway_vendor::cli_credentials::{CliCredentials, CliTokenSource};

/// The domains that the heroku CLI accepts as HEROKU_HOST, with their subdomains; for any other it uses heroku.com
/// (heroku/heroku-cli-command, `ALLOWED_HEROKU_DOMAINS` and `LOCALHOST_DOMAINS`).
const HEROKU_DOMAINS: [&str; 4] = ["heroku.com", "herokai.com", "herokuspace.com", "herokudev.com"];
const THIS_MACHINE: [&str; 2] = ["localhost", "127.0.0.1"];

pub(super) const HEROKU_CLI: CliCredentials = CliCredentials {
    program: "heroku",
    sign_in: "heroku login",
    own_url: || host().as_deref().and_then(heroku_cli_url),
    sources,
    quiet: &[("HEROKU_SKIP_NEW_VERSION_CHECK", "1")],
    // Versions of the CLI differ in what they accept, so the value is checked here.
    hidden: || if host().is_some_and(|host| heroku_cli_url(&host).is_none()) { vec!["HEROKU_HOST"] } else { Vec::new() },
};

fn sources(origin: &Origin, is_own: bool) -> Vec<CliTokenSource> {
    let told = is_own.then(|| CliTokenSource::Command(vec!["auth:token".into()]));
    // `~/.netrc` names hosts without a port.
    let filed = origin.is_told_by_its_host().then(|| CliTokenSource::Netrc(origin.host().to_owned()));
    told.into_iter().chain(filed).collect()
}

fn host() -> Option<String> {
    std::env::var("HEROKU_HOST").ok().map(|host| host.trim().to_owned()).filter(|host| !host.is_empty())
}

/// The API's URL for the CLI with this HEROKU_HOST; None: it does not accept the value.
fn heroku_cli_url(value: &str) -> Option<String> {
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
