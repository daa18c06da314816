//! One account at one host: its token, its limits, its cached answers.

mod waits;

use super::address::{Address, BadUrl};
use super::cache::{Cache, CachedAnswer};
use super::call::Call;
use super::dialect::HttpDialect;
use super::limits::{Budget, Limits};
use super::rate_limit_store::{RateLimitStore, StoredWaits};
use super::refusal;
use super::request_queue::{AtOnce, RequestQueue};
use super::secret::{KnownToken, Secret, TokenSource};
use super::transport::Http;
use super::usage::HourlyUsage;
use crate::error::ReadError;
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
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
    queue: RequestQueue,
    pub(super) writing: Arc<tokio::sync::Mutex<()>>,
    sent: AtomicU64,
    store: OnceLock<Arc<dyn RateLimitStore>>,
}

#[derive(Default)]
struct State {
    limits: Limits,
    stored_waits: StoredWaits,
    /// When the newest write by this process or another was sent, by the wall clock.
    written_at: Option<Time>,
    /// When the newest write by this process was sent, by a clock that cannot be set.
    wrote: Option<Instant>,
    usage: HourlyUsage,
    cache: Cache,
    refused: Option<RefusedToken>,
    auth_ok: Option<bool>,
    /// By how many seconds the vendor's clock is ahead of ours, from the newest `Date` header.
    clock_ahead: Option<f64>,
    /// The token that was last accepted.
    accepted: Option<Secret>,
    expires_at: Option<Time>,
    second_factor: Option<(Secret, Instant)>,
    /// Set when a person asks whether a long wait still holds; cleared by the request that asks.
    person_asks: bool,
}

/// A token that was answered with 401. It is tried once more; after that only a different token is sent.
struct RefusedToken {
    token: Secret,
    tried_again: bool,
    error: ReadError,
}

/// What is left of an account's budgets, and how much of them this process used.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// By the vendor's name for the budget, such as `core` and `graphql`.
    pub budgets: Vec<(String, slipway_domain::snapshot::Rate)>,
    /// Requests of the last hour, and how many of them cost nothing (304).
    pub asked: u64,
    pub free: u64,
}

/// Why a request must not be sent now.
pub(crate) enum Held {
    Silent(Time),
    RefusedToken(ReadError),
    ReadOnly(String),
}

impl Http {
    /// The client of one account at `url` (None: the vendor's own). Make one per account and share it, because it
    /// holds the account's budget, waits and cached answers.
    pub fn account(
        &self,
        dialect: &'static dyn HttpDialect,
        url: Option<&str>,
        tokens: Arc<dyn TokenSource>,
    ) -> Result<AccountClient, BadUrl> {
        Ok(AccountClient::new(self.clone(), dialect, Address::parse(dialect, url)?, tokens))
    }
}

impl AccountClient {
    pub(super) fn new(http: Http, dialect: &'static dyn HttpDialect, address: Address, tokens: Arc<dyn TokenSource>) -> Self {
        let inner = Inner {
            http,
            dialect,
            address,
            tokens,
            state: Mutex::default(),
            queue: RequestQueue::new(dialect.requests_at_once()),
            writing: Arc::default(),
            sent: AtomicU64::new(0),
            store: OnceLock::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    pub fn vendor(&self) -> VendorId {
        self.inner.dialect.vendor()
    }

    /// The vendor's name as it is written in the middle of a sentence.
    pub fn title(&self) -> &'static str {
        self.inner.dialect.title()
    }

    pub fn dialect(&self) -> &'static dyn HttpDialect {
        self.inner.dialect
    }

    pub fn address(&self) -> &Address {
        &self.inner.address
    }

    /// Waits are then obeyed by all processes that share the store. Called once, before the first request.
    pub fn share_waits(&self, store: Arc<dyn RateLimitStore>) {
        if self.inner.store.set(store).is_ok() {
            self.read_shared_waits();
        }
    }

    /// The state of each budget, and the number of requests that this process sent in the last hour.
    pub fn usage(&self) -> Usage {
        let now = self.http().now();
        let state = self.state();
        let (asked, free) = state.usage.of_hour(now);
        Usage { budgets: state.limits.each(), asked, free }
    }

    /// What the vendor's headers last said. Where an account has several budgets (such as one for REST and one for
    /// GraphQL) the one with the smallest share left is returned.
    pub fn budget(&self) -> Budget {
        let now = self.http().now();
        self.state().limits.budget(now)
    }

    /// Whether the newest answer was something other than a 401; None before the first answer.
    pub fn last_auth_ok(&self) -> Option<bool> {
        self.state().auth_ok
    }

    /// By how many seconds the vendor's clock is ahead of ours, from the `Date` header of its newest answer.
    pub fn clock_ahead(&self) -> Option<f64> {
        self.state().clock_ahead
    }

    /// What should be stored about the token for later runs; None before a vendor has accepted it.
    pub fn learnt(&self) -> Option<KnownToken> {
        let state = self.state();
        state.accepted.is_some().then_some(KnownToken { accepted: true, expires_at: state.expires_at })
    }

    /// The code is sent with every request of the next minute and then dropped. It may become invalid earlier.
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

