//! What can be written after `slipway-cli`, and after `slipway`. The words are promised to scripts.

mod accounts;
mod actions;
mod services;
pub mod values;

pub use accounts::AccountCommand;
pub use actions::{ActionCommand, BuiltCode, Consent, ExpectedHead, ExpectedLive, Method};
use clap::{Args, Parser, Subcommand};
pub use services::ServiceCommand;
use slipway_sandbox::Scenario;
use std::path::PathBuf;
use values::{scenario, speed};

/// What `--help` of every program says that Slipway is.
pub const ABOUT: &str = "What is ready, in flight and live; and merging, reverting and rolling back.";

#[derive(Debug, Parser)]
#[command(name = "slipway-cli", version, about = ABOUT, disable_help_subcommand = true)]
pub struct CommandLine {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub second_factor: SecondFactor,
}

#[derive(Clone, Debug, Default, Args)]
pub struct SecondFactor {
    /// The code of a vendor's second factor, for this command only; - reads it from standard input
    #[arg(long, global = true, value_name = "CODE")]
    pub two_factor: Option<String>,
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
        /// Seconds to wait; what is not read by then is said to be old [default: 30]
        #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=3600))]
        timeout: Option<u32>,
    },
    #[command(flatten)]
    Action(ActionCommand),
    /// Events as they happen
    Watch {
        #[arg(long)]
        json: bool,
    },
    /// Every action taken, newest first
    Journal {
        #[arg(long)]
        json: bool,
        /// Take away the notices about Slipway's own files: they have been read
        #[arg(long)]
        acknowledge: bool,
        /// Record what became of an open action whose outcome cannot be read. Its state stays unknown
        #[arg(long, value_names = ["ID", "happened|did-not"], num_args = 2, requires = "reason", conflicts_with = "acknowledge")]
        settle: Option<Vec<String>>,
        /// Why that is known, with --settle
        #[arg(long, requires = "settle")]
        reason: Option<String>,
    },
    /// End an alert whose cause can no longer be read; a person's word, kept with who, when and why
    Dismiss {
        service: String,
        /// Its id, as `status` prints it in brackets
        alert: String,
        /// Why it is over
        #[arg(long)]
        reason: String,
        #[arg(long)]
        json: bool,
    },
    /// Check what Slipway stands on, and say what to do
    Doctor {
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
        /// Faults to begin with: a JSON file, as `POST /faults` on the control port takes it
        #[arg(long, value_name = "FILE")]
        faults: Option<PathBuf>,
        /// Another name under which this machine may be asked, beside loopback and *.localhost
        #[arg(long = "allow-host", value_name = "NAME")]
        allow_hosts: Vec<String>,
    },
}

#[cfg(test)]
mod tests;
