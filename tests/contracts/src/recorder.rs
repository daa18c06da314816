//! A reverse proxy that records requests and answers.

use std::sync::{Arc, Mutex};

use anyhow::Result;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use axum::{Router, body};
use futures::StreamExt;
use percent_encoding::percent_decode_str;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::answer_gate::{Gate, Pace};
use crate::exchange::{Exchange, Vendor};

/// Runs in front of vendors on ports of its own. JSON answers are recorded with their bodies; other answers (output
/// that is still being written) are passed on as they arrive.
pub struct Recorder {
    shared: Arc<Shared>,
    tasks: Vec<JoinHandle<()>>,
}

struct Shared {
    client: reqwest::Client,
    taken: Mutex<Vec<Exchange>>,
    gate: Gate,
    /// Vendor, its address, and the address of this proxy for it.
    fronts: Vec<(Vendor, String, String)>,
}

impl Recorder {
    pub async fn before(vendors: &[(Vendor, &str)]) -> Result<Self> {
        let mut fronts = Vec::new();
        let mut listeners = Vec::new();
        for (vendor, url) in vendors {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
            fronts.push((*vendor, (*url).trim_end_matches('/').to_owned(), format!("http://{}", listener.local_addr()?)));
            listeners.push(listener);
        }
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).gzip(false).build()?;
        let shared = Arc::new(Shared { client, taken: Mutex::default(), gate: Gate::new(), fronts });
        let serve = |(index, listener): (usize, TcpListener)| {
            let router = Router::new().fallback(pass).with_state((shared.clone(), index));
            tokio::spawn(async move { axum::serve(listener, router).await.expect("a listening port serves") })
        };
        let mut tasks: Vec<JoinHandle<()>> = listeners.into_iter().enumerate().map(serve).collect();
        let gated = shared.clone();
        tasks.push(tokio::spawn(async move { gated.gate.run().await }));
        Ok(Self { shared, tasks })
    }

    /// The address under which a vendor is reached through the proxy.
    pub fn url(&self, vendor: Vendor) -> &str {
        let front = self.shared.fronts.iter().find(|(v, ..)| *v == vendor);
        &front.expect("it stands before this vendor").2
    }

    /// From now on answers leave at this pace. Forgets earlier exchanges and rounds.
    pub fn set_pace(&self, pace: Pace) {
        self.shared.gate.set(pace);
        self.shared.taken.lock().expect("the lock is never poisoned").clear();
    }

    /// How many answers each round had; see [`Pace::InRounds`].
    pub fn rounds(&self) -> Vec<usize> {
        self.shared.gate.rounds()
    }

    /// The exchanges so far.
    pub fn taken(&self) -> Vec<Exchange> {
        self.shared.taken.lock().expect("the lock is never poisoned").clone()
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn pass(State((shared, index)): State<(Arc<Shared>, usize)>, request: Request) -> Response<Body> {
    let arrival = shared.gate.arrived();
    let answered = shared.forward(index, request).await;
    arrival.answered().await;
    match answered {
        Ok(response) => response,
        Err(error) => (StatusCode::BAD_GATEWAY, format!("the recorder got no answer: {error:#}")).into_response(),
    }
}

impl Shared {
    async fn forward(&self, index: usize, request: Request) -> Result<Response<Body>> {
        let (vendor, upstream, _) = &self.fronts[index];
        let (parts, body) = request.into_parts();
        let sent = body::to_bytes(body, 16 << 20).await?;
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let asked = self.client.request(parts.method.clone(), format!("{upstream}{target}"));
        let answer = asked.headers(passing(&parts.headers, &[header::ACCEPT_ENCODING])).body(sent.clone()).send().await?;

        let (status, headers) = (answer.status(), answer.headers().clone());
        let text = |headers: &HeaderMap, name| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let mut exchange = Exchange {
            vendor: *vendor,
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: pairs(parts.uri.query().unwrap_or_default()),
            accept: text(&parts.headers, header::ACCEPT),
            request: sent.to_vec(),
            status: status.as_u16(),
            content_type: text(&headers, header::CONTENT_TYPE),
            answer: Vec::new(),
        };
        let buffered = exchange.answers_json() || !status.is_success();
        let body = if buffered {
            let whole = answer.bytes().await?;
            exchange.answer = whole.to_vec();
            Body::from(self.renamed(whole))
        } else {
            Body::from_stream(answer.bytes_stream().map(|chunk| chunk.map_err(std::io::Error::other)))
        };
        self.taken.lock().expect("the lock is never poisoned").push(exchange);

        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = passing(&headers, &[]);
        for value in response.headers_mut().values_mut() {
            let bytes = self.renamed(Bytes::copy_from_slice(value.as_bytes()));
            *value = HeaderValue::from_bytes(&bytes)?;
        }
        Ok(response)
    }

    /// Replaces the vendors' addresses by the proxy's, so that a client that follows a link still uses the proxy.
    fn renamed(&self, bytes: Bytes) -> Bytes {
        let Ok(mut text) = String::from_utf8(bytes.to_vec()) else { return bytes };
        for (_, upstream, own) in &self.fronts {
            text = text.replace(upstream, own);
        }
        text.into()
    }
}

fn passing(headers: &HeaderMap, but: &[HeaderName]) -> HeaderMap {
    // `Host` is passed on, because the sandbox makes addresses in answers from it.
    let of_this_hop = [header::CONNECTION, header::TRANSFER_ENCODING, header::CONTENT_LENGTH, header::TE, header::UPGRADE];
    let passes = |name: &HeaderName| !of_this_hop.contains(name) && !but.contains(name);
    headers.iter().filter(|(name, _)| passes(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn pairs(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let parts = query.split('&').filter(|part| !part.is_empty());
    parts.map(|part| part.split_once('=').unwrap_or((part, ""))).map(|(name, value)| (decode(name), decode(value))).collect()
}
