//! Commands that only read and print.

use super::values::{PipelineName, PullRequestName, pipeline, pull_request};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum ReadingCommand {
    /// Print the releases of an environment, newest first
    Releases {
        /// The name of the service
        service: String,
        /// The name of the environment
        environment: String,
        /// The most releases to print
        #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
        /// Print every release, reading on page by page
        #[arg(long, conflicts_with = "limit")]
        all: bool,
        /// Print one JSON document for each release, each on a line
        #[arg(long)]
        json: bool,
    },
    /// Print the newest pipelines of the service's branch
    Pipelines {
        /// The name of the service
        service: String,
        /// The most pipelines to print
        #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
        /// Print one JSON document for each pipeline, each on a line
        #[arg(long)]
        json: bool,
    },
    /// Print the failed tests of a pipeline's failed jobs, and the end of their logs
    Logs {
        /// The name of the service
        service: String,
        /// The pipeline: its number, its id, or its address
        #[arg(value_parser = pipeline)]
        pipeline: PipelineName,
        /// The job to print, whatever became of it [default: the failed ones, and those that run]
        #[arg(long, value_name = "NAME")]
        job: Option<String>,
        /// The most lines of a step, from its end
        #[arg(long, value_name = "NUMBER", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
        lines: u32,
        /// Print every step, from its beginning
        #[arg(long, conflicts_with = "lines")]
        all: bool,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Print what lies between two releases: pull requests, migrations and names of config
    Compare {
        /// The name of the service
        service: String,
        /// The release to compare with: an environment for what is live on it, a release of it such as staging:v901, or
        /// a release of production such as v655
        #[arg(value_name = "A")]
        base: String,
        /// The release that is looked at, named in the same way
        #[arg(value_name = "B")]
        head: String,
        /// Print release notes as Markdown, as the window copies them
        #[arg(long, conflicts_with = "json")]
        markdown: bool,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Print whether a revert of a merged pull request would apply cleanly
    Forecast {
        /// The name of the service
        service: String,
        /// The pull request: its number, '#' and its number in quotes, or its address
        #[arg(value_parser = pull_request)]
        number: PullRequestName,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Open a page of the service in the browser, and print its address
    Open {
        /// The name of the service
        service: String,
        /// A pull request or a pipeline by its number or address, an environment, or a release such as v1846
        /// [default: the repository]
        #[arg(value_name = "WHAT")]
        what: Option<String>,
        /// Only print the address
        #[arg(long)]
        print: bool,
    },
}
