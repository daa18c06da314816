//! The loop: the only writer of the board.
//!
//! Every read carries the generation of the configuration that it began under. One of an earlier
//! generation is dropped: it may be of another repository, or through an account that is gone.

mod configuration;
mod inbox;
mod incidents;
mod journal;
mod kept;
mod persistence;
mod pins;
mod publication;
mod reads;
mod refresh;
mod restart;
mod tasks;
mod watches;

pub use publication::Change;
pub(crate) use publication::Publication;

use crate::accounts::Accounts;
use crate::dismissals;
use crate::engine_event::EngineEvent;
use crate::executor::Executor;
use crate::observe::{Depth, Observer};
use crate::ports::Clock;
use crate::reducer::{KeptRecords, Records};
use crate::scheduler::WindowAttention;
use crate::scheduler::change_probe::ChangeProbes;
use crate::scheduler::polling::Polling;
use crate::store::Store;
use crate::store::intents::Intents;
use crate::supervise::{OwnedTasks, Panicked, caught};
use inbox::Inbox;
use incidents::IncidentNews;
use refresh::Waiting;
use slipway_domain::dismissal::Dismissal;
use slipway_domain::journal::Entry;
use slipway_domain::snapshot::{Notice, ServiceState, Source};
use slipway_domain::time::Time;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tasks::TaskOwner;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval};
use watches::Watching;

/// Due sources are looked for this often: shorter than any interval, longer than nothing.
pub(crate) const TICK: Duration = Duration::from_millis(500);
/// A turn that takes longer is logged: it keeps all others waiting.
const SLOW_TURN: Duration = Duration::from_millis(100);
/// Between looks at open intents and at what other copies wrote to the journal.
const JOURNAL_EVERY: f64 = 2.0;
/// Between looks at what other processes have made of accounts and services.
const CONFIGURATION_EVERY: f64 = 1.0;
const ORPHANS_EVERY: f64 = 10.0;
/// A gap between ticks as long as this is a machine that slept.
const SLEPT: f64 = 60.0;

/// What the loop works with.
pub(crate) struct Collaborators {
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) store: Store,
    pub(crate) intents: Arc<Intents>,
    pub(crate) observer: Arc<Observer>,
    pub(crate) executor: Arc<Executor>,
    pub(crate) clock: Arc<dyn Clock>,
    /// False: a source is read only when asked for.
    pub(crate) polls: bool,
}

pub(crate) struct EventLoop {
    with: Collaborators,
    publication: Publication,
    services: Vec<Arc<ServiceState>>,
    rev: u64,
    attention: WindowAttention,
    tasks: OwnedTasks<TaskOwner, EngineEvent>,
    /// What is being read, and how much of it.
    reading: HashMap<Key, Depth>,
    /// Of these a whole read was asked for while less was being read.
    wanted_whole: HashSet<Key>,
    /// When any part of a source was last read.
    looked: HashMap<Key, Time>,
    generation: u64,
    polling: Polling,
    probes: ChangeProbes,
    /// Sources read by this run: what the first read shows is not news.
    read_once: HashSet<Key>,
    /// Services whose state was changed by more than a read since it was saved.
    unsaved: HashSet<String>,
    waiting: Vec<Waiting>,
    refreshes: u64,
    resting: Vec<oneshot::Sender<()>>,
    journal: Vec<Entry>,
    notices: Vec<Notice>,
    dismissals: Vec<(String, Dismissal)>,
    inbox: Inbox,
    incident_news: IncidentNews,
    kept: KeptRecords,
    watching: Watching,
    journal_version: i64,
    journal_read: Option<Time>,
    orphans_read: Option<Time>,
    settling: bool,
    last_tick: Option<Time>,
    configuration_version: i64,
    configuration_read: Option<Time>,
    /// A newer Slipway has written a database: said as long as this one runs.
    newer: Option<Notice>,
}

/// A service and one of its sources.
type Key = (String, Source);

