//! Pins, from the rollback that sets one to the release that ends it.

use super::EventLoop;

impl EventLoop {
    /// Sets, violates and ends pins by what is known now.
    pub(super) async fn follow_pins(&mut self) {}
}
