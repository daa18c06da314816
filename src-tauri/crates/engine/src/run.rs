//! The engine's door and its one loop over a closed set of inputs.

mod board_loop;
mod door;
mod pace;
mod pulse;

pub use door::Engine;

use crate::connections::Connections;
use crate::intents::Intents;
use crate::ports::{Clock, Secrets};
use crate::store::Store;
use crate::sync::Reading;
use slipway_domain::action::Action;
use slipway_domain::diff::Event;
use slipway_domain::plan::Plan;
use slipway_domain::service::Service;
use slipway_domain::snapshot::{AccountState, Notice, ServiceState, Snapshot, Source};
use slipway_domain::status::ProviderKind;
use slipway_domain::time::Time;
use slipway_providers::{Ci, CodeHost, Platform, ReadError};
use std::collections::{HashMap, HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedMutexGuard, mpsc, oneshot};

pub struct Options {
    pub data_dir: PathBuf,
    pub clock: Arc<dyn Clock>,
    pub secrets: Arc<dyn Secrets>,
    /// Tokens given in the environment. They serve the only account of their kind.
    pub environment_tokens: Vec<(ProviderKind, String)>,
    /// False: a source is read only when asked for.
    pub polling: bool,
    /// Who acts, for the journal.
    pub by: String,
}

/// What a publication changed.
#[derive(Clone, Debug)]
pub struct Change {
    pub rev: u64,
    pub services: Vec<ServiceState>,
    pub order: Vec<String>,
    pub accounts: Vec<AccountState>,
    pub notices: Vec<Notice>,
    pub observed_at: Option<Time>,
    pub events: Vec<Event>,
}

/// Everything that can happen to the board.
pub enum Input {
    Tick,
    /// A tick whose sender waits until all that is under way has answered.
    Step(oneshot::Sender<()>),
    Pulse(pulse::Heard),
    Read {
        service: String,
        source: Source,
        reading: Box<Reading>,
    },
    Refresh {
        service: Option<String>,
        done: oneshot::Sender<Arc<Snapshot>>,
    },
    Shown(Option<String>),
    Visible(bool),
    Reconfigured(oneshot::Sender<()>),
    JournalChanged,
    /// What an account may do has changed.
    AccountsChanged,
    Stop(oneshot::Sender<()>),
}

/// What the loop, the reads beside it and the actions share.
pub struct Core {
    pub store: Store,
    pub intents: Intents,
    pub connections: Connections,
    pub by: String,
    /// The program stays: the window and `watch`.
    pub polling: bool,
    clock: Arc<dyn Clock>,
    inputs: mpsc::UnboundedSender<Input>,
    plans: Mutex<VecDeque<Plan>>,
    working: Mutex<HashSet<String>>,
    commits: Mutex<HashMap<String, String>>,
    /// By account of a code host: whose turn to write it is.
    turns: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    pipeline_reads: Mutex<HashMap<String, Time>>,
}

/// Plans kept for a confirmation; the oldest go first.
const ISSUED: usize = 64;
const STATISTICS_EVERY: f64 = 3600.0;

impl Core {
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    pub fn send(&self, input: Input) {
        // The loop is gone only while the engine stops; then nobody looks at the board.
        let _ = self.inputs.send(input);
    }

    pub fn service(&self, name: &str) -> Option<Service> {
        self.store.services().ok()?.into_iter().find(|s| s.name == name)
    }

    /// None for actions on other systems than the code host: those need no turn.
    pub async fn turn_to_write(&self, service: &Service, action: &Action) -> Option<OwnedMutexGuard<()>> {
        if !matches!(action, Action::Merge { .. } | Action::Revert { .. }) {
            return None;
        }
        let account = self.connections.account_id(service, ProviderKind::Github)?;
        let turn = lock(&self.turns).entry(account).or_default().clone();
        Some(turn.lock_owned().await)
    }

    /// Hands out a plan: only an issued one can be executed, and once.
    pub fn issue(&self, plan: Plan) -> Plan {
        let mut plans = lock(&self.plans);
        plans.retain(|p| p.id != plan.id);
        plans.push_back(plan.clone());
        if plans.len() > ISSUED {
            plans.pop_front();
        }
        plan
    }

    pub fn claim(&self, id: &str) -> Option<Plan> {
        let mut plans = lock(&self.plans);
        let at = plans.iter().position(|p| p.id == id)?;
        plans.remove(at)
    }

    pub fn work_on(&self, entry: &str) {
        lock(&self.working).insert(entry.to_owned());
    }

    pub fn rest_from(&self, entry: &str) {
        lock(&self.working).remove(entry);
    }

    pub fn works_on(&self, entry: &str) -> bool {
        lock(&self.working).contains(entry)
    }

    /// A slug's commit never changes: asked once, ever.
    pub fn known_commit(&self, slug: &str) -> Option<String> {
        if let Some(commit) = lock(&self.commits).get(slug) {
            return Some(commit.clone());
        }
        let commit: String = self.store.known(&format!("slug:{slug}"))?;
        lock(&self.commits).insert(slug.to_owned(), commit.clone());
        Some(commit)
    }

    pub fn code_host(&self, service: &str) -> Result<Arc<dyn CodeHost>, ReadError> {
        self.connections.code_host(&self.configured(service)?)
    }

    pub fn ci(&self, service: &str) -> Result<Arc<dyn Ci>, ReadError> {
        let ci = self.connections.ci(&self.configured(service)?)?;
        ci.ok_or_else(|| ReadError::NotFound(format!("{service} has no CI")))
    }

    /// What runs `app`, one of the service's.
    pub fn platform(&self, service: &str, app: &str) -> Result<Arc<dyn Platform>, ReadError> {
        self.connections.platform(&self.configured(service)?, app)
    }

    fn configured(&self, name: &str) -> Result<Service, ReadError> {
        self.service(name).ok_or_else(|| ReadError::NotFound(format!("There is no service {name}")))
    }

    pub async fn slug_commit(&self, service: &Service, app: &str, slug: &str) -> Result<Option<String>, ReadError> {
        if let Some(known) = self.known_commit(slug) {
            return Ok(Some(known));
        }
        let platform = self.connections.platform(service, app)?;
        self.commit_at(&*platform, app, slug).await
    }

    /// As [`Self::slug_commit`], of an app that is no service's.
    pub async fn commit_at(&self, platform: &dyn Platform, app: &str, slug: &str) -> Result<Option<String>, ReadError> {
        if let Some(known) = self.known_commit(slug) {
            return Ok(Some(known));
        }
        let commit = platform.slug_commit(app, slug).await?;
        if let Some(commit) = &commit {
            self.store.learn(&format!("slug:{slug}"), commit);
            lock(&self.commits).insert(slug.to_owned(), commit.clone());
        }
        Ok(commit)
    }

    pub fn note_pipeline_read(&self, id: &str) {
        lock(&self.pipeline_reads).insert(id.to_owned(), self.now());
    }

    pub fn pipeline_read_at(&self, id: &str) -> Option<Time> {
        lock(&self.pipeline_reads).get(id).copied()
    }

    pub fn may_ask_statistics(&self, project: &str) -> bool {
        let (now, key) = (self.now(), format!("statistics-asked:{project}"));
        if self.store.known::<Time>(&key).is_some_and(|at| now.since(at).abs() < STATISTICS_EVERY) {
            return false;
        }
        self.store.learn(&key, &now);
        true
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
