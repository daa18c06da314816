//! How many requests of one account are under way at once, and which is the next.
//!
//! Few vendors tell how many they bear, and those who do count all programs of a person together. So an account begins
//! with [`FIRST`], and one more for each answer until the vendor's own most; the first refusal halves it, and from then
//! on it grows by one for as many answers as are under way.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Requests at once of an account of which nothing is known.
const FIRST: usize = 24;
/// Fewer are never sent at once.
const FEWEST: usize = 4;

/// Who waits for an answer. What is more urgent overtakes what waits in the queue of the same account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// A person has sent something, or reads what is shown.
    #[default]
    Person,
    /// What is kept up to date and is not shown.
    Background,
}

tokio::task_local! {
    static URGENCY: Urgency;
}

/// Every request that is made by `future`, and not by tasks that it spawns, is of this urgency.
pub async fn with_urgency<F: Future>(urgency: Urgency, future: F) -> F::Output {
    URGENCY.scope(urgency, future).await
}

fn urgency() -> Urgency {
    URGENCY.try_with(|urgency| *urgency).unwrap_or_default()
}

/// Requests at once: how many may be now, and never more than.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AtOnce {
    pub now: usize,
    pub most: usize,
}

#[derive(Clone)]
pub(crate) struct RequestQueue(Arc<Mutex<Queue>>);

struct Queue {
    most: usize,
    limit: usize,
    under_way: usize,
    /// The vendor has refused: it grows slowly.
    was_refused: bool,
    /// Answers since it grew last.
    answers: usize,
    /// Counts refusals: of requests that were under way together, the first halves.
    refusals: u64,
    arrived: u64,
    waiting: BinaryHeap<Reverse<Waiting>>,
}

struct Waiting {
    urgency: Urgency,
    number: u64,
    go: oneshot::Sender<Turn>,
}

/// The right to have one request under way; given back when it is dropped.
pub(crate) struct Turn {
    queue: RequestQueue,
    refusals: u64,
}

impl RequestQueue {
    pub(crate) fn new(most: usize) -> Self {
        let queue = Queue {
            most: most.max(FEWEST),
            limit: FIRST.min(most).max(FEWEST),
            under_way: 0,
            was_refused: false,
            answers: 0,
            refusals: 0,
            arrived: 0,
            waiting: BinaryHeap::new(),
        };
        Self(Arc::new(Mutex::new(queue)))
    }

    pub(crate) async fn turn(&self) -> Turn {
        let answer = {
            let mut queue = self.queue();
            if queue.under_way < queue.limit && queue.waiting.is_empty() {
                queue.under_way += 1;
                return Turn { queue: self.clone(), refusals: queue.refusals };
            }
            let (go, answer) = oneshot::channel();
            queue.arrived += 1;
            let waiting = Waiting { urgency: urgency(), number: queue.arrived, go };
            queue.waiting.push(Reverse(waiting));
            answer
        };
        // What waited before it may have been given up.
        self.admit();
        match answer.await {
            Ok(turn) => turn,
            // The queue lives as long as its account, which waits here: it cannot have gone.
            Err(_) => std::future::pending().await,
        }
    }

    pub(crate) fn at_once(&self) -> AtOnce {
        let queue = self.queue();
        AtOnce { now: queue.limit, most: queue.most }
    }

    /// Lets in as many as there is room for.
    fn admit(&self) {
        loop {
            let (go, turn) = {
                let mut queue = self.queue();
                if queue.under_way >= queue.limit {
                    return;
                }
                let Some(Reverse(next)) = queue.waiting.pop() else { return };
                if next.go.is_closed() {
                    continue;
                }
                queue.under_way += 1;
                (next.go, Turn { queue: self.clone(), refusals: queue.refusals })
            };
            // Of one that nobody waits for any more the turn comes back, and is dropped here.
            drop(go.send(turn));
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// The vendor answered.
    pub(crate) fn answered(&self) {
        let mut queue = self.queue.queue();
        queue.answers += 1;
        if queue.limit < queue.most && (!queue.was_refused || queue.answers >= queue.limit) {
            queue.limit += 1;
            queue.answers = 0;
            drop(queue);
            self.queue.admit();
        }
    }

    /// The vendor refused because there were too many.
    pub(crate) fn refused(&self) {
        let mut queue = self.queue.queue();
        if self.refusals == queue.refusals {
            queue.refusals += 1;
            queue.was_refused = true;
            queue.answers = 0;
            queue.limit = (queue.limit / 2).max(FEWEST);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.queue.queue().under_way -= 1;
        self.queue.admit();
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.urgency, self.number).cmp(&(other.urgency, other.number))
    }
}

#[cfg(test)]
mod tests;
