//! Several processes on one data folder: one configuration, and versions of Slipway side by side.

use crate::harness::{Harness, confirm, entry_when, merge, ready, within};
use serde_json::json;
use slipway_domain::journal::EntryState;
use slipway_domain::snapshot::Source;
use slipway_domain::vendor::VendorId;
use slipway_engine::{Engine, ExecuteError, Execution};
use std::time::Duration;

/// Longer than a look at the configuration takes, on a slow machine too.
const SOON: Duration = Duration::from_secs(20);

/// What came of confirming: the entry's state and words, or why it was not even begun.
async fn outcome(engine: &Engine, plan_id: &str) -> (Option<EntryState>, String) {
    match engine.execute(plan_id, None, false, None).await {
        Ok(Execution::Started(entry)) => {
            let entry = entry_when(engine, &entry.id, |e| !matches!(e.state, EntryState::Planned | EntryState::Sent)).await;
            (Some(entry.state), entry.message)
        }
        Ok(Execution::Stale { why, .. }) => (None, why),
        Err(error) => (None, error.to_string()),
    }
}

/// Row 42, at the next write: the other process has not looked yet.
#[tokio::test]
async fn what_another_process_forbids_is_not_sent() {
    for change in ["read-only", "removed", "elsewhere"] {
        let harness = Harness::healthy().await;
        let window = harness.engine().await;
        window.refresh(None).await;
        let number = harness.ready_pull().await;
        let plan = window.plan(merge(number)).await.expect("a plan");
        let terminal = harness.engine().await;
        let accounts = window.accounts();
        match change {
            "read-only" => terminal.set_read_only("github", true).await.expect("set"),
            "removed" => terminal.remove_account("github").await.expect("removed"),
            _ => {
                terminal.remove_account("github").await.expect("removed");
                let at = crate::harness::new_account(VendorId::new("github"), harness.sandbox.circleci_url(), None);
                terminal.add_account(at).await.expect("added");
            }
        }
        let (state, words) = outcome(&window, &plan.id).await;
        assert!(!matches!(state, Some(EntryState::Succeeded | EntryState::Unknown)), "{change}: {state:?} {words}");
        assert_eq!(harness.mutations("merge").await, (0, 0), "{change}: {words}");
        let named = if change == "read-only" { "read-only" } else { "meanwhile" };
        // It may have looked after all: then it goes, or fails, by the account that is there now.
        let has_looked = window.accounts() != accounts;
        assert!(words.contains(named) || words.contains("not connected") || has_looked, "{change}: {words}");
    }
}

/// Row 42: it is shown without a restart.
#[tokio::test]
async fn what_another_process_configures_is_shown() {
    let harness = Harness::with(slipway_sandbox::Scenario::SideBySide, 1.0, 0).await;
    let window = harness.engine().await;
    window.refresh(None).await;
    let terminal = harness.engine().await;
    let read_only = |engine: &Engine| {
        let snapshot = engine.snapshot();
        let account = snapshot.accounts.iter().find(|a| a.provider == VendorId::new("github")).map(|a| a.read_only);
        (account, snapshot.services[0].off.iter().any(|off| off.source == Source::Code))
    };
    assert_eq!(read_only(&window), (Some(false), false));
    terminal.set_read_only("github", true).await.expect("set");
    within(SOON, "the account to be read-only", async || (read_only(&window) == (Some(true), true)).then_some(())).await;

    let mut second = terminal.services()[0].clone();
    second.name = "second".to_owned();
    terminal.add_service(second).await.expect("added");
    within(SOON, "the service", async || window.snapshot().service("second").map(|_| ())).await;
    terminal.remove_service("second").await.expect("removed");
    within(SOON, "the service to go", async || window.snapshot().service("second").is_none().then_some(())).await;

    terminal.remove_account("heroku").await.expect("removed");
    let has = |kind| window.snapshot().accounts.iter().any(|a| a.provider == kind && a.url == harness.sandbox.heroku_url());
    within(SOON, "the account to go", async || (!has(VendorId::new("heroku"))).then_some(())).await;
}

/// Row 46: main of another repository must not appear under the service that was changed meanwhile.
#[tokio::test]
async fn a_reading_of_an_earlier_configuration_is_dropped() {
    let harness = Harness::with(slipway_sandbox::Scenario::SideBySide, 1.0, 0).await;
    let infos = harness.sandbox.services().to_vec();
    let (first, other) = (crate::harness::service(&infos[0]), crate::harness::service(&infos[1]));
    let engine = harness.engine().await;
    harness.faults(json!({"kind": "latency", "ms": 500})).await;
    let before = harness.requests("github").await;
    let mut changes = engine.changes();
    let refreshing = {
        let engine = engine.clone();
        tokio::spawn(async move { engine.refresh(None).await })
    };
    within(SOON, "the first request", async || (harness.requests("github").await > before).then_some(())).await;
    engine.remove_service(&first.name).await.expect("removed");
    engine.add_service(slipway_domain::service::Service { name: first.name.clone(), ci: None, ..other.clone() }).await.expect("added");
    // What was asked before is as slow as what is asked now, so it has come when this ends.
    refreshing.await.expect("the refresh ends");
    engine.refresh(None).await;
    harness.heal().await;
    // Whatever was published since: either nothing is known, or it is the new repository's.
    let mut states = Vec::new();
    while let Ok(change) = changes.try_recv() {
        states.extend(change.services.clone());
    }
    engine.refresh(None).await;
    let truth = engine.snapshot().service(&first.name).expect("the service").clone();
    assert!(!truth.main.is_empty(), "the new repository is read");
    let states: Vec<_> = states.into_iter().filter(|s| s.name == first.name && s.repo == truth.repo).collect();
    assert!(states.iter().any(|s| !s.main.is_empty()), "it was read");
    for state in states {
        let foreign = state.main.iter().find(|c| !truth.main.iter().any(|t| t.sha == c.sha));
        assert!(foreign.is_none(), "{foreign:?} is of the repository before");
    }
}

