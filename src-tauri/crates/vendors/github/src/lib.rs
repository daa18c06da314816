//! GitHub: pull requests and main's history by GraphQL, merging and comparing by REST.
//!
//! Source: GitHub's published GraphQL schema and REST description. Queries are text files in `queries/` and are
//! validated against that schema.

mod actions;
mod actions_ci;
mod branch_facts;
mod branch_names;
mod change_probe;
mod changed_files;
mod checks;
mod cli;
mod client;
mod code_host;
mod commit_range;
mod dialect;
mod discover;
mod file_contents;
mod graphql;
mod history;
mod map;
mod more_checks;
mod observe;
mod page_sizes;
mod partial_errors;
mod patches;
mod profile;
mod pull_request;
#[cfg(test)]
mod recorded;
#[cfg(test)]
mod recorded_examples;
mod repo;
mod rules;
mod spec;
mod token_access;
mod token_ways;
mod unsupported_fields;
mod waiting_runs;
mod wire;

pub use actions_ci::GithubActions;
pub use code_host::Github;
pub use profile::{CODE_HOST, ID, TITLE};
pub use spec::SPEC;
