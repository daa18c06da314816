//! A thread that owns a database. SQLite blocks, so the tasks of the runtime send their jobs here; they
//! are done one after another, in the order in which they were sent.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// The thread did not answer: it could not be started, or the job panicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Slipway's database thread did not answer; start Slipway again")]
pub struct NoAnswer;

/// What a thread owns.
pub(crate) trait Owned: Send + 'static {
    /// Writes what was held back. Called when the thread ends.
    fn flush(&mut self);
}

type Job<T> = Box<dyn FnOnce(&mut T) + Send>;

/// Dropping it waits until every job that was sent is done.
pub(crate) struct DatabaseThread<T> {
    jobs: Option<Sender<Job<T>>>,
    thread: Option<JoinHandle<()>>,
}

impl<T: Owned> DatabaseThread<T> {
    pub(crate) fn start(name: &str, owned: T) -> std::io::Result<Self> {
        let (jobs, received) = channel();
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || work(owned, &received))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// What the job gives. It is done even when the caller stops waiting.
    pub(crate) async fn call<R, E>(&self, job: impl FnOnce(&mut T) -> Result<R, E> + Send + 'static) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<NoAnswer> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.tell(move |owned| {
            // Nobody waits for it any more.
            let _ = answer.send(job(owned));
        });
        answered.await.unwrap_or_else(|_| Err(NoAnswer.into()))
    }

    /// The same for callers that are no tasks, and for single rows: the calling thread waits.
    pub(crate) fn wait<R, E>(&self, job: impl FnOnce(&mut T) -> Result<R, E> + Send + 'static) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<NoAnswer> + Send + 'static,
    {
        let (answer, answered) = channel();
        self.tell(move |owned| {
            let _ = answer.send(job(owned));
        });
        answered.recv().unwrap_or_else(|_| Err(NoAnswer.into()))
    }

    /// Nobody waits for it.
    pub(crate) fn tell(&self, job: impl FnOnce(&mut T) + Send + 'static) {
        if let Some(jobs) = &self.jobs {
            // Without a thread the job is dropped, and with it the sender of its answer.
            let _ = jobs.send(Box::new(job));
        }
    }
}

fn work<T: Owned>(mut owned: T, jobs: &Receiver<Job<T>>) {
    while let Ok(job) = jobs.recv() {
        // Whoever waits for the answer hears of a panic; the other jobs go on.
        if catch_unwind(AssertUnwindSafe(|| job(&mut owned))).is_err() {
            tracing::error!("a job of the database thread panicked");
        }
    }
    owned.flush();
}

impl<T> Drop for DatabaseThread<T> {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the database thread panicked at its end");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    struct Log(Arc<Mutex<Vec<u32>>>);

    impl Owned for Log {
        fn flush(&mut self) {
            self.0.lock().expect("no panic").push(99);
        }
    }

    #[tokio::test]
    async fn jobs_are_done_in_order_and_a_panic_costs_its_own_job_alone() {
        let done = Arc::new(Mutex::new(Vec::new()));
        let thread = DatabaseThread::start("test", Log(done.clone())).expect("a thread");
        thread.tell(|log| log.0.lock().expect("no panic").push(1));
        let panicked: Result<(), NoAnswer> = thread.call(|_| panic!("on demand")).await;
        assert_eq!(panicked, Err(NoAnswer));
        let seen: Result<usize, NoAnswer> = thread.call(|log| Ok(log.0.lock().expect("no panic").len())).await;
        assert_eq!((seen, thread.wait(|_| Ok::<_, NoAnswer>(7))), (Ok(1), Ok(7)));
        thread.tell(|log| log.0.lock().expect("no panic").push(2));
        drop(thread);
        assert_eq!(*done.lock().expect("no panic"), [1, 2, 99], "what was sent is done before it ends");
    }
}
