//! GraphQL's mutations.

use apollo_compiler::resolvers::{FieldError, ResolveInfo};
use serde_json::Value;

use super::connection::{Node, Out, arg, fail, leaf, maybe, null, plain};
use super::objects::Context;
use crate::world::World;
use crate::world::git::Repo;
use crate::world::merge::MergeAsk;
use crate::world::pull_request::PullState;
use crate::world::queue::Entry;
use crate::world::refusal::ARCHIVED;

pub struct Outcome {
    pub result: Result<Done, String>,
}

pub struct Done {
    payload: &'static str,
    pull: Node,
    at: (usize, u64),
    /// What was taken out of the queue, and from where.
    dequeued: Option<(usize, Entry)>,
    revert: Option<Node>,
    client_id: Value,
}

/// The truth's name for a mutation field.
pub fn kind(field: &str) -> &str {
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

/// A pull request's node id carries where it is.
pub fn pull_id(repo: &Repo, number: u64) -> String {
    let (owner, repo) = repo.first_name();
    let plain = format!("{owner}/{repo}#{number}");
    format!("PR_kwDO{}", plain.bytes().map(|b| format!("{b:02x}")).collect::<String>())
}

pub fn pull_of(id: &str) -> Option<(String, String, u64)> {
    let hex = id.strip_prefix("PR_kwDO")?;
    let bytes: Option<Vec<u8>> = (0..hex.len() / 2).map(|n| u8::from_str_radix(hex.get(2 * n..2 * n + 2)?, 16).ok()).collect();
    let text = String::from_utf8(bytes?).ok()?;
    let (repo, number) = text.split_once('#')?;
    let (owner, repo) = repo.split_once('/')?;
    Some((owner.into(), repo.into(), number.parse().ok()?))
}

pub fn apply(world: &mut World, field: &str, input: &Value) -> Outcome {
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
            may_wait(world, service, number, text("expectedHeadOid"))?;
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

/// GitHub takes auto-merge only for what something holds back.
pub fn may_wait(world: &World, service: usize, number: u64, expected: Option<&str>) -> Result<(), String> {
    let repo = &world.services[service].repo;
    let pull = &repo.pulls[&number];
    if pull.state != PullState::Open {
        return Err("Pull request is closed".into());
    }
    if !repo.auto_merge_allowed {
        return Err("Auto merge is not allowed for this repository".into());
    }
    if expected.is_some_and(|sha| *sha != *pull.head) {
        return Err("Head branch was modified. Review and try the merge again.".into());
    }
    match pull.merge_state(repo, world.now) {
        state @ ("CLEAN" | "UNSTABLE" | "DIRTY" | "DRAFT") => Err(format!("Pull request is in {} status", state.to_lowercase())),
        _ => Ok(()),
    }
}

impl Context<'_> {
    /// As it is in the queue, or as it was when it was taken out.
    fn entry_of(&self, done: &Done) -> Option<Node> {
        let (service, number) = done.at;
        match &done.dequeued {
            Some((at, entry)) => Some(self.entry(service, number, *at, entry)),
            None => self.queue_entry(service, number),
        }
    }

    /// Collects the mutation at the first pass; gives its result at the second.
    pub fn mutation(&self, info: &ResolveInfo<'_>) -> Result<Out, FieldError> {
        let at = self.asked.borrow().len();
        let input = arg(info, "input").unwrap_or_default();
        self.asked.borrow_mut().push((info.field_name().to_owned(), input));
        let Some(outcomes) = &self.outcomes else { return Ok(null()) };
        match outcomes.get(at).map(|o| &o.result) {
            Some(Ok(done)) => Ok(Out::One(plain(
                done.payload,
                vec![
                    ("clientMutationId", leaf(done.client_id.clone())),
                    ("pullRequest", Out::One(done.pull.clone())),
                    ("mergeQueueEntry", maybe(self.entry_of(done))),
                    ("revertPullRequest", maybe(done.revert.clone())),
                    ("actor", Out::One(self.actor(self.world.viewer.login.as_deref().unwrap_or("ghost")))),
                ],
            ))),
            Some(Err(message)) => fail(message.clone()),
            None => Ok(null()),
        }
    }
}
