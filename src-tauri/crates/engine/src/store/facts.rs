//! What was learnt once and is asked for again: a commit of built code, the files of a head. Facts
//! that were not used for longest go first when the cache has grown too large.

use super::{Cache, Store, StoreError};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Serialize, de::DeserializeOwned};

/// Bytes that the cache may take.
const LIMIT: i64 = 200 * 1024 * 1024;

/// The use of a fact is noted when the last note is older than this many seconds: which of two facts of one
/// day was used last does not matter, a write for every read would.
const NOTED_EVERY: i64 = 86_400;

impl Store {
    pub(crate) async fn get<T: DeserializeOwned + Send + 'static>(&self, key: &str) -> Option<T> {
        let [value] = self.get_all(vec![key.to_owned()]).await.try_into().ok()?;
        value
    }

    /// The facts of these keys, in their order.
    pub(crate) async fn get_all<T: DeserializeOwned + Send + 'static>(&self, keys: Vec<String>) -> Vec<Option<T>> {
        let count = keys.len();
        let found = self.cache.call(move |cache| get_all(cache, &keys)).await;
        found.unwrap_or_else(|error| {
            tracing::warn!(%error, "facts could not be read");
            (0..count).map(|_| None).collect()
        })
    }

    /// As [`Self::get`]; the calling thread waits.
    pub(crate) fn get_now<T: DeserializeOwned + Send + 'static>(&self, key: &str) -> Option<T> {
        let keys = vec![key.to_owned()];
        let [value] = self.cache.wait(move |cache| get_all(cache, &keys)).ok()?.try_into().ok()?;
        value
    }

    pub(crate) fn put<T: Serialize>(&self, key: &str, value: &T) {
        let json = match serde_json::to_string(value) {
            Ok(json) => json,
            Err(error) => return tracing::warn!(%error, "a fact could not be kept"),
        };
        let key = key.to_owned();
        self.cache.tell(move |cache| {
            tracing::trace!(target: "slipway_engine::count::write", "one transaction");
            tracing::trace!(target: "slipway_engine::count::row", table = "forever");
            // A fact that is not kept is asked for again.
            if let Err(error) = put(&cache.connection, &key, &json).and_then(|()| keep_within(&cache.connection, LIMIT)) {
                tracing::warn!(%error, "a fact could not be kept");
            }
        });
    }
}

fn get_all<T: DeserializeOwned>(cache: &mut Cache, keys: &[String]) -> Result<Vec<Option<T>>, StoreError> {
    let connection = &cache.connection;
    let mut select = connection.prepare_cached("SELECT json, used_at < unixepoch() - ?2 FROM forever WHERE key = ?1")?;
    let mut values = Vec::with_capacity(keys.len());
    let mut rested = Vec::new();
    for key in keys {
        let found: Option<(String, bool)> = select.query_row(params![key, NOTED_EVERY], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
        if found.as_ref().is_some_and(|(_, rests)| *rests) {
            rested.push(key);
        }
        values.push(found.and_then(|(json, _)| serde_json::from_str(&json).ok()));
    }
    // A file that cannot be written is read all the same.
    if let Err(error) = note_use(connection, &rested) {
        tracing::debug!(%error, "the use of facts was not noted");
    }
    Ok(values)
}

fn note_use(connection: &Connection, keys: &[&String]) -> rusqlite::Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let transaction = connection.unchecked_transaction()?;
    for key in keys {
        transaction.execute("UPDATE forever SET used_at = unixepoch() WHERE key = ?1", [key])?;
    }
    transaction.commit()
}

fn put(connection: &Connection, key: &str, json: &str) -> rusqlite::Result<()> {
    connection.execute("INSERT OR REPLACE INTO forever(key, json, used_at) VALUES(?1, ?2, unixepoch())", params![key, json])?;
    Ok(())
}

/// Makes the file small again where an earlier version let it grow.
pub(super) fn shrink(connection: &Connection) -> rusqlite::Result<()> {
    keep_within(connection, LIMIT)?;
    give_back(connection, LIMIT)
}

/// The space of facts that went is used again by new ones; only a file that is too large as it is is
/// written anew.
fn give_back(connection: &Connection, limit: i64) -> rusqlite::Result<()> {
    if pragma(connection, "page_count")? * pragma(connection, "page_size")? > limit {
        connection.execute_batch("VACUUM")?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    }
    Ok(())
}

