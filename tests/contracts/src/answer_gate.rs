//! When the recorder lets an answer go: at once, after a delay, or together with all others of its round.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

/// How long answers are held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    AtOnce,
    /// Each answer waits for as long, beside the others.
    After(Duration),
    /// Answers are held until no further request has arrived for `quiet`; then all that are held leave together.
    ///
    /// What depends on an answer cannot be asked before it was given, so the number of rounds is never less than the
    /// longest chain of dependent requests. A client that is slower than `quiet` makes it more: the least of several
    /// runs is the closest.
    InRounds {
        quiet: Duration,
    },
}

/// How often it is looked whether a round is complete.
const LOOK: Duration = Duration::from_millis(5);

pub(crate) struct Gate {
    state: Mutex<State>,
}

struct State {
    pace: Pace,
    /// Requests that were received and whose answer has not come from the vendor.
    forwarding: usize,
    held: Vec<oneshot::Sender<()>>,
    moved: Instant,
    rounds: Vec<usize>,
}

impl Gate {
    pub(crate) fn new() -> Self {
        let state = State { pace: Pace::AtOnce, forwarding: 0, held: Vec::new(), moved: Instant::now(), rounds: Vec::new() };
        Self { state: Mutex::new(state) }
    }

    /// Forgets earlier rounds; what is held leaves.
    pub(crate) fn set(&self, pace: Pace) {
        let mut state = self.state();
        state.pace = pace;
        state.held.clear();
        state.rounds.clear();
    }

    /// How many answers each round had.
    pub(crate) fn rounds(&self) -> Vec<usize> {
        self.state().rounds.clone()
    }

    /// A request has arrived. Its answer is [`Arrival::answered`].
    pub(crate) fn arrived(&self) -> Arrival<'_> {
        let mut state = self.state();
        state.forwarding += 1;
        state.moved = Instant::now();
        Arrival { gate: self }
    }

    /// Ends rounds for as long as it is polled.
    pub(crate) async fn run(&self) {
        loop {
            tokio::time::sleep(LOOK).await;
            let mut state = self.state();
            let Pace::InRounds { quiet } = state.pace else { continue };
            if state.forwarding > 0 || state.held.is_empty() || state.moved.elapsed() < quiet {
                continue;
            }
            let held = std::mem::take(&mut state.held);
            state.rounds.push(held.len());
            state.moved = Instant::now();
            for leave in held {
                // Whoever has gone away needs no answer.
                let _ = leave.send(());
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is being forwarded. A client that goes away before it is answered drops it.
pub(crate) struct Arrival<'a> {
    gate: &'a Gate,
}

impl Arrival<'_> {
    /// Returns when the answer may leave.
    pub(crate) async fn answered(self) {
        let (leave, left) = oneshot::channel();
        let pace = {
            let mut state = self.gate.state();
            if matches!(state.pace, Pace::InRounds { .. }) {
                state.held.push(leave);
            }
            state.pace
        };
        drop(self);
        match pace {
            Pace::AtOnce => {}
            Pace::After(delay) => tokio::time::sleep(delay).await,
            // An error says that the pace was changed, and then nothing is held.
            Pace::InRounds { .. } => left.await.unwrap_or(()),
        }
    }
}

impl Drop for Arrival<'_> {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.forwarding -= 1;
        state.moved = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    const ROUNDS: Pace = Pace::InRounds { quiet: Duration::from_millis(100) };

    async fn ask(gate: &Gate) {
        gate.arrived().answered().await;
    }

    #[tokio::test]
    async fn what_does_not_depend_on_each_other_is_one_round() {
        let gate = Arc::new(Gate::new());
        gate.set(ROUNDS);
        let running = gate.clone();
        let rounds = tokio::spawn(async move { running.run().await });
        let first = async {
            ask(&gate).await;
            tokio::join!(ask(&gate), ask(&gate));
        };
        tokio::join!(first, ask(&gate));
        assert_eq!(gate.rounds(), [2, 2]);
        rounds.abort();
    }

    #[tokio::test]
    async fn who_goes_away_holds_nobody_up() {
        let gate = Arc::new(Gate::new());
        gate.set(ROUNDS);
        let running = gate.clone();
        let rounds = tokio::spawn(async move { running.run().await });
        drop(gate.arrived());
        ask(&gate).await;
        assert_eq!(gate.rounds(), [1]);
        rounds.abort();
    }

    #[tokio::test]
    async fn another_pace_lets_go_what_is_held() {
        let gate = Gate::new();
        gate.set(ROUNDS);
        tokio::join!(ask(&gate), async { gate.set(Pace::AtOnce) });
        assert_eq!(gate.rounds(), Vec::<usize>::new());
    }
}
