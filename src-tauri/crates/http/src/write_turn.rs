//! Only one action at a time writes through an account, over all processes that share a data folder. A vendor may
//! also ask for a pause between writes, see [`HttpDialect::spacing_of_writes`].

use super::account::AccountClient;
use super::rate_limit_store::Lock;
use crate::error::SendError;
use std::any::Any;
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

/// A write ends after 30 s (`DEADLINE` of [`crate::Http`]), so no turn takes longer.
const LONGEST_TURN: Duration = Duration::from_secs(40);
const LOOK_AGAIN: Duration = Duration::from_millis(25);

/// Held from before the last read of the target until the answer of the write, so that waiting for it never happens
/// between that read and the write.
pub struct WriteTurn {
    _in_process: Option<OwnedMutexGuard<()>>,
    _between_processes: Option<Box<dyn Any + Send + Sync>>,
}

impl AccountClient {
    /// Waits for this account's turn. An error means that another process holds it for longer than a write may
    /// take; nothing was sent.
    pub async fn turn_to_write(&self) -> Result<WriteTurn, SendError> {
        let Some(spacing) = self.dialect().spacing_of_writes() else {
            return Ok(WriteTurn { _in_process: None, _between_processes: None });
        };
        let until = Instant::now() + LONGEST_TURN;
        let late = || SendError::NotSent("Another action is being sent through the same account and does not end".to_owned());
        let in_process = tokio::time::timeout_at(until, self.writing().lock_owned()).await.map_err(|_| late())?;
        let between_processes = self.lock_between_processes(until).await.ok_or_else(late)?;
        if let Some(since) = self.since_last_write().filter(|since| *since < spacing) {
            tokio::time::sleep(spacing - since).await;
        }
        Ok(WriteTurn { _in_process: Some(in_process), _between_processes: between_processes })
    }

    /// None: it stayed locked until the deadline. Where locking is impossible, only this process is serialised.
    async fn lock_between_processes(&self, until: Instant) -> Option<Option<Box<dyn Any + Send + Sync>>> {
        let Some(store) = self.store() else { return Some(None) };
        loop {
            match store.lock() {
                Lock::Mine(guard) => return Some(Some(guard)),
                Lock::Unavailable => return Some(None),
                Lock::Taken if Instant::now() >= until => return None,
                Lock::Taken => tokio::time::sleep(LOOK_AGAIN).await,
            }
        }
    }
}
