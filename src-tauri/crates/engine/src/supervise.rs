//! Work that may panic: whoever waits for it hears of it and goes on.
//!
//! What a panic leaves half done lies in the work itself, which is dropped, or behind a lock that is
//! taken in spite of it (`lock`); so unwinding is safe to cross here.

use futures::FutureExt;
use std::panic::AssertUnwindSafe;

/// The work ended by a panic. Its words may hold what must not be shown, so they are not kept; the
/// log has the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Slipway had an internal error. This is a defect of Slipway itself; `slipway doctor` names the log that has its place")]
pub struct Panicked;

/// What the work gives, or that it panicked.
pub async fn caught<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(|_| Panicked)
}

/// The same for work that does not wait.
pub fn caught_now<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    std::panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| Panicked)
}

/// Starts a task and tells how it ended, whatever happens in it.
pub fn spawn<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static, ended: impl FnOnce(Result<T, Panicked>) + Send + 'static) {
    tokio::spawn(async move { ended(caught(work).await) });
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn the_end_of_a_task_is_heard_of_whether_it_panics_or_not() {
        for panics in [false, true] {
            let (sender, ended) = oneshot::channel();
            let work = async move {
                tokio::task::yield_now().await;
                assert!(!panics, "on demand");
                7
            };
            spawn(work, move |end| sender.send(end).expect("somebody waits"));
            assert_eq!(ended.await, Ok(if panics { Err(Panicked) } else { Ok(7) }));
        }
    }
}
