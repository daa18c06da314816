//! The number of requests that were sent in the last hour.

use slipway_domain::time::Time;
use std::collections::VecDeque;

const HOUR: i64 = 60;

/// Counts per minute, for at most an hour.
#[derive(Default)]
pub(super) struct HourlyUsage(VecDeque<Minute>);

struct Minute {
    at: i64,
    asked: u64,
    free: u64,
}

impl HourlyUsage {
    pub(super) fn asked(&mut self, now: Time) {
        self.minute(now).asked += 1;
    }

    pub(super) fn was_free(&mut self, now: Time) {
        self.minute(now).free += 1;
    }

    /// All requests, and those of them that cost nothing.
    pub(super) fn of_hour(&self, now: Time) -> (u64, u64) {
        let minute = now.unix() / 60;
        let usage = self.0.iter().filter(|m| (0..HOUR).contains(&(minute - m.at)));
        usage.fold((0, 0), |(asked, free), m| (asked + m.asked, free + m.free))
    }

    fn minute(&mut self, now: Time) -> &mut Minute {
        let at = now.unix() / 60;
        if self.0.back().is_none_or(|last| last.at != at) {
            // After the clock was set back, counting starts again.
            self.0.retain(|m| (0..HOUR).contains(&(at - m.at)));
            self.0.push_back(Minute { at, asked: 0, free: 0 });
        }
        let last = self.0.len() - 1;
        &mut self.0[last]
    }
}