impl EventLoop {
    pub(crate) fn new(with: Collaborators, publication: Publication, services: Vec<Arc<ServiceState>>) -> Self {
        Self {
            with,
            publication,
            services,
            rev: 0,
            attention: WindowAttention::default(),
            tasks: OwnedTasks::new(),
            reading: HashMap::new(),
            wanted_whole: HashSet::new(),
            looked: HashMap::new(),
            generation: 0,
            polling: Polling::default(),
            probes: ChangeProbes::default(),
            read_once: HashSet::new(),
            unsaved: HashSet::new(),
            waiting: Vec::new(),
            refreshes: 0,
            resting: Vec::new(),
            journal: Vec::new(),
            notices: Vec::new(),
            dismissals: Vec::new(),
            inbox: Inbox::default(),
            incident_news: IncidentNews::default(),
            kept: KeptRecords::default(),
            watching: Watching::default(),
            journal_version: -1,
            journal_read: None,
            orphans_read: None,
            settling: false,
            last_tick: None,
            configuration_version: -1,
            configuration_read: None,
            newer: None,
        }
    }

    /// Runs until it is told to stop. A panic costs what was being done, not the loop.
    pub(crate) async fn run(mut self, mut events: mpsc::UnboundedReceiver<EngineEvent>) {
        if caught(self.begin()).await.is_err() {
            self.restart(None).await;
        }
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let event = tokio::select! {
                event = events.recv() => event,
                end = self.tasks.next() => Some(end.unwrap_or_else(TaskOwner::into_event_of_panic)),
                _ = ticks.tick() => Some(EngineEvent::Tick),
            };
            match event {
                Some(EngineEvent::Stop(done)) => {
                    self.with.store.flush().await;
                    let _ = done.send(());
                    return;
                }
                Some(event) => self.turn(event).await,
                None => return,
            }
        }
    }

    async fn turn(&mut self, event: EngineEvent) {
        let (began, name, read) = (Instant::now(), event.name(), read_of(&event));
        if caught(self.handle(event)).await == Err(Panicked) {
            self.restart(read).await;
        }
        if caught(self.follow_releases()).await == Err(Panicked) {
            tracing::error!("watches, pins and records were not followed because of a panic");
        }
        if caught(self.follow_inbox()).await == Err(Panicked) {
            tracing::error!("the inbox was not followed because of a panic");
        }
        self.answer_resting();
        if let Some(took) = slow(began.elapsed()) {
            tracing::warn!(event = name, milliseconds = took, "a turn of the loop was slow");
        }
    }

    async fn begin(&mut self) {
        self.dismissals = dismissals::all(&self.with.store);
        self.read_journal().await;
        self.read_kept().await;
        self.read_inbox().await;
        self.publish_all();
        self.follow_inbox().await;
    }

    async fn handle(&mut self, event: EngineEvent) {
        match event {
            EngineEvent::Tick => self.on_tick().await,
            EngineEvent::Step(done) => {
                // First, so that a panic in the tick loses nobody who waits.
                self.resting.push(done);
                self.on_tick().await;
            }
            EngineEvent::Probe(answer) => self.on_probe(answer),
            EngineEvent::WatchProbe { watch, sample } => self.on_watch_probe(watch, sample),
            EngineEvent::WatchLog { watch, log } => self.on_watch_log(watch, log),
            EngineEvent::ReadFinished(read) => self.on_read_finished(read).await,
            EngineEvent::Refresh { service, within, done } => self.refresh(service.as_deref(), within, done),
            EngineEvent::Late(number) => self.on_late(number),
            EngineEvent::CaughtUp(done) => drop(done.send(self.published())),
            EngineEvent::Shown(service) => self.attention.shown = service,
            EngineEvent::Visible(visible) => self.attention.hidden = !visible,
            EngineEvent::Reconfigured(done) => {
                self.reconfigured();
                let _ = done.send(());
            }
            EngineEvent::JournalChanged => self.on_journal_changed().await,
            EngineEvent::OrphansSettled => self.settling = false,
            EngineEvent::Dismissed => self.read_dismissals(),
            EngineEvent::InboxChanged => self.read_inbox().await,
            EngineEvent::KeptChanged => self.on_kept_changed().await,
            EngineEvent::AccountsChanged => self.publish(Vec::new(), Vec::new()),
            EngineEvent::Stop(done) => drop(done.send(())),
        }
    }

    async fn on_tick(&mut self) {
        let now = self.with.clock.now();
        let slept = self.last_tick.is_some_and(|t| now.since(t) > SLEPT || now.since(t) < -1.0);
        self.last_tick = Some(now);
        if slept {
            self.on_resume();
        }
        if self.journal_read.is_none_or(|at| now.since(at).abs() >= JOURNAL_EVERY) {
            self.journal_read = Some(now);
            self.look_at_journal().await;
        }
        if self.configuration_read.is_none_or(|at| now.since(at).abs() >= CONFIGURATION_EVERY) {
            self.configuration_read = Some(now);
            self.look_at_configuration(now).await;
        }
        if !self.with.polls {
            return;
        }
        if self.orphans_read.is_none_or(|at| now.since(at).abs() >= ORPHANS_EVERY) {
            self.orphans_read = Some(now);
            self.settle_orphans();
        }
        self.start_due(now);
    }

    /// After a sleep: one refresh, spread out; and clocks that run forward again.
    fn on_resume(&mut self) {
        self.polling.on_resume();
        self.probes.on_resume();
    }

    fn settle_orphans(&mut self) {
        if self.settling || !self.journal.iter().any(Entry::is_open) {
            return;
        }
        self.settling = true;
        let executor = self.with.executor.clone();
        self.tasks.spawn(TaskOwner::OrphanSettling, async move {
            executor.settle_orphans().await;
            EngineEvent::OrphansSettled
        });
    }

    /// Tells those who wait for it that nothing is under way.
    fn answer_resting(&mut self) {
        if self.reading.is_empty() && self.probes.is_resting() && self.watching.is_resting() {
            for done in self.resting.drain(..) {
                let _ = done.send(());
            }
        }
    }

    /// Takes over what persons have said of alerts, in this process or another.
    fn read_dismissals(&mut self) {
        let said = dismissals::all(&self.with.store);
        if said != self.dismissals {
            self.dismissals = said;
            self.publish_all();
        }
    }

    fn records(&self) -> Records<'_> {
        Records { journal: &self.journal, dismissals: &self.dismissals, kept: &self.kept }
    }

    fn position(&self, service: &str) -> Option<usize> {
        self.services.iter().position(|state| state.name == service)
    }
}

/// The source whose read an event ends.
fn read_of(event: &EngineEvent) -> Option<Key> {
    match event {
        EngineEvent::ReadFinished(read) => Some((read.service.clone(), read.observation.source())),
        EngineEvent::Tick
        | EngineEvent::Step(_)
        | EngineEvent::Probe(_)
        | EngineEvent::WatchProbe { .. }
        | EngineEvent::WatchLog { .. }
        | EngineEvent::Refresh { .. }
        | EngineEvent::Late(_)
        | EngineEvent::CaughtUp(_)
        | EngineEvent::Shown(_)
        | EngineEvent::Visible(_)
        | EngineEvent::Reconfigured(_)
        | EngineEvent::JournalChanged
        | EngineEvent::OrphansSettled
        | EngineEvent::Dismissed
        | EngineEvent::InboxChanged
        | EngineEvent::KeptChanged
        | EngineEvent::AccountsChanged
        | EngineEvent::Stop(_) => None,
    }
}

/// The milliseconds of a turn that was slow.
fn slow(took: Duration) -> Option<u128> {
    (took > SLOW_TURN).then_some(took.as_millis())
}
