//! Tokens of the vendors' own CLIs. The CLI stays their owner: they are asked for when needed and
//! kept in memory only. A CLI's token goes to the server that the CLI itself uses it at, whatever
//! URL an account has.
//!
//! Sources: `gh auth token` (cli.github.com/manual), `heroku auth:token` and `~/.netrc`
//! (Dev Center "Heroku CLI authentication"), CircleCI's `~/.circleci/cli.yml`, `CIRCLECI_CLI_HOST`
//! and `CIRCLECI_CLI_TOKEN` (CircleCI docs "Local CLI").

mod files;
mod hosts;

use super::environment::{EnvironmentTokens, TOKEN_VARIABLES};
use hosts::{gh_host, heroku_cli_url, names_server};
use slipway_domain::service::Account;
use slipway_domain::status::ProviderKind;
use slipway_http::{Origin, Secret, default_url};
use slipway_vendor::ReadError;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

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
pub(super) async fn found(environment: &EnvironmentTokens) -> Vec<Found> {
    let mut found = Vec::new();
    for provider in ProviderKind::ALL.iter().copied() {
        let url = own_url(provider);
        let account = Account { id: String::new(), provider, url: url.clone(), keychain: false, borrowed: true, read_only: true };
        if token(&account, environment).await.is_ok() {
            let url = Some(url).filter(|url| Origin::of(provider, url) != Origin::of_vendor(provider));
            found.push(Found { provider, cli: Cli::of(provider).name(), url });
        }
    }
    found
}

/// The token that the CLI uses at the account's server.
pub(super) async fn token(account: &Account, environment: &EnvironmentTokens) -> Result<Secret, ReadError> {
    let provider = account.provider;
    let cli = Cli::of(provider);
    let origin = Origin::of(provider, &account.url)
        .ok_or_else(|| ReadError::NoToken(format!("`{}` gives no token for {}: no request would go there.", cli.name(), account.url)))?;
    let own = Origin::of(provider, &own_url(provider)).as_ref() == Some(&origin);
    let token = match provider {
        ProviderKind::Github => match gh_host(&origin) {
            Some(host) => asked("gh", &["auth", "token", "--hostname", &host]).await,
            None => None,
        },
        ProviderKind::Heroku => {
            let told = if own { asked("heroku", &["auth:token"]).await } else { None };
            // A file of passwords by host names no port.
            told.or_else(|| names_server(&origin).then(|| files::netrc(origin.host())).flatten())
        }
        ProviderKind::Circleci if own => environment.circleci_cli.clone().or_else(|| files::circleci_setting("token").map(Secret::new)),
        ProviderKind::Circleci => None,
    };
    token
        .filter(|token| !token.is_empty())
        .ok_or_else(|| ReadError::NoToken(format!("`{}` gives no token for {origin}. Sign in there with `{}`.", cli.name(), cli.sign_in())))
}

/// Where the CLI goes by itself.
fn own_url(provider: ProviderKind) -> String {
    let own = match provider {
        ProviderKind::Github => variable("GH_HOST").filter(|host| host != "github.com").map(|host| match host.strip_suffix(".ghe.com") {
            Some(_) => format!("https://api.{host}"),
            None => format!("https://{host}/api/v3"),
        }),
        ProviderKind::Heroku => variable("HEROKU_HOST").as_deref().and_then(heroku_cli_url),
        ProviderKind::Circleci => variable("CIRCLECI_CLI_HOST").or_else(|| files::circleci_setting("host")),
    };
    own.unwrap_or_else(|| default_url(provider).to_owned())
}

/// The first line a CLI prints. No shell; nothing on its standard input, so it cannot ask.
async fn asked(program: &str, arguments: &[&str]) -> Option<Secret> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    // No program needs another vendor's token; and what is borrowed is the CLI's own, not one that
    // our environment has already.
    for name in TOKEN_VARIABLES {
        command.env_remove(name);
    }
    // What the heroku CLI may or may not take is not left to its version.
    if variable("HEROKU_HOST").is_some_and(|host| heroku_cli_url(&host).is_none()) {
        command.env_remove("HEROKU_HOST");
    }
    command.env("GH_PROMPT_DISABLED", "1").env("GH_NO_UPDATE_NOTIFIER", "1").env("HEROKU_SKIP_NEW_VERSION_CHECK", "1");
    let output = tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let token = Secret::new(text.lines().next().unwrap_or_default());
    (output.status.success() && !token.is_empty()).then_some(token)
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}
