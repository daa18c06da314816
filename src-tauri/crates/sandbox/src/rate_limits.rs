//! The vendors' rate limits. They are counted, and large enough for any test.

use std::time::Instant;

use crate::world::wall_ms;

const HOUR_MS: i64 = 3_600_000;

pub struct RateLimits {
    pub core: Window,
    pub graphql: Window,
    pub heroku: Bucket,
}

pub struct Window {
    pub limit: i64,
    pub used: i64,
    resets: i64,
}

/// 4,500 requests, refilled at 75 a minute.
pub struct Bucket {
    left: f64,
    at: Instant,
}

impl Default for RateLimits {
    fn default() -> Self {
        let window = || Window { limit: 5000, used: 0, resets: wall_ms() + HOUR_MS };
        Self { core: window(), graphql: window(), heroku: Bucket { left: 4500.0, at: Instant::now() } }
    }
}

impl Window {
    pub fn spend(&mut self, points: i64) {
        if wall_ms() >= self.resets {
            (self.used, self.resets) = (0, wall_ms() + HOUR_MS);
        }
        self.used += points;
    }
    pub fn remaining(&self) -> i64 {
        (self.limit - self.used).max(0)
    }
    /// Seconds since 1970.
    pub fn reset(&self) -> i64 {
        self.resets / 1000
    }
}

impl Bucket {
    pub fn spend(&mut self, requests: f64) -> i64 {
        let now = Instant::now();
        self.refill(now.duration_since(self.at).as_secs_f64());
        self.at = now;
        self.left = (self.left - requests).max(0.0);
        self.left as i64
    }

    /// So many seconds have passed, of the machine's time or of the world's, which may run ahead of it.
    pub fn refill(&mut self, seconds: f64) {
        self.left = (self.left + seconds / 60.0 * 75.0).min(4500.0);
    }
}
