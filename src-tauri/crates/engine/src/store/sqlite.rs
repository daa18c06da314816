//! Opening a database file that may be damaged, of a newer Slipway, or not to be written.
//!
//! The program starts whatever it finds: a file that is no sound database is set aside, and
//! what can still be read of it is taken over. One that cannot be written, or that a newer Slipway
//! has written, stays as it is and is copied into memory. A file that is merely busy is left alone:
//! setting it aside would lose it. What is no file at all (a pipe, a folder) is refused before it is
//! opened, because opening a pipe may never end.

mod migrate;
mod newer;

use newer::newer_version;
pub(crate) use newer::{is_newer, newer_now};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, params_from_iter, types::Value};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Other processes write for milliseconds; a longer wait ends as an error.
const BUSY: Duration = Duration::from_secs(3);

/// Pages after which a log is written to the main file, and bytes that it keeps on the disk from then
/// on. What is written again before then goes to the main file once.
const LOG_PAGES: i64 = 4000;
const LARGEST_LOG: i64 = 4 * 1024 * 1024;

/// What a database is for.
pub(crate) struct Definition {
    pub file: &'static str,
    /// The tables of the newest version.
    pub schema: &'static str,
    /// The SQL that leads to version 1, to 2 and so on; empty where only stored words are new. An older
    /// Slipway does not know them, so they raise the version as well. The first is the schema of the
    /// first versions, which had no number.
    pub migrations: &'static [&'static str],
    /// Tables whose rows are taken over from a file that was set aside, or into memory.
    pub tables: &'static [&'static str],
    pub durability: Durability,
}

impl Definition {
    /// `PRAGMA user_version` of the newest version. A higher one was written by a newer Slipway.
    fn version(&self) -> i64 {
        i64::try_from(self.migrations.len()).unwrap_or(i64::MAX)
    }
}

pub(crate) enum Durability {
    /// Losing the last moments costs requests.
    Cache,
    /// What was committed is in the main file and on the disk. No write-ahead log: one that is
    /// cut short would lose commits without a word.
    Journal,
}

/// How the file was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Condition {
    #[default]
    Sound,
    /// It was damaged; it lies at `kept` now and a new one was begun.
    SetAside { why: String, kept: PathBuf, rows_saved: usize },
    /// It cannot be written. Changes last as long as the program.
    Unwritable { why: String },
    /// A newer Slipway has written it. It stays as it is; what could be read of it is in memory.
    Newer { why: String },
}

impl Condition {
    /// Why nothing that is written lasts, or None when it does. Without a lasting journal nothing
    /// may be sent.
    pub fn keeps_nothing(&self) -> Option<&str> {
        match self {
            Self::Sound | Self::SetAside { .. } => None,
            Self::Unwritable { why } | Self::Newer { why } => Some(why),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
    #[error("{path} is {what}, not a file, so it cannot be a database. Move it away.")]
    NotAFile { path: String, what: &'static str },
}

pub(crate) fn open(folder: &Path, definition: &Definition) -> Result<(Connection, Condition), OpenError> {
    let path = folder.join(definition.file);
    for suffix in ["", "-wal", "-shm", "-journal"] {
        regular(Path::new(&format!("{}{suffix}", path.display())))?;
    }
    if let Some(why) = newer::found(&path, definition) {
        return Ok(beside(&path, definition, why)?);
    }
    match open_sound(&path, definition) {
        Ok(connection) => Ok((connection, Condition::Sound)),
        Err(Fault::Unsound(why)) => match set_aside(&path) {
            Ok(kept) => renewed(&path, kept, why, definition),
            Err(error) => Ok((in_memory(&path, definition)?, Condition::Unwritable { why: format!("{why}; {error}") })),
        },
        Err(Fault::Newer(why)) => Ok(beside(&path, definition, why)?),
        Err(Fault::Unwritable(why)) => Ok((in_memory(&path, definition)?, Condition::Unwritable { why })),
        Err(Fault::Other(error)) => Err(error.into()),
    }
}

/// Refuses what is there and is neither a file nor a link to one.
pub(crate) fn regular(path: &Path) -> Result<(), OpenError> {
    let Ok(found) = std::fs::metadata(path) else { return Ok(()) };
    if found.is_file() {
        return Ok(());
    }
    let what = if found.is_dir() { "a folder" } else { "a pipe, a socket or a device" };
    Err(OpenError::NotAFile { path: path.display().to_string(), what })
}

enum Fault {
    Unsound(String),
    Newer(String),
    Unwritable(String),
    Other(rusqlite::Error),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Unsound(error.to_string()),
            Some(
                ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::PermissionDenied
                | ErrorCode::FileLockingProtocolFailed,
            ) => Self::Unwritable(error.to_string()),
            _ => Self::Other(error),
        }
    }
}

fn open_sound(path: &Path, definition: &Definition) -> Result<Connection, Fault> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |r| r.get(0))?;
    if verdict != "ok" {
        return Err(Fault::Unsound(verdict));
    }
    if let Some(why) = newer_version(&connection, definition)? {
        return Err(Fault::Newer(why));
    }
    let (journal_mode, synchronous) = match definition.durability {
        Durability::Cache => ("WAL", "NORMAL"),
        Durability::Journal => ("DELETE", "EXTRA"),
    };
    // Another process that has it open may hold it in its present mode; that is sound as well.
    match connection.pragma_update(None, "journal_mode", journal_mode) {
        Err(error) if error.sqlite_error_code() != Some(ErrorCode::DatabaseBusy) => return Err(error.into()),
        Err(_) | Ok(()) => {}
    }
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
    connection.pragma_update(None, "journal_size_limit", LARGEST_LOG)?;
    migrate::to_newest(&mut connection, path, definition)?;
    connection.execute_batch(definition.schema).map_err(foreign)?;
    newer::guard(&connection, definition)?;
    if connection.is_readonly("main")? {
        return Err(Fault::Unwritable("it may only be read".to_owned()));
    }
    Ok(connection)
}

