//! A request as the vendors' handlers see it, and their answer.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use bytes::Bytes;
use serde_json::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vendor {
    Github,
    Circleci,
    /// The port of CircleCI's step logs, which must not be sent credentials.
    Logs,
    Heroku,
    Control,
    /// Another host, to which redirects and foreign pages lead: nothing may be sent to it.
    Elsewhere,
}

impl Vendor {
    pub fn name(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Circleci => "circleci",
            Self::Logs => "circleci_logs",
            Self::Heroku => "heroku",
            Self::Control => "control",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// A change that a vendor is asked for: `merge` of `acme/storefront#412`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mutation {
    pub kind: String,
    pub target: String,
}

pub(crate) fn mutation(kind: &str, target: impl Into<String>) -> Vec<Mutation> {
    vec![Mutation { kind: kind.into(), target: target.into() }]
}

#[derive(Debug, Clone)]
pub struct Call {
    pub vendor: Vendor,
    pub method: String,
    /// The host that the call names.
    pub host: Option<String>,
    pub path: String,
    pub segments: Vec<String>,
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// The call's template, such as `GET /apps/{app}/releases`.
    pub kind: String,
    /// GraphQL's operation name and root fields.
    pub operations: Vec<String>,
    pub mutations: Vec<Mutation>,
    /// The numbers of these changes in the request log.
    pub changes: Vec<u64>,
    /// Answer from the world as it was before the last change, if that is younger than this.
    pub stale_seconds: Option<f64>,
    /// Answer from the world as it was this long ago.
    pub lag_seconds: Option<f64>,
}

impl Call {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }

    pub fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str())
    }

    pub fn route(&self) -> Vec<&str> {
        self.segments.iter().map(String::as_str).collect()
    }

    pub fn json(&self) -> Option<Value> {
        if self.body.is_empty() { Some(Value::Null) } else { serde_json::from_slice(&self.body).ok() }
    }

    /// The token from `Bearer`, `token` or `Basic` (either half).
    pub fn authorized(&self, token: &str) -> bool {
        let Some((scheme, value)) = self.header("authorization").and_then(|v| v.split_once(' ')) else { return false };
        match scheme.to_ascii_lowercase().as_str() {
            "bearer" | "token" => value.trim() == token,
            "basic" => {
                let plain = base64(value.trim()).and_then(|b| String::from_utf8(b).ok()).unwrap_or_default();
                plain.split_once(':').is_some_and(|(user, password)| user == token || password == token)
            }
            _ => false,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub content_type: &'static str,
    /// Mutations that took effect.
    pub applied: Vec<Mutation>,
    /// No route matched the call; see [`crate::operations`].
    pub unrouted: bool,
}

impl Reply {
    pub fn json(status: u16, value: &Value) -> Self {
        let body = serde_json::to_vec(value).unwrap_or_default();
        Self { status, headers: Vec::new(), body, content_type: "application/json; charset=utf-8", applied: Vec::new(), unrouted: false }
    }

    pub fn text(status: u16, text: impl Into<String>) -> Self {
        let body = text.into().into_bytes();
        Self { status, headers: Vec::new(), body, content_type: "text/plain; charset=utf-8", applied: Vec::new(), unrouted: false }
    }

    pub fn by_no_route(mut self) -> Self {
        self.unrouted = true;
        self
    }

    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.push((name.into(), value.to_string()));
        self
    }

    pub fn applying(mut self, call: &Call) -> Self {
        self.applied = call.mutations.clone();
        self
    }

    /// Adds an ETag to a 200 (or 206) of a GET, and makes it a 304 if the caller has that ETag.
    pub fn conditional(mut self, call: &Call, weak: bool) -> Self {
        if call.method != "GET" || !matches!(self.status, 200 | 206) {
            return self;
        }
        let tag = format!("{}\"{:032x}\"", if weak { "W/" } else { "" }, digest(&self.body));
        let bare = |t: &str| t.trim().trim_start_matches("W/").to_owned();
        let known = call.header("if-none-match").is_some_and(|v| v.split(',').any(|t| bare(t) == bare(&tag)));
        if known {
            self.status = 304;
            self.body.clear();
        }
        self.with("ETag", tag)
    }

    pub fn into_response(self) -> Response<axum::body::Body> {
        let mut response = Response::new(axum::body::Body::from(self.body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if self.status != 304 {
            headers.insert("content-type", HeaderValue::from_static(self.content_type));
        }
        for (name, value) in self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                headers.append(name, value);
            }
        }
        response
    }
}

/// FNV-1a over 128 bits: equal bodies have equal ETags, which is all that is needed.
fn digest(bytes: &[u8]) -> u128 {
    let start = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128;
    bytes.iter().fold(start, |hash, b| (hash ^ u128::from(*b)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b))
}

pub(crate) fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut n) = (Vec::with_capacity(bytes.len()), 0);
    while n < bytes.len() {
        let hex = (bytes[n] == b'%').then(|| text.get(n + 1..n + 3)).flatten();
        match hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                n += 3;
            }
            None => {
                out.push(bytes[n]);
                n += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

pub(crate) fn parse_query(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|p| !p.is_empty());
    let decode = |text: &str| percent_decode(&text.replace('+', " "));
    pairs.map(|p| p.split_once('=').unwrap_or((p, ""))).map(|(k, v)| (decode(k), decode(v))).collect()
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in text.bytes().filter(|b| *b != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
        }
    }
    Some(out)
}
