//! Bringing a pull request's branch up to date.

use super::consequence::{Consequence, ConsequenceKind};
use super::model::Plan;
use super::pull_request::{MergeFacts, not_open_here, on_pull_request};
use super::request::Request;
use crate::action::Action;
use crate::humanize::short;
use crate::journal::Expectation;
use crate::pull_request::{MergeState, Mergeable};
use crate::time::Time;

pub fn plan_update_branch(facts: &MergeFacts<'_>, id: String, now: Time) -> Plan {
    let pr = facts.pr;
    let (repo, number) = (facts.repo.to_owned(), pr.number);
    let action = Action::update_branch(facts.service.into(), number);
    Plan {
        steps: vec![format!("Merge {} into {}", pr.base_branch, pr.head_branch)],
        consequences: vec![Consequence {
            subject: None,
            kind: ConsequenceKind::Fact,
            title: "Its head moves: the checks run again".into(),
            details: vec![format!(
                "Puts a merge commit on top of {}. Where the branch asks for it, reviews are asked again.",
                short(&pr.head_sha)
            )],
        }],
        ..on_pull_request(facts, action, format!("Update #{number} with {}", pr.base_branch), id, now)
    }
    .decided(
        Some(Request::UpdateBranch { repo: repo.clone(), number, node_id: pr.node_id.clone(), head_sha: pr.head_sha.clone() }),
        facts.base_sha.map(|base| Expectation::BranchUpdated { repo, number, head_sha: pr.head_sha.clone(), base_sha: base.to_owned() }),
        refused(facts),
        Vec::new(),
    )
}

fn refused(facts: &MergeFacts<'_>) -> Vec<String> {
    let pr = facts.pr;
    let mut deny = not_open_here(facts);
    if pr.queue.is_some() {
        deny.push(format!("It is in the merge queue, and {} does not update what is queued", facts.rules.host.title));
    }
    if !deny.is_empty() {
        return deny;
    }
    if pr.mergeable == Mergeable::Conflicting || pr.merge_state == MergeState::Dirty {
        deny.push(format!("Conflicts with {}: it must be brought up to date by hand", pr.base_branch));
    } else if pr.behind_by == Some(0) {
        deny.push(format!("It is up to date with {}", pr.base_branch));
    } else if pr.viewer_can.update_branch == Some(false) {
        deny.push(format!("It is up to date with {}, or this token may not push to {}", pr.base_branch, pr.head_branch));
    }
    if facts.base_sha.is_none() {
        deny.push(format!("Where {} stands could not be read", pr.base_branch));
    }
    deny
}
