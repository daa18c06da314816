//! Opens pull requests with their checks.

use std::sync::Arc;

use super::add_commit::NewCommit;
use super::check::{Check, CheckReport};
use super::commit::{FileChange, Person};
use super::pull_request::{MergeCriteria, PullRequest, PullState, Review};
use super::sample_data;
use super::state::World;
use super::time::Ms;

/// Commits as lists of files, oldest first.
pub struct NewPullRequest {
    pub title: String,
    pub body: String,
    pub author: Arc<Person>,
    pub branch: String,
    pub commits: Vec<Vec<FileChange>>,
}

/// Checks that every repository of the sandbox requires.
pub(crate) const REQUIRED: [&str; 4] = ["lint", "unit", "integration", "typescript"];
const SECONDS: [f64; 4] = [40.0, 130.0, 220.0, 70.0];

impl World {
    /// Opens it on the current main, with every check queued.
    pub fn open_pull(&mut self, service: usize, new: NewPullRequest) -> u64 {
        let fork = self.services[service].repo.main().clone();
        let number = self.services[service].repo.next_number;
        self.services[service].repo.next_number += 1;
        let (mut parent, mut commits) = (fork.clone(), Vec::new());
        for (n, files) in new.commits.into_iter().enumerate() {
            let message = match n {
                0 => new.title.clone(),
                n => sample_data::follow_up(n).to_owned(),
            };
            let author = new.author.clone();
            let commit = NewCommit { parents: vec![parent], message, author: &author, files: Arc::new(files), pull_request: Some(number) };
            parent = self.add_commit(service, commit);
            commits.push(parent.clone());
        }
        let pull = PullRequest {
            number,
            title: new.title,
            body: new.body,
            author: new.author,
            branch: new.branch.clone(),
            head: parent.clone(),
            fork,
            commits,
            draft: false,
            conflicts: false,
            out_of_date: false,
            rebaseable: true,
            refuses_with: None,
            state: PullState::Open,
            checks: Vec::new(),
            reviews: Vec::new(),
            review_requests: Vec::new(),
            labels: Vec::new(),
            mergeable_from: self.now + self.span(1.5),
            created: self.now,
            updated: self.now,
            merged_at: None,
            merge_commit: None,
            landed: Vec::new(),
            merged_by: None,
            auto_merge: None,
            reverts: None,
            flaws: Vec::new(),
            judged: MergeCriteria::default(),
        };
        let repo = &mut self.services[service].repo;
        repo.branches.insert(new.branch, parent);
        repo.pulls.insert(number, pull);
        self.restart_checks(service, number);
        number
    }

    pub fn restart_checks(&mut self, service: usize, number: u64) {
        let starts = self.now + self.span(3.0);
        let spans: Vec<Ms> = SECONDS
            .iter()
            .map(|s| {
                let s = self.rng.jitter(*s);
                self.span(s)
            })
            .collect();
        self.set_checks(service, number, |n| (starts, starts + spans[n]));
    }

    /// The checks of a revert are fast and a bot approves it, so that reverting needs no second person.
    pub fn checks_pass_soon(&mut self, service: usize, number: u64) {
        let starts = self.now + self.span(1.0);
        let ends = self.now + self.span(12.0);
        self.set_checks(service, number, |_| (starts, ends));
        let at = self.now + self.span(4.0);
        self.review(service, number, "acme-revert-approver", "APPROVED", at);
    }

    /// Every check has passed by `at` and it is approved: ready to merge.
    pub fn make_ready(&mut self, service: usize, number: u64, at: Ms) {
        self.set_checks(service, number, |n| (at - 60_000 - n as Ms * 7_000, at - 1_000 * n as Ms));
        let author = self.pull_mut(service, number).author.login.clone();
        self.review(service, number, sample_data::reviewer(number, author.as_deref()), "APPROVED", at);
        self.pull_mut(service, number).mergeable_from = at;
    }

    pub fn review(&mut self, service: usize, number: u64, author: &str, state: &'static str, at: Ms) {
        let id = format!("PRR_{}", self.rng.below(1 << 40));
        let pull = self.pull_mut(service, number);
        let commit = pull.head.clone();
        pull.reviews.push(Review { id, author: author.into(), state, at, commit });
    }

    fn set_checks(&mut self, service: usize, number: u64, time: impl Fn(usize) -> (Ms, Ms)) {
        let required = self.services[service].repo.required_checks.clone();
        let base = self.rng.below(1 << 26) as u64 * 8 + 8;
        let checks = required.into_iter().enumerate().map(|(n, name)| {
            let (starts, ends) = time(n);
            Check { id: base + n as u64, name, status_context: false, starts, ends, passes: true, reported: CheckReport::default() }
        });
        let mut checks: Vec<Check> = checks.collect();
        let (starts, ends) = time(0);
        let id = base + 7;
        checks.push(Check {
            id,
            name: "license/cla".into(),
            status_context: true,
            starts,
            ends,
            passes: true,
            reported: CheckReport::default(),
        });
        self.pull_mut(service, number).checks = checks;
    }
}
