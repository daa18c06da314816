//! A refresh: every source once, for somebody who waits, but not for ever.

use super::{EventLoop, Key, Waiting};
use crate::dismissals;
use crate::observe::{Observation, sources};
use crate::reducer::{apply, derive, set_actions};
use crate::shared::EngineEvent;
use slipway_domain::snapshot::Snapshot;
use slipway_vendor::ReadError;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

impl EventLoop {
    pub(super) fn refresh(&mut self, service: Option<&str>, within: Duration, done: oneshot::Sender<Arc<Snapshot>>) {
        let wanted: Vec<Key> = self
            .services
            .iter()
            .filter(|s| service.is_none_or(|name| s.name == name))
            .flat_map(|s| sources(s).into_iter().map(|(source, _)| (s.name.clone(), source)))
            .collect();
        let mut left = HashSet::new();
        for (service, source) in wanted {
            if self.start(&service, source.clone()) {
                left.insert((service, source));
            }
        }
        self.refreshes += 1;
        let number = self.refreshes;
        self.waiting.push(Waiting { number, left, within, done });
        self.answer_waiting();
        if self.waiting.iter().any(|w| w.number == number) {
            let core = Arc::downgrade(&self.core);
            tokio::spawn(async move {
                tokio::time::sleep(within).await;
                if let Some(core) = core.upgrade() {
                    core.send(EngineEvent::Late(number));
                }
            });
        }
    }

    /// The time of a refresh is up: what has not answered is marked, and goes on by itself.
    pub(super) fn late(&mut self, number: u64) {
        let Some(at) = self.waiting.iter().position(|w| w.number == number) else { return };
        let (left, within) = (self.waiting[at].left.clone(), self.waiting[at].within);
        let message = format!("It was not read within {} s; what is shown of it is what was known before", within.as_secs_f64().ceil());
        for key in &left {
            self.fail(key, ReadError::Late(message.clone()));
        }
        self.waiting[at].left.clear();
        self.answer_waiting();
    }

    /// Marks a source as not read. The reading itself may still be under way.
    pub(super) fn fail(&mut self, key: &Key, error: ReadError) {
        let Some(at) = self.services.iter().position(|s| s.name == key.0) else { return };
        let now = self.core.now();
        let mut next = apply(&self.core, &self.services[at], Observation::failed(&key.1, error), &self.journal, now);
        set_actions(&mut next, &self.journal, now);
        dismissals::set(&mut next, &self.dismissals);
        derive(&mut next, now);
        self.unsaved.insert(key.0.clone());
        self.services[at] = next;
        self.publish(vec![at], Vec::new());
    }

    pub(super) fn answer_waiting(&mut self) {
        let snapshot = self.published.borrow().clone();
        let (done, left): (Vec<Waiting>, Vec<Waiting>) = std::mem::take(&mut self.waiting).into_iter().partition(|w| w.left.is_empty());
        self.waiting = left;
        for waiting in done {
            let _ = waiting.done.send(snapshot.clone());
        }
    }
}
