//! The listening ports: a request is read, counted and answered from the world.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::Response;
use axum::http::request::Parts;
use axum::{Router, middleware};
use bytes::Bytes;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::faults::{self, Faults};
use crate::http::{Call, Mutation, Reply, Vendor, parse_query, percent_decode};
use crate::ledger::Ledger;
use crate::rates::Rates;
use crate::world::World;
use crate::{circleci, control, github, heroku};

pub struct Shared {
    pub world: Mutex<World>,
    /// The world as it was before a mutation, kept while a `stale` rule stands.
    before: Mutex<Option<(Instant, World)>>,
    pub ledger: Arc<Mutex<Ledger>>,
    pub faults: Mutex<Faults>,
    pub rates: Mutex<Rates>,
    pub urls: BTreeMap<Vendor, String>,
    pub tokens: BTreeMap<Vendor, String>,
}

impl Shared {
    pub fn new(world: World, faults: Faults, urls: BTreeMap<Vendor, String>, tokens: BTreeMap<Vendor, String>) -> Self {
        Self {
            world: Mutex::new(world),
            before: Mutex::new(None),
            ledger: Arc::default(),
            faults: Mutex::new(faults),
            rates: Mutex::default(),
            urls,
            tokens,
        }
    }

    /// The world, brought to this moment.
    pub fn now(&self) -> MutexGuard<'_, World> {
        let mut world = self.world.lock().expect("the world's lock is never poisoned");
        world.tick();
        world
    }

    pub fn token(&self, vendor: Vendor) -> &str {
        self.tokens.get(&vendor).map_or("", String::as_str)
    }

    pub fn url(&self, vendor: Vendor) -> &str {
        self.urls.get(&vendor).map_or("", String::as_str)
    }

    pub fn unauthorized(&self, vendor: Vendor) -> Reply {
        let body = match vendor {
            Vendor::Github => json!({"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest", "status": "401"}),
            Vendor::Heroku => json!({"id": "unauthorized", "message": "Invalid credentials provided."}),
            Vendor::Circleci | Vendor::Logs | Vendor::Control => json!({"message": "You must log in first."}),
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
            Vendor::Circleci | Vendor::Logs | Vendor::Control => Reply::json(429, &json!({"message": "Too many requests."})),
        };
        match retry_after {
            Some(seconds) => reply.with("Retry-After", seconds),
            None => reply,
        }
    }

    /// Answers from the live world, or, for a stale read, from the one before the last change.
    fn answer(&self, call: &Call) -> Reply {
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
        let reply = self.vendor(&mut world, call);
        drop(world);
        if let Some(snapshot) = snapshot.filter(|_| !reply.applied.is_empty()) {
            *self.before.lock().expect("never poisoned") = Some((Instant::now(), snapshot));
        }
        reply
    }

    fn vendor(&self, world: &mut World, call: &Call) -> Reply {
        match call.vendor {
            Vendor::Github => github::answer(self, world, call),
            Vendor::Circleci => circleci::answer(self, world, call),
            Vendor::Logs => circleci::logs::answer(self, world, call),
            Vendor::Heroku => heroku::answer(self, world, call),
            Vendor::Control => Reply::text(500, "the control port does not come this way"),
        }
    }
}

pub fn serve(listener: TcpListener, shared: Arc<Shared>, vendor: Vendor) -> JoinHandle<()> {
    let router =
        Router::new().fallback(handle).layer(middleware::from_fn_with_state((shared.clone(), vendor), faults::layer)).with_state(shared);
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(vendor = vendor.name(), %error, "a sandbox port stopped");
        }
    })
}

async fn handle(State(shared): State<Arc<Shared>>, Extension(call): Extension<Arc<Call>>) -> Response<Body> {
    if call.vendor == Vendor::Control {
        return control::answer(&shared, &call).into_response();
    }
    let reply = shared.answer(&call);
    let mut ledger = shared.ledger.lock().expect("the ledger's lock is never poisoned");
    if reply.status == 304 {
        ledger.not_modified(&call);
    }
    for mutation in &reply.applied {
        ledger.applied(call.vendor, mutation);
    }
    drop(ledger);
    reply.into_response()
}

pub fn read_call(vendor: Vendor, parts: &Parts, body: Bytes) -> Call {
    let raw = parts.uri.path();
    // A project slug comes with its slashes encoded or not.
    let whole = if matches!(vendor, Vendor::Circleci | Vendor::Logs) { percent_decode(raw) } else { raw.to_owned() };
    let segments = whole.split('/').filter(|s| !s.is_empty()).map(percent_decode).collect();
    let mut call = Call {
        vendor,
        method: parts.method.to_string(),
        path: raw.to_owned(),
        segments,
        query: parse_query(parts.uri.query().unwrap_or("")),
        headers: parts.headers.clone(),
        body,
        kind: String::new(),
        operations: Vec::new(),
        mutations: Vec::new(),
        stale_seconds: None,
    };
    match vendor {
        Vendor::Github => github::describe(&mut call),
        Vendor::Circleci => circleci::describe(&mut call),
        Vendor::Heroku => heroku::describe(&mut call),
        Vendor::Logs => call.kind = "GET /output".into(),
        Vendor::Control => {}
    }
    call
}

pub fn mutation(kind: &str, target: impl Into<String>) -> Vec<Mutation> {
    vec![Mutation { kind: kind.into(), target: target.into() }]
}
