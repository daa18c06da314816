//! What is kept of a reading.

use super::EventLoop;
use crate::observe::Observation;
use crate::store::{Ages, of_one_content};
use slipway_domain::snapshot::ServiceState;
use slipway_domain::time::Time;

impl EventLoop {
    /// Keeps what differs from what was kept last; otherwise only how old it is.
    pub(super) fn keep(&mut self, at: usize, next: &ServiceState, new_runs: bool, now: Time) {
        let unsaved = self.unsaved.remove(&next.name);
        if unsaved || new_runs || !of_one_content(&self.services[at], next) {
            self.core.store.save_state(next.clone(), now);
        } else {
            self.core.store.note_ages(&next.name, Ages::of(next), now);
        }
    }

    /// Remembers which runs the CI has told of; whether they are others than before.
    pub(super) fn note_runs(&self, state: &ServiceState, reading: &mut Observation) -> bool {
        let Observation::Ci(Ok(ci)) = reading else { return false };
        let (Some(runs), Some(project)) = (ci.runs.take(), &state.config.ci) else { return false };
        self.core.store.note_seen_runs(&state.name, &project.project, runs)
    }
}
