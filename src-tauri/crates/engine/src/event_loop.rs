//! The loop: the only writer of the board.
//!
//! Every reading carries the generation of the configuration that it began under. One of an earlier
//! generation is dropped: it may be of another repository, or through an account that is gone.

mod configuration;
mod journal;
mod persistence;
mod refresh;
mod restart;

use crate::dismissals;
use crate::executor::settle_orphans;
use crate::observe::{self, Observation};
use crate::reducer::{apply, derive, set_actions};
use crate::scheduler::change_probe::{ChangeProbes, ProbeAnswer};
use crate::scheduler::polling::Polling;
use crate::shared::{Change, Core, EngineEvent};
use crate::supervise::{self, Panicked};
use slipway_domain::diff::{Event, events};
use slipway_domain::dismissal::Dismissal;
use slipway_domain::journal::Entry;
use slipway_domain::snapshot::{Notice, ServiceState, Snapshot, Source};
use slipway_domain::time::Time;
use slipway_vendor::ReadError;
use std::collections::HashSet;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

/// Between looks at open intents and at what other copies wrote to the journal.
const JOURNAL_EVERY: f64 = 2.0;
/// Between looks at what other processes have made of accounts and services.
const CONFIGURATION_EVERY: f64 = 1.0;
const ORPHANS_EVERY: f64 = 10.0;
/// A gap between ticks as long as this is a machine that slept.
const SLEPT: f64 = 60.0;

pub struct EventLoop {
    core: Arc<Core>,
    published: watch::Sender<Arc<Snapshot>>,
    changes: broadcast::Sender<Arc<Change>>,
    services: Vec<ServiceState>,
    rev: u64,
    polling: bool,
    shown: Option<String>,
    hidden: bool,
    reading: HashSet<Key>,
    generation: u64,
    polling_schedule: Polling,
    probes: ChangeProbes,
    /// Sources read by this run: what the first read shows is not news.
    read_once: HashSet<Key>,
    /// Services whose state was changed by more than a reading since it was saved.
    unsaved: HashSet<String>,
    waiting: Vec<Waiting>,
    refreshes: u64,
    resting: Vec<oneshot::Sender<()>>,
    journal: Vec<Entry>,
    notices: Vec<Notice>,
    dismissals: Vec<(String, Dismissal)>,
    journal_version: i64,
    journal_read: Option<Time>,
    orphans_read: Option<Time>,
    settling: Arc<AtomicBool>,
    last_tick: Option<Time>,
    configuration_version: i64,
    configuration_read: Option<Time>,
    /// A newer Slipway has written a database: said as long as this one runs.
    newer: Option<Notice>,
}

/// A service and one of its sources.
type Key = (String, Source);

/// Somebody waits for a refresh.
struct Waiting {
    number: u64,
    left: HashSet<Key>,
    within: Duration,
    done: oneshot::Sender<Arc<Snapshot>>,
}

impl EventLoop {
    pub fn new(
        core: Arc<Core>,
        published: watch::Sender<Arc<Snapshot>>,
        changes: broadcast::Sender<Arc<Change>>,
        services: Vec<ServiceState>,
        polling: bool,
    ) -> Self {
        Self {
            core,
            published,
            changes,
            services,
            rev: 0,
            polling,
            shown: None,
            hidden: false,
            reading: HashSet::new(),
            generation: 0,
            polling_schedule: Polling::default(),
            probes: ChangeProbes::default(),
            read_once: HashSet::new(),
            unsaved: HashSet::new(),
            waiting: Vec::new(),
            refreshes: 0,
            resting: Vec::new(),
            journal: Vec::new(),
            notices: Vec::new(),
            dismissals: Vec::new(),
            journal_version: -1,
            journal_read: None,
            orphans_read: None,
            settling: Arc::default(),
            last_tick: None,
            configuration_version: -1,
            configuration_read: None,
            newer: None,
        }
    }

    /// Runs until it is told to stop. A panic costs what was being done, not the loop.
    pub async fn run(mut self, mut events: mpsc::UnboundedReceiver<EngineEvent>) {
        if supervise::caught(self.begin()).await.is_err() {
            self.restart(None).await;
        }
        while let Some(event) = events.recv().await {
            if let EngineEvent::Stop(done) = event {
                self.core.store.flush().await;
                let _ = done.send(());
                return;
            }
            let read = match &event {
                EngineEvent::Read { service, source, .. } => Some((service.clone(), source.clone())),
                EngineEvent::Tick
                | EngineEvent::Step(_)
                | EngineEvent::Probe(_)
                | EngineEvent::Refresh { .. }
                | EngineEvent::Late(_)
                | EngineEvent::CaughtUp(_)
                | EngineEvent::Shown(_)
                | EngineEvent::Visible(_)
                | EngineEvent::Reconfigured(_)
                | EngineEvent::JournalChanged
                | EngineEvent::Dismissed
                | EngineEvent::AccountsChanged
                | EngineEvent::Stop(_) => None,
            };
            if supervise::caught(self.take(event)).await == Err(Panicked) {
                self.restart(read).await;
            }
            self.answer_resting();
        }
    }

