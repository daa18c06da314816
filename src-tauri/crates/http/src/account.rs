//! One account at one host: its token, its limits, its cached answers.

use super::address::Address;
use super::cache::{Cache, Kept};
use super::call::Call;
use super::dialect::HttpDialect;
use super::limits::{Budget, Limits};
use super::rate_limit_store::{Bookmark, WaitBook};
use super::refusal;
use super::secret::{KnownToken, Secret, TokenSource};
use super::usage::Recent;
use super::{Http, messages};
use crate::error::ReadError;
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;

const SECOND_FACTOR: Duration = Duration::from_secs(60);

/// Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct AccountClient {
    inner: Arc<Inner>,
}

struct Inner {
    http: Http,
    dialect: &'static dyn HttpDialect,
    address: Address,
    tokens: Arc<dyn TokenSource>,
    state: Mutex<State>,
    slots: Semaphore,
    pub(super) writing: Arc<tokio::sync::Mutex<()>>,
    sent: AtomicU64,
    book: OnceLock<Arc<dyn WaitBook>>,
}

#[derive(Default)]
struct State {
    limits: Limits,
    bookmark: Bookmark,
    /// The newest write by this process or another, by the wall's clock.
    written_at: Option<Time>,
    /// The newest write by this process.
    wrote: Option<Instant>,
    recent: Recent,
    cache: Cache,
    dead: Option<DeadToken>,
    auth_ok: Option<bool>,
    /// Seconds the vendor's clock is ahead of ours, by its newest `Date`.
    clock_ahead: Option<f64>,
    /// The token that was last accepted.
    accepted: Option<Secret>,
    expires_at: Option<Time>,
    second_factor: Option<(Secret, Instant)>,
    /// A person wants to know whether a long wait still holds.
    person_asks: bool,
}

/// A token that was answered with 401. It has one more try; then only a different one is sent.
struct DeadToken {
    token: Secret,
    tried_again: bool,
    error: ReadError,
}

/// What an account has left, and what this process took of it.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// By the vendor's name, such as `core` and `graphql`.
    pub budgets: Vec<(String, slipway_domain::snapshot::Rate)>,
    /// Requests in the last hour, and those of them that cost nothing (304).
    pub asked: u64,
    pub free: u64,
}

/// Why a request must not be sent now.
pub(crate) enum Held {
    Silent(Time),
    DeadToken(ReadError),
    ReadOnly(String),
}

impl AccountClient {
    pub(super) fn new(http: Http, dialect: &'static dyn HttpDialect, address: Address, tokens: Arc<dyn TokenSource>) -> Self {
        let inner = Inner {
            http,
            dialect,
            address,
            tokens,
            state: Mutex::default(),
            slots: Semaphore::new(dialect.requests_at_once()),
            writing: Arc::default(),
            sent: AtomicU64::new(0),
            book: OnceLock::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    pub fn vendor(&self) -> VendorId {
        self.inner.dialect.vendor()
    }

    /// As people call the vendor, in the middle of a sentence.
    pub fn title(&self) -> &'static str {
        self.inner.dialect.title()
    }

    pub fn dialect(&self) -> &'static dyn HttpDialect {
        self.inner.dialect
    }

    pub fn address(&self) -> &Address {
        &self.inner.address
    }

    /// Waits are obeyed across processes that share a book. Given once, before the first request.
    pub fn keep_waits_in(&self, book: Arc<dyn WaitBook>) {
        if self.inner.book.set(book).is_ok() {
            self.look_up();
        }
    }

    /// Each budget of the account by the vendor's name, and what this process asked in an hour.
    pub fn usage(&self) -> Usage {
        let now = self.http().now();
        let state = self.state();
        let (asked, free) = state.recent.of_hour(now);
        Usage { budgets: state.limits.each(), asked, free }
    }

    /// What the vendor's headers last said. One account may have several budgets (a vendor may count
    /// REST and GraphQL apart): the tightest is told.
    pub fn budget(&self) -> Budget {
        let now = self.http().now();
        self.state().limits.budget(now)
    }

    /// Whether the last answer was something else than a 401; None before the first.
    pub fn last_auth_ok(&self) -> Option<bool> {
        self.state().auth_ok
    }

    /// Seconds the vendor's clock is ahead of ours, from the `Date` of its newest answer.
    pub fn clock_ahead(&self) -> Option<f64> {
        self.state().clock_ahead
    }

