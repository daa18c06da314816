//! The rows of `intents.db`.

use super::owners::Owners;
use super::{IntentError, Open, SettleError};
use crate::store::StoreError;
use crate::store::sqlite::{self, Condition, Definition, Durability};
use crate::store::thread::Owned;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use slipway_domain::journal::{Entry, EntryState};
use slipway_domain::snapshot::Notice;
use slipway_domain::time::Time;
use std::path::Path;

// Version 2: entries have new words (`not_sent`) and say more. Version 3: the inbox. Version 4: watches, pins,
// releases that are marked bad, and records of incidents.
const FILE: Definition = Definition {
    file: "intents.db",
    schema: SCHEMA,
    migrations: &[SCHEMA_1, "", "CREATE TABLE IF NOT EXISTS inbox(id TEXT PRIMARY KEY, json TEXT NOT NULL);", SCHEMA_4],
    tables: &["intent", "notice", "inbox", "watch", "pin", "bad_release", "incident"],
    durability: Durability::Journal,
};

/// `notice` and `unreadable` came while the version was 1: what is missing is made at each start.
const SCHEMA_1: &str = "
    CREATE TABLE IF NOT EXISTS intent(
        id TEXT PRIMARY KEY, target TEXT NOT NULL, owner TEXT NOT NULL, open INTEGER NOT NULL, at TEXT NOT NULL, json TEXT NOT NULL);
    CREATE UNIQUE INDEX IF NOT EXISTS one_open_intent_per_target ON intent(target) WHERE open = 1;
    CREATE INDEX IF NOT EXISTS by_time ON intent(at);
    CREATE TABLE IF NOT EXISTS notice(id TEXT PRIMARY KEY, at TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS unreadable(id TEXT, target TEXT, json TEXT);";

const SCHEMA_4: &str = "
    CREATE TABLE IF NOT EXISTS watch(id TEXT PRIMARY KEY, json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS pin(id TEXT PRIMARY KEY, json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS bad_release(id TEXT PRIMARY KEY, json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS incident(id TEXT PRIMARY KEY, json TEXT NOT NULL);";

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS intent(
        id TEXT PRIMARY KEY, target TEXT NOT NULL, owner TEXT NOT NULL, open INTEGER NOT NULL, at TEXT NOT NULL, json TEXT NOT NULL);
    CREATE UNIQUE INDEX IF NOT EXISTS one_open_intent_per_target ON intent(target) WHERE open = 1;
    CREATE INDEX IF NOT EXISTS by_time ON intent(at);
    CREATE TABLE IF NOT EXISTS notice(id TEXT PRIMARY KEY, at TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS unreadable(id TEXT, target TEXT, json TEXT);
    CREATE TABLE IF NOT EXISTS inbox(id TEXT PRIMARY KEY, json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS watch(id TEXT PRIMARY KEY, json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS pin(id TEXT PRIMARY KEY, json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS bad_release(id TEXT PRIMARY KEY, json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS incident(id TEXT PRIMARY KEY, json TEXT NOT NULL);";

/// What the thread of `intents.db` owns.
pub(crate) struct Journal {
    pub(super) connection: Connection,
    pub(super) owners: Owners,
    pub(super) condition: Condition,
    /// Entries that made no sense when it was opened; see [`put_unreadable_aside`].
    pub(super) unreadable: usize,
}

impl Owned for Journal {
    fn flush(&mut self) {}
}

impl Journal {
    pub(super) fn open(folder: &Path, owner: String) -> Result<Self, StoreError> {
        let (connection, mut condition) = sqlite::open(folder, &FILE)?;
        let owners = Owners::join(folder, owner);
        // Without a lock another process would take this one's actions for abandoned.
        if let (Some(why), None) = (owners.trouble(), condition.keeps_nothing()) {
            condition = Condition::Unwritable { why: why.to_owned() };
        }
        let unreadable = put_unreadable_aside(&connection)?;
        owners.sweep();
        Ok(Self { connection, owners, condition, unreadable })
    }

    /// Makes the intent durable and takes its target, or says why not.
    pub(super) fn begin(&mut self, target: &str, entry: &Entry) -> Result<(), IntentError> {
        if let Some(why) = self.condition.keeps_nothing() {
            return Err(IntentError::NotDurable(format!("the journal cannot be written: {why}")));
        }
        let json = serde_json::to_string(entry)?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let busy: Option<String> =
            transaction.query_row("SELECT json FROM intent WHERE target = ?1 AND open = 1", [target], |r| r.get(0)).optional()?;
        if let Some(busy) = busy {
            return Err(IntentError::Busy(Box::new(serde_json::from_str(&busy)?)));
        }
        transaction.execute(
            "INSERT INTO intent(id, target, owner, open, at, json) VALUES(?1, ?2, ?3, 1, ?4, ?5)",
            params![entry.id, target, self.owners.own(), entry.at.to_string(), json],
        )?;
        transaction.commit()?;
        Ok(())
    }

    /// Marks a planned intent as sent: exactly one row, from Planned, of this owner. Anything else
    /// means that it may not be sent any more.
    pub(super) fn mark_sent(&self, entry: &Entry) -> Result<(), IntentError> {
        let json = serde_json::to_string(entry)?;
        let changed = self.connection.execute(
            "UPDATE intent SET json = ?2 WHERE id = ?1 AND open = 1 AND owner = ?3 AND json_extract(json, '$.state') = ?4",
            params![entry.id, json, self.owners.own(), EntryState::Planned.word()],
        )?;
        if changed == 1 { Ok(()) } else { Err(IntentError::LeaseLost) }
    }

    /// Writes the entry's new state; a settled one frees its target.
    pub(super) fn update(&self, entry: &Entry) -> Result<(), IntentError> {
        let json = serde_json::to_string(entry)?;
        let changed = self.connection.execute(
            "UPDATE intent SET json = ?2, open = ?3, owner = ?4 WHERE id = ?1 AND open = 1",
            params![entry.id, json, entry.is_open(), self.owners.own()],
        )?;
        match (changed, self.entry(&entry.id)) {
            (1, _) => Ok(()),
            // Settled meanwhile, by whoever saw it first: an outcome is never taken back.
            (_, Some(_)) => Ok(()),
            (_, None) => Err(IntentError::NotDurable("the entry is gone".to_owned())),
        }
    }

    pub(super) fn note_answer(&self, entry: Entry) -> Result<(), IntentError> {
        let unknown = self.entry(&entry.id).filter(|known| known.state == EntryState::Unknown);
        self.update(&match unknown {
            Some(known) => Entry { state: known.state, message: known.message, ..entry },
            None => entry,
        })
    }

    pub(super) fn mark_unknown(&self, id: &str, message: String) -> Result<Option<Entry>, IntentError> {
        if let Some(entry) = self.entry(id).filter(|entry| matches!(entry.state, EntryState::Planned | EntryState::Sent)) {
            self.update(&Entry { state: EntryState::Unknown, message, finished_at: None, ..entry })?;
        }
        Ok(self.entry(id))
    }

    /// Those that are not settled, oldest first.
    pub(super) fn open_entries(&self) -> Result<Vec<Open>, StoreError> {
        let rows: Vec<(String, String, String)> = {
            let query = "SELECT target, owner, json FROM intent WHERE open = 1 ORDER BY at";
            let mut statement = self.connection.prepare(query)?;
            let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
            rows.collect::<Result<_, _>>()?
        };
        let open = |(target, owner, json): (String, String, String)| -> Result<Open, StoreError> {
            Ok(Open { target, owner: self.owners.who(&owner), entry: serde_json::from_str(&json)? })
        };
        rows.into_iter().map(open).collect()
    }

    pub(super) fn open_entry(&self, id: &str) -> Result<Open, SettleError> {
        let query = "SELECT target, owner, json FROM intent WHERE id = ?1 AND open = 1";
        let row: Option<(String, String, String)> =
            self.connection.query_row(query, [id], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).optional().map_err(IntentError::from)?;
        let Some((target, owner, json)) = row else {
            return Err(if self.entry(id).is_some() { SettleError::Settled } else { SettleError::NoSuchEntry(id.to_owned()) });
        };
        let entry = serde_json::from_str(&json).map_err(IntentError::from)?;
        Ok(Open { target, owner: self.owners.who(&owner), entry })
    }

    /// Newest first.
    pub(super) fn all(&self) -> Result<Vec<Entry>, StoreError> {
        self.entries("SELECT json FROM intent ORDER BY at DESC, rowid DESC LIMIT 1000", [])
    }

    pub(super) fn entry(&self, id: &str) -> Option<Entry> {
        self.entries("SELECT json FROM intent WHERE id = ?1", [id]).ok()?.pop()
    }

    /// Keeps what must be acknowledged. The same words are one notice, since it first came.
    pub(super) fn notify(&self, message: &str, now: Time) -> Result<(), StoreError> {
        self.connection.execute("INSERT OR IGNORE INTO notice(id, at) VALUES(?1, ?2)", params![message, now.to_string()])?;
        Ok(())
    }

    /// Oldest first.
    pub(super) fn notices(&self) -> Result<Vec<Notice>, StoreError> {
        let mut statement = self.connection.prepare("SELECT id, at FROM notice ORDER BY at")?;
        let rows = statement.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)))?;
        let mut notices = Vec::new();
        for row in rows {
            let (message, at) = row?;
            let since = Time::parse(&at).unwrap_or_else(|| Time::from_unix(0));
            notices.push(Notice { id: message.clone(), message, since });
        }
        Ok(notices)
    }

    pub(super) fn acknowledge(&self, notice: &str) -> Result<(), StoreError> {
        self.connection.execute("DELETE FROM notice WHERE id = ?1", [notice])?;
        Ok(())
    }

    /// Why this version of Slipway may no longer act, when a newer one has written the journal.
    pub(super) fn newer(&self) -> Option<String> {
        sqlite::newer_now(&self.connection, &self.condition, &FILE)
    }

    fn entries(&self, query: &str, parameters: impl rusqlite::Params) -> Result<Vec<Entry>, StoreError> {
        let mut statement = self.connection.prepare(query)?;
        let rows = statement.query_map(parameters, |r| r.get::<_, String>(0))?;
        let mut entries = Vec::new();
        for row in rows {
            entries.push(serde_json::from_str(&row?)?);
        }
        Ok(entries)
    }
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
