//! How an environment has fared over the last hour, as far as it was looked at.

use crate::environment::{Environment, HealthLevel, HealthSpan};
use crate::status::Health;
use crate::time::Time;

/// Seconds of history that are kept.
const KEPT: f64 = 3600.0;
/// Between two looks further apart than this, how it fared is not known, in seconds.
const LONGEST_GAP: f64 = 900.0;

/// Adds what a look at `now` showed. `last` is the look before it. Only changes are kept: a span lasts until the
/// next one begins, the last until the newest look.
pub fn record(environment: &mut Environment, last: Option<Time>, now: Time) {
    let history = &mut environment.health_history;
    let gap = last.is_none_or(|last| now.since(last) > LONGEST_GAP);
    if gap && let Some(last) = last.filter(|_| !history.is_empty()) {
        push(history, last, HealthLevel::Unknown);
    }
    push(history, now, level(environment.health));
    let begun = history.iter().rposition(|span| now.since(span.from) >= KEPT).unwrap_or(0);
    history.drain(..begun);
}

fn push(history: &mut Vec<HealthSpan>, from: Time, level: HealthLevel) {
    if history.last().is_none_or(|last| last.level != level) {
        history.push(HealthSpan { from, level });
    }
}

fn level(health: Health) -> HealthLevel {
    match health {
        Health::Healthy => HealthLevel::Good,
        Health::Releasing | Health::Degraded => HealthLevel::Warning,
        Health::Restarting | Health::Down => HealthLevel::Bad,
        Health::Unknown => HealthLevel::Unknown,
    }
}
