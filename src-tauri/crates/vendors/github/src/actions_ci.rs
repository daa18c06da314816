//! GitHub Actions as a CI. It uses a GitHub account.
//!
//! Source: GitHub's REST description, "Actions". Everything that one push to a branch started is one pipeline; each
//! run in it is a workflow, and a re-run is a new attempt of the same run. GitHub offers no statistics, no list of
//! failed tests, no order between jobs, and no log before the end of a job. On Enterprise Server the same paths are
//! below the account's REST root.

mod actions;
mod ci;
mod client;
mod ids;
mod log;
mod logs;
mod map;
mod pending_deployments;
#[cfg(test)]
mod recorded;
mod runs;
pub(crate) mod skipped;
mod status_map;
mod wire;

pub use client::GithubActions;
