//! A request as the vendors' handlers take it.

use axum::http::request::Parts;
use bytes::Bytes;

use crate::http::{Call, Vendor, parse_query, percent_decode};
use crate::{circleci, github, heroku};

/// From the request's target, else from `Host`; `check_access` has checked both.
fn named_host(parts: &Parts) -> Option<String> {
    let of_target = parts.uri.authority().map(|authority| authority.as_str().to_owned());
    of_target.or_else(|| parts.headers.get("host").and_then(|value| value.to_str().ok()).map(str::to_owned))
}

pub(crate) fn read_call(vendor: Vendor, parts: &Parts, body: Bytes) -> Call {
    let raw = parts.uri.path();
    // The slashes of a project slug may be encoded or not.
    let whole = if matches!(vendor, Vendor::Circleci | Vendor::Logs) { percent_decode(raw) } else { raw.to_owned() };
    let segments = whole.split('/').filter(|s| !s.is_empty()).map(percent_decode).collect();
    let mut call = Call {
        vendor,
        method: parts.method.to_string(),
        host: named_host(parts),
        path: raw.to_owned(),
        segments,
        query: parse_query(parts.uri.query().unwrap_or("")),
        headers: parts.headers.clone(),
        body,
        kind: String::new(),
        operations: Vec::new(),
        mutations: Vec::new(),
        changes: Vec::new(),
        stale_seconds: None,
        lag_seconds: None,
    };
    match vendor {
        Vendor::Github => github::describe(&mut call),
        Vendor::Circleci => circleci::describe(&mut call),
        Vendor::Heroku => heroku::describe(&mut call),
        Vendor::Logs => call.kind = "GET /output".into(),
        Vendor::Elsewhere => call.kind = format!("{} {}", call.method, call.path),
        Vendor::Control => {}
    }
    call
}
