//! What became of an action, by reading only. It is called failed only on proof; what cannot be
//! shown stays unknown.

use super::journal_writer::JournalWriter;
use crate::accounts::Accounts;
use crate::store::intents::finish;
use crate::verifier::{Verification, verify};
use slipway_domain::journal::{Entry, EntryState};
use std::time::Duration;

const FIRST_LOOK: Duration = Duration::from_millis(300);
const SLOWEST_LOOK: Duration = Duration::from_secs(4);

/// Reads until the expectation holds or the action's own deadline passes, by elapsed time.
pub(crate) async fn follow(accounts: &Accounts, writer: &JournalWriter, mut entry: Entry) {
    let started = tokio::time::Instant::now();
    let limit = Duration::from_secs(entry.request.default_timeout_seconds());
    let mut pause = FIRST_LOOK;
    let mut last_seen = "It was not looked at yet".to_owned();
    while started.elapsed() < limit {
        match verify(accounts, writer.now(), &mut entry).await {
            Verification::Satisfied(seen) => {
                finish(&mut entry, EntryState::Succeeded, seen, writer.now());
                return writer.settle(&entry).await;
            }
            Verification::Impossible(why) => {
                finish(&mut entry, EntryState::Failed, why, writer.now());
                return writer.settle(&entry).await;
            }
            Verification::NotObserved(seen) | Verification::InProgress(seen) | Verification::Indeterminate(seen) => last_seen = seen,
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 3 / 2).min(SLOWEST_LOOK);
    }
    let message = unknown(&entry, &format!("{last_seen}, {} s after it was asked", limit.as_secs()));
    finish(&mut entry, EntryState::Unknown, message, writer.now());
    writer.settle(&entry).await;
}

/// One look at every open intent nobody works on.
pub(crate) async fn settle_orphans(accounts: &Accounts, writer: &JournalWriter) {
    settle_where(accounts, writer, |_| true).await;
}

/// One look at what an earlier process left open of this target; never at another one.
pub(crate) async fn settle_target(accounts: &Accounts, writer: &JournalWriter, target: &str) {
    settle_where(accounts, writer, |key| key == target).await;
}

async fn settle_where(accounts: &Accounts, writer: &JournalWriter, wanted: impl Fn(&str) -> bool) {
    let orphans = match writer.intents.orphans(|id| writer.work.contains(id)).await {
        Ok(orphans) => orphans,
        Err(error) => {
            tracing::warn!(%error, "open intents could not be read");
            return;
        }
    };
    for mut entry in orphans.into_iter().filter(|(target, _)| wanted(target)).map(|(_, entry)| entry) {
        settle(accounts, writer, &mut entry).await;
    }
}

async fn settle(accounts: &Accounts, writer: &JournalWriter, entry: &mut Entry) {
    let before = entry.clone();
    if entry.state == EntryState::Planned || entry.sent_at.is_none() {
        let message = "Slipway stopped before it was sent; nothing was sent".to_owned();
        finish(entry, EntryState::NotSent, message, writer.now());
        return writer.settle(entry).await;
    }
    match verify(accounts, writer.now(), entry).await {
        Verification::Satisfied(seen) => finish(entry, EntryState::Succeeded, seen, writer.now()),
        Verification::Impossible(why) => finish(entry, EntryState::Failed, why, writer.now()),
        Verification::InProgress(seen) => finish(entry, EntryState::Sent, format!("{seen}; checking"), writer.now()),
        Verification::NotObserved(seen) | Verification::Indeterminate(seen) => {
            let message = unknown(entry, &seen);
            finish(entry, EntryState::Unknown, message, writer.now());
        }
    }
    if before == *entry {
        return;
    }
    if entry.is_open() { writer.write(entry).await } else { writer.settle(entry).await }
}

/// What was seen since, what Slipway does, what a person can do.
pub(crate) fn unknown(entry: &Entry, seen: &str) -> String {
    let settle = format!("If you know what became of it: `slipway journal --settle {} HAPPENED-OR-DID-NOT --reason TEXT`.", entry.id);
    format!("{}. Slipway keeps checking; nothing is sent again. {} {settle}", seen.trim_end_matches('.'), entry.advice())
}
