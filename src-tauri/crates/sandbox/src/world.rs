//! The simulated world: repositories, pipelines and apps, and the clock that advances them.
//!
//! All times are in milliseconds since the world's `epoch`, a point in wall time. Advancing time moves the epoch
//! back, so past events become older and no time is ever in the future. Durations are divided by the speed when
//! they are scheduled.

pub(crate) mod add_commit;
mod branch_names;
pub(crate) mod branch_rules;
mod break_production;
pub(crate) mod check;
pub(crate) mod commit;
pub(crate) mod contents;
mod couplings;
pub(crate) mod degraded_reads;
pub(crate) mod deploy;
mod event;
mod event_loop;
mod expected;
pub(crate) mod formation;
pub(crate) mod generate;
pub(crate) mod git;
pub(crate) mod heroku_pipeline;
mod history;
pub(crate) mod history_seed;
mod make_release;
pub(crate) mod merge;
mod merge_criteria;
pub(crate) mod migrations;
pub(crate) mod open_kinds;
pub(crate) mod open_pull_request;
pub(crate) mod pipeline;
mod planned_failure;
mod promote;
pub(crate) mod promotion;
pub(crate) mod pull_request;
mod pull_request_order;
mod push;
pub(crate) mod queue;
pub(crate) mod refusal;
pub(crate) mod release;
mod repository;
mod rerun;
mod rerun_job;
mod run_pipeline;
mod run_queue;
pub(crate) mod sample_data;
pub(crate) mod scripted;
mod service;
mod state;
mod time;
pub(crate) mod trees;
pub(crate) mod triggered_pipelines;
pub(crate) mod watched;

pub(crate) use commit::Oid;
pub(crate) use planned_failure::{PlannedFailure, PlannedFailureKind};
pub(crate) use service::{Ci, Environment, Service};
pub(crate) use state::World;
pub(crate) use time::{Ms, wall_ms};
