//! Tokens of a vendor's own CLI. They stay the CLI's: it is asked when a token is needed, and the token is kept in
//! memory only.

use slipway_http::{Origin, Secret};
use std::fmt;

/// How the token of a vendor's CLI is found.
#[derive(Clone, Copy)]
pub struct CliCredentials {
    /// The name of the program, such as `gh`.
    pub program: &'static str,
    /// The command with which a person signs in.
    pub sign_in: &'static str,
    /// The API that the CLI uses by default, after its own variables and files; None: the vendor's own.
    pub own_url: fn() -> Option<String>,
    /// Where the token for a server may be, the most likely place first. `is_own`: the CLI uses that server by
    /// default.
    pub sources: fn(origin: &Origin, is_own: bool) -> Vec<CliTokenSource>,
    /// Variables that stop the CLI from prompting and from checking for updates.
    pub quiet: &'static [(&'static str, &'static str)],
    /// Variables that the CLI must not see, besides those that hold tokens.
    pub hidden: fn() -> Vec<&'static str>,
}

impl fmt::Debug for CliCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CliCredentials({})", self.program)
    }
}

/// A place that may hold the token of a CLI.
pub enum CliTokenSource {
    /// The first line that the CLI prints when it is called with these arguments.
    Command(Vec<String>),
    /// An environment variable.
    Variable(&'static str),
    /// The password of a host in `~/.netrc`.
    Netrc(String),
    /// One of the CLI's own files.
    File(Option<Secret>),
}
