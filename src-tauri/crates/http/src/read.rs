//! Reads: up to three tries, conditional, at most one redirect within the origin.

use super::account::{AccountClient, Held};
use super::answer::{Answer, Slot};
use super::cache::{CachedAnswer, POLL_INTERVAL};
use super::call::Call;
use super::exchange::{Fault, Raw};
use super::intermediary;
use super::limits::is_used_up;
use super::messages;
use super::request_queue::Turn;
use super::secret::Secret;
use crate::error::{Intermediary, ReadError};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;
use url::Url;

const TRIES: u32 = 3;
/// The pause before the second try; doubled before the third; each varies by half.
const FIRST_PAUSE: Duration = Duration::from_millis(300);
/// For all tries together. Waiting for a turn in the account's queue does not count.
const PATIENCE: Duration = Duration::from_secs(28);

/// What one answer means for the next try.
enum Next {
    Done(Answer),
    Again(ReadError),
    Hop(String),
    NewToken(ReadError),
}

impl AccountClient {
    /// Tries again after a broken connection or a 5xx, never after a time-out or a 4xx.
    pub async fn read(&self, call: Call) -> Result<Answer, ReadError> {
        let turn = self.queue().turn().await;
        match tokio::time::timeout(PATIENCE, self.tries(call, &turn)).await {
            Ok(result) => result,
            Err(_) => Err(ReadError::Unreachable(messages::fault(self.title(), Fault::Timeout))),
        }
    }

    async fn tries(&self, mut call: Call, turn: &Turn) -> Result<Answer, ReadError> {
        let mut token = self.token().await?;
        let (mut tries, mut hopped, mut asked_again) = (0, false, false);
        loop {
            match self.one_try(&call, &token, hopped, turn).await? {
                Next::Done(answer) => return Ok(answer),
                Next::Hop(url) => {
                    hopped = true;
                    call.url = url;
                }
                Next::NewToken(error) => {
                    // The owner of the token (another program, a person) may have replaced it in the meantime.
                    let fresh = self.replaced(&token).await?;
                    if asked_again || fresh == token {
                        return Err(error);
                    }
                    asked_again = true;
                    token = fresh;
                }
                Next::Again(error) => {
                    tries += 1;
                    if tries >= TRIES {
                        return Err(error);
                    }
                    tokio::time::sleep(pause(tries)).await;
                }
            }
        }
    }

    async fn one_try(&self, call: &Call, token: &Secret, hopped: bool, turn: &Turn) -> Result<Next, ReadError> {
        if self.may_ask_whether_the_wait_holds(token) {
            self.ask_whether_the_wait_holds(token).await;
        }
        self.may_send(call, token).map_err(|held| self.held(held))?;
        if let Some(stopped) = self.http().stopped(self.address().is_loopback(), &call.url) {
            return Err(stopped);
        }
        let key = call.cache_key();
        let kept = key.as_deref().and_then(|key| self.kept(key));
        if let Some(kept) = kept.as_ref().filter(|kept| kept.rests(self.http().now())) {
            return Ok(Next::Done(self.answer_of(kept)));
        }
        let mut conditions = self.factor_header();
        if let Some(kept) = &kept {
            kept.conditions(&mut conditions);
        }
        self.count_sent();
        let raw = match self.http().exchange(self.address().is_loopback(), call, token, conditions).await {
            Ok(raw) => raw,
            Err(fault) => {
                if fault.nothing_left() {
                    self.restore_try(token);
                }
                return self.after_fault(fault);
            }
        };
        // An answer of the network says nothing about the token and is not cached.
        let expected = call.also.contains(&raw.status.as_u16());
        let between = intermediary::networks_answer(self.title(), raw.status, &raw.headers, &raw.body, &call.url);
        if let Some(between) = between.filter(|_| !expected) {
            return Err(between);
        }
        self.note(call, token, &raw);
        if raw.status.is_success() || raw.status == StatusCode::NOT_MODIFIED {
            turn.answered();
        }
        let account = self.clone();
        match (raw.status, kept) {
            (StatusCode::NOT_MODIFIED, Some(kept)) => {
                if let (Some(wait), Some(key)) = (raw.headers.get(POLL_INTERVAL), key) {
                    let mut headers = kept.headers.clone();
                    headers.insert(POLL_INTERVAL, wait.clone());
                    self.keep(key, CachedAnswer { status: kept.status, headers, body: kept.body.clone(), rest: None });
                }
                let mut answer = self.answer_of(&kept);
                // The body is unchanged, but the token's permissions may have changed.
                for name in self.dialect().headers_of_token() {
                    match raw.headers.get(*name) {
                        Some(now) => drop(answer.headers.insert(*name, now.clone())),
                        None => drop(answer.headers.remove(*name)),
                    }
                }
                Ok(Next::Done(answer))
            }
            (status, _) if status.is_success() || call.also.contains(&status.as_u16()) => {
                let slot = key.filter(|_| matches!(status, StatusCode::OK | StatusCode::PARTIAL_CONTENT));
                let slot = slot.map(|key| Slot { account: self.clone(), key });
                Ok(Next::Done(Answer { status, headers: raw.headers, body: raw.body, slot, account }))
            }
            _ => self.after_refusal(call, token, &raw, hopped, turn),
        }
    }

