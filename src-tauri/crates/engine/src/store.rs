//! What is kept on the disk. `cache.db`: the last states, settings, accounts, services, and facts;
//! losing it costs requests, never an intent. Those are in `intents.db`, see [`intents`].
//!
//! Each database has a thread of its own, see [`thread`].

mod board;
mod configuration;
mod facts;
pub(crate) mod intents;
pub(crate) mod service_edit;
mod service_order;
pub(crate) mod sqlite;
mod thread;

pub(crate) use board::{Ages, of_one_content};
pub use thread::NoAnswer;

use board::{Board, SeenRuns};
use rusqlite::Connection;
use serde::de::DeserializeOwned;
use sqlite::{Condition, Definition, Durability, OpenError};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use thread::{DatabaseThread, Owned};

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
    #[error("A thread for the database cannot be started: {0}")]
    Thread(#[from] std::io::Error),
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
}

impl From<OpenError> for StoreError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Database(error) => Self::Database(error),
            OpenError::NotAFile { .. } => Self::NotAFile(error.to_string()),
        }
    }
}

/// Cheap to clone; clones share the thread.
#[derive(Clone)]
pub(crate) struct Store {
    cache: Arc<DatabaseThread<Cache>>,
    /// By service: see [`SeenRuns`].
    seen_runs: Arc<Mutex<HashMap<String, SeenRuns>>>,
    /// How `cache.db` was found when it was opened.
    pub condition: Condition,
}

const FILE: Definition = Definition {
    file: "cache.db",
    schema: SCHEMA,
    migrations: &[
        SCHEMA_1,
        // New words: an entry's `not_sent`, a source's `internal` and `late`, `production`.
        "",
        "CREATE TABLE age(service TEXT PRIMARY KEY, json TEXT NOT NULL);
         CREATE TABLE part(service TEXT NOT NULL, name TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY(service, name));
         ALTER TABLE forever ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;",
        // New words: alerts of watches and pins, and how long an environment is watched.
        "",
    ],
    // What a person entered comes first: it cannot be asked for again.
    tables: &["account", "service", "setting", "state", "part", "age", "forever"],
    durability: Durability::Cache,
};

const SCHEMA_1: &str = "
    CREATE TABLE IF NOT EXISTS setting(key TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS account(id TEXT PRIMARY KEY, json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS service(name TEXT PRIMARY KEY, json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS state(service TEXT PRIMARY KEY, json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS forever(key TEXT PRIMARY KEY, json TEXT NOT NULL);";

/// `part`: what one source tells of a service, where it is not in the state itself. `age`: when the parts of a state were read, where that is newer than what is in the state.
/// `forever.used_at`: seconds of Unix time.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS setting(key TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS account(id TEXT PRIMARY KEY, json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS service(name TEXT PRIMARY KEY, json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS state(service TEXT PRIMARY KEY, json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS part(service TEXT NOT NULL, name TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY(service, name));
    CREATE TABLE IF NOT EXISTS age(service TEXT PRIMARY KEY, json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS forever(key TEXT PRIMARY KEY, json TEXT NOT NULL, used_at INTEGER NOT NULL DEFAULT 0);";

/// What the thread of `cache.db` owns.
struct Cache {
    connection: Connection,
    condition: Condition,
    board: Board,
}

impl Cache {
    fn newer(&self) -> Option<String> {
        sqlite::newer_now(&self.connection, &self.condition, &FILE)
    }
}

impl Owned for Cache {
    fn flush(&mut self) {
        self.write_ages(None);
    }
}

/// For a person whose databases a newer Slipway has written; `why` begins in lower case.
pub(crate) fn newer_words(why: &str) -> String {
    format!(
        "{}. This one changes nothing, there or at the vendors; what it shows may be old. Use the newer Slipway.",
        slipway_domain::humanize::capital(why)
    )
}

/// What of a database may have changed behind this process's back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileState {
    /// A number that changes with every write of another connection.
    pub version: i64,
    /// Why this version of Slipway may no longer act, when a newer one has written the database.
    pub newer: Option<String>,
}

fn file_state(connection: &Connection, newer: Option<String>) -> Result<FileState, StoreError> {
    let version = connection.query_row("PRAGMA data_version", [], |r| r.get(0)).unwrap_or(0);
    Ok(FileState { version, newer })
}

impl Store {
    /// Opens `folder/cache.db`, in whatever condition it is.
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        let (connection, condition) = sqlite::open(folder, &FILE)?;
        if condition.keeps_nothing().is_none()
            && let Err(error) = facts::shrink(&connection)
        {
            tracing::warn!(%error, "the cache could not be made smaller");
        }
        let cache = Cache { connection, condition: condition.clone(), board: Board::default() };
        let cache = Arc::new(DatabaseThread::start("cache.db", cache)?);
        Ok(Self { cache, seen_runs: Arc::default(), condition })
    }

    pub(crate) async fn file_state(&self) -> Result<FileState, StoreError> {
        self.cache.call(|cache| file_state(&cache.connection, cache.newer())).await
    }

    /// Returns once all that was sent to the thread so far is in the file.
    pub(crate) async fn flush(&self) {
        let flushed: Result<(), NoAnswer> = self
            .cache
            .call(|cache| {
                cache.flush();
                Ok(())
            })
            .await;
        if let Err(error) = flushed {
            tracing::warn!(%error, "the cache could not be written to its end");
        }
    }

    fn seen_runs(&self) -> MutexGuard<'_, HashMap<String, SeenRuns>> {
        self.seen_runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn rows<T: DeserializeOwned>(connection: &Connection, query: &str) -> Result<Vec<T>, StoreError> {
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
