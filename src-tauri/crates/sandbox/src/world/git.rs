//! A repository: its commits, branches and pull requests.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet};
use std::sync::Arc;

use super::branch_rules::{Demands, LinearHistory, Ruleset};
use super::commit::{ChangeKind, Commit, FileChange, Flaw, Oid};
use super::pull_request::PullRequest;
use super::queue::Queue;

#[derive(Debug, Clone)]
pub struct Repo {
    pub owner: String,
    pub name: String,
    pub id: String,
    pub commits: HashMap<Oid, Arc<Commit>>,
    pub branches: BTreeMap<String, Oid>,
    pub pulls: BTreeMap<u64, PullRequest>,
    pub next_number: u64,
    pub methods: BTreeSet<&'static str>,
    pub required_checks: Vec<String>,
    pub required_approvals: u32,
    pub ruleset: Option<Ruleset>,
    /// Merges into main must go through it.
    pub queue: Option<Queue>,
    pub auto_merge_allowed: bool,
    /// Merge commits are not allowed on main; by which kind of rule.
    pub linear_history: Option<LinearHistory>,
    pub demands: Demands,
    /// For how long the mergeability of other pull requests is unknown after a merge.
    pub recheck_seconds: f64,
    pub archived: bool,
    /// (owner, name), oldest first.
    pub former: Vec<(String, String)>,
}

impl Repo {
    pub fn main(&self) -> &Oid {
        &self.branches["main"]
    }

    pub fn commit(&self, oid: &str) -> Option<&Arc<Commit>> {
        self.commits.get(oid)
    }

    /// Resolves a full sha, `HEAD`, `refs/heads/x`, `heads/x`, `x`, or the beginning of a sha. There are no tags.
    pub fn resolve(&self, name: &str) -> Option<&Arc<Commit>> {
        let branch = name.strip_prefix("refs/").unwrap_or(name);
        let branch = branch.strip_prefix("heads/").unwrap_or(branch);
        let branch = if branch == "HEAD" { "main" } else { branch };
        let found = self.branches.get(branch).and_then(|oid| self.commits.get(oid)).or_else(|| self.commits.get(name));
        found.or_else(|| {
            let short = name.len() >= 7 && name.bytes().all(|b| b.is_ascii_hexdigit());
            short.then(|| self.commits.iter().find(|(oid, _)| oid.starts_with(name)).map(|(_, c)| c)).flatten()
        })
    }

    /// Everything reachable from `from`, newest first.
    pub fn log(&self, from: &str) -> Vec<Arc<Commit>> {
        let mut heap = BinaryHeap::new();
        let mut seen = HashSet::new();
        let mut out = Vec::new();
        if let Some(first) = self.commits.get(from) {
            heap.push((first.order, first.oid.clone()));
            seen.insert(first.oid.clone());
        }
        while let Some((_, oid)) = heap.pop() {
            let commit = &self.commits[&oid];
            for parent in &commit.parents {
                if let Some(p) = self.commits.get(parent)
                    && seen.insert(p.oid.clone())
                {
                    heap.push((p.order, p.oid.clone()));
                }
            }
            out.push(commit.clone());
        }
        out
    }

    pub fn reach(&self, from: &str) -> HashSet<Oid> {
        let mut seen: HashSet<Oid> = HashSet::new();
        let mut todo: Vec<Oid> = self.commits.get(from).map(|c| c.oid.clone()).into_iter().collect();
        while let Some(oid) = todo.pop() {
            if seen.insert(oid.clone())
                && let Some(c) = self.commits.get(&oid)
            {
                todo.extend(c.parents.iter().filter(|p| self.commits.contains_key(*p)).cloned());
            }
        }
        seen
    }

    /// In `head` and not in `base`, newest first.
    pub fn between(&self, base: &str, head: &str) -> Vec<Arc<Commit>> {
        let known = self.reach(base);
        let mut out = self.log(head);
        out.retain(|c| !known.contains(&c.oid));
        out
    }

    pub fn merge_base(&self, a: &str, b: &str) -> Option<Arc<Commit>> {
        let known = self.reach(a);
        self.log(b).into_iter().find(|c| known.contains(&c.oid))
    }

    /// The net effect of commits that are given newest first: a file that was added and later deleted is not
    /// included.
    pub fn net_files(commits: &[Arc<Commit>]) -> Vec<FileChange> {
        let mut net: BTreeMap<String, FileChange> = BTreeMap::new();
        for commit in commits.iter().rev().filter(|c| c.parents.len() < 2) {
            for f in commit.files.iter() {
                match net.get_mut(&f.path) {
                    Some(had) if had.kind == ChangeKind::Added && f.kind == ChangeKind::Deleted => {
                        net.remove(&f.path);
                    }
                    Some(had) => {
                        had.additions += f.additions;
                        had.deletions += f.deletions;
                        if f.kind == ChangeKind::Deleted {
                            had.kind = ChangeKind::Deleted;
                        } else if had.kind == ChangeKind::Deleted {
                            had.kind = ChangeKind::Modified;
                        }
                    }
                    None => {
                        net.insert(f.path.clone(), f.clone());
                    }
                }
            }
        }
        net.into_values().collect()
    }

    /// Flaws in the code at `oid` that no reachable commit has healed.
    pub fn flaws(&self, oid: &str) -> Vec<Flaw> {
        let log = self.log(oid);
        let healed: HashSet<&Oid> = log.iter().flat_map(|c| c.heals.iter()).collect();
        log.iter().filter(|c| !healed.contains(&c.oid)).flat_map(|c| c.flaws.iter().cloned()).collect()
    }
}
