//! Tokens of the vendors' own CLIs. The CLI stays their owner: they are asked for when needed and
//! kept in memory only.
//!
//! Sources: `gh auth token` (cli.github.com/manual), `heroku auth:token` and `~/.netrc`
//! (Dev Center "Heroku CLI authentication"), CircleCI's `~/.circleci/cli.yml` and
//! `CIRCLECI_CLI_TOKEN` (CircleCI docs "Local CLI").

use slipway_domain::service::Account;
use slipway_domain::status::ProviderKind;
use slipway_providers::ReadError;
use slipway_providers::http::{Secret, default_url};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;
use url::Url;

/// A CLI that wants an answer from a person gives none in this time.
const PATIENCE: Duration = Duration::from_secs(8);

/// The CLI a token is borrowed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cli(ProviderKind);

/// What could be borrowed. Never the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub provider: ProviderKind,
    /// `gh`, `heroku`, `circleci`
    pub cli: &'static str,
    /// None: the vendor's own.
    pub url: Option<String>,
}

impl Cli {
    pub fn of(provider: ProviderKind) -> Self {
        Self(provider)
    }

    pub fn name(self) -> &'static str {
        match self.0 {
            ProviderKind::Github => "gh",
            ProviderKind::Circleci => "circleci",
            ProviderKind::Heroku => "heroku",
        }
    }

    pub fn sign_in(self) -> &'static str {
        match self.0 {
            ProviderKind::Github => "gh auth login",
            ProviderKind::Circleci => "circleci setup",
            ProviderKind::Heroku => "heroku login",
        }
    }
}

/// Which CLIs are signed in, at the hosts they use by themselves. Asks no vendor.
pub async fn found() -> Vec<Found> {
    let mut found = Vec::new();
    for provider in ProviderKind::ALL.iter().copied() {
        let url = own_url(provider);
        let account = Account {
            id: String::new(),
            provider,
            url: url.clone().unwrap_or_else(|| default_url(provider).to_owned()),
            keychain: false,
            borrowed: true,
            read_only: true,
        };
        if token(&account).await.is_ok() {
            found.push(Found { provider, cli: Cli::of(provider).name(), url });
        }
    }
    found
}

/// The token that the CLI uses at the account's host.
pub async fn token(account: &Account) -> Result<Secret, ReadError> {
    let host = Url::parse(&account.url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let token = match account.provider {
        ProviderKind::Github => {
            let host = if host == "api.github.com" { "github.com" } else { &host };
            asked("gh", &["auth", "token", "--hostname", host]).await
        }
        ProviderKind::Heroku if own_url(ProviderKind::Heroku).is_none_or(|own| own == account.url) => {
            let told = asked("heroku", &["auth:token"]).await;
            if told.is_some() { told } else { netrc(&host) }
        }
        ProviderKind::Heroku => netrc(&host),
        ProviderKind::Circleci => circleci(&host),
    };
    let cli = Cli::of(account.provider);
    token
        .filter(|token| !token.is_empty())
        .ok_or_else(|| ReadError::NoToken(format!("`{}` gives no token for {host}. Sign in with `{}`.", cli.name(), cli.sign_in())))
}

/// Where the CLI goes by itself, when that is not the vendor's own address.
fn own_url(provider: ProviderKind) -> Option<String> {
    let variable = |name: &str| std::env::var(name).ok().map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
    match provider {
        ProviderKind::Github => {
            let host = variable("GH_HOST").filter(|host| host != "github.com")?;
            Some(format!("https://{host}/api/v3"))
        }
        ProviderKind::Heroku => variable("HEROKU_HOST").filter(|host| host.contains("://")),
        ProviderKind::Circleci => circleci_setting("host").filter(|host| host != default_url(ProviderKind::Circleci)),
    }
}

/// The first line a CLI prints. No shell; nothing on its standard input, so it cannot ask.
async fn asked(program: &str, arguments: &[&str]) -> Option<Secret> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    // A token in our environment is ours to use already; what is borrowed is the CLI's own.
    for name in ["GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN", "HEROKU_API_KEY"] {
        command.env_remove(name);
    }
    command.env("GH_PROMPT_DISABLED", "1").env("GH_NO_UPDATE_NOTIFIER", "1").env("HEROKU_SKIP_NEW_VERSION_CHECK", "1");
    let output = tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| Secret::new(text.lines().next().unwrap_or_default()))
}

/// The password of a machine in `~/.netrc`.
fn netrc(host: &str) -> Option<Secret> {
    let text = std::fs::read_to_string(home()?.join(".netrc")).ok()?;
    netrc_password(&text, host).map(Secret::new)
}

fn netrc_password<'a>(text: &'a str, host: &str) -> Option<&'a str> {
    let mut words = text.split_whitespace();
    let mut here = false;
    while let Some(word) = words.next() {
        match word {
            "machine" => here = words.next() == Some(host),
            "default" => here = false,
            "password" if here => return words.next(),
            "login" | "account" | "password" => drop(words.next()),
            _ => {}
        }
    }
    None
}

fn circleci(host: &str) -> Option<Secret> {
    let variable = |name: &str| std::env::var(name).ok().filter(|v| !v.trim().is_empty());
    let own = own_url(ProviderKind::Circleci).unwrap_or_else(|| default_url(ProviderKind::Circleci).to_owned());
    // The CLI's token is for its own host and for no other.
    if Url::parse(&own).ok()?.host_str() != Some(host) {
        return None;
    }
    variable("CIRCLECI_CLI_TOKEN").or_else(|| circleci_setting("token")).map(Secret::new)
}

/// A top-level line `name: value` of `~/.circleci/cli.yml`.
fn circleci_setting(name: &str) -> Option<String> {
    let text = std::fs::read_to_string(home()?.join(".circleci").join("cli.yml")).ok()?;
    yaml_line(&text, name)
}

fn yaml_line(text: &str, name: &str) -> Option<String> {
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    let value = value.trim().trim_matches(['"', '\'']).to_owned();
    (!value.is_empty()).then_some(value)
}

fn home() -> Option<PathBuf> {
    std::env::home_dir().filter(|home| !home.as_os_str().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_files_say() {
        let netrc = "machine git.heroku.com\n  login a@b.c\n  password one\nmachine api.heroku.com login a@b.c password two\n";
        assert_eq!(netrc_password(netrc, "api.heroku.com"), Some("two"));
        assert_eq!(netrc_password(netrc, "heroku.com"), None);
        assert_eq!(netrc_password("default login x password y", "api.heroku.com"), None);
        let yaml = "host: https://circleci.com\nendpoint: graphql-unstable\ntoken: \"abc\"\n";
        assert_eq!(yaml_line(yaml, "token").as_deref(), Some("abc"));
        assert_eq!(yaml_line(yaml, "host").as_deref(), Some("https://circleci.com"));
        assert_eq!(yaml_line("token: \n", "token"), None);
    }
}
