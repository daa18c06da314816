//! One request, sent once, and what its answer says.

use crate::accounts::Accounts;
use slipway_domain::journal::{Entry, Expectation};
use slipway_domain::plan::{ReleaseRef, Request};
use slipway_vendor::{ReadError, SendError};

/// What an accepted request was answered with.
pub(super) struct Receipt {
    pub(super) message: String,
    pub(super) own: OwnId,
}

/// What the vendor calls the thing that our request made. It is verified by this id alone.
pub(super) enum OwnId {
    None,
    PullRequest(u64),
    Release(ReleaseRef),
    Promotion(String),
    Workflow(String),
}

impl OwnId {
    pub(super) fn keep_in(self, expectation: &mut Expectation) {
        match (self, expectation) {
            (Self::PullRequest(number), Expectation::RevertOpened { opened, .. }) => *opened = Some(number),
            (Self::Release(made), Expectation::RolledBack { release, .. } | Expectation::Released { release, .. }) => *release = Some(made),
            (Self::Promotion(id), Expectation::Released { promotion, .. }) => *promotion = Some(id),
            (Self::Workflow(id), Expectation::Reran { workflow, .. }) => *workflow = Some(id),
            (Self::None | Self::PullRequest(_) | Self::Release(_) | Self::Promotion(_) | Self::Workflow(_), _) => {}
        }
    }
}

fn accepted(message: impl Into<String>) -> Receipt {
    Receipt { message: message.into(), own: OwnId::None }
}

fn not_sent(error: ReadError) -> SendError {
    SendError::NotSent(error.to_string())
}

pub(super) async fn send(accounts: &Accounts, entry: &Entry, request: &Request) -> Result<Receipt, SendError> {
    match request {
        Request::Merge { .. }
        | Request::Enqueue { .. }
        | Request::Dequeue { .. }
        | Request::EnableAutoMerge { .. }
        | Request::DisableAutoMerge { .. }
        | Request::UpdateBranch { .. }
        | Request::Revert { .. } => to_code_host(accounts, entry, request).await,
        Request::RollBack { app, release_id } => {
            let release = accounts.platform_for(entry, app).map_err(not_sent)?.roll_back(app, release_id).await?;
            let message = format!("Rollback sent: v{} is being released", release.version);
            Ok(Receipt { message, own: OwnId::Release(ReleaseRef::from(&release)) })
        }
        Request::Promote { app, pipeline, source_app_id, release_id, target_app_id } => {
            let platform = accounts.platform_for(entry, app).map_err(not_sent)?;
            let promotion = platform.promote(pipeline, source_app_id, release_id, target_app_id).await?;
            Ok(Receipt { message: "Promotion sent, checking".to_owned(), own: OwnId::Promotion(promotion) })
        }
        Request::ReleaseArtifact { app, artifact_id, description } => {
            let release = accounts.platform_for(entry, app).map_err(not_sent)?.release_artifact(app, artifact_id, description).await?;
            let message = format!("Release sent: v{} is being released", release.version);
            Ok(Receipt { message, own: OwnId::Release(ReleaseRef::from(&release)) })
        }
        Request::RerunFromFailed { workflow } => {
            let made = accounts.ci_for(entry).map_err(not_sent)?.rerun_from_failed(workflow).await?;
            Ok(Receipt { message: "Rerun sent, checking".to_owned(), own: OwnId::Workflow(made) })
        }
        Request::CancelWorkflow { workflow } => {
            accounts.ci_for(entry).map_err(not_sent)?.cancel(workflow).await?;
            Ok(accepted("Cancel sent, checking"))
        }
        Request::Approve { workflow, approval_id } => {
            accounts.ci_for(entry).map_err(not_sent)?.approve(workflow, approval_id).await?;
            Ok(accepted("Approval sent, checking"))
        }
    }
}

async fn to_code_host(accounts: &Accounts, entry: &Entry, request: &Request) -> Result<Receipt, SendError> {
    let host = accounts.code_host_for(entry).map_err(not_sent)?;
    match request {
        Request::Merge { repo, number, head_sha, method } => {
            host.merge(repo, *number, head_sha, *method).await.map(|merged| accepted(merged.message))
        }
        Request::Enqueue { node_id, head_sha, .. } => {
            let position = host.enqueue(node_id, head_sha).await?;
            let place = position.map_or_else(String::new, |n| format!(" at position {n}"));
            Ok(accepted(format!("Added to the merge queue{place}, checking")))
        }
        Request::Dequeue { node_id, .. } => host.dequeue(node_id).await.map(|()| accepted("Taken out of the merge queue, checking")),
        Request::EnableAutoMerge { node_id, head_sha, method, .. } => {
            host.enable_auto_merge(node_id, head_sha, *method).await.map(|()| accepted("Auto-merge turned on, checking"))
        }
        Request::DisableAutoMerge { node_id, .. } => {
            host.disable_auto_merge(node_id).await.map(|()| accepted("Auto-merge turned off, checking"))
        }
        Request::UpdateBranch { node_id, head_sha, .. } => {
            host.update_branch(node_id, head_sha).await.map(|()| accepted("Update sent, checking"))
        }
        Request::Revert { node_id, title, body, .. } => {
            let opened = host.revert(node_id, title, body).await?;
            let message = format!("PR #{} was opened, checking", opened.number);
            Ok(Receipt { message, own: OwnId::PullRequest(opened.number) })
        }
        Request::RollBack { .. }
        | Request::Promote { .. }
        | Request::ReleaseArtifact { .. }
        | Request::RerunFromFailed { .. }
        | Request::CancelWorkflow { .. }
        | Request::Approve { .. } => Err(SendError::NotSent("it is not sent to a code host".to_owned())),
    }
}
