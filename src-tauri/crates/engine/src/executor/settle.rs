//! What became of an action, by reading only. It is called failed only on proof; what cannot be
//! shown stays unknown.

use super::{keep, write};
use crate::shared::Core;
use crate::store::intents::finish;
use crate::verifier::{Verification, verify};
use slipway_domain::journal::{Entry, EntryState};
use std::sync::Arc;
use std::time::Duration;

const FIRST_LOOK: Duration = Duration::from_millis(300);
const SLOWEST_LOOK: Duration = Duration::from_secs(4);

/// Reads until the expectation holds or the action's own deadline passes, by elapsed time.
pub async fn follow(core: &Arc<Core>, mut entry: Entry) {
    let started = tokio::time::Instant::now();
    let limit = Duration::from_secs(entry.request.default_timeout_seconds());
    let mut pause = FIRST_LOOK;
    let mut last_seen = "It was not looked at yet".to_owned();
    while started.elapsed() < limit {
        match verify(core, &mut entry).await {
            Verification::Satisfied(seen) => {
                finish(&mut entry, EntryState::Succeeded, seen, core.now());
                return keep(core, &entry).await;
            }
            Verification::Impossible(why) => {
                finish(&mut entry, EntryState::Failed, why, core.now());
                return keep(core, &entry).await;
            }
            Verification::NotObserved(seen) | Verification::InProgress(seen) | Verification::Indeterminate(seen) => last_seen = seen,
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 3 / 2).min(SLOWEST_LOOK);
    }
    let message = unknown(&entry, &format!("{last_seen}, {} s after it was asked", limit.as_secs()));
    finish(&mut entry, EntryState::Unknown, message, core.now());
    keep(core, &entry).await;
}

/// One look at every open intent nobody works on.
pub async fn settle_orphans(core: &Arc<Core>) {
    settle_where(core, |_| true).await;
}

/// One look at what an earlier process left open of this target; never at another one.
pub async fn settle_target(core: &Arc<Core>, target: &str) {
    settle_where(core, |key| key == target).await;
}

async fn settle_where(core: &Arc<Core>, wanted: impl Fn(&str) -> bool) {
    let orphans = match core.intents.orphans(|id| core.works_on(id)).await {
        Ok(orphans) => orphans,
        Err(error) => {
            tracing::warn!(%error, "open intents could not be read");
            return;
        }
    };
    for mut entry in orphans.into_iter().filter(|(target, _)| wanted(target)).map(|(_, entry)| entry) {
        settle(core, &mut entry).await;
    }
}

async fn settle(core: &Arc<Core>, entry: &mut Entry) {
    let before = entry.clone();
    if entry.state == EntryState::Planned || entry.sent_at.is_none() {
        let message = "Slipway stopped before it was sent; nothing was sent".to_owned();
        finish(entry, EntryState::NotSent, message, core.now());
        return keep(core, entry).await;
    }
    match verify(core, entry).await {
        Verification::Satisfied(seen) => finish(entry, EntryState::Succeeded, seen, core.now()),
        Verification::Impossible(why) => finish(entry, EntryState::Failed, why, core.now()),
        Verification::InProgress(seen) => finish(entry, EntryState::Sent, format!("{seen}; checking"), core.now()),
        Verification::NotObserved(seen) | Verification::Indeterminate(seen) => {
            let message = unknown(entry, &seen);
            finish(entry, EntryState::Unknown, message, core.now());
        }
    }
    if before == *entry {
        return;
    }
    if entry.is_open() { write(core, entry).await } else { keep(core, entry).await }
}

/// What was seen since, what Slipway does, what a person can do.
pub fn unknown(entry: &Entry, seen: &str) -> String {
    let settle = format!("If you know what became of it: `slipway journal --settle {} happened|did-not --reason TEXT`.", entry.id);
    format!("{}. Slipway keeps checking; nothing is sent again. {} {settle}", seen.trim_end_matches('.'), entry.advice())
}
