//! What a plan acts on, and whether it can work: rollback targets, images, add-ons, promotions,
//! queues, merge methods. The engine with the real adapters, against the sandbox over HTTP.

mod code;
mod dropped;
#[path = "../ground/mod.rs"]
mod ground;
mod methods;
mod pipelines;
mod reading;
mod rollbacks;