/// Removes the facts that were not used for longest until a tenth of the limit is free.
fn keep_within(connection: &Connection, limit: i64) -> rusqlite::Result<()> {
    let pages = pragma(connection, "page_count")? - pragma(connection, "freelist_count")?;
    let used = pages * pragma(connection, "page_size")?;
    if used <= limit {
        return Ok(());
    }
    let mut excess = used - limit / 10 * 9;
    let mut oldest = connection.prepare("SELECT rowid, length(key) + length(json) FROM forever ORDER BY used_at, rowid")?;
    let mut rows = oldest.query([])?;
    let mut going: Vec<i64> = Vec::new();
    while excess > 0
        && let Some(row) = rows.next()?
    {
        going.push(row.get(0)?);
        excess -= row.get::<_, i64>(1)?;
    }
    drop(rows);
    let transaction = connection.unchecked_transaction()?;
    for id in &going {
        transaction.execute("DELETE FROM forever WHERE rowid = ?1", [id])?;
    }
    transaction.commit()?;
    tracing::info!(facts = going.len(), "the cache had grown too large; what was not used for longest is gone");
    Ok(())
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    connection.query_row(&format!("PRAGMA {name}"), [], |r| r.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KILOBYTES: i64 = 1000;

    fn keys(connection: &Connection) -> Vec<String> {
        let mut select = connection.prepare("SELECT key FROM forever ORDER BY key").expect("a query");
        let rows = select.query_map([], |r| r.get(0)).expect("rows");
        rows.collect::<Result<_, _>>().expect("keys")
    }

    #[tokio::test]
    async fn a_fact_is_there_again_and_its_use_is_noted_once_a_day() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).expect("a store");
        store.put("slug:1", &"c0ffee");
        assert_eq!(store.get::<String>("slug:1").await.as_deref(), Some("c0ffee"));
        assert_eq!(store.get_all::<String>(vec!["none".into(), "slug:1".into()]).await, [None, Some("c0ffee".to_owned())]);
        let used = |set: Option<i64>| {
            let look = move |cache: &mut Cache| -> Result<i64, StoreError> {
                if let Some(at) = set {
                    cache.connection.execute("UPDATE forever SET used_at = ?1", [at])?;
                }
                Ok(cache.connection.query_row("SELECT unixepoch() - used_at FROM forever", [], |r| r.get(0))?)
            };
            store.cache.wait(look).expect("read")
        };
        assert!(used(Some(5)) > NOTED_EVERY);
        assert_eq!(store.get_now::<String>("slug:1").as_deref(), Some("c0ffee"));
        assert!(used(None) < NOTED_EVERY, "it was used now");
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first_and_the_file_stays_within_its_limit() {
        let folder = tempfile::tempdir().expect("a folder");
        let (connection, _) = super::super::sqlite::open(folder.path(), &super::super::FILE).expect("a cache");
        let limit = 600 * KILOBYTES;
        for number in 0..200 {
            put(&connection, &format!("fact:{number:03}"), &"x".repeat(10 * KILOBYTES as usize)).expect("kept");
            // The first is the only one that is used again.
            connection.execute("UPDATE forever SET used_at = CASE WHEN key = 'fact:000' THEN 900 ELSE rowid END", []).expect("noted");
            keep_within(&connection, limit).expect("kept within");
        }
        let left = keys(&connection);
        assert!(left.first().is_some_and(|key| key == "fact:000") && left.last().is_some_and(|key| key == "fact:199"), "{left:?}");
        assert!((30..60).contains(&left.len()), "{} are left", left.len());
        let size = pragma(&connection, "page_count").expect("pages") * pragma(&connection, "page_size").expect("a size");
        assert!(size <= limit + 50 * KILOBYTES, "{size} bytes");

        // One that grew under an earlier version.
        keep_within(&connection, limit / 4).expect("smaller");
        give_back(&connection, limit / 4).expect("written anew");
        let size = pragma(&connection, "page_count").expect("pages") * pragma(&connection, "page_size").expect("a size");
        assert!(size <= limit / 4, "{size} bytes");
        assert!(keys(&connection).contains(&"fact:000".to_owned()));
    }
}
