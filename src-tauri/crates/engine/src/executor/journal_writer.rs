//! Writes what became of an action, and lets go of it.

use super::work_in_progress::WorkInProgress;
use crate::engine_event::{EngineEvent, EventSender};
use crate::ports::Clock;
use crate::store::intents::{Intents, finish};
use slipway_domain::journal::{Entry, EntryState};
use slipway_domain::time::Time;
use std::sync::Arc;

pub(crate) struct JournalWriter {
    pub(crate) intents: Arc<Intents>,
    pub(crate) work: Arc<WorkInProgress>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) events: EventSender,
}

impl JournalWriter {
    pub(super) fn now(&self) -> Time {
        self.clock.now()
    }

    /// Writes a settled entry and lets go of it.
    pub(super) async fn settle(&self, entry: &Entry) {
        self.write(entry).await;
        self.release(&entry.id);
    }

    /// Lets go of an entry that needs no writing.
    pub(super) fn release(&self, id: &str) {
        self.work.end(id);
        self.changed();
    }

    pub(super) async fn write(&self, entry: &Entry) {
        // Not the message: it may hold the vendor's own words.
        tracing::info!(id = entry.id, action = entry.action, target = entry.target, state = %entry.state, "journal");
        // The intent itself is durable; a state that could not be written is read again later.
        if let Err(error) = self.intents.update(entry).await {
            tracing::warn!(%error, id = entry.id, "the journal could not be updated");
        }
        self.changed();
    }

    pub(super) fn changed(&self) {
        self.events.send(EngineEvent::JournalChanged);
    }

    /// The task of an action ended without an outcome. What was not marked as sent was not sent; what
    /// was is settled by reading.
    pub(super) async fn broke_off(&self, id: &str) {
        tracing::error!(id, "an action broke off");
        if let Some(mut entry) = self.intents.entry(id).await.filter(|entry| entry.state == EntryState::Planned) {
            let message = "It broke off inside Slipway before it was sent; nothing was sent".to_owned();
            finish(&mut entry, EntryState::NotSent, message, self.now());
            self.write(&entry).await;
        }
        self.release(id);
    }
}
