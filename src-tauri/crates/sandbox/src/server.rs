//! The listening ports: a request is read, counted and answered from the world.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::Response;
use axum::http::request::Parts;
use axum::{Router, middleware};
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::access_control::{AccessControl, check_access};
use crate::change_observer::{ChangeObserver, Seen, who};
use crate::delayed_requests::DelayedRequests;
use crate::faults::{self, Faults};
use crate::http::{Call, Mutation, Reply, Vendor, parse_query, percent_decode};
use crate::rate_limits::RateLimits;
use crate::request_log::{Asked, RequestLog};
use crate::tokens::{Token, Tokens};
use crate::world::World;
use crate::{circleci, control, github, heroku, recorded_commands};

/// How finely the world's past is kept: so many worlds for a lag.
const PAST_KEPT: f64 = 20.0;

pub struct Shared {
    pub world: Mutex<World>,
    /// The world as it was before a mutation, kept while a `stale` rule stands.
    before: Mutex<Option<(Instant, World)>>,
    /// The world's past, oldest first, kept while a `lag` rule stands.
    past: Mutex<VecDeque<(Instant, World)>>,
    pub request_log: Arc<Mutex<RequestLog>>,
    pub faults: Mutex<Faults>,
    pub rates: Mutex<RateLimits>,
    pub urls: BTreeMap<Vendor, String>,
    /// The banner's.
    banner: BTreeMap<Vendor, String>,
    pub tokens: Mutex<Tokens>,
    pub access_control: AccessControl,
    /// What a gateway still holds back.
    pub late: DelayedRequests,
}

impl Shared {
    pub fn new(
        world: World,
        faults: Faults,
        urls: BTreeMap<Vendor, String>,
        banner: BTreeMap<Vendor, String>,
        access_control: AccessControl,
    ) -> Self {
        Self {
            world: Mutex::new(world),
            before: Mutex::new(None),
            past: Mutex::default(),
            request_log: Arc::default(),
            faults: Mutex::new(faults),
            rates: Mutex::default(),
            urls,
            tokens: Mutex::new(Tokens::new(&banner)),
            banner,
            access_control,
            late: DelayedRequests::default(),
        }
    }

