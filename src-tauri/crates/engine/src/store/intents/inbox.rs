//! The rows of the inbox: what needs a person, kept with what they did with it.

use super::{Intents, Journal};
use crate::store::StoreError;
use rusqlite::{Connection, TransactionBehavior, params};
use slipway_domain::inbox::InboxItem;

/// What is to be written of the inbox.
#[derive(Default)]
pub(crate) struct Written {
    /// New items and changed ones.
    pub(crate) put: Vec<InboxItem>,
    /// Ids of what is not kept any longer.
    pub(crate) forgotten: Vec<String>,
}

impl Written {
    pub(crate) fn is_nothing(&self) -> bool {
        self.put.is_empty() && self.forgotten.is_empty()
    }
}

impl Journal {
    fn inbox(&self) -> Result<Vec<InboxItem>, StoreError> {
        items(&self.connection)
    }

    fn change_inbox<R>(&mut self, change: impl FnOnce(&[InboxItem]) -> (Written, R)) -> Result<(Vec<InboxItem>, R), StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut known = items(&transaction)?;
        let (written, answer) = change(&known);
        if written.is_nothing() {
            return Ok((known, answer));
        }
        for item in written.put {
            let json = serde_json::to_string(&item)?;
            transaction.execute("INSERT OR REPLACE INTO inbox(id, json) VALUES(?1, ?2)", params![item.id, json])?;
            match known.iter_mut().find(|one| one.id == item.id) {
                Some(one) => *one = item,
                None => known.push(item),
            }
        }
        for id in &written.forgotten {
            transaction.execute("DELETE FROM inbox WHERE id = ?1", [id])?;
        }
        transaction.commit()?;
        known.retain(|item| !written.forgotten.contains(&item.id));
        Ok((known, answer))
    }
}

fn items(connection: &Connection) -> Result<Vec<InboxItem>, StoreError> {
    let mut statement = connection.prepare("SELECT json FROM inbox ORDER BY rowid")?;
    let rows = statement.query_map([], |r| r.get::<_, String>(0))?;
    let mut items = Vec::new();
    for row in rows {
        // One that makes no sense must not hide the others; its cause opens another.
        match serde_json::from_str(&row?) {
            Ok(item) => items.push(item),
            Err(error) => tracing::warn!(%error, "an item of the inbox could not be read"),
        }
    }
    Ok(items)
}

impl Intents {
    pub(crate) async fn inbox(&self) -> Result<Vec<InboxItem>, StoreError> {
        self.journal.call(|journal| journal.inbox()).await
    }

    /// Changes the inbox as it is now, whichever process wrote it last: nothing comes between what `change` is given
    /// and what it writes. Gives the inbox as it is then.
    pub(crate) async fn change_inbox<R: Send + 'static>(
        &self,
        change: impl FnOnce(&[InboxItem]) -> (Written, R) + Send + 'static,
    ) -> Result<(Vec<InboxItem>, R), StoreError> {
        self.journal.call(move |journal| journal.change_inbox(change)).await
    }
}
