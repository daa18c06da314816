//! Opening a database file that may be damaged, of a newer Slipway, or not to be written.
//!
//! The program starts whatever it finds: a file that is no sound database is set aside, and
//! what can still be read of it is taken over. One that cannot be written is copied into
//! memory. A file that is merely busy is left alone: setting it aside would lose it.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, params_from_iter, types::Value};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Other processes write for milliseconds; who waits longer is told.
const BUSY: Duration = Duration::from_secs(3);

/// What a database is for.
pub struct Definition {
    pub file: &'static str,
    pub schema: &'static str,
    /// `PRAGMA user_version`. A higher one is of a newer Slipway.
    pub version: i64,
    /// Tables whose rows are taken over from a file that was set aside, or into memory.
    pub tables: &'static [&'static str],
    pub durability: Durability,
}

pub enum Durability {
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
    /// It was damaged or of a newer Slipway; it lies at `kept` now and a new one was begun.
    SetAside { why: String, kept: PathBuf, rows_saved: usize },
    /// It cannot be written. Changes last as long as the program.
    Unwritable { why: String },
}

pub fn open(folder: &Path, definition: &Definition) -> rusqlite::Result<(Connection, Condition)> {
    let path = folder.join(definition.file);
    match open_sound(&path, definition) {
        Ok(connection) => Ok((connection, Condition::Sound)),
        Err(Fault::Unsound(why)) => match set_aside(&path) {
            Ok(kept) => renewed(&path, kept, why, definition),
            Err(error) => Ok((in_memory(&path, definition)?, Condition::Unwritable { why: format!("{why}; {error}") })),
        },
        Err(Fault::Unwritable(why)) => Ok((in_memory(&path, definition)?, Condition::Unwritable { why })),
        Err(Fault::Other(error)) => Err(error),
    }
}

enum Fault {
    Unsound(String),
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
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |r| r.get(0))?;
    if verdict != "ok" {
        return Err(Fault::Unsound(verdict));
    }
    let version: i64 = connection.query_row("PRAGMA user_version", [], |r| r.get(0))?;
    if version > definition.version {
        return Err(Fault::Unsound(format!("it was written by a newer Slipway (schema {version}, known is {})", definition.version)));
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
    connection.execute_batch(definition.schema).map_err(foreign)?;
    if version < definition.version {
        connection.pragma_update(None, "user_version", definition.version)?;
    }
    if connection.is_readonly("main")? {
        return Err(Fault::Unwritable("it may only be read".to_owned()));
    }
    Ok(connection)
}

/// Tables of other columns than ours are as useless as a damaged file.
fn foreign(error: rusqlite::Error) -> Fault {
    match error.sqlite_error_code() {
        Some(ErrorCode::Unknown) => Fault::Unsound(format!("its tables are not Slipway's: {error}")),
        _ => error.into(),
    }
}

fn renewed(path: &Path, kept: PathBuf, why: String, definition: &Definition) -> rusqlite::Result<(Connection, Condition)> {
    match open_sound(path, definition) {
        Ok(connection) => {
            let rows_saved = take_over(&connection, &kept, definition);
            Ok((connection, Condition::SetAside { why, kept, rows_saved }))
        }
        Err(Fault::Unsound(why) | Fault::Unwritable(why)) => Ok((in_memory(&kept, definition)?, Condition::Unwritable { why })),
        Err(Fault::Other(error)) => Err(error),
    }
}

fn in_memory(path: &Path, definition: &Definition) -> rusqlite::Result<Connection> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch(definition.schema)?;
    take_over(&connection, path, definition);
    Ok(connection)
}

/// Copies what can be read, row by row; a table that breaks off ends there.
fn take_over(into: &Connection, path: &Path, definition: &Definition) -> usize {
    let mut saved = 0;
    for table in definition.tables {
        match copy_table(into, path, table, &mut saved) {
            Ok(()) => {}
            Err(error) => tracing::info!(table, %error, "not all rows could be taken over"),
        }
    }
    saved
}

fn copy_table(into: &Connection, path: &Path, table: &str, saved: &mut usize) -> rusqlite::Result<()> {
    let from = reader(path)?;
    let columns: Vec<String> = {
        let mut names = into.prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))?;
        names.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?
    };
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
mod tests {
    use super::*;

    const NOTES: Definition = Definition {
        file: "notes.db",
        schema: "CREATE TABLE IF NOT EXISTS note(id INTEGER PRIMARY KEY, text TEXT NOT NULL);",
        version: 3,
        tables: &["note"],
        // Without waiting for the disk.
        durability: Durability::Cache,
    };

