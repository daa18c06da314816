//! Pages that never end, or lead to another host; redirects.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use super::content::changed;
use crate::http::{Call, Reply, Vendor};

/// Makes every page its own next page: in `Link`, `Next-Range`, `next_page_token` and `pageInfo`.
pub(super) async fn looping(response: Response<Body>, call: &Call, url: &str) -> Response<Body> {
    let list = call.method == "GET";
    let mut response = changed(response, |value| turn_round(value, call)).await;
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    match call.vendor {
        Vendor::Github if list => set("link", format!("<{url}{}{}>; rel=\"next\"", call.path, query(call))),
        Vendor::Heroku if list && call.header("range").is_some() => {
            set("next-range", call.header("range").unwrap_or_default().to_owned());
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        }
        _ => {}
    }
    response
}

/// Makes `Link` name a next page on another host.
pub(super) fn foreign(mut response: Response<Body>, call: &Call, elsewhere: &str) -> Response<Body> {
    if let Ok(link) = HeaderValue::try_from(format!("<{elsewhere}{}{}>; rel=\"next\"", call.path, query(call))) {
        response.headers_mut().insert("link", link);
    }
    response
}

fn query(call: &Call) -> String {
    let pairs: Vec<String> = call.query.iter().map(|(k, v)| format!("{k}={}", v.replace(' ', "%20").replace('&', "%26"))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

fn turn_round(value: &mut Value, call: &Call) {
    // The token and the cursor of the first page; the vendor accepts both.
    if let Some(token) = value.get_mut("next_page_token") {
        *token = json!(call.param("page-token").unwrap_or("AARLwwV0"));
    }
    let after = call.json().and_then(|body| body["variables"]["after"].as_str().map(str::to_owned));
    turn_pages(value, after.as_deref());
}

fn turn_pages(value: &mut Value, after: Option<&str>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                if key == "pageInfo" && member.is_object() {
                    let cursor = after.or(member["endCursor"].as_str()).unwrap_or("Y3Vyc29yOg0").to_owned();
                    member["hasNextPage"] = json!(true);
                    member["endCursor"] = json!(cursor);
                } else {
                    turn_pages(member, after);
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| turn_pages(element, after)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The target of a redirect. On the same host: the same call with a mark, so that it is answered.
pub(super) fn redirect(call: &Call, code: u16, to: &str, url: &str, elsewhere: &str) -> Reply {
    let location = match to {
        "same" => {
            let query = query(call);
            let mark = if query.is_empty() { "?" } else { "&" };
            format!("{url}{}{query}{mark}redirected=1", call.path)
        }
        "other" => format!("{elsewhere}{}{}", call.path, query(call)),
        told => told.to_owned(),
    };
    let message = if code == 301 { "Moved Permanently" } else { "Found" };
    Reply::json(code, &json!({"message": message, "url": location})).with("Location", location)
}
