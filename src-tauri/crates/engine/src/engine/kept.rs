//! Changes that persons make to pins, marks and records.

use super::Engine;
use crate::engine_event::EngineEvent;
use crate::store::StoreError;
use crate::store::intents::{Kept, Written};

impl Engine {
    /// Changes what is kept of one kind as it is now, and tells the board. Gives what `change` gives.
    pub(crate) async fn change_kept<T: Kept, R: Send + 'static>(
        &self,
        change: impl FnOnce(&[T]) -> (Written<T>, R) + Send + 'static,
    ) -> Result<R, StoreError> {
        let (_, answer) = self.intents.change_kept(change).await?;
        self.events.send(EngineEvent::KeptChanged);
        self.caught_up().await;
        Ok(answer)
    }

    /// All that is kept of one kind, in the order in which it was first written.
    pub(crate) async fn kept<T: Kept>(&self) -> Result<Vec<T>, StoreError> {
        self.intents.kept().await
    }
}
