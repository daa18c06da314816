//! What a vendor's headers say about its limits, and until when an account must not send requests.
//!
//! `RateLimit-*`, `X-RateLimit-*` and `Retry-After` are read, in the forms of RFC 9110 and of the vendors.

use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use slipway_domain::snapshot::Rate;
use slipway_domain::time::Time;

/// Seconds to wait after a limit that names no time; doubled each time, up to [`LONGEST_GUESS`].
const SHORTEST_GUESS: f64 = 60.0;
const LONGEST_GUESS: f64 = 900.0;
/// Seconds. A wait that the vendor names is obeyed, but a broken header must not block an account forever.
const LONGEST_TOLD: f64 = 31.0 * 24.0 * 3600.0;
/// Seconds. A longer wait is checked once an hour; see `wait_recheck.rs`.
pub(crate) const LONG: f64 = 3600.0;
/// Seconds. Budgets are hourly at most, so a reset further away comes from a clock that is off.
const LONGEST_RESET: f64 = 3660.0;
/// Seconds to wait for an empty budget without a reset time: a bucket that refills is not empty for longer.
const REFILL: f64 = 30.0;

/// What the headers last said about an account's budget.
#[derive(Clone, Copy, Debug, Default)]
pub struct Budget {
    pub rate: Option<Rate>,
    /// No request may be sent before this time, as the vendor told.
    pub wait_until: Option<Time>,
    /// When one small read may check whether a wait of more than an hour still holds.
    pub ask_at: Option<Time>,
}

impl Budget {
    /// Until when no read is started.
    pub fn silent_until(&self) -> Option<Time> {
        match (self.wait_until, self.ask_at) {
            (Some(until), Some(ask_at)) => Some(until.min(ask_at)),
            (until, _) => until,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Limits {
    silent: Option<Wait>,
    /// A vendor may count kinds of requests separately; each has a budget.
    budgets: Vec<ResourceBudget>,
    guesses: i32,
    /// Waits that were told before this time no longer hold, in whichever process.
    lifted: Option<Time>,
}

#[derive(Debug)]
struct ResourceBudget {
    resource: String,
    rate: Rate,
    empty: Option<Wait>,
}

/// The start is kept so that a clock that is set back does not lengthen the wait.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Wait {
    since: Time,
    until: Time,
    /// When it was last checked whether the wait still holds.
    #[serde(default)]
    asked: Option<Time>,
}

impl Wait {
    fn new(since: Time, seconds: f64) -> Self {
        Self { since, until: since.plus(seconds), asked: None }
    }

    /// None: the wait is too short to be checked.
    fn ask_at(&self) -> Option<Time> {
        (self.until.since(self.since) > LONG).then(|| self.asked.map_or(self.since, |at| at.max(self.since)).plus(LONG))
    }
}

/// The longer of two waits; of one and the same wait, the later check.
fn longer(a: Option<Wait>, b: Option<Wait>) -> Option<Wait> {
    match (a, b) {
        (Some(a), Some(b)) if a.until == b.until => Some(Wait { asked: a.asked.max(b.asked), ..a }),
        (Some(a), Some(b)) => Some(if a.until > b.until { a } else { b }),
        (a, b) => a.or(b),
    }
}

/// The part of the limits that is stored for other processes and later runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Saved {
    silent: Option<Wait>,
    /// By budget.
    empty: Vec<(String, Wait)>,
    guesses: i32,
    #[serde(default)]
    lifted: Option<Time>,
}

impl Limits {
    pub(crate) fn saved(&self) -> Saved {
        let empty = self.budgets.iter().filter_map(|b| Some((b.resource.clone(), b.empty?))).collect();
        Saved { silent: self.silent, empty, guesses: self.guesses, lifted: self.lifted }
    }

    /// Merges the waits that another process stored: the longer one counts, unless it was lifted after it was told.
    pub(crate) fn take_over(&mut self, saved: Saved) {
        self.lifted = self.lifted.max(saved.lifted);
        let holds = |wait: &Wait| self.lifted.is_none_or(|lifted| wait.since >= lifted);
        self.silent = longer(self.silent.filter(holds), saved.silent.filter(holds));
        self.guesses = self.guesses.max(saved.guesses);
        for (resource, wait) in saved.empty {
            match self.budgets.iter_mut().find(|b| b.resource == resource) {
                Some(known) => known.empty = longer(known.empty, Some(wait)),
                None => {
                    let rate = Rate { limit: 0, remaining: 0, reset_at: Some(wait.until) };
                    self.budgets.push(ResourceBudget { resource, rate, empty: Some(wait) });
                }
            }
        }
    }

