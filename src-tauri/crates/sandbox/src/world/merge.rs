//! What adds commits to main: merges, reverts, branch updates and pushes.

use std::sync::Arc;

use super::add_commit::NewCommit;
use super::commit::{ChangeKind, FileChange, Oid, Person};
use super::open_pull_request::NewPullRequest;
use super::planned_failure::PlannedFailureKind;
use super::pull_request::{PullRequest, PullState};
use super::refusal::{ARCHIVED, Refusal};
use super::state::World;

/// The longest title of a pull request, in characters.
const LONGEST_TITLE: usize = 256;

pub struct MergeAsk<'a> {
    pub method: &'a str,
    pub sha: Option<&'a str>,
    pub title: Option<&'a str>,
    pub message: Option<&'a str>,
    pub by: Arc<Person>,
}

impl World {
    /// Merges, and starts the pipeline of the new main.
    pub fn merge(&mut self, service: usize, number: u64, ask: &MergeAsk<'_>) -> Result<Oid, Refusal> {
        let repo = &self.services[service].repo;
        let pull = repo.pulls.get(&number).ok_or_else(|| Refusal::new(404, "Not Found"))?;
        if let Some(refusal) = pull.refusal(repo, ask.method, ask.sha, self.now) {
            return Err(refusal);
        }
        Ok(self.land(service, number, ask))
    }

    /// The merge itself, after all checks.
    pub fn land(&mut self, service: usize, number: u64, ask: &MergeAsk<'_>) -> Oid {
        let now = self.now;
        let pull = self.services[service].repo.pulls[&number].clone();
        let landed = match ask.method {
            "merge" => self.merge_commit(service, &pull, ask),
            "squash" => self.squash(service, &pull, ask),
            _ => self.rebase(service, &pull),
        };
        let tip = landed.last().expect("a merge lands at least one commit").clone();
        self.burden(service, &tip, &pull);
        let repo = &mut self.services[service].repo;
        repo.branches.insert("main".into(), tip.clone());
        let pull = repo.pulls.get_mut(&number).expect("looked up above");
        pull.state = PullState::Merged;
        pull.merged_at = Some(now);
        pull.updated = now;
        pull.merge_commit = Some(tip.clone());
        pull.landed = landed;
        pull.merged_by = ask.by.login.clone();
        pull.auto_merge = None;
        self.compute_mergeability_again(service);
        if !self.is_skipped(service, &tip) {
            self.start_pipeline(service, &tip, &ask.by.clone());
        }
        tip
    }

    fn merge_commit(&mut self, service: usize, pull: &PullRequest, ask: &MergeAsk<'_>) -> Vec<Oid> {
        let main = self.services[service].repo.main().clone();
        let owner = self.services[service].repo.owner.clone();
        let title = ask.title.map_or_else(|| format!("Merge pull request #{} from {owner}/{}", pull.number, pull.branch), str::to_owned);
        let files = Arc::new(self.pull_files(service, pull));
        let new = NewCommit {
            parents: vec![main, pull.head.clone()],
            message: format!("{title}\n\n{}", ask.message.unwrap_or(&pull.title)),
            author: &ask.by,
            files,
            pull_request: Some(pull.number),
        };
        let oid = self.add_commit(service, new);
        let mut landed = pull.commits.clone();
        landed.push(oid);
        landed
    }

    fn squash(&mut self, service: usize, pull: &PullRequest, ask: &MergeAsk<'_>) -> Vec<Oid> {
        let main = self.services[service].repo.main().clone();
        let title = ask.title.map_or_else(|| format!("{} (#{})", pull.title, pull.number), str::to_owned);
        let listed = || {
            let repo = &self.services[service].repo;
            let lines = pull.commits.iter().map(|c| format!("* {}", repo.commits[c].headline()));
            if pull.commits.len() > 1 { lines.collect::<Vec<_>>().join("\n\n") } else { String::new() }
        };
        let body = ask.message.map_or_else(listed, str::to_owned);
        let message = if body.is_empty() { title } else { format!("{title}\n\n{body}") };
        let files = Arc::new(self.pull_files(service, pull));
        let new = NewCommit { parents: vec![main], message, author: &pull.author, files, pull_request: Some(pull.number) };
        vec![self.add_commit(service, new)]
    }

    fn rebase(&mut self, service: usize, pull: &PullRequest) -> Vec<Oid> {
        let mut parent = self.services[service].repo.main().clone();
        let mut landed = Vec::new();
        for oid in &pull.commits {
            let old = self.services[service].repo.commits[oid].clone();
            let new = NewCommit {
                parents: vec![parent],
                message: old.message.clone(),
                author: &old.author,
                files: old.files.clone(),
                pull_request: Some(pull.number),
            };
            parent = self.add_commit(service, new);
            landed.push(parent.clone());
        }
        landed
    }

    /// The merge commit has the change's own flaws and the planned failures; a revert heals what it reverts.
    fn burden(&mut self, service: usize, tip: &Oid, pull: &PullRequest) {
        let mut flaws = pull.flaws.clone();
        let mut heals = Vec::new();
        if let Some(reverted) = pull.reverts {
            let repo = &self.services[service].repo;
            heals = repo.pulls.get(&reverted).map(|p| p.landed.clone()).unwrap_or_default();
            // Reverting a revert brings the flaw back.
            for oid in heals.clone() {
                let undone = repo.commits[&oid].heals.iter().flat_map(|h| repo.commits[h].flaws.clone());
                flaws.extend(undone);
            }
        } else if let Some(PlannedFailureKind::Flaw(flaw)) = self.take_planned_failure(service, true) {
            flaws.push(flaw);
        }
        if let Some(commit) = self.services[service].repo.commits.get_mut(tip) {
            let commit = Arc::make_mut(commit);
            commit.flaws = flaws;
            commit.heals = heals;
        }
    }

