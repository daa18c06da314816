use super::*;

const NOTES: Definition = Definition {
    file: "notes.db",
    schema: "CREATE TABLE IF NOT EXISTS note(id INTEGER PRIMARY KEY, text TEXT NOT NULL);",
    migrations: &[
        "CREATE TABLE IF NOT EXISTS note(id INTEGER PRIMARY KEY, text TEXT NOT NULL);",
        "",
        "UPDATE note SET text = text || ' of 3'",
    ],
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

#[cfg(unix)]
#[test]
fn what_cannot_be_opened_is_replaced_by_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink(folder.path().join("gone").join("notes.db"), folder.path().join(NOTES.file)).expect("a link to nowhere");
    let (connection, condition) = open(folder.path(), &NOTES).expect("it starts");
    assert!(matches!(condition, Condition::Unwritable { .. }), "{condition:?}");
    connection.execute("INSERT INTO note VALUES(1, 'for now')", []).expect("it can be written");
}

fn set_version(path: &Path, version: i64) {
    Connection::open(path).and_then(|c| c.pragma_update(None, "user_version", version)).expect("a version");
}

/// Every file of the folder, with what is in it; without the log's index, which readers write.
fn contents(folder: &Path) -> Vec<(std::ffi::OsString, Vec<u8>)> {
    let files = std::fs::read_dir(folder).expect("a folder").flatten();
    let mut all: Vec<_> = files.map(|f| (f.file_name(), std::fs::read(f.path()).expect("a file"))).collect();
    let says_nothing = |name: &str, bytes: &[u8]| name.ends_with("-shm") || (name.ends_with("-wal") && bytes.is_empty());
    all.retain(|(name, bytes)| !says_nothing(&name.to_string_lossy(), bytes));
    all.sort();
    all
}

#[test]
fn a_file_of_a_newer_version_is_left_as_it_is() {
    for durability in [Durability::Cache, Durability::Journal] {
        let definition = Definition { durability, ..NOTES };
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(NOTES.file);
        let (connection, _) = open(folder.path(), &definition).expect("new");
        connection.execute("INSERT INTO note VALUES(1, 'kept')", []).expect("a row");
        drop(connection);
        set_version(&path, 4);
        let before = contents(folder.path());
        let (connection, condition) = open(folder.path(), &definition).expect("it starts");
        assert!(matches!(&condition, Condition::Newer { why } if why.contains("version 4")), "{condition:?}");
        assert!(condition.keeps_nothing().is_some());
        assert_eq!(count(&connection), 1, "what can be read is there");
        connection.execute("INSERT INTO note VALUES(2, 'in memory')", []).expect("a row in memory");
        drop(connection);
        assert_eq!(contents(folder.path()), before);
    }
}

#[test]
fn a_newer_version_whose_log_is_not_empty_is_left_as_it_is() {
    let folder = folder();
    let path = folder.path().join(NOTES.file);
    // Killed: its log stays.
    let newer = Connection::open(&path).expect("opened");
    newer.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).expect("as if killed");
    newer.execute_batch("PRAGMA user_version = 4; INSERT INTO note VALUES(1000, 'in the log')").expect("written");
    drop(newer);
    let before = contents(folder.path());
    assert!(before.iter().any(|(name, _)| name.to_string_lossy().ends_with("-wal")), "there is a log");
    let (connection, condition) = open(folder.path(), &NOTES).expect("it starts");
    assert!(matches!(condition, Condition::Newer { .. }), "{condition:?}");
    assert_eq!(count(&connection), 401, "the log is read as well");
    drop(connection);
    assert_eq!(contents(folder.path()), before);
}

#[test]
fn every_write_fails_once_a_newer_slipway_has_migrated_the_file() {
    for durability in [Durability::Cache, Durability::Journal] {
        let folder = folder();
        let path = folder.path().join(NOTES.file);
        let (connection, _) = open(folder.path(), &Definition { durability, ..NOTES }).expect("open");
        connection.execute("UPDATE note SET text = 'mine' WHERE id = 1", []).expect("known so far");
        // As such migrations go: a table of the same name with another column.
        let newer = Connection::open(&path).expect("opened");
        newer
            .execute_batch(
                "BEGIN; CREATE TABLE other(id INTEGER PRIMARY KEY, text TEXT NOT NULL, more TEXT);
                 INSERT INTO other SELECT id, text, 'x' FROM note; DROP TABLE note; ALTER TABLE other RENAME TO note;
                 PRAGMA user_version = 4; COMMIT;",
            )
            .expect("migrated");
        assert!(newer_version(&connection, &NOTES).expect("a version").is_some());
        for write in [
            "INSERT INTO note(id, text) VALUES(2000, 'x')",
            "INSERT OR REPLACE INTO note(id, text) VALUES(1, 'x')",
            "INSERT OR IGNORE INTO note(id, text) VALUES(2000, 'x')",
            "INSERT INTO note(id, text) VALUES(1, 'x') ON CONFLICT(id) DO UPDATE SET text = 'x'",
            "UPDATE note SET text = 'x' WHERE id = 1",
            "DELETE FROM note WHERE id = 1",
        ] {
            let refused = connection.execute(write, []).expect_err(write);
            assert!(is_newer(&refused), "{write}: {refused}");
        }
        let text: String = newer.query_row("SELECT text FROM note WHERE id = 1", [], |r| r.get(0)).expect("a row");
        assert_eq!((text.as_str(), count(&newer)), ("mine", 400));
        assert_eq!(count(&connection), 400, "reading goes on");
    }
}

