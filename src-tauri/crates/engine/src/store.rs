//! The cache: last states, settings, accounts, services, and what never changes once known.
//! Losing it costs requests, never an intent: those are in [`crate::store::intents`].

pub(crate) mod intents;
pub(crate) mod sqlite;

use crate::storage::newer_words;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use slipway_domain::service::{Account, Service};
use slipway_domain::snapshot::{ServiceState, Snapshot, Source, SourceState};
use slipway_domain::time::Time;
use sqlite::{Condition, Definition, Durability, OpenError};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("The data folder {folder} cannot be used: {why}. Check its permissions and free space, or set SLIPWAY_DATA_DIR.")]
    Folder { folder: String, why: String },
    #[error("The database cannot be used: {0}")]
    Database(#[from] rusqlite::Error),
    #[error("{0}")]
    NotAFile(String),
    #[error("{0}")]
    Newer(String),
    #[error("A stored value cannot be read: {0}")]
    Value(#[from] serde_json::Error),
}

impl From<OpenError> for StoreError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Database(error) => Self::Database(error),
            OpenError::NotAFile { .. } => Self::NotAFile(error.to_string()),
        }
    }
}

/// Cheap to clone; clones share the connection.
#[derive(Clone)]
pub struct Store {
    connection: Arc<Mutex<Connection>>,
    /// By service: see [`SeenRuns`].
    seen_runs: Arc<Mutex<HashMap<String, SeenRuns>>>,
    /// How `cache.db` was found when it was opened.
    pub condition: Condition,
}

