//! How an engine is put together.

use super::Engine;
use crate::accounts::Accounts;
use crate::accounts::environment::EnvironmentTokens;
use crate::commit_index::CommitIndex;
use crate::engine_event::EventSender;
use crate::event_loop::{Collaborators, EventLoop, Publication};
use crate::executor::Executor;
use crate::executor::journal_writer::JournalWriter;
use crate::executor::work_in_progress::WorkInProgress;
use crate::issued_plans::IssuedPlans;
use crate::observe::Observer;
use crate::observe::app_lists::AppLists;
use crate::observe::read_memory::ReadMemory;
use crate::pipeline_couplings::PipelineCouplings;
use crate::plan_facts::PlanSources;
use crate::ports::{Clock, Secrets};
use crate::reducer::derive;
use crate::storage::Storage;
use crate::store::intents::Intents;
use crate::store::sqlite::Condition;
use crate::store::{Store, StoreError};
use slipway_domain::snapshot::{ServiceState, Snapshot};
use slipway_domain::time::Time;
use slipway_http::{CertificateAuthorities, Http, bundles_of_environment};
use slipway_vendor::Vendors;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::{broadcast, watch};

/// Changes that a slow subscriber may be behind before it misses some.
const CHANGES_KEPT: usize = 256;

pub struct Options {
    /// Those that can be connected.
    pub vendors: Vendors,
    pub data_dir: PathBuf,
    pub clock: Arc<dyn Clock>,
    pub secrets: Arc<dyn Secrets>,
    pub environment_tokens: EnvironmentTokens,
    /// False: a source is read only when asked for.
    pub polling: bool,
    /// Who acts, for the journal.
    pub by: String,
}

impl Engine {
    /// Opens the data folder and starts the loop on the current tokio runtime. The last state
    /// is there at once, with its age.
    pub async fn start(options: Options) -> Result<Self, StoreError> {
        let folder = &options.data_dir;
        let unusable = |why: String| StoreError::Folder { folder: folder.display().to_string(), why };
        std::fs::create_dir_all(folder).map_err(|e| unusable(e.to_string()))?;
        let (store, intents) = open(folder, options.clock.now())?;
        let clock = options.clock.clone();
        let trust = CertificateAuthorities::of(&bundles_of_environment());
        let http = Http::with_authorities(Arc::new(move || clock.now()), trust).map_err(|e| unusable(e.to_string()))?;
        let accounts = Accounts::new(options.vendors, http, folder, options.secrets, options.environment_tokens, store.clone())?;
        let known = known(&store, &accounts, options.clock.now())?;
        let opened = Opened { store, intents: Arc::new(intents), accounts: Arc::new(accounts), clock: options.clock };
        Ok(opened.start(known, options.polling, options.by))
    }
}

/// Opens both databases. What a person must know of them is kept as a notice.
fn open(folder: &Path, now: Time) -> Result<(Store, Intents), StoreError> {
    let store = Store::open(folder)?;
    let intents = Intents::open(folder, uuid::Uuid::new_v4().to_string())?;
    for (file, condition) in [("cache.db", &store.condition), ("intents.db", &intents.condition)] {
        if *condition != Condition::Sound {
            tracing::error!(file, ?condition, "a database was not as it should be");
        }
    }
    for note in Storage::of(&store, &intents).lasting_notes() {
        // On a full disk it cannot be kept; it is told again at the next start.
        if let Err(error) = intents.notify(&note, now) {
            tracing::warn!(%error, note, "a notice could not be kept");
        }
    }
    Ok((store, intents))
}

/// What was known at the end of the last run.
fn known(store: &Store, accounts: &Accounts, now: Time) -> Result<Vec<Arc<ServiceState>>, StoreError> {
    let mut services = store.states()?;
    for state in &mut services {
        let state = Arc::make_mut(state);
        accounts.describe(state);
        derive(state, now);
    }
    Ok(services)
}

/// What all parts of an engine share.
struct Opened {
    store: Store,
    intents: Arc<Intents>,
    accounts: Arc<Accounts>,
    clock: Arc<dyn Clock>,
}

impl Opened {
    fn start(self, known: Vec<Arc<ServiceState>>, polls: bool, by: String) -> Engine {
        let Self { store, intents, accounts, clock } = self;
        let (events, received) = EventSender::channel();
        let commits = Arc::new(CommitIndex::new(accounts.clone(), store.clone()));
        let couplings = Arc::new(PipelineCouplings::new(accounts.clone(), store.clone(), clock.clone()));
        let (plans, work) = (Arc::new(IssuedPlans::default()), Arc::new(WorkInProgress::default()));
        let sources = PlanSources {
            accounts: accounts.clone(),
            commits: commits.clone(),
            couplings: couplings.clone(),
            intents: intents.clone(),
            clock: clock.clone(),
        };
        let writer = JournalWriter { intents: intents.clone(), work: work.clone(), clock: clock.clone(), events: events.clone() };
        let executor = Arc::new(Executor::start(store.clone(), plans.clone(), sources.clone(), writer, by.clone()));
        let observer = Arc::new(Observer {
            accounts: accounts.clone(),
            store: store.clone(),
            commits: commits.clone(),
            apps: AppLists::new(accounts.clone(), clock.clone()),
            couplings,
            memory: ReadMemory::new(store.clone(), clock.clone(), polls),
        });
        let observed_at = known.iter().flat_map(|s| &s.sources).filter_map(|s| s.observed_at).max();
        let snapshot =
            Snapshot { rev: 0, observed_at, services: known.clone(), accounts: Vec::new(), notices: Vec::new(), ..Snapshot::default() };
        let (publisher, published) = watch::channel(Arc::new(snapshot));
        let (changes, _) = broadcast::channel(CHANGES_KEPT);
        let with = Collaborators {
            accounts: accounts.clone(),
            store: store.clone(),
            intents: intents.clone(),
            observer,
            executor: executor.clone(),
            clock: clock.clone(),
            polls,
        };
        let publication = Publication { snapshot: publisher, changes: changes.clone() };
        // It catches its own panics, and owns all tasks but the actions, which the executor does.
        tokio::spawn(EventLoop::new(with, publication, known).run(received));
        Engine { accounts, store, intents, commits, plans, sources, executor, work, clock, by, events, published, changes }
    }
}
