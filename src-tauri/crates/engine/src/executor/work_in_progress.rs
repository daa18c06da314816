//! Which actions this process works on.

use crate::locks::lock;
use std::collections::HashSet;
use std::sync::Mutex;

/// By the id of the journal's entry.
#[derive(Default)]
pub(crate) struct WorkInProgress(Mutex<HashSet<String>>);

impl WorkInProgress {
    pub(crate) fn begin(&self, entry: &str) {
        lock(&self.0).insert(entry.to_owned());
    }

    pub(crate) fn end(&self, entry: &str) {
        lock(&self.0).remove(entry);
    }

    pub(crate) fn contains(&self, entry: &str) -> bool {
        lock(&self.0).contains(entry)
    }
}
