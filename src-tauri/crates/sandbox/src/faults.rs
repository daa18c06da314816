//! Faults, switched on by rules: one layer around every vendor.
//!
//! A rule says which calls it hits and what befalls them. All that is given must match:
//! `vendor` (`github`, `circleci`, `circleci_logs`, `heroku`), `method`, `path` (`*` stands for
//! anything), `operation` (a GraphQL operation or root field, or a kind as in `GET /truth`).
//! `after` matching calls pass untouched; then `count` calls are hit (absent: all).
//!
//! | kind | what happens |
//! |---|---|
//! | `status` | `code`, `body` (JSON or text), `headers`; the vendor never sees the call |
//! | `hang_before` / `hang_after` | received (applied, for after); no answer ever comes |
//! | `swallow` | the call is lost on the way: not counted, no answer |
//! | `reset_before` / `reset_after` | the connection ends with no answer |
//! | `latency` | `ms` later |
//! | `stale` | reads answer the world before the last change while that is younger than `seconds` |
//! | `truncate` | the body ends half way |
//! | `html` / `garbage` | a 200 with a page, or with bytes, instead of the answer |
//! | `slow_body` | a byte a second |
//! | `unauthorized` | the vendor's 401 |
//! | `rate_limited` | the vendor's limit; `retry_after` seconds when given |

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response};
use axum::middleware::Next;
use bytes::Bytes;
use futures::stream;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::http::{Call, Reply, Vendor};
use crate::server::{Shared, read_call};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rule {
    #[serde(default)]
    pub id: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    #[serde(default)]
    pub after: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    #[serde(flatten)]
    pub fault: Fault,
    #[serde(default)]
    pub seen: u64,
    #[serde(default)]
    pub fired: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    Status {
        code: u16,
        #[serde(default)]
        body: Value,
        #[serde(default)]
        headers: Map<String, Value>,
    },
    HangBefore,
    HangAfter,
    Swallow,
    ResetBefore,
    ResetAfter,
    Latency {
        ms: u64,
    },
    Stale {
        seconds: f64,
    },
    Truncate,
    Html,
    Garbage,
    SlowBody,
    Unauthorized,
    RateLimited {
        #[serde(default)]
        retry_after: Option<u64>,
    },
}

#[derive(Debug, Default)]
pub struct Faults {
    pub rules: Vec<Rule>,
    next: u64,
}

impl Faults {
    /// A rule, a list of rules, or `{"rules": […]}`.
    pub fn add(&mut self, value: Value) -> Result<Vec<u64>, String> {
        let value = match value {
            Value::Object(mut o) if o.contains_key("rules") => o.remove("rules").unwrap_or_default(),
            other => other,
        };
        let list = if value.is_array() { value } else { json!([value]) };
        let rules: Vec<Rule> = serde_json::from_value(list).map_err(|e| e.to_string())?;
        let mut ids = Vec::new();
        for mut rule in rules {
            self.next += 1;
            (rule.id, rule.seen, rule.fired) = (self.next, 0, 0);
            ids.push(rule.id);
            self.rules.push(rule);
        }
        Ok(ids)
    }

    pub fn snapshots(&self) -> bool {
        self.rules.iter().any(|r| matches!(r.fault, Fault::Stale { .. }))
    }

    /// Every rule that hits this call, in the order they were added.
    fn hit(&mut self, call: &Call) -> Vec<Fault> {
        let mut faults = Vec::new();
        for rule in self.rules.iter_mut().filter(|r| r.matches(call)) {
            rule.seen += 1;
            if rule.seen > rule.after && rule.count.is_none_or(|n| rule.fired < n) {
                rule.fired += 1;
                faults.push(rule.fault.clone());
            }
        }
        faults
    }
}

impl Rule {
    fn matches(&self, call: &Call) -> bool {
        let same = |want: &Option<String>, is: &str| want.as_ref().is_none_or(|w| w.eq_ignore_ascii_case(is));
        same(&self.vendor, call.vendor.name())
            && same(&self.method, &call.method)
            && self.path.as_ref().is_none_or(|glob| fits(glob, &call.path))
            && self.operation.as_ref().is_none_or(|o| call.operations.contains(o) || call.kind == *o)
    }
}

