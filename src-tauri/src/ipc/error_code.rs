//! What kind of error an answer to the window is.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// To branch on. Words are added, never renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErrorCode {
    /// More than one thing answers to the name.
    Ambiguous,
    Busy,
    /// It is not what it was when it was looked at; nothing was saved.
    Changed,
    Denied,
    Expired,
    Forbidden,
    Garbled,
    Internal,
    Keychain,
    Late,
    LinkRefused,
    NoBrowser,
    NoToken,
    NotConfirmed,
    NotDurable,
    NotFound,
    /// Slipway is still opening, or could not be opened.
    NotOpen,
    Portal,
    Proxy,
    RateLimited,
    Refused,
    Revoked,
    Sandbox,
    Scope,
    SignIn,
    SingleSignOn,
    Store,
    Suspended,
    TwoFactor,
    UnknownPlan,
    Unreachable,
    Usage,
}
