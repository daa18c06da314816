//! Changes of a pull request. Each is one request, sent once.

use super::client::Client;
use super::repo::Repo;
use super::wire::{EnqueueData, MergeResult, RevertData};
use serde::Serialize;
use serde_json::{Value, json};
use slipway_domain::plan::{instead, workable_methods};
use slipway_domain::status::MergeMethod;
use slipway_vendor::{Merged, OpenedRevert, SendError};

const ENQUEUE: &str = include_str!("queries/enqueue.graphql");
const DEQUEUE: &str = include_str!("queries/dequeue.graphql");
const ENABLE_AUTO_MERGE: &str = include_str!("queries/enable_auto_merge.graphql");
const DISABLE_AUTO_MERGE: &str = include_str!("queries/disable_auto_merge.graphql");
const UPDATE_BRANCH: &str = include_str!("queries/update_branch.graphql");
const REVERT: &str = include_str!("queries/revert.graphql");

/// `PUT /repos/{o}/{r}/pulls/{n}/merge`: 405 not mergeable, 409 the head is no longer `head_sha`, 422 validation
/// failed (REST description, pulls/merge).
pub(super) async fn merge(client: &Client, repo: &Repo, number: u64, head_sha: &str, method: MergeMethod) -> Result<Merged, SendError> {
    #[derive(Serialize)]
    struct Body<'a> {
        sha: &'a str,
        merge_method: &'a str,
    }
    let body = Body { sha: head_sha, merge_method: method.word() };
    let sent = client.put(&repo.path(&format!("/pulls/{number}/merge")), &body).await;
    let answer = match sent {
        Ok(answer) => answer,
        Err(refused) => return Err(with_what_would_work(client, repo, number, method, explain(refused)).await),
    };
    let status = answer.status.as_u16();
    let result: MergeResult = answer.decode_sent()?;
    let message = result.message.unwrap_or_default();
    match result.merged {
        Some(true) => Ok(Merged { merge_commit: result.sha, message }),
        Some(false) => Err(SendError::Refused { status, message }),
        None => Err(SendError::Lost("GitHub's answer does not say whether it merged".to_owned())),
    }
}

/// `revertPullRequest` only opens a pull request; a person merges it.
pub(super) async fn revert(client: &Client, node_id: &str, title: &str, body: &str) -> Result<OpenedRevert, SendError> {
    let variables = json!({ "pullRequestId": node_id, "title": title, "body": body });
    let data: RevertData = client.mutate(REVERT, variables).await?;
    let opened = data.revert_pull_request.and_then(|payload| payload.revert_pull_request);
    let opened = opened.and_then(|pr| Some(OpenedRevert { number: pr.number?, url: pr.url.unwrap_or_default() }));
    opened.ok_or_else(|| SendError::Lost("GitHub's answer does not name the revert PR".to_owned()))
}

/// The position in the queue, where GitHub tells it.
pub(super) async fn enqueue(client: &Client, node_id: &str, head_sha: &str) -> Result<Option<u64>, SendError> {
    let variables = json!({ "pullRequestId": node_id, "head": head_sha });
    let data: EnqueueData = client.mutate(ENQUEUE, variables).await?;
    Ok(data.enqueue_pull_request.and_then(|payload| payload.merge_queue_entry?.position))
}

pub(super) async fn dequeue(client: &Client, node_id: &str) -> Result<(), SendError> {
    let sent: Result<Value, SendError> = client.mutate(DEQUEUE, json!({ "id": node_id })).await;
    match sent {
        // GitHub has returned this error for entries that it did remove, so only a read shows the outcome.
        Err(SendError::Refused { message, .. }) if message.starts_with("Failed to remove") => Err(SendError::Lost(message)),
        Err(error) => Err(error),
        Ok(_) => Ok(()),
    }
}

/// GitHub refuses this for a pull request that could be merged at once ("is in clean status").
pub(super) async fn enable_auto_merge(client: &Client, node_id: &str, head_sha: &str, method: MergeMethod) -> Result<(), SendError> {
    let variables = json!({ "pullRequestId": node_id, "head": head_sha, "method": method.word().to_ascii_uppercase() });
    client.mutate::<Value>(ENABLE_AUTO_MERGE, variables).await.map(drop)
}

pub(super) async fn disable_auto_merge(client: &Client, node_id: &str) -> Result<(), SendError> {
    client.mutate::<Value>(DISABLE_AUTO_MERGE, json!({ "pullRequestId": node_id })).await.map(drop)
}

/// Merges the base into the branch; does not wait for the new head.
pub(super) async fn update_branch(client: &Client, node_id: &str, head_sha: &str) -> Result<(), SendError> {
    client.mutate::<Value>(UPDATE_BRANCH, json!({ "pullRequestId": node_id, "head": head_sha })).await.map(drop)
}

/// GitHub's 405 may also mean that branch or repository does not allow the method. The allowed methods are then
/// read once; nothing is sent again.
async fn with_what_would_work(client: &Client, repo: &Repo, number: u64, tried: MergeMethod, refused: SendError) -> SendError {
    let SendError::Refused { status: status @ 405, message } = refused else { return refused };
    if !speaks_of_methods(&message) {
        return SendError::Refused { status, message };
    }
    let others = match super::pull_request::now(client, repo, number).await {
        Ok(now) => instead(&workable_methods(&now.merge_methods, &now.rules, &now.pull_request), tried),
        // If that read fails, GitHub's message is returned alone.
        Err(_) => String::new(),
    };
    SendError::Refused { status, message: format!("{}{others}", message.trim_end_matches('.')) }
}

/// GitHub's messages for a method that is not allowed: "Merge commits are not allowed on this repository.", "This
/// branch must not contain merge commits.", "This branch can't be rebased", "Merge method … is not allowed."
fn speaks_of_methods(message: &str) -> bool {
    let text = message.to_lowercase();
    ["merge commit", "squash merge", "rebase", "merge method", "linear history"].iter().any(|words| text.contains(words))
}

/// Puts what a person can do about a refusal before the vendor's message.
fn explain(error: SendError) -> SendError {
    let SendError::Refused { status, message } = error else { return error };
    let what = match status {
        401 => "GitHub does not accept the token",
        403 => "The token may not merge here",
        404 => "GitHub knows no such PR, or hides it from this token",
        405 => "GitHub does not merge it now",
        409 => "The PR has changed since it was shown",
        _ => "GitHub refused the merge",
    };
    SendError::Refused { status, message: format!("{what}: {message}") }
}
