//! Heroku's pagination: `Range` in the request; 206 and `Next-Range` in the answer while there is more.

use serde_json::Value;

use super::answers::error;
use crate::http::{Call, Reply};

struct Range {
    /// Inclusive unless it begins with `]`.
    from: Option<(String, bool)>,
    to: Option<String>,
    max: usize,
    descending: bool,
}

/// Only the elements of the page are rendered: a page of 10 out of 10,000 renders ten.
pub(super) fn page(
    call: &Call,
    field: &str,
    mut items: Vec<usize>,
    key: impl Fn(&usize) -> Value,
    view: impl Fn(&usize) -> Value,
) -> Reply {
    let Some(range) = parse(call.header("range"), field) else {
        return error(416, "requested_range_not_satisfiable", "Invalid Range header.");
    };
    if range.descending {
        items.reverse();
    }
    let before = |a: &Value, b: &str| -> std::cmp::Ordering {
        match (a.as_i64(), b.parse::<i64>()) {
            (Some(a), Ok(b)) => a.cmp(&b),
            _ => a.as_str().unwrap_or("").cmp(b),
        }
    };
    let directed = |o: std::cmp::Ordering| if range.descending { o.reverse() } else { o };
    if let Some((from, exclusive)) = &range.from {
        items.retain(|i| {
            let order = directed(before(&key(i), from));
            order.is_gt() || (!exclusive && order.is_eq())
        });
    }
    if let Some(to) = &range.to {
        items.retain(|i| !directed(before(&key(i), to)).is_gt());
    }
    let more = items.len() > range.max;
    items.truncate(range.max);
    let text = |i: &usize| match key(i) {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let body: Value = items.iter().map(&view).collect();
    let reply = Reply::json(if more { 206 } else { 200 }, &body).with("Accept-Ranges", format!("id, {field}"));
    let (Some(first), Some(last)) = (items.first(), items.last()) else { return reply };
    let order = if range.descending { ", order=desc" } else { "" };
    let reply = reply.with("Content-Range", format!("{field} {}..{}", text(first), text(last)));
    match more {
        true => reply.with("Next-Range", format!("{field} ]{}..; max={}{order}", text(last), range.max)),
        false => reply,
    }
}

/// Parses `version ]1840..; max=10, order=desc`. None: no valid range of this list.
fn parse(header: Option<&str>, field: &str) -> Option<Range> {
    let mut range = Range { from: None, to: None, max: 200, descending: false };
    let Some(header) = header else { return Some(range) };
    let (span, options) = header.split_once(';').unwrap_or((header, ""));
    let (name, bounds) = span.trim().split_once(' ').unwrap_or((span.trim(), ".."));
    if name != field && name != "id" {
        return None;
    }
    let (from, to) = bounds.trim().split_once("..")?;
    let from = from.trim();
    if !from.is_empty() {
        range.from = Some((from.trim_start_matches(']').to_owned(), from.starts_with(']')));
    }
    let to = to.trim();
    range.to = (!to.is_empty()).then(|| to.trim_end_matches('[').to_owned());
    for option in options.split([',', ';']) {
        match option.trim().split_once('=') {
            Some(("max", n)) => range.max = n.trim().parse().ok().filter(|n| (1..=1000).contains(n))?,
            Some(("order", o)) => range.descending = o.trim() == "desc",
            _ => {}
        }
    }
    Some(range)
}
