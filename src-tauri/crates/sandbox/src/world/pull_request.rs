//! Pull requests: their checks, reviews, and whether they may be merged.
//!
//! Checks and reviews carry the times at which they happen; their state is read off the clock.

use std::sync::Arc;

use super::git::{Flaw, Person, Repo};
use super::merge_criteria::{CheckReport, MergeCriteria};
use super::{Ms, Oid};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullState {
    Open,
    Merged,
    Closed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckState {
    Queued,
    Running,
    Passed,
    Failed,
}

#[derive(Debug, Clone)]
pub struct Check {
    pub id: u64,
    pub name: String,
    /// A commit status (`StatusContext`) rather than a check run.
    pub status_context: bool,
    pub starts: Ms,
    pub ends: Ms,
    pub passes: bool,
    pub reported: CheckReport,
}

impl Check {
    pub fn state(&self, now: Ms) -> CheckState {
        match () {
            () if now < self.starts => CheckState::Queued,
            () if now < self.ends => CheckState::Running,
            () if self.passes => CheckState::Passed,
            () => CheckState::Failed,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Review {
    pub id: String,
    pub author: String,
    pub state: &'static str,
    pub at: Ms,
    pub commit: Oid,
}

#[derive(Debug, Clone)]
pub struct PullRequest {
    pub number: u64,
    pub title: String,
    pub body: String,
    pub author: Arc<Person>,
    pub branch: String,
    pub head: Oid,
    /// Where the branch left main.
    pub fork: Oid,
    /// Oldest first.
    pub commits: Vec<Oid>,
    pub draft: bool,
    pub conflicts: bool,
    /// Main moved on and its protection wants the branch brought up to date first.
    pub out_of_date: bool,
    /// Its commits could be put on main one by one.
    pub rebaseable: bool,
    /// Looks ready, and is refused with this when somebody merges it.
    pub refuses_with: Option<String>,
    pub state: PullState,
    pub checks: Vec<Check>,
    pub reviews: Vec<Review>,
    pub review_requests: Vec<String>,
    pub labels: Vec<String>,
    /// GitHub answers UNKNOWN until it has computed mergeability.
    pub mergeable_from: Ms,
    pub created: Ms,
    pub updated: Ms,
    pub merged_at: Option<Ms>,
    pub merge_commit: Option<Oid>,
    /// What the merge put on main, oldest first.
    pub landed: Vec<Oid>,
    pub merged_by: Option<String>,
    pub auto_merge: Option<&'static str>,
    pub reverts: Option<u64>,
    /// Put on the merge commit when it lands.
    pub flaws: Vec<Flaw>,
    pub judged: MergeCriteria,
}

/// Why a merge is refused, with GitHub's status.
#[derive(Debug, Clone)]
pub struct Refusal {
    pub status: u16,
    pub message: String,
}

impl Refusal {
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }
}

impl PullRequest {
    /// A review moves it, a check does not: checks belong to the commit.
    pub fn updated_at(&self, now: Ms) -> Ms {
        let reviews = self.reviews.iter().map(|r| r.at).filter(|at| *at <= now);
        reviews.max().unwrap_or(self.updated).max(self.updated)
    }

    /// The last opinion of each reviewer, as of now.
    pub fn opinions(&self, now: Ms) -> Vec<&Review> {
        let mut out: Vec<&Review> = Vec::new();
        for r in self.reviews.iter().filter(|r| r.at <= now && r.state != "COMMENTED") {
            out.retain(|o| o.author != r.author);
            out.push(r);
        }
        out
    }

    pub fn review_decision(&self, repo: &Repo, now: Ms) -> Option<&'static str> {
        let opinions = self.opinions(now);
        // Null where no review is demanded, whatever was said.
        if repo.demanded_approvals() == 0 && repo.demands.code_owners.is_none() {
            return None;
        }
        if opinions.iter().any(|r| r.state == "CHANGES_REQUESTED") {
            return Some("CHANGES_REQUESTED");
        }
        if repo.demands.code_owners.is_some() && !self.judged.code_owners.is_empty() {
            return Some("REVIEW_REQUIRED");
        }
        let approvals = opinions.iter().filter(|r| r.state == "APPROVED").count();
        Some(if approvals >= repo.demanded_approvals() as usize { "APPROVED" } else { "REVIEW_REQUIRED" })
    }

    /// GraphQL's `mergeable`.
    pub fn mergeable(&self, now: Ms) -> &'static str {
        match () {
            () if self.state != PullState::Open || now < self.mergeable_from => "UNKNOWN",
            () if self.conflicts => "CONFLICTING",
            () => "MERGEABLE",
        }
    }

    /// GraphQL's `mergeStateStatus`.
    pub fn merge_state(&self, repo: &Repo, now: Ms) -> &'static str {
        match () {
            () if self.state != PullState::Open || now < self.mergeable_from => "UNKNOWN",
            () if self.conflicts => "DIRTY",
            () if self.draft => "DRAFT",
            () if self.blocked(repo, now).is_some() => "BLOCKED",
            () if self.out_of_date => "BEHIND",
            () if self.current_checks().any(|c| c.state(now) != CheckState::Passed) => "UNSTABLE",
            () => "CLEAN",
        }
    }

    /// What branch protection misses, in GitHub's words.
    pub fn blocked(&self, repo: &Repo, now: Ms) -> Option<String> {
        for name in repo.demanded_checks() {
            match self.demanded_check(repo, name, now) {
                None | Some(CheckState::Queued) => {
                    return Some(format!("Required status check \"{name}\" is expected."));
                }
                Some(CheckState::Running) => return Some(format!("Required status check \"{name}\" is in progress.")),
                Some(CheckState::Failed) => return Some(format!("Required status check \"{name}\" is failing.")),
                Some(CheckState::Passed) => {}
            }
        }
        match self.review_decision(repo, now) {
            Some("CHANGES_REQUESTED") => Some("Changes have been requested by reviewers with write access.".into()),
            Some("REVIEW_REQUIRED") => {
                Some(format!("At least {} approving review is required by reviewers with write access.", repo.demanded_approvals()))
            }
            _ => self.demand_open(repo),
        }
    }

    /// Why merging `sha` by `method` is refused now, in the order GitHub looks.
    pub fn refusal(&self, repo: &Repo, method: &str, sha: Option<&str>, now: Ms) -> Option<Refusal> {
        if !["merge", "squash", "rebase"].contains(&method) {
            return Some(Refusal::new(
                422,
                "Invalid request.\n\nFor 'properties/merge_method', nil is not a member of [\"merge\", \"squash\", \"rebase\"].",
            ));
        }
        let not_mergeable = |message: &str| Some(Refusal::new(405, message));
        if repo.archived {
            return Some(Refusal::new(403, super::merge::ARCHIVED));
        }
        if self.state != PullState::Open {
            return not_mergeable("Pull Request is not mergeable");
        }
        if sha.is_some_and(|sha| *sha != *self.head) {
            return Some(Refusal::new(409, "Head branch was modified. Review and try the merge again."));
        }
        if let Some(queue) = &repo.queue {
            let queued = queue.entries.iter().any(|entry| entry.number == self.number);
            return not_mergeable(if queued {
                "Pull Request is in the merge queue"
            } else {
                "Changes must be made through the merge queue"
            });
        }
        if let Some(message) = &self.refuses_with {
            return not_mergeable(message);
        }
        if !repo.methods.contains(method) {
            return not_mergeable(match method {
                "merge" => "Merge commits are not allowed on this repository.",
                "squash" => "Squash merges are not allowed on this repository.",
                _ => "Rebase merges are not allowed on this repository.",
            });
        }
        if !repo.ruleset_allows(method) {
            return not_mergeable(&format!("Repository rule violations found\n\nMerge method {method} is not allowed."));
        }
        if method == "merge" && repo.linear_history.is_some() {
            return not_mergeable("This branch must not contain merge commits.");
        }
        if method == "rebase" && !self.rebaseable {
            return not_mergeable("This branch can't be rebased");
        }
        if self.draft {
            return not_mergeable("Pull Request is still a draft");
        }
        if self.conflicts || now < self.mergeable_from {
            return not_mergeable("Pull Request is not mergeable");
        }
        if let Some(missing) = self.blocked(repo, now) {
            return Some(Refusal::new(405, missing));
        }
        if self.out_of_date {
            return not_mergeable("Head branch is out of date. Review and try the merge again.");
        }
        None
    }
}
