//! Check runs and commit statuses as one list.

use super::wire::{Context, Rollup};
use slipway_domain::pull_request::Check;
use slipway_domain::status::{CheckKind, CheckRollup, CheckStatus};
use slipway_domain::time::Time;
use std::cmp::Ordering;

/// The checks of a head commit.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Listed {
    pub(super) checks: Vec<Check>,
    /// All checks that the host has were read.
    pub(super) complete: bool,
    /// A run that is not green was dropped because a newer run replaces it.
    pub(super) superseded_not_green: bool,
    pub(super) rollup: Option<CheckRollup>,
}

/// The slug of GitHub's own CI. Its check runs belong to a workflow run, where the token may read that.
const ACTIONS: &str = "github-actions";

/// Without a rollup there is no check.
pub(super) fn list(rollup: Option<Rollup>) -> Listed {
    let Some(rollup) = rollup else { return Listed { complete: true, ..Listed::default() } };
    // A rollup without a known state is no success.
    let word = rollup.state.as_deref().and_then(|state| CheckRollup::from_word(&state.to_ascii_lowercase()));
    let mut listed = Listed { rollup: Some(word.unwrap_or(CheckRollup::Unknown)), ..Listed::default() };
    let Some(contexts) = rollup.contexts else { return listed };
    let total = contexts.total_count;
    let more = contexts.next().is_some();
    let nodes = contexts.nodes.unwrap_or_default();
    let told = nodes.len() as u64;
    let mut unreadable = false;
    let mut newest: Vec<Seen> = Vec::new();
    for context in nodes {
        match context.and_then(seen) {
            Some(seen) => place(&mut newest, seen, &mut listed.superseded_not_green),
            // Counts checks without a name too.
            None => unreadable = true,
        }
    }
    listed.complete = !more && !unreadable && total.is_none_or(|total| total <= told);
    listed.checks = newest.into_iter().map(|seen| seen.check).collect();
    listed
}

struct Seen {
    check: Check,
    /// A later run has a larger number. It may have no start time yet.
    id: Option<u64>,
    /// Everything that identifies the check is known: two checks of one name without that are two checks.
    identified: bool,
}

/// Keeps only the newest check of each identity.
fn place(newest: &mut Vec<Seen>, seen: Seen, superseded_not_green: &mut bool) {
    let same = |known: &&mut Seen| known.identified && seen.identified && known.check.identity() == seen.check.identity();
    let Some(known) = newest.iter_mut().find(same) else { return newest.push(seen) };
    let order = match (known.id, seen.id, known.check.started_at, seen.check.started_at) {
        (Some(known), Some(seen), _, _) => known.cmp(&seen),
        (_, _, Some(known), Some(seen)) => known.cmp(&seen),
        // It is unknown which is newer, so both are kept.
        (_, _, _, _) => return newest.push(seen),
    };
    let older = if order == Ordering::Greater { seen } else { std::mem::replace(known, seen) };
    *superseded_not_green |= !older.check.status.is_green();
}

fn seen(context: Context) -> Option<Seen> {
    let time = |text: &Option<String>| text.as_deref().and_then(Time::parse);
    if let Some(name) = context.context {
        let status = commit_status(context.state.as_deref());
        let at = time(&context.created_at);
        let completed_at = at.filter(|_| status != CheckStatus::Pending);
        let kind = CheckKind::CommitStatus;
        let check = Check { url: context.target_url, started_at: at, completed_at, kind, ..Check::bare(name, status) };
        return Some(Seen { check, id: None, identified: true });
    }
    let status = check_run(context.status.as_deref(), context.conclusion.as_deref());
    let suite = context.check_suite.unwrap_or_default();
    let (app, run) = (suite.app.unwrap_or_default(), suite.workflow_run.unwrap_or_default());
    let workflow = run.workflow.and_then(|workflow| workflow.name);
    let identified = workflow.is_some() || app.slug.as_deref().is_some_and(|slug| slug != ACTIONS);
    let check = Check {
        url: context.details_url,
        started_at: time(&context.started_at),
        completed_at: time(&context.completed_at),
        app: app.slug,
        app_id: app.database_id,
        workflow,
        event: run.event,
        ..Check::bare(context.name?, status)
    };
    Some(Seen { check, id: context.database_id, identified })
}

