//! Auto-merge on and off.

use super::confirmation::{Confirmation, ConfirmationKind};
use super::consequence::{Consequence, ConsequenceKind};
use super::model::Plan;
use super::pull_request::{MergeFacts, database, method_refused, method_title, not_open_here, on_pull_request, preferred};
use super::request::Request;
use super::skipped_ci::skipped;
use crate::action::Action;
use crate::evidence::readiness::provider_would_merge;
use crate::humanize::short;
use crate::journal::Expectation;
use crate::pull_request::{MergeState, Mergeable};
use crate::status::MergeMethod;
use crate::time::Time;

pub fn plan_enable_auto_merge(facts: &MergeFacts<'_>, wanted: Option<MergeMethod>, id: String, now: Time) -> Plan {
    let pr = facts.pr;
    let queue = facts.rules.merge_queue.as_ref();
    let method = wanted.or_else(|| preferred(facts));
    let mut deny = enable_refused(facts);
    if queue.is_none() {
        deny.extend(method_refused(facts, method));
    }
    // The one promise that a merge makes and this does not.
    let text = format!("It is not bound to {}: what is pushed later is merged too", short(&pr.head_sha));
    let confirm = vec![Confirmation::new(ConfirmationKind::NotBoundToHead, [], text)];
    let then = match (queue, method) {
        (Some(_), _) => format!("Once nothing holds it back, it is added to the merge queue of {}", facts.branch),
        (None, Some(method)) => format!("Once nothing holds it back, it is merged by {}", method_title(method).to_lowercase()),
        (None, None) => "Once nothing holds it back, it is merged".to_owned(),
    };
    let mut consequences = vec![fact(then, pr.reasons.clone())];
    if pr.merge_state == MergeState::Behind && queue.is_none() {
        consequences.push(fact(format!("It is behind {}; auto-merge does not update it", facts.branch), vec![]));
    }
    consequences.extend(database(pr, "Changes the database"));
    consequences.extend(skipped(facts, queue.map_or(method, |queue| queue.method)));
    let action = Action::enable_auto_merge(facts.service.into(), pr.number, wanted);
    // With a queue the method is ignored (enablePullRequestAutoMerge's description).
    let request = method.or(queue.map(|q| q.method.unwrap_or(MergeMethod::Merge))).map(|method| Request::EnableAutoMerge {
        repo: facts.repo.into(),
        number: pr.number,
        node_id: pr.node_id.clone(),
        head_sha: pr.head_sha.clone(),
        method,
    });
    Plan {
        steps: vec![format!("Turn on auto-merge of #{} into {}", pr.number, facts.branch)],
        consequences,
        ..on_pull_request(facts, action, format!("Turn on auto-merge of #{}", pr.number), id, now)
    }
    .decided(request, Some(Expectation::AutoMergeOn { repo: facts.repo.into(), number: pr.number }), deny, confirm)
}

fn enable_refused(facts: &MergeFacts<'_>) -> Vec<String> {
    let pr = facts.pr;
    let mut deny = not_open_here(facts);
    if let Some(on) = &pr.auto_merge {
        let by = on.by.as_ref().map_or(String::new(), |by| format!(", by {by}"));
        deny.push(format!("Auto-merge of #{} is on already{by}", pr.number));
    }
    if let Some(entry) = &pr.queue {
        deny.push(entry.place());
    }
    if !deny.is_empty() {
        return deny;
    }
    if facts.rules.auto_merge_allowed == Some(false) {
        deny.push("The repository does not allow auto-merge; its settings turn it on".into());
    } else if provider_would_merge(pr) {
        deny.push(format!("Nothing holds #{} back: merge it", pr.number));
    } else if pr.draft || pr.merge_state == MergeState::Draft {
        deny.push("A draft is not merged; mark it ready first".into());
    } else if pr.mergeable == Mergeable::Conflicting || pr.merge_state == MergeState::Dirty {
        deny.push(format!("Conflicts with {}", pr.base_branch));
    } else if pr.mergeable == Mergeable::Unknown || pr.merge_state == MergeState::Unknown {
        deny.push(format!("{} is still working out whether it merges", facts.rules.host.title));
    } else if pr.viewer_can.enable_auto_merge == Some(false) {
        deny.push(format!("{} does not let this token turn it on", facts.rules.host.title));
    }
    deny
}

pub fn plan_disable_auto_merge(facts: &MergeFacts<'_>, id: String, now: Time) -> Plan {
    let pr = facts.pr;
    let mut deny = not_open_here(facts);
    if deny.is_empty() && pr.auto_merge.is_none() {
        deny.push(format!("Auto-merge of #{} is off", pr.number));
    }
    let action = Action::disable_auto_merge(facts.service.into(), pr.number);
    Plan {
        seen: if pr.auto_merge.is_some() { "auto-merge on" } else { "auto-merge off" }.into(),
        steps: vec![format!("Turn off auto-merge of #{}", pr.number)],
        ..on_pull_request(facts, action, format!("Turn off auto-merge of #{}", pr.number), id, now)
    }
    .decided(
        Some(Request::DisableAutoMerge { repo: facts.repo.into(), number: pr.number, node_id: pr.node_id.clone() }),
        Some(Expectation::AutoMergeOff { repo: facts.repo.into(), number: pr.number }),
        deny,
        Vec::new(),
    )
}

fn fact(title: String, details: Vec<String>) -> Consequence {
    Consequence { subject: None, kind: ConsequenceKind::Fact, title, details }
}
