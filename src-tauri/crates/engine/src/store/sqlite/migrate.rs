//! From an older version of a database to the newest, with a copy of what was there before.
//!
//! Not by `rusqlite_migration`: that reads the version outside of the transaction it migrates in. Here
//! the look at the version, the copy and the migration are under one lock for writing, so of several
//! processes one migrates, and the copy has all that was ever committed before.

use super::newer::{look, newer_version};
use super::{Definition, Fault, foreign};
use rusqlite::{Connection, TransactionBehavior};
use std::path::{Path, PathBuf};

/// Either the whole way, or the file stays as it was. Of several processes one migrates.
pub(super) fn to_newest(connection: &mut Connection, path: &Path, definition: &Definition) -> Result<(), Fault> {
    if version_of(connection)? == definition.version() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have migrated it since.
    if let Some(why) = newer_version(&transaction, definition)? {
        return Err(Fault::Newer(why));
    }
    if is_empty(&transaction)? {
        transaction.execute_batch(definition.schema).map_err(foreign)?;
    } else {
        let version = usize::try_from(version_of(&transaction)?).unwrap_or(0);
        let missing = definition.migrations.get(version..).unwrap_or_default();
        if !missing.is_empty() {
            keep_copy(path, definition).map_err(Fault::Unwritable)?;
        }
        for migration in missing {
            transaction.execute_batch(migration).map_err(foreign)?;
        }
    }
    transaction.pragma_update(None, "user_version", definition.version())?;
    transaction.commit()?;
    Ok(())
}

/// Whether the file was made a moment ago.
fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT NOT EXISTS(SELECT 1 FROM sqlite_schema)", [], |r| r.get(0))
}

fn version_of(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |r| r.get(0))
}

/// Where the file is kept as it was before it was raised to the newest version: `intents.db.before-2`.
fn place(path: &Path, definition: &Definition) -> PathBuf {
    format!("{}.before-{}", path.display(), definition.version()).into()
}

/// Copied while the caller holds the lock for writing: nothing can be committed in between.
fn keep_copy(path: &Path, definition: &Definition) -> Result<(), String> {
    let place = place(path, definition);
    let unfinished = PathBuf::from(format!("{}.unfinished", place.display()));
    let _ = std::fs::remove_file(&unfinished);
    let copied = copy(path, &unfinished).and_then(|()| std::fs::rename(&unfinished, &place).map_err(|e| e.to_string()));
    copied.map_err(|why| {
        let _ = std::fs::remove_file(&unfinished);
        format!("it could not be copied before it is migrated: {why}")
    })
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    look(from).and_then(|reader| reader.execute("VACUUM INTO ?1", [to.display().to_string()])).map_err(|e| e.to_string())?;
    std::fs::File::open(to).and_then(|file| file.sync_all()).map_err(|e| e.to_string())
}
