//! Whom a token belongs to, and what it may do.

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
