//! Check runs and commit statuses as one list.

use super::wire::{Context, Rollup};
use slipway_domain::pull_request::Check;
use slipway_domain::status::{CheckKind, CheckStatus};
use slipway_domain::time::Time;

/// The checks of a head commit, and whether all were read. No rollup: nothing has reported.
pub(super) fn list(rollup: Option<Rollup>) -> (Vec<Check>, bool) {
    let Some(rollup) = rollup else { return (Vec::new(), true) };
    let Some(contexts) = rollup.contexts else { return (Vec::new(), false) };
    let total = contexts.total_count;
    let more = contexts.next().is_some();
    let nodes = contexts.nodes.unwrap_or_default();
    let told = nodes.len() as u64;
    let unreadable = nodes.iter().any(|node| node.is_none());
    let mut newest: Vec<(Check, u64)> = Vec::new();
    for context in nodes.into_iter().flatten() {
        let Some((check, order)) = check(context) else { continue };
        match newest.iter_mut().find(|(known, _)| known.name == check.name) {
            Some(known) if (known.0.started_at, known.1) <= (check.started_at, order) => *known = (check, order),
            Some(_) => {}
            None => newest.push((check, order)),
        }
    }
    let complete = !more && !unreadable && total.is_none_or(|total| total <= told);
    (newest.into_iter().map(|(check, _)| check).collect(), complete)
}

/// With what orders runs of the same name: a later run has a larger id.
fn check(context: Context) -> Option<(Check, u64)> {
    let time = |text: &Option<String>| text.as_deref().and_then(Time::parse);
    if let Some(name) = context.context {
        let status = commit_status(context.state.as_deref());
        let at = time(&context.created_at);
        let completed_at = at.filter(|_| status != CheckStatus::Pending);
        return Some((
            Check { url: context.target_url, started_at: at, completed_at, kind: CheckKind::CommitStatus, ..Check::bare(name, status) },
            0,
        ));
    }
    let status = check_run(context.status.as_deref(), context.conclusion.as_deref());
    let (started_at, completed_at) = (time(&context.started_at), time(&context.completed_at));
    let check = Check { url: context.details_url, started_at, completed_at, ..Check::bare(context.name?, status) };
    Some((check, context.database_id.unwrap_or(0)))
}

/// GitHub's `CheckStatusState` and `CheckConclusionState`. A neutral or skipped check does not
/// hold a merge back; one that waits for a person, ran out of time, was cancelled or never
/// started does, and GitHub counts it as failed.
fn check_run(status: Option<&str>, conclusion: Option<&str>) -> CheckStatus {
    match (status, conclusion) {
        (Some("QUEUED" | "IN_PROGRESS" | "PENDING" | "REQUESTED" | "WAITING"), _) => CheckStatus::Pending,
        (Some("COMPLETED"), Some("SUCCESS")) => CheckStatus::Passed,
        (Some("COMPLETED"), Some("NEUTRAL")) => CheckStatus::Neutral,
        (Some("COMPLETED"), Some("SKIPPED")) => CheckStatus::Skipped,
        (Some("COMPLETED"), Some("FAILURE")) => CheckStatus::Failed,
        (Some("COMPLETED"), Some("TIMED_OUT")) => CheckStatus::TimedOut,
        (Some("COMPLETED"), Some("CANCELLED")) => CheckStatus::Cancelled,
        (Some("COMPLETED"), Some("ACTION_REQUIRED")) => CheckStatus::ActionRequired,
        (Some("COMPLETED"), Some("STARTUP_FAILURE")) => CheckStatus::StartupFailure,
        // GitHub itself gave up on a run that did not report for 14 days.
        (Some("COMPLETED"), Some("STALE")) => CheckStatus::Stale,
        (_, _) => CheckStatus::Unknown,
    }
}

/// GitHub's `StatusState`.
fn commit_status(state: Option<&str>) -> CheckStatus {
    match state {
        Some("SUCCESS") => CheckStatus::Passed,
        Some("FAILURE" | "ERROR") => CheckStatus::Failed,
        Some("PENDING" | "EXPECTED") => CheckStatus::Pending,
        Some(_) | None => CheckStatus::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_and_none_is_green_by_accident() {
        let table = [
            (Some("QUEUED"), None, CheckStatus::Pending),
            (Some("WAITING"), Some("SUCCESS"), CheckStatus::Pending),
            (Some("COMPLETED"), Some("SUCCESS"), CheckStatus::Passed),
            (Some("COMPLETED"), Some("SKIPPED"), CheckStatus::Skipped),
            (Some("COMPLETED"), Some("ACTION_REQUIRED"), CheckStatus::ActionRequired),
            (Some("COMPLETED"), Some("STALE"), CheckStatus::Stale),
            (Some("COMPLETED"), Some("BRAND_NEW"), CheckStatus::Unknown),
            (Some("COMPLETED"), None, CheckStatus::Unknown),
            (Some("BRAND_NEW"), Some("SUCCESS"), CheckStatus::Unknown),
            (None, Some("SUCCESS"), CheckStatus::Unknown),
        ];
        for (status, conclusion, expected) in table {
            assert_eq!(check_run(status, conclusion), expected, "{status:?} {conclusion:?}");
        }
        assert_eq!(commit_status(Some("EXPECTED")), CheckStatus::Pending);
        assert_eq!(commit_status(Some("BRAND_NEW")), CheckStatus::Unknown);
    }

    #[test]
    fn the_newest_of_a_name_counts_and_a_cut_list_says_so() {
        let rollup = |text: &str| serde_json::from_str::<Rollup>(text).unwrap();
        let text = r#"{"contexts":{"totalCount":3,"nodes":[
            {"__typename":"CheckRun","databaseId":2,"name":"lint","status":"COMPLETED","conclusion":"SUCCESS","startedAt":"2026-01-01T00:02:00Z"},
            {"__typename":"CheckRun","databaseId":1,"name":"lint","status":"COMPLETED","conclusion":"FAILURE","startedAt":"2026-01-01T00:01:00Z"},
            {"__typename":"StatusContext","context":"ci/circleci: build","state":"PENDING"}]}}"#;
        let (checks, complete) = list(Some(rollup(text)));
        assert!(complete);
        assert_eq!(
            checks.iter().map(|c| (c.name.as_str(), c.status)).collect::<Vec<_>>(),
            [("lint", CheckStatus::Passed), ("ci/circleci: build", CheckStatus::Pending)]
        );
        for cut in [text.replace(":3,", ":60,"), text.replace("\"nodes\":[", "\"nodes\":[null,"), "{}".to_owned()] {
            assert!(!list(Some(rollup(&cut))).1, "{cut}");
        }
        assert_eq!(list(None), (vec![], true));
    }
}
