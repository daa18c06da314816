//! The command line of `slipway-cli`, and of the commands of `slipway`. Scripts rely on its words.

mod accounts;
mod actions;
mod help;
mod inbox;
mod incidents;
mod pins;
pub mod program;
mod reading;
mod services;
mod stop;
pub mod values;

pub use accounts::AccountCommand;
pub use actions::{ActionCommand, BuiltCode, Consent, ExpectedHead, ExpectedLive, Method, Over};
use clap::{Args, Parser, Subcommand};
pub use help::{documented, parsed};
pub use inbox::{InboxArguments, InboxCommand};
pub use incidents::{IncidentsArguments, IncidentsCommand};
pub use pins::PinCommand;
pub use reading::ReadingCommand;
pub use services::{ServiceCommand, ServiceEdit};
use slipway_sandbox::Scenario;
use std::path::PathBuf;
pub use stop::StopArguments;
use values::{scenario, speed};

/// The description of Slipway in `--help`.
pub const ABOUT: &str = "What is ready, in flight and live; and merging, reverting and rolling back.";

#[derive(Debug, Parser)]
#[command(name = "slipway-cli", version, about = ABOUT)]
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
    /// Accounts: a vendor's server with a token, which is kept in the keychain
    #[command(subcommand)]
    Account(AccountCommand),
    /// Services: a repository, its CI and its environments
    #[command(subcommand)]
    Service(ServiceCommand),
    /// Refresh once and print the state of all services
    Status {
        /// Only this service
        #[arg(value_name = "SERVICE", conflicts_with = "named")]
        service: Option<String>,
        /// Only this service
        #[arg(id = "named", long = "service", value_name = "SERVICE")]
        named: Option<String>,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
        /// Seconds to wait; sources that were not read by then are shown with their age [default: 30]
        #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=3600))]
        timeout: Option<u32>,
    },
    /// Print what needs you, and news, of all services
    Inbox(InboxArguments),
    /// Print the records of incidents, open ones first
    Incidents(IncidentsArguments),
    #[command(flatten)]
    Action(ActionCommand),
    /// Stop everything on its way that would bring a bad change back to an environment
    Stop(StopArguments),
    #[command(flatten)]
    Pin(PinCommand),
    /// Print events as they happen
    Watch {
        /// Only events of this service
        #[arg(long, value_name = "SERVICE")]
        service: Option<String>,
        /// Print one JSON document for each event, each on a line
        #[arg(long)]
        json: bool,
    },
    #[command(flatten)]
    Reading(ReadingCommand),
    /// Print every action taken, newest first
    Journal {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
        /// Acknowledge the notices about Slipway's own files, so that they are not shown again
        #[arg(long)]
        acknowledge: bool,
        /// Record the outcome of an open action that cannot be read. Its state stays unknown
        #[arg(long, value_names = ["ID", "happened|did-not"], num_args = 2, requires = "reason", conflicts_with = "acknowledge")]
        settle: Option<Vec<String>>,
        /// How the outcome is known, with --settle
        #[arg(long, requires = "settle")]
        reason: Option<String>,
    },
    /// Dismiss an alert whose cause can no longer be read; recorded with who, when and why
    Dismiss {
        /// The name of the service
        service: String,
        /// The alert's id, which `status` prints in brackets
        alert: String,
        /// Why the alert is over
        #[arg(long)]
        reason: String,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Check the parts of the system that Slipway needs, and say how to fix them
    Doctor {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Run simulated vendors on loopback ports until stopped
    Sandbox {
        /// How many times faster than real time
        #[arg(long, default_value_t = 1.0, value_parser = speed)]
        speed: f64,
        /// The state that they begin with
        #[arg(long, default_value_t = Scenario::default(), value_parser = scenario)]
        scenario: Scenario,
        /// A git repository whose main branch is used as history
        #[arg(long)]
        history: Option<PathBuf>,
        /// Faults to begin with: a JSON file in the form of `POST /faults` on the control port
        #[arg(long, value_name = "FILE")]
        faults: Option<PathBuf>,
        /// Another host name under which the ports may be reached, besides loopback and *.localhost
        #[arg(long = "allow-host", value_name = "NAME")]
        allow_hosts: Vec<String>,
    },
    /// Print the completions of a shell, to be sourced by it
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page of a command, or write all of them
    Man {
        /// The command, such as `account add`; without it the page of the program
        command: Vec<String>,
        /// Write the pages of all commands into this folder, one each
        #[arg(long, value_name = "FOLDER", conflicts_with = "command")]
        out: Option<PathBuf>,
    },
}

#[cfg(test)]
mod tests;