    /// The world, brought to this moment.
    pub fn now(&self) -> MutexGuard<'_, World> {
        let mut world = self.world.lock().expect("the world's lock is never poisoned");
        world.tick();
        world
    }

    /// Who asks for a change, and when.
    pub fn asked(&self, call: &Call) -> Asked {
        let token = self.token_of(call);
        let token = token.and_then(|token| self.tokens.lock().expect("never poisoned").place(&token));
        let world = self.now();
        Asked { who: who(&world, call.vendor), token, at: world.stamp_ms(world.now) }
    }

    /// Other people act.
    pub fn act(&self, verbs: &Value) -> Result<Value, String> {
        recorded_commands::act(&mut self.now(), &self.request_log, verbs)
    }

    /// Hands over what a gateway has held back until now; nobody waits for its answers.
    pub fn deliver_late(&self) {
        let now = self.now().now;
        for call in self.late.due(now) {
            self.answer_counted(&call);
        }
    }

    /// The token of the banner.
    pub fn token(&self, vendor: Vendor) -> &str {
        self.banner.get(&vendor).map_or("", String::as_str)
    }

    /// The token a call carries, if it is accepted, and what it may do.
    pub fn token_of(&self, call: &Call) -> Option<Token> {
        self.tokens.lock().expect("never poisoned").of(call)
    }

    pub fn url(&self, vendor: Vendor) -> &str {
        self.urls.get(&vendor).map_or("", String::as_str)
    }

    /// The vendor's port as the call names it: absolute addresses in an answer lead where its client
    /// already is. What stands in front and speaks https says so in `X-Forwarded-Proto`; an allowed name
    /// without a port is taken for https, since the sandbox itself never listens at a default port.
    pub fn address(&self, call: &Call) -> String {
        let Some(host) = call.host.as_deref() else { return self.url(call.vendor).to_owned() };
        let scheme = match call.header("x-forwarded-proto") {
            Some(proto) if proto.eq_ignore_ascii_case("https") => "https",
            None if self.access_control.is_allowed_name(host) => "https",
            Some(_) | None => "http",
        };
        format!("{scheme}://{host}")
    }

    pub fn unauthorized(&self, vendor: Vendor) -> Reply {
        let body = match vendor {
            Vendor::Github => json!({"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest", "status": "401"}),
            Vendor::Heroku => json!({"id": "unauthorized", "message": "Invalid credentials provided."}),
            Vendor::Circleci | Vendor::Logs | Vendor::Control | Vendor::Elsewhere => json!({"message": "You must log in first."}),
        };
        Reply::json(401, &body)
    }

    pub fn rate_limited(&self, vendor: Vendor, retry_after: Option<u64>) -> Reply {
        let reply = match vendor {
            Vendor::Github => Reply::json(
                403,
                &json!({
                    "message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
                    "documentation_url": "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits",
                }),
            ),
            Vendor::Heroku => Reply::json(
                429,
                &json!({
                    "id": "rate_limit", "message": "Your account reached the API rate limit. Please wait a few minutes before making new requests.",
                }),
            ),
            Vendor::Circleci | Vendor::Logs | Vendor::Control | Vendor::Elsewhere => {
                Reply::json(429, &json!({"message": "Too many requests."}))
            }
        };
        match retry_after {
            Some(seconds) => reply.with("Retry-After", seconds),
            None => reply,
        }
    }

    /// While a `lag` rule stands: the world is kept as it is now, before it changes.
    pub fn remember(&self) {
        let lag = self.faults.lock().expect("never poisoned").lag();
        let mut past = self.past.lock().expect("never poisoned");
        let Some(lag) = lag else { return past.clear() };
        // The newest one that is old enough is what a read gets; whatever is older is done with.
        while past.get(1).is_some_and(|(at, _)| at.elapsed().as_secs_f64() >= lag) {
            past.pop_front();
        }
        let finest = lag / PAST_KEPT;
        if past.back().is_none_or(|(at, _)| at.elapsed().as_secs_f64() >= finest) {
            let world = self.now().clone();
            past.push_back((Instant::now(), world));
        }
    }

    /// Answers from the live world or, for a stale read, from an older one.
    fn answer(&self, call: &Call) -> Reply {
        if call.mutations.is_empty()
            && let Some(seconds) = call.lag_seconds
            && let past = &mut *self.past.lock().expect("never poisoned")
            && !past.is_empty()
        {
            let old_enough = past.iter().rposition(|(at, _)| at.elapsed().as_secs_f64() >= seconds);
            if let Some((_, world)) = past.get_mut(old_enough.unwrap_or(0)) {
                return self.vendor(world, call);
            }
        }
        if call.mutations.is_empty()
            && let Some(seconds) = call.stale_seconds
            && let Some((at, world)) = self.before.lock().expect("never poisoned").as_mut()
            && at.elapsed().as_secs_f64() < seconds
        {
            return self.vendor(world, call);
        }
        let mut world = self.now();
        let keeps = !call.mutations.is_empty() && self.faults.lock().expect("never poisoned").snapshots();
        let snapshot = keeps.then(|| world.clone());
        let witnesses: Vec<ChangeObserver> = call.mutations.iter().map(|mutation| ChangeObserver::of(&world, mutation)).collect();
        let reply = self.vendor(&mut world, call);
        self.observer(&world, call, witnesses, &reply);
        if call.mutations.is_empty() {
            self.note_read(call);
        }
        drop(world);
        if let Some(snapshot) = snapshot.filter(|_| !reply.applied.is_empty()) {
            *self.before.lock().expect("never poisoned") = Some((Instant::now(), snapshot));
        }
        reply
    }

    /// The caller holds the world as it was read.
    fn note_read(&self, call: &Call) {
        let token = self.token_of(call).and_then(|token| self.tokens.lock().expect("never poisoned").place(&token));
        if let Some(token) = token {
            self.request_log.lock().expect("the request log's lock is never poisoned").read(call, token);
        }
    }

    fn observer(&self, world: &World, call: &Call, witnesses: Vec<ChangeObserver>, reply: &Reply) {
        let mut request_log = self.request_log.lock().expect("the request log's lock is never poisoned");
        for ((mutation, observer), number) in call.mutations.iter().zip(witnesses).zip(&call.changes) {
            let applied = reply.applied.contains(mutation);
            let seen = observer.seen(world);
            let seen = if applied { seen } else { Seen { made: json!({}), ..seen } };
            request_log.observed(*number, seen, applied.then(|| world.stamp_ms(world.now)));
        }
    }

    /// Answers, and counts what took effect.
    fn answer_counted(&self, call: &Call) -> Reply {
        let reply = self.answer(call);
        let mut request_log = self.request_log.lock().expect("the request log's lock is never poisoned");
        if reply.status == 304 {
            request_log.not_modified(call);
        }
        for mutation in &reply.applied {
            request_log.applied(call.vendor, mutation);
        }
        reply
    }

    /// Whoever comes here was led astray; what it brought must not be worth anything.
    fn elsewhere(&self, call: &Call) -> Reply {
        let credentials = ["authorization", "circle-token", "cookie"].into_iter().find(|h| call.headers.contains_key(*h));
        let brought = credentials.or((!call.body.is_empty()).then_some("a body"));
        if let Some(what) = brought {
            let mut request_log = self.request_log.lock().expect("the request log's lock is never poisoned");
            request_log.violation(Vendor::Elsewhere, &format!("{what} was sent to another host"), call);
        }
        Reply::json(200, &json!([]))
    }

    fn vendor(&self, world: &mut World, call: &Call) -> Reply {
        match call.vendor {
            Vendor::Github => github::answer(self, world, call),
            Vendor::Circleci => circleci::answer(self, world, call),
            Vendor::Logs => circleci::logs::answer(self, world, call),
            Vendor::Heroku => heroku::answer(self, world, call),
            Vendor::Elsewhere => self.elsewhere(call),
            Vendor::Control => Reply::text(500, "the control port does not come this way"),
        }
    }
}

