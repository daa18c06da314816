//! What the checks say, and what the host's summary of them says beside it.

use super::{CauseKind, Found};
use crate::evidence::expected::reported;
use crate::pull_request::{BranchRules, Check, MergeState, PullRequest};
use crate::status::{CheckRollup, CheckStatus};

/// In the order in which they are told. Passed and neutral are no cause; skipped ones only together.
const TOLD: [(CheckStatus, CauseKind); 9] = [
    (CheckStatus::Failed, CauseKind::CheckFailed),
    (CheckStatus::TimedOut, CauseKind::CheckTimedOut),
    (CheckStatus::StartupFailure, CauseKind::CheckStartupFailure),
    (CheckStatus::Cancelled, CauseKind::CheckCancelled),
    (CheckStatus::ActionRequired, CauseKind::CheckActionRequired),
    (CheckStatus::Stale, CauseKind::CheckStale),
    (CheckStatus::Pending, CauseKind::CheckPending),
    (CheckStatus::Unknown, CauseKind::CheckUnknown),
    (CheckStatus::Missing, CauseKind::CheckMissing),
];

/// The checks that a cause is about.
pub(crate) fn status_of(kind: CauseKind) -> Option<CheckStatus> {
    TOLD.iter().find(|(_, told)| *told == kind).map(|(status, _)| *status)
}

/// A check that the branch demands, one that the host counts and we do not see, or one that may not start.
pub(super) fn explain_a_block(pr: &PullRequest) -> bool {
    pr.waiting_runs.as_ref().is_some_and(|runs| !runs.is_empty())
        || pr.check_list.iter().any(|check| check.required && !check.status.is_green())
        || host_counts_more(pr)
}

pub(super) fn runs_wait(found: &mut Found<'_>) {
    let runs = found.pr.waiting_runs.as_deref().unwrap_or_default();
    if let [first, ..] = runs {
        let names: Vec<&str> = runs.iter().map(|run| run.name.as_str()).collect();
        let link = Some(first.url.clone()).filter(|url| !url.is_empty()).or_else(|| super::link(found.pr));
        found.push(CauseKind::RunsWait, "Runs wait for a maintainer's approval".to_owned(), Some(names.join(", ")), link, true);
    }
}

pub(super) fn demanded(found: &mut Found<'_>) {
    for (status, kind) in TOLD {
        tell(found, status, kind, true);
    }
}

/// What the branch does not demand, and what the host says of all of them.
pub(super) fn optional(found: &mut Found<'_>, rules: &BranchRules) {
    for (status, kind) in TOLD {
        let told = status == CheckStatus::Pending && found.causes.iter().any(|cause| cause.kind == kind);
        if !told {
            tell(found, status, kind, false);
        }
    }
    let pr = found.pr;
    if host_counts_more(pr) {
        found.ask(CauseKind::HostCountsRed, format!("{} counts a check that is not green", rules.host.title));
    }
    let skipped = reported(&pr.check_list).filter(|check| check.status == CheckStatus::Skipped).count();
    if skipped > 0 && skipped == reported(&pr.check_list).count() {
        let what = if skipped == 1 { "its only check was skipped".to_owned() } else { format!("all its {skipped} checks were skipped") };
        found.ask(CauseKind::NothingRan, format!("Nothing ran: {what}"));
    }
    let waits = pr.waiting_runs.as_ref().is_some_and(|runs| !runs.is_empty());
    if pr.check_list.is_empty() && pr.checks_complete && !waits && !rules.expected_checks.is_empty() {
        found.ask(CauseKind::NoCheckReported, "No check has reported yet".to_owned());
    }
}

fn tell(found: &mut Found<'_>, status: CheckStatus, kind: CauseKind, required: bool) {
    let pr = found.pr;
    let checks: Vec<&Check> = pr.check_list.iter().filter(|check| check.status == status && check.required == required).collect();
    let [first, rest @ ..] = checks.as_slice() else { return };
    let object = rest.is_empty().then(|| name(pr, first));
    let link = checks.iter().find_map(|check| check.url.clone()).or_else(|| super::link(pr));
    found.push(kind, text(pr, status, &checks), object, link, !required);
}

/// With its workflow where another check has the same name.
fn name(pr: &PullRequest, check: &Check) -> String {
    let same = pr.check_list.iter().filter(|other| other.name == check.name).count();
    if same > 1 { check.full_name() } else { check.name.clone() }
}

fn text(pr: &PullRequest, status: CheckStatus, checks: &[&Check]) -> String {
    let names: Vec<String> = checks.iter().map(|check| name(pr, check)).collect();
    let (first, count) = (names.first().map_or("", String::as_str), names.len());
    let said = |one: &str, many: &str| match count {
        1 => format!("Check {one}: {first}"),
        _ => format!("{count} checks {many}: {first} and {} more", count - 1),
    };
    match status {
        CheckStatus::Failed => said("failed", "failed"),
        CheckStatus::TimedOut => said("timed out", "timed out"),
        CheckStatus::StartupFailure => said("did not start", "did not start"),
        CheckStatus::Cancelled => said("cancelled", "cancelled"),
        CheckStatus::ActionRequired => said("waits for a person", "wait for a person"),
        CheckStatus::Stale => said("out of date", "are out of date"),
        CheckStatus::Unknown => said("in a state that is not known", "are in a state that is not known"),
        CheckStatus::Pending | CheckStatus::Passed | CheckStatus::Neutral | CheckStatus::Skipped => {
            let counts = pr.checks;
            format!("Checks {} of {}", counts.passed, counts.passed + counts.failed + counts.pending)
        }
        CheckStatus::Missing => {
            let by_another = checks.iter().all(|check| check.app_id.is_some() && reported(&pr.check_list).any(|c| c.name == check.name));
            let by = if by_another { format!(" by the app that {} demands", pr.base_branch) } else { String::new() };
            format!("Check not reported{by}: {}", names.join(", "))
        }
    }
}

/// The host says that a check is not green, and none that we see explains it. A run whose place a
/// newer one took explains the summary alone, and only where the host would merge all the same.
fn host_counts_more(pr: &PullRequest) -> bool {
    let any = |is: fn(CheckStatus) -> bool| reported(&pr.check_list).any(|check| is(check.status));
    let red = any(CheckStatus::is_red);
    let not_green = any(|status| !status.is_green());
    let missing = pr.check_list.iter().any(|check| check.required && check.status == CheckStatus::Missing);
    let clean = matches!(pr.merge_state, MergeState::Clean | MergeState::HasHooks);
    let superseded = pr.superseded_not_green && (clean || not_green);
    let by_summary = match pr.rollup {
        None | Some(CheckRollup::Success) => false,
        Some(CheckRollup::Failure | CheckRollup::Error) => !red && !superseded,
        Some(CheckRollup::Pending | CheckRollup::Expected) => !not_green && !missing && !superseded,
        Some(CheckRollup::Unknown) => !not_green,
    };
    by_summary || (pr.merge_state == MergeState::Unstable && !not_green)
}
