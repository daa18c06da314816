//! `slipway service`.

use super::values::{
    CiChoice, NamedChoice, Position, ci, environment, environment_form, named_choice, named_minutes, named_yes_or_no, position, repository,
    watch_minutes, yes_or_no,
};
use crate::vendors;
use clap::{Args, Subcommand};
use slipway_domain::service::EnvironmentConfig;

#[derive(Debug, Subcommand)]
pub enum ServiceCommand {
    /// Add a service, once its repository, CI and apps were found
    ///
    /// Its parts are read first, one to a few requests each. One that does not exist, or that the account may not
    /// see: nothing is added, exit code 1. One that cannot be read: it is added with a warning. A service that is
    /// there already is not changed, except that production=yes|no is taken.
    Add {
        /// The name of the service in Slipway
        name: String,
        /// OWNER/REPO
        #[arg(long, value_parser = repository)]
        repo: String,
        /// The branch whose merges are released
        #[arg(long, default_value = "main")]
        branch: String,
        #[arg(long, value_parser = ci, help = ci_help())]
        ci: CiChoice,
        #[arg(long = "environment", value_name = "ENVIRONMENT", value_parser = environment, help = environment_help())]
        environments: Vec<EnvironmentConfig>,
        /// The account to use where there are several of a kind; may be given several times
        #[arg(long = "account", value_name = "ID")]
        accounts: Vec<String>,
        /// Add it without reading anything first
        #[arg(long)]
        unchecked: bool,
    },
    /// Change any part of a service; what is not named stays
    ///
    /// What changes is read first, as by `service add`: a part that does not exist is not saved, exit code 1. A
    /// service that another program has changed meanwhile is not overwritten, exit code 1. Prints a line for each
    /// field that changed.
    Edit(Box<ServiceEdit>),
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
    /// List the services in their order
    List {
        /// Print one JSON document, with all that a service has
        #[arg(long)]
        json: bool,
    },
    /// Follow another branch, or set whether an environment is production and how long its releases are watched
    ///
    /// Nothing is read first; `service edit` changes everything else.
    #[command(group = clap::ArgGroup::new("what").required(true).multiple(true).args(["branch", "environment"]))]
    #[command(group = clap::ArgGroup::new("of_environment").multiple(true).args(["production", "watch_minutes"]))]
    Set {
        /// The name of the service
        name: String,
        /// The branch to follow, for instance after the repository's default branch was renamed
        #[arg(long)]
        branch: Option<String>,
        /// The environment that --production and --watch-minutes are about
        #[arg(long, requires = "of_environment")]
        environment: Option<String>,
        /// Whether it serves users
        #[arg(long, value_name = "yes|no", value_parser = yes_or_no, action = clap::ArgAction::Set, requires = "environment")]
        production: Option<bool>,
        /// How long a release is watched after it went live, 5 to 60 minutes
        #[arg(long, value_name = "MINUTES", value_parser = watch_minutes, requires = "environment")]
        watch_minutes: Option<u64>,
    },
    /// Stop reading a service; the journal and its records stay
    Remove {
        /// The name of the service
        name: String,
    },
}

/// What is to be changed of a service.
#[derive(Debug, Args)]
pub struct ServiceEdit {
    /// The name of the service
    pub name: String,
    /// Its new name; refused while an action on it is open
    #[arg(long, value_name = "NAME")]
    pub rename: Option<String>,
    /// OWNER/REPO
    #[arg(long, value_parser = repository)]
    pub repo: Option<String>,
    /// The branch whose merges are released
    #[arg(long)]
    pub branch: Option<String>,
    #[arg(long, value_parser = ci, help = ci_help())]
    pub ci: Option<CiChoice>,
    #[arg(long = "environment", value_name = "ENVIRONMENT", value_parser = environment, help = environment_edit_help())]
    pub environments: Vec<EnvironmentConfig>,
    /// Take an environment out; may be given several times
    #[arg(long = "remove-environment", value_name = "ENVIRONMENT")]
    pub removed: Vec<String>,
    /// Whether an environment serves users; may be given several times
    #[arg(long, value_name = "ENVIRONMENT=yes|no", value_parser = named_yes_or_no)]
    pub production: Vec<(String, bool)>,
    /// How long a release of an environment is watched after it went live, 5 to 60 minutes, or none for the usual 20; may
    /// be given several times
    #[arg(long, value_name = "ENVIRONMENT=MINUTES|none", value_parser = named_minutes)]
    pub watch_minutes: Vec<(String, Option<u64>)>,
    /// The page of an environment that says whether it works, or none; may be given several times
    #[arg(long, value_name = "ENVIRONMENT=URL|none", value_parser = named_choice)]
    pub health: Vec<NamedChoice>,
    /// The app that an environment's code is built on, or none; may be given several times
    #[arg(long, value_name = "ENVIRONMENT=APP|none", value_parser = named_choice)]
    pub build: Vec<NamedChoice>,
    /// Globs of the files that change the database, in place of those that it has; or none, or default
    #[arg(long, value_name = "GLOB", num_args = 1..)]
    pub migrations: Vec<String>,
    /// The accounts to use where there are several of a kind, in place of those that it names; or none
    #[arg(long = "account", value_name = "ID")]
    pub accounts: Vec<String>,
    /// Its place in the order of the services, 1 for the first
    #[arg(long, value_name = "N|first|last", value_parser = position)]
    pub position: Option<Position>,
    /// Save it without reading anything first
    #[arg(long)]
    pub unchecked: bool,
    /// Print one JSON document: the service, what changed, and what was read
    #[arg(long)]
    pub json: bool,
}

impl ServiceEdit {
    /// Whether it names anything that is to be changed.
    pub fn is_empty(&self) -> bool {
        let texts = self.rename.is_none() && self.repo.is_none() && self.branch.is_none() && self.ci.is_none() && self.position.is_none();
        let lists = self.environments.is_empty() && self.removed.is_empty() && self.production.is_empty() && self.watch_minutes.is_empty();
        let others = self.health.is_empty() && self.build.is_empty() && self.migrations.is_empty() && self.accounts.is_empty();
        texts && lists && others
    }
}

fn ci_help() -> String {
    format!("{}, or none", vendors::ci_examples().join(", "))
}

fn environment_help() -> String {
    format!("{}; may be given several times", environment_form())
}

fn environment_edit_help() -> String {
    format!(
        "Replaces the environment of that name, or adds it: {}; may be given several times. Whether it is production stays as it was said, \
         unless it is given",
        environment_form()
    )
}
