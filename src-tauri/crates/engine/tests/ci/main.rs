//! What the CI shows of the branch, and what its answers may lack. The engine with the real adapters,
//! against the sandbox over HTTP.

mod apart;
mod cursors;
mod degraded;
#[path = "../ground/mod.rs"]
mod ground;
mod stage;
