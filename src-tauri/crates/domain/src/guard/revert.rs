//! The pull request that takes a merged one out again.

use super::merge::{database, pull_request_target};
use crate::action::Action;
use crate::estimate::Estimate;
use crate::journal::Expectation;
use crate::plan::{Confirmation, ConfirmationKind, Consequence, ConsequenceKind, Plan, Request};
use crate::pull_request::PullRequest;
use crate::time::Time;
use crate::words::about;

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
