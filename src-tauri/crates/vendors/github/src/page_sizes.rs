//! Page sizes. A page that a host cannot answer in its 10 s, or that exceeds its limits, is halved, and the size
//! that worked is remembered.

use slipway_domain::time::Time;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// A list that has a page size of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum List {
    /// The open pull requests of a repository, with their branch.
    Board,
    /// One pull request with its checks.
    One,
    /// Further checks of pull requests.
    Checks,
    /// The newest pull requests, in any state.
    Newest,
    /// The pull requests of one repository in a change probe.
    Probe,
    /// All pull requests in one change probe of an account.
    Probes,
}

/// How often the size was halved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PageSize(u8);

impl PageSize {
    /// After this many halvings a page of 50 has one element.
    const SMALLEST: u8 = 5;

    pub(super) fn of_level(level: u8) -> Self {
        Self(level.min(Self::SMALLEST))
    }

    pub(super) fn level(self) -> u8 {
        self.0
    }

    /// `most`, halved this often; at least one.
    pub(super) fn of(self, most: usize) -> usize {
        (most >> self.0).max(1)
    }

    /// Checks within a list of pull requests: first only the list is made shorter.
    pub(super) fn checks(self) -> usize {
        50 >> self.0.saturating_sub(3)
    }

    pub(super) fn halved(self) -> Option<Self> {
        (self.0 < Self::SMALLEST).then_some(Self(self.0 + 1))
    }

    fn doubled(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

/// Seconds until a larger page is tried again.
const A_DAY: f64 = 24.0 * 3600.0;

#[derive(Debug, Default)]
pub(super) struct PageSizes(Mutex<HashMap<(String, List), (PageSize, Time)>>);

impl PageSizes {
    /// The size to start with.
    pub(super) fn of(&self, name: &str, list: List, now: Time) -> PageSize {
        match self.known().get(&(name.to_owned(), list)) {
            Some((size, since)) if now.since(*since) >= A_DAY => size.doubled(),
            Some((size, _)) => *size,
            None => PageSize::default(),
        }
    }

    /// Records that a page of this size was answered.
    pub(super) fn worked(&self, name: &str, list: List, size: PageSize, now: Time) {
        let mut known = self.known();
        let key = (name.to_owned(), list);
        let same = known.get(&key).is_some_and(|(before, since)| *before == size && now.since(*since) < A_DAY);
        if size == PageSize::default() {
            known.remove(&key);
        } else if !same {
            known.insert(key, (size, now));
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<(String, List), (PageSize, Time)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_halve_to_one_and_grow_once_a_day() {
        let mut sizes = vec![PageSize::default()];
        while let Some(next) = sizes[sizes.len() - 1].halved() {
            sizes.push(next);
        }
        assert_eq!(sizes.iter().map(|size| size.of(50)).collect::<Vec<_>>(), [50, 25, 12, 6, 3, 1]);
        assert_eq!(sizes.iter().map(|size| size.checks()).collect::<Vec<_>>(), [50, 50, 50, 50, 25, 12]);
        assert!(sizes.iter().all(|size| size.of(10) >= 1));

        let (known, start) = (PageSizes::default(), Time::from_unix(1_800_000_000));
        let later = |hours: i64| Time::from_unix(1_800_000_000 + hours * 3600);
        let at = |now| known.of("acme/shop", List::Board, now).of(50);
        known.worked("acme/shop", List::Board, sizes[3], start);
        assert_eq!((at(start), at(later(23)), at(later(25))), (6, 6, 12));
        known.worked("acme/shop", List::Board, sizes[3], later(23));
        assert_eq!(at(later(25)), 12, "being answered does not put off the next try");
        known.worked("acme/shop", List::Board, sizes[3], later(25));
        assert_eq!((at(later(26)), at(later(50))), (6, 12), "a larger page that failed is tried again a day later");
        known.worked("acme/shop", List::Board, sizes[2], later(50));
        assert_eq!((at(later(51)), at(later(75))), (12, 25));
        assert_eq!(known.of("acme/other", List::Board, start).of(50), 50);
        assert_eq!(known.of("acme/shop", List::One, start).of(50), 50);
    }
}
