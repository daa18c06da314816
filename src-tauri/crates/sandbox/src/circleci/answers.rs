//! Answers that every route of CircleCI gives.

use serde_json::{Value, json};

use crate::http::{Call, Reply};

pub(super) fn not_found(message: &str) -> Reply {
    Reply::json(404, &json!({"message": message}))
}

const PAGE: usize = 20;

/// v2's pages: `items`, `next_page_token` → `?page-token=`.
pub(super) fn page(call: &Call, items: Vec<usize>, view: impl Fn(&usize) -> Value) -> Reply {
    let from = match call.param("page-token").filter(|t| !t.is_empty()) {
        None => 0,
        Some(token) => match token.strip_prefix("AARLwwV").and_then(|n| n.parse().ok()) {
            Some(from) => from,
            None => return Reply::json(400, &json!({"message": "Invalid page token."})),
        },
    };
    let next = (from + PAGE < items.len()).then(|| format!("AARLwwV{}", from + PAGE));
    let shown: Vec<Value> = items.iter().skip(from).take(PAGE).map(view).collect();
    Reply::json(200, &json!({"items": shown, "next_page_token": next}))
}
