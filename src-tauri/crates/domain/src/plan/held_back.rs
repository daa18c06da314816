//! What holds a pull request back, as denials and as questions. It follows from its causes alone.

use super::confirmation::{Confirmation, ConfirmationKind};
use crate::evidence::readiness::status_of;
use crate::pull_request::{Cause, CauseKind, PullRequest, ReviewState};
use crate::status::CheckStatus;

/// What nobody may confirm, and one question for each of the rest.
pub(super) fn held_back(pr: &PullRequest) -> (Vec<String>, Vec<Confirmation>) {
    let (confirmable, denied): (Vec<&Cause>, Vec<&Cause>) =
        pr.causes.iter().filter(|cause| !cause.kind.is_note()).partition(|cause| cause.may_be_confirmed);
    if denied.is_empty() {
        (Vec::new(), confirmable.into_iter().map(|cause| question(pr, cause)).collect())
    } else {
        (denied.into_iter().chain(confirmable).map(|cause| cause.text.clone()).collect(), Vec::new())
    }
}

/// Names every object, so that consent to one failed check does not cover another one that fails later.
fn question(pr: &PullRequest, cause: &Cause) -> Confirmation {
    let own = || cause.object.clone().unwrap_or_else(|| cause.text.clone());
    let (kind, objects) = match cause.kind {
        CauseKind::CheckFailed
        | CauseKind::CheckCancelled
        | CauseKind::CheckTimedOut
        | CauseKind::CheckStale
        | CauseKind::CheckActionRequired
        | CauseKind::CheckStartupFailure
        | CauseKind::CheckPending
        | CauseKind::CheckUnknown => (ConfirmationKind::CheckNotGreen, checks(pr, status_of(cause.kind))),
        CauseKind::CheckMissing => (ConfirmationKind::CheckAbsent, checks(pr, Some(CheckStatus::Missing))),
        CauseKind::NothingRan => (ConfirmationKind::CheckAbsent, checks(pr, Some(CheckStatus::Skipped))),
        CauseKind::NoCheckReported => (ConfirmationKind::CheckAbsent, vec![cause.kind.word().to_owned()]),
        CauseKind::RunsWait => {
            let runs = pr.waiting_runs.iter().flatten().map(|run| run.name.clone());
            (ConfirmationKind::CheckAbsent, runs.collect())
        }
        CauseKind::HostCountsRed => (ConfirmationKind::HostCountsRed, vec![cause.kind.word().to_owned()]),
        CauseKind::ChangesRequested => {
            let by = pr.reviews.iter().filter(|review| review.state == ReviewState::ChangesRequested);
            (ConfirmationKind::ChangesRequested, by.map(|review| review.author.clone()).collect())
        }
        CauseKind::ChecksUnreadable | CauseKind::PartUnreadable | CauseKind::Computing => (ConfirmationKind::NotKnown, vec![own()]),
        CauseKind::Archived
        | CauseKind::Draft
        | CauseKind::Conflicts
        | CauseKind::ReviewRequired
        | CauseKind::CodeOwnerReview
        | CauseKind::Conversations
        | CauseKind::Signatures
        | CauseKind::LinearHistory
        | CauseKind::Behind
        | CauseKind::Blocked
        | CauseKind::Queued
        | CauseKind::NoChecks => (ConfirmationKind::RuleOpen, vec![format!("{}:{}", cause.kind, own())]),
    };
    Confirmation::new(kind, objects, cause.text.clone())
}

/// The identity of a check with its result.
fn checks(pr: &PullRequest, status: Option<CheckStatus>) -> Vec<String> {
    let of_it = pr.check_list.iter().filter(|check| Some(check.status) == status && !check.required);
    of_it.map(|check| format!("{}:{}", check.status, check.identity())).collect()
}
