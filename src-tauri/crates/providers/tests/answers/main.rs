//! The adapters against a server whose every byte a test decides.

mod fuzz;
mod github;
#[path = "../../src/mutated.rs"]
#[allow(dead_code, reason = "the decoders' own tests use the rest")]
mod mutated;
mod sizes;
mod transport;
mod trust;
mod waits;
mod wild;
mod wire;
