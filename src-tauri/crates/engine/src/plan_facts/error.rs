//! Why no plan can be shown.

use slipway_vendor::ReadError;

#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error("{0}")]
    NotFound(String),
    /// More than one thing answers to the name.
    #[error("{0}")]
    Ambiguous(String),
    /// There is nothing such an action could do; no plan can be shown.
    #[error("{0}")]
    Impossible(String),
    #[error("{0}")]
    Read(#[from] ReadError),
}
