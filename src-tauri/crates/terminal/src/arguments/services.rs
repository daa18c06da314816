//! `slipway service`.

use super::values::{CiChoice, ci, environment, environment_form, repository, yes_or_no};
use crate::vendors;
use clap::Subcommand;
use slipway_domain::service::EnvironmentConfig;

#[derive(Debug, Subcommand)]
pub enum ServiceCommand {
    Add {
        name: String,
        /// OWNER/REPO
        #[arg(long, value_parser = repository)]
        repo: String,
        #[arg(long, default_value = "main")]
        branch: String,
        #[arg(long, value_parser = ci, help = ci_help())]
        ci: CiChoice,
        #[arg(long = "environment", value_name = "ENVIRONMENT", value_parser = environment, help = environment_help())]
        environments: Vec<EnvironmentConfig>,
        /// Where there are several accounts of a kind, the one to use; may be given several times
        #[arg(long = "account", value_name = "ID")]
        accounts: Vec<String>,
    },
    /// Find what a service of a repository would be: branch, CI, apps, with reasons and doubts
    ///
    /// Reads only; nothing is added. Exit codes: 0 when something was found, 1 when nothing could
    /// be read, 2 for wrong usage.
    Discover {
        /// OWNER/REPO
        #[arg(value_parser = repository)]
        repo: String,
        #[arg(long)]
        json: bool,
        /// Where there are several accounts of a kind, the one to look through; may be given several times
        #[arg(long = "account", value_name = "ID")]
        accounts: Vec<String>,
    },
    List,
    /// Follow another branch, or say whether users are served from an environment
    #[command(group = clap::ArgGroup::new("what").required(true).multiple(true).args(["branch", "environment"]))]
    Set {
        name: String,
        /// The branch to follow, as after the repository's default branch was renamed
        #[arg(long)]
        branch: Option<String>,
        #[arg(long, requires = "production")]
        environment: Option<String>,
        /// Only production can be hurt
        #[arg(long, value_name = "yes|no", value_parser = yes_or_no, action = clap::ArgAction::Set, requires = "environment")]
        production: Option<bool>,
    },
    Remove {
        name: String,
    },
}

fn ci_help() -> String {
    format!("{}, or none", vendors::ci_examples().join(", "))
}

fn environment_help() -> String {
    format!("{}; may be given several times", environment_form())
}
