//! Answers that every route of GitHub gives.

use serde_json::json;

use crate::http::Reply;

/// The answer where no route matches the call.
pub(super) fn no_route() -> Reply {
    not_found().by_no_route()
}

pub(super) fn not_found() -> Reply {
    let url = "https://docs.github.com/rest";
    Reply::json(404, &json!({"message": "Not Found", "documentation_url": url, "status": "404"}))
}
