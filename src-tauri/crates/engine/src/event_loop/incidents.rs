//! Records of incidents, from the first sign to their close.

use super::EventLoop;

impl EventLoop {
    /// Opens, continues and closes records by what is known now.
    pub(super) async fn follow_incidents(&mut self) {}
}
