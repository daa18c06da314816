//! Storage for waits: what a vendor told one process is obeyed by the others and by later runs.

use super::limits::{Limits, Saved};
use serde::{Deserialize, Serialize};
use slipway_domain::time::Time;

/// Where an account's waits are stored. Read before every request, so an implementation must be fast; if it cannot
/// write, the waits end with the process.
pub trait RateLimitStore: Send + Sync {
    fn read(&self) -> Option<String>;
    fn write(&self, text: &str);
    /// Takes the right to write through the account, among all processes that share the store. Does not block.
    fn lock(&self) -> Lock {
        Lock::Unavailable
    }
}

pub enum Lock {
    /// Released when the guard is dropped or the process ends.
    Mine(Box<dyn std::any::Any + Send + Sync>),
    Taken,
    /// There is no lock, or locking failed.
    Unavailable,
}

#[derive(Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct StoredLimits {
    limits: Saved,
    pub(super) last_write: Option<Time>,
}

/// The stored text as this process last read or wrote it.
#[derive(Default)]
pub(super) struct StoredWaits(String);

impl StoredWaits {
    /// Merges what another process has written since.
    pub(super) fn read(&mut self, store: &dyn RateLimitStore, limits: &mut Limits, last_write: &mut Option<Time>) {
        let Some(text) = store.read().filter(|text| *text != self.0) else { return };
        // A text of another version, or one that was cut off, is ignored.
        if let Ok(stored) = serde_json::from_str::<StoredLimits>(&text) {
            limits.take_over(stored.limits);
            *last_write = (*last_write).max(stored.last_write);
        }
        self.0 = text;
    }

    pub(super) fn write(&mut self, store: &dyn RateLimitStore, limits: &Limits, last_write: Option<Time>) {
        let stored = StoredLimits { limits: limits.saved(), last_write };
        let Ok(text) = serde_json::to_string(&stored) else { return };
        if text != self.0 && !(self.0.is_empty() && stored == StoredLimits::default()) {
            store.write(&text);
            self.0 = text;
        }
    }
}