    /// What is worth keeping of the token beyond this run; None before it was accepted.
    pub fn learnt(&self) -> Option<KnownToken> {
        let state = self.state();
        state.accepted.is_some().then_some(KnownToken { accepted: true, expires_at: state.expires_at })
    }

    /// Sent with every request for the next minute, then forgotten. A code may live for less than that.
    pub fn give_second_factor(&self, code: Secret) {
        self.state().second_factor = Some((code, Instant::now() + SECOND_FACTOR));
    }

    pub(super) fn second_factor(&self) -> Option<Secret> {
        let mut state = self.state();
        if state.second_factor.as_ref().is_some_and(|(_, until)| *until <= Instant::now()) {
            state.second_factor = None;
        }
        state.second_factor.as_ref().map(|(code, _)| code.clone())
    }

    /// What was said of the token that was refused last.
    pub(super) fn refusal(&self) -> ReadError {
        let dead = self.state().dead.as_ref().map(|dead| dead.error.clone());
        dead.unwrap_or_else(|| refusal::unauthorized(self.title(), &KnownToken::default(), &self.inner.tokens.remedy(), self.http().now()))
    }

    pub fn remedy(&self) -> String {
        self.inner.tokens.remedy()
    }

    pub(super) async fn replaced(&self, refused: &Secret) -> Result<Secret, ReadError> {
        self.inner.tokens.replaced(refused).await
    }

    pub(super) fn read_only(&self) -> Result<(), Held> {
        self.inner.tokens.read_only().map_or(Ok(()), |why| Err(Held::ReadOnly(why)))
    }

    /// Lets the same token be tried again: a person says that it was put right on the vendor's
    /// side, or asks for a test.
    pub fn forget_refusal(&self) {
        self.state().dead = None;
    }

    /// Requests put on the wire, each try and each 304 included.
    pub fn requests_sent(&self) -> u64 {
        self.inner.sent.load(Ordering::Relaxed)
    }

    pub fn http(&self) -> &Http {
        &self.inner.http
    }

    pub(super) fn slots(&self) -> &Semaphore {
        &self.inner.slots
    }

    pub(super) fn count_sent(&self) {
        self.inner.sent.fetch_add(1, Ordering::Relaxed);
        let now = self.http().now();
        self.state().recent.asked(now);
    }

    fn look_up(&self) {
        if let Some(book) = self.inner.book.get() {
            let state = &mut *self.state();
            state.bookmark.read(&**book, &mut state.limits, &mut state.written_at);
        }
    }

    fn write_down(&self, state: &mut State) {
        if let Some(book) = self.inner.book.get() {
            state.bookmark.write(&**book, &state.limits, state.written_at);
        }
    }

    pub async fn token(&self) -> Result<Secret, ReadError> {
        if let Some(why) = self.http().trouble() {
            return Err(ReadError::Unreachable(why.to_owned()));
        }
        let token = self.inner.tokens.token().await?;
        if token.is_empty() {
            return Err(ReadError::NoToken(format!("No token for {}", self.title())));
        }
        Ok(token)
    }

    /// Asked right before each send. A dead token's one more try is given out once.
    pub(super) fn may_send(&self, call: &Call, token: &Secret) -> Result<(), Held> {
        self.look_up();
        let now = self.http().now();
        let mut state = self.state();
        if let Some(until) = state.limits.wait(self.resource(call), now) {
            return Err(Held::Silent(until));
        }
        match &mut state.dead {
            Some(dead) if dead.token == *token && dead.tried_again => return Err(Held::DeadToken(dead.error.clone())),
            Some(dead) if dead.token == *token => dead.tried_again = true,
            Some(_) => state.dead = None,
            None => {}
        }
        Ok(())
    }

    /// A try that never left does not count against the token.
    pub(super) fn give_back_try(&self, token: &Secret) {
        if let Some(dead) = self.state().dead.as_mut().filter(|dead| dead.token == *token) {
            dead.tried_again = false;
        }
    }

