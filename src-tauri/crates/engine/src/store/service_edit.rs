//! Changes of the configured services that depend on what is there: an edit, a rename, another place in the order. Each is one
//! transaction, so another process is never overwritten unseen.

use super::board::rename_rows;
use super::service_order::{put_order, services};
use super::{Cache, Store, StoreError};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use serde_json::{Map, Value};
use slipway_domain::service::Service;

/// Alerts that a person has ended: `dismissed:SERVICE:ALERT`.
pub(crate) const DISMISSED: &str = "dismissed:";
/// Settings that are kept for a service, by what their keys begin with: then comes the service's name, a colon and
/// anything. Their values are JSON, with the name in `service` where it is in them.
const KEPT_BY_SERVICE: &[&str] = &[DISMISSED];
/// Settings whose JSON has a part for each service, by its name: the key, and the field that has them.
const PARTS_BY_SERVICE: &[(&str, &str)] = &[("notifications", "services")];

/// What became of an edit.
#[derive(Debug, PartialEq)]
pub(crate) enum Edited {
    Saved,
    /// Nothing was saved: the service is not there any more.
    Gone,
    /// Nothing was saved: it is not what it was when the edit began.
    Changed(Box<Service>),
    /// Nothing was saved: another service has the new name.
    Taken,
}

impl Store {
    /// Saves `new` in place of `was`, under its name or another, if it still is what it was.
    pub(crate) fn edit_service(&self, was: &Service, new: &Service) -> Result<Edited, StoreError> {
        let (was, new) = (was.clone(), new.clone());
        self.cache.wait(move |cache| {
            cache.may_change()?;
            let edited = cache.edit(&was, &new)?;
            if edited == Edited::Saved && was.name != new.name {
                cache.board.forget(&was.name);
            }
            cache.empty_log();
            Ok(edited)
        })
    }

    /// Puts the service at this place of the order, counted from 0; past the end is last. False: there is no such
    /// service.
    pub(crate) fn move_service(&self, name: &str, to: usize) -> Result<bool, StoreError> {
        let name = name.to_owned();
        self.cache.wait(move |cache| {
            cache.may_change()?;
            let transaction = cache.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut names: Vec<String> = services(&transaction)?.into_iter().map(|service| service.name).collect();
            let Some(at) = names.iter().position(|known| *known == name) else { return Ok(false) };
            let moved = names.remove(at);
            names.insert(to.min(names.len()), moved);
            put_order(&transaction, &names)?;
            transaction.commit()?;
            cache.empty_log();
            Ok(true)
        })
    }
}

impl Cache {
    fn edit(&mut self, was: &Service, new: &Service) -> Result<Edited, StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let now = services(&transaction)?;
        let Some(stored) = now.iter().find(|service| service.name == was.name) else { return Ok(Edited::Gone) };
        if stored != was {
            return Ok(Edited::Changed(Box::new(stored.clone())));
        }
        let renamed = was.name != new.name;
        if renamed && now.iter().any(|service| service.name == new.name) {
            return Ok(Edited::Taken);
        }
        let json = serde_json::to_string(new)?;
        transaction.execute("UPDATE service SET name = ?2, json = ?3 WHERE name = ?1", params![was.name, new.name, json])?;
        if renamed {
            let names: Vec<String> = now.iter().map(|s| if s.name == was.name { new.name.clone() } else { s.name.clone() }).collect();
            put_order(&transaction, &names)?;
            rename_rows(&transaction, &was.name, &new.name)?;
            rename_settings(&transaction, &was.name, &new.name)?;
        }
        transaction.commit()?;
        Ok(Edited::Saved)
    }
}

fn rename_settings(connection: &Connection, from: &str, to: &str) -> Result<(), StoreError> {
    for prefix in KEPT_BY_SERVICE {
        for (key, mut json) in kept_of(connection, prefix, from)? {
            if let Some(named) = json.get_mut("service") {
                *named = Value::from(to);
            }
            let renamed = format!("{prefix}{to}:{}", &key[prefix.len() + from.len() + 1..]);
            connection.execute("DELETE FROM setting WHERE key = ?1", [&key])?;
            connection.execute("INSERT OR REPLACE INTO setting(key, value) VALUES(?1, ?2)", params![renamed, json.to_string()])?;
        }
    }
    change_parts(connection, |parts| {
        let Some(part) = parts.remove(from) else { return false };
        parts.insert(to.to_owned(), part);
        true
    })
}

/// Settings of this prefix that are the service's. `a` and `a:b` are two services whose keys may begin alike.
fn kept_of(connection: &Connection, prefix: &str, name: &str) -> Result<Vec<(String, Value)>, StoreError> {
    let begins = format!("{prefix}{name}:");
    let mut select = connection.prepare("SELECT key, value FROM setting WHERE substr(key, 1, length(?1)) = ?1")?;
    let kept: Vec<(String, String)> = select.query_map([&begins], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let read = kept.into_iter().filter_map(|(key, value)| Some((key, serde_json::from_str::<Value>(&value).ok()?)));
    Ok(read.filter(|(_, json)| json.get("service").is_none_or(|named| *named == *name)).collect())
}

/// What is kept of a service that is removed is not that of another with its name.
pub(super) fn forget_parts(connection: &Connection, name: &str) -> Result<(), StoreError> {
    for prefix in KEPT_BY_SERVICE {
        for (key, _) in kept_of(connection, prefix, name)? {
            connection.execute("DELETE FROM setting WHERE key = ?1", [key])?;
        }
    }
    change_parts(connection, |parts| parts.remove(name).is_some())
}

/// `change` tells whether there is something to write. What cannot be read is left as it is: whoever reads it says so.
fn change_parts(connection: &Connection, change: impl Fn(&mut Map<String, Value>) -> bool) -> Result<(), StoreError> {
    for (key, field) in PARTS_BY_SERVICE {
        let query = "SELECT value FROM setting WHERE key = ?1";
        let stored: Option<String> = connection.query_row(query, [key], |row| row.get(0)).optional()?;
        let Some(mut json) = stored.and_then(|text| serde_json::from_str::<Value>(&text).ok()) else { continue };
        if json.get_mut(field).and_then(Value::as_object_mut).is_some_and(&change) {
            connection.execute("UPDATE setting SET value = ?2 WHERE key = ?1", params![key, json.to_string()])?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
