//! When a watch looks, in seconds since it began. Each look has a slot that ends where the next one begins, so several
//! processes of one data folder take one sample a slot between them.

use super::model::Watch;
use crate::time::Time;

/// The health URL is asked densest at first, when code that fails usually fails: until when, and how often.
const DENSE: [(u64, u64); 2] = [(120, 10), (600, 30)];
/// After that, and for processes all the time.
const A_MINUTE: u64 = 60;

/// The number of a slot in its plan, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub usize);

/// When the health URL is asked.
pub fn probe_offsets(length_seconds: u64) -> Vec<u64> {
    let mut offsets = Vec::new();
    let mut at = 0;
    while at < length_seconds {
        offsets.push(at);
        at += DENSE.iter().find(|(until, _)| at < *until).map_or(A_MINUTE, |(_, every)| *every);
    }
    offsets
}

/// When the processes are read.
pub fn process_offsets(length_seconds: u64) -> Vec<u64> {
    (0..length_seconds).step_by(A_MINUTE as usize).collect()
}

pub fn planned_samples(length_seconds: u64, has_health_url: bool) -> u64 {
    offsets(length_seconds, has_health_url).len() as u64
}

fn offsets(length_seconds: u64, has_health_url: bool) -> Vec<u64> {
    if has_health_url { probe_offsets(length_seconds) } else { process_offsets(length_seconds) }
}

/// The slot that lasts at `at`; None before the watch began and after its time is over.
pub fn slot_at(watch: &Watch, offsets: &[u64], at: Time) -> Option<Slot> {
    let since = at.since(watch.began_at);
    if since < 0.0 || since >= watch.length_seconds as f64 {
        return None;
    }
    offsets.iter().rposition(|offset| *offset as f64 <= since).map(Slot)
}

impl Watch {
    pub fn probe_offsets(&self) -> Vec<u64> {
        if self.has_health_url { probe_offsets(self.length_seconds) } else { Vec::new() }
    }

    pub fn process_offsets(&self) -> Vec<u64> {
        process_offsets(self.length_seconds)
    }

    /// The plan whose samples are counted.
    pub(super) fn counted_offsets(&self) -> Vec<u64> {
        offsets(self.length_seconds, self.has_health_url)
    }

    pub fn planned_end(&self) -> Time {
        self.began_at.plus(self.length_seconds as f64)
    }

    /// The slot in which the health URL is to be asked now; None where it was, or none lasts.
    pub fn open_probe_slot(&self, now: Time) -> Option<Slot> {
        let offsets = self.probe_offsets();
        let slot = slot_at(self, &offsets, now).filter(|_| self.is_running())?;
        let taken = self.probes.iter().any(|probe| slot_at(self, &offsets, probe.at) == Some(slot));
        (!taken).then_some(slot)
    }
}