    /// GitHub's revert button: opens a pull request that undoes the changes.
    pub fn revert(
        &mut self,
        service: usize,
        number: u64,
        title: Option<&str>,
        body: Option<&str>,
        draft: bool,
        by: &Arc<Person>,
    ) -> Result<u64, Refusal> {
        let repo = &self.services[service].repo;
        let pull = repo.pulls.get(&number).ok_or_else(|| Refusal::new(404, "Could not resolve to a PullRequest."))?;
        if repo.archived {
            return Err(Refusal::new(403, ARCHIVED));
        }
        if pull.state != PullState::Merged {
            return Err(Refusal::new(422, "Pull request must be merged before it can be reverted."));
        }
        let branch = format!("revert-{number}-{}", pull.branch);
        if repo.branches.contains_key(&branch) {
            return Err(Refusal::new(422, "A branch for this revert already exists."));
        }
        if title.is_some_and(|title| title.chars().count() > LONGEST_TITLE) {
            return Err(Refusal::new(422, "Title is too long (maximum is 256 characters)"));
        }
        let standing = |p: &PullRequest| p.reverts == Some(number) && p.state == PullState::Merged;
        if repo.pulls.values().any(standing) {
            return Err(Refusal::new(
                422,
                "This pull request could not be reverted automatically. It may have already been reverted, or a more recent commit may have updated some of its content.",
            ));
        }
        let pull = pull.clone();
        let title = title.map_or_else(|| format!("Revert \"{}\"", pull.title), str::to_owned);
        let slug = format!("{}/{}", repo.owner, repo.name);
        let body = body.map_or_else(|| format!("Reverts {slug}#{number}"), str::to_owned);
        let files = self.pull_files(service, &pull).into_iter().map(undo).collect();
        let new = self.open_pull(service, NewPullRequest { title, body, author: by.clone(), branch, commits: vec![files] });
        self.checks_pass_soon(service, new);
        let pull = self.pull_mut(service, new);
        pull.reverts = Some(number);
        pull.draft = draft;
        Ok(new)
    }

    /// Adds a commit to the branch of a pull request: its checks start again.
    pub fn push(&mut self, service: usize, number: u64, message: &str, files: Vec<FileChange>) -> Option<Oid> {
        let pull = self.services[service].repo.pulls.get(&number)?.clone();
        let new = NewCommit {
            parents: vec![pull.head.clone()],
            message: message.to_owned(),
            author: &pull.author,
            files: Arc::new(files),
            pull_request: Some(number),
        };
        let oid = self.add_commit(service, new);
        let (now, soon) = (self.now, self.now + self.span(2.0));
        self.services[service].repo.branches.insert(pull.branch.clone(), oid.clone());
        // A queued pull request was checked with its earlier head.
        self.dequeue(service, number);
        let pull = self.pull_mut(service, number);
        pull.head = oid.clone();
        pull.commits.push(oid.clone());
        pull.updated = now;
        pull.mergeable_from = soon;
        self.restart_checks(service, number);
        Some(oid)
    }

    /// Merges main into the branch.
    pub fn update_branch(&mut self, service: usize, number: u64, expected: Option<&str>) -> Result<(), Refusal> {
        let repo = &self.services[service].repo;
        let pull = repo.pulls.get(&number).ok_or_else(|| Refusal::new(404, "Not Found"))?;
        if expected.is_some_and(|sha| *sha != *pull.head) {
            return Err(Refusal::new(422, "expected head sha didn’t match current head ref."));
        }
        if repo.archived {
            return Err(Refusal::new(403, ARCHIVED));
        }
        if self.queue_entry(service, number).is_some() {
            return Err(Refusal::new(422, "Branches that are queued for merging cannot be updated"));
        }
        if pull.conflicts {
            return Err(Refusal::new(422, "merge conflict between base and head"));
        }
        if pull.state != PullState::Open || repo.reach(&pull.head).contains(repo.main()) {
            return Err(Refusal::new(422, "There are no new commits on the base branch."));
        }
        let (main, branch) = (repo.main().clone(), pull.branch.clone());
        let new = NewCommit {
            parents: vec![pull.head.clone(), main.clone()],
            message: format!("Merge branch 'main' into {branch}"),
            author: &self.viewer.clone(),
            files: Arc::default(),
            pull_request: None,
        };
        let oid = self.add_commit(service, new);
        self.services[service].repo.branches.insert(branch, oid.clone());
        let now = self.now;
        let pull = self.pull_mut(service, number);
        pull.head = oid.clone();
        pull.fork = main;
        pull.commits.push(oid);
        pull.out_of_date = false;
        pull.updated = now;
        self.restart_checks(service, number);
        Ok(())
    }
}

fn undo(file: FileChange) -> FileChange {
    let kind = match file.kind {
        ChangeKind::Added => ChangeKind::Deleted,
        ChangeKind::Deleted => ChangeKind::Added,
        ChangeKind::Modified => ChangeKind::Modified,
    };
    FileChange { path: file.path, additions: file.deletions, deletions: file.additions, kind }
}
