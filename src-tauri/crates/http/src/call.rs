//! One request.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde::Serialize;

/// Which way a request goes that came through octocrab: [`AccountClient::read`] or
/// [`AccountClient::write`]. A GraphQL query is a POST that reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Changes nothing: may be tried again.
    Read,
    /// The same, but where a gateway gave up the caller asks for less.
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
    /// Statuses beside 2xx that the caller wants as an answer, not as an error.
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

    /// What tells two GETs apart: where, in which form, and which range.
    pub fn cache_key(&self) -> Option<String> {
        let part = |name| self.headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok()).unwrap_or_default();
        (self.method == Method::GET).then(|| format!("{} {} {}", self.url, part(header::ACCEPT), part(header::RANGE)))
    }
}
