//! Which code contains which change, and which changes are reverted in it.
//!
//! Every answer may be unknown: the history that is loaded ends somewhere, and a branch may have
//! been rewritten. `No` is only said when the loaded part shows it.

mod revert_references;

pub use revert_references::{LONGEST_TITLE, names_as_reverted, revert_title, reverted_commits, reverted_pull_requests};

use crate::commit::Commit;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Whether code contains a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contained {
    No,
    Unknown,
    Yes,
}

/// Whether a change is reverted in some code, in the order of certainty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reverted {
    No,
    Unknown,
    /// Only the title and the files of a later change say so.
    Likely,
    Yes,
}

/// What is known of reverts beside the commits themselves.
#[derive(Clone, Debug, Default)]
pub struct RevertEvidence {
    /// Pull requests that our own requests opened, each with the one it reverts.
    pub opened: Vec<(u64, u64)>,
    /// Paths that changes touch, by the change's id: `#414`, or the sha of a commit without a pull
    /// request. Only a complete list may be put here.
    pub files: BTreeMap<String, BTreeSet<String>>,
}

/// The commits that are loaded, in any order; the same commit may come twice.
pub struct History<'a> {
    commits: BTreeMap<&'a str, &'a Commit>,
    evidence: &'a RevertEvidence,
}

/// One thing that reverts another: a whole pull request, or one commit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reverter<'a> {
    PullRequest(u64),
    Commit(&'a str),
}

/// Some code, with everything that is known to be in it.
struct At<'a> {
    sha: &'a str,
    reached: HashSet<&'a str>,
    /// Some of its ancestors are not loaded.
    open: bool,
}

/// The code host is asked for three parents of a commit; one that has as many may have more.
const PARENTS_READ: usize = 3;

impl<'a> History<'a> {
    pub fn new(commits: impl IntoIterator<Item = &'a Commit>, evidence: &'a RevertEvidence) -> Self {
        let mut index: BTreeMap<&str, &Commit> = BTreeMap::new();
        for commit in commits {
            // A commit read with its parents tells more than one without.
            let known = index.entry(commit.sha.as_str()).or_insert(commit);
            if known.parents.len() < commit.parents.len() {
                *known = commit;
            }
        }
        Self { commits: index, evidence }
    }

