//! When each source is read, and how little a quiet hour asks.

pub mod change_probe;
pub mod polling;
