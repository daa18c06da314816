//! Errors for the window: a code to branch on, and a text for people.

use crate::ipc::{ErrorCode, IpcError};
use slipway_domain::incident::IncidentRefused;
use slipway_engine::{DismissError, ExecuteError, InboxError, IncidentError, PinError, PlanError, SettleError, SetupError, StoreError};
use slipway_terminal::links::LinkError;
use slipway_vendor::{Intermediary, ReadError, Refusal};

impl IpcError {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retry_after: None }
    }
}

impl From<PlanError> for IpcError {
    fn from(error: PlanError) -> Self {
        let code = match error {
            PlanError::Read(read) => return read.into(),
            PlanError::NotFound(_) => ErrorCode::NotFound,
            PlanError::Ambiguous(_) => ErrorCode::Ambiguous,
            PlanError::Impossible(_) => ErrorCode::Denied,
        };
        Self::new(code, error.to_string())
    }
}

impl From<ExecuteError> for IpcError {
    fn from(error: ExecuteError) -> Self {
        let code = match &error {
            ExecuteError::UnknownPlan => ErrorCode::UnknownPlan,
            ExecuteError::Denied(_) => ErrorCode::Denied,
            ExecuteError::NotConfirmed(_) => ErrorCode::NotConfirmed,
            ExecuteError::Busy(_) => ErrorCode::Busy,
            ExecuteError::NotDurable(_) => ErrorCode::NotDurable,
            ExecuteError::Read(_) => ErrorCode::Unreachable,
            ExecuteError::Internal(_) => ErrorCode::Internal,
        };
        Self::new(code, error.to_string())
    }
}

impl From<ReadError> for IpcError {
    fn from(error: ReadError) -> Self {
        let code = match &error {
            ReadError::SignIn(_) => ErrorCode::SignIn,
            ReadError::NoToken(_) => ErrorCode::NoToken,
            ReadError::Forbidden(_) => ErrorCode::Forbidden,
            ReadError::NotFound(_) => ErrorCode::NotFound,
            ReadError::RateLimited { .. } => ErrorCode::RateLimited,
            ReadError::Unreachable(_) => ErrorCode::Unreachable,
            ReadError::Garbled(_) => ErrorCode::Garbled,
            ReadError::Intermediary { why: Intermediary::Proxy, .. } => ErrorCode::Proxy,
            ReadError::Intermediary { why: Intermediary::Portal, .. } => ErrorCode::Portal,
            ReadError::Late(_) => ErrorCode::Late,
            ReadError::Internal(_) => ErrorCode::Internal,
            ReadError::Refused { why, .. } => match why {
                Refusal::Expired => ErrorCode::Expired,
                Refusal::Revoked => ErrorCode::Revoked,
                Refusal::Scope => ErrorCode::Scope,
                Refusal::SingleSignOn => ErrorCode::SingleSignOn,
                Refusal::TwoFactor => ErrorCode::TwoFactor,
                Refusal::Suspended => ErrorCode::Suspended,
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
            SetupError::Usage(_) => ErrorCode::Usage,
            SetupError::Changed(_) => ErrorCode::Changed,
            SetupError::Refused(_) => ErrorCode::Refused,
            SetupError::Keychain(_) => ErrorCode::Keychain,
            SetupError::Store(_) => ErrorCode::Store,
        };
        Self::new(code, error.to_string())
    }
}

impl From<InboxError> for IpcError {
    fn from(error: InboxError) -> Self {
        let code = match &error {
            InboxError::NoSuchItem(_) => ErrorCode::NotFound,
            InboxError::Refused(_) => ErrorCode::Denied,
            InboxError::Store(_) => ErrorCode::Store,
        };
        Self::new(code, error.to_string())
    }
}

impl From<IncidentError> for IpcError {
    fn from(error: IncidentError) -> Self {
        let code = match &error {
            IncidentError::NoSuchIncident(_) | IncidentError::NoSuchService { .. } | IncidentError::NoSuchEnvironment { .. } => {
                ErrorCode::NotFound
            }
            IncidentError::Refused(refused) => match refused {
                IncidentRefused::NoSuchEntry(..) => ErrorCode::NotFound,
                IncidentRefused::NoReason | IncidentRefused::NoText | IncidentRefused::NotYet => ErrorCode::Usage,
                IncidentRefused::Closed(_) | IncidentRefused::Open(_) | IncidentRefused::Full(_) => ErrorCode::Denied,
            },
            IncidentError::Store(_) => ErrorCode::Store,
        };
        Self::new(code, error.to_string())
    }
}

impl From<SettleError> for IpcError {
    fn from(error: SettleError) -> Self {
        let code = match &error {
            SettleError::NoSuchEntry(_) => ErrorCode::NotFound,
            SettleError::Settled | SettleError::UnderWay | SettleError::NoReason => ErrorCode::Usage,
            SettleError::Journal(_) => ErrorCode::Store,
        };
        Self::new(code, error.to_string())
    }
}

impl From<PinError> for IpcError {
    fn from(error: PinError) -> Self {
        let code = match &error {
            PinError::NotFound(_) => ErrorCode::NotFound,
            PinError::NoReason | PinError::Refused(_) => ErrorCode::Usage,
            PinError::Store(_) => ErrorCode::Store,
        };
        Self::new(code, error.to_string())
    }
}

impl From<DismissError> for IpcError {
    fn from(error: DismissError) -> Self {
        let code = match &error {
            DismissError::NoSuchService { .. } | DismissError::NoSuchAlert { .. } => ErrorCode::NotFound,
            DismissError::NoReason | DismissError::Refused(_) => ErrorCode::Usage,
            DismissError::Store(_) => ErrorCode::Store,
        };
        Self::new(code, error.to_string())
    }
}

impl From<StoreError> for IpcError {
    fn from(error: StoreError) -> Self {
        Self::new(ErrorCode::Store, error.to_string())
    }
}

impl From<LinkError> for IpcError {
    fn from(error: LinkError) -> Self {
        Self::new(ErrorCode::LinkRefused, error.to_string())
    }
}
