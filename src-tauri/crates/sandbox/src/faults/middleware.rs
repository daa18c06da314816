//! Reads a call, applies the rules to it, and counts what the vendor received.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use axum::middleware::Next;
use serde_json::{Value, json};

use super::kinds::{Answer, Fault, Gateway};
use super::{body, content, limits, paging};
use crate::http::{Call, Reply, Vendor};
use crate::read_call::read_call;
use crate::state::Shared;

/// The largest request body that a vendor accepts.
const LARGEST_REQUEST: usize = 4 << 20;

pub async fn apply_faults(State((shared, vendor)): State<(Arc<Shared>, Vendor)>, request: Request, next: Next) -> Response<Body> {
    let (parts, request_body) = request.into_parts();
    let Ok(request_body) = axum::body::to_bytes(request_body, LARGEST_REQUEST).await else {
        return Reply::text(413, "too large").into_response();
    };
    let mut call = read_call(vendor, &parts, request_body);
    let faults = match vendor {
        Vendor::Control | Vendor::Elsewhere => Vec::new(),
        Vendor::Github | Vendor::Circleci | Vendor::Logs | Vendor::Heroku => {
            shared.faults.lock().expect("the rules' lock is never poisoned").hit(&call)
        }
    };
    if faults.iter().any(|(_, fault)| *fault == Fault::Swallow) {
        return std::future::pending().await;
    }
    let asked = (!call.mutations.is_empty()).then(|| shared.asked(&call));
    let _in_flight = (vendor != Vendor::Control).then(|| crate::request_log::receive(&shared.request_log, &mut call, asked));
    let mut answered = None;
    for (rule, fault) in &faults {
        match before(&shared, &mut call, *rule, fault).await {
            Before::Goes => {}
            Before::Answered(reply) => {
                answered = Some(reply.into_response());
                break;
            }
            Before::Ends(response) => return response,
        }
    }
    let call = Arc::new(call);
    let mut response = match answered {
        Some(response) => response,
        None => {
            let mut request = Request::from_parts(parts, Body::empty());
            request.extensions_mut().insert(call.clone());
            next.run(request).await
        }
    };
    // Faults of the transmission are applied last, because they damage the body.
    for (rule, fault) in faults.iter().filter(|(_, f)| !f.spoils_the_wire()) {
        response = after(&shared, &call, *rule, fault, response).await;
    }
    for (_, fault) in faults.iter().filter(|(_, f)| f.spoils_the_wire()) {
        response = spoil(fault, response).await;
    }
    response
}

enum Before {
    Goes,
    Answered(Reply),
    /// Whether no further fault can be applied.
    Ends(Response<Body>),
}

async fn before(shared: &Shared, call: &mut Call, rule: u64, fault: &Fault) -> Before {
    let vendor = call.vendor;
    let reply = match fault {
        Fault::HangBefore => return std::future::pending().await,
        Fault::ResetBefore => return Before::Ends(body::reset()),
        Fault::Latency { ms } => {
            tokio::time::sleep(Duration::from_millis(*ms)).await;
            return Before::Goes;
        }
        Fault::Stale { seconds } => {
            call.stale_seconds = Some(*seconds);
            return Before::Goes;
        }
        Fault::Lag { seconds } => {
            call.lag_seconds = Some(*seconds);
            return Before::Goes;
        }
        Fault::ActBefore { verbs } => {
            others_act(shared, rule, verbs);
            return Before::Goes;
        }
        Fault::DeliverLate { seconds, answer } => {
            let world = shared.now();
            let due = world.now + world.span(*seconds);
            drop(world);
            shared.late.hold(due, call.clone());
            match answer {
                Gateway::Reset => return Before::Ends(body::reset()),
                Gateway::Timeout => Reply::text(504, "upstream request timeout"),
            }
        }
        Fault::Status(answer) => given(answer),
        Fault::Unauthorized => shared.unauthorized(vendor),
        Fault::RateLimited { retry_after } => shared.rate_limited(vendor, *retry_after),
        Fault::Exhausted { refuse: true, .. } => limits::refusal(call),
        Fault::Redirect { code, to } => paging::redirect(call, *code, to, shared.url(vendor), shared.url(Vendor::Elsewhere)),
        Fault::HugeBody(huge) => return Before::Ends(body::endless(*huge)),
        Fault::Bomb(huge) => return Before::Ends(body::bomb(*huge).await),
        Fault::StatusAfter(_)
        | Fault::HangAfter
        | Fault::Swallow
        | Fault::ActAfter { .. }
        | Fault::ResetAfter
        | Fault::SlowBody { .. }
        | Fault::Truncate
        | Fault::Html
        | Fault::Garbage
        | Fault::UnknownValues { .. }
        | Fault::Nulls { .. }
        | Fault::Texts { .. }
        | Fault::Partial { .. }
        | Fault::PaginationLoop
        | Fault::PaginationForeign
        | Fault::Exhausted { refuse: false, .. }
        | Fault::ClockSkew { .. } => return Before::Goes,
    };
    Before::Answered(reply)
}

