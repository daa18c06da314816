//! What a person does with the inbox.

use super::Engine;
use crate::engine_event::EngineEvent;
use crate::store::StoreError;
use crate::store::intents::Written;
use slipway_domain::inbox::{ChangeRefused, InboxChange, InboxItem, in_order};

#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    #[error("The inbox has no item {0}. `slipway inbox --all` lists them.")]
    NoSuchItem(String),
    #[error(transparent)]
    Refused(#[from] ChangeRefused),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Engine {
    /// Every item that is kept, in the order in which they are shown.
    pub async fn inbox(&self) -> Result<Vec<InboxItem>, StoreError> {
        let items: Vec<InboxItem> = self.intents.kept().await?;
        Ok(in_order(&items).into_iter().cloned().collect())
    }

    /// Does the same with each of these items, for all processes of the data folder. All of them, or none.
    pub async fn change_inbox(&self, ids: Vec<String>, change: InboxChange) -> Result<Vec<InboxItem>, InboxError> {
        let (by, now) = (self.by.clone(), self.now());
        let changed = move |items: &[InboxItem]| match changed(items, &ids, change, |item| change.apply(item, &by, now)) {
            Ok(put) => (Written::put(put.clone()), Ok(put)),
            Err(error) => (Written::default(), Err(error)),
        };
        let (_, answer) = self.intents.change_kept(changed).await?;
        let items = answer?;
        self.events.send(EngineEvent::InboxChanged);
        self.caught_up().await;
        Ok(items)
    }
}

fn changed(
    items: &[InboxItem],
    ids: &[String],
    change: InboxChange,
    apply: impl Fn(&InboxItem) -> Result<InboxItem, ChangeRefused>,
) -> Result<Vec<InboxItem>, InboxError> {
    let mut put = Vec::new();
    for id in ids {
        let item = items.iter().find(|item| item.id == *id).ok_or_else(|| InboxError::NoSuchItem(id.clone()))?;
        match apply(item) {
            Ok(next) if next == *item => {}
            Ok(next) => put.push(next),
            // Of several, one may have ended by itself meanwhile: then it is as was asked.
            Err(ChangeRefused::DoneAlready) if change == InboxChange::Done && ids.len() > 1 => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(put)
}