    fn answer_of(&self, kept: &CachedAnswer) -> Answer {
        Answer { status: kept.status, headers: kept.headers.clone(), body: kept.body.clone(), slot: None, account: self.clone() }
    }

    /// The header of the second factor, while there is a code and the vendor accepts one.
    pub(super) fn factor_header(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let Some(name) = self.dialect().second_factor_header() else { return headers };
        if let Some(mut code) = self.second_factor().and_then(|code| HeaderValue::from_str(code.expose()).ok()) {
            code.set_sensitive(true);
            headers.insert(name, code);
        }
        headers
    }

    fn after_fault(&self, fault: Fault) -> Result<Next, ReadError> {
        let text = messages::fault(self.title(), fault);
        match fault {
            Fault::Unsendable => Err(ReadError::NoToken(text)),
            Fault::TooLarge => Err(ReadError::Garbled(text)),
            Fault::Proxy(_) => Err(ReadError::Intermediary { why: Intermediary::Proxy, message: text }),
            _ if fault.may_pass() => Ok(Next::Again(ReadError::Unreachable(text))),
            _ => Err(ReadError::Unreachable(text)),
        }
    }

    fn after_refusal(&self, call: &Call, token: &Secret, raw: &Raw, hopped: bool, turn: &Turn) -> Result<Next, ReadError> {
        let message = messages::vendor_message(&raw.body, token);
        let text = messages::answered(self.title(), raw.status, message.as_deref());
        let wait = self.note_refusal(raw, message.as_deref().unwrap_or_default());
        // That none are left until the hour is over says nothing of how many may be sent at once.
        let asks = raw.status == StatusCode::SERVICE_UNAVAILABLE && raw.headers.contains_key(header::RETRY_AFTER);
        if asks || (wait.is_some() && !is_used_up(&raw.headers)) {
            turn.refused();
        }
        if let Some(until) = wait {
            return Err(self.silent(until));
        }
        if matches!(raw.status.as_u16(), 402..=404)
            && let Some(refused) = self.dialect().refusal_of_token(raw.status, &raw.headers, &raw.body, &self.remedy())
        {
            return Err(refused);
        }
        match raw.status.as_u16() {
            401 => Ok(Next::NewToken(self.refusal())),
            402 | 403 | 423 | 451 => Err(ReadError::Forbidden(text)),
            404 | 410 => Err(ReadError::NotFound(text)),
            301 | 302 | 307 | 308 => match same_origin(call, raw) {
                Some(url) if !hopped => Ok(Next::Hop(url)),
                _ => Err(ReadError::Garbled(messages::redirect(self.title()))),
            },
            500..=599 => Ok(Next::Again(ReadError::Unreachable(text))),
            _ => Err(ReadError::Garbled(text)),
        }
    }

    pub(super) fn held(&self, held: Held) -> ReadError {
        match held {
            Held::Silent(until) => self.silent(until),
            Held::RefusedToken(error) => error,
            Held::ReadOnly(why) => ReadError::Forbidden(why),
        }
    }
}

/// The target of a redirect if it has the same scheme, host and port; else None.
fn same_origin(call: &Call, raw: &Raw) -> Option<String> {
    if call.method != Method::GET {
        return None;
    }
    let here = Url::parse(&call.url).ok()?;
    let there = here.join(raw.headers.get(header::LOCATION)?.to_str().ok()?).ok()?;
    let plain = there.username().is_empty() && there.password().is_none();
    (plain && here.origin() == there.origin()).then(|| there.into())
}

/// Varied at random, so that many readers do not return at the same time.
fn pause(tries: u32) -> Duration {
    let random = RandomState::new().build_hasher().finish() % 1000;
    FIRST_PAUSE.mul_f64(f64::from(2u32.pow(tries - 1)) * (0.5 + random as f64 / 1000.0))
}
