//! Why a vendor refuses what it was asked for.

pub(crate) const ARCHIVED: &str = "Repository was archived so is read-only.";

/// Why a merge is refused, with GitHub's status code.
#[derive(Debug, Clone)]
pub struct Refusal {
    pub status: u16,
    pub message: String,
}

impl Refusal {
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }
}
