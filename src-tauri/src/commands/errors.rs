//! Errors for the window: a code to branch on, and a text for people.

use crate::ipc::IpcError;
use crate::links::LinkError;
use slipway_engine::{DismissError, ExecuteError, PlanError, SettleError, SetupError, StoreError};
use slipway_vendor::{Between, ReadError, Refusal};

impl IpcError {
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), retry_after: None }
    }
}

impl From<PlanError> for IpcError {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Read(read) => read.into(),
            PlanError::NotFound(_) | PlanError::Ambiguous(_) | PlanError::Impossible(_) => Self::new(error.code(), error.to_string()),
        }
    }
}

impl From<ExecuteError> for IpcError {
    fn from(error: ExecuteError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<ReadError> for IpcError {
    fn from(error: ReadError) -> Self {
        let code = match &error {
            ReadError::SignIn(_) => "sign_in",
            ReadError::NoToken(_) => "no_token",
            ReadError::Forbidden(_) => "forbidden",
            ReadError::NotFound(_) => "not_found",
            ReadError::RateLimited { .. } => "rate_limited",
            ReadError::Unreachable(_) => "unreachable",
            ReadError::Garbled(_) => "garbled",
            ReadError::Between { why: Between::Proxy, .. } => "proxy",
            ReadError::Between { why: Between::Portal, .. } => "portal",
            ReadError::Late(_) => "late",
            ReadError::Internal(_) => "internal",
            ReadError::Refused { why, .. } => match why {
                Refusal::Expired => "expired",
                Refusal::Revoked => "revoked",
                Refusal::Scope => "scope",
                Refusal::SingleSignOn => "single_sign_on",
                Refusal::TwoFactor => "two_factor",
                Refusal::Suspended => "suspended",
            },
        };
        let now = jiff::Timestamp::now();
        let retry_after = error.retry_at().map(|at| at.0.duration_since(now).as_secs().max(0).unsigned_abs());
        Self { retry_after, ..Self::new(code, error.to_string()) }
    }
}

impl From<SetupError> for IpcError {
    fn from(error: SetupError) -> Self {
        let code = match &error {
            SetupError::Usage(_) => "usage",
            SetupError::Refused(_) => "refused",
            SetupError::Keychain(_) => "keychain",
            SetupError::Store(_) => "store",
        };
        Self::new(code, error.to_string())
    }
}

impl From<SettleError> for IpcError {
    fn from(error: SettleError) -> Self {
        let code = match &error {
            SettleError::NoSuchEntry(_) => "not_found",
            SettleError::Settled | SettleError::UnderWay | SettleError::NoReason => "usage",
            SettleError::Journal(_) => "store",
        };
        Self::new(code, error.to_string())
    }
}

impl From<DismissError> for IpcError {
    fn from(error: DismissError) -> Self {
        let code = match &error {
            DismissError::NoSuchService(_) | DismissError::NoSuchAlert { .. } => "not_found",
            DismissError::NoReason | DismissError::Refused(_) => "usage",
            DismissError::Store(_) => "store",
        };
        Self::new(code, error.to_string())
    }
}

impl From<StoreError> for IpcError {
    fn from(error: StoreError) -> Self {
        Self::new("store", error.to_string())
    }
}

impl From<LinkError> for IpcError {
    fn from(error: LinkError) -> Self {
        Self::new("link_refused", error.to_string())
    }
}