    /// Records the budget that every answer carries.
    pub(crate) fn note_answer(&mut self, hourly_limit: Option<u64>, headers: &HeaderMap, asked: &str, now: Time) {
        let Some(remaining) = number(headers, "remaining") else { return };
        let limit = number(headers, "limit").unwrap_or(hourly_limit.unwrap_or(remaining));
        let reset_at = number(headers, "reset").map(|reset| local_reset(reset, headers, now));
        let resource = text(headers, "x-ratelimit-resource").unwrap_or(asked).to_owned();
        let empty = (remaining == 0).then(|| {
            let seconds = match reset_at {
                Some(at) if at.since(now) > 0.0 => at.since(now).min(LONGEST_RESET),
                Some(_) => SHORTEST_GUESS,
                None => REFILL,
            };
            Wait::new(now, seconds + 1.0)
        });
        let budget = ResourceBudget { resource, rate: Rate { limit, remaining, reset_at }, empty };
        match self.budgets.iter_mut().find(|b| b.resource == budget.resource) {
            Some(known) => *known = budget,
            None => self.budgets.push(budget),
        }
    }

    /// After a success the next limit without a time starts again at a minute.
    pub(crate) fn note_success(&mut self) {
        self.guesses = 0;
    }

    /// Whether a refusal means "too many requests": records the wait and returns its end.
    pub(crate) fn note_refusal(&mut self, status: StatusCode, headers: &HeaderMap, message: &str, now: Time) -> Option<Time> {
        let told = told_wait(headers, now);
        let emptied = is_used_up(headers);
        if !is_limited(status, headers, message, now) {
            return None;
        }
        let primary = self.budgets.iter().filter(|_| emptied).filter_map(|b| b.empty).map(|w| w.until).max();
        Some(match (told, primary) {
            (Some(seconds), _) => self.silence(seconds, now),
            // An empty budget has its own wait; requests for other budgets may continue.
            (None, Some(until)) => until,
            (None, None) => self.note_unexplained(now),
        })
    }

    /// A limit without a time: wait a minute, and twice as long each further time.
    pub(crate) fn note_unexplained(&mut self, now: Time) -> Time {
        let seconds = (SHORTEST_GUESS * 2f64.powi(self.guesses)).min(LONGEST_GUESS);
        self.guesses = (self.guesses + 1).min(10);
        self.silence(seconds, now)
    }

    /// Whether a long wait should be checked now. A yes is recorded, so the next one is an hour later.
    pub(crate) fn asks_whether_it_holds(&mut self, person_asks: bool, now: Time) -> bool {
        if current(&mut self.silent, now).is_none() {
            return false;
        }
        let Some(wait) = self.silent.as_mut() else { return false };
        let asks = wait.ask_at().is_some_and(|at| person_asks || at <= now);
        if asks {
            wait.asked = Some(now);
        }
        asks
    }

    /// Requests are answered again: waits that were told until now no longer hold.
    pub(crate) fn lift(&mut self, now: Time) {
        self.lifted = Some(now.plus(0.001));
        self.silent = None;
    }

    /// After a check: a limit that names a time replaces the wait, even by a shorter one; a limit without a time
    /// leaves it unchanged.
    pub(crate) fn note_refused_question(&mut self, status: StatusCode, headers: &HeaderMap, message: &str, now: Time) {
        let told = told_wait(headers, now).filter(|_| is_limited(status, headers, message, now));
        if let Some(seconds) = told {
            self.lifted = Some(now);
            self.silent = Some(Wait { asked: Some(now), ..Wait::new(now, seconds) });
        }
    }

    /// Until when a request for the budget `resource` must not be sent.
    pub(crate) fn wait(&mut self, resource: &str, now: Time) -> Option<Time> {
        let silent = current(&mut self.silent, now);
        let empty = self.budgets.iter_mut().find(|b| b.resource == resource).and_then(|b| current(&mut b.empty, now));
        silent.max(empty)
    }

