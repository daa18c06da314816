//! The durable journal of intents. An intent that is not durable is an action not sent.
//!
//! It is also the only exclusion there is: at most one open intent per target, across the
//! window, the terminal and a second copy. A process holds a lock on `owners/<id>` while it
//! lives, so that nobody settles an action whose owner still works on it.

use crate::database::{self, Condition, Definition, Durability};
use crate::store::StoreError;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use slipway_domain::journal::{Entry, EntryState};
use slipway_domain::snapshot::Notice;
use slipway_domain::time::Time;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, thiserror::Error)]
pub enum IntentError {
    #[error("{} of {} is under way ({}). Wait until it is settled; see `slipway journal`.", .0.action, .0.target, .0.state)]
    Busy(Box<Entry>),
    #[error("The intent could not be written, so nothing was sent: {0}.")]
    NotDurable(String),
}

impl From<rusqlite::Error> for IntentError {
    fn from(error: rusqlite::Error) -> Self {
        if database::is_newer(&error) {
            return Self::NotDurable(error.to_string());
        }
        Self::NotDurable(format!("{error}. Free some disk space or check the data folder"))
    }
}

impl From<serde_json::Error> for IntentError {
    fn from(error: serde_json::Error) -> Self {
        Self::NotDurable(error.to_string())
    }
}

pub struct Intents {
    connection: Mutex<Connection>,
    owner: String,
    owners: PathBuf,
    /// Held, not read: the lock goes when the process does.
    _alive: Option<File>,
    /// How `intents.db` was found when it was opened.
    pub condition: Condition,
    /// Entries that made no sense when it was opened; see [`put_unreadable_aside`].
    pub unreadable: usize,
}

