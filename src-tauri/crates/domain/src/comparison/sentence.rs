//! A comparison in one sentence.

use super::model::{ComparedRelease, Comparison, Relation};
use super::side::ComparisonSide;
use crate::humanize::{capital, count};

/// How the head stands to the base: `Staging brings 7 PRs and 2 commits.`
pub fn sentence(comparison: &Comparison) -> String {
    let Comparison { base, head, brings, lacks, .. } = comparison;
    let (of, to) = (named(base, head), named(head, base));
    match comparison.relation {
        Relation::Same => same(comparison),
        Relation::Ahead if brings.changes.is_empty() && brings.complete => {
            format!("{} brings nothing: {} cancel each other.", beginning(head, base), count(brings.commits, "commit"))
        }
        Relation::Ahead => format!("{} brings {}.", beginning(head, base), amount(brings)),
        Relation::Behind => format!("Nothing to bring: {of} is ahead by {}.", amount(lacks)),
        Relation::Differ => format!("Each has what the other lacks: {to} brings {}, and lacks {}.", amount(brings), amount(lacks)),
        Relation::Unknown => format!("How {to} stands to {of} is not known."),
    }
}

fn same(comparison: &Comparison) -> String {
    let Comparison { base, head, .. } = comparison;
    if (&base.environment, base.version) == (&head.environment, head.version) {
        return "This is one and the same release.".to_owned();
    }
    match comparison.config.as_deref() {
        None => "The same code. Whether the names of config differ is not known.".to_owned(),
        Some([]) => "The same code and the same names of config.".to_owned(),
        Some([_]) => "The same code. 1 config name differs.".to_owned(),
        Some(names) => format!("The same code. {} config names differ.", names.len()),
    }
}

/// As a sentence begins: the name of an environment is a word, a version is not.
fn beginning(release: &ComparedRelease, other: &ComparedRelease) -> String {
    let name = named(release, other);
    if release.environment == other.environment { name } else { capital(&name) }
}

/// An environment stands for its live release where the other is of another one.
fn named(release: &ComparedRelease, other: &ComparedRelease) -> String {
    match (release.environment == other.environment, release.live) {
        (true, _) => format!("v{}", release.version),
        (false, true) => release.environment.clone(),
        (false, false) => format!("{} v{}", release.environment, release.version),
    }
}

/// Without what cancels each other. Where not all was read, only what is certain.
fn amount(side: &ComparisonSide) -> String {
    if !side.complete {
        return format!("more than {}", count(side.commits, "commit"));
    }
    let pull_requests = side.changes.iter().filter(|change| change.pull_request.is_some()).count();
    match (pull_requests, side.changes.len() - pull_requests) {
        (0, 0) => format!("{} that cancel each other", count(side.commits, "commit")),
        (0, commits) => count(commits, "commit"),
        (pull_requests, 0) => count(pull_requests, "PR"),
        (pull_requests, commits) => format!("{} and {}", count(pull_requests, "PR"), count(commits, "commit")),
    }
}
