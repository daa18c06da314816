//! The adapters against a server whose every byte a test decides.

mod github;
mod transport;
mod trust;
mod waits;
mod wire;
