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
mod identity;
mod platform;
mod spec;
mod token_way;

pub use ci::*;
pub use code_host::*;
pub use identity::Identity;
pub use platform::*;
pub use slipway_http::{Budget, HealthAnswer, HealthUrl, Intermediary, LogText, ReadError, Refusal, SendError};
pub use spec::{CiRole, CodeHostRole, Connection, PlatformRole, VendorSpec, Vendors, WebHost, is_path_part, one_of};
pub use token_way::{TokenNeed, TokenWay};
