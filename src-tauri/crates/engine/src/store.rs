//! The cache: last states, settings, accounts, services, and what never changes once known.
//! Losing it costs requests, never an intent: those are in [`crate::intents`].

use crate::database::{self, Condition, Definition, Durability, OpenError};
use crate::storage::newer_words;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Serialize, de::DeserializeOwned};
use slipway_domain::service::{Account, Service};
use slipway_domain::snapshot::{ServiceState, Snapshot};
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

impl Store {
    /// Opens `folder/cache.db`, in whatever condition it is.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let (connection, condition) = database::open(folder, &FILE)?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)), condition })
    }

    pub fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let mut services = Vec::new();
        for service in self.services()? {
            let json: Option<String> =
                self.lock().query_row("SELECT json FROM state WHERE service = ?1", [&service.name], |r| r.get(0)).optional()?;
            // A state of an older version is read again, not mourned.
            let state = json.and_then(|j| serde_json::from_str::<ServiceState>(&j).ok());
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

    pub fn save_state(&self, state: &ServiceState) -> Result<(), StoreError> {
        let json = serde_json::to_string(state)?;
        self.lock().execute("INSERT OR REPLACE INTO state(service, json) VALUES(?1, ?2)", params![state.name, json])?;
        Ok(())
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
        database::newer_now(&self.lock(), &self.condition, &FILE)
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
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
