//! `slipway inbox`.

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct InboxArguments {
    #[command(subcommand)]
    pub command: Option<InboxCommand>,
    /// Only what is about this service
    #[arg(long, value_name = "NAME")]
    pub service: Option<String>,
    /// Also what is done; it is kept for 30 days
    #[arg(long)]
    pub all: bool,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum InboxCommand {
    /// Mark an item as done, in the window too
    Done {
        /// The item's id, which `inbox` prints
        id: String,
    },
}
