//! The pull request that takes a merged one out again.

use super::confirmation::{Confirmation, ConfirmationKind};
use super::consequence::{Consequence, ConsequenceKind};
use super::model::Plan;
use super::pull_request::{database, pull_request_target};
use super::request::Request;
use super::revert_marker::revert_marker;
use crate::action::Action;
use crate::estimate::Estimate;
use crate::history::revert_title;
use crate::humanize::about;
use crate::journal::Expectation;
use crate::pull_request::PullRequest;
use crate::time::Time;

pub struct RevertFacts<'a> {
    pub service: &'a str,
    pub repo: &'a str,
    pub branch: &'a str,
    pub pr: &'a PullRequest,
    pub merged: bool,
    pub merge_commit: Option<&'a str>,
    /// It went into the branch while that had another name.
    pub under_former_name: bool,
    /// Pull requests that say that they revert it.
    pub reverts: &'a [EarlierRevert],
    pub usual: Option<Estimate>,
}

/// A pull request that says that it reverts another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EarlierRevert {
    pub number: u64,
    pub state: RevertState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevertState {
    Open,
    Merged,
    /// Closed without a merge: nothing came of it.
    Closed,
    Unknown,
}

impl EarlierRevert {
    /// What consent to another revert beside it is about; None where it does not count.
    pub fn object(self) -> Option<String> {
        let state = match self.state {
            RevertState::Open => "open",
            RevertState::Merged => "merged",
            RevertState::Unknown => "unknown",
            RevertState::Closed => return None,
        };
        Some(format!("#{} {state}", self.number))
    }

    fn confirmation(self) -> Option<Confirmation> {
        let number = self.number;
        let text = match self.state {
            RevertState::Open => format!("#{number} already reverts it and is open"),
            RevertState::Merged => {
                format!("#{number} already reverted it and is merged; unless that was reverted since, nothing of it is left to take out")
            }
            RevertState::Unknown => format!("#{number} reverts it; whether that is open or merged is not known"),
            RevertState::Closed => return None,
        };
        Some(Confirmation::new(ConfirmationKind::RevertExists, [self.object()?], text))
    }
}

pub fn plan_revert(facts: &RevertFacts<'_>, id: String, now: Time) -> Plan {
    let pr = facts.pr;
    let (mut deny, mut confirm) = (Vec::new(), Vec::<Confirmation>::new());
    if !facts.merged {
        deny.push(format!("#{} is not merged; there is nothing to revert", pr.number));
    }
    if pr.base_branch != facts.branch && !facts.under_former_name {
        deny.push(format!("#{} went into {}, not {}", pr.number, pr.base_branch, facts.branch));
    }
    confirm.extend(facts.reverts.iter().filter_map(|revert| revert.confirmation()));
    let mut consequences = vec![Consequence {
        subject: None,
        kind: ConsequenceKind::Fact,
        title: format!("Opens a PR that takes out only #{}", pr.number),
        details: vec![format!("It merges nothing: a person merges it, then CI and both releases run. {}", expected(facts.usual))],
    }];
    consequences.extend(database(pr, "A revert deletes the migration file, it does not undo the migration"));
    consequences.push(Consequence {
        subject: None,
        kind: ConsequenceKind::NotUndone,
        title: "Not undone".into(),
        details: vec!["Data written since, config changes, queued jobs.".into()],
    });
    let marker = revert_marker(&id);
    let body = format!("Reverts {}#{}\n\n<!-- {marker} -->", facts.repo, pr.number);
    let action = Action::revert(facts.service.into(), pr.number);
    let target = pull_request_target(facts.repo, pr.number);
    let title = revert_title(&pr.title);
    Plan {
        repo: facts.repo.into(),
        seen: facts.merge_commit.map_or_else(|| "merged".to_owned(), |sha| format!("merged as {sha}")),
        steps: vec![format!("Open the PR “{title}” into {}", facts.branch)],
        consequences,
        estimate: facts.usual,
        ..Plan::about(id, action, format!("Revert #{}", pr.number), target, now)
    }
    .decided(
        Some(Request::Revert { repo: facts.repo.into(), number: pr.number, node_id: pr.node_id.clone(), title, body }),
        Some(Expectation::RevertOpened { repo: facts.repo.into(), number: pr.number, marker, opened: None }),
        deny,
        confirm,
    )
}

fn expected(usual: Option<Estimate>) -> String {
    usual.map_or_else(|| "No estimate yet.".to_owned(), |e| format!("CI takes {}; review is not counted.", about(e.seconds)))
}
