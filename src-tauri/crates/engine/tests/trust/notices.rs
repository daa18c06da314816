//! What must be said until somebody has read it.

use crate::harness::{Harness, merge, within};
use serde_json::json;
use slipway_domain::journal::EntryState;
use slipway_engine::Engine;
use std::io::{Seek, SeekFrom, Write};
use std::time::Duration;

/// Row 21: a journal that was damaged is not mentioned once and forgotten.
#[tokio::test]
async fn a_damaged_journal_is_told_until_it_is_acknowledged() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    assert_eq!(engine.snapshot().notices, []);
    engine.stop().await;
    drop(engine);
    let path = harness.folder.path().join("intents.db");
    let mut file = std::fs::OpenOptions::new().write(true).open(path).expect("the journal");
    file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(b"no database at all")).expect("damage");
    drop(file);
    // Said by the run that found it, and by the next, which finds a sound one.
    for _ in 0..2 {
        let engine = harness.engine().await;
        let notices = told(&engine).await;
        assert!(notices.len() == 1 && notices[0].starts_with("The journal was damaged"), "{notices:?}");
        assert_eq!(engine.notices().expect("notices").len(), 1);
        engine.stop().await;
    }
    let engine = harness.engine().await;
    let id = engine.notices().expect("notices")[0].id.clone();
    engine.acknowledge(&id).expect("it is kept");
    within(Duration::from_secs(5), "silence", async || engine.snapshot().notices.is_empty().then_some(())).await;
    engine.stop().await;
    drop(engine);
    let engine = harness.engine().await;
    engine.refresh(None).await;
    assert_eq!(engine.snapshot().notices, []);
}

async fn told(engine: &Engine) -> Vec<String> {
    within(Duration::from_secs(5), "a notice", async || {
        let snapshot = engine.snapshot();
        (!snapshot.notices.is_empty()).then(|| snapshot.notices.iter().map(|n| n.message.clone()).collect())
    })
    .await
}

/// An outcome nobody could see says what was seen since and what to do, and settles by itself.
#[tokio::test]
async fn an_unknown_outcome_is_useful_and_settles_itself() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let number = harness.ready_pull().await;
    let plan = engine.plan(merge(number)).await.expect("a plan");
    let rules = json!([{"calls": "writes", "kind": "reset_after"}, {"calls": "reads", "kind": "stale", "seconds": 600}]);
    harness.faults(rules).await;
    let entry = crate::harness::confirm(&engine, &plan).await;
    let entry = engine.settled(&entry.id, Duration::from_secs(2)).await.expect("the entry");
    assert_eq!(entry.state, EntryState::Unknown, "{}", entry.message);
    for part in ["Not seen within 2 s", "nothing is sent again", &format!("Open acme/storefront#{number}")] {
        assert!(entry.message.contains(part), "{part}: {}", entry.message);
    }
    harness.heal().await;
    let entry = crate::harness::entry_when(&engine, &entry.id, crate::harness::is_settled).await;
    assert_eq!(entry.state, EntryState::Succeeded, "{}", entry.message);
    assert_eq!(harness.mutations("merge").await, (1, 1));
}
