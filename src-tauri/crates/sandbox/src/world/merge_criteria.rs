//! Whether a pull request may be merged, by what its repository demands.

use super::check::{Check, CheckState};
use super::git::Repo;
use super::pull_request::{PullRequest, PullState};
use super::refusal::{ARCHIVED, Refusal};
use super::time::Ms;

impl PullRequest {
    /// The state of a required check: the worst of those that count; None if there is none.
    pub fn demanded_check(&self, repo: &Repo, name: &str, now: Ms) -> Option<CheckState> {
        let apps: Vec<u64> = repo.demands.apps.iter().filter(|(context, _)| context == name).map(|(_, app)| *app).collect();
        let counts = |check: &&Check| {
            let by = check.reported.app.as_ref().map(|(_, number)| *number);
            check.name == name && (apps.is_empty() || by.is_some_and(|by| apps.contains(&by)))
        };
        let states: Vec<CheckState> = self.current_checks().filter(counts).map(|check| check.state(now)).collect();
        let worst = [CheckState::Failed, CheckState::Queued, CheckState::Running, CheckState::Passed];
        worst.into_iter().find(|state| states.contains(state))
    }

    /// Requirements of main besides checks and reviews that are not met.
    pub fn demand_open(&self, repo: &Repo) -> Option<String> {
        if repo.demands.conversations.is_some() && self.open_conversations() > 0 {
            return Some("All comments must be resolved.".into());
        }
        (repo.demands.signatures.is_some() && self.judged.unsigned).then(|| "Commits must have verified signatures.".into())
    }

    pub fn review_decision(&self, repo: &Repo, now: Ms) -> Option<&'static str> {
        let opinions = self.opinions(now);
        // Null where no review is required.
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

    /// The unmet requirements of branch protection, in GitHub's words.
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

    /// Why merging `sha` by `method` is refused now, in the order in which GitHub checks.
    pub fn refusal(&self, repo: &Repo, method: &str, sha: Option<&str>, now: Ms) -> Option<Refusal> {
        if !["merge", "squash", "rebase"].contains(&method) {
            return Some(Refusal::new(
                422,
                "Invalid request.\n\nFor 'properties/merge_method', nil is not a member of [\"merge\", \"squash\", \"rebase\"].",
            ));
        }
        let not_mergeable = |message: &str| Some(Refusal::new(405, message));
        if repo.archived {
            return Some(Refusal::new(403, ARCHIVED));
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
