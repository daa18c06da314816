//! The changes that an environment was rolled back from and that are not live again yet, from its releases
//! and the ancestry of commits alone.

use crate::commit::Commit;
use crate::environment::Environment;
use crate::history::{Contained, History, Reverted};
use crate::lineage::queries::live;
use crate::release::Release;
use crate::shipment::{Change, RolledBackChange};
use crate::status::ReleaseStatus;

/// An environment whose live code came by a rollback.
#[derive(Clone, Debug)]
pub struct LeftBehind<'a> {
    pub live: &'a Release,
    /// The rollback that brought what is live.
    pub rollback: &'a Release,
    /// One release of each code that was left, the last left first.
    pub left: Vec<&'a Release>,
}

/// None when the live code did not come by a rollback, or when nothing is known to be live. Releases
/// of the same code on top of a rollback (config, add-ons) do not end it.
pub fn left_behind(newest_first: &[Release]) -> Option<LeftBehind<'_>> {
    let live = live(newest_first)?;
    let rollback = brought_by_rollback(newest_first, live)?;
    let mut left: Vec<&Release> = Vec::new();
    let mut next = before(newest_first, rollback);
    while let Some(release) = next {
        if !same_code(release, live) && !left.iter().any(|known| same_code(known, release)) {
            left.push(release);
        }
        // Rolled back again and again: what the earlier ones left is left still.
        next = brought_by_rollback(newest_first, release).and_then(|earlier| before(newest_first, earlier));
    }
    (!left.is_empty()).then_some(LeftBehind { live, rollback, left })
}

/// The release that began the stretch of `release`'s code, if it was a rollback.
fn brought_by_rollback<'a>(newest_first: &'a [Release], release: &'a Release) -> Option<&'a Release> {
    let mut first = release;
    loop {
        if first.rollback_to().is_some() || goes_back(newest_first, first) {
            return Some(first);
        }
        first = before(newest_first, first).filter(|earlier| same_code(earlier, first))?;
    }
}

/// Code that ran before was released again, by whatever means, over newer code.
fn goes_back(newest_first: &[Release], release: &Release) -> bool {
    let earlier = before(newest_first, release);
    match (release.code_version, earlier.and_then(|e| e.code_version)) {
        (Some(code), Some(replaced)) => code < release.version && code < replaced,
        (Some(_) | None, _) => false,
    }
}

fn before<'a>(newest_first: &'a [Release], release: &Release) -> Option<&'a Release> {
    newest_first.iter().find(|r| r.version < release.version && r.status == ReleaseStatus::Succeeded)
}

fn same_code(a: &Release, b: &Release) -> bool {
    a.artifact_id.is_some() && a.artifact_id == b.artifact_id
}

/// What an environment was rolled back from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RolledBack {
    pub environment: String,
    pub changes: Vec<LeftChange>,
    /// Releases that were left, of which it is not known what they brought.
    pub unknown: Vec<UnknownRelease>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LeftChange {
    pub change: Change,
    /// Its commits on the first-parent line, newest first.
    pub commits: Vec<String>,
    /// The release that carried it.
    pub release: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct UnknownRelease {
    pub id: String,
    pub label: String,
    pub commit: Option<String>,
}

/// The changes on the first-parent line between the live code and each code that was left.
pub fn rolled_back(environment: &Environment, history: &History<'_>) -> Option<RolledBack> {
    let behind = left_behind(&environment.releases)?;
    let mut found = RolledBack { environment: environment.name.clone(), ..RolledBack::default() };
    for release in behind.left {
        let label = format!("v{}", release.code_version.unwrap_or(release.version));
        let ends = behind.live.commit.as_deref().zip(release.commit.as_deref());
        match ends.and_then(|(live, left)| history.first_parents_between(live, left)) {
            Some(commits) => commits.into_iter().for_each(|commit| found.add(commit, &label)),
            None => found.unknown.push(UnknownRelease { id: release.id.clone(), label, commit: release.commit.clone() }),
        }
    }
    (!found.changes.is_empty() || !found.unknown.is_empty()).then_some(found)
}

impl RolledBack {
    fn add(&mut self, commit: &Commit, release: &str) {
        let change = Change::of_commit(commit);
        match self.changes.iter_mut().find(|known| known.change.id == change.id) {
            Some(known) if known.commits.contains(&commit.sha) => {}
            Some(known) => known.commits.push(commit.sha.clone()),
            None => self.changes.push(LeftChange { change, commits: vec![commit.sha.clone()], release: release.to_owned() }),
        }
    }

    /// The changes that the code at `code` would put live again: contained, or not known not to be, and
    /// not shown to be reverted there.
    pub fn shipped_again_by(&self, code: &str, history: &History<'_>) -> Vec<RolledBackChange> {
        let again = |left: &LeftChange| {
            let contained = left.commits.iter().map(|sha| history.contains(code, sha)).max().unwrap_or(Contained::Unknown);
            let reverted = left.reverted_in(code, history);
            let ships = contained != Contained::No && reverted != Reverted::Yes;
            ships.then(|| RolledBackChange {
                change: left.change.clone(),
                environment: self.environment.clone(),
                release: Some(left.release.clone()),
                known: contained == Contained::Yes && reverted == Reverted::No,
                pin: None,
            })
        };
        let unknown = self.unknown.iter().filter_map(|release| {
            let contained = release.commit.as_deref().map_or(Contained::Unknown, |commit| history.contains(code, commit));
            (contained != Contained::No).then(|| RolledBackChange {
                change: Change { id: release.id.clone(), title: format!("the code of {}", release.label), ..Change::default() },
                environment: self.environment.clone(),
                release: Some(release.label.clone()),
                known: false,
                pin: None,
            })
        });
        self.changes.iter().filter_map(again).chain(unknown).collect()
    }

    /// What was left, in words: `#414 and #415`, `#414, 9f3c1ab and v12`.
    pub fn names(&self) -> String {
        let changes = self.changes.iter().map(|left| left.change.name());
        crate::humanize::list(&changes.chain(self.unknown.iter().map(|release| release.label.clone())).collect::<Vec<_>>())
    }
}

impl LeftChange {
    /// Whether every commit it put on the branch is reverted in the code at `code`.
    pub fn reverted_in(&self, code: &str, history: &History<'_>) -> Reverted {
        self.commits.iter().map(|sha| history.reverted(sha, code)).min().unwrap_or(Reverted::Unknown)
    }
}