    pub(crate) fn each(&self) -> Vec<(String, Rate)> {
        self.budgets.iter().filter(|b| b.rate.limit > 0).map(|b| (b.resource.clone(), b.rate)).collect()
    }

    /// The budget with the smallest share left.
    pub(crate) fn budget(&mut self, now: Time) -> Budget {
        let share = |r: &Rate| r.remaining as f64 / r.limit.max(1) as f64;
        // A budget that is known only by another process's wait has no figures here.
        let rate = self.budgets.iter().map(|b| b.rate).filter(|r| r.limit > 0).min_by(|a, b| share(a).total_cmp(&share(b)));
        let empty = self.budgets.iter_mut().filter_map(|b| current(&mut b.empty, now)).max();
        let wait_until = current(&mut self.silent, now).max(empty);
        Budget { rate, wait_until, ask_at: self.silent.as_ref().and_then(Wait::ask_at) }
    }

    fn silence(&mut self, seconds: f64, now: Time) -> Time {
        let wait = Wait::new(now, seconds);
        let known = current(&mut self.silent, now).and(self.silent);
        // If a longer wait is known, its start and its last check are kept.
        self.silent = longer(known, Some(wait));
        known.map_or(wait.until, |known| known.until.max(wait.until))
    }
}

fn current(wait: &mut Option<Wait>, now: Time) -> Option<Time> {
    let w = wait.as_mut()?;
    if now < w.since {
        let length = w.until.since(w.since);
        *w = Wait { asked: w.asked.map(|at| at.min(now)), ..Wait::new(now, length) };
    }
    if w.until <= now {
        *wait = None;
        return None;
    }
    Some(w.until)
}

/// By how many seconds the vendor's clock is ahead of ours.
pub(crate) fn clock_ahead(headers: &HeaderMap, now: Time) -> Option<f64> {
    text(headers, "date").and_then(http_date).map(|server| server.since(now))
}

/// A reset is either a time on the vendor's clock or a number of seconds from now.
fn local_reset(reset: u64, headers: &HeaderMap, now: Time) -> Time {
    if reset < 1_000_000_000 {
        return now.plus(reset as f64);
    }
    let ahead = clock_ahead(headers, now).unwrap_or(0.0);
    Time::from_unix(reset as i64).plus(-ahead)
}

/// In seconds, from either form that RFC 9110 allows.
fn retry_after(headers: &HeaderMap, now: Time) -> Option<f64> {
    let value = text(headers, "retry-after")?.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        return seconds.is_finite().then_some(seconds);
    }
    let server_now = text(headers, "date").and_then(http_date).unwrap_or(now);
    Some(http_date(value)?.since(server_now))
}

/// The wait that the headers name, within bounds. None: they name none, or one that is no number or has passed;
/// then it is guessed.
fn told_wait(headers: &HeaderMap, now: Time) -> Option<f64> {
    retry_after(headers, now).filter(|seconds| *seconds > 0.0).map(|seconds| seconds.clamp(1.0, LONGEST_TOLD))
}

/// Whether a refusal means "too many requests".
fn is_limited(status: StatusCode, headers: &HeaderMap, message: &str, now: Time) -> bool {
    match status {
        StatusCode::TOO_MANY_REQUESTS => true,
        StatusCode::FORBIDDEN => retry_after(headers, now).is_some() || is_used_up(headers) || speaks_of_limit(message),
        _ => false,
    }
}

/// The answer says that no requests are left.
pub(crate) fn is_used_up(headers: &HeaderMap) -> bool {
    number(headers, "remaining") == Some(0)
}

fn speaks_of_limit(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    message.contains("rate limit") || message.contains("abuse detection")
}

fn number(headers: &HeaderMap, what: &str) -> Option<u64> {
    let value = |prefix: &str| text(headers, &format!("{prefix}{what}"))?.trim().parse().ok();
    value("x-ratelimit-").or_else(|| value("ratelimit-"))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn http_date(text: &str) -> Option<Time> {
    jiff::Timestamp::try_from(httpdate::parse_http_date(text).ok()?).ok().map(Time)
}

#[cfg(test)]
mod tests;
