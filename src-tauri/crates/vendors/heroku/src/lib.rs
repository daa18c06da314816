//! Heroku, Platform API v3. Source: `heroku-platform-api.schema.json` and the API reference.

mod app_facts;
mod apps;
mod cli;
mod client;
mod config;
mod config_scan;
mod deploy;
mod dialect;
mod log_session;
mod map;
mod output;
mod platform;
mod profile;
mod release_cause;
mod releases;
mod spec;
mod token_access;
mod token_ways;
mod wire;

pub use client::Heroku;
pub use profile::{ID, PLATFORM, TITLE};
pub use spec::SPEC;