const FILE: Definition = Definition {
    file: "cache.db",
    schema: SCHEMA,
    // Version 2: new words (an entry's `not_sent`, a source's `internal` and `late`, `production`).
    migrations: &[""],
    // What a person entered comes first: it cannot be asked for again.
    tables: &["account", "service", "setting", "state", "forever"],
    durability: Durability::Cache,
};

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS setting(key TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS account(id TEXT PRIMARY KEY, json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS service(name TEXT PRIMARY KEY, json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS state(service TEXT PRIMARY KEY, json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS forever(key TEXT PRIMARY KEY, json TEXT NOT NULL);";

/// The runs of a project that a reader of a service has seen. It belongs to the state it was read
/// with, of that service and in that process: what another reader has seen is news for this one.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct SeenRuns {
    project: String,
    runs: Vec<String>,
}

/// A row: the state, and what is of no interest outside.
#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(flatten)]
    state: ServiceState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seen_runs: Option<SeenRuns>,
}

/// `own` with those sources of `other` that were asked for later. Of another configuration nothing is
/// taken.
fn newest_of_both(mut own: Stored, mut other: Stored, now: Time) -> Stored {
    if own.state.config != other.state.config {
        return own;
    }
    let asked = |source: &SourceState| source.asked_at.or(source.observed_at);
    let is_later = |theirs: &&SourceState| {
        // What was asked in the future was asked by a clock that was wrong.
        let told = asked(theirs).filter(|at| *at <= now);
        own.state.source(&theirs.source).and_then(asked) < told
    };
    let later: Vec<SourceState> = other.state.sources.iter().filter(is_later).cloned().collect();
    if later.is_empty() {
        return own;
    }
    for theirs in later {
        if theirs.source == Source::Ci {
            own.seen_runs = other.seen_runs.take();
        }
        crate::board::take_source(&mut own.state, &other.state, &theirs.source);
        own.state.sources.retain(|source| source.source != theirs.source);
        own.state.sources.push(theirs);
    }
    own.state.sources.sort_by(|a, b| a.source.cmp(&b.source));
    crate::board::derive(&mut own.state, now);
    own
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    /// Opens `folder/cache.db`, in whatever condition it is.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let (connection, condition) = sqlite::open(folder, &FILE)?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)), seen_runs: Arc::default(), condition })
    }

    pub fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let mut services = Vec::new();
        for service in self.services()? {
            let json: Option<String> =
                self.lock().query_row("SELECT json FROM state WHERE service = ?1", [&service.name], |r| r.get(0)).optional()?;
            // A state of an older version is read again, not mourned.
            let stored = json.and_then(|j| serde_json::from_str::<Stored>(&j).ok());
            let (state, seen) = stored.map_or((None, None), |stored| (Some(stored.state), stored.seen_runs));
            if let Some(seen) = seen {
                lock(&self.seen_runs).entry(service.name.clone()).or_insert(seen);
            }
            // Nor is one of another repository, branch or CI: it must not be acted on.
            let state = state.filter(|s| s.repo == service.repo && s.branch == service.branch && s.config.ci == service.ci);
            let mut state = state.unwrap_or_else(|| ServiceState::unread(service.clone()));
            state.config = service;
            crate::board::reconfigure(&mut state);
            services.push(state);
        }
        let observed_at = services.iter().flat_map(|s| &s.sources).filter_map(|s| s.observed_at).max();
        Ok(Snapshot { rev: 0, observed_at, services, accounts: Vec::new(), notices: Vec::new() })
    }

    /// Keeps the state, and of each source what was asked for last: another process may have read it
    /// since. `now` is for what follows from both.
    pub fn save_state(&self, state: &ServiceState, now: Time) -> Result<(), StoreError> {
        tracing::trace!(target: "slipway_engine::count::write", table = "state");
        let seen_runs = lock(&self.seen_runs).get(&state.name).cloned();
        let mut connection = self.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let stored: Option<String> =
            transaction.query_row("SELECT json FROM state WHERE service = ?1", [&state.name], |r| r.get(0)).optional()?;
        let other = stored.and_then(|json| serde_json::from_str::<Stored>(&json).ok());
        let kept = match other {
            Some(other) => newest_of_both(Stored { state: state.clone(), seen_runs }, other, now),
            None => Stored { state: state.clone(), seen_runs },
        };
        let json = serde_json::to_string(&kept)?;
        transaction.execute("INSERT OR REPLACE INTO state(service, json) VALUES(?1, ?2)", params![state.name, json])?;
        transaction.commit()?;
        Ok(())
    }

    /// What this process knows of the runs of a service's project; None before it asked.
    pub fn seen_runs(&self, service: &str, project: &str) -> Option<Vec<String>> {
        lock(&self.seen_runs).get(service).filter(|seen| seen.project == project).map(|seen| seen.runs.clone())
    }

    /// To be kept with the state that was read with it, in which those runs are.
    pub fn note_seen_runs(&self, service: &str, project: &str, runs: Vec<String>) {
        lock(&self.seen_runs).insert(service.to_owned(), SeenRuns { project: project.to_owned(), runs });
    }

    /// What a person enters must not be lost in a copy in memory, beside the file of a newer version.
    fn may_change(&self) -> Result<(), StoreError> {
        self.newer().map_or(Ok(()), |why| Err(StoreError::Newer(newer_words(&why))))
    }

    /// A number that changes with every write of another connection.
    pub fn version(&self) -> i64 {
        self.lock().query_row("PRAGMA data_version", [], |r| r.get(0)).unwrap_or(0)
    }

    /// Why this version of Slipway may no longer act, when a newer one has written the database.
    pub fn newer(&self) -> Option<String> {
        sqlite::newer_now(&self.lock(), &self.condition, &FILE)
    }

    pub fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        self.rows("SELECT json FROM account ORDER BY rowid")
    }

    pub fn save_account(&self, account: &Account) -> Result<(), StoreError> {
        self.may_change()?;
        let json = serde_json::to_string(account)?;
        self.lock()
            .execute("INSERT INTO account(id, json) VALUES(?1, ?2) ON CONFLICT(id) DO UPDATE SET json = ?2", params![account.id, json])?;
        self.settle();
        Ok(())
    }

    pub fn remove_account(&self, id: &str) -> Result<bool, StoreError> {
        self.may_change()?;
        Ok(self.lock().execute("DELETE FROM account WHERE id = ?1", [id])? > 0)
    }

    pub fn services(&self) -> Result<Vec<Service>, StoreError> {
        self.rows("SELECT json FROM service ORDER BY rowid")
    }

    pub fn save_service(&self, service: &Service) -> Result<(), StoreError> {
        self.may_change()?;
        let json = serde_json::to_string(service)?;
        self.lock().execute(
            "INSERT INTO service(name, json) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET json = ?2",
            params![service.name, json],
        )?;
        self.settle();
        Ok(())
    }

    pub fn remove_service(&self, name: &str) -> Result<bool, StoreError> {
        self.may_change()?;
        self.lock().execute("DELETE FROM state WHERE service = ?1", [name])?;
        Ok(self.lock().execute("DELETE FROM service WHERE name = ?1", [name])? > 0)
    }

    pub fn setting(&self, key: &str) -> Option<String> {
        self.lock().query_row("SELECT value FROM setting WHERE key = ?1", [key], |r| r.get(0)).optional().ok().flatten()
    }

    /// The values of all settings whose names begin so.
    pub fn settings(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let connection = self.lock();
        let mut statement = connection.prepare("SELECT value FROM setting WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key")?;
        let rows = statement.query_map([prefix], |r| r.get::<_, String>(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn set_setting(&self, key: &str, value: &str) -> Result<(), StoreError> {
        tracing::trace!(target: "slipway_engine::count::write", table = "setting");
        self.may_change()?;
        self.lock().execute("INSERT OR REPLACE INTO setting(key, value) VALUES(?1, ?2)", params![key, value])?;
        Ok(())
    }

    /// What was learnt once and never changes: a slug's commit, the files of a head.
    pub fn known<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let json: Option<String> =
            self.lock().query_row("SELECT json FROM forever WHERE key = ?1", [key], |r| r.get(0)).optional().ok().flatten();
        json.and_then(|j| serde_json::from_str(&j).ok())
    }

    pub fn learn<T: Serialize>(&self, key: &str, value: &T) {
        tracing::trace!(target: "slipway_engine::count::write", table = "forever");
        let kept = serde_json::to_string(value)
            .map_err(StoreError::from)
            .and_then(|json| Ok(self.lock().execute("INSERT OR REPLACE INTO forever(key, json) VALUES(?1, ?2)", params![key, json])?));
        // Not kept means asked again, no more.
        if let Err(error) = kept {
            tracing::warn!(%error, "a fact could not be kept");
        }
    }

    fn rows<T: DeserializeOwned>(&self, query: &str) -> Result<Vec<T>, StoreError> {
        let connection = self.lock();
        let mut statement = connection.prepare(query)?;
        let rows = statement.query_map([], |r| r.get::<_, String>(0))?;
        let mut values = Vec::new();
        for row in rows {
            // One that makes no sense must not hide the others.
            match serde_json::from_str(&row?) {
                Ok(value) => values.push(value),
                Err(error) => tracing::warn!(%error, "a stored value could not be read"),
            }
        }
        Ok(values)
    }

    /// What a person entered goes to the main file at once: a folder that may only be read, or a
    /// full disk, leaves no way to read the log beside it.
    fn settle(&self) {
        let settled = self.lock().query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = settled {
            tracing::debug!(%error, "the log stays as it is");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        lock(&self.connection)
    }
}
