//! Whether a pull request can be merged now, and why not.

use crate::pull_request::{BranchRules, Check, CheckCounts, MergeState, Mergeable, PullRequest, ReviewDecision, ReviewState};
use crate::status::{CheckStatus, Readiness};

/// Fills readiness, reasons, counts and the missing required checks of `pr`.
pub fn judge(pr: &mut PullRequest, rules: &BranchRules) {
    add_missing_checks(pr, rules);
    pr.checks = count(&pr.check_list);
    let reasons = reasons(pr, rules);
    pr.readiness = reasons.first().map_or(Readiness::Ready, |(readiness, _)| *readiness);
    pr.reasons = reasons.into_iter().map(|(_, text)| text).collect();
    // A queued pull request still answers as one that could be merged.
    if let Some(entry) = &pr.queue {
        pr.reasons.insert(0, format!("{}, {}", entry.place(), entry.waits()));
    }
}

/// Whether what keeps `pr` back is only checks or reviews that the branch does not demand.
pub fn provider_would_merge(pr: &PullRequest) -> bool {
    pr.mergeable == Mergeable::Mergeable
        && !pr.draft
        && matches!(pr.merge_state, MergeState::Clean | MergeState::Unstable | MergeState::HasHooks)
}

fn add_missing_checks(pr: &mut PullRequest, rules: &BranchRules) {
    pr.check_list.retain(|c| c.status != CheckStatus::Missing);
    for name in &rules.required_checks {
        match pr.check_list.iter_mut().find(|c| &c.name == name) {
            Some(check) => check.required = true,
            // A list that was cut cannot prove absence.
            None if pr.checks_complete => pr.check_list.push(Check { required: true, ..Check::bare(name.clone(), CheckStatus::Missing) }),
            None => {}
        }
    }
}

fn count(checks: &[Check]) -> CheckCounts {
    let mut counts = CheckCounts::default();
    for check in checks {
        counts.failed += u32::from(check.status.is_red());
        match check.status {
            CheckStatus::Passed => counts.passed += 1,
            CheckStatus::Neutral => {
                counts.passed += 1;
                counts.neutral += 1;
            }
            CheckStatus::Skipped => counts.skipped += 1,
            CheckStatus::Pending | CheckStatus::Unknown => counts.pending += 1,
            CheckStatus::Missing => counts.missing += 1,
            CheckStatus::Cancelled => counts.cancelled += 1,
            CheckStatus::ActionRequired => counts.action_required += 1,
            CheckStatus::TimedOut => counts.timed_out += 1,
            CheckStatus::Stale => counts.stale += 1,
            CheckStatus::Failed | CheckStatus::StartupFailure => {}
        }
    }
    counts
}

fn reasons(pr: &PullRequest, rules: &BranchRules) -> Vec<(Readiness, String)> {
    let mut reasons = Vec::new();
    let mut add = |readiness, text: String| reasons.push((readiness, text));
    if rules.archived {
        add(Readiness::Blocked, "The repository is archived: nothing can be merged".to_owned());
    }
    if pr.draft || pr.merge_state == MergeState::Draft {
        add(Readiness::Draft, "Draft".to_owned());
    }
    if pr.mergeable == Mergeable::Conflicting || pr.merge_state == MergeState::Dirty {
        add(Readiness::Conflicts, format!("Conflicts with {}", pr.base_branch));
    }
    if pr.review_decision == ReviewDecision::ChangesRequested {
        let by = reviewers(pr, ReviewState::ChangesRequested);
        add(Readiness::Changes, if by.is_empty() { "Changes requested".into() } else { format!("Changes requested by {by}") });
    }
    check_reasons(pr, &mut add);
    if pr.review_decision == ReviewDecision::ReviewRequired {
        add(Readiness::Review, needs_approval(pr, rules));
    }
    // A merge queue brings its entries up to date itself.
    if pr.merge_state == MergeState::Behind && rules.merge_queue.is_none() {
        let by = pr.behind_by.filter(|n| *n > 0).map_or(String::new(), |n| format!(" by {n}"));
        add(Readiness::Behind, format!("Behind {}{by}", pr.base_branch));
    }
    if pr.merge_state == MergeState::Blocked && reasons.is_empty() {
        reasons.push((Readiness::Blocked, format!("Blocked by the rules of {}", pr.base_branch)));
    }
    let undecided = pr.mergeable == Mergeable::Unknown || pr.merge_state == MergeState::Unknown || !pr.checks_complete;
    if undecided && reasons.is_empty() {
        let what = if pr.checks_complete { "GitHub is still working out whether it merges" } else { "Not all checks could be read" };
        reasons.push((Readiness::Unknown, what.to_owned()));
    }
    reasons
}

fn check_reasons(pr: &PullRequest, add: &mut impl FnMut(Readiness, String)) {
    let of = |status| pr.check_list.iter().filter(move |c| c.status == status);
    let failed: Vec<&str> = pr.check_list.iter().filter(|c| c.status.is_red()).map(|c| c.name.as_str()).collect();
    if let [one] = failed[..] {
        add(Readiness::Checks, format!("Check failed: {one}"));
    } else if let [first, ..] = failed[..] {
        add(Readiness::Checks, format!("{} checks failed: {first} and {} more", failed.len(), failed.len() - 1));
    }
    let counts = pr.checks;
    let pending = of(CheckStatus::Pending).count() + of(CheckStatus::Unknown).count();
    if pending > 0 {
        let total = counts.passed + counts.failed + counts.pending;
        add(Readiness::Checks, format!("Checks {} of {total}", counts.passed));
    }
    let missing: Vec<&str> = of(CheckStatus::Missing).map(|c| c.name.as_str()).collect();
    if !missing.is_empty() {
        add(Readiness::Missing, format!("Check not reported: {}", missing.join(", ")));
    }
}

fn needs_approval(pr: &PullRequest, rules: &BranchRules) -> String {
    let approved = pr.reviews.iter().filter(|r| r.state == ReviewState::Approved).count() as u32;
    let missing = rules.required_approvals.unwrap_or(1).saturating_sub(approved).max(1);
    format!("Needs {missing} approval{}", if missing == 1 { "" } else { "s" })
}

fn reviewers(pr: &PullRequest, state: ReviewState) -> String {
    let names: Vec<&str> = pr.reviews.iter().filter(|r| r.state == state).map(|r| r.author.as_str()).collect();
    names.join(", ")
}
