//! Commits: who wrote them, what they change, and what is wrong with them.

use std::sync::Arc;

use super::time::Ms;

pub(crate) type Oid = Arc<str>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub email: String,
    /// None for authors without a GitHub account (imported history).
    pub login: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    Added,
    Modified,
    Deleted,
}

#[derive(Debug, Clone)]
pub struct FileChange {
    pub path: String,
    pub additions: u32,
    pub deletions: u32,
    pub kind: ChangeKind,
}

/// What is wrong with a commit. Everything that is built from it has the flaw too, unless a commit that `heals` it
/// is also reachable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    FailsJob(String),
    FailsRelease,
    Crashes,
}

/// Times of the simulation move with `advance`; those of imported commits are fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    World(Ms),
    True(i64),
}

#[derive(Debug, Clone)]
pub struct Commit {
    pub oid: Oid,
    pub parents: Vec<Oid>,
    pub message: String,
    pub author: Arc<Person>,
    pub authored: When,
    pub committed: When,
    pub files: Arc<Vec<FileChange>>,
    /// The pull request that brought the commit.
    pub pull_request: Option<u64>,
    /// Order of creation: always greater than that of the parents.
    pub order: u64,
    /// It is a commit of the git repository that the history was taken from.
    pub imported: bool,
    pub flaws: Vec<Flaw>,
    pub heals: Vec<Oid>,
}

impl Commit {
    pub fn headline(&self) -> &str {
        self.message.lines().next().unwrap_or("")
    }
    pub fn body(&self) -> &str {
        self.message.split_once('\n').map_or("", |(_, rest)| rest.trim_start_matches('\n'))
    }
}
