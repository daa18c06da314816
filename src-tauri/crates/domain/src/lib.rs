//! What Slipway knows and decides: plain values and functions.
//!
//! No async, HTTP, SQL, Tauri or clock here. Time is an argument, so every answer can be
//! repeated. A [`snapshot::Snapshot`] serialises to the shape that `slipway status --json`
//! promises; the window holds the same less what it asks for when it is opened ([`view`]).

pub mod account;
pub mod action;
pub mod alert;
pub mod branch_news;
mod built_not_released;
pub mod capability;
pub mod commit;
pub mod comparison;
pub mod diff;
pub mod discover;
pub mod dismissal;
pub mod dropped;
pub mod environment;
pub mod estimate;
pub mod evidence;

pub mod forecast;
pub mod headline;
pub mod history;
pub mod humanize;
pub mod inbox;
pub mod incident;
pub mod journal;
pub mod lineage;
pub mod merge_queue;
pub mod no_pipeline;
pub mod notification_rules;
pub mod overview;
pub mod pending_approvals;
pub mod pin;
pub mod pipeline;
pub mod plan;
pub mod pull_request;
pub mod release;
pub mod repository;
pub mod rolled_back;
pub mod schedule;
pub mod service;
pub mod shipment;
pub mod snapshot;
pub mod source;
pub mod status;
pub mod time;
pub mod trial;
pub mod vendor;
pub mod view;
pub mod watch;
pub mod ways_out;
