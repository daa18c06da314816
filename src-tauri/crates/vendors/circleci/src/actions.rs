//! Rerun, cancel, approve. Each is one request, sent once; all answer 202.

use super::client::{CircleCi, JSON};
use super::wire;
use http::{Method, header};
use serde::Serialize;
use slipway_http::{Answer, Call};
use slipway_vendor::SendError;

#[derive(Serialize)]
struct Nothing {}

/// v2's `from_failed`. (v3 would ignore it and run everything again.)
pub(super) async fn rerun_from_failed(ci: &CircleCi, workflow: &str) -> Result<String, SendError> {
    #[derive(Serialize)]
    struct Rerun {
        from_failed: bool,
    }
    let answer = post(ci, &["workflow", workflow, "rerun"], &Rerun { from_failed: true }).await?;
    let rerun: wire::Rerun = answer.decode_sent()?;
    rerun.workflow_id.ok_or_else(|| SendError::Lost("CircleCI took the rerun without naming the new workflow".to_owned()))
}

pub(super) async fn cancel(ci: &CircleCi, workflow: &str) -> Result<(), SendError> {
    post(ci, &["workflow", workflow, "cancel"], &Nothing {}).await.map(drop)
}

pub(super) async fn approve(ci: &CircleCi, workflow: &str, approval_id: &str) -> Result<(), SendError> {
    post(ci, &["workflow", workflow, "approve", approval_id], &Nothing {}).await.map(drop)
}

async fn post(ci: &CircleCi, path: &[&str], body: &impl Serialize) -> Result<Answer, SendError> {
    ci.account.write(Call::write(Method::POST, ci.url(path, &[]), body).header(header::ACCEPT, JSON)).await
}