    async fn begin(&mut self) {
        self.dismissals = dismissals::all(&self.core.store);
        self.read_journal().await;
        self.publish_all();
    }

    async fn take(&mut self, event: EngineEvent) {
        match event {
            EngineEvent::Tick => self.tick().await,
            EngineEvent::Step(done) => {
                // First, so that a panic in the tick loses nobody who waits.
                self.resting.push(done);
                self.tick().await;
            }
            EngineEvent::Probe(answer) => self.on_probe(answer),
            EngineEvent::Read { service, source, generation, began, reading } => {
                self.on_read_finished((service, source), generation, began, *reading).await
            }
            EngineEvent::Refresh { service, within, done } => self.refresh(service.as_deref(), within, done),
            EngineEvent::Late(number) => self.late(number),
            EngineEvent::CaughtUp(done) => drop(done.send(self.published.borrow().clone())),
            EngineEvent::Shown(service) => self.shown = service,
            EngineEvent::Visible(visible) => self.hidden = !visible,
            EngineEvent::Reconfigured(done) => {
                self.reconfigured();
                let _ = done.send(());
            }
            EngineEvent::JournalChanged => self.journal_changed().await,
            EngineEvent::Dismissed => self.read_dismissals(),
            EngineEvent::AccountsChanged => self.publish(Vec::new(), Vec::new()),
            EngineEvent::Stop(done) => drop(done.send(())),
        }
    }

    async fn tick(&mut self) {
        let now = self.core.now();
        let slept = self.last_tick.is_some_and(|t| now.since(t) > SLEPT || now.since(t) < -1.0);
        self.last_tick = Some(now);
        if slept {
            // One refresh, spread out; and clocks that run forward again.
            self.polling_schedule.on_resume();
            self.probes.on_resume();
        }
        if self.journal_read.is_none_or(|at| now.since(at).abs() >= JOURNAL_EVERY) {
            self.journal_read = Some(now);
            self.look_at_journal().await;
        }
        if self.configuration_read.is_none_or(|at| now.since(at).abs() >= CONFIGURATION_EVERY) {
            self.configuration_read = Some(now);
            self.look_at_configuration(now).await;
        }
        if self.polling && self.orphans_read.is_none_or(|at| now.since(at).abs() >= ORPHANS_EVERY) {
            self.orphans_read = Some(now);
            self.settle_orphans();
        }
        if self.polling {
            self.start_due(now);
        }
    }

    fn settle_orphans(&self) {
        let any_open = self.journal.iter().any(Entry::is_open);
        if !any_open || self.settling.swap(true, Ordering::AcqRel) {
            return;
        }
        let (core, settling) = (self.core.clone(), self.settling.clone());
        supervise::spawn(async move { settle_orphans(&core).await }, move |_| settling.store(false, Ordering::Release));
    }

    fn start_due(&mut self, now: Time) {
        self.probes.ask_due(&self.core, &self.services, self.shown.as_deref(), self.hidden, now);
        let due =
            self.polling_schedule.due(&self.core, &self.services, &self.probes, &self.reading, self.shown.as_deref(), self.hidden, now);
        for (service, source) in due {
            self.start(&service, source);
        }
    }

    fn on_probe(&mut self, answer: ProbeAnswer) {
        let now = self.core.now();
        let confirmed = self.probes.on_probe(answer, now);
        let mut changed = Vec::new();
        for (at, state) in self.services.iter_mut().enumerate().filter(|(_, s)| confirmed.contains(&s.name)) {
            // As good as read again: all that it would bring is what is shown.
            if let Some(code) = state.sources.iter_mut().find(|s| s.source == Source::Code && s.error.is_none()) {
                (code.observed_at, code.asked_at) = (Some(now), Some(now));
                changed.push(at);
            }
        }
        if !changed.is_empty() {
            self.publish(changed, Vec::new());
        }
    }

    /// Tells those who wait for it that nothing is under way.
    fn answer_resting(&mut self) {
        if self.reading.is_empty() && self.probes.is_resting() {
            for done in self.resting.drain(..) {
                let _ = done.send(());
            }
        }
    }

