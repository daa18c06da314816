//! GitHub's requests. octocrab is used as the request builder; Slipway's transport sends them.
//!
//! octocrab runs on a service of ours, so its own retries, redirects, cache and credentials are not used. Answers
//! are decoded here, because octocrab's GraphQL function drops partial answers and its errors drop headers.

use super::graphql::{GAVE_UP, Graph, GraphBody, Unanswered};
use super::page_sizes::{List, PageSize, PageSizes};
use super::unsupported_fields::Lacking;
use bytes::Bytes;
use http::{HeaderValue, Method, header};
use http_body_util::{BodyExt, Full};
use octocrab::{AuthState, OctoBody, Octocrab, OctocrabBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use slipway_http::{AccountClient, Answer, Call, Purpose, Slot};
use slipway_vendor::{ReadError, SendError};
use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

const ACCEPT: HeaderValue = HeaderValue::from_static("application/vnd.github+json");

#[derive(Clone)]
pub(super) struct Client {
    pub(super) account: AccountClient,
    /// Created at the first request, because octocrab needs a running async runtime.
    octocrab: Arc<OnceLock<Octocrab>>,
    /// The parts of queries that the host reported as unsupported.
    lacking: Arc<Mutex<Lacking>>,
    pages: Arc<PageSizes>,
}

/// What to do when a query is too heavy for the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    /// The query cannot be made smaller: after a gateway time-out it is sent again like any read.
    Fixed,
    /// The caller is told, and requests less.
    MayHalve,
    /// The query cannot be made smaller: the part that was answered is used.
    Smallest,
}

impl Client {
    pub(super) fn new(account: AccountClient) -> Self {
        Self { account, octocrab: Arc::default(), lacking: Arc::default(), pages: Arc::default() }
    }

    /// A REST GET; `path` begins with a slash and its segments are escaped.
    pub(super) async fn get(&self, path: &str) -> Result<Answer, ReadError> {
        let url = format!("{}{path}", self.account.address().rest());
        self.carry(Method::GET, url, None::<&()>, Purpose::Read).await.map_err(Failure::read)
    }

    pub(super) async fn put(&self, path: &str, body: &impl Serialize) -> Result<Answer, SendError> {
        let url = format!("{}{path}", self.account.address().rest());
        self.carry(Method::PUT, url, Some(body), Purpose::Write).await.map_err(Failure::send)
    }

    /// A GraphQL query: a POST that changes nothing, so it has the tries of a GET. An answer may have both data and
    /// errors.
    pub(super) async fn query<T: DeserializeOwned>(&self, text: &str, variables: impl Serialize) -> Result<Graph<T>, ReadError> {
        Ok(self.ask(text, &variables, Size::Fixed).await?)
    }

    /// The list `name`, requested by `query` with the page size that works: see [`PageSizes`].
    pub(super) async fn query_in_size<T: DeserializeOwned>(
        &self,
        (name, list): (&str, List),
        query: impl Fn(PageSize) -> (String, Value) + Send + Sync,
    ) -> Result<(Graph<T>, PageSize), ReadError> {
        let mut size = self.page_size(name, list);
        loop {
            let (text, variables) = query(size);
            let smaller = size.halved();
            let how = if smaller.is_some() { Size::MayHalve } else { Size::Smallest };
            match (self.ask(&text, &variables, how).await, smaller) {
                (Err(Unanswered::TooHeavy(error)), Some(smaller)) => {
                    tracing::info!(name, %error, "too much at a time; asking for half of it");
                    size = smaller;
                }
                (answer, _) => {
                    let answer = answer?;
                    self.page_worked(name, list, size);
                    return Ok((answer, size));
                }
            }
        }
    }

    /// Requests all `items` at once; if that is too heavy, each half separately.
    pub(super) async fn query_halves<I, T>(
        &self,
        items: &[I],
        query: impl Fn(&[I]) -> (String, Value) + Send + Sync,
    ) -> Result<Vec<Graph<T>>, ReadError>
    where
        I: Sync,
        T: DeserializeOwned + Send,
    {
        let mut answers = Vec::new();
        let mut open = vec![items];
        while let Some(part) = open.pop() {
            let (text, variables) = query(part);
            let how = if part.len() > 1 { Size::MayHalve } else { Size::Fixed };
            match self.ask(&text, &variables, how).await {
                Err(Unanswered::TooHeavy(_)) if part.len() > 1 => {
                    let (first, second) = part.split_at(part.len() / 2);
                    open.extend([second, first]);
                }
                answer => answers.push(answer?),
            }
        }
        Ok(answers)
    }

    pub(super) fn page_size(&self, name: &str, list: List) -> PageSize {
        self.pages.of(name, list, self.account.http().now())
    }

    pub(super) fn page_worked(&self, name: &str, list: List, size: PageSize) {
        self.pages.worked(name, list, size, self.account.http().now());
    }

    /// Descriptions of what the host cannot report.
    pub(super) fn not_told(&self) -> Vec<String> {
        self.lacking().in_words()
    }

    fn lacking(&self) -> MutexGuard<'_, Lacking> {
        self.lacking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends the query without unsupported parts. Each round either finds a further one or is the last.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        text: &str,
        variables: &impl Serialize,
        size: Size,
    ) -> Result<Graph<T>, Unanswered> {
        let mut text = self.without_lacking(text).unwrap_or_else(|| text.to_owned());
        loop {
            let url = self.account.address().second().to_owned();
            let body = GraphBody { query: &text, variables };
            let purpose = match size {
                Size::Fixed => Purpose::Read,
                Size::MayHalve | Size::Smallest => Purpose::ReadOnce,
            };
            let answer = self.carry(Method::POST, url, Some(&body), purpose).await.map_err(|e| Unanswered::Failed(e.read()))?;
            match Graph::read(&self.account, answer, size == Size::MayHalve) {
                Err(Unanswered::Undefined(gaps, error)) => {
                    tracing::info!(%error, "this GitHub lacks newer fields; asking without them from now on");
                    self.lacking().learn(gaps);
                    match self.without_lacking(&text).filter(|shorter| *shorter != text) {
                        Some(shorter) => text = shorter,
                        None => return Err(Unanswered::Failed(error)),
                    }
                }
                answer => return answer,
            }
        }
    }

    fn without_lacking(&self, text: &str) -> Option<String> {
        let lacking = self.lacking();
        if lacking.is_empty() { None } else { lacking.without(text) }
    }

    pub(super) async fn mutate<T: DeserializeOwned>(&self, text: &str, variables: impl Serialize) -> Result<T, SendError> {
        let url = self.account.address().second().to_owned();
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
        // Cannot fail, because the transport has read the whole body already.
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

/// The service that octocrab sends its requests to.
async fn transport(account: AccountClient, request: http::Request<OctoBody>) -> Result<http::Response<Full<Bytes>>, Failure> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Failure::Unsendable)?.to_bytes();
    let mut headers = parts.headers;
    headers.remove(header::CONTENT_LENGTH);
    // A request that is not marked as reading is treated as a write.
    let purpose = parts.extensions.get::<Purpose>().copied().unwrap_or(Purpose::Write);
    let body = (!body.is_empty()).then_some(body);
    let also = if purpose == Purpose::ReadOnce { GAVE_UP } else { &[] };
    let call = Call { method: parts.method, url: parts.uri.to_string(), headers, body, also };
    let answer = match purpose {
        Purpose::Read | Purpose::ReadOnce => account.read(call).await.map_err(Failure::Read)?,
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

/// Carries the transport's error through octocrab's error type.
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
