//! A person's word of what became of an action whose outcome cannot be read.

use super::Engine;
use crate::intents::IntentError;
use crate::run::Input;
use slipway_domain::journal::{Entry, EntryState, SettledAs};

#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    #[error("The journal has no entry {0}")]
    NotFound(String),
    #[error("{0}")]
    NotOpen(String),
    #[error("Say how you know: the reason goes into the journal")]
    NoReason,
    #[error(transparent)]
    Intent(#[from] IntentError),
}

impl Engine {
    /// Records what a person says and frees the target. The state stays unknown: nothing was read
    /// that shows it.
    pub fn settle_by_word(&self, id: &str, as_: SettledAs, reason: &str) -> Result<Entry, SettleError> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(SettleError::NoReason);
        }
        let mut entry = self.core.intents.entry(id).ok_or_else(|| SettleError::NotFound(id.to_owned()))?;
        if entry.state != EntryState::Unknown || !entry.is_open() {
            return Err(SettleError::NotOpen("Only an action whose outcome is unknown can be settled by a person's word".to_owned()));
        }
        entry.settled_by = Some(self.core.by.clone());
        entry.settled_as = Some(as_);
        entry.settled_reason = Some(reason.to_owned());
        entry.finished_at = Some(self.core.now());
        self.core.intents.update(&entry)?;
        // It may have been settled by reading in between: what is on disk counts.
        let kept = self.core.intents.entry(id).ok_or_else(|| SettleError::NotFound(id.to_owned()))?;
        self.core.send(Input::JournalChanged);
        Ok(kept)
    }
}
