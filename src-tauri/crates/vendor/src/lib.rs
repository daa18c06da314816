//! What Slipway needs of a vendor: one trait per role, with reads that return facts and calls that change
//! something.
//!
//! Everything uses the one transport, `slipway-http`, which does time-outs, conditional requests, rate budgets,
//! redirects (off) and redaction. An adapter never repeats a change; a lost answer is [`SendError::Lost`], and its
//! outcome is found by reading.

mod ci;
pub mod ci_config;
pub mod cli_credentials;
mod code_host;
pub mod discover;
mod platform;
mod spec;

pub use ci::*;
pub use code_host::*;
pub use platform::*;
pub use slipway_http::{Between, Budget, LogText, ReadError, Refusal, SendError};
pub use spec::{CiRole, CodeHostRole, Connection, PlatformRole, VendorSpec, Vendors, WebHost, is_path_part, one_of};

use slipway_domain::capability::Capability;

#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// None where the token may not read its own user.
    pub user: Option<String>,
    /// None where the vendor does not tell.
    pub scopes: Option<Vec<String>>,
    /// What the token may do, found out without changing anything.
    pub capabilities: Vec<Capability>,
}