/// `*` stands for any text, slashes too.
fn fits(glob: &str, path: &str) -> bool {
    let Some((head, rest)) = glob.split_once('*') else { return glob == path };
    let Some(path) = path.strip_prefix(head) else { return false };
    (0..=path.len()).filter(|n| path.is_char_boundary(*n)).any(|n| fits(rest, &path[n..]))
}

/// Reads the call, lets the rules befall it, and counts what the vendor received.
pub async fn layer(State((shared, vendor)): State<(Arc<Shared>, Vendor)>, request: Request, next: Next) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, 4 << 20).await else {
        return Reply::text(413, "too large").into_response();
    };
    let mut call = read_call(vendor, &parts, body);
    let faults = match vendor {
        Vendor::Control => Vec::new(),
        _ => shared.faults.lock().expect("the rules' lock is never poisoned").hit(&call),
    };
    if faults.iter().any(|f| matches!(f, Fault::Swallow)) {
        return std::future::pending().await;
    }
    let _in_flight = (vendor != Vendor::Control).then(|| crate::ledger::receive(&shared.ledger, &call));
    for fault in &faults {
        match fault {
            Fault::HangBefore => return std::future::pending().await,
            Fault::ResetBefore => return reset(),
            Fault::Latency { ms } => tokio::time::sleep(Duration::from_millis(*ms)).await,
            Fault::Stale { seconds } => call.stale_seconds = Some(*seconds),
            Fault::Status { code, body, headers } => return status(*code, body, headers),
            Fault::Unauthorized => return shared.unauthorized(vendor).into_response(),
            Fault::RateLimited { retry_after } => return shared.rate_limited(vendor, *retry_after).into_response(),
            _ => {}
        }
    }
    let mut request = Request::from_parts(parts, Body::empty());
    request.extensions_mut().insert(Arc::new(call));
    let mut response = next.run(request).await;
    for fault in faults {
        match fault {
            Fault::HangAfter => return std::future::pending().await,
            Fault::ResetAfter => return reset(),
            Fault::Truncate => response = truncated(response).await,
            Fault::Html => {
                response =
                    page("text/html; charset=utf-8", "<!doctype html><title>Unicorn!</title><p>We had issues producing the response.");
            }
            Fault::Garbage => response = page("application/json", "\u{1}\u{2}{]\u{fffd}garbage"),
            Fault::SlowBody => response = slow(response).await,
            _ => {}
        }
    }
    response
}

fn status(code: u16, body: &Value, headers: &Map<String, Value>) -> Response<Body> {
    let mut reply = match body {
        Value::String(text) => Reply::text(code, text),
        Value::Null => Reply::text(code, ""),
        json => Reply::json(code, json),
    };
    for (name, value) in headers {
        reply = reply.with(name, value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    reply.into_response()
}

/// hyper closes the connection, headers unsent, when a body fails before its first byte.
fn reset() -> Response<Body> {
    Response::new(Body::from_stream(stream::iter([Err::<Bytes, _>(std::io::Error::other("reset"))])))
}

fn page(content_type: &'static str, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    response.headers_mut().insert("content-type", HeaderValue::from_static(content_type));
    response
}

async fn bytes_of(response: Response<Body>) -> (axum::http::response::Parts, Bytes) {
    let (parts, body) = response.into_parts();
    (parts, axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default())
}

/// Says the whole length, sends half, and closes.
async fn truncated(response: Response<Body>) -> Response<Body> {
    let (mut parts, bytes) = bytes_of(response).await;
    parts.headers.insert("content-length", HeaderValue::from(bytes.len()));
    let half = bytes.slice(..bytes.len() / 2);
    let chunks = stream::unfold(Some(half), |state| async move {
        match state {
            Some(half) if !half.is_empty() => Some((Ok(half), Some(Bytes::new()))),
            Some(_) => {
                // Lets the half be flushed before the connection ends.
                tokio::time::sleep(Duration::from_millis(20)).await;
                Some((Err(std::io::Error::other("truncated")), None))
            }
            None => None,
        }
    });
    Response::from_parts(parts, Body::from_stream(chunks))
}

async fn slow(response: Response<Body>) -> Response<Body> {
    let (parts, bytes) = bytes_of(response).await;
    let chunks = stream::unfold(bytes, |mut bytes| async move {
        if bytes.is_empty() {
            return None;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        let byte = bytes.split_to(1);
        Some((Ok::<_, std::io::Error>(byte), bytes))
    });
    Response::from_parts(parts, Body::from_stream(chunks))
}
