//! What a provider's answer means. Codes for branching, text for people.

use slipway_domain::snapshot::SourceErrorKind;
use slipway_domain::time::Time;

/// A read that gave nothing. Its owner keeps the last value and marks it stale.
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
    /// The vendor knows the token and does not let it in, or not here.
    #[error("{message}")]
    Refused { why: Refusal, message: String, url: Option<String> },
    /// No connection, a time-out, a 5xx after the tries a GET has.
    #[error("{0}")]
    Unreachable(String),
    /// Something between this machine and the vendor answered in its place, or stopped the request.
    #[error("{message}")]
    Between { why: Between, message: String },
    /// An answer that is not what the vendor documents.
    #[error("{0}")]
    Garbled(String),
    /// Given up by whoever waited for it; it may still be under way.
    #[error("{0}")]
    Late(String),
    /// Slipway's own mistake: what read it panicked.
    #[error("{0}")]
    Internal(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Between {
    Proxy,
    /// A page that is not the vendor's, such as a network's sign-in.
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
            Self::Between { why: Between::Proxy, .. } => SourceErrorKind::Proxy,
            Self::Between { why: Between::Portal, .. } => SourceErrorKind::Portal,
            Self::Garbled(_) => SourceErrorKind::Garbled,
            Self::Late(_) => SourceErrorKind::Late,
            Self::Internal(_) => SourceErrorKind::Internal,
        }
    }

    /// Where a person can put it right, on the vendor's own site.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Refused { url, .. } => url.as_deref(),
            Self::SignIn(_)
            | Self::NoToken(_)
            | Self::Forbidden(_)
            | Self::NotFound(_)
            | Self::RateLimited { .. }
            | Self::Unreachable(_)
            | Self::Between { .. }
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
            | Self::Between { .. }
            | Self::Garbled(_)
            | Self::Late(_)
            | Self::Internal(_) => None,
        }
    }
}

/// What became of a mutation that was sent once.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum SendError {
    /// The vendor said no; nothing changed.
    #[error("{message}")]
    Refused { status: u16, message: String },
    /// The request never left: no token, a rate limit's wait, no connection could be made.
    #[error("{0}")]
    NotSent(String),
    /// It may have happened: no answer, a 5xx, or an answer that cannot be read.
    #[error("{0}")]
    Lost(String),
}
