//! The simulated world: repositories, pipelines and apps, and the clock that advances them.
//!
//! All times are in milliseconds since the world's `epoch`, a point in wall time. Advancing time moves the epoch
//! back, so past events become older and no time is ever in the future. Durations are divided by the speed when
//! they are scheduled.

pub mod add_commit;
mod branch_names;
pub mod branch_rules;
pub mod check;
pub mod commit;
pub mod contents;
mod couplings;
pub mod degraded_reads;
pub mod deploy;
mod event;
mod event_loop;
mod expected;
pub mod formation;
pub mod generate;
pub mod git;
pub mod heroku_pipeline;
mod history;
pub mod history_seed;
mod make_release;
pub mod merge;
mod merge_criteria;
pub mod migrations;
pub mod open_pull_request;
pub mod pipeline;
mod planned_failure;
mod promote;
pub mod promotion;
pub mod pull_request;
mod pull_request_order;
mod push;
pub mod queue;
pub mod refusal;
pub mod release;
mod repository;
mod rerun;
mod rerun_job;
mod run_pipeline;
mod run_queue;
pub mod sample_data;
mod service;
mod state;
mod time;
pub mod triggered_pipelines;

pub use commit::Oid;
pub use planned_failure::{PlannedFailure, PlannedFailureKind};
pub use service::{Ci, Environment, Service};
pub use state::World;
pub use time::{Ms, wall_ms};
