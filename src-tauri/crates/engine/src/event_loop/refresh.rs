//! A refresh: every source is read once, for a caller who waits for it up to a deadline.

use super::tasks::TaskOwner;
use super::{EventLoop, Key};
use crate::engine_event::EngineEvent;
use crate::observe::Depth;
use crate::observe::observation::Observation;
use crate::reducer::{ReadOf, Reduced, reduce};
use crate::sources::sources;
use slipway_domain::snapshot::Snapshot;
use slipway_vendor::ReadError;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// Somebody waits for a refresh.
pub(super) struct Waiting {
    number: u64,
    pub(super) left: HashSet<Key>,
    within: Duration,
    done: oneshot::Sender<Arc<Snapshot>>,
}

impl EventLoop {
    pub(super) fn refresh(&mut self, service: Option<&str>, within: Duration, done: oneshot::Sender<Arc<Snapshot>>) {
        let mut wanted: Vec<Key> = self
            .services
            .iter()
            .filter(|s| service.is_none_or(|name| s.name == name))
            .flat_map(|s| sources(s).into_iter().map(|(source, _)| (s.name.clone(), source)))
            .collect();
        // What is shown is read first.
        wanted.sort_by_key(|(service, _)| self.attention.shown.as_ref() != Some(service));
        let mut left = HashSet::new();
        for (service, source) in wanted {
            if self.start(&service, source.clone(), Depth::Whole) {
                left.insert((service, source));
            }
        }
        self.refreshes += 1;
        let number = self.refreshes;
        self.waiting.push(Waiting { number, left, within, done });
        self.answer_waiting();
        if self.waiting.iter().any(|w| w.number == number) {
            self.tasks.spawn(TaskOwner::Deadline(number), async move {
                tokio::time::sleep(within).await;
                EngineEvent::Late(number)
            });
        }
    }

    /// The deadline of a refresh has passed: sources that have not answered are marked as late. Their reads go on.
    pub(super) fn on_late(&mut self, number: u64) {
        let Some(at) = self.waiting.iter().position(|w| w.number == number) else { return };
        let (left, within) = (self.waiting[at].left.clone(), self.waiting[at].within);
        let message = format!("It was not read within {} s; what is shown of it is what was known before", within.as_secs_f64().ceil());
        for key in &left {
            self.fail(key, ReadError::Late(message.clone()));
        }
        self.waiting[at].left.clear();
        self.answer_waiting();
    }

    /// Marks a source as not read. The read itself may still be under way.
    fn fail(&mut self, key: &Key, error: ReadError) {
        let Some(at) = self.position(&key.0) else { return };
        let now = self.with.clock.now();
        let read = ReadOf { began: None, is_first: true, looked: None };
        let failed = Observation::failed(&key.1, error);
        let Reduced { state, effects } = reduce(&self.services[at], failed, self.records(), read, now);
        self.note_account(&state, effects.account, now);
        self.unsaved.insert(key.0.clone());
        self.services[at] = Arc::new(state);
        self.publish(vec![at], Vec::new());
    }

    pub(super) fn answer_waiting(&mut self) {
        let snapshot = self.published();
        let (done, left): (Vec<Waiting>, Vec<Waiting>) = std::mem::take(&mut self.waiting).into_iter().partition(|w| w.left.is_empty());
        self.waiting = left;
        for waiting in done {
            let _ = waiting.done.send(snapshot.clone());
        }
    }
}
