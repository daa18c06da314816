//! GitHub through octocrab: it builds and dispatches requests, our transport carries them.
//!
//! octocrab runs on a service of our own, so it has no retry, redirect, cache or credentials;
//! answers are decoded here, because its GraphQL helper drops partial answers and its errors
//! drop headers.

use super::graphql::{Graph, GraphBody, Unanswered};
use crate::http::{AccountClient, Answer, Call, Purpose, Slot};
use crate::{ReadError, SendError};
use bytes::Bytes;
use http::{HeaderValue, Method, header};
use http_body_util::{BodyExt, Full};
use octocrab::{AuthState, OctoBody, Octocrab, OctocrabBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::convert::Infallible;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

const ACCEPT: HeaderValue = HeaderValue::from_static("application/vnd.github+json");

#[derive(Clone)]
pub(super) struct Client {
    pub(super) account: AccountClient,
    /// Made at the first request: octocrab wants a running async runtime.
    octocrab: Arc<OnceLock<Octocrab>>,
    /// The host lacks fields that newer ones have; known once it said so.
    older: Arc<AtomicBool>,
}

/// One question in two sizes: the second for hosts that lack the newer fields.
pub(super) struct Sizes {
    pub(super) newer: &'static str,
    pub(super) older: &'static str,
}

impl Client {
    pub(super) fn new(account: AccountClient) -> Self {
        Self { account, octocrab: Arc::default(), older: Arc::default() }
    }

    /// A REST GET; `path` begins with a slash, its segments escaped.
    pub(super) async fn get(&self, path: &str) -> Result<Answer, ReadError> {
        let url = format!("{}{path}", self.account.address().rest);
        self.carry(Method::GET, url, None::<&()>, Purpose::Read).await.map_err(Failure::read)
    }

    pub(super) async fn put(&self, path: &str, body: &impl Serialize) -> Result<Answer, SendError> {
        let url = format!("{}{path}", self.account.address().rest);
        self.carry(Method::PUT, url, Some(body), Purpose::Write).await.map_err(Failure::send)
    }

    /// A GraphQL query: a POST that changes nothing, and so has the tries of a GET. An answer
    /// with data and errors keeps both.
    pub(super) async fn query<T: DeserializeOwned>(&self, text: &str, variables: impl Serialize) -> Result<Graph<T>, ReadError> {
        Ok(self.ask(text, variables).await?)
    }

    /// The newer size, until the host once says that it lacks a field of it.
    pub(super) async fn query_sized<T: DeserializeOwned>(&self, sizes: &Sizes, variables: &impl Serialize) -> Result<Graph<T>, ReadError> {
        if !self.is_older() {
            match self.ask(sizes.newer, variables).await {
                Err(Unanswered::Undefined(error)) => {
                    tracing::info!(%error, "this GitHub lacks newer fields; asking without them from now on");
                    self.older.store(true, Ordering::Relaxed);
                }
                other => return Ok(other?),
            }
        }
        self.query(sizes.older, variables).await
    }

    pub(super) fn is_older(&self) -> bool {
        self.older.load(Ordering::Relaxed)
    }

    async fn ask<T: DeserializeOwned>(&self, text: &str, variables: impl Serialize) -> Result<Graph<T>, Unanswered> {
        let url = self.account.address().second.clone();
        let body = GraphBody { query: text, variables };
        let answer = self.carry(Method::POST, url, Some(&body), Purpose::Read).await.map_err(|e| Unanswered::Failed(e.read()))?;
        Graph::read(&self.account, answer)
    }

    pub(super) async fn mutate<T: DeserializeOwned>(&self, text: &str, variables: impl Serialize) -> Result<T, SendError> {
        let url = self.account.address().second.clone();
        let body = GraphBody { query: text, variables };
        let answer = self.carry(Method::POST, url, Some(&body), Purpose::Write).await.map_err(Failure::send)?;
        Graph::sent(answer)
    }

    async fn carry(&self, method: Method, url: String, body: Option<&impl Serialize>, purpose: Purpose) -> Result<Answer, Failure> {
        let octocrab = self.octocrab.get_or_init(|| build(self.account.clone()));
        let request = http::Request::builder().method(method).uri(url).extension(purpose).header(header::ACCEPT, ACCEPT);
        let request = octocrab.build_request(request, body).map_err(|_| Failure::Unsendable)?;
        let response = octocrab.execute(request).await.map_err(unwrap)?;
        let (parts, body) = response.into_parts();
        // Cannot fail: the transport has read the whole body already.
        let body = body.collect().await.map_err(|_| Failure::Vanished)?.to_bytes();
        let slot = parts.extensions.get::<Slot>().cloned();
        Ok(Answer { status: parts.status, headers: parts.headers, body, slot, account: self.account.clone() })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.account.fmt(f)
    }
}

fn build(account: AccountClient) -> Octocrab {
    let service = tower::service_fn(move |request| transport(account.clone(), request));
    match OctocrabBuilder::new_empty().with_service(service).with_auth(AuthState::None).build() {
        Ok(octocrab) => octocrab,
        Err(impossible) => match impossible {},
    }
}

/// The service octocrab runs on.
async fn transport(account: AccountClient, request: http::Request<OctoBody>) -> Result<http::Response<Full<Bytes>>, Failure> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Failure::Unsendable)?.to_bytes();
    let mut headers = parts.headers;
    headers.remove(header::CONTENT_LENGTH);
    // A request that does not say it only reads is taken for a write.
    let purpose = parts.extensions.get::<Purpose>().copied().unwrap_or(Purpose::Write);
    let body = (!body.is_empty()).then_some(body);
    let call = Call { method: parts.method, url: parts.uri.to_string(), headers, body, also: &[] };
    let answer = match purpose {
        Purpose::Read => account.read(call).await.map_err(Failure::Read)?,
        Purpose::Write => account.write(call).await.map_err(Failure::Send)?,
    };
    let mut response = http::Response::new(Full::new(answer.body));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    if let Some(slot) = answer.slot {
        response.extensions_mut().insert(slot);
    }
    Ok(response)
}

/// What the transport said, carried through octocrab's error type.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Read(ReadError),
    #[error("{0}")]
    Send(SendError),
    #[error("The request to GitHub could not be built")]
    Unsendable,
    #[error("GitHub's answer was lost")]
    Vanished,
}

impl From<Infallible> for Failure {
    fn from(impossible: Infallible) -> Self {
        match impossible {}
    }
}

impl Failure {
    fn read(self) -> ReadError {
        match self {
            Self::Read(error) => error,
            Self::Send(_) | Self::Unsendable | Self::Vanished => ReadError::Garbled(self.to_string()),
        }
    }

    fn send(self) -> SendError {
        match self {
            Self::Send(error) => error,
            Self::Unsendable => SendError::NotSent(self.to_string()),
            Self::Read(_) | Self::Vanished => SendError::Lost(self.to_string()),
        }
    }
}

fn unwrap(error: octocrab::Error) -> Failure {
    match error {
        octocrab::Error::Service { source, .. } => source.downcast().map_or(Failure::Vanished, |failure| *failure),
        _ => Failure::Vanished,
    }
}
