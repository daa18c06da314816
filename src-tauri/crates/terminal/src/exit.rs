//! The exit codes of commands.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done and verified.
    Done = 0,
    /// Sent, and then refused or failed.
    Failed = 1,
    Usage = 2,
    /// Nothing was sent.
    NotSent = 3,
    /// The outcome was unknown at the deadline.
    Unknown = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
