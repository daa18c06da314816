//! The listening ports: who may come in, what befalls a request, and who answers it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::Response;
use axum::middleware::Next;
use axum::{Router, middleware};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::faults::middleware::apply_faults;
use crate::http::{Call, Vendor};
use crate::state::Shared;
use crate::{control, heroku};

pub(crate) fn serve(listener: TcpListener, shared: Arc<Shared>, vendor: Vendor) -> JoinHandle<()> {
    let state = (shared.clone(), vendor);
    let router = Router::new()
        .fallback(handle)
        .layer(middleware::from_fn_with_state(state.clone(), apply_faults))
        .layer(middleware::from_fn_with_state(state, check_access))
        .with_state(shared);
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(vendor = vendor.name(), %error, "a sandbox port stopped");
        }
    })
}

async fn handle(State(shared): State<Arc<Shared>>, Extension(call): Extension<Arc<Call>>) -> Response<Body> {
    shared.deliver_late();
    if call.vendor == Vendor::Control {
        let reply = control::answer(&shared, &call);
        let latency = reply.headers.iter().find(|(name, _)| name == control::LATENCY).and_then(|(_, value)| value.parse().ok());
        if let Some(latency) = latency {
            tokio::time::sleep(Duration::from_millis(latency)).await;
        }
        return reply.into_response();
    }
    if call.vendor == Vendor::Heroku
        && let Some(stream) = heroku::outputs::answer(&shared, &call)
    {
        return stream;
    }
    shared.answer_counted(&call).into_response()
}

async fn check_access(State((shared, vendor)): State<(Arc<Shared>, Vendor)>, request: Request, next: Next) -> Response<Body> {
    let (parts, body) = request.into_parts();
    match shared.access_control.refusal(vendor, &parts) {
        Some(reply) => reply.into_response(),
        None => next.run(Request::from_parts(parts, body)).await,
    }
}
