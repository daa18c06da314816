//! Watches, from the platform's word that a release is live to their verdict.

use super::EventLoop;

impl EventLoop {
    /// Starts, continues and judges watches by what is known now.
    pub(super) async fn follow_watches(&mut self) {}
}
