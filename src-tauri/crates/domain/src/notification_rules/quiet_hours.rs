//! Hours in which only locked kinds are told.

use crate::time::Time;
use jiff::civil::{self, Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

/// A time of day to the minute, `19:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(into = "String", try_from = "String")]
#[ts(type = "string")]
pub struct ClockTime(civil::Time);

impl ClockTime {
    pub fn new(hour: i8, minute: i8) -> Option<Self> {
        civil::Time::new(hour, minute, 0, 0).ok().map(Self)
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0.hour(), self.0.minute())
    }
}

impl From<ClockTime> for String {
    fn from(time: ClockTime) -> Self {
        time.to_string()
    }
}

impl TryFrom<String> for ClockTime {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        civil::Time::strptime("%H:%M", &text).map(Self).map_err(|_| format!("{text} is not a time of day, such as 19:00"))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuietHours {
    pub on: bool,
    /// Local time. Past midnight when `to` is not later.
    pub from: ClockTime,
    pub to: ClockTime,
    /// Saturday and Sunday are quiet all day.
    pub weekends: bool,
}

impl Default for QuietHours {
    fn default() -> Self {
        let at = |hour| ClockTime(civil::time(hour, 0, 0, 0));
        Self { on: false, from: at(19), to: at(8), weekends: false }
    }
}

/// From the first instant up to, and without, the second.
type Stretch = (Timestamp, Timestamp);

impl QuietHours {
    /// Equal times would be no hours or all of them.
    pub fn is_empty_range(&self) -> bool {
        self.from == self.to
    }

    /// When the quiet that holds at `now` ends; None when it is not quiet. Nights and weekends that touch are one.
    pub fn until(&self, now: Time, zone: &TimeZone) -> Option<Time> {
        if !self.on {
            return None;
        }
        let stretches = self.stretches(zone.to_datetime(now.0).date(), zone);
        let covering = |at: Timestamp| stretches.iter().filter(|(from, to)| *from <= at && at < *to).map(|(_, to)| *to).max();
        let mut end = covering(now.0)?;
        while let Some(later) = covering(end) {
            end = later;
        }
        Some(Time(end))
    }

    /// What may be quiet around `today`, and long enough after it for a weekend between two nights.
    fn stretches(&self, today: Date, zone: &TimeZone) -> Vec<Stretch> {
        let days = (-3_i64..=5).filter_map(|offset| today.checked_add(offset.days()).ok());
        days.flat_map(|day| [self.night(day, zone), self.weekend_day(day, zone)]).flatten().collect()
    }

    /// The quiet that begins on `day`.
    fn night(&self, day: Date, zone: &TimeZone) -> Option<Stretch> {
        if self.is_empty_range() {
            return None;
        }
        let last = if self.to > self.from { day } else { day.tomorrow().ok()? };
        stretch(day.to_datetime(self.from.0), last.to_datetime(self.to.0), zone)
    }

    fn weekend_day(&self, day: Date, zone: &TimeZone) -> Option<Stretch> {
        let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let midnight = |day: Date| day.to_datetime(civil::Time::midnight());
        (self.weekends && is_weekend).then(|| stretch(midnight(day), midnight(day.tomorrow().ok()?), zone)).flatten()
    }
}

fn stretch(from: DateTime, to: DateTime, zone: &TimeZone) -> Option<Stretch> {
    Some((instant(from, zone)?, instant(to, zone)?)).filter(|(from, to)| from < to)
}

/// A time that the clocks skip is the moment at which they skip it; of one that comes twice the first is meant.
fn instant(local: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(local);
    if !matches!(ambiguous.offset(), jiff::tz::AmbiguousOffset::Gap { .. }) {
        return ambiguous.earlier().ok();
    }
    let after = ambiguous.later().ok()?.checked_add(1.nanosecond()).ok()?;
    zone.preceding(after).next().map(|transition| transition.timestamp())
}
