//! The order in which a person wants to see the services, kept as a setting.

use super::{StoreError, rows};
use rusqlite::{Connection, OptionalExtension, params};
use slipway_domain::service::Service;

/// The setting with the names of the services in the order that a person chose. A service that is not in it comes
/// after those that are.
const ORDER: &str = "service-order";

/// In the order that was chosen; the others after them, in the order in which they were added.
pub(super) fn services(connection: &Connection) -> Result<Vec<Service>, StoreError> {
    let mut all: Vec<Service> = rows(connection, "SELECT json FROM service ORDER BY rowid")?;
    let order = order(connection)?;
    let place = |service: &Service| order.iter().position(|name| *name == service.name).unwrap_or(usize::MAX);
    all.sort_by_key(place);
    Ok(all)
}

/// One that cannot be read is as none: the services are there all the same.
fn order(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let query = "SELECT value FROM setting WHERE key = ?1";
    let kept: Option<String> = connection.query_row(query, [ORDER], |row| row.get(0)).optional()?;
    Ok(kept.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default())
}

pub(super) fn put_order(connection: &Connection, names: &[String]) -> Result<(), StoreError> {
    let json = serde_json::to_string(names)?;
    connection.execute("INSERT OR REPLACE INTO setting(key, value) VALUES(?1, ?2)", params![ORDER, json])?;
    Ok(())
}

/// A service that is added again later comes last, like a new one.
pub(super) fn forget_place(connection: &Connection, name: &str) -> Result<(), StoreError> {
    let mut names = order(connection)?;
    if names.iter().any(|known| known == name) {
        names.retain(|known| known != name);
        put_order(connection, &names)?;
    }
    Ok(())
}
