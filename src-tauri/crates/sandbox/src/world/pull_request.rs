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

/// Of a pull request.
#[derive(Debug, Clone, Default)]
pub struct MergeCriteria {
    /// The owner of the fork that its head lives in.
    pub fork_of: Option<String>,
    /// Workflows whose runs wait for a maintainer's approval.
    pub waiting: Vec<String>,
    /// Whether each conversation is resolved.
    pub conversations: Vec<bool>,
    /// Code owners who are asked and have not approved.
    pub code_owners: Vec<String>,
    /// Its newest commit bears no signature.
    pub unsigned: bool,
    /// Fields that no token may see.
    pub forbidden: Vec<String>,
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

    /// GraphQL's `mergeable`.
    pub fn mergeable(&self, now: Ms) -> &'static str {
        match () {
            () if self.state != PullState::Open || now < self.mergeable_from => "UNKNOWN",
            () if self.conflicts => "CONFLICTING",
            () => "MERGEABLE",
        }
    }

    /// GitHub lists every run and judges by the newest of each.
    pub fn current_checks(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| !self.checks.iter().any(|other| other.is_rerun_of(check)))
    }

    pub fn open_conversations(&self) -> usize {
        self.judged.conversations.iter().filter(|resolved| !**resolved).count()
    }
}
