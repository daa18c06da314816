//! The adapters against a server whose every byte a test decides.

mod fuzz;
mod github;
mod sizes;
mod transport;
mod trust;
mod waits;
mod wild;
mod wire;
