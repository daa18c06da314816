//! `stop`.

use super::actions::LONGEST_WAIT;
use clap::Args;

#[derive(Clone, Debug, Args)]
pub struct StopArguments {
    /// The name of the service
    pub service: String,
    /// The name of an environment that is pinned or hurt
    pub environment: String,
    /// The reason, for the journal
    #[arg(long)]
    pub reason: Option<String>,
    /// Accept every confirmation of the printed plans; never a refusal, and never a changed plan
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// Print the plans and the outcomes as one JSON document
    #[arg(long)]
    pub json: bool,
    /// Seconds until an outcome that could not be verified is reported as unknown [default: 300]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=LONGEST_WAIT))]
    pub timeout: Option<u64>,
}
