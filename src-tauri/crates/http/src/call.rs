//! One HTTP request before it is sent.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde::Serialize;

/// How a request that was built by octocrab is sent: [`AccountClient::read`] or [`AccountClient::write`]. A GraphQL
/// query is a POST that only reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Changes nothing, so it may be tried again.
    Read,
    /// Changes nothing, but is not tried again after a gateway time-out: the caller asks for less instead.
    ReadOnce,
    /// Sent exactly once.
    Write,
}

#[derive(Clone)]
pub struct Call {
    pub method: Method,
    pub url: String,
    pub headers: HeaderMap,
    pub body: Option<Bytes>,
    /// Statuses other than 2xx that the caller wants returned as an answer and not as an error.
    pub also: &'static [u16],
}

impl Call {
    pub fn get(url: impl Into<String>) -> Self {
        Self { method: Method::GET, url: url.into(), headers: HeaderMap::new(), body: None, also: &[] }
    }

    pub fn write(method: Method, url: impl Into<String>, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).unwrap_or_default();
        let call = Self { method, url: url.into(), headers: HeaderMap::new(), body: Some(body.into()), also: &[] };
        call.header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
    }

    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// What distinguishes two GETs in the cache: URL, accepted form and range.
    pub fn cache_key(&self) -> Option<String> {
        let part = |name| self.headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok()).unwrap_or_default();
        (self.method == Method::GET).then(|| format!("{} {} {}", self.url, part(header::ACCEPT), part(header::RANGE)))
    }
}
