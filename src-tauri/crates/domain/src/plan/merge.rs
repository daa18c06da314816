//! Merge.

use super::held_back::held_back;
use super::merge_queue::plan_enqueue;
use super::methods::{self, workable_methods};
use super::skipped_ci::skipped;
use crate::action::Action;
use crate::estimate::Estimate;
use crate::humanize::short;
use crate::journal::Expectation;
use crate::plan::{Basis, Confirmation, Consequence, ConsequenceKind, Plan, Request, Target};
use crate::pull_request::{BranchRules, PullRequest};
use crate::status::MergeMethod;
use crate::time::Time;
use crate::vendor::CiProfile;

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
    pub ci: Option<CiProfile>,
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
