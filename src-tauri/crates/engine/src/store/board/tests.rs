use super::*;
use slipway_domain::snapshot::{Commit, Source, SourceState};
use slipway_domain::vendor::VendorId;
use std::path::Path;

fn at(seconds: i64) -> Time {
    Time::from_unix(1_800_000_000 + seconds)
}

fn shop() -> Service {
    Service {
        name: "shop".into(),
        repo: "acme/shop".into(),
        branch: "main".into(),
        ci: None,
        environments: Vec::new(),
        accounts: Vec::new(),
        migration_paths: Vec::new(),
    }
}

/// Main stood at `sha` when it was asked for at that second.
fn read(sha: &str, seconds: i64) -> Arc<ServiceState> {
    let mut state = ServiceState::unread(shop());
    state.main = vec![Commit { sha: sha.into(), ..Commit::default() }];
    let times = (Some(at(seconds + 1)), Some(at(seconds)));
    let (observed_at, asked_at) = times;
    state.sources = vec![SourceState { source: Source::Code, provider: VendorId::new("github"), observed_at, asked_at, error: None }];
    Arc::new(state)
}

fn open(folder: &Path) -> Store {
    let store = Store::open(folder).expect("a store");
    store.add_service(&shop()).expect("a service");
    let counting = ["state", "part"].map(|table| {
        format!(
            "CREATE TEMP TRIGGER {table}_insert AFTER INSERT ON main.{table} BEGIN INSERT INTO written VALUES('{table}'); END;
             CREATE TEMP TRIGGER {table}_update AFTER UPDATE ON main.{table} BEGIN INSERT INTO written VALUES('{table}'); END;"
        )
    });
    let set_up = format!("CREATE TEMP TABLE written(what TEXT); {}", counting.concat());
    store.cache.wait(move |cache| Ok::<_, StoreError>(cache.connection.execute_batch(&set_up)?)).expect("counting");
    store
}

fn query<T: rusqlite::types::FromSql + Send + 'static>(store: &Store, query: &'static str) -> T {
    let asked = store.cache.wait(move |cache| Ok::<_, StoreError>(cache.connection.query_row(query, [], |r| r.get(0))?));
    asked.expect("an answer")
}

/// Rows of states and their parts that this process has written.
fn writes(store: &Store) -> i64 {
    query(store, "SELECT count(*) FROM written")
}

/// What another process would find once this one has done what it was told: main's tip, and when it was
/// asked for.
fn found_after(store: &Store, folder: &Path) -> (String, Option<Time>) {
    writes(store);
    found(folder)
}

fn found(folder: &Path) -> (String, Option<Time>) {
    let state = Store::open(folder).expect("a store").states().expect("states").remove(0);
    (state.main[0].sha.clone(), state.source(&Source::Code).and_then(|source| source.asked_at))
}

#[test]
fn a_quiet_read_writes_nothing_and_its_age_is_kept_now_and_then() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    store.save_state(read("c1", 0), at(0));
    assert_eq!(writes(&store), 3, "the state, code and CI");
    for seconds in [10, 30, 60] {
        store.note_ages("shop", Ages::of(&read("c1", seconds)), at(seconds));
    }
    assert_eq!(found_after(&store, folder.path()), ("c1".to_owned(), Some(at(0))), "held back");
    store.note_ages("shop", Ages::of(&read("c1", 90)), at(90));
    assert_eq!(found_after(&store, folder.path()), ("c1".to_owned(), Some(at(90))));
    store.note_ages("shop", Ages::of(&read("c1", 95)), at(95));
    assert_eq!(writes(&store), 3, "the state itself was not written again");
    drop(store);
    assert_eq!(found(folder.path()), ("c1".to_owned(), Some(at(95))), "the rest is written at the end");
}

#[test]
fn what_one_source_tells_is_written_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    store.save_state(read("c1", 0), at(0));
    store.save_state(read("c2", 10), at(10));
    assert_eq!(writes(&store), 4, "the code again, and nothing else");
    assert_eq!(found_after(&store, folder.path()).0, "c2");
}

