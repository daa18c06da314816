//! Limits and clocks: the vendors' refusals, empty budgets, and headers of a clock that is wrong.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response};
use serde_json::{Value, json};

use super::body::bytes_of;
use crate::http::{Call, Reply, Vendor};
use crate::world::wall_ms;

/// The headers in which a reset is a point in time.
const RESETS: [&str; 3] = ["x-ratelimit-reset", "ratelimit-reset", "retry-after"];
/// A smaller number is a duration and not a point in time.
const AN_INSTANT: i64 = 1_000_000_000;

/// The vendor's answer when an hour's budget is empty. GitHub's GraphQL reports it inside a 200.
pub(super) fn refusal(call: &Call) -> Reply {
    let graphql = call.vendor == Vendor::Github && call.kind.starts_with("POST /graphql");
    match call.vendor {
        Vendor::Github if graphql => {
            Reply::json(200, &json!({"errors": [{"type": "RATE_LIMITED", "message": "API rate limit already exceeded for user ID 1."}]}))
        }
        Vendor::Github => Reply::json(
            403,
            &json!({
                "message": "API rate limit exceeded for user ID 1.",
                "documentation_url": "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api",
            }),
        ),
        Vendor::Heroku => Reply::json(
            429,
            &json!({"id": "rate_limit", "message": "Your account reached the API rate limit. Please wait a few minutes before making new requests."}),
        ),
        Vendor::Circleci | Vendor::Logs | Vendor::Control | Vendor::Elsewhere => {
            Reply::json(429, &json!({"message": "Too many requests."}))
        }
    }
}

/// Sets `remaining: 0` in the vendor's own headers. Heroku sends no reset; CircleCI's is in seconds.
pub(super) fn empty(call: &Call, reset_in: i64, headers: &mut HeaderMap) {
    let mut set = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    match call.vendor {
        Vendor::Github => {
            let graphql = call.kind.starts_with("POST /graphql");
            set("x-ratelimit-limit", "5000".into());
            set("x-ratelimit-remaining", "0".into());
            set("x-ratelimit-used", "5000".into());
            set("x-ratelimit-reset", (wall_ms() / 1000 + reset_in).to_string());
            set("x-ratelimit-resource", if graphql { "graphql".into() } else { "core".into() });
        }
        Vendor::Heroku => set("ratelimit-remaining", "0".into()),
        Vendor::Circleci | Vendor::Logs | Vendor::Control | Vendor::Elsewhere => {
            set("x-ratelimit-remaining", "0".into());
            set("x-ratelimit-reset", reset_in.max(0).to_string());
        }
    }
}

/// Sets the vendor's clock `seconds` ahead: its `Date`, and each header that has a point in time.
pub(super) async fn skewed(response: Response<Body>, seconds: i64) -> Response<Body> {
    let (mut parts, bytes) = bytes_of(response).await;
    let date = jiff::Timestamp::from_second(wall_ms() / 1000 + seconds).unwrap_or_default();
    if let Ok(value) = HeaderValue::try_from(date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()) {
        parts.headers.insert("date", value);
    }
    for name in RESETS {
        let told = parts.headers.get(name).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<i64>().ok());
        if let Some(at) = told.filter(|at| *at >= AN_INSTANT)
            && let Ok(value) = HeaderValue::try_from((at + seconds).to_string())
        {
            parts.headers.insert(name, value);
        }
    }
    let body = match serde_json::from_slice::<Value>(&bytes) {
        Ok(mut value) => match value.pointer_mut("/data/rateLimit/resetAt") {
            Some(at) => {
                let told: Option<jiff::Timestamp> = at.as_str().and_then(|t| t.parse().ok());
                let moved = told.and_then(|t| jiff::Timestamp::from_second(t.as_second() + seconds).ok());
                *at = moved.map_or(Value::Null, |t| json!(t.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()));
                Body::from(serde_json::to_vec(&value).unwrap_or_default())
            }
            None => Body::from(bytes),
        },
        Err(_) => Body::from(bytes),
    };
    Response::from_parts(parts, body)
}
