//! The durable journal of intents. An intent that is not durable is an action not sent.
//!
//! It is also the only exclusion there is: at most one open intent per target, across the
//! window, the terminal and a second copy. A process holds a lock on `owners/<id>` while it
//! lives, so that nobody settles an action whose owner still works on it.

mod journal;
mod kept;
mod owners;

pub(crate) use journal::Journal;
pub(crate) use kept::{Kept, Written};

use super::sqlite::{self, Condition};
use super::thread::{DatabaseThread, NoAnswer};
use super::{FileState, StoreError, file_state};
use slipway_domain::journal::{Entry, EntryState, SettledAs};
use slipway_domain::snapshot::Notice;
use slipway_domain::time::Time;
use std::path::Path;

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

impl From<NoAnswer> for IntentError {
    fn from(error: NoAnswer) -> Self {
        Self::NotDurable(error.to_string())
    }
}

impl From<serde_json::Error> for IntentError {
    fn from(error: serde_json::Error) -> Self {
        Self::NotDurable(error.to_string())
    }
}

/// A person's word about what became of an action.
#[derive(Clone)]
pub(crate) struct Word {
    pub id: String,
    pub settled_as: SettledAs,
    pub by: String,
    pub reason: String,
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

impl From<NoAnswer> for SettleError {
    fn from(error: NoAnswer) -> Self {
        Self::Journal(error.into())
    }
}

/// An open intent, and who works on it.
pub(crate) struct Open {
    pub(crate) target: String,
    pub(crate) entry: Entry,
    owner: Owner,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    ThisProcess,
    /// Another one that lives.
    Another,
    Gone,
}

impl Open {
    /// `here`: whether this process works on an entry.
    fn is_worked_on(&self, here: impl Fn(&str) -> bool) -> bool {
        match self.owner {
            Owner::ThisProcess => here(&self.entry.id),
            Owner::Another => true,
            Owner::Gone => false,
        }
    }
}

pub(crate) struct Intents {
    journal: DatabaseThread<Journal>,
    /// How `intents.db` was found when it was opened.
    pub condition: Condition,
    /// Entries that made no sense when it was opened.
    pub unreadable: usize,
}

impl Intents {
    pub(crate) fn open(folder: &Path, owner: String) -> Result<Self, StoreError> {
        let journal = Journal::open(folder, owner)?;
        let (condition, unreadable) = (journal.condition.clone(), journal.unreadable);
        Ok(Self { journal: DatabaseThread::start("intents.db", journal)?, condition, unreadable })
    }

    /// Makes the intent durable and takes its target, or says why not.
    pub(crate) async fn begin(&self, target: &str, entry: &Entry) -> Result<(), IntentError> {
        let (target, entry) = (target.to_owned(), entry.clone());
        self.journal.call(move |journal| journal.begin(&target, &entry)).await
    }

    /// Marks a planned intent as sent: exactly one row, from Planned, of this owner. Anything else
    /// means that it may not be sent any more.
    pub(crate) async fn mark_sent(&self, entry: &Entry) -> Result<(), IntentError> {
        let entry = entry.clone();
        self.journal.call(move |journal| journal.mark_sent(&entry)).await
    }

    /// Writes the entry's new state; a settled one frees its target.
    pub(crate) async fn update(&self, entry: &Entry) -> Result<(), IntentError> {
        let entry = entry.clone();
        self.journal.call(move |journal| journal.update(&entry)).await
    }

    /// Writes what the answer to the request said, while the action is followed. One that was called
    /// unknown meanwhile stays so until it is seen.
    pub(crate) async fn note_answer(&self, entry: &Entry) -> Result<(), IntentError> {
        let entry = entry.clone();
        self.journal.call(move |journal| journal.note_answer(entry)).await
    }

