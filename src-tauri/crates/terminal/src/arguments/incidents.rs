//! `slipway incidents`.

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct IncidentsArguments {
    #[command(subcommand)]
    pub command: Option<IncidentsCommand>,
    /// Only those of this service
    #[arg(long, value_name = "NAME")]
    pub service: Option<String>,
    /// Also those that were closed more than 90 days ago; all are kept
    #[arg(long)]
    pub all: bool,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum IncidentsCommand {
    /// Print the record: its figures, its decision and its timeline
    Show {
        /// The record's number, or its id
        #[arg(value_name = "NUMBER")]
        incident: String,
        /// Print it as Markdown, as the window copies it
        #[arg(long, conflicts_with = "json")]
        markdown: bool,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Open a record by hand
    Open {
        /// The name of the service
        service: String,
        /// The name of the environment
        environment: String,
        /// What happens, in some words
        #[arg(long)]
        title: String,
    },
    /// Close an open record
    Close {
        /// The record's number, or its id
        #[arg(value_name = "NUMBER")]
        incident: String,
        /// Why it is over
        #[arg(long)]
        reason: String,
    },
    /// Add a note to the timeline
    Note {
        /// The record's number, or its id
        #[arg(value_name = "NUMBER")]
        incident: String,
        /// What happened
        text: String,
    },
    /// Say that you know of it: this computer is not told again of what hurts now
    Acknowledge {
        /// The record's number, or its id
        #[arg(value_name = "NUMBER")]
        incident: String,
    },
}
