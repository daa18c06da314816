//! What a person must know of the files Slipway keeps.

use crate::store::intents::Intents;
use crate::store::sqlite::Condition;
use crate::store::{FileState, Store, StoreError, newer_words};

/// Why this version of Slipway may no longer act: a newer one has written a database.
pub(crate) async fn newer(intents: &Intents, store: &Store) -> Option<String> {
    let (journal, cache) = (intents.file_state().await, store.file_state().await);
    let newer = |state: Result<FileState, StoreError>| state.ok().and_then(|state| state.newer);
    newer(journal).or(newer(cache)).map(|why| newer_words(&why))
}

/// How the databases were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Storage {
    pub cache: Condition,
    pub journal: Condition,
    /// Journal entries that made no sense and were put beside the others.
    pub unreadable: usize,
}

impl Storage {
    pub(crate) fn of(store: &Store, intents: &Intents) -> Self {
        Self { cache: store.condition.clone(), journal: intents.condition.clone(), unreadable: intents.unreadable }
    }

    /// What a person must know and do, a sentence each; empty when all is sound.
    pub fn notes(&self) -> Vec<String> {
        let newer = [&self.journal, &self.cache].into_iter().find_map(|condition| match condition {
            Condition::Newer { why } => Some(newer_words(why)),
            Condition::Sound | Condition::SetAside { .. } | Condition::Unwritable { .. } => None,
        });
        newer.into_iter().chain(self.lasting_notes()).collect()
    }

    /// Those that are to be acknowledged: not that a newer Slipway is in use, which only this version
    /// has to say.
    pub(crate) fn lasting_notes(&self) -> Vec<String> {
        let journal = match &self.journal {
            // Said once, of both.
            Condition::Sound | Condition::Newer { .. } => None,
            Condition::SetAside { rows_saved, .. } => Some(format!(
                "The journal was damaged and set aside; {rows_saved} of its entries could be kept. Actions that were under way may be \
                 missing from it: check PRs and releases before you repeat one."
            )),
            Condition::Unwritable { .. } => Some(
                "The journal cannot be written, so nothing will be sent. Check the data folder's permissions and free space, then start \
                 Slipway again."
                    .to_owned(),
            ),
        };
        let cache = match &self.cache {
            // Said once, of both.
            Condition::Sound | Condition::Newer { .. } => None,
            Condition::SetAside { rows_saved, .. } => Some(format!(
                "The cache was damaged and set aside; {rows_saved} rows could be kept. Check that all accounts and services are there."
            )),
            Condition::Unwritable { .. } => Some(
                "The data folder cannot be written: what is read or set now is forgotten at the end. Check its permissions and free space."
                    .to_owned(),
            ),
        };
        let unreadable = (self.unreadable > 0).then(|| {
            format!(
                "{} entries of the journal could not be read and no longer count as open. Check PRs and releases before you \
                 repeat an action.",
                self.unreadable
            )
        });
        journal.into_iter().chain(unreadable).chain(cache).collect()
    }
}
