//! Heroku's answers to what it refuses.

use serde_json::json;

use crate::http::Reply;

/// The answer where no route matches the call.
pub(crate) fn no_route() -> Reply {
    error(
        404,
        "not_found",
        "The requested API endpoint was not found. Are you using the right HTTP verb (i.e. `GET` vs. `POST`), and did you specify your intended version with the `Accept` header?",
    )
    .by_no_route()
}

pub(crate) fn error(status: u16, id: &str, message: &str) -> Reply {
    Reply::json(
        status,
        &json!({"id": id, "message": message, "url": format!("https://devcenter.heroku.com/articles/platform-api-reference#{id}")}),
    )
}
