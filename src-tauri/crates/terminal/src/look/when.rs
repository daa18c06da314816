//! Times as people say them: relative under six hours, then a clock, a weekday, a date.

use jiff::tz::TimeZone;
use slipway_domain::humanize::span;
use slipway_domain::time::Time;

const HOUR: f64 = 3600.0;
const RELATIVE: f64 = 6.0 * HOUR;
const WEEK: f64 = 7.0 * 24.0 * HOUR;

/// A clock in this machine's time zone.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    pub(crate) now: Time,
    pub(crate) zone: TimeZone,
}

impl Clock {
    pub(crate) fn at(now: Time) -> Self {
        Self { now, zone: TimeZone::system() }
    }

    /// `3 min ago`, `14:03`, `Tue 14:03`, `12 Nov 2026`.
    pub(crate) fn when(&self, at: Time) -> String {
        let ago = self.now.since(at);
        if ago.abs() < 1.0 {
            return "now".to_owned();
        }
        if ago.abs() < RELATIVE {
            return if ago > 0.0 { format!("{} ago", one_unit(ago)) } else { format!("in {}", one_unit(-ago)) };
        }
        let (then, now) = (at.0.to_zoned(self.zone.clone()), self.now.0.to_zoned(self.zone.clone()));
        let format = match () {
            () if then.date() == now.date() => "%H:%M",
            () if ago.abs() < WEEK => "%a %H:%M",
            () => "%-d %b %Y",
        };
        then.strftime(format).to_string()
    }

    /// `14:03:12`, for what goes on now.
    pub(crate) fn second(&self, at: Time) -> String {
        at.0.to_zoned(self.zone.clone()).strftime("%H:%M:%S").to_string()
    }
}

/// Rounded down: what was nearly six hours ago was five hours ago.
fn one_unit(seconds: f64) -> String {
    if seconds < HOUR { span(seconds) } else { format!("{} h", (seconds / HOUR).floor()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_as_people_say_them() {
        // A Friday, 13:30 in Berlin.
        let now = Time::parse("2026-11-27T12:30:00Z").expect("a time");
        let berlin = Clock { now, zone: TimeZone::get("Europe/Berlin").expect("a zone") };
        for (at, said) in [
            ("2026-11-27T12:30:00Z", "now"),
            ("2026-11-27T12:29:48Z", "12 s ago"),
            ("2026-11-27T12:26:00Z", "4 min ago"),
            ("2026-11-27T07:00:00Z", "5 h ago"),
            ("2026-11-27T11:30:30Z", "60 min ago"),
            ("2026-11-27T06:30:01Z", "5 h ago"),
            ("2026-11-27T06:30:00Z", "07:30"),
            // Yesterday in Greenwich, today in Berlin.
            ("2026-11-26T23:10:00Z", "00:10"),
            ("2026-11-26T22:59:00Z", "Thu 23:59"),
            ("2026-11-20T12:31:00Z", "Fri 13:31"),
            ("2026-11-20T12:29:00Z", "20 Nov 2026"),
            ("2025-12-31T23:30:00Z", "1 Jan 2026"),
            ("2026-11-27T12:34:00Z", "in 4 min"),
            ("2026-11-29T12:30:00Z", "Sun 13:30"),
        ] {
            let time = Time::parse(at).expect("a time");
            assert_eq!(berlin.when(time), said, "{at}");
        }
        assert_eq!(berlin.second(now), "13:30:00");
    }
}
