//! Work that may panic: whoever owns it hears of it and goes on.
//!
//! What a panic leaves half done lies in the work itself, which is dropped, or behind a lock that is
//! taken in spite of it (`locks`); so unwinding is safe to cross here.

use futures::FutureExt;
use futures::future::BoxFuture;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use tokio::sync::mpsc;
use tokio::task::{Id, JoinSet};

/// The work ended by a panic. Its words may hold what must not be shown, so they are not kept; the
/// log has the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Slipway had an internal error. This is a defect of Slipway itself; `slipway doctor` names the log that has its place")]
pub(crate) struct Panicked;

/// What the work gives, or that it panicked.
pub(crate) async fn caught<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(|_| Panicked)
}

/// The same for work that does not wait.
pub(crate) fn caught_now<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    std::panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| Panicked)
}

/// Tasks that have an owner each. They end with the set.
pub(crate) struct OwnedTasks<O, T> {
    tasks: JoinSet<T>,
    owners: HashMap<Id, O>,
}

impl<O, T: Send + 'static> OwnedTasks<O, T> {
    pub(crate) fn new() -> Self {
        Self { tasks: JoinSet::new(), owners: HashMap::new() }
    }

    pub(crate) fn spawn(&mut self, owner: O, work: impl Future<Output = T> + Send + 'static) {
        let id = self.tasks.spawn(work).id();
        self.owners.insert(id, owner);
    }

    /// What the next task gives that ends, or the owner of one that panicked. Waits while there is no task.
    /// Nothing is lost when the caller stops waiting.
    pub(crate) async fn next(&mut self) -> Result<T, O> {
        loop {
            match self.tasks.join_next_with_id().await {
                Some(Ok((id, given))) => {
                    self.owners.remove(&id);
                    return Ok(given);
                }
                Some(Err(error)) => {
                    // A task without an owner was told already.
                    if let Some(owner) = self.owners.remove(&error.id()) {
                        return Err(owner);
                    }
                }
                None => std::future::pending().await,
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }
}

type Work = BoxFuture<'static, ()>;

/// Runs tasks that nobody waits for, and hands the owner of one that panicked to whoever cleans up after it.
pub(crate) struct Supervisor<O> {
    starts: mpsc::UnboundedSender<(O, Work)>,
}

impl<O: Send + 'static> Supervisor<O> {
    /// Starts it on the current tokio runtime. When the supervisor is dropped, what was begun is ended first.
    pub(crate) fn start(on_panic: impl Fn(O) -> Work + Send + 'static) -> Self {
        let (starts, received) = mpsc::unbounded_channel();
        tokio::spawn(supervise(received, on_panic));
        Self { starts }
    }

    pub(crate) fn spawn(&self, owner: O, work: impl Future<Output = ()> + Send + 'static) {
        // Received until the runtime ends, and then nothing is begun any more.
        let _ = self.starts.send((owner, Box::pin(work)));
    }
}

async fn supervise<O: Send + 'static>(mut starts: mpsc::UnboundedReceiver<(O, Work)>, on_panic: impl Fn(O) -> Work) {
    let mut tasks = OwnedTasks::new();
    let mut open = true;
    while open || !tasks.is_empty() {
        tokio::select! {
            start = starts.recv(), if open => match start {
                Some((owner, work)) => tasks.spawn(owner, work),
                None => open = false,
            },
            end = tasks.next() => {
                if let Err(owner) = end
                    && caught(on_panic(owner)).await.is_err()
                {
                    tracing::error!("cleaning up after a panic panicked");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_end_of_a_task_is_told_whether_it_panics_or_not() {
        let mut tasks = OwnedTasks::new();
        for panics in [false, true] {
            tasks.spawn("the owner", async move {
                tokio::task::yield_now().await;
                assert!(!panics, "on demand");
                7
            });
            assert_eq!(tasks.next().await, if panics { Err("the owner") } else { Ok(7) });
        }
        assert!(tasks.is_empty());
    }

    #[tokio::test]
    async fn a_supervisor_names_the_owner_of_what_panicked_and_goes_on() {
        let (tell, mut told) = mpsc::unbounded_channel();
        let supervisor = Supervisor::start(move |owner: u32| {
            let _ = tell.send(owner);
            Box::pin(async move { assert!(owner > 1, "cleaning up may panic too") })
        });
        for owner in 1..4 {
            supervisor.spawn(owner, async move { assert!(owner == 2, "on demand") });
        }
        drop(supervisor);
        let mut owners: Vec<u32> = Vec::new();
        while let Some(owner) = told.recv().await {
            owners.push(owner);
        }
        owners.sort_unstable();
        assert_eq!(owners, [1, 3], "what was begun before it was dropped is ended");
    }
}
