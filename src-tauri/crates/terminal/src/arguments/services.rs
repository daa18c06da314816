//! `slipway service`.

use super::values::{CiChoice, ci, environment, repository, yes_or_no};
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
        /// circleci:gh/OWNER/REPO, github-actions:OWNER/REPO, or none
        #[arg(long, value_parser = ci)]
        ci: CiChoice,
        /// NAME=heroku:APP[,build=APP][,health=URL][,production=yes|no]; may be given several times
        #[arg(long = "environment", value_name = "ENVIRONMENT", value_parser = environment)]
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