pub fn serve(listener: TcpListener, shared: Arc<Shared>, vendor: Vendor) -> JoinHandle<()> {
    let state = (shared.clone(), vendor);
    let router = Router::new()
        .fallback(handle)
        .layer(middleware::from_fn_with_state(state.clone(), faults::apply_faults))
        .layer(middleware::from_fn_with_state(state, check_access))
        .with_state(shared);
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(vendor = vendor.name(), %error, "a sandbox port stopped");
        }
    })
}

async fn handle(State(shared): State<Arc<Shared>>, Extension(call): Extension<Arc<Call>>) -> Response<Body> {
    shared.deliver_late();
    if call.vendor == Vendor::Control {
        return control::answer(&shared, &call).into_response();
    }
    if call.vendor == Vendor::Heroku
        && let Some(stream) = heroku::outputs::answer(&shared, &call)
    {
        return stream;
    }
    shared.answer_counted(&call).into_response()
}

/// As the target has it, else the `Host`; `check_access` has checked both.
fn named_host(parts: &Parts) -> Option<String> {
    let of_target = parts.uri.authority().map(|authority| authority.as_str().to_owned());
    of_target.or_else(|| parts.headers.get("host").and_then(|value| value.to_str().ok()).map(str::to_owned))
}

pub fn read_call(vendor: Vendor, parts: &Parts, body: Bytes) -> Call {
    let raw = parts.uri.path();
    // A project slug comes with its slashes encoded or not.
    let whole = if matches!(vendor, Vendor::Circleci | Vendor::Logs) { percent_decode(raw) } else { raw.to_owned() };
    let segments = whole.split('/').filter(|s| !s.is_empty()).map(percent_decode).collect();
    let mut call = Call {
        vendor,
        method: parts.method.to_string(),
        host: named_host(parts),
        path: raw.to_owned(),
        segments,
        query: parse_query(parts.uri.query().unwrap_or("")),
        headers: parts.headers.clone(),
        body,
        kind: String::new(),
        operations: Vec::new(),
        mutations: Vec::new(),
        changes: Vec::new(),
        stale_seconds: None,
        lag_seconds: None,
    };
    match vendor {
        Vendor::Github => github::describe(&mut call),
        Vendor::Circleci => circleci::describe(&mut call),
        Vendor::Heroku => heroku::describe(&mut call),
        Vendor::Logs => call.kind = "GET /output".into(),
        Vendor::Elsewhere => call.kind = format!("{} {}", call.method, call.path),
        Vendor::Control => {}
    }
    call
}

pub fn mutation(kind: &str, target: impl Into<String>) -> Vec<Mutation> {
    vec![Mutation { kind: kind.into(), target: target.into() }]
}
