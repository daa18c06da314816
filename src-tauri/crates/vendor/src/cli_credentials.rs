//! Tokens of a vendor's own CLI. The CLI stays their owner: it is asked when a token is needed, and the
//! token is kept in memory only.

use slipway_http::{Origin, Secret};
use std::fmt;

/// How the token of a vendor's CLI is found.
#[derive(Clone, Copy)]
pub struct CliCredentials {
    /// The program: `gh`.
    pub program: &'static str,
    /// The command by which a person signs in.
    pub sign_in: &'static str,
    /// The API that the CLI uses by itself, by its own variables and files; None: the vendor's own.
    pub own_url: fn() -> Option<String>,
    /// Where the token for a server may be, the likeliest first. `is_own`: the CLI goes there by itself.
    pub sources: fn(origin: &Origin, is_own: bool) -> Vec<CliTokenSource>,
    /// Variables that keep the CLI from asking or looking for updates.
    pub quiet: &'static [(&'static str, &'static str)],
    /// Variables that the CLI must not see, beside those that hold tokens.
    pub hidden: fn() -> Vec<&'static str>,
}

impl fmt::Debug for CliCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CliCredentials({})", self.program)
    }
}

/// A place that may hold a CLI's token.
pub enum CliTokenSource {
    /// The first line that the CLI prints, called so.
    Command(Vec<String>),
    /// A variable of the environment.
    Variable(&'static str),
    /// The password of a machine in `~/.netrc`.
    Netrc(String),
    /// A file of the CLI's own, read.
    File(Option<Secret>),
}
