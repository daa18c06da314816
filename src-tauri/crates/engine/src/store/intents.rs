//! The durable journal of intents. An intent that is not durable is an action not sent.
//!
//! It is also the only exclusion there is: at most one open intent per target, across the
//! window, the terminal and a second copy. A process holds a lock on `owners/<id>` while it
//! lives, so that nobody settles an action whose owner still works on it.

use super::StoreError;
use super::sqlite::{self, Condition, Definition, Durability};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use slipway_domain::journal::{Entry, EntryState, SettledAs};
use slipway_domain::snapshot::Notice;
use slipway_domain::time::Time;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, thiserror::Error)]
pub enum IntentError {
    #[error("{}", busy_words(.0))]
    Busy(Box<Entry>),
    /// Another process settled the intent before it was sent.
    #[error("Another copy of Slipway took this action for abandoned and closed it before it was sent. Nothing was sent.")]
    LeaseLost,
    #[error("The intent could not be written, so nothing was sent: {0}.")]
    NotDurable(String),
}

fn busy_words(entry: &Entry) -> String {
    let what = format!("{} of {} is under way ({})", entry.action, entry.target, entry.state);
    match entry.state {
        EntryState::Unknown => format!("{what}. See `slipway journal`; if you know what became of it, settle it there with --settle."),
        EntryState::Planned | EntryState::Sent | EntryState::Succeeded | EntryState::Failed | EntryState::NotSent => {
            format!("{what}. Wait until it is settled; see `slipway journal`.")
        }
    }
}

