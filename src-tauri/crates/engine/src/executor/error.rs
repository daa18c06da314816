//! How the start of an action ends.

use crate::store::intents::IntentError;
use slipway_domain::journal::Entry;
use slipway_domain::plan::Plan;

#[derive(Debug)]
pub enum Execution {
    Started(Box<Entry>),
    /// The plan as it is now, issued under an id of its own. Nothing was sent.
    Stale {
        plan: Box<Plan>,
        why: String,
    },
}

/// Nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError {
    #[error("This plan is no longer valid: it was used, or Slipway was restarted. Open it again.")]
    UnknownPlan,
    #[error("{}", .0.join("; "))]
    Denied(Vec<String>),
    #[error("{0}")]
    NotConfirmed(String),
    #[error("{0}")]
    Busy(String),
    #[error("{0}")]
    NotDurable(String),
    #[error("{0}")]
    Read(String),
    /// The action broke off inside Slipway before it was sent.
    #[error("{0}")]
    Internal(String),
}

impl From<IntentError> for ExecuteError {
    fn from(error: IntentError) -> Self {
        match error {
            IntentError::Busy(_) | IntentError::LeaseLost => Self::Busy(error.to_string()),
            IntentError::NotDurable(_) => Self::NotDurable(error.to_string()),
        }
    }
}
