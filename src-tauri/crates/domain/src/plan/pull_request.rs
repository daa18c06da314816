//! What every plan about a pull request is made from, and what they all say.

use super::consequence::{Consequence, ConsequenceKind};
use super::methods::{self, workable_methods};
use super::model::Plan;
use super::target::{Basis, Target};
use crate::action::Action;
use crate::estimate::Estimate;
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
    let warning = |title: &str, details: Vec<String>| {
        Some(Consequence { subject: None, kind: ConsequenceKind::Warning, title: title.into(), details })
    };
    match &pr.migrations {
        Some(none) if none.is_empty() => None,
        Some(migrations) => warning(title, migrations.clone()),
        None => warning("Whether it changes the database is not known", vec!["Its files could not all be read.".into()]),
    }
}
