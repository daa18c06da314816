//! What the CI shows of the branch, and what its answers may lack. The engine with the real adapters,
//! against the sandbox over HTTP.

mod apart;
mod cursors;
mod degraded;
#[path = "../harness/engine_harness.rs"]
mod harness;
mod stage;
