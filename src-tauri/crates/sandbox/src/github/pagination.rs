//! Pages of lists.

use serde_json::{Value, json};

use crate::http::{Call, Reply};

/// Selects a page by `page` and `per_page`, with `Link`.
pub(super) fn page(call: &Call, url: &str, items: Vec<Value>) -> Reply {
    let number = |name: &str, default: usize| call.param(name).and_then(|v| v.parse().ok()).unwrap_or(default);
    let per = number("per_page", 30).clamp(1, 100);
    let page = number("page", 1).max(1);
    let last = items.len().div_ceil(per).max(1);
    let shown: Vec<Value> = items.into_iter().skip((page - 1) * per).take(per).collect();
    let reply = Reply::json(200, &Value::Array(shown));
    match link(call, url, page, last) {
        Some(link) => reply.with("Link", link),
        None => reply,
    }
}

pub(super) fn link(call: &Call, url: &str, page: usize, last: usize) -> Option<String> {
    let address = |n: usize| {
        let kept = call.query.iter().filter(|(k, _)| k != "page").map(|(k, v)| format!("{k}={}&", v.replace(' ', "%20")));
        format!("{url}{}?{}page={n}", call.path, kept.collect::<String>())
    };
    let mut parts = Vec::new();
    if page > 1 {
        parts.push(format!("<{}>; rel=\"prev\"", address(page - 1)));
    }
    if page < last {
        parts.push(format!("<{}>; rel=\"next\"", address(page + 1)));
        parts.push(format!("<{}>; rel=\"last\"", address(last)));
    }
    if page > 1 {
        parts.push(format!("<{}>; rel=\"first\"", address(1)));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// A page of a list, with how many there are.
pub(super) fn wrapped(call: &Call, url: &str, name: &str, items: Vec<Value>) -> Reply {
    let total = items.len();
    let page = page(call, url, items);
    let items: Value = serde_json::from_slice(&page.body).unwrap_or_default();
    Reply { headers: page.headers, ..Reply::json(200, &json!({"total_count": total, name: items})) }
}
