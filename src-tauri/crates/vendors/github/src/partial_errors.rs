//! What the errors beside an answer say that it lacks. A field that decides nothing may be missing.

use super::graphql::GraphError;
use super::wire::PullRequest;
use slipway_domain::pull_request::{PullRequest as Read, UnreadablePart};

/// Where one pull request stands in an answer, with the errors of that answer.
#[derive(Clone, Copy)]
pub(super) struct Beside<'a> {
    pub(super) place: &'a str,
    pub(super) errors: &'a [GraphError],
}

impl Beside<'_> {
    /// What decides about `wire` and is missing from it.
    pub(super) fn unreadable(self, wire: &PullRequest) -> Vec<UnreadablePart> {
        let mut parts: Vec<UnreadablePart> = Vec::new();
        for error in self.errors {
            let place = error.place();
            let of_it = place.strip_prefix(self.place).and_then(|rest| rest.strip_prefix('.'));
            match of_it {
                Some(field) => parts.extend(part(field, error.is_forbidden(), wire)),
                // Said of all that the answer holds: what is null may be missing.
                None if self.place.starts_with(&place) => parts.extend(doubtful(wire)),
                None => {}
            }
        }
        parts.sort();
        parts.dedup();
        parts
    }
}

/// Notes on `pr` what could not be read of it.
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

/// Whether what a branch demands could be read; `place` is the branch's.
pub(super) fn lacks_rules(place: &str, errors: &[GraphError]) -> bool {
    let within = |error: &GraphError| {
        let at = error.place();
        ["refUpdateRule", "rules"].iter().any(|field| at.starts_with(&format!("{place}.{field}")))
    };
    errors.iter().any(within)
}

/// In words, for all pull requests that lack the same. None for what is said of the token as a whole.
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
        // A review whose author is hidden is still a review.
        "latestOpinionatedReviews" => (!rest.contains(".author")).then_some(UnreadablePart::Reviews),
        "statusCheckRollup" => of_checks(rest, forbidden, wire),
        "baseRef" => ["", "refUpdateRule", "rules"]
            .iter()
            .any(|of| rest == *of || rest.starts_with(&format!("{of}.")))
            .then_some(UnreadablePart::Rules),
        _ => None,
    }
}

/// Check runs need a permission that statuses do not, and that not every token can have.
fn of_checks(field: &str, forbidden: bool, wire: &PullRequest) -> Option<UnreadablePart> {
    let missing = if forbidden { UnreadablePart::CheckRuns } else { UnreadablePart::Checks };
    if field == "state" {
        return None;
    }
    let Some(contexts) = wire.status_check_rollup.as_ref().and_then(|rollup| rollup.contexts.as_ref()) else { return Some(missing) };
    let index = field.strip_prefix("contexts.nodes.").and_then(|rest| rest.split('.').next()?.parse::<usize>().ok());
    let Some(index) = index else { return Some(missing) };
    // What is deeper in a check that is there tells it from others at most, or leaves its state unknown.
    let there = contexts.nodes.as_ref().and_then(|nodes| nodes.get(index)).is_some_and(Option::is_some);
    (!there).then_some(missing)
}

/// Null stands for "none" in these.
fn doubtful(wire: &PullRequest) -> impl Iterator<Item = UnreadablePart> {
    let reviews = wire.review_decision.is_none().then_some(UnreadablePart::Reviews);
    let checks = wire.status_check_rollup.is_none().then_some(UnreadablePart::Checks);
    reviews.into_iter().chain(checks)
}
