//! Tokens of the vendors' own CLIs. The CLI stays their owner: they are asked for when needed and
//! kept in memory only. A CLI's token goes to the server that the CLI itself uses it at, whatever
//! URL an account has. Where each keeps its token, its vendor says.

mod files;

use super::environment::EnvironmentTokens;
use slipway_domain::service::Account;
use slipway_domain::vendor::VendorId;
use slipway_http::{Origin, Secret};
use slipway_vendor::cli_credentials::{CliCredentials, CliTokenSource};
use slipway_vendor::{ReadError, VendorSpec, Vendors};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// A CLI that wants an answer from a person gives none in this time.
const PATIENCE: Duration = Duration::from_secs(8);

/// What could be borrowed. Never the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AvailableCli {
    pub provider: VendorId,
    /// The program.
    pub cli: &'static str,
    /// None: the vendor's own.
    pub url: Option<String>,
}

/// Which CLIs are signed in, at the hosts they use by themselves. Asks no vendor.
pub(super) async fn available(vendors: Vendors, environment: &EnvironmentTokens) -> Vec<AvailableCli> {
    let mut found = Vec::new();
    for vendor in vendors.all() {
        let Some(cli) = vendor.cli_credentials else { continue };
        let (provider, url) = (vendor.id, own_url(vendor, &cli));
        let account = Account { id: String::new(), provider, url: url.clone(), keychain: false, borrowed: true, read_only: true };
        if token(vendors, vendor, &account, environment).await.is_ok() {
            let url = Some(url).filter(|url| Origin::of(vendor.dialect, url) != Origin::of_vendor(vendor.dialect));
            found.push(AvailableCli { provider, cli: cli.program, url });
        }
    }
    found
}

/// The token that the CLI uses at the account's server.
pub(super) async fn token(
    vendors: Vendors,
    vendor: &VendorSpec,
    account: &Account,
    environment: &EnvironmentTokens,
) -> Result<Secret, ReadError> {
    let cli =
        vendor.cli_credentials.ok_or_else(|| ReadError::NoToken(format!("{} has no CLI whose token could be used.", vendor.title)))?;
    let origin = Origin::of(vendor.dialect, &account.url)
        .ok_or_else(|| ReadError::NoToken(format!("`{}` gives no token for {}: no request would go there.", cli.program, account.url)))?;
    let is_own = Origin::of(vendor.dialect, &own_url(vendor, &cli)).as_ref() == Some(&origin);
    for source in (cli.sources)(&origin, is_own) {
        let token = match source {
            CliTokenSource::Command(arguments) => asked(vendors, &cli, &arguments).await,
            CliTokenSource::Variable(name) => environment.of_variable(name),
            CliTokenSource::Netrc(host) => files::netrc(&host),
            CliTokenSource::File(token) => token,
        };
        if let Some(token) = token.filter(|token| !token.is_empty()) {
            return Ok(token);
        }
    }
    Err(ReadError::NoToken(format!("`{}` gives no token for {origin}. Sign in there with `{}`.", cli.program, cli.sign_in)))
}

/// Where the CLI goes by itself.
fn own_url(vendor: &VendorSpec, cli: &CliCredentials) -> String {
    (cli.own_url)().unwrap_or_else(|| vendor.dialect.default_url().to_owned())
}

/// The first line a CLI prints. No shell; nothing on its standard input, so it cannot ask.
async fn asked(vendors: Vendors, cli: &CliCredentials, arguments: &[String]) -> Option<Secret> {
    let mut command = Command::new(cli.program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    // No program needs another vendor's token; and what is borrowed is the CLI's own, not one that
    // our environment has already.
    for name in vendors.secret_variables() {
        command.env_remove(name);
    }
    for name in (cli.hidden)() {
        command.env_remove(name);
    }
    command.envs(cli.quiet.iter().copied());
    let output = tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let token = Secret::new(text.lines().next().unwrap_or_default());
    (output.status.success() && !token.is_empty()).then_some(token)
}