    pub fn commit(&self, sha: &str) -> Option<&'a Commit> {
        self.commits.get(sha).copied()
    }

    /// Whether the code at `code` contains the commit `change`.
    pub fn contains(&self, code: &str, change: &str) -> Contained {
        if code == change {
            return Contained::Yes;
        }
        self.in_code(&self.at(code), change)
    }

    /// The commits on the first-parent line of `head` that the code at `base` does not contain, newest
    /// first; None when the loaded history does not show where they begin.
    pub fn first_parents_between(&self, base: &str, head: &str) -> Option<Vec<&'a Commit>> {
        let base = self.at(base);
        let mut found = Vec::new();
        for commit in self.first_parents(head) {
            if base.reached.contains(commit.sha.as_str()) {
                return Some(found);
            }
            found.push(commit);
        }
        let next = found.last().and_then(|last| last.parents.first().map(String::as_str)).unwrap_or(head);
        (next == base.sha).then_some(found)
    }

    /// Whether the commit `change` is reverted in the code at `code`.
    pub fn reverted(&self, change: &str, code: &str) -> Reverted {
        self.commit_reverted(change, &self.at(code), &mut Vec::new())
    }

    /// Whether every commit that the pull request put on the branch is reverted in the code at `code`.
    pub fn pull_request_reverted(&self, number: u64, code: &str) -> Reverted {
        self.whole_reverted(number, &self.at(code), &mut Vec::new())
    }

    /// Commits in the code at `code` that are known to revert the commit `change` there. Those of which only the
    /// title says so are left out.
    pub fn reverting(&self, change: &str, code: &str) -> Vec<&'a Commit> {
        let at = self.at(code);
        let mut found: Vec<&Commit> = Vec::new();
        for (reverter, said) in self.reverters(change, &at) {
            let undone = match reverter {
                Reverter::PullRequest(number) => self.whole_reverted(number, &at, &mut vec![reverter]),
                Reverter::Commit(sha) => self.commit_reverted(sha, &at, &mut vec![reverter]),
            };
            if said == Reverted::Yes && undone == Reverted::No {
                found.extend(self.commits.values().copied().filter(|commit| match reverter {
                    Reverter::PullRequest(number) => commit.pull_request == Some(number) && at.reached.contains(commit.sha.as_str()),
                    Reverter::Commit(sha) => commit.sha == sha,
                }));
            }
        }
        found
    }

    fn first_parents(&self, from: &str) -> impl Iterator<Item = &'a Commit> {
        let first = self.commit(from);
        let mut seen = HashSet::new();
        std::iter::successors(first, |commit| self.commit(commit.parents.first()?)).take_while(move |commit| seen.insert(&commit.sha))
    }

    fn at<'b>(&self, sha: &'b str) -> At<'b>
    where
        'a: 'b,
    {
        let mut at = At { sha, reached: HashSet::new(), open: false };
        let mut queue: Vec<&'b str> = vec![sha];
        while let Some(next) = queue.pop() {
            if !at.reached.insert(next) {
                continue;
            }
            let Some(commit) = self.commit(next) else {
                at.open = true;
                continue;
            };
            // No parents are told for a first commit, and also where an answer left them out.
            at.open |= commit.parents.is_empty() || commit.parents.len() >= PARENTS_READ;
            queue.extend(commit.parents.iter().map(String::as_str));
        }
        at
    }

    fn in_code(&self, at: &At<'_>, change: &str) -> Contained {
        match () {
            () if at.reached.contains(change) => Contained::Yes,
            () if !at.open => Contained::No,
            // What comes after some code is not in it.
            () if self.at(change).reached.contains(at.sha) => Contained::No,
            () => Contained::Unknown,
        }
    }

    fn commit_reverted(&self, sha: &str, at: &At<'_>, asked: &mut Vec<Reverter<'a>>) -> Reverted {
        let mut best = match (self.in_code(at, sha), self.commit(sha)) {
            // Everything that came after it and is in the code is loaded too.
            (Contained::Yes, Some(_)) | (Contained::No, _) => Reverted::No,
            (Contained::Yes, None) | (Contained::Unknown, _) => Reverted::Unknown,
        };
        for (reverter, said) in self.reverters(sha, at) {
            let undone = if asked.contains(&reverter) {
                // They revert each other: no order is known.
                Reverted::Unknown
            } else {
                asked.push(reverter);
                let undone = match reverter {
                    Reverter::PullRequest(number) => self.whole_reverted(number, at, asked),
                    Reverter::Commit(sha) => self.commit_reverted(sha, at, asked),
                };
                asked.pop();
                undone
            };
            best = best.max(match undone {
                Reverted::No => said,
                Reverted::Unknown | Reverted::Likely => Reverted::Unknown,
                Reverted::Yes => Reverted::No,
            });
        }
        best
    }

    fn whole_reverted(&self, number: u64, at: &At<'_>, asked: &mut Vec<Reverter<'a>>) -> Reverted {
        let line: Vec<&Commit> = self.first_parents(at.sha).collect();
        let of_it = |commit: &&&Commit| commit.pull_request == Some(number);
        let mut landed: Vec<&Commit> = line.iter().filter(of_it).copied().collect();
        // More of its commits may lie before the last one that is loaded.
        let cut = line.last().is_some_and(|last| last.pull_request == Some(number));
        if landed.is_empty() {
            landed = self.commits.values().filter(of_it).filter(|c| at.reached.contains(c.sha.as_str())).copied().collect();
        }
        let each = landed.iter().map(|commit| self.commit_reverted(&commit.sha, at, asked)).min().unwrap_or(Reverted::Unknown);
        if cut { each.min(Reverted::Unknown) } else { each }
    }

    /// What reverts the commit and is, or may be, in the code; with how surely it says so.
    fn reverters(&self, sha: &str, at: &At<'_>) -> Vec<(Reverter<'a>, Reverted)> {
        let change = self.commit(sha);
        let number = change.and_then(|c| c.pull_request);
        let merge = number.and_then(|number| self.commits.values().find(|c| c.pull_request == Some(number) && c.parents.len() > 1));
        let mut found: Vec<(Reverter<'a>, Reverted)> = Vec::new();
        for later in self.commits.values().filter(|later| later.sha != sha && (number.is_none() || later.pull_request != number)) {
            let names = |name: &str| later.reverts_commits.iter().any(|reverted| reverted == name);
            let by_message = names(sha)
                || merge.is_some_and(|merge| names(&merge.sha))
                || number.is_some_and(|number| later.reverts_pull_requests.contains(&number));
            let own = later.pull_request;
            let by_pull_request = number.zip(own).is_some_and(|pair| self.says_pull_request(later, pair));
            let likely = change.is_some_and(|change| self.reverts_by_title(later, change));
            let whole = own.map_or(Reverter::Commit(&later.sha), Reverter::PullRequest);
            let said = [
                by_message.then_some((Reverter::Commit(later.sha.as_str()), Reverted::Yes)),
                by_pull_request.then_some((whole, Reverted::Yes)),
                likely.then_some((whole, Reverted::Likely)),
            ];
            if said.iter().all(Option::is_none) || self.contains(&later.sha, sha) == Contained::No {
                continue;
            }
            let said = said.into_iter().flatten();
            match self.in_code(at, &later.sha) {
                Contained::Yes => found.extend(said),
                Contained::Unknown => found.extend(said.map(|(reverter, _)| (reverter, Reverted::Unknown))),
                Contained::No => {}
            }
        }
        found
    }

    fn says_pull_request(&self, later: &Commit, (reverted, own): (u64, u64)) -> bool {
        self.evidence.opened.contains(&(own, reverted)) || later.pull_request_reverts.contains(&reverted)
    }

    /// The title alone proves nothing; that nothing else is touched makes it likely.
    fn reverts_by_title(&self, later: &Commit, change: &Commit) -> bool {
        let files = |commit: &Commit| self.evidence.files.get(&change_id(commit));
        names_title_as_reverted(later, change)
            && files(later).zip(files(change)).is_some_and(|(later, earlier)| !later.is_empty() && later.is_subset(earlier))
    }

    /// Pairs of changes of which one reverts the other by its title, in the code at `code`: what
    /// must be known of their files before [`Reverted::Likely`] can be told. By change id.
    pub fn titles_to_compare(&self) -> Vec<(String, String)> {
        let by_title: HashMap<String, Vec<&Commit>> = self.commits.values().fold(HashMap::new(), |mut all, commit| {
            for title in titles(commit) {
                all.entry(revert_title(title)).or_default().push(*commit);
            }
            all
        });
        let mut pairs = BTreeSet::new();
        for later in self.commits.values() {
            for earlier in titles(later).into_iter().filter_map(|title| by_title.get(title)).flatten() {
                if change_id(later) != change_id(earlier) {
                    pairs.insert((change_id(later), change_id(earlier)));
                }
            }
        }
        pairs.into_iter().collect()
    }
}

/// `#414`, or the sha of a commit that came without a pull request.
pub fn change_id(commit: &Commit) -> String {
    commit.pull_request.map_or_else(|| commit.sha.clone(), |number| format!("#{number}"))
}

fn titles(commit: &Commit) -> Vec<&str> {
    match (&commit.pull_request, &commit.pull_request_title) {
        (Some(_), Some(title)) => vec![title],
        (Some(_), None) | (None, _) => vec![&commit.title],
    }
}

fn names_title_as_reverted(later: &Commit, change: &Commit) -> bool {
    titles(change).iter().any(|title| titles(later).iter().any(|own| *own == revert_title(title)))
}

/// The commit that merging a pull request would put on top of `base`: what is reverted then is
/// asked of it.
pub fn as_if_merged(number: u64, head_sha: &str, title: &str, base: &str) -> Commit {
    Commit {
        sha: head_sha.to_owned(),
        title: title.to_owned(),
        pull_request: Some(number),
        pull_request_title: Some(title.to_owned()),
        parents: vec![base.to_owned()],
        ..Commit::default()
    }
}
