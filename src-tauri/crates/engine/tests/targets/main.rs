//! What a plan acts on, and whether it can work: rollback targets, images, add-ons, promotions,
//! queues, merge methods. The engine with the real adapters, against the sandbox over HTTP.

mod code;
mod dropped;
mod forecasts;
#[path = "../../../domain/tests/git_revert/generate.rs"]
mod generate;
#[path = "../../../domain/tests/git_revert/git.rs"]
mod git;
#[path = "../harness/engine_harness.rs"]
mod harness;
mod methods;
mod pipelines;
mod reading;
mod rollbacks;
