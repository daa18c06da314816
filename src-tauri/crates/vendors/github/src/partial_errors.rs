//! Finds out what is missing in a partial answer from its errors. Fields that decide nothing may be missing.

use super::graphql::GraphError;
use super::wire::PullRequest;
use slipway_domain::pull_request::{PullRequest as Read, UnreadablePart};

/// The path of one pull request in an answer, with the errors of that answer.
#[derive(Clone, Copy)]
pub(super) struct Beside<'a> {
    pub(super) place: &'a str,
    pub(super) errors: &'a [GraphError],
}

impl Beside<'_> {
    /// The fields of `wire` that matter for a decision and are missing.
    pub(super) fn unreadable(self, wire: &PullRequest) -> Vec<UnreadablePart> {
        let mut parts: Vec<UnreadablePart> = Vec::new();
        for error in self.errors {
            let place = error.place();
            let of_it = place.strip_prefix(self.place).and_then(|rest| rest.strip_prefix('.'));
            match of_it {
                Some(field) => parts.extend(part(field, error.is_forbidden(), wire)),
                // The error is about the whole answer: every null may be a missing value.
                None if self.place.starts_with(&place) => parts.extend(doubtful(wire)),
                None => {}
            }
        }
        parts.sort();
        parts.dedup();
        parts
    }
}

/// Records on `pr` what could not be read of it.
pub(super) fn note(pr: &mut Read, parts: &[UnreadablePart]) {
    for part in parts {
        if matches!(part, UnreadablePart::Checks | UnreadablePart::CheckRuns) {
            pr.checks_complete = false;
        }
        if !pr.unreadable.contains(part) {
            pr.unreadable.push(*part);
        }
    }
}

/// Whether the requirements of a branch could be read; `place` is the path of the branch.
pub(super) fn lacks_rules(place: &str, errors: &[GraphError]) -> bool {
    let within = |error: &GraphError| {
        let at = error.place();
        ["refUpdateRule", "rules"].iter().any(|field| at.starts_with(&format!("{place}.{field}")))
    };
    errors.iter().any(within)
}

/// A description for all pull requests in which the same is missing. None for errors about the token as a whole.
pub(super) fn words(number: u64, parts: &[UnreadablePart]) -> Option<String> {
    let name = |part: &UnreadablePart| match part {
        UnreadablePart::Mergeability => Some("whether it merges"),
        UnreadablePart::Reviews => Some("its reviews"),
        UnreadablePart::Checks => Some("its checks"),
        UnreadablePart::Rules => Some("what its branch demands"),
        UnreadablePart::CheckRuns => None,
    };
    let names: Vec<&str> = parts.iter().filter_map(name).collect();
    (!names.is_empty()).then(|| format!("Of #{number} GitHub did not tell {}", names.join(", ")))
}

fn part(field: &str, forbidden: bool, wire: &PullRequest) -> Option<UnreadablePart> {
    let (first, rest) = field.split_once('.').unwrap_or((field, ""));
    match first {
        "mergeable" | "mergeStateStatus" | "isDraft" => Some(UnreadablePart::Mergeability),
        "reviewDecision" => Some(UnreadablePart::Reviews),
        // A review whose author is hidden still counts.
        "latestOpinionatedReviews" => (!rest.contains(".author")).then_some(UnreadablePart::Reviews),
        "statusCheckRollup" => of_checks(rest, forbidden, wire),
        "baseRef" => ["", "refUpdateRule", "rules"]
            .iter()
            .any(|of| rest == *of || rest.starts_with(&format!("{of}.")))
            .then_some(UnreadablePart::Rules),
        _ => None,
    }
}

/// Check runs need a permission that statuses do not need and that some tokens cannot have.
fn of_checks(field: &str, forbidden: bool, wire: &PullRequest) -> Option<UnreadablePart> {
    let missing = if forbidden { UnreadablePart::CheckRuns } else { UnreadablePart::Checks };
    if field == "state" {
        return None;
    }
    let Some(contexts) = wire.status_check_rollup.as_ref().and_then(|rollup| rollup.contexts.as_ref()) else { return Some(missing) };
    let index = field.strip_prefix("contexts.nodes.").and_then(|rest| rest.split('.').next()?.parse::<usize>().ok());
    let Some(index) = index else { return Some(missing) };
    // Fields deeper in a check only identify it, or leave its state unknown.
    let there = contexts.nodes.as_ref().and_then(|nodes| nodes.get(index)).is_some_and(Option::is_some);
    (!there).then_some(missing)
}

/// For these fields null means "none".
fn doubtful(wire: &PullRequest) -> impl Iterator<Item = UnreadablePart> {
    let reviews = wire.review_decision.is_none().then_some(UnreadablePart::Reviews);
    let checks = wire.status_check_rollup.is_none().then_some(UnreadablePart::Checks);
    reviews.into_iter().chain(checks)
}
