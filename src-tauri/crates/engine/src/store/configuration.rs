//! What a person entered: accounts, services and settings, shared by all processes of the data folder. They are
//! single rows, so the calling thread waits for them.

use super::service_edit::forget_parts;
use super::service_order::{self, forget_place};
use super::{Cache, Store, StoreError, newer_words, rows};
use rusqlite::{OptionalExtension, params};
use slipway_domain::service::{Account, Service};

impl Store {
    pub(crate) fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        self.cache.wait(|cache| rows(&cache.connection, "SELECT json FROM account ORDER BY rowid"))
    }

    pub(crate) fn save_account(&self, account: &Account) -> Result<(), StoreError> {
        self.save_row("INSERT INTO account(id, json) VALUES(?1, ?2) ON CONFLICT(id) DO UPDATE SET json = ?2", &account.id, account)
    }

    pub(crate) fn remove_account(&self, id: &str) -> Result<bool, StoreError> {
        let id = id.to_owned();
        self.cache.wait(move |cache| {
            cache.may_change()?;
            Ok(cache.connection.execute("DELETE FROM account WHERE id = ?1", [id])? > 0)
        })
    }

    pub(crate) fn services(&self) -> Result<Vec<Service>, StoreError> {
        self.cache.wait(|cache| cache.services())
    }

    /// The service of that name, as it is configured now.
    pub(crate) fn service(&self, name: &str) -> Option<Service> {
        self.services().ok()?.into_iter().find(|service| service.name == name)
    }

    /// False: there is one of that name already, and nothing was saved.
    pub(crate) fn add_service(&self, service: &Service) -> Result<bool, StoreError> {
        let (name, json) = (service.name.clone(), serde_json::to_string(service)?);
        self.cache.wait(move |cache| {
            cache.may_change()?;
            let insert = "INSERT INTO service(name, json) VALUES(?1, ?2) ON CONFLICT(name) DO NOTHING";
            Ok(cache.connection.execute(insert, params![name, json])? > 0)
        })
    }

    pub(crate) fn remove_service(&self, name: &str) -> Result<bool, StoreError> {
        let name = name.to_owned();
        self.cache.wait(move |cache| {
            cache.may_change()?;
            cache.board.forget(&name);
            let transaction = cache.connection.transaction()?;
            for table in ["state", "part", "age"] {
                transaction.execute(&format!("DELETE FROM {table} WHERE service = ?1"), [&name])?;
            }
            forget_place(&transaction, &name)?;
            forget_parts(&transaction, &name)?;
            let was_there = transaction.execute("DELETE FROM service WHERE name = ?1", [&name])? > 0;
            transaction.commit()?;
            Ok(was_there)
        })
    }

    pub(crate) fn setting(&self, key: &str) -> Option<String> {
        let key = key.to_owned();
        let read = move |cache: &mut Cache| -> Result<Option<String>, StoreError> {
            Ok(cache.connection.query_row("SELECT value FROM setting WHERE key = ?1", [key], |r| r.get(0)).optional()?)
        };
        self.cache.wait(read).ok().flatten()
    }

    /// The values of all settings whose names begin so.
    pub(crate) fn settings(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let prefix = prefix.to_owned();
        self.cache.wait(move |cache| {
            let query = "SELECT value FROM setting WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key";
            let mut statement = cache.connection.prepare(query)?;
            let rows = statement.query_map([prefix], |r| r.get::<_, String>(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    pub(crate) fn set_setting(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let (key, value) = (key.to_owned(), value.to_owned());
        self.cache.wait(move |cache| {
            cache.may_change()?;
            tracing::trace!(target: "slipway_engine::count::write", "one transaction");
            cache.connection.execute("INSERT OR REPLACE INTO setting(key, value) VALUES(?1, ?2)", params![key, value])?;
            Ok(())
        })
    }

    /// Writes it if it still is as `before`; false: something else has written it since.
    pub(crate) fn replace_setting(&self, key: &str, before: Option<&str>, value: &str) -> Result<bool, StoreError> {
        let (key, before, value) = (key.to_owned(), before.map(str::to_owned), value.to_owned());
        self.cache.wait(move |cache| {
            cache.may_change()?;
            tracing::trace!(target: "slipway_engine::count::write", "one transaction");
            let written = match before {
                None => cache.connection.execute("INSERT OR IGNORE INTO setting(key, value) VALUES(?1, ?2)", params![key, value])?,
                Some(before) => {
                    let update = "UPDATE setting SET value = ?2 WHERE key = ?1 AND value = ?3";
                    cache.connection.execute(update, params![key, value, before])?
                }
            };
            Ok(written > 0)
        })
    }

    fn save_row(&self, statement: &'static str, key: &str, value: &impl serde::Serialize) -> Result<(), StoreError> {
        let (key, json) = (key.to_owned(), serde_json::to_string(value)?);
        self.cache.wait(move |cache| {
            cache.may_change()?;
            cache.connection.execute(statement, params![key, json])?;
            cache.empty_log();
            Ok(())
        })
    }
}

impl Cache {
    pub(super) fn services(&self) -> Result<Vec<Service>, StoreError> {
        service_order::services(&self.connection)
    }

    /// What a person enters must not be lost in a copy in memory, beside the file of a newer version.
    pub(super) fn may_change(&self) -> Result<(), StoreError> {
        self.newer().map_or(Ok(()), |why| Err(StoreError::Newer(newer_words(&why))))
    }

    /// What a person entered goes to the main file at once: a folder that may only be read, or a
    /// full disk, leaves no way to read the log beside it.
    pub(super) fn empty_log(&self) {
        let emptied = self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = emptied {
            tracing::debug!(%error, "the log stays as it is");
        }
    }
}
