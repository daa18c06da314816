//! A database that a newer Slipway has written, or changes while this one has it open.

use super::{Condition, Definition};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// Begins the message of every write that was refused because of it.
const REFUSED: &str = "a newer Slipway has changed";

/// Why this version must leave the file alone; None when it knows it, or cannot look without
/// changing it, or when there is no file.
pub(super) fn found(path: &Path, definition: &Definition) -> Option<String> {
    if !path.exists() {
        return None;
    }
    let connection = look(path).ok()?;
    // A busy file is waited for once, when it is opened.
    connection.busy_timeout(Duration::ZERO).ok()?;
    newer_version(&connection, definition).ok().flatten()
}

/// A connection that changes nothing: it neither rolls back a journal nor empties a log.
pub(super) fn look(path: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

/// Why this version may no longer write, by the version that is in the file now.
pub(super) fn newer_version(connection: &Connection, definition: &Definition) -> rusqlite::Result<Option<String>> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |r| r.get(0))?;
    let known = definition.version();
    Ok((version > known).then(|| format!("{REFUSED} {}: it is of version {version}, and this Slipway knows {known}", definition.file)))
}

/// The same of a database that was opened; `condition` is how it was found then.
pub(crate) fn newer_now(connection: &Connection, condition: &Condition, definition: &Definition) -> Option<String> {
    match condition {
        Condition::Newer { why } => Some(why.clone()),
        Condition::Sound | Condition::SetAside { .. } | Condition::Unwritable { .. } => {
            newer_version(connection, definition).ok().flatten()
        }
    }
}

/// From now on every write through this connection fails once the file is of a newer version. It is
/// a trigger, so that no statement can be forgotten and the version is read within the write's own
/// transaction.
pub(super) fn guard(connection: &Connection, definition: &Definition) -> rusqlite::Result<()> {
    let (file, known) = (definition.file, definition.version());
    for table in definition.tables {
        for change in ["INSERT", "UPDATE", "DELETE"] {
            connection.execute_batch(&format!(
                "CREATE TEMP TRIGGER newer_{table}_{change} BEFORE {change} ON main.{table}
                 WHEN (SELECT user_version FROM pragma_user_version) > {known}
                 BEGIN SELECT RAISE(ABORT, '{REFUSED} {file}; this one only reads it'); END;"
            ))?;
        }
    }
    Ok(())
}

/// Whether a write was refused by [`guard`].
pub(crate) fn is_newer(error: &rusqlite::Error) -> bool {
    matches!(error, rusqlite::Error::SqliteFailure(_, Some(message)) if message.starts_with(REFUSED))
}
