//! Which changes must not run again.

use super::model::PinnedChange;
use crate::commit::Commit;
use crate::environment::Environment;
use crate::history::History;
use crate::humanize::names_there_are;
use crate::lineage::same_code;
use crate::plan::good_target;
use crate::release::Release;
use crate::rolled_back::rolled_back;
use crate::shipment::Change;
use crate::snapshot::ServiceState;
use crate::status::ReleaseStatus;
use crate::time::Time;

/// Names that are none of what was taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownNames(pub String);

/// The changes on the first-parent line of the code that was left which the code that stays does not contain.
/// Where that is not known, the code of the release that was left is one bad change as a whole.
pub fn bad_set(history: &History<'_>, stays: Option<&str>, left: &Release, left_commit: Option<&str>) -> Vec<PinnedChange> {
    match stays.zip(left_commit).and_then(|(stays, left)| history.first_parents_between(stays, left)) {
        Some(commits) => by_change(commits),
        None => vec![whole(left, left_commit)],
    }
}

/// What the live code brought over the release that is good, else over the one that was live before it.
pub fn brought(environment: &Environment, history: &History<'_>, now: Time) -> Vec<PinnedChange> {
    let Some(live) = &environment.current else { return Vec::new() };
    let releases = &environment.releases;
    let other = |r: &&Release| r.version < live.version && r.status == ReleaseStatus::Succeeded && !same_code(releases, r, live);
    let before = good_target(environment, live, now).or_else(|| releases.iter().find(other));
    let Some(before) = before else { return vec![whole(live, live.commit.as_deref())] };
    bad_set(history, before.commit.as_deref(), live, live.commit.as_deref())
}

/// Code of which it is not known what it brought: no commit stands for it. One revert of its newest commit would count as
/// the revert of all of it, and what contains only an older one as free of it.
fn whole(left: &Release, commit: Option<&str>) -> PinnedChange {
    let title = format!("The code of v{}", left.code_version.unwrap_or(left.version));
    let change = Change { id: commit.unwrap_or(&left.id).to_owned(), title, ..Change::default() };
    PinnedChange { change, commits: Vec::new() }
}

fn by_change(newest_first: Vec<&Commit>) -> Vec<PinnedChange> {
    let mut found: Vec<PinnedChange> = Vec::new();
    for commit in newest_first {
        let change = Change::of_commit(commit);
        match found.iter_mut().find(|known| known.change.id == change.id) {
            Some(known) => known.commits.push(commit.sha.clone()),
            None => found.push(PinnedChange { change, commits: vec![commit.sha.clone()] }),
        }
    }
    found
}

/// What an environment may be pinned against by hand: all that it was rolled back from, else what the branch has and
/// the live code has not.
pub fn not_live(service: &ServiceState, environment: &Environment, history: &History<'_>) -> Result<Vec<PinnedChange>, String> {
    if let Some(left) = rolled_back(environment, history) {
        let known = left.changes.into_iter().map(|one| PinnedChange { change: one.change, commits: one.commits });
        let unknown = left.unknown.into_iter().map(|release| {
            let change =
                Change { id: release.commit.unwrap_or(release.id), title: format!("The code of {}", release.label), ..Change::default() };
            PinnedChange { change, commits: Vec::new() }
        });
        return Ok(known.chain(unknown).collect());
    }
    let live = environment.current.as_ref().and_then(|release| release.commit.as_deref());
    let tip = service.main.first().map(|commit| commit.sha.as_str());
    let Some((live, tip)) = live.zip(tip) else {
        return Err(format!("What {} runs, or what {} has, is not known", environment.name, service.branch));
    };
    match history.first_parents_between(live, tip).map(by_change) {
        None => Err(format!("What {} has and {} has not is not known: too little of it is loaded", service.branch, environment.name)),
        Some(found) if found.is_empty() => {
            Err(format!("{} has nothing that {} does not run: there is nothing to pin against", service.branch, environment.name))
        }
        Some(found) => Ok(found),
    }
}

/// The changes that a person chose, by `#482`, `482` or the beginning of a commit's sha.
pub fn narrowed(bad: Vec<PinnedChange>, chosen: &[String]) -> Result<Vec<PinnedChange>, UnknownNames> {
    let means = |name: &str, change: &Change| {
        let number = name.trim_start_matches('#').parse::<u64>().ok();
        change.id == name
            || (change.number.is_some() && change.number == number)
            || (change.number.is_none() && name.len() >= 7 && change.id.starts_with(name))
    };
    let names: Vec<String> = bad.iter().map(|one| one.change.name()).collect();
    for name in chosen {
        if !bad.iter().any(|one| means(name, &one.change)) {
            return Err(UnknownNames(format!("{name} is none of what leaves. {}", names_there_are(name, &names))));
        }
    }
    Ok(bad.into_iter().filter(|one| chosen.iter().any(|name| means(name, &one.change))).collect())
}