    /// Calls the outcome of an action unknown that is not settled, and gives the entry as it is then.
    pub(crate) async fn mark_unknown(&self, id: &str, message: String) -> Result<Option<Entry>, IntentError> {
        let id = id.to_owned();
        self.journal.call(move |journal| journal.mark_unknown(&id, message)).await
    }

    /// Records a person's word about an open intent that nobody works on. Its state stays unknown:
    /// nothing was read that shows it. The calling thread waits.
    pub(crate) fn settle_by_word(&self, word: &Word, working_on: impl Fn(&str) -> bool) -> Result<Entry, SettleError> {
        let id = word.id.clone();
        let open = self.journal.wait(move |journal| journal.open_entry(&id))?;
        if open.is_worked_on(working_on) && open.entry.state != EntryState::Unknown {
            return Err(SettleError::UnderWay);
        }
        let word = word.clone();
        let entry = Entry {
            state: EntryState::Unknown,
            settled_by: Some(word.by),
            settled_as: Some(word.settled_as),
            settled_reason: Some(word.reason),
            finished_at: Some(word.at),
            ..open.entry
        };
        self.journal.wait(move |journal| {
            journal.update(&entry)?;
            journal.entry(&entry.id).ok_or(SettleError::NoSuchEntry(entry.id))
        })
    }

    /// Newest first.
    pub(crate) async fn all(&self) -> Result<Vec<Entry>, StoreError> {
        self.journal.call(|journal| journal.all()).await
    }

    /// As [`Self::all`]; the calling thread waits.
    pub(crate) fn all_now(&self) -> Result<Vec<Entry>, StoreError> {
        self.journal.wait(|journal| journal.all())
    }

    pub(crate) async fn entry(&self, id: &str) -> Option<Entry> {
        let id = id.to_owned();
        self.journal.call(move |journal| Ok::<_, NoAnswer>(journal.entry(&id))).await.ok().flatten()
    }

    /// Open intents nobody works on: their owner is gone, or it is this process and `working_on`
    /// says that it has stopped. Each with the key of its target.
    pub(crate) async fn orphans(&self, working_on: impl Fn(&str) -> bool) -> Result<Vec<(String, Entry)>, StoreError> {
        // What cannot be written down cannot be settled; it is shown as it is.
        if self.condition.keeps_nothing().is_some() {
            return Ok(Vec::new());
        }
        let open = self.journal.call(|journal| journal.open_entries()).await?;
        // Asked after they were read: what is among them was begun before, and was worked on then.
        Ok(open.into_iter().filter(|open| !open.is_worked_on(&working_on)).map(|open| (open.target, open.entry)).collect())
    }

    /// Keeps what must be acknowledged. The same words are one notice, since it first came. The calling
    /// thread waits.
    pub(crate) fn notify(&self, message: &str, now: Time) -> Result<(), StoreError> {
        let message = message.to_owned();
        self.journal.wait(move |journal| journal.notify(&message, now))
    }

    /// Oldest first.
    pub(crate) async fn notices(&self) -> Result<Vec<Notice>, StoreError> {
        self.journal.call(|journal| journal.notices()).await
    }

    /// As [`Self::notices`]; the calling thread waits.
    pub(crate) fn notices_now(&self) -> Result<Vec<Notice>, StoreError> {
        self.journal.wait(|journal| journal.notices())
    }

    pub(crate) fn acknowledge(&self, notice: &str) -> Result<(), StoreError> {
        let notice = notice.to_owned();
        self.journal.wait(move |journal| journal.acknowledge(&notice))
    }

    pub(crate) async fn file_state(&self) -> Result<FileState, StoreError> {
        self.journal.call(|journal| file_state(&journal.connection, journal.newer())).await
    }
}

/// An entry that ends now.
pub(crate) fn finish(entry: &mut Entry, state: EntryState, message: String, now: Time) {
    entry.state = state;
    entry.message = message;
    entry.finished_at = (!state.is_open()).then_some(now);
}

#[cfg(test)]
mod tests;