/// As versions before kept it.
#[test]
fn a_state_in_one_row_is_read_and_taken_apart_when_it_differs() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let json = serde_json::to_string(&read("c1", 0)).expect("JSON");
    let write = move |cache: &mut Cache| -> Result<(), StoreError> {
        cache.connection.execute("INSERT INTO state VALUES('shop', ?1)", [json])?;
        Ok(())
    };
    store.cache.wait(write).expect("written");
    assert_eq!(found_after(&store, folder.path()).0, "c1");
    store.save_state(read("c2", 10), at(10));
    assert_eq!(found_after(&store, folder.path()).0, "c2");
    assert_eq!(query::<i64>(&store, "SELECT instr(json, 'c2') FROM state"), 0, "it is in its part");
}

#[test]
fn a_saved_state_has_its_own_ages() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    store.save_state(read("c1", 0), at(0));
    store.note_ages("shop", Ages::of(&read("c1", 10)), at(10));
    store.note_ages("shop", Ages::of(&read("c1", 90)), at(90));
    store.save_state(read("c2", 100), at(100));
    assert_eq!(found_after(&store, folder.path()), ("c2".to_owned(), Some(at(100))));
}

/// The age of what one process has read never makes what another has read look newer.
#[test]
fn ages_belong_to_what_their_own_process_has_read() {
    for (asked, expected) in [(5, ("c2", 10)), (50, ("c1", 50))] {
        let folder = tempfile::tempdir().expect("a folder");
        let (window, terminal) = (open(folder.path()), open(folder.path()));
        window.save_state(read("c1", 0), at(0));
        window.note_ages("shop", Ages::of(&read("c1", 1)), at(1));
        assert_eq!(writes(&window), 3, "it is in the file");
        terminal.save_state(read("c2", 10), at(10));
        assert_eq!(found_after(&terminal, folder.path()), ("c2".to_owned(), Some(at(10))));
        // The window was slower, or its code host showed what was before.
        window.note_ages("shop", Ages::of(&read("c1", asked)), at(200));
        assert_eq!(found_after(&window, folder.path()), (expected.0.to_owned(), Some(at(expected.1))), "asked at {asked}");
    }
}

#[test]
fn two_processes_that_read_the_same_write_it_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (window, terminal) = (open(folder.path()), open(folder.path()));
    window.save_state(read("c1", 0), at(0));
    assert_eq!(writes(&window), 3);
    terminal.save_state(read("c1", 20), at(20));
    assert_eq!(writes(&terminal), 0, "all of it is there");
    window.note_ages("shop", Ages::of(&read("c1", 30)), at(30));
    window.note_ages("shop", Ages::of(&read("c1", 110)), at(110));
    assert_eq!(writes(&window), 3);
    assert_eq!(found_after(&window, folder.path()), ("c1".to_owned(), Some(at(110))));
    // An earlier look of the other one changes nothing.
    terminal.note_ages("shop", Ages::of(&read("c1", 40)), at(40));
    drop(terminal);
    assert_eq!((writes(&window), found_after(&window, folder.path())), (3, ("c1".to_owned(), Some(at(110)))));
}

#[test]
fn what_a_clock_that_was_wrong_said_is_no_newer() {
    let folder = tempfile::tempdir().expect("a folder");
    let (window, terminal) = (open(folder.path()), open(folder.path()));
    terminal.save_state(read("c2", 9000), at(9000));
    assert!(writes(&terminal) > 0, "it is in the file");
    window.save_state(read("c1", 10), at(20));
    assert!(writes(&window) > 0);
    assert_eq!(found_after(&window, folder.path()), ("c1".to_owned(), Some(at(10))));
}

#[test]
fn a_removed_service_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    store.save_state(read("c1", 0), at(0));
    store.note_ages("shop", Ages::of(&read("c1", 10)), at(10));
    store.note_ages("shop", Ages::of(&read("c1", 90)), at(90));
    store.note_ages("shop", Ages::of(&read("c1", 95)), at(95));
    assert!(store.remove_service("shop").expect("removed"));
    drop(store);
    let store = Store::open(folder.path()).expect("a store");
    assert_eq!(query::<i64>(&store, "SELECT (SELECT count(*) FROM state) + (SELECT count(*) FROM part) + (SELECT count(*) FROM age)"), 0);
}
