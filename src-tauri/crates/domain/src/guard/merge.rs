//! Merge and revert.

use super::held_back::held_back;
use super::merge_queue::plan_enqueue;
use super::methods::{self, workable_methods};
use super::skipped_ci::skipped;
use crate::action::Action;
use crate::estimate::Estimate;
use crate::journal::Expectation;
use crate::plan::{Basis, Confirmation, ConfirmationKind, Consequence, ConsequenceKind, Plan, Request, Target};
use crate::pull_request::{BranchRules, PullRequest};
use crate::service::CiProject;
use crate::status::MergeMethod;
use crate::time::Time;
use crate::words::{about, short};

pub struct MergeFacts<'a> {
    pub service: &'a str,
    pub repo: &'a str,
    pub branch: &'a str,
    /// As just read and judged.
    pub pr: &'a PullRequest,
    pub open: bool,
    pub merged: bool,
    pub methods: &'a [MergeMethod],
    pub rules: &'a BranchRules,
    /// The newest commit of the branch it goes into.
    pub base_sha: Option<&'a str>,
    pub usual: Option<Estimate>,
    /// What runs for a push to the branch.
    pub ci: Option<&'a CiProject>,
    /// The messages of its commits, the oldest first.
    pub messages: &'a [String],
}

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
    let action = Action::Merge { service: facts.service.into(), number: pr.number, method: wanted };
    Plan {
        steps: vec![format!("{method_word} {} into {}", short(&pr.head_sha), facts.branch)],
        request,
        expectation: Some(Expectation::Merged { repo: facts.repo.into(), number: pr.number, head_sha: pr.head_sha.clone() }),
        consequences,
        estimate,
        ..on_pull_request(facts, action, format!("Merge #{}", pr.number), id, now)
    }
    .decided(deny, confirm)
}

/// What every plan for an open pull request has. It is bound to the head that was read.
pub(super) fn on_pull_request(facts: &MergeFacts<'_>, action: Action, title: String, id: String, now: Time) -> Plan {
    let pr = facts.pr;
    Plan {
        repo: facts.repo.into(),
        seen: format!(
            "head {} of “{}”{}",
            pr.head_sha,
            pr.title,
            pr.author.as_ref().map_or(String::new(), |author| format!(", by {author}"))
        ),
        basis: Basis { head_sha: Some(pr.head_sha.clone()), ..Basis::default() },
        ..Plan::about(id, action, title, pull_request_target(facts.repo, pr.number), now)
    }
}

fn merge_reasons(facts: &MergeFacts<'_>, method: Option<MergeMethod>) -> (Vec<String>, Vec<Confirmation>) {
    let mut deny = not_open_here(facts);
    deny.extend(method_refused(facts, method));
    if deny.is_empty() { held_back(facts.pr) } else { (deny, Vec::new()) }
}

/// What forbids any change to the pull request from this service.
pub(super) fn not_open_here(facts: &MergeFacts<'_>) -> Vec<String> {
    let pr = facts.pr;
    let mut deny = Vec::new();
    if facts.merged {
        deny.push(format!("#{} is already merged", pr.number));
    } else if !facts.open {
        deny.push(format!("#{} is closed", pr.number));
    }
    if pr.base_branch != facts.branch {
        deny.push(format!("#{} goes into {}, not {}", pr.number, pr.base_branch, facts.branch));
    }
    if facts.rules.archived {
        deny.push(format!("{} is archived: it takes no change", facts.repo));
    }
    deny
}

pub(super) fn method_refused(facts: &MergeFacts<'_>, method: Option<MergeMethod>) -> Option<String> {
    methods::method_refused(facts.branch, facts.methods, facts.rules, facts.pr, method)
}

pub(super) fn preferred(facts: &MergeFacts<'_>) -> Option<MergeMethod> {
    workable_methods(facts.methods, facts.rules, facts.pr).first().copied()
}

