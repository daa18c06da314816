//! After a panic in the loop: it goes on from what it published last, and says so.

use super::{EventLoop, Key};
use crate::reducer::derive;
use crate::sources::{source_error, vendor_of};
use crate::supervise::{Panicked, caught, caught_now};
use slipway_domain::snapshot::SourceState;
use slipway_vendor::ReadError;
use std::sync::Arc;

/// Kept as a notice. Notices with the same text are one.
const RESTARTED: &str = "Slipway had an internal error and went on from what it knew before. What was being read is read again. If this \
     comes again, report it: `slipway doctor` says where the log is.";

impl EventLoop {
    /// `read`: the source whose observation was being handled. Each step may panic as well; the other steps
    /// are made all the same.
    pub(super) async fn restart(&mut self, read: Option<Key>) {
        tracing::error!(?read, "the loop was stopped by a panic and goes on");
        // What was being changed may be half changed.
        self.services = self.published().services.clone();
        // A read that was just being started may never answer, so all are started again.
        self.generation += 1;
        self.reading.clear();
        self.wanted_whole.clear();
        self.probes.forget();
        if let Some(key) = &read {
            for waiting in &mut self.waiting {
                waiting.left.remove(key);
            }
        }
        let steps: [Result<(), Panicked>; 5] = [
            caught_now(|| read.iter().for_each(|key| self.mark_internal(key))),
            caught_now(|| self.note_restart()),
            caught(self.read_journal()).await,
            caught_now(|| self.publish((0..self.services.len()).collect(), Vec::new())),
            caught_now(|| self.read_again_for_waiting()),
        ];
        if steps.contains(&Err(Panicked)) {
            tracing::error!("going on after a panic was not possible in every part");
        }
        self.answer_waiting();
    }

    fn note_restart(&self) {
        if let Err(error) = self.with.intents.notify(RESTARTED, self.with.clock.now()) {
            tracing::warn!(%error, "a notice could not be kept");
        }
    }

    /// Not by way of the reducer, which may be what panics.
    fn mark_internal(&mut self, (service, source): &Key) {
        self.unsaved.insert(service.clone());
        let now = self.with.clock.now();
        let Some(state) = self.services.iter_mut().find(|s| s.name == *service) else { return };
        let state = Arc::make_mut(state);
        let Some(provider) = vendor_of(state, source) else { return };
        let before = state.source(source).cloned();
        let error = ReadError::Internal(Panicked.to_string());
        let error = source_error(&error, before.as_ref().and_then(|b| b.error.as_ref()), now);
        let (observed_at, asked_at) = before.map_or((None, None), |b| (b.observed_at, b.asked_at));
        state.sources.retain(|s| s.source != *source);
        state.sources.push(SourceState { source: source.clone(), provider, observed_at, asked_at, error: Some(error) });
        state.sources.sort_by(|a, b| a.source.cmp(&b.source));
        state.stale = true;
        let mut derived = state.clone();
        if caught_now(|| derive(&mut derived, now)).is_ok() {
            *state = derived;
        }
    }
}