    /// Keeps what every answer tells about limits and the token.
    pub(super) fn note(&self, call: &Call, token: &Secret, raw: &super::exchange::Raw) {
        let now = self.http().now();
        let mut state = self.state();
        state.clock_ahead = super::limits::clock_ahead(&raw.headers, now).or(state.clock_ahead);
        state.limits.note_answer(self.inner.dialect.hourly_limit(), &raw.headers, self.resource(call), now);
        if raw.status == http::StatusCode::UNAUTHORIZED {
            state.auth_ok = Some(false);
            if !state.dead.as_ref().is_some_and(|dead| dead.token == *token) {
                let before = self.inner.tokens.known();
                let accepted = before.accepted || state.accepted.as_ref() == Some(token);
                let known = KnownToken { accepted, expires_at: state.expires_at.or(before.expires_at) };
                let error = refusal::unauthorized(self.title(), &known, &self.inner.tokens.remedy(), now);
                state.dead = Some(DeadToken { token: token.clone(), tried_again: false, error });
            }
        } else if !raw.status.is_server_error() {
            state.auth_ok = Some(true);
            state.dead = None;
            state.accepted = Some(token.clone());
            state.expires_at = self.inner.dialect.token_expiry(&raw.headers);
        }
        if raw.status.is_success() {
            state.limits.note_success();
        }
        if raw.status == http::StatusCode::NOT_MODIFIED {
            state.recent.was_free(now);
        }
        self.write_down(&mut state);
    }

    pub(super) fn note_refusal(&self, raw: &super::exchange::Raw, message: &str) -> Option<Time> {
        let now = self.http().now();
        let mut state = self.state();
        let until = state.limits.note_refusal(raw.status, &raw.headers, message, now);
        self.write_down(&mut state);
        until
    }

    /// A limit that was told inside a 200 (GraphQL's `RATE_LIMITED`).
    pub fn note_limited_answer(&self, resource: &str) -> ReadError {
        let now = self.http().now();
        let mut state = self.state();
        let until = match state.limits.wait(resource, now) {
            Some(until) => until,
            None => state.limits.note_unexplained(now),
        };
        self.write_down(&mut state);
        drop(state);
        self.silent(until)
    }

    /// The error of whoever may not send before `until`.
    pub(super) fn silent(&self, until: Time) -> ReadError {
        ReadError::RateLimited { message: messages::silent_until(self.title(), until, self.http().now()), until: Some(until) }
    }

    /// Lets one small read through a wait of more than an hour: a person asks whether it still holds.
    pub fn let_one_try(&self) {
        self.state().person_asks = true;
    }

    /// Whether it is time to ask about a long wait; a yes is given once an hour, over all processes.
    pub(super) fn may_ask_whether_the_wait_holds(&self, token: &Secret) -> bool {
        self.look_up();
        let now = self.http().now();
        let mut state = self.state();
        let person_asks = std::mem::take(&mut state.person_asks);
        if state.dead.as_ref().is_some_and(|dead| dead.token == *token) || !state.limits.asks_whether_it_holds(person_asks, now) {
            return false;
        }
        self.write_down(&mut state);
        true
    }

    pub(super) fn lift_wait(&self) {
        let now = self.http().now();
        let mut state = self.state();
        state.limits.lift(now);
        self.write_down(&mut state);
    }

    pub(super) fn note_wait_goes_on(&self, raw: &super::exchange::Raw, message: &str) {
        let now = self.http().now();
        let mut state = self.state();
        state.limits.note_refused_question(raw.status, &raw.headers, message, now);
        self.write_down(&mut state);
    }

    pub(super) fn kept(&self, key: &str) -> Option<Arc<Kept>> {
        self.state().cache.get(key)
    }

    /// `X-Poll-Interval` counts from when the answer came.
    pub(super) fn keep(&self, key: String, mut kept: Kept) {
        kept.rest(self.http().now());
        self.state().cache.put(key, kept);
    }

    pub(super) fn writing(&self) -> Arc<tokio::sync::Mutex<()>> {
        self.inner.writing.clone()
    }

    pub(super) fn book(&self) -> Option<&Arc<dyn WaitBook>> {
        self.inner.book.get()
    }

    /// How long ago this account was last written through, by whichever process. None: never, or
    /// by another process whose clock cannot be compared with ours.
    pub(super) fn since_last_write(&self) -> Option<Duration> {
        self.look_up();
        let now = self.http().now();
        let state = self.state();
        let mine = state.wrote.map(|at| at.elapsed());
        let any = state.written_at.map(|at| now.since(at)).filter(|s| (0.0..3600.0).contains(s)).map(Duration::from_secs_f64);
        mine.into_iter().chain(any).min()
    }

    /// Called right before a write leaves.
    pub(super) fn note_write(&self) {
        let now = self.http().now();
        let mut state = self.state();
        state.wrote = Some(Instant::now());
        state.written_at = Some(now);
        self.write_down(&mut state);
    }

    fn resource(&self, call: &Call) -> &'static str {
        self.inner.dialect.budget_of(self.inner.address.roots(), &call.url)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for AccountClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountClient({} at {})", self.vendor(), self.inner.address.as_str())
    }
}
