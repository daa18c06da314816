//! Waits that a vendor asked for: recording them, checking whether a long one still holds, and ending one.

use super::AccountClient;
use crate::error::ReadError;
use crate::exchange::Raw;
use crate::messages;
use crate::secret::Secret;
use slipway_domain::time::Time;

impl AccountClient {
    /// Records a limit that the vendor reports inside a 200 (GraphQL's `RATE_LIMITED`).
    pub fn note_limited_answer(&self, resource: &str) -> ReadError {
        let now = self.http().now();
        let mut state = self.state();
        let until = match state.limits.wait(resource, now) {
            Some(until) => until,
            None => state.limits.note_unexplained(now),
        };
        self.store_waits(&mut state);
        drop(state);
        self.silent(until)
    }

    /// The error of a request that must not be sent before `until`.
    pub(crate) fn silent(&self, until: Time) -> ReadError {
        ReadError::RateLimited { message: messages::silent_until(self.title(), until, self.http().now()), until: Some(until) }
    }

    /// Lets one small read be sent during a wait of more than an hour, because a person asks whether the wait still
    /// holds.
    pub fn allow_wait_check(&self) {
        self.state().person_asks = true;
    }

    /// Whether a long wait should be checked now. True at most once an hour, counted over all processes.
    pub(crate) fn may_ask_whether_the_wait_holds(&self, token: &Secret) -> bool {
        self.read_shared_waits();
        let now = self.http().now();
        let mut state = self.state();
        let person_asks = std::mem::take(&mut state.person_asks);
        if state.refused.as_ref().is_some_and(|refused| refused.token == *token) || !state.limits.asks_whether_it_holds(person_asks, now) {
            return false;
        }
        self.store_waits(&mut state);
        true
    }

    pub(crate) fn lift_wait(&self) {
        let now = self.http().now();
        let mut state = self.state();
        state.limits.lift(now);
        self.store_waits(&mut state);
    }

    pub(crate) fn note_wait_goes_on(&self, raw: &Raw, message: &str) {
        let now = self.http().now();
        let mut state = self.state();
        state.limits.note_refused_question(raw.status, &raw.headers, message, now);
        self.store_waits(&mut state);
    }
}
