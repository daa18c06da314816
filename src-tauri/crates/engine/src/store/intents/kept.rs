//! What is kept beside the journal, a table a kind: the inbox, watches, pins, releases that are marked bad, and
//! records of incidents. Every process of a data folder reads and changes them.

use super::{Intents, Journal};
use crate::store::StoreError;
use rusqlite::{Connection, TransactionBehavior, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use slipway_domain::inbox::InboxItem;
use slipway_domain::incident::Incident;
use slipway_domain::pin::{BadRelease, Pin};
use slipway_domain::watch::Watch;

/// A value that is a row of its kind's table.
pub(crate) trait Kept: Clone + Serialize + DeserializeOwned + Send + 'static {
    const TABLE: &'static str;
    fn id(&self) -> &str;
}

macro_rules! kept {
    ($($of:ty => $table:literal),+ $(,)?) => {
        $(impl Kept for $of {
            const TABLE: &'static str = $table;
            fn id(&self) -> &str { &self.id }
        })+
    };
}

kept!(InboxItem => "inbox", Watch => "watch", Pin => "pin", BadRelease => "bad_release", Incident => "incident");

/// What is to be written of one kind.
pub(crate) struct Written<T> {
    /// New ones and changed ones.
    pub(crate) put: Vec<T>,
    /// Ids of what is not kept any longer.
    pub(crate) forgotten: Vec<String>,
}

impl<T> Default for Written<T> {
    fn default() -> Self {
        Self { put: Vec::new(), forgotten: Vec::new() }
    }
}

impl<T> Written<T> {
    pub(crate) fn put(put: Vec<T>) -> Self {
        Self { put, forgotten: Vec::new() }
    }

    pub(crate) fn is_nothing(&self) -> bool {
        self.put.is_empty() && self.forgotten.is_empty()
    }
}

impl Journal {
    fn change_kept<T: Kept, R>(&mut self, change: impl FnOnce(&[T]) -> (Written<T>, R)) -> Result<(Vec<T>, R), StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut known = rows::<T>(&transaction)?;
        let (written, answer) = change(&known);
        if written.is_nothing() {
            return Ok((known, answer));
        }
        for one in written.put {
            let json = serde_json::to_string(&one)?;
            transaction.execute(&format!("INSERT OR REPLACE INTO {}(id, json) VALUES(?1, ?2)", T::TABLE), params![one.id(), json])?;
            match known.iter_mut().find(|other| other.id() == one.id()) {
                Some(other) => *other = one,
                None => known.push(one),
            }
        }
        for id in &written.forgotten {
            transaction.execute(&format!("DELETE FROM {} WHERE id = ?1", T::TABLE), [id])?;
        }
        transaction.commit()?;
        known.retain(|one| !written.forgotten.iter().any(|id| id == one.id()));
        Ok((known, answer))
    }
}

fn rows<T: Kept>(connection: &Connection) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare(&format!("SELECT json FROM {} ORDER BY rowid", T::TABLE))?;
    let rows = statement.query_map([], |r| r.get::<_, String>(0))?;
    let mut found = Vec::new();
    for row in rows {
        // One that makes no sense must not hide the others.
        match serde_json::from_str(&row?) {
            Ok(one) => found.push(one),
            Err(error) => tracing::warn!(%error, table = T::TABLE, "a row could not be read"),
        }
    }
    Ok(found)
}

impl Intents {
    /// All of a kind, in the order in which they were first written.
    pub(crate) async fn kept<T: Kept>(&self) -> Result<Vec<T>, StoreError> {
        self.journal.call(|journal| rows(&journal.connection)).await
    }

    /// Changes them as they are now, whichever process wrote them last: nothing comes between what `change` is given
    /// and what it writes. Gives them as they are then.
    pub(crate) async fn change_kept<T: Kept, R: Send + 'static>(
        &self,
        change: impl FnOnce(&[T]) -> (Written<T>, R) + Send + 'static,
    ) -> Result<(Vec<T>, R), StoreError> {
        self.journal.call(move |journal| journal.change_kept(change)).await
    }
}
