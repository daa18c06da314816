//! The commits of one side of a comparison, each in exactly one place.

use super::migration_effect::{MigrationEffect, migration_effect};
use crate::commit::Commit;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// What one side has and the other lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ComparisonSide {
    /// Pull requests and commits without one: those that change the database first, then the newest first.
    pub changes: Vec<ComparedChange>,
    /// Changes of which the later takes the earlier back: nothing of them arrives.
    pub cancelling: Vec<CancellingPair>,
    /// All commits, of whatever they are part.
    pub commits: usize,
    /// False: there are more commits than were read.
    pub complete: bool,
    /// Authors of the changes, each once.
    pub people: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ComparedChange {
    /// None: its commit came without a pull request.
    pub pull_request: Option<u64>,
    /// Its newest commit.
    pub sha: String,
    pub title: String,
    pub author: Option<String>,
    pub commits: usize,
    /// None: its files were not read.
    pub migrations: Option<Vec<ComparedMigration>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ComparedMigration {
    pub path: String,
    pub effect: MigrationEffect,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct CancellingPair {
    pub change: ComparedChange,
    pub revert: ComparedChange,
}

/// A file under the service's migration paths that a change touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileOfChange {
    pub path: String,
    pub pull_request: Option<u64>,
    pub commit: Option<String>,
    /// None: its lines were not read.
    pub patch: Option<String>,
}

/// A pull request with all its commits, or one commit alone.
struct Group<'a> {
    pull_request: Option<u64>,
    /// Newest first.
    commits: Vec<&'a Commit>,
}

/// `commits` newest first. `migrations`: None where the files could not be read.
pub fn compare_commits(commits: &[Commit], complete: bool, migrations: Option<&[FileOfChange]>) -> ComparisonSide {
    let groups = grouped(commits);
    let mut taken = vec![false; groups.len()];
    let mut cancelling = Vec::new();
    // From the newest: a revert that was itself reverted takes nothing back.
    for later in 0..groups.len() {
        if taken[later] {
            continue;
        }
        let earlier = (later + 1..groups.len()).find(|earlier| !taken[*earlier] && reverts(&groups[later], &groups[*earlier]));
        if let Some(earlier) = earlier {
            (taken[later], taken[earlier]) = (true, true);
            let compared = |at: usize| compared(&groups[at], migrations);
            cancelling.push(CancellingPair { change: compared(earlier), revert: compared(later) });
        }
    }
    let left = groups.iter().zip(&taken).filter(|(_, taken)| !**taken).map(|(group, _)| compared(group, migrations));
    let mut changes: Vec<ComparedChange> = left.collect();
    // Stable: among themselves they stay the newest first.
    changes.sort_by_key(|change| (!change.changes_database(), change.pull_request.is_none()));
    let mut people: Vec<String> = Vec::new();
    for author in changes.iter().filter_map(|change| change.author.as_ref()) {
        if !people.contains(author) {
            people.push(author.clone());
        }
    }
    ComparisonSide { changes, cancelling, commits: commits.len(), complete, people }
}

impl ComparedChange {
    pub fn changes_database(&self) -> bool {
        self.migrations.as_ref().is_some_and(|migrations| !migrations.is_empty())
    }

    /// The gravest effect of its migrations.
    pub fn effect(&self) -> Option<MigrationEffect> {
        let all = self.migrations.as_ref()?.iter().map(|migration| migration.effect);
        // `MigrationEffect` is ordered by gravity, but for what is not known, which is graver than an addition.
        all.min_by_key(|effect| match effect {
            MigrationEffect::Drops => 0,
            MigrationEffect::Retypes => 1,
            MigrationEffect::Unknown => 2,
            MigrationEffect::Adds => 3,
        })
    }
}

fn grouped(commits: &[Commit]) -> Vec<Group<'_>> {
    let mut at: BTreeMap<u64, usize> = BTreeMap::new();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for commit in commits {
        let known = commit.pull_request.and_then(|number| at.get(&number).copied());
        match known {
            Some(known) => groups[known].commits.push(commit),
            None => {
                if let Some(number) = commit.pull_request {
                    at.insert(number, groups.len());
                }
                groups.push(Group { pull_request: commit.pull_request, commits: vec![commit] });
            }
        }
    }
    groups
}

/// Whether the later change says that it takes back the whole of the earlier one.
fn reverts(later: &Group<'_>, earlier: &Group<'_>) -> bool {
    let names_pull_request = earlier.pull_request.is_some_and(|number| {
        later.commits.iter().any(|c| c.reverts_pull_requests.contains(&number) || c.pull_request_reverts.contains(&number))
    });
    let named: Vec<&String> = later.commits.iter().flat_map(|c| &c.reverts_commits).collect();
    let same = |named: &str, sha: &str| named.len() >= 7 && (sha.starts_with(named) || named.starts_with(sha));
    names_pull_request || earlier.commits.iter().all(|c| named.iter().any(|named| same(named, &c.sha)))
}

fn compared(group: &Group<'_>, migrations: Option<&[FileOfChange]>) -> ComparedChange {
    // The author is the commit's, except for a merge commit, which its merger made.
    let own = group.commits.iter().find(|c| c.parents.len() < 2).or(group.commits.first());
    let is_own = |file: &&FileOfChange| match group.pull_request {
        Some(number) => file.pull_request == Some(number),
        None => group.commits.iter().any(|c| file.commit.as_deref() == Some(c.sha.as_str())),
    };
    let migration = |file: &FileOfChange| ComparedMigration { path: file.path.clone(), effect: migration_effect(file.patch.as_deref()) };
    ComparedChange {
        pull_request: group.pull_request,
        sha: group.commits.first().map_or(String::new(), |c| c.sha.clone()),
        title: own.map_or(String::new(), |c| c.pull_request_title.clone().unwrap_or_else(|| c.title.clone())),
        author: own.and_then(|c| c.author.clone()),
        commits: group.commits.len(),
        migrations: migrations.map(|files| files.iter().filter(is_own).map(migration).collect()),
    }
}
