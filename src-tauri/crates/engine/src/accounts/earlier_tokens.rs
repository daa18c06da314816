//! Accounts that an earlier version of Slipway stored. It filed their tokens in the keychain under
//! the account's id alone; those entries may be copied, by these accounts and no others.

use crate::locks::lock;
use crate::store::{Store, StoreError};
use slipway_domain::service::Account;
use slipway_http::Origin;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// In the store's settings; there from the first time that this version opens a data folder.
const KEY: &str = "earlier-tokens";

/// By account id: the origin that its URL had when an earlier version last had the folder.
#[derive(Default)]
pub(super) struct EarlierTokens(Mutex<BTreeMap<String, String>>);

impl EarlierTokens {
    /// As noted. The first time, the accounts that are stored already are those of an earlier version.
    pub(super) fn load(&self, store: &Store, stored: &[Account], origin: impl Fn(&Account) -> Option<Origin>) {
        let noted = store.setting(KEY).map(|text| serde_json::from_str(&text).unwrap_or_default());
        let known = match noted {
            Some(known) => known,
            None => {
                let kept = stored.iter().filter(|account| account.keychain);
                let known = kept.filter_map(|a| Some((a.id.clone(), origin(a)?.to_string()))).collect();
                // Where nothing can be written, no account can be added either.
                if let Err(error) = note(store, &known) {
                    tracing::warn!(%error, "the accounts of an earlier version were not noted");
                }
                known
            }
        };
        *lock(&self.0) = known;
    }

    /// Whether the entry filed under `id` alone may serve the account at this origin.
    pub(super) fn may_serve(&self, id: &str, origin: &str) -> bool {
        lock(&self.0).get(id).is_some_and(|known| known == origin)
    }

    /// The account of that id is another one from now on, or gone.
    pub(super) fn forget(&self, store: &Store, id: &str) -> Result<(), StoreError> {
        let mut known = lock(&self.0);
        if known.remove(id).is_some() {
            note(store, &known)?;
        }
        Ok(())
    }
}

fn note(store: &Store, known: &BTreeMap<String, String>) -> Result<(), StoreError> {
    store.set_setting(KEY, &serde_json::to_string(known)?)
}
