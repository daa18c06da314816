//! Which news is told to somebody who is not looking at the window, and when: the rules that a person sets, and
//! what they decide.

mod involvement;
mod kind;
mod live_pull_requests;
mod quiet_hours;
mod rules;

pub use involvement::{Involvement, Me, involvement, pull_request_author};
pub use kind::{NotificationKind, is_recovery};
pub use live_pull_requests::{is_from_here, made_live};
pub use quiet_hours::{ClockTime, QuietHours};
pub use rules::{NotificationSettings, Rule, RuleRefused, Rules, Whose};

use crate::time::Time;
use jiff::tz::TimeZone;

/// What becomes of a piece of news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Tell {
        sound: bool,
    },
    /// It is quiet: told together with the rest at `until`.
    Keep {
        until: Time,
    },
    Silent,
}

/// The hour, and what a person has asked for.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    pub settings: &'a NotificationSettings,
    pub muted_until: Option<Time>,
    pub now: Time,
    pub zone: &'a TimeZone,
}

/// What the rules say of news of `kind` about `service`. A locked kind is always told.
pub fn decide(kind: NotificationKind, service: &str, involvement: Involvement, circumstances: &Circumstances<'_>) -> Decision {
    let Circumstances { settings, muted_until, now, zone } = circumstances;
    let rule = settings.rule(service, kind);
    if kind.is_locked() {
        return Decision::Tell { sound: rule.sound };
    }
    let is_for_others = rule.whose == Whose::Mine && involvement == Involvement::NotMine;
    let is_muted = muted_until.is_some_and(|until| *now < until);
    if !rule.notify || is_for_others || is_muted {
        return Decision::Silent;
    }
    match settings.quiet_hours.until(*now, zone) {
        Some(until) => Decision::Keep { until },
        None => Decision::Tell { sound: rule.sound },
    }
}
