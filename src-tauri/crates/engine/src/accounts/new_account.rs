//! An account as it is asked for, and what may come of that.

use crate::store::StoreError;
use slipway_domain::capability::Capability;
use slipway_domain::vendor::VendorId;
use slipway_vendor::ReadError;

#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("{0}")]
    Usage(String),
    /// It is not what it was when it was looked at: nothing was saved.
    #[error("{0}")]
    Changed(String),
    /// The vendor does not accept the token; it is not kept.
    #[error("{0}")]
    Refused(ReadError),
    #[error("{0}")]
    Keychain(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An account as it is asked for.
pub struct NewAccount {
    pub provider: VendorId,
    /// None: the vendor's own.
    pub url: Option<String>,
    pub token: NewToken,
    /// Beside one of its kind at the same URL, not in its place.
    pub another: bool,
    pub read_only: bool,
}

pub enum NewToken {
    /// Only the URL is kept; the token comes from the environment.
    None,
    Keychain(String),
    ThisRun(String),
    /// That of the vendor's own CLI.
    Borrowed,
}

/// What the vendor says of a token.
#[derive(Clone, Debug)]
pub struct AccountProbe {
    pub user: Option<String>,
    pub scopes: Option<Vec<String>>,
    pub capabilities: Vec<Capability>,
}
