//! Row 44: what every earlier version stored, opened by this one.
//!
//! The databases are text in `stored/`. Those of versions 1 and 2 were dumped (`sqlite3 cache.db .dump`)
//! from what those versions wrote, and shortened; the first versions' follow their `CREATE TABLE`s and
//! the types of that time.

use crate::harness::{Harness, board};
use rusqlite::Connection;
use slipway_domain::inbox::InboxKind;
use slipway_domain::journal::EntryState::{self, Failed, Succeeded, Unknown};
use slipway_engine::Engine;
use std::path::Path;

struct Version {
    cache: &'static str,
    intents: &'static str,
    /// What was done to the journal's tables afterwards.
    then: &'static str,
    versions: [i64; 2],
    heroku_read_only: bool,
    /// Newest first; the first is open.
    journal: &'static [(&'static str, EntryState)],
    notices: usize,
}

const FIRST_JOURNAL: &[(&str, EntryState)] =
    &[("merge", Unknown), ("approve", Succeeded), ("cancel", Succeeded), ("rerun", Succeeded), ("rollback", Failed), ("revert", Succeeded)];

const VERSIONS: [Version; 5] = [
    Version {
        cache: include_str!("stored/cache-0.sql"),
        intents: include_str!("stored/intents-0.sql"),
        then: "",
        versions: [0, 0],
        heroku_read_only: false,
        journal: FIRST_JOURNAL,
        notices: 0,
    },
    // Files got a number and a place for what cannot be read, before there were notices.
    Version {
        cache: include_str!("stored/cache-0.sql"),
        intents: include_str!("stored/intents-0.sql"),
        then: "CREATE TABLE unreadable(id TEXT, target TEXT, json TEXT); PRAGMA user_version = 1;",
        versions: [0, 1],
        heroku_read_only: false,
        journal: FIRST_JOURNAL,
        notices: 0,
    },
    Version {
        cache: include_str!("stored/cache-1.sql"),
        intents: include_str!("stored/intents-1.sql"),
        then: "",
        versions: [1, 1],
        heroku_read_only: true,
        journal: &[("merge", Unknown), ("rollback", Succeeded), ("revert", Succeeded)],
        notices: 1,
    },
    Version {
        cache: include_str!("stored/cache-2.sql"),
        intents: include_str!("stored/intents-2.sql"),
        then: "",
        versions: [2, 2],
        heroku_read_only: true,
        journal: &[("merge", Unknown), ("merge", Succeeded)],
        notices: 1,
    },
    // Before the inbox was kept beside the journal.
    Version {
        cache: include_str!("stored/cache-3.sql"),
        intents: include_str!("stored/intents-2.sql"),
        then: "",
        versions: [3, 2],
        heroku_read_only: true,
        journal: &[("merge", Unknown), ("merge", Succeeded)],
        notices: 1,
    },
];

fn fill(folder: &Path, version: &Version) {
    for (file, sql) in [("intents.db", version.intents), ("cache.db", version.cache)] {
        Connection::open(folder.join(file)).and_then(|database| database.execute_batch(sql)).expect("filled");
    }
    Connection::open(folder.join("intents.db")).and_then(|database| database.execute_batch(version.then)).expect("changed");
}

/// None: there is no such file.
fn version_of(path: &Path) -> Option<i64> {
    let read = |database: Connection| database.query_row("PRAGMA user_version", [], |r| r.get(0));
    path.exists().then(|| Connection::open(path).and_then(read).expect("a version"))
}

#[tokio::test]
async fn what_every_earlier_version_stored_opens_fully() {
    for version in &VERSIONS {
        let harness = Harness::healthy().await;
        let (folder, name) = (harness.folder.path(), format!("versions {:?}", version.versions));
        fill(folder, version);
        let engine = Engine::start(harness.options(folder, false)).await.expect("it starts");
        assert!(engine.storage().notes().is_empty(), "{name}: {:?}", engine.storage().notes());
        let accounts: Vec<_> = engine.accounts().iter().map(|a| (a.id.clone(), a.read_only)).collect();
        let expected = [("github", false), ("circleci", false), ("heroku", version.heroku_read_only)];
        assert_eq!(accounts, expected.map(|(id, read_only)| (id.to_owned(), read_only)), "{name}");
        let services = engine.services();
        assert_eq!(services.len(), 1, "{name}");
        let production: Vec<_> = services[0].environments.iter().map(|e| (e.name.as_str(), e.is_production())).collect();
        assert_eq!(production, [("staging", false), ("production", true)], "{name}");
        let journal = engine.journal().expect("a journal");
        let entries: Vec<_> = journal.iter().map(|e| (e.action.as_str(), e.state)).collect();
        assert_eq!(entries, version.journal, "{name}");
        let open: Vec<bool> = journal.iter().map(slipway_domain::journal::Entry::is_open).collect();
        assert!(open[0] && !open[1..].contains(&true), "{name}: {open:?}");
        let notices = engine.notices().expect("notices");
        assert_eq!(notices.iter().filter(|notice| notice.message.contains("damaged")).count(), version.notices, "{name}: {notices:?}");
        assert_eq!(engine.setting("theme").as_deref(), Some("dark"), "{name}");
        let snapshot = engine.caught_up().await;
        let state = board(&snapshot);
        assert!(!state.main.is_empty() && state.production().and_then(|p| p.current.as_ref()).is_some(), "{name}: the last state");
        assert!(state.actions.iter().any(|entry| entry.state == Unknown), "{name}: the open action is shown");
        let unknown = snapshot.inbox.iter().filter(|item| item.kind == InboxKind::OutcomeUnknown && item.is_open()).count();
        assert_eq!(unknown, 1, "{name}: and it needs a person");
        copies_are_as_they_were(folder, version);
    }
}

fn copies_are_as_they_were(folder: &Path, version: &Version) {
    let [cache, intents] = version.versions;
    for (file, was, is) in [("cache.db", cache, 4), ("intents.db", intents, 4)] {
        let kept = version_of(&folder.join(format!("{file}.before-{is}")));
        assert_eq!((version_of(&folder.join(file)), kept), (Some(is), (was != is).then_some(was)), "{file}");
    }
}

/// What a person has said of an alert is kept as a setting, and so in the version that had it first.
#[tokio::test]
async fn dismissals_of_an_earlier_version_are_there() {
    let harness = Harness::healthy().await;
    fill(harness.folder.path(), &VERSIONS[3]);
    let engine = Engine::start(harness.options(harness.folder.path(), false)).await.expect("it starts");
    assert!(engine.setting("dismissed:storefront:not_learnt-f25b15").is_some_and(|kept| kept.contains("they are of last year")));
}
