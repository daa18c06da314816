//! What every port shares: the world, the request log, the rules of faults, tokens and addresses.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use serde_json::{Value, json};

use crate::access_control::AccessControl;
use crate::change_observer::who;
use crate::delayed_requests::DelayedRequests;
use crate::faults::Faults;
use crate::http::{Call, Reply, Vendor};
use crate::rate_limits::RateLimits;
use crate::request_log::{Asked, RequestLog};
use crate::tokens::{Token, Tokens};
use crate::world::World;
use crate::{operations, recorded_commands};

/// How many earlier states of the world are kept for a lag.
const PAST_KEPT: f64 = 20.0;

pub struct Shared {
    pub world: Mutex<World>,
    /// The world as it was before a mutation, kept while there is a `stale` rule.
    pub before: Mutex<Option<(Instant, World)>>,
    /// Earlier states of the world, oldest first, kept while there is a `lag` rule.
    pub past: Mutex<VecDeque<(Instant, World)>>,
    pub request_log: Arc<Mutex<RequestLog>>,
    pub faults: Mutex<Faults>,
    pub rates: Mutex<RateLimits>,
    pub urls: BTreeMap<Vendor, String>,
    /// The token of the banner.
    banner: BTreeMap<Vendor, String>,
    pub tokens: Mutex<Tokens>,
    pub access_control: AccessControl,
    /// Requests that the gateway has not delivered yet.
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

    /// The world, advanced to the current time.
    pub fn now(&self) -> MutexGuard<'_, World> {
        let mut world = self.world.lock().expect("the world's lock is never poisoned");
        while let Some(step) = world.due_step() {
            if let Err(why) = recorded_commands::act(&mut world, &self.request_log, &step.commands) {
                world.refused_steps.push(why);
            }
        }
        world.tick();
        world
    }

    /// Who requests a change, and when.
    pub fn asked(&self, call: &Call) -> Asked {
        let token = self.token_of(call);
        let token = token.and_then(|token| self.tokens.lock().expect("never poisoned").place(&token));
        let world = self.now();
        Asked { who: who(&world, call.vendor), token, at: world.stamp_ms(world.now) }
    }

    /// Carries out control commands as other people.
    pub fn act(&self, verbs: &Value) -> Result<Value, String> {
        recorded_commands::act(&mut self.now(), &self.request_log, verbs)
    }

    /// The token of the banner.
    pub fn token(&self, vendor: Vendor) -> &str {
        self.banner.get(&vendor).map_or("", String::as_str)
    }

    /// The token of a call, if it is accepted, with its permissions.
    pub fn token_of(&self, call: &Call) -> Option<Token> {
        self.tokens.lock().expect("never poisoned").of(call)
    }

    pub fn url(&self, vendor: Vendor) -> &str {
        self.urls.get(&vendor).map_or("", String::as_str)
    }

    /// The address of the vendor's port as the client named it, so that absolute addresses in answers lead back to
    /// it. A proxy that speaks https sets `X-Forwarded-Proto`; an allowed name without a port means https, because
    /// the sandbox never listens on a default port.
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

    /// While there is a `lag` rule: keeps the world as it is now, before it changes.
    pub fn remember(&self) {
        let lag = self.faults.lock().expect("never poisoned").lag();
        let mut past = self.past.lock().expect("never poisoned");
        let Some(lag) = lag else { return past.clear() };
        // The newest state that is old enough is used by reads; older ones are dropped.
        while past.get(1).is_some_and(|(at, _)| at.elapsed().as_secs_f64() >= lag) {
            past.pop_front();
        }
        let finest = lag / PAST_KEPT;
        if past.back().is_none_or(|(at, _)| at.elapsed().as_secs_f64() >= finest) {
            let world = self.now().clone();
            past.push_back((Instant::now(), world));
        }
    }

    /// Answers a call without a route; `path` is below the root of the API.
    pub fn unrouted(&self, call: &Call, path: &[&str], reply: Reply) -> Reply {
        if !reply.unrouted {
            return reply;
        }
        let mut request_log = self.request_log.lock().expect("the request log's lock is never poisoned");
        let method = if call.method == "HEAD" { "GET" } else { &call.method };
        match operations::operation(call.vendor, method, path) {
            Some(name) => {
                request_log.not_simulated(call.vendor, name);
                operations::not_simulated(call.vendor, name)
            }
            None => {
                request_log.unknown_route(call);
                reply
            }
        }
    }
}
