//! Whether a pull request can be merged now, and why not.
//!
//! Ready is said when the host would merge, everything that decides was read, and all that the host
//! counts and all that we see is green. Where the two disagree it is not ready, whichever is worse.

mod checks;
mod rules;

pub(crate) use checks::status_of;

use super::expected::{lacking, reported};
use crate::pull_request::{
    BranchRules, Cause, CauseKind, Check, CheckCounts, MergeState, Mergeable, PullRequest, ReviewDecision, ReviewState, UnreadablePart,
};
use crate::status::{CheckStatus, Readiness};

/// Fills readiness, reasons, causes, counts and the missing checks of `pr`.
pub fn judge(pr: &mut PullRequest, rules: &BranchRules) {
    add_missing_checks(pr, rules);
    pr.checks = count(&pr.check_list);
    let mut causes = causes(pr, rules);
    pr.readiness = causes.iter().find(|cause| !cause.kind.is_note()).map_or(Readiness::Ready, |cause| word(cause.kind));
    // A queued pull request still answers as one that could be merged.
    if let Some(entry) = &pr.queue {
        let text = format!("{}, {}", entry.place(), entry.waits());
        causes.insert(0, Cause { kind: CauseKind::Queued, text, object: None, link: link(pr), may_be_confirmed: true });
    }
    pr.reasons = causes.iter().map(|cause| cause.text.clone()).collect();
    pr.causes = causes;
}

/// Whether what keeps `pr` back is only checks or reviews that the branch does not demand.
pub fn provider_would_merge(pr: &PullRequest) -> bool {
    pr.mergeable == Mergeable::Mergeable
        && !pr.draft
        && matches!(pr.merge_state, MergeState::Clean | MergeState::Unstable | MergeState::HasHooks)
}

/// Whether the host takes it if asked now. A queue brings its entries up to date itself, and some
/// branches are called blocked for having one: the queue decides, and refuses what it does not take.
fn host_takes(pr: &PullRequest, rules: &BranchRules) -> bool {
    let queue_decides = rules.merge_queue.is_some() && matches!(pr.merge_state, MergeState::Blocked | MergeState::Behind);
    provider_would_merge(pr) || (queue_decides && pr.mergeable == Mergeable::Mergeable && !pr.draft)
}

/// The word for a pull request that is held back by this.
fn word(kind: CauseKind) -> Readiness {
    match kind {
        CauseKind::Draft => Readiness::Draft,
        CauseKind::Conflicts => Readiness::Conflicts,
        CauseKind::ChangesRequested => Readiness::Changes,
        CauseKind::CheckFailed
        | CauseKind::CheckCancelled
        | CauseKind::CheckTimedOut
        | CauseKind::CheckStale
        | CauseKind::CheckActionRequired
        | CauseKind::CheckStartupFailure
        | CauseKind::CheckPending
        | CauseKind::CheckUnknown
        | CauseKind::NoCheckReported
        | CauseKind::NothingRan
        | CauseKind::RunsWait
        | CauseKind::HostCountsRed => Readiness::Checks,
        CauseKind::CheckMissing => Readiness::Missing,
        CauseKind::ReviewRequired | CauseKind::CodeOwnerReview => Readiness::Review,
        CauseKind::Archived | CauseKind::Conversations | CauseKind::Signatures | CauseKind::LinearHistory | CauseKind::Blocked => {
            Readiness::Blocked
        }
        CauseKind::Behind => Readiness::Behind,
        CauseKind::ChecksUnreadable | CauseKind::Computing | CauseKind::PartUnreadable => Readiness::Unknown,
        CauseKind::Queued | CauseKind::NoChecks => Readiness::Ready,
    }
}

/// What is found, with what the host would do in spite of it.
struct Found<'a> {
    pr: &'a PullRequest,
    host_takes: bool,
    causes: Vec<Cause>,
}

impl Found<'_> {
    /// It cannot be confirmed.
    fn hold(&mut self, kind: CauseKind, text: String) {
        self.push(kind, text, None, link(self.pr), false);
    }

    /// A person may confirm it where the host takes the pull request.
    fn ask(&mut self, kind: CauseKind, text: String) {
        self.push(kind, text, None, link(self.pr), true);
    }

    fn push(&mut self, kind: CauseKind, text: String, object: Option<String>, link: Option<String>, may_be_confirmed: bool) {
        self.causes.push(Cause { kind, text, object, link, may_be_confirmed: may_be_confirmed && self.host_takes });
    }
}

fn link(pr: &PullRequest) -> Option<String> {
    Some(pr.url.clone()).filter(|url| !url.is_empty())
}

