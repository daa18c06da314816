//! GraphQL's mutations.

use serde_json::Value;

use super::connection::Node;
use super::node_ids::pull_of;
use crate::world::World;
use crate::world::merge::MergeAsk;
use crate::world::queue::Entry;
use crate::world::refusal::ARCHIVED;

pub(super) struct Outcome {
    pub result: Result<Done, String>,
}

pub(super) struct Done {
    pub payload: &'static str,
    pub pull: Node,
    pub at: (usize, u64),
    /// The entry that was removed from the queue, and its position.
    pub dequeued: Option<(usize, Entry)>,
    pub revert: Option<Node>,
    pub client_id: Value,
}

/// The name of a mutation field in `GET /truth`.
pub(super) fn kind(field: &str) -> &str {
    match field {
        "revertPullRequest" => "revert",
        "mergePullRequest" => "merge",
        "updatePullRequestBranch" => "update_branch",
        "enablePullRequestAutoMerge" => "enable_auto_merge",
        "enqueuePullRequest" => "enqueue",
        "dequeuePullRequest" => "dequeue",
        "disablePullRequestAutoMerge" => "disable_auto_merge",
        other => other,
    }
}

pub(super) fn apply(world: &mut World, field: &str, input: &Value) -> Outcome {
    Outcome { result: try_apply(world, field, input) }
}

fn try_apply(world: &mut World, field: &str, input: &Value) -> Result<Done, String> {
    let id = input["pullRequestId"].as_str().or(input["id"].as_str()).unwrap_or("");
    let unknown = || format!("Could not resolve to a node with the global id of '{id}'.");
    let (owner, repo, number) = pull_of(id).ok_or_else(unknown)?;
    let service = world.repo(&owner, &repo).filter(|s| world.services[*s].repo.pulls.contains_key(&number)).ok_or_else(unknown)?;
    let text = |name: &str| input[name].as_str();
    let viewer = world.viewer.clone();
    let mut revert = None;
    let mut dequeued = None;
    if world.services[service].repo.archived {
        return Err(ARCHIVED.into());
    }
    let payload = match field {
        "revertPullRequest" => {
            let draft = input["draft"].as_bool().unwrap_or(false);
            let made = world.revert(service, number, text("title"), text("body"), draft, &viewer).map_err(|r| r.message)?;
            revert = Some(Node::Pull(service, made));
            "RevertPullRequestPayload"
        }
        "mergePullRequest" => {
            let method = text("mergeMethod").unwrap_or("MERGE").to_lowercase();
            let ask = MergeAsk {
                method: &method,
                sha: text("expectedHeadOid"),
                title: text("commitHeadline"),
                message: text("commitBody"),
                by: viewer,
            };
            world.merge(service, number, &ask).map_err(|r| r.message)?;
            "MergePullRequestPayload"
        }
        "updatePullRequestBranch" => {
            world.update_branch(service, number, text("expectedHeadOid")).map_err(|r| r.message)?;
            "UpdatePullRequestBranchPayload"
        }
        "enablePullRequestAutoMerge" => {
            let method = match text("mergeMethod") {
                Some("SQUASH") => "SQUASH",
                Some("REBASE") => "REBASE",
                _ => "MERGE",
            };
            world.may_wait(service, number, text("expectedHeadOid"))?;
            world.pull_mut(service, number).auto_merge = Some(method);
            "EnablePullRequestAutoMergePayload"
        }
        "enqueuePullRequest" => {
            let jump = input["jump"].as_bool().unwrap_or(false);
            world.enqueue(service, number, text("expectedHeadOid"), jump, viewer.login.as_deref().unwrap_or("ghost"))?;
            "EnqueuePullRequestPayload"
        }
        "dequeuePullRequest" => {
            dequeued = world.queue_entry(service, number).map(|(at, entry)| (at, entry.clone()));
            if !world.dequeue(service, number) {
                return Err(format!("Failed to remove PR #{number} from the merge queue"));
            }
            "DequeuePullRequestPayload"
        }
        _ => {
            if world.services[service].repo.pulls[&number].auto_merge.is_none() {
                return Err("Can't disable auto-merge for this pull request.".into());
            }
            world.pull_mut(service, number).auto_merge = None;
            "DisablePullRequestAutoMergePayload"
        }
    };
    Ok(Done {
        payload,
        pull: Node::Pull(service, number),
        at: (service, number),
        dequeued,
        revert,
        client_id: input["clientMutationId"].clone(),
    })
}
