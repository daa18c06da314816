//! GitHub's merge queue: what waits in it, and its checks.

use super::commit::Oid;
use super::time::Ms;

#[derive(Debug, Clone)]
pub struct Queue {
    /// `merge`, `squash` or `rebase`.
    pub method: String,
    /// In queue order.
    pub entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub number: u64,
    pub head: Oid,
    pub enqueued: Ms,
    pub by: String,
    pub checks_begin: Ms,
    pub checks_end: Ms,
}

impl Entry {
    /// GraphQL's `MergeQueueEntryState`.
    pub fn state(&self, now: Ms) -> &'static str {
        match () {
            () if now < self.checks_begin => "QUEUED",
            () if now < self.checks_end => "AWAITING_CHECKS",
            () => "MERGEABLE",
        }
    }
}
