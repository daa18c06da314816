//! Errors of requests: variants to branch on, texts for people.

use slipway_domain::snapshot::SourceErrorKind;
use slipway_domain::time::Time;

/// A read that returned nothing. The caller keeps the last value and marks it as stale.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReadError {
    #[error("{0}")]
    SignIn(String),
    #[error("{0}")]
    NoToken(String),
    #[error("{0}")]
    Forbidden(String),
    #[error("{0}")]
    NotFound(String),
    #[error("{message}")]
    RateLimited { message: String, until: Option<Time> },
    /// The vendor knows the token and refuses it, in general or for this resource.
    #[error("{message}")]
    Refused { why: Refusal, message: String, url: Option<String> },
    /// No connection, a time-out, or a 5xx after the last try.
    #[error("{0}")]
    Unreachable(String),
    /// A proxy or a network's sign-in page answered instead of the vendor, or stopped the request.
    #[error("{message}")]
    Intermediary { why: Intermediary, message: String },
    /// An answer that does not have the documented form.
    #[error("{0}")]
    Garbled(String),
    /// The caller stopped waiting; the request may still be running.
    #[error("{0}")]
    Late(String),
    /// A defect in Slipway: the code that read the source panicked.
    #[error("{0}")]
    Internal(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intermediary {
    Proxy,
    /// A page that is not the vendor's, such as the sign-in page of a network.
    Portal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    Expired,
    Revoked,
    Scope,
    SingleSignOn,
    TwoFactor,
    Suspended,
}

impl ReadError {
    pub fn kind(&self) -> SourceErrorKind {
        match self {
            Self::SignIn(_) => SourceErrorKind::SignIn,
            Self::NoToken(_) => SourceErrorKind::NoToken,
            Self::Forbidden(_) => SourceErrorKind::Forbidden,
            Self::NotFound(_) => SourceErrorKind::NotFound,
            Self::RateLimited { .. } => SourceErrorKind::RateLimited,
            Self::Refused { why, .. } => match why {
                Refusal::Expired => SourceErrorKind::Expired,
                Refusal::Revoked => SourceErrorKind::Revoked,
                Refusal::Scope => SourceErrorKind::Scope,
                Refusal::SingleSignOn => SourceErrorKind::SingleSignOn,
                Refusal::TwoFactor => SourceErrorKind::TwoFactor,
                Refusal::Suspended => SourceErrorKind::Suspended,
            },
            Self::Unreachable(_) => SourceErrorKind::Unreachable,
            Self::Intermediary { why: Intermediary::Proxy, .. } => SourceErrorKind::Proxy,
            Self::Intermediary { why: Intermediary::Portal, .. } => SourceErrorKind::Portal,
            Self::Garbled(_) => SourceErrorKind::Garbled,
            Self::Late(_) => SourceErrorKind::Late,
            Self::Internal(_) => SourceErrorKind::Internal,
        }
    }

    /// The page on the vendor's site where a person can solve the problem.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Refused { url, .. } => url.as_deref(),
            Self::SignIn(_)
            | Self::NoToken(_)
            | Self::Forbidden(_)
            | Self::NotFound(_)
            | Self::RateLimited { .. }
            | Self::Unreachable(_)
            | Self::Intermediary { .. }
            | Self::Garbled(_)
            | Self::Late(_)
            | Self::Internal(_) => None,
        }
    }

    pub fn retry_at(&self) -> Option<Time> {
        match self {
            Self::RateLimited { until, .. } => *until,
            Self::Refused { .. }
            | Self::SignIn(_)
            | Self::NoToken(_)
            | Self::Forbidden(_)
            | Self::NotFound(_)
            | Self::Unreachable(_)
            | Self::Intermediary { .. }
            | Self::Garbled(_)
            | Self::Late(_)
            | Self::Internal(_) => None,
        }
    }
}

/// The result of a write that was sent once and did not succeed.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum SendError {
    /// The vendor refused it; nothing changed.
    #[error("{message}")]
    Refused { status: u16, message: String },
    /// The request was not sent: no token, a rate limit's wait, or no connection.
    #[error("{0}")]
    NotSent(String),
    /// It may have happened: no answer, a 5xx, or an answer that cannot be decoded.
    #[error("{0}")]
    Lost(String),
}