// Version 2: entries have new words (`not_sent`) and say more.
const FILE: Definition =
    Definition { file: "intents.db", schema: SCHEMA, migrations: &[""], tables: &["intent", "notice"], durability: Durability::Journal };

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS intent(
        id TEXT PRIMARY KEY, target TEXT NOT NULL, owner TEXT NOT NULL, open INTEGER NOT NULL, at TEXT NOT NULL, json TEXT NOT NULL);
    CREATE UNIQUE INDEX IF NOT EXISTS one_open_intent_per_target ON intent(target) WHERE open = 1;
    CREATE INDEX IF NOT EXISTS by_time ON intent(at);
    CREATE TABLE IF NOT EXISTS notice(id TEXT PRIMARY KEY, at TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS unreadable(id TEXT, target TEXT, json TEXT);";

impl Intents {
    pub fn open(folder: &Path, owner: String) -> Result<Self, StoreError> {
        let owners = folder.join("owners");
        let (connection, mut condition) = database::open(folder, &FILE)?;
        let alive = match stay_alive(&owners, &owner) {
            Ok(file) => Some(file),
            Err(error) => {
                // Without it another process would take this one's actions for abandoned.
                if condition.keeps_nothing().is_none() {
                    condition = Condition::Unwritable { why: error.to_string() };
                }
                None
            }
        };
        let unreadable = put_unreadable_aside(&connection)?;
        let intents = Self { connection: Mutex::new(connection), owner, owners, _alive: alive, condition, unreadable };
        intents.sweep_owners();
        Ok(intents)
    }

    /// Makes the intent durable and takes its target, or says why not.
    pub fn begin(&self, target: &str, entry: &Entry) -> Result<(), IntentError> {
        if let Some(why) = self.condition.keeps_nothing() {
            return Err(IntentError::NotDurable(format!("the journal cannot be written: {why}")));
        }
        let json = serde_json::to_string(entry)?;
        let mut connection = self.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let busy: Option<String> =
            transaction.query_row("SELECT json FROM intent WHERE target = ?1 AND open = 1", [target], |r| r.get(0)).optional()?;
        if let Some(busy) = busy {
            return Err(IntentError::Busy(Box::new(serde_json::from_str(&busy)?)));
        }
        transaction.execute(
            "INSERT INTO intent(id, target, owner, open, at, json) VALUES(?1, ?2, ?3, 1, ?4, ?5)",
            params![entry.id, target, self.owner, entry.at.to_string(), json],
        )?;
        transaction.commit()?;
        Ok(())
    }

    /// Writes the entry's new state; a settled one frees its target.
    pub fn update(&self, entry: &Entry) -> Result<(), IntentError> {
        let json = serde_json::to_string(entry)?;
        let changed = self.lock().execute(
            "UPDATE intent SET json = ?2, open = ?3, owner = ?4 WHERE id = ?1 AND open = 1",
            params![entry.id, json, entry.state.is_open(), self.owner],
        )?;
        match (changed, self.entry(&entry.id)) {
            (1, _) => Ok(()),
            // Settled meanwhile, by whoever saw it first: an outcome is never taken back.
            (_, Some(_)) => Ok(()),
            (_, None) => Err(IntentError::NotDurable("the entry is gone".to_owned())),
        }
    }

    /// Newest first.
    pub fn all(&self) -> Result<Vec<Entry>, StoreError> {
        self.entries("SELECT json FROM intent ORDER BY at DESC, rowid DESC LIMIT 1000", [])
    }

    pub fn entry(&self, id: &str) -> Option<Entry> {
        self.entries("SELECT json FROM intent WHERE id = ?1", [id]).ok()?.pop()
    }

    /// Open intents nobody works on: their owner is gone, or it is this process and `mine`
    /// says it has stopped working on them.
    pub fn orphans(&self, working_on: impl Fn(&str) -> bool) -> Result<Vec<Entry>, StoreError> {
        // What cannot be written down cannot be settled; it is shown as it is.
        if self.condition.keeps_nothing().is_some() {
            return Ok(Vec::new());
        }
        let rows: Vec<(String, String)> = {
            let connection = self.lock();
            let mut statement = connection.prepare("SELECT owner, json FROM intent WHERE open = 1 ORDER BY at")?;
            let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?;
            rows.collect::<Result<_, _>>()?
        };
        let mut orphans = Vec::new();
        for (owner, json) in rows {
            let entry: Entry = serde_json::from_str(&json)?;
            let taken = if owner == self.owner { working_on(&entry.id) } else { self.is_alive(&owner) };
            if !taken {
                orphans.push(entry);
            }
        }
        Ok(orphans)
    }

    /// Keeps what must be acknowledged. The same words are one notice, since it first came.
    pub fn notify(&self, message: &str, now: Time) -> Result<(), StoreError> {
        self.lock().execute("INSERT OR IGNORE INTO notice(id, at) VALUES(?1, ?2)", params![message, now.to_string()])?;
        Ok(())
    }

    /// Oldest first.
    pub fn notices(&self) -> Result<Vec<Notice>, StoreError> {
        let connection = self.lock();
        let mut statement = connection.prepare("SELECT id, at FROM notice ORDER BY at")?;
        let rows = statement.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)))?;
        let mut notices = Vec::new();
        for row in rows {
            let (message, at) = row?;
            let since = Time::parse(&at).unwrap_or_else(|| Time::from_unix(0));
            notices.push(Notice { id: message.clone(), message, since });
        }
        Ok(notices)
    }

    pub fn acknowledge(&self, notice: &str) -> Result<(), StoreError> {
        self.lock().execute("DELETE FROM notice WHERE id = ?1", [notice])?;
        Ok(())
    }

    /// A number that changes with every write, by whichever process.
    pub fn version(&self) -> i64 {
        self.lock().query_row("PRAGMA data_version", [], |r| r.get(0)).unwrap_or(0)
    }

    /// Why this version of Slipway may no longer act, when a newer one has written the journal.
    pub fn newer(&self) -> Option<String> {
        database::newer_now(&self.lock(), &self.condition, &FILE)
    }

    fn is_alive(&self, owner: &str) -> bool {
        if database::regular(&self.owners.join(owner)).is_err() {
            return false;
        }
        let Ok(file) = File::open(self.owners.join(owner)) else { return false };
        matches!(file.try_lock(), Err(TryLockError::WouldBlock))
    }

    /// Removes the lock files of processes that are gone.
    fn sweep_owners(&self) {
        let Ok(files) = std::fs::read_dir(&self.owners) else { return };
        for file in files.flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            if name != self.owner && !self.is_alive(&name) {
                let _ = std::fs::remove_file(file.path());
            }
        }
    }

    fn entries(&self, query: &str, parameters: impl rusqlite::Params) -> Result<Vec<Entry>, StoreError> {
        let connection = self.lock();
        let mut statement = connection.prepare(query)?;
        let rows = statement.query_map(parameters, |r| r.get::<_, String>(0))?;
        let mut entries = Vec::new();
        for row in rows {
            entries.push(serde_json::from_str(&row?)?);
        }
        Ok(entries)
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Intents {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(self.owners.join(&self.owner));
    }
}

/// The lock that tells other processes that this one lives.
fn stay_alive(owners: &Path, owner: &str) -> std::io::Result<File> {
    std::fs::create_dir_all(owners)?;
    let alive = File::create(owners.join(owner))?;
    alive.try_lock().map_err(|e| std::io::Error::other(e.to_string()))?;
    Ok(alive)
}

/// A row that is no entry (bits flip inside a text, too) would block its target for ever and hide
/// all others. It is kept, but it is no intent any more.
fn put_unreadable_aside(connection: &Connection) -> rusqlite::Result<usize> {
    let rows: Vec<(i64, bool)> = {
        let mut statement = connection.prepare("SELECT rowid, CAST(json AS TEXT) FROM intent")?;
        let readable =
            |r: &rusqlite::Row<'_>| Ok((r.get(0)?, r.get::<_, String>(1).is_ok_and(|json| serde_json::from_str::<Entry>(&json).is_ok())));
        statement.query_map([], readable)?.collect::<Result<_, _>>()?
    };
    let unreadable: Vec<i64> = rows.into_iter().filter(|(_, readable)| !readable).map(|(id, _)| id).collect();
    for id in &unreadable {
        connection.execute("INSERT INTO unreadable(id, target, json) SELECT id, target, json FROM intent WHERE rowid = ?1", [id])?;
        connection.execute("DELETE FROM intent WHERE rowid = ?1", [id])?;
    }
    Ok(unreadable.len())
}

/// An entry that ends now.
pub fn finish(entry: &mut Entry, state: EntryState, message: String, now: Time) {
    entry.state = state;
    entry.message = message;
    entry.finished_at = (!state.is_open()).then_some(now);
}
