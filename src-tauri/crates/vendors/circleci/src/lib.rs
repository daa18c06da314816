//! CircleCI: API v2 for everything but step logs, which are read from v1.1.
//!
//! Source: `circleci-v2.openapi.json`, and the API guide where that is older. v2 has no ETag and no idempotency
//! key; a pipeline's own `state` never says passed or failed.

mod actions;
mod ci;
mod cli;
mod client;
mod dialect;
mod logs;
mod map;
mod pipelines;
mod profile;
mod project;
mod runs;
mod skipped;
mod slug;
mod spec;
mod statistics;
mod step_output;
mod token_ways;
mod wire;

pub use client::CircleCi;
pub use profile::{ID, TITLE};
pub use spec::SPEC;
