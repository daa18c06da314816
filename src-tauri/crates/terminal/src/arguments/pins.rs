//! `pin`, `unpin` and `mark-bad`: records of persons. Nothing is sent.

use super::values::version;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum PinCommand {
    /// Pin an environment to what is live: what must stay out is told of before it is released again
    Pin {
        /// The name of the service
        service: String,
        /// The name of the environment
        environment: String,
        /// What must stay out, such as '#482'; may be repeated [default: all that it was rolled back from, else all that
        /// the branch has and it has not]
        #[arg(long, value_name = "CHANGE")]
        bad: Vec<String>,
        /// Why it is pinned
        #[arg(long)]
        reason: String,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// End the pin of an environment, or say whether it ends by itself
    Unpin {
        /// The name of the service
        service: String,
        /// The name of the environment
        environment: String,
        /// Why it ends
        #[arg(long, required_unless_present = "when_reverted")]
        reason: Option<String>,
        /// Do not end it now: yes, it ends by itself once the revert is live and its watch was good; no, it asks
        #[arg(long, value_name = "YES-OR-NO", conflicts_with = "reason", value_parser = super::values::yes_or_no)]
        when_reverted: Option<bool>,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Mark a release as bad: it and every release of its code are never offered as a way back
    MarkBad {
        /// The name of the service
        service: String,
        /// The name of the environment
        environment: String,
        /// A version such as v1846
        #[arg(value_parser = version)]
        version: u64,
        /// Take the mark back
        #[arg(long)]
        undo: bool,
        /// Why it is bad, or is not
        #[arg(long)]
        reason: String,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
}