async fn after(shared: &Shared, call: &Call, rule: u64, fault: &Fault, response: Response<Body>) -> Response<Body> {
    match fault {
        Fault::StatusAfter(answer) => given(answer).into_response(),
        Fault::ActAfter { verbs } => {
            others_act(shared, rule, verbs);
            response
        }
        Fault::Html => {
            body::page("text/html; charset=utf-8", "<!doctype html><title>Unicorn!</title><p>We had issues producing the response.")
        }
        Fault::Garbage => body::page("application/json", "\u{1}\u{2}{]\u{fffd}garbage"),
        Fault::UnknownValues { fields } => content::changed(response, |value| content::unknown_values(value, fields)).await,
        Fault::Nulls { fields, share, draw } => content::changed(response, |value| content::nulls(value, fields, *share, *draw)).await,
        Fault::Texts { fields } => content::changed(response, |value| content::texts(value, fields)).await,
        Fault::Partial { paths, of_type, message } => {
            content::changed(response, |value| content::partial(value, paths, of_type, message)).await
        }
        Fault::PaginationLoop => paging::looping(response, call, shared.url(call.vendor)).await,
        Fault::PaginationForeign => paging::foreign(response, call, shared.url(Vendor::Elsewhere)),
        Fault::Exhausted { reset_in, .. } => {
            let mut response = response;
            limits::empty(call, *reset_in, response.headers_mut());
            response
        }
        Fault::ClockSkew { seconds } => limits::skewed(response, *seconds).await,
        Fault::Status(_)
        | Fault::ActBefore { .. }
        | Fault::DeliverLate { .. }
        | Fault::HangBefore
        | Fault::HangAfter
        | Fault::Swallow
        | Fault::ResetBefore
        | Fault::ResetAfter
        | Fault::Truncate
        | Fault::SlowBody { .. }
        | Fault::Latency { .. }
        | Fault::HugeBody(_)
        | Fault::Bomb(_)
        | Fault::Redirect { .. }
        | Fault::Unauthorized
        | Fault::RateLimited { .. }
        | Fault::Stale { .. }
        | Fault::Lag { .. } => response,
    }
}

async fn spoil(fault: &Fault, response: Response<Body>) -> Response<Body> {
    match fault {
        Fault::HangAfter => std::future::pending().await,
        Fault::ResetAfter => body::reset(),
        Fault::Truncate => body::truncated(response).await,
        Fault::SlowBody { ms } => body::slow(response, Duration::from_millis(*ms)).await,
        _ => response,
    }
}

fn others_act(shared: &Shared, rule: u64, verbs: &Value) {
    let done = shared.act(verbs).unwrap_or_else(|why| json!({"error": why}));
    shared.faults.lock().expect("the rules' lock is never poisoned").note(rule, done);
}

fn given(answer: &Answer) -> Reply {
    let mut reply = match &answer.body {
        Value::String(text) => Reply::text(answer.code, text),
        Value::Null => Reply::text(answer.code, ""),
        json => Reply::json(answer.code, json),
    };
    for (name, value) in &answer.headers {
        reply = reply.with(name, value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    reply
}