/// GitHub's `CheckStatusState` and `CheckConclusionState`. A neutral or skipped check does not block a merge; one
/// that waits for a person, timed out, was cancelled or never started does, and GitHub counts it as failed.
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
        // GitHub marks a run as stale that did not report for 14 days.
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
    use serde_json::{Value, json};

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

    fn rollup(nodes: &[Value]) -> Rollup {
        serde_json::from_value(json!({"state": "FAILURE", "contexts": {"totalCount": nodes.len(), "nodes": nodes}})).unwrap()
    }

    /// `suite`: the app's slug, and the workflow with its event where they are known.
    fn run(id: u64, name: &str, conclusion: &str, suite: Option<(&str, Option<(&str, &str)>)>) -> Value {
        let suite = suite.map(|(slug, run)| {
            let run = run.map(|(workflow, event)| json!({"event": event, "workflow": {"name": workflow}}));
            json!({"app": {"slug": slug, "databaseId": 15_368}, "workflowRun": run})
        });
        let (status, conclusion) = if conclusion == "QUEUED" { ("QUEUED", Value::Null) } else { ("COMPLETED", json!(conclusion)) };
        // The run with the larger number may have no time yet.
        let started = (status == "COMPLETED").then_some("2026-01-01T00:01:00Z");
        json!({"__typename": "CheckRun", "databaseId": id, "name": name, "status": status, "conclusion": conclusion,
            "startedAt": started, "checkSuite": suite})
    }

    fn status(context: &str, state: &str, at: &str) -> Value {
        json!({"__typename": "StatusContext", "context": context, "state": state, "createdAt": at})
    }

    #[test]
    fn only_a_newer_run_of_the_same_identity_takes_the_place_of_another() {
        const PUSH: Option<(&str, Option<(&str, &str)>)> = Some(("github-actions", Some(("CI", "push"))));
        const OTHER_EVENT: Option<(&str, Option<(&str, &str)>)> = Some(("github-actions", Some(("CI", "pull_request"))));
        const OTHER_WORKFLOW: Option<(&str, Option<(&str, &str)>)> = Some(("github-actions", Some(("Release", "push"))));
        const UNTOLD: Option<(&str, Option<(&str, &str)>)> = Some(("github-actions", None));
        const CIRCLECI: Option<(&str, Option<(&str, &str)>)> = Some(("circleci-checks", None));
        const RED: CheckStatus = CheckStatus::Failed;
        const GREEN: CheckStatus = CheckStatus::Passed;
        let table = [
            ("two events", run(1, "build", "FAILURE", PUSH), run(2, "build", "SUCCESS", OTHER_EVENT), vec![RED, GREEN], false),
            ("two workflows", run(1, "build", "FAILURE", PUSH), run(2, "build", "SUCCESS", OTHER_WORKFLOW), vec![RED, GREEN], false),
            ("two apps", run(1, "build", "FAILURE", PUSH), run(2, "build", "SUCCESS", CIRCLECI), vec![RED, GREEN], false),
            (
                "a workflow that is not told",
                run(1, "build", "FAILURE", UNTOLD),
                run(2, "build", "SUCCESS", UNTOLD),
                vec![RED, GREEN],
                false,
            ),
            ("nothing is told", run(1, "build", "FAILURE", None), run(2, "build", "SUCCESS", None), vec![RED, GREEN], false),
            ("a rerun", run(1, "build", "FAILURE", PUSH), run(2, "build", "SUCCESS", PUSH), vec![GREEN], true),
            ("in the other order", run(2, "build", "SUCCESS", PUSH), run(1, "build", "FAILURE", PUSH), vec![GREEN], true),
            ("a rerun that failed", run(1, "build", "SUCCESS", PUSH), run(2, "build", "FAILURE", PUSH), vec![RED], false),
            ("a rerun of another CI", run(1, "build", "FAILURE", CIRCLECI), run(2, "build", "SUCCESS", CIRCLECI), vec![GREEN], true),
            (
                "a rerun that is queued",
                run(110, "e2e", "SUCCESS", PUSH),
                run(120, "e2e", "QUEUED", PUSH),
                vec![CheckStatus::Pending],
                false,
            ),
            (
                "a check run and a status",
                run(1, "build", "FAILURE", PUSH),
                status("build", "SUCCESS", "2026-01-01T00:02:00Z"),
                vec![RED, GREEN],
                false,
            ),
            (
                "two statuses",
                status("ci", "SUCCESS", "2026-01-01T00:02:00Z"),
                status("ci", "ERROR", "2026-01-01T00:01:00Z"),
                vec![GREEN],
                true,
            ),
        ];
        for (what, first, second, expected, superseded) in table {
            let listed = list(Some(rollup(&[first, second])));
            let found: Vec<CheckStatus> = listed.checks.iter().map(|check| check.status).collect();
            assert_eq!((found, listed.superseded_not_green, listed.complete), (expected, superseded, true), "{what}");
        }
    }

    #[test]
    fn a_cut_list_says_so_and_so_does_one_with_a_check_without_a_name() {
        let whole = json!({"state": "SUCCESS", "contexts": {"totalCount": 1, "nodes": [run(1, "lint", "SUCCESS", None)]}});
        let read = |value: Value| list(Some(serde_json::from_value(value).unwrap()));
        let listed = read(whole.clone());
        assert_eq!((listed.complete, listed.rollup), (true, Some(CheckRollup::Success)));
        for (pointer, value) in [
            ("/contexts/totalCount", json!(60)),
            ("/contexts/nodes/0", Value::Null),
            ("/contexts/nodes/0/name", Value::Null),
            ("/contexts", Value::Null),
            ("/contexts/pageInfo", json!({"hasNextPage": true, "endCursor": "x"})),
        ] {
            let mut cut = whole.clone();
            match cut.pointer_mut(pointer) {
                Some(place) => *place = value,
                None => cut["contexts"]["pageInfo"] = value,
            }
            assert!(!read(cut).complete, "{pointer}");
        }
        assert_eq!(list(None), Listed { complete: true, ..Listed::default() });
        for state in [Value::Null, json!("BRAND_NEW")] {
            assert_eq!(read(json!({"state": state})).rollup, Some(CheckRollup::Unknown));
        }
    }
}