/// The most urgent first: what an optional check says comes after all that the branch demands.
fn causes(pr: &PullRequest, rules: &BranchRules) -> Vec<Cause> {
    let mut found = Found { pr, host_takes: host_takes(pr, rules), causes: Vec::new() };
    if rules.archived {
        found.hold(CauseKind::Archived, "The repository is archived: nothing can be merged".to_owned());
    }
    if pr.draft || pr.merge_state == MergeState::Draft {
        found.hold(CauseKind::Draft, "Draft".to_owned());
    }
    if pr.mergeable == Mergeable::Conflicting || pr.merge_state == MergeState::Dirty {
        found.hold(CauseKind::Conflicts, format!("Conflicts with {}", pr.base_branch));
    }
    let demanded = rules::demanded(pr, rules);
    let named = !found.causes.is_empty()
        || !demanded.is_empty()
        || pr.review_decision == ReviewDecision::ChangesRequested
        || checks::explain_a_block(pr);
    if pr.merge_state == MergeState::Blocked && !named {
        found.ask(CauseKind::Blocked, format!("Blocked by a rule that {} does not name", rules.host.title));
    }
    changes_requested(&mut found);
    checks::runs_wait(&mut found);
    checks::demanded(&mut found);
    for (kind, text, object, may_be_confirmed) in demanded {
        let link = link(pr);
        found.push(kind, text, object, link, may_be_confirmed);
    }
    // A merge queue brings its entries up to date itself.
    if pr.merge_state == MergeState::Behind && rules.merge_queue.is_none() {
        let by = pr.behind_by.filter(|n| *n > 0).map_or(String::new(), |n| format!(" by {n}"));
        found.hold(CauseKind::Behind, format!("Behind {}{by}", pr.base_branch));
    }
    unreadable(&mut found);
    checks::optional(&mut found, rules);
    let undecided = pr.mergeable == Mergeable::Unknown || pr.merge_state == MergeState::Unknown;
    if undecided && found.causes.is_empty() {
        found.hold(CauseKind::Computing, format!("{} is still working out whether it merges", rules.host.title));
    }
    if found.causes.is_empty() && reported(&pr.check_list).next().is_none() {
        found.ask(CauseKind::NoChecks, "No checks".to_owned());
    }
    found.causes
}

/// Where no review is demanded the host does not count it; a colleague has still said no.
fn changes_requested(found: &mut Found<'_>) {
    let pr = found.pr;
    let names: Vec<&str> = of_state(pr, ReviewState::ChangesRequested).collect();
    let demanded = pr.review_decision == ReviewDecision::ChangesRequested;
    if !demanded && names.is_empty() {
        return;
    }
    let by = if names.is_empty() { String::new() } else { format!(" by {}", names.join(", ")) };
    let object = names.first().map(|name| (*name).to_owned());
    found.push(CauseKind::ChangesRequested, format!("Changes requested{by}"), object, link(pr), !demanded);
}

fn of_state(pr: &PullRequest, state: ReviewState) -> impl Iterator<Item = &str> {
    pr.reviews.iter().filter(move |review| review.state == state).map(|review| review.author.as_str())
}

fn unreadable(found: &mut Found<'_>) {
    let pr = found.pr;
    for part in UnreadablePart::ALL {
        let cut = *part == UnreadablePart::Checks && !pr.checks_complete && !pr.unreadable.contains(&UnreadablePart::CheckRuns);
        if !pr.unreadable.contains(part) && !cut {
            continue;
        }
        match part {
            UnreadablePart::Mergeability => {
                found.hold(CauseKind::PartUnreadable, "Whether it merges could not be read".to_owned());
            }
            UnreadablePart::Checks => found.hold(CauseKind::PartUnreadable, "Not all checks could be read".to_owned()),
            // What the host says of the pull request as a whole counts reviews and rules that were not told.
            UnreadablePart::Reviews => found.ask(CauseKind::PartUnreadable, "Its reviews could not be read".to_owned()),
            UnreadablePart::Rules => {
                found.ask(CauseKind::PartUnreadable, format!("What {} demands could not be read", pr.base_branch));
            }
            UnreadablePart::CheckRuns => {
                found.ask(CauseKind::ChecksUnreadable, "Check runs cannot be read with this token".to_owned());
            }
        }
    }
}

/// Only a list that was read completely shows that something is missing.
fn add_missing_checks(pr: &mut PullRequest, rules: &BranchRules) {
    pr.check_list.retain(|c| c.status != CheckStatus::Missing);
    pr.check_list.iter_mut().for_each(|check| check.required = false);
    let has_reported = !pr.check_list.is_empty();
    let mut missing = Vec::new();
    for name in &rules.required_checks {
        let apps: Vec<u64> = rules.app_checks.iter().filter(|(context, _)| context == name).map(|(_, app)| *app).collect();
        // An app that was not told may be the one that is demanded.
        let counts = |check: &Check| check.name == *name && (apps.is_empty() || check.app_id.is_none_or(|app| apps.contains(&app)));
        let mut reported = false;
        for check in pr.check_list.iter_mut().filter(|check| counts(check)) {
            (check.required, reported) = (true, true);
        }
        if !reported {
            missing.push(Check { required: true, app_id: apps.first().copied(), ..Check::bare(name.clone(), CheckStatus::Missing) });
        }
    }
    if !pr.checks_complete {
        return;
    }
    pr.check_list.extend(missing);
    if has_reported {
        let lacking = lacking(rules, &pr.check_list).into_iter();
        let lacking = lacking.filter(|wanted| !pr.check_list.iter().any(|c| c.status == CheckStatus::Missing && c.name == wanted.name));
        let absent = lacking.map(|wanted| Check {
            kind: wanted.kind,
            app: wanted.app.clone(),
            workflow: wanted.workflow.clone(),
            ..Check::bare(wanted.name.clone(), CheckStatus::Missing)
        });
        let absent: Vec<Check> = absent.collect();
        pr.check_list.extend(absent);
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
