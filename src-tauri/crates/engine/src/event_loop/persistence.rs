//! What is kept of a read.

use super::EventLoop;
use crate::store::{Ages, of_one_content};
use slipway_domain::snapshot::ServiceState;
use slipway_domain::time::Time;
use std::sync::Arc;

impl EventLoop {
    /// Whether all but the ages of the state was saved before. `next` is left as it was.
    pub(super) fn is_saved_as(&mut self, before: &ServiceState, next: &mut ServiceState, other_runs: bool) -> bool {
        let unsaved = self.unsaved.remove(&next.name);
        !unsaved && !other_runs && of_one_content(before, next)
    }

    /// Keeps what differs from what was kept last; otherwise only how old it is.
    pub(super) fn save(&self, next: &Arc<ServiceState>, is_same: bool, now: Time) {
        if is_same {
            self.with.store.note_ages(&next.name, Ages::of(next), now);
        } else {
            self.with.store.save_state(next.clone(), now);
        }
    }
}