/// Tables of other columns than ours are as useless as a damaged file.
fn foreign(error: rusqlite::Error) -> Fault {
    let is_foreign = matches!(error, rusqlite::Error::SqlInputError { .. }) || error.sqlite_error_code() == Some(ErrorCode::Unknown);
    if is_foreign { Fault::Unsound(format!("its tables are not Slipway's: {error}")) } else { error.into() }
}

fn renewed(path: &Path, kept: PathBuf, why: String, definition: &Definition) -> Result<(Connection, Condition), OpenError> {
    match open_sound(path, definition) {
        Ok(connection) => {
            let rows_saved = take_over(&connection, &kept, definition, reader);
            Ok((connection, Condition::SetAside { why, kept, rows_saved }))
        }
        Err(Fault::Unsound(why) | Fault::Unwritable(why) | Fault::Newer(why)) => {
            Ok((in_memory(&kept, definition)?, Condition::Unwritable { why }))
        }
        Err(Fault::Other(error)) => Err(error.into()),
    }
}

fn in_memory(path: &Path, definition: &Definition) -> rusqlite::Result<Connection> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch(definition.schema)?;
    take_over(&connection, path, definition, reader);
    Ok(connection)
}

/// Beside a file of a newer Slipway, which is only looked at.
fn beside(path: &Path, definition: &Definition, why: String) -> rusqlite::Result<(Connection, Condition)> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch(definition.schema)?;
    take_over(&connection, path, definition, newer::look);
    Ok((connection, Condition::Newer { why }))
}

type Opener = fn(&Path) -> rusqlite::Result<Connection>;

/// Copies what can be read, row by row; a table that breaks off ends there. A file of another version
/// may have other columns.
fn take_over(into: &Connection, path: &Path, definition: &Definition, opener: Opener) -> usize {
    let mut saved = 0;
    for table in definition.tables {
        match opener(path).and_then(|from| copy_table(into, &from, table, &mut saved)) {
            Ok(()) => {}
            Err(error) => tracing::info!(table, %error, "not all rows could be taken over"),
        }
    }
    saved
}

fn copy_table(into: &Connection, from: &Connection, table: &str, saved: &mut usize) -> rusqlite::Result<()> {
    let theirs = columns(from, table)?;
    let columns: Vec<String> = columns(into, table)?.into_iter().filter(|name| theirs.contains(name)).collect();
    let list = columns.join(", ");
    let places = vec!["?"; columns.len()].join(", ");
    let mut insert = into.prepare(&format!("INSERT OR IGNORE INTO {table}({list}) VALUES({places})"))?;
    let mut select = from.prepare(&format!("SELECT {list} FROM {table}"))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let values: Vec<Value> = (0..columns.len()).map(|at| row.get(at)).collect::<Result<_, _>>()?;
        *saved += insert.execute(params_from_iter(values))?;
    }
    Ok(())
}

fn columns(of: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut names = of.prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))?;
    names.query_map([], |r| r.get(0))?.collect()
}

/// A connection that only reads. Exclusive, so that no shared-memory file is asked for, which
/// could not be made on a full disk; the log stays as it is. Failing that, without the log.
fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let with_log = || {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        connection.query_row("PRAGMA locking_mode = EXCLUSIVE", [], |_| Ok(()))?;
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get::<_, i64>(0))?;
        Ok(connection)
    };
    with_log().or_else(|_: rusqlite::Error| {
        let encoded = path.display().to_string().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        Connection::open_with_flags(format!("file:{encoded}?immutable=1"), flags)
    })
}

/// Keeps the file beside the new one, for whoever wants to look; earlier ones stay.
fn set_aside(path: &Path) -> std::io::Result<PathBuf> {
    let name = |n: usize| format!("{}.damaged{}", path.display(), if n == 0 { String::new() } else { format!("-{n}") });
    let number = (0..KEPT).find(|n| !Path::new(&name(*n)).exists()).unwrap_or(KEPT);
    let kept = name(number);
    for suffix in ["-wal", "-shm", "-journal", ""] {
        let from = format!("{}{suffix}", path.display());
        match std::fs::rename(&from, format!("{kept}{suffix}")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            Err(_) | Ok(()) => {}
        }
    }
    Ok(kept.into())
}

/// Damaged files kept; the last place is used again.
const KEPT: usize = 9;

#[cfg(test)]
mod tests;
