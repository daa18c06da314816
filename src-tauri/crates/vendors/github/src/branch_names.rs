//! The current and former names of a branch, found in its own history.

use super::wire::{BroughtBy, Connection};
use std::collections::{BTreeSet, HashMap};

#[derive(Debug)]
pub(super) struct BranchNames {
    now: String,
    /// Pull requests that were merged under these names keep them: GitHub changes the base of open ones only.
    former: BTreeSet<String>,
}

/// What must be known of a commit to tell under which name of the branch it was merged.
pub(super) struct Landed<'a> {
    pub(super) sha: &'a str,
    pub(super) first_parent: Option<&'a str>,
    pub(super) associated: Option<&'a Connection<BroughtBy>>,
}

impl BranchNames {
    pub(super) fn only(branch: &str) -> Self {
        Self { now: branch.trim_start_matches("refs/heads/").to_owned(), former: BTreeSet::new() }
    }

    /// A name counts as a former name if no branch has it now and a merge into it is on the first-parent line from
    /// `tip`.
    pub(super) fn of<'a>(branch: &str, tip: Option<&str>, commits: impl Iterator<Item = Landed<'a>>) -> Self {
        let mut names = Self::only(branch);
        let by_sha: HashMap<&str, Landed<'a>> = commits.map(|commit| (commit.sha, commit)).collect();
        let mut seen = BTreeSet::new();
        let mut next = tip;
        while let Some(commit) = next.and_then(|sha| by_sha.get(sha)).filter(|commit| seen.insert(commit.sha)) {
            let listed = commit.associated.and_then(|list| list.nodes.as_ref()).into_iter().flatten().flatten();
            let made_it = listed.filter(|pr| pr.merged == Some(true) && made(pr, commit.sha));
            let gone = made_it.filter(|pr| pr.base_ref.is_none()).filter_map(|pr| pr.base_ref_name.clone());
            names.former.extend(gone.filter(|name| *name != names.now));
            next = commit.first_parent;
        }
        names
    }

    /// The pull request that brought a commit into the branch: the one whose merge created it, else the first that
    /// contains it. The branch's current name takes precedence over former ones.
    pub(super) fn brought_by(&self, associated: Option<Connection<BroughtBy>>, sha: &str) -> Option<BroughtBy> {
        let rank = |pr: &BroughtBy| match pr.base_ref_name.as_deref() {
            Some(base) if base == self.now => Some(0),
            Some(base) if self.former.contains(base) && pr.base_ref.is_none() => Some(1),
            Some(_) | None => None,
        };
        let merged = associated?.into_nodes().filter(|pr| pr.merged == Some(true));
        let ranked = merged.filter_map(|pr| Some((rank(&pr)?, pr)));
        ranked.min_by_key(|(rank, pr)| (*rank, !made(pr, sha), pr.merged_at.clone(), pr.number)).map(|(_, pr)| pr)
    }
}

fn made(pr: &BroughtBy, sha: &str) -> bool {
    pr.merge_commit.as_ref().and_then(|commit| commit.oid.as_deref()) == Some(sha)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(json: &str) -> Connection<BroughtBy> {
        serde_json::from_str(&format!(r#"{{"nodes":{json}}}"#)).unwrap()
    }

    /// On `main`, formerly `master`: a merge commit with a commit of its branch, a stacked pull request into a
    /// branch that was deleted, and one into a branch that exists.
    #[test]
    fn pull_requests_of_the_former_name_are_the_branchs_own() {
        let pr = |number: u64, base: &str, commit: &str, lives: bool| {
            let base_ref = if lives { format!(r#"{{"name":"{base}"}}"#) } else { "null".to_owned() };
            format!(
                r#"{{"number":{number},"merged":true,"mergedAt":"2026-01-0{number}T00:00:00Z","baseRefName":"{base}","baseRef":{base_ref},"mergeCommit":{{"oid":"{commit}"}}}}"#
            )
        };
        let of_master = format!("[{}]", pr(1, "master", "m1", false));
        let commits = [
            ("m3", Some("m2"), format!("[{}]", pr(3, "main", "m3", true))),
            ("m2", Some("m1"), format!("[{}]", pr(4, "release", "m2", true))),
            ("m1", Some("m0"), of_master.clone()),
            ("inner", Some("m0"), of_master),
            ("stacked", Some("m0"), format!("[{}]", pr(5, "topic", "stacked", false))),
            ("both", Some("m0"), format!("[{},{}]", pr(1, "master", "m1", false), pr(3, "main", "m3", true))),
        ];
        let lists: Vec<(&str, Option<&str>, Connection<BroughtBy>)> =
            commits.iter().map(|(sha, parent, json)| (*sha, *parent, list(json))).collect();
        let landed = lists.iter().map(|(sha, first_parent, list)| Landed { sha, first_parent: *first_parent, associated: Some(list) });
        let names = BranchNames::of("main", Some("m3"), landed);
        let brought = |at: usize| names.brought_by(Some(list(&commits[at].2)), commits[at].0).and_then(|pr| pr.number);
        assert_eq!((0..6).map(brought).collect::<Vec<_>>(), [Some(3), None, Some(1), Some(1), None, Some(3)]);
        let unknowing = BranchNames::only("main");
        assert_eq!(unknowing.brought_by(Some(list(&commits[2].2)), "m1").and_then(|pr| pr.number), None);
    }
}
