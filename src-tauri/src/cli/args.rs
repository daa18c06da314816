//! What can be written after `slipway`. The words are promised to scripts.

use clap::{Args, Parser, Subcommand, ValueEnum};
use slipway_domain::service::{CiProject, EnvironmentConfig};
use slipway_domain::status::{MergeMethod, ProviderKind};
use slipway_sandbox::Scenario;
use std::path::PathBuf;

#[derive(Debug, Parser)]
#[command(name = "slipway", version, about = "What is ready, in flight and live; and merging, reverting and rolling back.")]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub window: WindowArguments,
}

/// Without a command the window opens.
#[derive(Clone, Debug, Default, Args)]
pub struct WindowArguments {
    /// Open the window on simulated vendors, in a temporary folder
    #[arg(long)]
    pub sandbox: bool,
    /// What the sandbox begins with
    #[arg(long, requires = "sandbox", value_parser = scenario)]
    pub scenario: Option<Scenario>,
    /// How many times faster than life the sandbox runs
    #[arg(long, requires = "sandbox", value_parser = speed)]
    pub speed: Option<f64>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Accounts: where the vendors are reached; tokens are in the keychain
    #[command(subcommand)]
    Account(AccountCommand),
    /// Services: a repository, its CI and its environments
    #[command(subcommand)]
    Service(ServiceCommand),
    /// One refresh, then the board
    Status {
        #[arg(long)]
        service: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Merge a pull request
    Merge {
        service: String,
        number: u64,
        #[arg(long)]
        method: Option<Method>,
        #[command(flatten)]
        consent: Consent,
    },
    /// Open a pull request that reverts a merged one
    Revert {
        service: String,
        number: u64,
        #[command(flatten)]
        consent: Consent,
    },
    /// Put an earlier release live again
    Rollback {
        service: String,
        environment: String,
        /// A version such as v1846; without it, the newest release that suits
        #[arg(long, value_parser = version)]
        to: Option<u64>,
        /// Why, for the journal
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        consent: Consent,
    },
    /// Run a pipeline's failed jobs again
    Rerun {
        service: String,
        pipeline: String,
        #[command(flatten)]
        consent: Consent,
    },
    /// Cancel a pipeline
    Cancel {
        service: String,
        pipeline: String,
        #[command(flatten)]
        consent: Consent,
    },
    /// Approve what a pipeline waits for
    Approve {
        service: String,
        pipeline: String,
        #[command(flatten)]
        consent: Consent,
    },
    /// Events as they happen
    Watch {
        #[arg(long)]
        json: bool,
    },
    /// Every action taken, newest first
    Journal {
        #[arg(long)]
        json: bool,
    },
    /// Simulated vendors on loopback ports, until stopped
    Sandbox {
        /// How many times faster than life
        #[arg(long, default_value_t = 1.0, value_parser = speed)]
        speed: f64,
        #[arg(long, default_value_t = Scenario::default(), value_parser = scenario)]
        scenario: Scenario,
        /// A git repository whose main branch is taken as history
        #[arg(long)]
        history: Option<PathBuf>,
    },
}

#[derive(Clone, Debug, Default, Args)]
pub struct Consent {
    /// Accept every confirmation that is printed; never a refusal
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// Print the plan and the outcome as one JSON document
    #[arg(long)]
    pub json: bool,
    /// Seconds until an unverified outcome is called unknown [default: 300, rollback 900]
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<u64>,
}

#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Add an account; its token is read from standard input
    Add {
        #[arg(value_parser = provider)]
        provider: ProviderKind,
        /// The API's root; without it, the vendor's own
        #[arg(long)]
        url: Option<String>,
        /// Keep only the URL; the token comes from GH_TOKEN, CIRCLE_TOKEN or HEROKU_API_KEY
        #[arg(long)]
        no_keychain: bool,
    },
    List,
    /// Remove an account and its token
    Remove {
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum ServiceCommand {
    Add {
        name: String,
        /// OWNER/REPO
        #[arg(long, value_parser = repository)]
        repo: String,
        #[arg(long, default_value = "main")]
        branch: String,
        /// circleci:gh/OWNER/REPO, or none
        #[arg(long, value_parser = ci)]
        ci: CiChoice,
        /// NAME=heroku:APP[,build=APP][,health=URL]; may be given several times
        #[arg(long = "environment", value_name = "ENVIRONMENT", value_parser = environment)]
        environments: Vec<EnvironmentConfig>,
    },
    List,
    Remove {
        name: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CiChoice(pub Option<CiProject>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Method {
    Merge,
    Squash,
    Rebase,
}

impl From<Method> for MergeMethod {
    fn from(method: Method) -> Self {
        match method {
            Method::Merge => Self::Merge,
            Method::Squash => Self::Squash,
            Method::Rebase => Self::Rebase,
        }
    }
}

fn scenario(text: &str) -> Result<Scenario, String> {
    text.parse().map_err(|_| format!("use one of {}", Scenario::NAMES.join(", ")))
}

fn speed(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|s: &f64| s.is_finite() && *s > 0.0).ok_or_else(|| "use a number above 0, such as 60".to_owned())
}

fn provider(text: &str) -> Result<ProviderKind, String> {
    ProviderKind::from_word(text).ok_or_else(|| "use github, circleci or heroku".to_owned())
}

fn version(text: &str) -> Result<u64, String> {
    text.strip_prefix(['v', 'V']).unwrap_or(text).parse().map_err(|_| "use a version such as v1846".to_owned())
}

fn repository(text: &str) -> Result<String, String> {
    let valid = text.split_once('/').is_some_and(|(owner, repo)| !owner.is_empty() && !repo.is_empty() && !repo.contains('/'));
    valid.then(|| text.to_owned()).ok_or_else(|| "use OWNER/REPO".to_owned())
}

fn ci(text: &str) -> Result<CiChoice, String> {
    if text == "none" {
        return Ok(CiChoice(None));
    }
    match text.split_once(':') {
        Some(("circleci", slug)) if slug.split('/').count() == 3 && slug.split('/').all(|part| !part.is_empty()) => {
            Ok(CiChoice(Some(CiProject { provider: ProviderKind::Circleci, slug: slug.to_owned() })))
        }
        Some(("github-actions", _)) => Err("GitHub Actions is not supported yet; use circleci:gh/OWNER/REPO or none".to_owned()),
        _ => Err("use circleci:gh/OWNER/REPO or none".to_owned()),
    }
}

pub fn environment(text: &str) -> Result<EnvironmentConfig, String> {
    const USE: &str = "use NAME=heroku:APP[,build=APP][,health=URL]";
    let (name, rest) = text.split_once('=').ok_or(USE)?;
    let (provider, rest) = rest.split_once(':').ok_or(USE)?;
    if provider != "heroku" {
        return Err(format!("{provider} is not a platform Slipway knows; {USE}"));
    }
    let mut parts = rest.split(',');
    let app = parts.next().unwrap_or_default();
    let mut config =
        EnvironmentConfig { name: name.to_owned(), provider: ProviderKind::Heroku, app: app.to_owned(), build_app: None, health_url: None };
    for part in parts {
        match (part.split_once('='), &mut config.health_url) {
            (Some(("build", app)), _) => config.build_app = Some(app.to_owned()),
            (Some(("health", url)), _) => config.health_url = Some(url.to_owned()),
            // A comma inside the URL, which comes last.
            (_, Some(url)) => *url = format!("{url},{part}"),
            (_, None) => return Err(format!("{part:?} is neither build=APP nor health=URL; {USE}")),
        }
    }
    let empty = [Some(&config.name), Some(&config.app), config.build_app.as_ref()].into_iter().flatten().any(String::is_empty);
    if empty {
        return Err(USE.to_owned());
    }
    match config.health_url.as_deref().map(url::Url::parse) {
        Some(Ok(url)) if matches!(url.scheme(), "http" | "https") => Ok(config),
        Some(_) => Err("health= needs a URL that begins with https:// or http://".to_owned()),
        None => Ok(config),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_holds() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_promised_commands() {
        for line in [
            "",
            "--sandbox",
            "--sandbox --scenario incident --speed 20",
            "account add github --url http://127.0.0.1:4000 --no-keychain",
            "account list",
            "account remove github",
            "service add shop --repo acme/shop --ci circleci:gh/acme/shop --environment production=heroku:shop",
            "service add shop --repo acme/shop --branch trunk --ci none",
            "service list",
            "service remove shop",
            "status --service shop --json",
            "merge shop 12 --method squash --yes",
            "revert shop 12 --json",
            "rollback shop production --to v1846 --reason because --yes --timeout 5",
            "rerun shop 212",
            "cancel shop 212 --yes",
            "approve shop 5034460f-c7c4-4c43-9457-de07e2029e7b",
            "watch --json",
            "journal --json",
            "sandbox --speed 60 --scenario busy --history .",
        ] {
            let words = std::iter::once("slipway").chain(line.split_whitespace());
            assert!(Arguments::try_parse_from(words).is_ok(), "{line}");
        }
    }

    #[test]
    fn wrong_usage_is_refused() {
        for line in [
            "frobnicate",
            "--scenario incident",
            "--sandbox status",
            "merge shop twelve",
            "rollback shop production --to newest",
            "account add gitlab",
            "service add shop --repo shop --ci none",
            "service add shop --repo acme/shop --ci github-actions:acme/shop",
            "service add shop --repo acme/shop --ci none --environment production=fly:shop",
            "service add shop --repo acme/shop --ci none --environment production=heroku:",
            "sandbox --speed 0",
            "sandbox --scenario sunny",
        ] {
            let words = std::iter::once("slipway").chain(line.split_whitespace());
            let code = Arguments::try_parse_from(words).map_err(|e| e.exit_code()).err();
            assert_eq!(code, Some(2), "{line}");
        }
    }

    #[test]
    fn environments() {
        let parsed = environment("production=heroku:shop,build=shop-build,health=https://shop.example/up?a=1,2");
        let config = parsed.as_ref().map(|c| (c.name.as_str(), c.app.as_str(), c.build_app.as_deref(), c.health_url.as_deref()));
        assert_eq!(config, Ok(("production", "shop", Some("shop-build"), Some("https://shop.example/up?a=1,2"))));
        assert!(environment("production=heroku:shop,health=ftp://x").is_err());
        assert!(environment("production=heroku:shop,colour=red").is_err());
    }
}
