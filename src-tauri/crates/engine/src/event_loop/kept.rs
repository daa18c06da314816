//! Watches, pins, marks and records as this process knows them, shared by all processes of a data folder.

use super::EventLoop;
use crate::reducer::{KeptRecords, Records, apply_records, derive};
use crate::store::StoreError;
use slipway_domain::diff::kept_events;
use slipway_domain::snapshot::ServiceState;
use std::sync::Arc;

impl EventLoop {
    /// Takes over what persons and other processes have written. Whether anything is another.
    pub(super) async fn read_kept(&mut self) -> bool {
        match self.stored_records().await {
            Ok(kept) => {
                let is_another = kept != self.kept;
                self.kept = kept;
                is_another
            }
            Err(error) => {
                tracing::warn!(%error, "watches, pins and records could not be read");
                false
            }
        }
    }

    async fn stored_records(&self) -> Result<KeptRecords, StoreError> {
        let intents = &self.with.intents;
        Ok(KeptRecords {
            watches: intents.kept().await?,
            pins: intents.kept().await?,
            bad_releases: intents.kept().await?,
            incidents: intents.kept().await?,
        })
    }

    /// Follows what comes after a release: its watch first, since pins and records are judged by it.
    pub(super) async fn follow_releases(&mut self) {
        self.follow_watches().await;
        self.follow_pins().await;
        self.follow_incidents().await;
    }

    /// Somebody, here or elsewhere, has changed them.
    pub(super) async fn on_kept_changed(&mut self) {
        if self.read_kept().await {
            self.publish_kept();
        }
    }

    /// Tells what follows from them, with the events of it.
    pub(super) fn publish_kept(&mut self) {
        let now = self.with.clock.now();
        let records = Records { journal: &self.journal, dismissals: &self.dismissals, kept: &self.kept };
        let (mut changed, mut events) = (Vec::new(), Vec::new());
        for (at, state) in self.services.iter_mut().enumerate() {
            let mut next = ServiceState::clone(state);
            apply_records(&mut next, records, now);
            derive(&mut next, now);
            if next != **state {
                events.extend(kept_events(state, &next, now));
                *state = Arc::new(next);
                changed.push(at);
            }
        }
        if !changed.is_empty() {
            self.publish(changed, events);
        }
    }
}
