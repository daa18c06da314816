//! The time, and where on earth it is read: quiet hours are local.

use jiff::tz::TimeZone;
use slipway_domain::time::Time;

pub(crate) trait LocalClock: Send + Sync {
    fn now(&self) -> Time;
    fn zone(&self) -> TimeZone;
}

pub(crate) struct SystemLocalClock;

impl LocalClock for SystemLocalClock {
    fn now(&self) -> Time {
        Time(jiff::Timestamp::now())
    }

    fn zone(&self) -> TimeZone {
        TimeZone::system()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::sync::Mutex;

    /// A clock that the test sets.
    pub(crate) struct SetClock(pub(crate) Mutex<Time>, pub(crate) TimeZone);

    impl SetClock {
        pub(crate) fn at(text: &str, zone: &str) -> Self {
            Self(Mutex::new(Time::parse(text).unwrap()), TimeZone::get(zone).unwrap())
        }

        pub(crate) fn set(&self, text: &str) {
            *self.0.lock().unwrap() = Time::parse(text).unwrap();
        }
    }

    impl LocalClock for SetClock {
        fn now(&self) -> Time {
            *self.0.lock().unwrap()
        }

        fn zone(&self) -> TimeZone {
            self.1.clone()
        }
    }
}