    /// The error of the token that was refused last.
    pub(super) fn refusal(&self) -> ReadError {
        let refused = self.state().refused.as_ref().map(|refused| refused.error.clone());
        refused
            .unwrap_or_else(|| refusal::unauthorized(self.title(), &KnownToken::default(), &self.inner.tokens.remedy(), self.http().now()))
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

    /// Allows a refused token to be sent again: a person has corrected it at the vendor, or asks for a test.
    pub fn forget_refusal(&self) {
        self.state().refused = None;
    }

    /// Requests that were sent, counting each try and each 304.
    pub fn requests_sent(&self) -> u64 {
        self.inner.sent.load(Ordering::Relaxed)
    }

    pub fn http(&self) -> &Http {
        &self.inner.http
    }

    pub(super) fn queue(&self) -> &RequestQueue {
        &self.inner.queue
    }

    pub fn at_once(&self) -> AtOnce {
        self.inner.queue.at_once()
    }

    pub(super) fn count_sent(&self) {
        self.inner.sent.fetch_add(1, Ordering::Relaxed);
        let now = self.http().now();
        self.state().usage.asked(now);
    }

    fn read_shared_waits(&self) {
        if let Some(store) = self.inner.store.get() {
            let state = &mut *self.state();
            state.stored_waits.read(&**store, &mut state.limits, &mut state.written_at);
        }
    }

    fn store_waits(&self, state: &mut State) {
        if let Some(store) = self.inner.store.get() {
            state.stored_waits.write(&**store, &state.limits, state.written_at);
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

    /// Called right before each request. A refused token gets its one further try only once.
    pub(super) fn may_send(&self, call: &Call, token: &Secret) -> Result<(), Held> {
        self.read_shared_waits();
        let now = self.http().now();
        let mut state = self.state();
        if let Some(until) = state.limits.wait(self.resource(call), now) {
            return Err(Held::Silent(until));
        }
        match &mut state.refused {
            Some(refused) if refused.token == *token && refused.tried_again => return Err(Held::RefusedToken(refused.error.clone())),
            Some(refused) if refused.token == *token => refused.tried_again = true,
            Some(_) => state.refused = None,
            None => {}
        }
        Ok(())
    }

    /// A try that was never sent does not count as the refused token's further try.
    pub(super) fn restore_try(&self, token: &Secret) {
        if let Some(refused) = self.state().refused.as_mut().filter(|refused| refused.token == *token) {
            refused.tried_again = false;
        }
    }

    /// Records what every answer says about limits and about the token.
    pub(super) fn note(&self, call: &Call, token: &Secret, raw: &super::exchange::Raw) {
        let now = self.http().now();
        let mut state = self.state();
        state.clock_ahead = super::limits::clock_ahead(&raw.headers, now).or(state.clock_ahead);
        state.limits.note_answer(self.inner.dialect.hourly_limit(), &raw.headers, self.resource(call), now);
        if raw.status == http::StatusCode::UNAUTHORIZED {
            state.auth_ok = Some(false);
            if !state.refused.as_ref().is_some_and(|refused| refused.token == *token) {
                let before = self.inner.tokens.known();
                let accepted = before.accepted || state.accepted.as_ref() == Some(token);
                let known = KnownToken { accepted, expires_at: state.expires_at.or(before.expires_at) };
                let error = refusal::unauthorized(self.title(), &known, &self.inner.tokens.remedy(), now);
                state.refused = Some(RefusedToken { token: token.clone(), tried_again: false, error });
            }
        } else if !raw.status.is_server_error() {
            state.auth_ok = Some(true);
            state.refused = None;
            state.accepted = Some(token.clone());
            state.expires_at = self.inner.dialect.token_expiry(&raw.headers);
        }
        if raw.status.is_success() {
            state.limits.note_success();
        }
        if raw.status == http::StatusCode::NOT_MODIFIED {
            state.usage.was_free(now);
        }
        self.store_waits(&mut state);
    }

    pub(super) fn note_refusal(&self, raw: &super::exchange::Raw, message: &str) -> Option<Time> {
        let now = self.http().now();
        let mut state = self.state();
        let until = state.limits.note_refusal(raw.status, &raw.headers, message, now);
        self.store_waits(&mut state);
        until
    }

    pub(super) fn kept(&self, key: &str) -> Option<Arc<CachedAnswer>> {
        self.state().cache.get(key)
    }

    /// `X-Poll-Interval` counts from the arrival of the answer.
    pub(super) fn keep(&self, key: String, mut kept: CachedAnswer) {
        kept.rest(self.http().now());
        self.state().cache.put(key, kept);
    }

    pub(super) fn writing(&self) -> Arc<tokio::sync::Mutex<()>> {
        self.inner.writing.clone()
    }

    pub(super) fn store(&self) -> Option<&Arc<dyn RateLimitStore>> {
        self.inner.store.get()
    }

    /// How long ago any process last wrote through this account. None: never, or the time was written by a process
    /// whose clock is not comparable with ours.
    pub(super) fn since_last_write(&self) -> Option<Duration> {
        self.read_shared_waits();
        let now = self.http().now();
        let state = self.state();
        let mine = state.wrote.map(|at| at.elapsed());
        let any = state.written_at.map(|at| now.since(at)).filter(|s| (0.0..3600.0).contains(s)).map(Duration::from_secs_f64);
        mine.into_iter().chain(any).min()
    }

    /// Called right before a write is sent.
    pub(super) fn note_write(&self) {
        let now = self.http().now();
        let mut state = self.state();
        state.wrote = Some(Instant::now());
        state.written_at = Some(now);
        self.store_waits(&mut state);
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
