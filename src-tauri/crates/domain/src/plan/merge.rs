//! Merge.

use super::confirmation::Confirmation;
use super::consequence::Consequence;
use super::held_back::held_back;
use super::merge_queue::plan_enqueue;
use super::model::Plan;
use super::pull_request::{MergeFacts, database, method_refused, method_title, not_open_here, on_pull_request, preferred};
use super::request::Request;
use super::skipped_ci::skipped;
use crate::action::Action;
use crate::humanize::short;
use crate::journal::Expectation;
use crate::status::MergeMethod;
use crate::time::Time;

/// Into a branch that has a merge queue a direct merge is refused: there the plan is to enqueue.
pub fn plan_merge(facts: &MergeFacts<'_>, wanted: Option<MergeMethod>, id: String, now: Time) -> Plan {
    if facts.rules.merge_queue.is_some() {
        return plan_enqueue(facts, id, now);
    }
    let pr = facts.pr;
    let method = wanted.or_else(|| preferred(facts));
    let (deny, confirm) = merge_reasons(facts, method);
    let skipped = skipped(facts, method);
    let estimate = if skipped.is_some() { None } else { facts.usual };
    let consequences: Vec<Consequence> = database(pr, "Changes the database").into_iter().chain(skipped).collect();
    let method_word = method.map_or("Merge", method_title);
    let request = method.map(|method| Request::Merge { repo: facts.repo.into(), number: pr.number, head_sha: pr.head_sha.clone(), method });
    let action = Action::merge(facts.service.into(), pr.number, wanted);
    Plan {
        steps: vec![format!("{method_word} {} into {}", short(&pr.head_sha), facts.branch)],
        consequences,
        estimate,
        ..on_pull_request(facts, action, format!("Merge #{}", pr.number), id, now)
    }
    .decided(
        request,
        Some(Expectation::Merged { repo: facts.repo.into(), number: pr.number, head_sha: pr.head_sha.clone() }),
        deny,
        confirm,
    )
}

fn merge_reasons(facts: &MergeFacts<'_>, method: Option<MergeMethod>) -> (Vec<String>, Vec<Confirmation>) {
    let mut deny = not_open_here(facts);
    deny.extend(method_refused(facts, method));
    if deny.is_empty() { held_back(facts.pr) } else { (deny, Vec::new()) }
}
