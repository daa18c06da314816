//! Re-run, cancel, approve. Each is one request, sent once.

use super::client::GithubActions;
use super::ids::{AttemptId, asked};
use http::Method;
use serde::Serialize;
use slipway_http::{Answer, Call};
use slipway_vendor::SendError;

#[derive(Serialize)]
struct Nothing {}

/// Runs the failed jobs and those that depend on them again, as the next attempt of the same run (201). GitHub
/// refuses it (403) while the run is running, and a month after the run was created.
pub(super) async fn rerun_from_failed(ci: &GithubActions, id: &AttemptId) -> Result<String, SendError> {
    post(ci, id, "rerun-failed-jobs", &Nothing {}).await?;
    Ok(id.at(id.attempt.saturating_add(1)).to_string())
}

/// 202; 409 when the run is over.
pub(super) async fn cancel(ci: &GithubActions, id: &AttemptId) -> Result<(), SendError> {
    post(ci, id, "cancel", &Nothing {}).await.map(drop)
}

/// Allows the run to deploy to one environment. GitHub requires a comment.
pub(super) async fn approve(ci: &GithubActions, id: &AttemptId, environment: &str) -> Result<(), SendError> {
    #[derive(Serialize)]
    struct Review {
        environment_ids: [u64; 1],
        state: &'static str,
        comment: &'static str,
    }
    let environment = environment.parse().map_err(|_| SendError::NotSent(format!("\"{environment}\" names no environment of GitHub")))?;
    let review = Review { environment_ids: [environment], state: "approved", comment: "Approved in Slipway" };
    post(ci, id, "pending_deployments", &review).await.map(drop)
}

async fn post(ci: &GithubActions, id: &AttemptId, verb: &str, body: &impl Serialize) -> Result<Answer, SendError> {
    let url = ci.url(&id.repo, &["runs", &id.run.to_string(), verb], &[]);
    ci.account.write(asked(Call::write(Method::POST, url, body))).await
}
