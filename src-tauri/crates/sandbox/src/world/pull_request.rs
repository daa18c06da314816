//! Pull requests: their checks and reviews.
//!
//! Checks and reviews carry the times at which they happen; their state is read off the clock.

use std::sync::Arc;

use super::check::Check;
use super::commit::{Flaw, Oid, Person};
use super::time::Ms;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullState {
    Open,
    Merged,
    Closed,
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
    /// The commit of main at which the branch started.
    pub fork: Oid,
    /// Oldest first.
    pub commits: Vec<Oid>,
    pub draft: bool,
    pub conflicts: bool,
    /// Main has moved on, and its protection requires the branch to be up to date.
    pub out_of_date: bool,
    /// Its commits can be rebased onto main.
    pub rebaseable: bool,
    /// It looks ready, and is refused with this message when somebody merges it.
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
    /// The commits that the merge added to main, oldest first.
    pub landed: Vec<Oid>,
    pub merged_by: Option<String>,
    pub auto_merge: Option<&'static str>,
    pub reverts: Option<u64>,
    /// Flaws that its merge commit will have.
    pub flaws: Vec<Flaw>,
    pub judged: MergeCriteria,
}

/// The criteria of a pull request.
#[derive(Debug, Clone, Default)]
pub struct MergeCriteria {
    /// The owner of the fork that its head lives in.
    pub fork_of: Option<String>,
    /// Workflows whose runs wait for a maintainer's approval.
    pub waiting: Vec<String>,
    /// Whether each conversation is resolved.
    pub conversations: Vec<bool>,
    /// Code owners whose review is requested and who have not approved.
    pub code_owners: Vec<String>,
    /// Its newest commit is not signed.
    pub unsigned: bool,
    /// Fields that no token may read.
    pub forbidden: Vec<String>,
}

impl PullRequest {
    /// Changed by a review but not by a check, because checks belong to the commit.
    pub fn updated_at(&self, now: Ms) -> Ms {
        let reviews = self.reviews.iter().map(|r| r.at).filter(|at| *at <= now);
        reviews.max().unwrap_or(self.updated).max(self.updated)
    }

    /// The last opinion of each reviewer up to now.
    pub fn opinions(&self, now: Ms) -> Vec<&Review> {
        let mut out: Vec<&Review> = Vec::new();
        for r in self.reviews.iter().filter(|r| r.at <= now && r.state != "COMMENTED") {
            out.retain(|o| o.author != r.author);
            out.push(r);
        }
        out
    }

    /// GraphQL's `mergeable`.
    pub fn mergeable(&self, now: Ms) -> &'static str {
        match () {
            () if self.state != PullState::Open || now < self.mergeable_from => "UNKNOWN",
            () if self.conflicts => "CONFLICTING",
            () => "MERGEABLE",
        }
    }

    /// GitHub lists every run and uses the newest of each.
    pub fn current_checks(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| !self.checks.iter().any(|other| other.is_rerun_of(check)))
    }

    pub fn open_conversations(&self) -> usize {
        self.judged.conversations.iter().filter(|resolved| !**resolved).count()
    }
}
