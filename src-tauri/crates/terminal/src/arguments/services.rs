//! `slipway service`.

use super::values::{CiChoice, ci, environment, environment_form, repository, yes_or_no};
use crate::vendors;
use clap::Subcommand;
use slipway_domain::service::EnvironmentConfig;

#[derive(Debug, Subcommand)]
pub enum ServiceCommand {
    /// Add a service; nothing changes at the vendors
    Add {
        /// The name that it gets in Slipway
        name: String,
        /// OWNER/REPO
        #[arg(long, value_parser = repository)]
        repo: String,
        /// The branch that is released
        #[arg(long, default_value = "main")]
        branch: String,
        #[arg(long, value_parser = ci, help = ci_help())]
        ci: CiChoice,
        #[arg(long = "environment", value_name = "ENVIRONMENT", value_parser = environment, help = environment_help())]
        environments: Vec<EnvironmentConfig>,
        /// The account to use where there are several of a kind; may be given several times
        #[arg(long = "account", value_name = "ID")]
        accounts: Vec<String>,
    },
    /// Propose a service for a repository: branch, CI and apps, with reasons and doubts
    ///
    /// Only reads; nothing is added. Exit codes: 0 when something was found, 1 when nothing could be read, 2 for
    /// wrong usage.
    Discover {
        /// OWNER/REPO
        #[arg(value_parser = repository)]
        repo: String,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
        /// The account to read where there are several of a kind; may be given several times
        #[arg(long = "account", value_name = "ID")]
        accounts: Vec<String>,
    },
    /// Print all services and what each consists of
    List,
    /// Follow another branch, or set whether an environment is production
    #[command(group = clap::ArgGroup::new("what").required(true).multiple(true).args(["branch", "environment"]))]
    Set {
        /// The name of the service
        name: String,
        /// The branch to follow, for instance after the repository's default branch was renamed
        #[arg(long)]
        branch: Option<String>,
        /// The environment that --production is about
        #[arg(long, requires = "production")]
        environment: Option<String>,
        /// Whether it serves users
        #[arg(long, value_name = "yes|no", value_parser = yes_or_no, action = clap::ArgAction::Set, requires = "environment")]
        production: Option<bool>,
    },
    /// Remove a service from Slipway; nothing changes at the vendors
    Remove {
        /// The name of the service
        name: String,
    },
}

fn ci_help() -> String {
    format!("{}, or none", vendors::ci_examples().join(", "))
}

fn environment_help() -> String {
    format!("{}; may be given several times", environment_form())
}