    fn start(&mut self, service: &str, source: Source) -> bool {
        let Some(state) = self.services.iter().find(|s| s.name == service).cloned() else { return false };
        let key = (service.to_owned(), source.clone());
        if !self.reading.insert(key.clone()) {
            return true;
        }
        let began = self.core.now();
        self.polling_schedule.started(key, began);
        if source == Source::Code {
            self.probes.on_full_read_started(service);
        }
        let (core, generation, service) = (self.core.clone(), self.generation, service.to_owned());
        let work = {
            let (core, source) = (core.clone(), source.clone());
            async move { observe::read(&core, &state, &source).await }
        };
        supervise::spawn(work, move |end| {
            let reading = end.unwrap_or_else(|panicked| Observation::failed(&source, ReadError::Internal(panicked.to_string())));
            core.send(EngineEvent::Read { service, source, generation, began, reading: Box::new(reading) });
        });
        true
    }

    async fn on_read_finished(&mut self, key: Key, generation: u64, began: Time, mut reading: Observation) {
        if generation != self.generation {
            tracing::debug!(service = key.0, source = ?key.1, "a reading of an earlier configuration is dropped");
            return;
        }
        self.reading.remove(&key);
        if key.1 == Source::Code {
            // What another process has just asked for is not to be taken for the host's own doing.
            self.look_at_journal().await;
        }
        let service = key.0.as_str();
        tracing::trace!(target: "slipway_engine::count::observation", service, source = ?key.1);
        let now = self.core.now();
        if let Some(at) = self.services.iter().position(|s| s.name == service) {
            if key.1 == Source::Code && reading.error().is_some() {
                self.probes.on_full_read_failed(service);
            }
            let failed = reading.error().is_some();
            let new_runs = self.note_runs(&self.services[at], &mut reading);
            let mut next = apply(&self.core, &self.services[at], reading, &self.journal, now);
            if let Some(source) = next.sources.iter_mut().find(|s| s.source == key.1 && s.observed_at == Some(now)) {
                source.asked_at = Some(began);
            }
            set_actions(&mut next, &self.journal, now);
            dismissals::set(&mut next, &self.dismissals);
            derive(&mut next, now);
            note_trouble(&self.services[at], &next, &key.1);
            self.polling_schedule.on_read_finished(&key, &self.services[at], &next, failed);
            let first = self.read_once.insert(key.clone());
            let news = if first { Vec::new() } else { events(&self.services[at], &next, now) };
            self.keep(at, &next, new_runs, now);
            self.services[at] = next;
            self.publish(vec![at], news);
        }
        for waiting in &mut self.waiting {
            waiting.left.remove(&key);
        }
        self.answer_waiting();
    }

    /// Takes over what persons have said of alerts, in this process or another.
    fn read_dismissals(&mut self) {
        let said = dismissals::all(&self.core.store);
        if said != self.dismissals {
            self.dismissals = said;
            self.publish_all();
        }
    }

    fn publish_all(&mut self) {
        let now = self.core.now();
        for state in &mut self.services {
            set_actions(state, &self.journal, now);
            dismissals::set(state, &self.dismissals);
            derive(state, now);
        }
        self.publish((0..self.services.len()).collect(), Vec::new());
    }

    fn publish(&mut self, mut changed: Vec<usize>, news: Vec<Event>) {
        self.rev += 1;
        for at in 0..self.services.len() {
            let off = self.core.accounts.off(&self.services[at]);
            if off != self.services[at].off {
                self.services[at].off = off;
                changed.push(at);
            }
        }
        changed.sort_unstable();
        changed.dedup();
        let observed_at = self.services.iter().flat_map(|s| &s.sources).filter_map(|s| s.observed_at).max();
        let accounts = self.core.accounts.states();
        let change = Change {
            rev: self.rev,
            services: changed.into_iter().map(|at| self.services[at].clone()).collect(),
            order: self.services.iter().map(|s| s.name.clone()).collect(),
            accounts: accounts.clone(),
            notices: self.notices.clone(),
            observed_at,
            events: news,
        };
        self.published.send_replace(Arc::new(Snapshot {
            rev: self.rev,
            observed_at,
            services: self.services.clone(),
            accounts,
            notices: self.notices.clone(),
        }));
        // No receiver is no loss.
        let _ = self.changes.send(Arc::new(change));
    }
}

/// For the log: that a source began or ceased to fail. The kind only; words may quote an answer.
fn note_trouble(before: &ServiceState, after: &ServiceState, source: &Source) {
    let kind = |state: &ServiceState| state.source(source).and_then(|s| s.error.as_ref()).map(|e| e.kind);
    match (kind(before), kind(after)) {
        (was, Some(is)) if was != Some(is) => tracing::info!(service = after.name, ?source, error = ?is, "a source is not read"),
        (Some(_), None) => tracing::info!(service = after.name, ?source, "a source is read again"),
        (_, Some(_)) | (None, None) => {}
    }
}