pub(super) fn method_title(method: MergeMethod) -> &'static str {
    match method {
        MergeMethod::Merge => "Merge",
        MergeMethod::Squash => "Squash",
        MergeMethod::Rebase => "Rebase",
    }
}

pub struct RevertFacts<'a> {
    pub service: &'a str,
    pub repo: &'a str,
    pub branch: &'a str,
    pub pr: &'a PullRequest,
    pub merged: bool,
    pub merge_commit: Option<&'a str>,
    /// A revert of it that is open already.
    pub open_revert: Option<u64>,
    pub usual: Option<Estimate>,
}

/// Carried in the revert's body, so that a lost answer can be settled by reading.
pub fn revert_marker(plan_id: &str) -> String {
    format!("slipway-operation: {plan_id}")
}

pub fn plan_revert(facts: &RevertFacts<'_>, id: String, now: Time) -> Plan {
    let pr = facts.pr;
    let (mut deny, mut confirm) = (Vec::new(), Vec::new());
    if !facts.merged {
        deny.push(format!("#{} is not merged; there is nothing to revert", pr.number));
    }
    if pr.base_branch != facts.branch {
        deny.push(format!("#{} went into {}, not {}", pr.number, pr.base_branch, facts.branch));
    }
    if let Some(open) = facts.open_revert {
        let text = format!("#{open} already reverts it and is open");
        confirm.push(Confirmation::new(ConfirmationKind::RevertExists, [format!("#{open}")], text));
    }
    let mut consequences = vec![Consequence {
        kind: ConsequenceKind::Fact,
        title: format!("Opens a pull request that takes out only #{}", pr.number),
        details: vec![format!("It merges nothing: a person merges it, then CI and both releases run. {}", expected(facts.usual))],
    }];
    consequences.extend(database(pr, "A revert deletes the migration file, it does not undo the migration"));
    consequences.push(Consequence {
        kind: ConsequenceKind::NotUndone,
        title: "Not undone".into(),
        details: vec!["Data written since, config changes, queued jobs.".into()],
    });
    let marker = revert_marker(&id);
    let body = format!("Reverts {}#{}\n\n<!-- {marker} -->", facts.repo, pr.number);
    let action = Action::Revert { service: facts.service.into(), number: pr.number };
    let target = pull_request_target(facts.repo, pr.number);
    Plan {
        repo: facts.repo.into(),
        seen: facts.merge_commit.map_or_else(|| "merged".to_owned(), |sha| format!("merged as {sha}")),
        steps: vec![format!("Open the pull request “Revert \"{}\"” into {}", pr.title, facts.branch)],
        request: Some(Request::Revert {
            repo: facts.repo.into(),
            number: pr.number,
            node_id: pr.node_id.clone(),
            title: format!("Revert \"{}\"", pr.title),
            body,
        }),
        expectation: Some(Expectation::RevertOpened { repo: facts.repo.into(), number: pr.number, marker, opened: None }),
        consequences,
        estimate: facts.usual,
        ..Plan::about(id, action, format!("Revert #{}", pr.number), target, now)
    }
    .decided(deny, confirm)
}

fn expected(usual: Option<Estimate>) -> String {
    usual.map_or_else(|| "No estimate yet.".to_owned(), |e| format!("CI takes {}; review is not counted.", about(e.seconds)))
}

pub(super) fn pull_request_target(repo: &str, number: u64) -> Target {
    let name = format!("{repo}#{number}");
    Target { key: format!("pull_request:{name}"), name }
}

/// None only when it is known that no migration is touched.
pub(super) fn database(pr: &PullRequest, title: &str) -> Option<Consequence> {
    let warning = |title: &str, details: Vec<String>| Some(Consequence { kind: ConsequenceKind::Warning, title: title.into(), details });
    match &pr.migrations {
        Some(none) if none.is_empty() => None,
        Some(migrations) => warning(title, migrations.clone()),
        None => warning("Whether it changes the database is not known", vec!["Its files could not all be read.".into()]),
    }
}