impl From<rusqlite::Error> for IntentError {
    fn from(error: rusqlite::Error) -> Self {
        if sqlite::is_newer(&error) {
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

/// A person's word about what became of an action.
pub struct Word<'a> {
    pub id: &'a str,
    pub settled_as: SettledAs,
    pub by: &'a str,
    pub reason: &'a str,
    pub at: Time,
}

#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    #[error("The journal has no entry {0}. `slipway journal --json` lists their ids.")]
    NoSuchEntry(String),
    #[error("It is settled already.")]
    Settled,
    #[error("It is still being worked on. Wait until it is settled or unknown.")]
    UnderWay,
    #[error("Say why: the reason is kept in the journal.")]
    NoReason,
    #[error(transparent)]
    Journal(#[from] IntentError),
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
        let (connection, mut condition) = sqlite::open(folder, &FILE)?;
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

    /// Marks a planned intent as sent: exactly one row, from Planned, of this owner. Anything else
    /// means that it may not be sent any more.
    pub fn mark_sent(&self, entry: &Entry) -> Result<(), IntentError> {
        let json = serde_json::to_string(entry)?;
        let changed = self.lock().execute(
            "UPDATE intent SET json = ?2 WHERE id = ?1 AND open = 1 AND owner = ?3 AND json_extract(json, '$.state') = ?4",
            params![entry.id, json, self.owner, EntryState::Planned.word()],
        )?;
        if changed == 1 { Ok(()) } else { Err(IntentError::LeaseLost) }
    }

    /// Records a person's word about an open intent that nobody works on. Its state stays unknown:
    /// nothing was read that shows it.
    pub fn settle_by_word(&self, word: &Word<'_>, working_on: impl Fn(&str) -> bool) -> Result<Entry, SettleError> {
        let row: Option<(String, String)> = self
            .lock()
            .query_row("SELECT owner, json FROM intent WHERE id = ?1 AND open = 1", [word.id], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()
            .map_err(IntentError::from)?;
        let Some((owner, json)) = row else {
            return Err(if self.entry(word.id).is_some() { SettleError::Settled } else { SettleError::NoSuchEntry(word.id.to_owned()) });
        };
        let mut entry: Entry = serde_json::from_str(&json).map_err(IntentError::from)?;
        let worked_on = if owner == self.owner { working_on(word.id) } else { self.is_alive(&owner) };
        if worked_on && entry.state != EntryState::Unknown {
            return Err(SettleError::UnderWay);
        }
        entry.state = EntryState::Unknown;
        entry.settled_by = Some(word.by.to_owned());
        entry.settled_as = Some(word.settled_as);
        entry.settled_reason = Some(word.reason.to_owned());
        entry.finished_at = Some(word.at);
        self.update(&entry)?;
        self.entry(word.id).ok_or_else(|| SettleError::NoSuchEntry(word.id.to_owned()))
    }

    /// Writes the entry's new state; a settled one frees its target.
    pub fn update(&self, entry: &Entry) -> Result<(), IntentError> {
        let json = serde_json::to_string(entry)?;
        let changed = self.lock().execute(
            "UPDATE intent SET json = ?2, open = ?3, owner = ?4 WHERE id = ?1 AND open = 1",
            params![entry.id, json, entry.is_open(), self.owner],
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
    /// says it has stopped working on them. Each with the key of its target.
    pub fn orphans(&self, working_on: impl Fn(&str) -> bool) -> Result<Vec<(String, Entry)>, StoreError> {
        // What cannot be written down cannot be settled; it is shown as it is.
        if self.condition.keeps_nothing().is_some() {
            return Ok(Vec::new());
        }
        let rows: Vec<(String, String, String)> = {
            let connection = self.lock();
            let mut statement = connection.prepare("SELECT target, owner, json FROM intent WHERE open = 1 ORDER BY at")?;
            let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
            rows.collect::<Result<_, _>>()?
        };
        let mut orphans = Vec::new();
        for (target, owner, json) in rows {
            let entry: Entry = serde_json::from_str(&json)?;
            let taken = if owner == self.owner { working_on(&entry.id) } else { self.is_alive(&owner) };
            if !taken {
                orphans.push((target, entry));
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
        sqlite::newer_now(&self.lock(), &self.condition, &FILE)
    }

    /// A shared lock is enough to ask: two who ask at once must not take each other for the owner.
    fn is_alive(&self, owner: &str) -> bool {
        if sqlite::regular(&self.owners.join(owner)).is_err() {
            return false;
        }
        let Ok(file) = File::open(self.owners.join(owner)) else { return false };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }

    /// Removes the lock files of processes that are gone. One that is being made has another name.
    fn sweep_owners(&self) {
        let Ok(files) = std::fs::read_dir(&self.owners) else { return };
        for file in files.flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            if name != self.owner && !name.starts_with(BEING_MADE) && !self.is_alive(&name) {
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

/// What the name of a lock file begins with until it is locked.
const BEING_MADE: char = '.';

/// The lock that tells other processes that this one lives. The file gets its name once it is
/// locked, so that nobody ever finds it unlocked while its owner lives.
fn stay_alive(owners: &Path, owner: &str) -> std::io::Result<File> {
    std::fs::create_dir_all(owners)?;
    let made = owners.join(format!("{BEING_MADE}{owner}"));
    let alive = File::create(&made)?;
    alive.try_lock().map_err(|e| std::io::Error::other(e.to_string()))?;
    std::fs::rename(&made, owners.join(owner))?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_domain::action::Action;
    use slipway_domain::journal::Expectation;

    fn entry(id: &str) -> Entry {
        let json = serde_json::json!({
            "id": id, "at": "2026-11-23T10:00:00Z", "action": "merge", "service": "shop", "target": "acme/shop#1", "seen": "head abc",
            "reason": null, "by": "tester", "state": "planned", "sent_at": null, "finished_at": null, "message": "",
            "request": Action::Merge { service: "shop".into(), number: 1, method: None },
            "expectation": Expectation::Merged { repo: "acme/shop".into(), number: 1, head_sha: "abc".into() },
        });
        // Also an entry as older versions wrote it: without account, repository and app.
        serde_json::from_value(json).expect("an entry")
    }

    fn open(folder: &Path) -> Intents {
        Intents::open(folder, uuid::Uuid::new_v4().to_string()).expect("a journal")
    }

    #[test]
    fn no_living_owner_is_taken_for_dead_however_many_start_at_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let owner = open(folder.path());
        owner.begin("pull_request:acme/shop#1", &entry("one")).expect("taken");
        std::thread::scope(|scope| {
            for _ in 0..12 {
                scope.spawn(|| {
                    for _ in 0..25 {
                        let bystander = open(folder.path());
                        assert_eq!(bystander.condition, Condition::Sound, "it can hold its own lock");
                        assert!(bystander.orphans(|_| false).expect("read").is_empty(), "the owner lives");
                        assert!(bystander.is_alive(&bystander.owner), "and so does the bystander");
                    }
                });
            }
        });
        owner.mark_sent(&Entry { state: EntryState::Sent, ..entry("one") }).expect("still its own");
    }

    #[test]
    fn an_action_that_lost_its_lease_is_not_sent() {
        let folder = tempfile::tempdir().expect("a folder");
        let (owner, other) = (open(folder.path()), open(folder.path()));
        let sent = Entry { state: EntryState::Sent, ..entry("one") };
        owner.begin("t", &entry("one")).expect("taken");
        other.update(&Entry { state: EntryState::NotSent, ..entry("one") }).expect("closed by another");
        assert!(matches!(owner.mark_sent(&sent), Err(IntentError::LeaseLost)));
        owner.begin("t", &entry("two")).expect("the target is free again");
        let two = Entry { id: "two".into(), ..sent };
        assert!(matches!(other.mark_sent(&two), Err(IntentError::LeaseLost)), "only its owner may send it");
        owner.mark_sent(&two).expect("sent");
        assert!(matches!(owner.mark_sent(&two), Err(IntentError::LeaseLost)), "and once");
    }

    #[test]
    fn a_persons_word_frees_the_target_and_proves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = open(folder.path());
        journal.begin("t", &entry("one")).expect("taken");
        let at = Time::from_unix(1_800_000_000);
        let word = Word { id: "one", settled_as: SettledAs::DidNot, by: "dora", reason: "the gateway dropped it", at };
        assert!(matches!(journal.settle_by_word(&word, |_| true), Err(SettleError::UnderWay)));
        let settled = journal.settle_by_word(&word, |_| false).expect("settled");
        assert_eq!((settled.state, settled.settled_as), (EntryState::Unknown, Some(SettledAs::DidNot)));
        assert!(matches!(journal.settle_by_word(&word, |_| false), Err(SettleError::Settled)), "said once");
        assert!(matches!(journal.settle_by_word(&Word { id: "none", ..word }, |_| false), Err(SettleError::NoSuchEntry(_))));
        assert!(journal.orphans(|_| false).expect("read").is_empty());
        journal.begin("t", &entry("two")).expect("the target is free");
    }
}
