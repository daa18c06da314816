//! Reads of sources: when they begin, and what they bring.

use super::tasks::TaskOwner;
use super::{EventLoop, Key};
use crate::engine_event::{EngineEvent, ReadFinished};
use crate::observe::Depth;
use crate::observe::observation::Observation;
use crate::reducer::{AccountAnswer, Effects, ReadOf, Reduced, reduce};
use crate::scheduler::change_probe::ProbeAnswer;
use slipway_domain::snapshot::{ServiceState, Source};
use slipway_domain::time::Time;
use slipway_http::Urgency;
use std::sync::Arc;

impl EventLoop {
    pub(super) fn start_due(&mut self, now: Time) {
        let accounts = &self.with.accounts;
        for probe in self.probes.due(accounts, &self.services, &self.attention, now) {
            let owner = TaskOwner::Probe(probe.asked().clone());
            self.tasks.spawn(owner, async move { EngineEvent::Probe(probe.ask().await) });
        }
        for ((service, source), depth) in self.polling.due(accounts, &self.services, &self.probes, &self.reading, &self.attention, now) {
            self.start(&service, source, depth);
        }
    }

    pub(super) fn on_probe(&mut self, answer: ProbeAnswer) {
        let now = self.with.clock.now();
        let confirmed = self.probes.on_probe(answer, now);
        let mut changed = Vec::new();
        for (at, state) in self.services.iter_mut().enumerate().filter(|(_, s)| confirmed.contains(&s.name)) {
            // A full read would bring what is shown already, so it counts as one.
            let Some(code) = state.sources.iter().position(|s| s.source == Source::Code && s.error.is_none()) else { continue };
            let code = &mut Arc::make_mut(state).sources[code];
            (code.observed_at, code.asked_at) = (Some(now), Some(now));
            changed.push(at);
        }
        if !changed.is_empty() {
            self.publish(changed, Vec::new());
        }
    }

    /// Begins the read unless it is under way. False: there is no such service.
    pub(super) fn start(&mut self, service: &str, source: Source, depth: Depth) -> bool {
        let Some(state) = self.position(service).map(|at| self.services[at].clone()) else { return false };
        let key = (service.to_owned(), source.clone());
        if let Some(under_way) = self.reading.get(&key) {
            if depth == Depth::Whole && *under_way != Depth::Whole {
                self.wanted_whole.insert(key);
            }
            return true;
        }
        self.reading.insert(key.clone(), depth);
        let began = self.with.clock.now();
        self.polling.started(key, depth, began);
        if source == Source::Code {
            self.probes.on_full_read_started(service);
        }
        let (observer, generation, service) = (self.with.observer.clone(), self.generation, service.to_owned());
        let is_seen = !self.attention.hidden && self.attention.shown.as_deref() == Some(&service);
        let urgency = if is_seen { Urgency::Person } else { Urgency::Background };
        let owner = TaskOwner::Read { service: service.clone(), source: source.clone(), generation, began };
        self.tasks.spawn(owner, async move {
            let observation = Box::new(observer.read(&state, &source, depth, urgency).await);
            EngineEvent::ReadFinished(ReadFinished { service, generation, began, observation })
        });
        true
    }

    pub(super) async fn on_read_finished(&mut self, read: ReadFinished) {
        let ReadFinished { service, generation, began, observation } = read;
        let key = (service, observation.source());
        if generation != self.generation {
            tracing::debug!(service = key.0, source = ?key.1, "a read of an earlier configuration is dropped");
            return;
        }
        self.reading.remove(&key);
        let again = self.wanted_whole.remove(&key);
        if key.1 == Source::Code {
            // So that an action which another process has just sent is not taken for the host's own doing.
            self.look_at_journal().await;
        }
        tracing::trace!(target: "slipway_engine::count::observation", service = key.0, source = ?key.1);
        if let Some(at) = self.position(&key.0) {
            self.observe(at, &key, *observation, began);
        }
        if again && self.start(&key.0, key.1.clone(), Depth::Whole) {
            return;
        }
        for waiting in &mut self.waiting {
            waiting.left.remove(&key);
        }
        self.answer_waiting();
    }

    fn observe(&mut self, at: usize, key: &Key, observation: Observation, began: Time) {
        let failed = observation.error().is_some();
        if failed && key.1 == Source::Code {
            self.probes.on_full_read_failed(&key.0);
        }
        let now = self.with.clock.now();
        let before = self.services[at].clone();
        let looked = if failed { None } else { self.looked.insert(key.clone(), now) };
        let read = ReadOf { began: Some(began), is_first: !self.read_once.contains(key), looked };
        let Reduced { state: mut next, effects } = reduce(&before, observation, self.records(), read, now);
        log_trouble(&before, &next, &key.1);
        self.polling.on_read_finished(key, &before, &next, failed);
        self.read_once.insert(key.clone());
        let Effects { account, seen_runs, events } = effects;
        self.note_account(&next, account, now);
        let other_runs = seen_runs.is_some_and(|seen| self.with.store.note_seen_runs(&next.name, &seen.project, seen.runs));
        let is_same = self.is_saved_as(&before, &mut next, other_runs);
        let next = Arc::new(next);
        self.save(&next, is_same, now);
        self.services[at] = next;
        self.publish(vec![at], events);
    }

    /// Remembers what a read said of the account it went through.
    pub(super) fn note_account(&self, state: &ServiceState, answer: Option<AccountAnswer>, now: Time) {
        if let Some(AccountAnswer { source, vendor, error }) = answer {
            self.with.accounts.note(&state.config, (&source, vendor), error.as_ref(), now);
        }
    }
}

/// For the log: that a source began or ceased to fail. The kind only; words may quote an answer.
fn log_trouble(before: &ServiceState, after: &ServiceState, source: &Source) {
    let kind = |state: &ServiceState| state.source(source).and_then(|s| s.error.as_ref()).map(|e| e.kind);
    match (kind(before), kind(after)) {
        (was, Some(is)) if was != Some(is) => tracing::info!(service = after.name, ?source, error = ?is, "a source is not read"),
        (Some(_), None) => tracing::info!(service = after.name, ?source, "a source is read again"),
        (_, Some(_)) | (None, None) => {}
    }
}
