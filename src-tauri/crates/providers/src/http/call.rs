//! One request and its answer.

use super::account::AccountClient;
use super::cache::Kept;
use super::words;
use crate::error::{ReadError, SendError};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Which way a request goes that came through octocrab: [`AccountClient::read`] or
/// [`AccountClient::write`]. A GraphQL query is a POST that reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Changes nothing: may be tried again.
    Read,
    /// Sent exactly once.
    Write,
}

#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    /// Statuses beside 2xx that the caller wants as an answer, not as an error.
    pub(crate) also: &'static [u16],
}

impl Call {
    pub(crate) fn get(url: impl Into<String>) -> Self {
        Self { method: Method::GET, url: url.into(), headers: HeaderMap::new(), body: None, also: &[] }
    }

    pub(crate) fn write(method: Method, url: impl Into<String>, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).unwrap_or_default();
        let call = Self { method, url: url.into(), headers: HeaderMap::new(), body: Some(body.into()), also: &[] };
        call.header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
    }

    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// What tells two GETs apart: where, in which form, and which range.
    pub(crate) fn cache_key(&self) -> Option<String> {
        let part = |name| self.headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok()).unwrap_or_default();
        (self.method == Method::GET).then(|| format!("{} {} {}", self.url, part(header::ACCEPT), part(header::RANGE)))
    }
}

/// A whole answer: 2xx, or one of the statuses the call asked for.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Keeps the answer for conditional requests once it has proved readable.
    pub(crate) slot: Option<Slot>,
    pub(crate) account: AccountClient,
}

/// A place in the account's cache, filled after decoding.
#[derive(Clone)]
pub(crate) struct Slot {
    pub(crate) account: AccountClient,
    pub(crate) key: String,
}

impl Slot {
    pub(crate) fn keep(self, status: StatusCode, headers: &HeaderMap, body: &Bytes) {
        if let Some(kept) = Kept::new(status, headers, body) {
            self.account.keep(self.key, kept);
        }
    }
}

impl Answer {
    /// Reads the body as JSON. Only then may it serve later conditional requests.
    pub(crate) fn decode<T: DeserializeOwned>(self) -> Result<T, ReadError> {
        let value = serde_json::from_slice(&self.body).map_err(|error| ReadError::Garbled(words::garbled(self.account.kind(), &error)))?;
        if let Some(slot) = self.slot {
            slot.keep(self.status, &self.headers, &self.body);
        }
        Ok(value)
    }

    /// The same, never kept: the body holds what must not outlive its reading.
    pub(crate) fn decode_once<T: DeserializeOwned>(self) -> Result<T, ReadError> {
        Self { slot: None, ..self }.decode()
    }

    /// The same for the answer to a write: what cannot be read may have happened.
    pub(crate) fn decode_sent<T: DeserializeOwned>(self) -> Result<T, SendError> {
        serde_json::from_slice(&self.body).map_err(|error| SendError::Lost(words::garbled(self.account.kind(), &error)))
    }
}
