//! Requests that a gateway holds back and delivers later: the fault `deliver_late`.

use std::sync::{Arc, Mutex};

use crate::http::Call;
use crate::world::Ms;

#[derive(Debug, Default)]
pub struct DelayedRequests(Mutex<Vec<(Ms, Arc<Call>)>>);

impl DelayedRequests {
    pub fn hold(&self, due: Ms, call: Call) {
        self.0.lock().expect("never poisoned").push((due, Arc::new(call)));
    }

    /// Removes and returns the requests that are due by now, earliest first.
    pub fn due(&self, now: Ms) -> Vec<Arc<Call>> {
        let mut held = self.0.lock().expect("never poisoned");
        let (mut due, later): (Vec<_>, Vec<_>) = held.drain(..).partition(|(at, _)| *at <= now);
        *held = later;
        due.sort_by_key(|(at, _)| *at);
        due.into_iter().map(|(_, call)| call).collect()
    }
}