/// What the CI's statistics said is kept with when they were asked, so a reading that is dropped costs no estimates.
#[tokio::test]
async fn statistics_outlive_the_reading_that_asked_for_them() {
    let harness = Harness::with(slipway_sandbox::Scenario::Quiet, 1.0, 0).await;
    let service = crate::harness::service(&harness.sandbox.services()[0]);
    let engine = harness.engine().await;
    let usual = async || {
        engine.refresh(None).await;
        engine.snapshot().service(&service.name).expect("the service").usual.clone()
    };
    let before = usual().await;
    assert!(before.pipeline.is_some(), "from the CI's statistics");
    engine.remove_service(&service.name).await.expect("removed");
    engine.add_service(service.clone()).await.expect("added");
    let after = usual().await;
    assert_eq!((after.pipeline, after.jobs), (before.pipeline, before.jobs), "though all else was forgotten");
}

fn raise(harness: &Harness, file: &str) {
    let database = rusqlite::Connection::open(harness.folder.path().join(file)).expect("opened");
    database.busy_timeout(Duration::from_secs(5)).expect("patience");
    database.pragma_update(None, "user_version", 99).expect("a newer version");
}

/// A folder with the databases as they are now, of a newer version, and closed.
fn raised_copy(harness: &Harness) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for file in ["intents.db", "cache.db"] {
        let copy = folder.path().join(file);
        let from = rusqlite::Connection::open(harness.folder.path().join(file)).expect("opened");
        from.execute("VACUUM INTO ?1", [copy.display().to_string()]).expect("copied");
        rusqlite::Connection::open(copy).and_then(|c| c.pragma_update(None, "user_version", 99)).expect("a newer version");
    }
    folder
}

/// Row 44: a newer Slipway migrates while this one is open.
#[tokio::test]
async fn once_a_newer_slipway_has_migrated_nothing_is_sent_or_written() {
    for file in ["intents.db", "cache.db"] {
        let harness = Harness::healthy().await;
        let engine = harness.engine().await;
        engine.refresh(None).await;
        let number = harness.ready_pull().await;
        let plan = engine.plan(merge(number)).await.expect("a plan");
        raise(&harness, file);
        let refused = engine.execute(&plan.id, None, false, None).await.expect_err(file);
        assert!(matches!(&refused, ExecuteError::NotDurable(why) if why.contains("newer Slipway")), "{file}: {refused}");
        assert_eq!(harness.mutations("merge").await, (0, 0), "{file}");
        assert!(engine.journal().expect("a journal").is_empty(), "{file}");
        within(SOON, "the window to say so", async || {
            engine.snapshot().notices.iter().any(|n| n.message.contains("newer Slipway")).then_some(())
        })
        .await;
        if file == "cache.db" {
            let refused = engine.set_read_only("github", true).await.expect_err("not changed");
            assert!(refused.to_string().contains("newer Slipway"), "{refused}");
        }
        // Reading goes on.
        assert!(ready(&*engine.refresh(None).await).contains(&number));
    }
}

/// Row 44: the databases are a newer Slipway's already.
#[tokio::test]
async fn a_newer_slipways_databases_are_left_as_they_are() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let number = harness.ready_pull().await;
    let entry = confirm(&engine, &engine.plan(merge(number)).await.expect("a plan")).await;
    entry_when(&engine, &entry.id, |e| e.state == EntryState::Succeeded).await;
    let folder = raised_copy(&harness);
    let bytes = || ["intents.db", "cache.db"].map(|file| std::fs::read(folder.path().join(file)).expect("the file"));
    let before = bytes();
    let next = harness.ready_pull().await;
    let old = Engine::start(harness.options(folder.path(), true)).await.expect("it starts");
    assert!(old.storage().notes()[0].contains("newer Slipway"), "{:?}", old.storage().notes());
    assert_eq!(old.journal().expect("a journal").len(), 1, "it is shown");
    assert!(ready(&*old.refresh(None).await).contains(&next), "reading goes on");
    let plan = old.plan(merge(next)).await.expect("a plan");
    let refused = old.execute(&plan.id, None, false, None).await.expect_err("not acted on").to_string();
    assert!(refused.contains("newer Slipway"), "{refused}");
    assert!(old.remove_service("storefront").await.is_err(), "nothing is entered into a copy in memory");
    old.stop().await;
    assert!(bytes() == before, "they are not as they were");
    let names = std::fs::read_dir(folder.path()).expect("a folder").flatten().map(|f| f.file_name());
    assert!(!names.map(|n| n.to_string_lossy().into_owned()).any(|n| n.contains("damaged") || n.contains("before")));
    assert_eq!(harness.mutations("merge").await, (1, 1));
}