    /// A folder with a database of 400 notes, closed.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let (connection, condition) = open(folder.path(), &NOTES).expect("a new database");
        assert_eq!(condition, Condition::Sound);
        connection.execute_batch("BEGIN").expect("a transaction");
        for id in 0..400 {
            connection.execute("INSERT INTO note VALUES(?1, ?2)", (id, "forty characters of text, or nearly so..")).expect("a row");
        }
        connection.execute_batch("COMMIT").expect("committed");
        folder
    }

    fn count(connection: &Connection) -> usize {
        connection.query_row("SELECT count(*) FROM note", [], |r| r.get::<_, u32>(0)).expect("a count") as usize
    }

    #[test]
    fn flipped_bits_never_stop_the_start() {
        let whole = std::fs::read(folder().path().join(NOTES.file)).expect("a file");
        let mut seed = 0x5117_u64;
        let mut set_aside = 0;
        for _ in 0..60 {
            let folder = tempfile::tempdir().expect("a folder");
            let mut bytes = whole.clone();
            for _ in 0..8 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = (seed >> 33) as usize % bytes.len();
                bytes[at] ^= 1 << ((seed >> 20) % 8);
            }
            std::fs::write(folder.path().join(NOTES.file), &bytes).expect("written");
            let (connection, condition) = open(folder.path(), &NOTES).expect("it starts");
            connection.execute("INSERT OR REPLACE INTO note VALUES(1000, 'new')", []).expect("it can be written");
            if let Condition::SetAside { kept, .. } = condition {
                assert_eq!(std::fs::read(kept).expect("kept"), bytes, "what was found is kept as it was");
                set_aside += 1;
            }
        }
        assert!(set_aside > 5, "only {set_aside} of 60 were noticed");
    }

    #[test]
    fn rows_of_a_file_with_one_bad_page_are_taken_over() {
        let folder = folder();
        let path = folder.path().join(NOTES.file);
        let mut bytes = std::fs::read(&path).expect("a file");
        let last = bytes.len() - 4096;
        bytes[last..].fill(0xff);
        std::fs::write(&path, bytes).expect("written");
        let (connection, condition) = open(folder.path(), &NOTES).expect("it starts");
        let Condition::SetAside { rows_saved, .. } = condition else { panic!("not noticed: {condition:?}") };
        assert_eq!(rows_saved, count(&connection));
        assert!(rows_saved > 200, "{rows_saved} of 400");
    }

    #[test]
    fn what_is_no_database_of_ours_is_set_aside() {
        for spoil in [
            |path: &Path| std::fs::write(path, b"no database at all, but some text").expect("written"),
            |path: &Path| std::fs::write(path, &std::fs::read(path).expect("a file")[..5000]).expect("cut short"),
            |path: &Path| Connection::open(path).and_then(|c| c.pragma_update(None, "user_version", 4)).expect("newer"),
        ] {
            let folder = folder();
            spoil(&folder.path().join(NOTES.file));
            let (connection, condition) = open(folder.path(), &NOTES).expect("it starts");
            assert!(matches!(condition, Condition::SetAside { .. }), "{condition:?}");
            connection.execute("INSERT OR REPLACE INTO note VALUES(1000, 'new')", []).expect("it can be written");
        }
    }

    #[test]
    fn a_second_damaged_file_does_not_replace_the_first() {
        let folder = folder();
        let path = folder.path().join(NOTES.file);
        for (text, kept_at) in [("first", "notes.db.damaged"), ("second", "notes.db.damaged-1")] {
            std::fs::write(&path, format!("{text}, which is no database")).expect("written");
            let (_, condition) = open(folder.path(), &NOTES).expect("it starts");
            let Condition::SetAside { kept, .. } = condition else { panic!("not noticed") };
            assert_eq!(kept, folder.path().join(kept_at));
        }
    }

    #[test]
    fn a_log_without_its_shared_memory_is_read_as_well() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, copy) = (folder.path().join("wal.db"), folder.path().join("copy.db"));
        let writer = Connection::open(&path).expect("opened");
        writer
            .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE note(id, text); INSERT INTO note VALUES(1, 'in the log');")
            .expect("written");
        for suffix in ["", "-wal"] {
            std::fs::copy(format!("{}{suffix}", path.display()), format!("{}{suffix}", copy.display())).expect("copied");
        }
        // Where it would be made there is something else: as if it could not be made.
        std::fs::create_dir(format!("{}-shm", copy.display())).expect("a folder in its place");
        assert_eq!(count(&reader(&copy).expect("read")), 1);
    }

    #[test]
    fn a_busy_file_is_left_alone() {
        let folder = folder();
        let path = folder.path().join(NOTES.file);
        let strict = Definition { durability: Durability::Journal, ..NOTES };
        drop(open(folder.path(), &strict).expect("its log is gone"));
        let holder = Connection::open(&path).expect("opened");
        holder.execute_batch("BEGIN EXCLUSIVE").expect("held");
        assert!(open(folder.path(), &strict).is_err(), "another process uses it");
        drop(holder);
        let (connection, condition) = open(folder.path(), &strict).expect("it starts");
        assert_eq!((condition, count(&connection)), (Condition::Sound, 400));
    }

    #[test]
    fn what_cannot_be_opened_is_replaced_by_memory() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join(NOTES.file)).expect("a folder in its place");
        let (connection, condition) = open(folder.path(), &NOTES).expect("it starts");
        assert!(matches!(condition, Condition::Unwritable { .. }), "{condition:?}");
        connection.execute("INSERT INTO note VALUES(1, 'for now')", []).expect("it can be written");
    }
}
