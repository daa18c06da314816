//! What a pull request put on its branch.

use crate::commit::Commit;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// The commits that a pull request put on the first-parent line of its branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landing {
    pub number: u64,
    /// What was there before it, then its commits, oldest first. By a merge or a squash it put one there; by a
    /// rebase, each of its own.
    pub states: Vec<String>,
}

impl Landing {
    /// None where `commits` do not show where it begins. `last` is the commit that its merge made.
    pub fn of(number: u64, last: &str, commits: &[Commit]) -> Option<Self> {
        let mut seen = HashSet::new();
        let mut states = vec![last.to_owned()];
        let mut at = commits.iter().find(|commit| commit.sha == last)?;
        loop {
            let parent = at.parents.first()?;
            states.push(parent.clone());
            // The parents of a merge commit are not its own work.
            if at.parents.len() > 1 {
                break;
            }
            at = commits.iter().find(|commit| commit.sha == *parent)?;
            if at.pull_request != Some(number) || at.parents.len() > 1 || !seen.insert(&at.sha) {
                break;
            }
        }
        states.reverse();
        Some(Self { number, states })
    }

    pub fn commits(&self) -> &[String] {
        self.states.get(1..).unwrap_or_default()
    }
}

/// How a commit changed a file, against its first parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LandedStatus {
    Added,
    Removed,
    Changed,
    Renamed,
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LandedFile {
    pub path: String,
    pub status: LandedStatus,
}

/// One revert: what is taken out, and the files that each of its commits touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevertOfLanding {
    pub landing: Landing,
    /// One list for each of the landing's commits.
    pub files: Vec<Vec<LandedFile>>,
}

impl RevertOfLanding {
    pub fn paths(&self) -> BTreeSet<&str> {
        self.files.iter().flatten().map(|file| file.path.as_str()).collect()
    }

    pub(super) fn steps(&self) -> impl DoubleEndedIterator<Item = Step<'_>> {
        self.landing.states.windows(2).zip(&self.files).filter_map(|(pair, files)| match pair {
            [before, after] => Some(Step::new(before, after, files.iter())),
            _ => None,
        })
    }

    /// From its last commit to what was there before its first.
    pub(super) fn whole(&self) -> Option<Step<'_>> {
        Some(Step::new(self.landing.states.first()?, self.landing.states.last()?, self.files.iter().flatten()))
    }

    pub(super) fn is_complete(&self) -> bool {
        self.files.len() == self.landing.commits().len() && !self.files.is_empty()
    }
}

/// A merge with `after` as its base and `before` as theirs.
#[derive(Clone, Debug)]
pub(super) struct Step<'a> {
    pub(super) before: &'a str,
    pub(super) after: &'a str,
    pub(super) paths: BTreeSet<&'a str>,
    /// Files that are not merged under their own name alone, with why.
    pub(super) unclear: BTreeMap<&'a str, &'static str>,
    /// Files were renamed, or some added and others removed: git may see a rename between them.
    pub(super) may_rename: bool,
}

impl<'a> Step<'a> {
    fn new(before: &'a str, after: &'a str, files: impl Iterator<Item = &'a LandedFile> + Clone) -> Self {
        let any = |status: LandedStatus| files.clone().any(|file| file.status == status);
        let may_rename = any(LandedStatus::Renamed) || any(LandedStatus::Added) && any(LandedStatus::Removed);
        let why = |status: LandedStatus| match status {
            LandedStatus::Renamed => Some("was renamed by it"),
            LandedStatus::Unknown => Some("was changed by it in a way that was not told"),
            LandedStatus::Added | LandedStatus::Removed | LandedStatus::Changed => None,
        };
        let unclear = files.clone().filter_map(|file| Some((file.path.as_str(), why(file.status)?))).collect();
        Self { before, after, paths: files.map(|file| file.path.as_str()).collect(), unclear, may_rename }
    }
}
