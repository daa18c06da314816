//! An instant, RFC 3339 in UTC on every wire.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(transparent)]
#[ts(type = "string")]
pub struct Time(pub jiff::Timestamp);

impl Time {
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    /// Whole seconds since the Unix epoch; out-of-range values are clamped.
    pub fn from_unix(seconds: i64) -> Self {
        Self(jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH))
    }

    pub fn unix(self) -> i64 {
        self.0.as_second()
    }

    /// Seconds from `earlier` to `self`, negative when `earlier` is later.
    pub fn since(self, earlier: Self) -> f64 {
        self.0.duration_since(earlier.0).as_secs_f64()
    }

    pub fn plus(self, seconds: f64) -> Self {
        let by = jiff::SignedDuration::from_millis((seconds * 1000.0) as i64);
        self.0.checked_add(by).map_or(self, Self)
    }
}

impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
