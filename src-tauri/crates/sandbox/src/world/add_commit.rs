//! Commits of the simulation, and what a pull request's commits change together.

use std::sync::Arc;

use super::commit::{Commit, FileChange, Oid, Person, When};
use super::git::Repo;
use super::pull_request::PullRequest;
use super::state::World;

pub struct NewCommit<'a> {
    pub parents: Vec<Oid>,
    pub message: String,
    pub author: &'a Arc<Person>,
    pub files: Arc<Vec<FileChange>>,
    pub pull_request: Option<u64>,
}

impl World {
    pub fn add_commit(&mut self, service: usize, new: NewCommit<'_>) -> Oid {
        let oid = self.rng.oid();
        let commit = Commit {
            oid: oid.clone(),
            parents: new.parents,
            message: new.message,
            author: new.author.clone(),
            authored: When::World(self.now),
            committed: When::World(self.now),
            files: new.files,
            pull_request: new.pull_request,
            order: self.order(),
            imported: false,
            flaws: Vec::new(),
            heals: Vec::new(),
        };
        self.services[service].repo.commits.insert(oid.clone(), Arc::new(commit));
        oid
    }

    pub fn pull_files(&self, service: usize, pull: &PullRequest) -> Vec<FileChange> {
        let repo = &self.services[service].repo;
        let commits: Vec<_> = pull.commits.iter().rev().filter_map(|c| repo.commit(c).cloned()).collect();
        Repo::net_files(&commits)
    }

    pub fn pull_mut(&mut self, service: usize, number: u64) -> &mut PullRequest {
        self.services[service].repo.pulls.get_mut(&number).expect("the caller looked the number up")
    }
}
