//! Where facts come from: the code host, the CI, and the platform of each environment.

use crate::time::Time;
use crate::vendor::VendorId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One source of a service: code host, CI, or the platform of one environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct SourceState {
    pub source: Source,
    pub provider: VendorId,
    pub observed_at: Option<Time>,
    /// When the read that ended at `observed_at` began. What happened after this may be missing.
    #[serde(default)]
    pub asked_at: Option<Time>,
    pub error: Option<SourceError>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub enum Source {
    Code,
    Ci,
    Environment(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct SourceError {
    pub kind: SourceErrorKind,
    pub message: String,
    pub since: Time,
    pub retry_at: Option<Time>,
    /// Where a person can put it right, on the vendor's own site.
    #[serde(default)]
    pub url: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum SourceErrorKind {
    SignIn,
    /// The token's own end has passed.
    Expired,
    /// It was accepted before and is refused now.
    Revoked,
    NoToken,
    /// The token lacks a scope or a right.
    Scope,
    /// An organisation wants single sign-on of this token.
    SingleSignOn,
    /// A second factor is asked for.
    TwoFactor,
    /// The account itself is suspended or owes money.
    Suspended,
    Forbidden,
    NotFound,
    RateLimited,
    Unreachable,
    /// A proxy stopped the request, or cannot be used.
    Proxy,
    /// Something between us and the vendor answered with a web page, such as the sign-in of a network.
    Portal,
    Garbled,
    /// It was not read in time; its values are the last known.
    Late,
    /// Slipway's own mistake.
    Internal,
}
