//! Into the merge queue and out of it.

use super::confirmation::Confirmation;
use super::consequence::{Consequence, ConsequenceKind};
use super::held_back::held_back;
use super::model::Plan;
use super::pull_request::{MergeFacts, database, method_title, not_open_here, on_pull_request};
use super::request::Request;
use super::skipped_ci::skipped;
use crate::action::Action;
use crate::humanize::short;
use crate::journal::Expectation;
use crate::time::Time;

pub fn plan_enqueue(facts: &MergeFacts<'_>, id: String, now: Time) -> Plan {
    let pr = facts.pr;
    let (deny, confirm) = enqueue_reasons(facts);
    let method = facts.rules.merge_queue.as_ref().and_then(|queue| queue.method);
    let how = method.map_or_else(|| "by the method it is set to".to_owned(), |m| format!("by {}", method_title(m).to_lowercase()));
    let mut consequences = vec![Consequence {
        subject: None,
        kind: ConsequenceKind::Fact,
        title: format!("{} has a merge queue: a direct merge is refused", facts.branch),
        details: vec![format!("The queue runs the checks again on what {} will be, and merges in turn, {how}.", facts.branch)],
    }];
    consequences.extend(database(pr, "Changes the database"));
    consequences.extend(skipped(facts, method));
    let action = Action::enqueue(facts.service.into(), pr.number);
    Plan {
        steps: vec![format!("Add {} to the merge queue of {}", short(&pr.head_sha), facts.branch)],
        consequences,
        ..on_pull_request(facts, action, format!("Add #{} to the merge queue", pr.number), id, now)
    }
    .decided(
        Some(Request::Enqueue { repo: facts.repo.into(), number: pr.number, node_id: pr.node_id.clone(), head_sha: pr.head_sha.clone() }),
        Some(Expectation::Enqueued { repo: facts.repo.into(), number: pr.number, head_sha: pr.head_sha.clone() }),
        deny,
        confirm,
    )
}

fn enqueue_reasons(facts: &MergeFacts<'_>) -> (Vec<String>, Vec<Confirmation>) {
    let pr = facts.pr;
    let mut deny = not_open_here(facts);
    if facts.rules.merge_queue.is_none() {
        deny.push(format!("{} has no merge queue; merge it", facts.branch));
    }
    if let Some(entry) = &pr.queue {
        deny.push(format!("{} already", entry.place()));
    }
    if deny.is_empty() { held_back(pr) } else { (deny, Vec::new()) }
}

pub fn plan_dequeue(facts: &MergeFacts<'_>, id: String, now: Time) -> Plan {
    let pr = facts.pr;
    let mut deny = not_open_here(facts);
    if pr.queue.is_none() {
        deny.push(format!("#{} is not in the merge queue", pr.number));
    }
    let action = Action::dequeue(facts.service.into(), pr.number);
    Plan {
        seen: pr.queue.as_ref().map_or_else(|| "not in the merge queue".to_owned(), |_| "in the merge queue".to_owned()),
        steps: vec![format!("Take #{} out of the merge queue of {}", pr.number, facts.branch)],
        consequences: vec![Consequence {
            subject: None,
            kind: ConsequenceKind::Fact,
            title: "Those behind it are tested again without it".into(),
            details: vec![],
        }],
        ..on_pull_request(facts, action, format!("Take #{} out of the merge queue", pr.number), id, now)
    }
    .decided(
        Some(Request::Dequeue { repo: facts.repo.into(), number: pr.number, node_id: pr.node_id.clone() }),
        Some(Expectation::Dequeued { repo: facts.repo.into(), number: pr.number }),
        deny,
        Vec::new(),
    )
}