#[test]
fn an_older_file_is_migrated_once_and_kept_as_it_was() {
    for durability in [Durability::Cache, Durability::Journal] {
        let folder = folder();
        let path = folder.path().join(NOTES.file);
        set_version(&path, 2);
        let text = |connection: &Connection| -> String {
            connection.query_row("SELECT text FROM note WHERE id = 7", [], |r| r.get(0)).expect("a row")
        };
        let before = text(&look_at(&path));
        let definition = Definition { durability, ..NOTES };
        let opened: Vec<_> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..3).map(|_| scope.spawn(|| open(folder.path(), &definition).expect("opened"))).collect();
            all.into_iter().map(|one| one.join().expect("no panic")).collect()
        });
        for (connection, condition) in &opened {
            assert_eq!(*condition, Condition::Sound);
            assert_eq!(text(connection), format!("{before} of 3"), "migrated once");
        }
        let kept = look_at(&folder.path().join("notes.db.before-3"));
        assert_eq!((text(&kept), count(&kept)), (before, 400));
        let version: i64 = kept.query_row("PRAGMA user_version", [], |r| r.get(0)).expect("a version");
        assert_eq!(version, 2);
    }
}

fn look_at(path: &Path) -> Connection {
    newer::look(path).expect("opened")
}

#[test]
fn a_migration_that_fails_leaves_the_file_as_it_was() {
    let folder = folder();
    let path = folder.path().join(NOTES.file);
    set_version(&path, 2);
    // Its place is taken, so the copy cannot be made.
    std::fs::create_dir_all(folder.path().join("notes.db.before-3").join("something")).expect("a folder");
    let (connection, condition) = open(folder.path(), &NOTES).expect("it starts");
    assert!(matches!(&condition, Condition::Unwritable { why } if why.contains("copied")), "{condition:?}");
    assert_eq!(count(&connection), 400, "in memory");
    drop(connection);
    let found = look_at(&path);
    let version: i64 = found.query_row("PRAGMA user_version", [], |r| r.get(0)).expect("a version");
    assert_eq!((version, count(&found)), (2, 400));
    assert!(!folder.path().join("notes.db.before-3.unfinished").exists());
    drop(found);

    std::fs::remove_dir_all(folder.path().join("notes.db.before-3")).expect("removed");
    const BROKEN: Definition = Definition { migrations: &["", "", "UPDATE note SET text = 'half'; UPDATE absent SET id = 1"], ..NOTES };
    let (connection, condition) = open(folder.path(), &BROKEN).expect("it starts");
    assert!(matches!(condition, Condition::SetAside { rows_saved: 400, .. }), "{condition:?}");
    let halves: u32 = connection.query_row("SELECT count(*) FROM note WHERE text = 'half'", [], |r| r.get(0)).expect("a count");
    assert_eq!(halves, 0, "nothing of the migration is left");
    drop(connection);
    let kept: Vec<String> = contents(folder.path()).into_iter().map(|(name, _)| name.to_string_lossy().into_owned()).collect();
    assert!(kept.iter().any(|name| name == "notes.db.before-3"), "{kept:?}");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_before_it_is_opened() {
    let make = |path: &Path, what: &str| match what {
        "folder" => std::fs::create_dir(path).expect("a folder"),
        "socket" => drop(std::os::unix::net::UnixListener::bind(path).expect("a socket")),
        _ => assert!(std::process::Command::new("mkfifo").arg(path).status().expect("mkfifo").success()),
    };
    for what in ["folder", "socket", "pipe"] {
        for file in ["notes.db", "notes.db-wal", "notes.db-journal"] {
            let folder = tempfile::tempdir().expect("a folder");
            make(&folder.path().join(file), what);
            let refused = open(folder.path(), &NOTES).expect_err("refused").to_string();
            assert!(refused.contains("not a file") && refused.contains(file), "{refused}");
        }
    }
}

#[test]
fn migrations_lead_to_the_schema_of_a_new_file() {
    let tables = |connection: &Connection| -> Vec<(String, String, String)> {
        let query = "SELECT t.name, c.name, c.type || c.\"notnull\" || coalesce(c.dflt_value, '') FROM pragma_table_list t \
                     JOIN pragma_table_info(t.name) c WHERE t.schema = 'main' ORDER BY 1, 2";
        let mut select = connection.prepare(query).expect("a query");
        let rows = select.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).expect("rows");
        rows.collect::<Result<_, _>>().expect("columns")
    };
    let definition = crate::store::FILE;
    let (fresh, old) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    Connection::open(old.path().join(definition.file)).and_then(|c| c.execute_batch(definition.migrations[0])).expect("the first version");
    let [(fresh, _), (migrated, condition)] = [fresh, old].map(|folder| open(folder.path(), &definition).expect("opened"));
    assert_eq!((condition, tables(&migrated)), (Condition::Sound, tables(&fresh)));
}
