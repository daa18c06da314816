use crate::sample::{check, pull_request};
use slipway_domain::evidence::readiness::judge;
use slipway_domain::pull_request::*;
use slipway_domain::status::{CheckStatus, Readiness};

fn judged(change: impl Fn(&mut PullRequest), required: &[&str]) -> PullRequest {
    let mut pr = pull_request(1);
    change(&mut pr);
    let rules = BranchRules {
        required_checks: required.iter().map(|r| (*r).to_owned()).collect(),
        required_approvals: Some(2),
        ..BranchRules::default()
    };
    judge(&mut pr, &rules);
    pr
}

#[test]
fn why_a_pull_request_can_or_cannot_be_merged() {
    type Change = fn(&mut PullRequest);
    let table: &[(Change, Readiness, &str)] = &[
        (|_| {}, Readiness::Ready, ""),
        (|p| p.draft = true, Readiness::Draft, "Draft"),
        (|p| p.mergeable = Mergeable::Conflicting, Readiness::Conflicts, "Conflicts with main"),
        (|p| p.review_decision = ReviewDecision::ChangesRequested, Readiness::Changes, "Changes requested"),
        (|p| p.check_list[0].status = CheckStatus::Failed, Readiness::Checks, "Check failed: unit"),
        (|p| p.check_list.push(check("slow", CheckStatus::Pending)), Readiness::Checks, "Checks 1 of 2"),
        (|p| p.check_list.push(check("odd", CheckStatus::Unknown)), Readiness::Checks, "Check in a state that is not known: odd"),
        (|p| p.check_list.clear(), Readiness::Missing, "Check not reported: unit"),
        (|p| p.review_decision = ReviewDecision::ReviewRequired, Readiness::Review, "Needs 2 approvals"),
        (|p| (p.merge_state, p.behind_by) = (MergeState::Behind, Some(3)), Readiness::Behind, "Behind main by 3"),
        (|p| p.merge_state = MergeState::Blocked, Readiness::Blocked, "Blocked by a rule that the code host does not name"),
        (|p| p.mergeable = Mergeable::Unknown, Readiness::Unknown, "the code host is still working out whether it merges"),
        (|p| p.merge_state = MergeState::Unknown, Readiness::Unknown, "the code host is still working out whether it merges"),
        (|p| p.checks_complete = false, Readiness::Unknown, "Not all checks could be read"),
    ];
    for (change, readiness, reason) in table {
        let pr = judged(change, &["unit"]);
        assert_eq!((pr.readiness, pr.reasons.first().map_or("", String::as_str)), (*readiness, *reason));
    }
}

#[test]
fn a_cut_list_of_checks_proves_no_absence() {
    let pr = judged(|p| p.checks_complete = false, &["unit", "security"]);
    assert_eq!(pr.checks.missing, 0);
    assert_eq!(pr.readiness, Readiness::Unknown);
}

#[test]
fn judging_again_changes_nothing() {
    let mut pr = judged(|p| p.check_list.clear(), &["unit"]);
    let once = pr.clone();
    judge(&mut pr, &BranchRules { required_checks: vec!["unit".into()], required_approvals: Some(2), ..BranchRules::default() });
    assert_eq!(pr, once);
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    fn any_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
        proptest::sample::select(all)
    }

    proptest! {
        /// Unknown is never green, and nothing red, pending or absent is ready.
        #[test]
        fn ready_means_all_is_known_and_green(
            mergeable in any_of(Mergeable::ALL),
            merge_state in any_of(MergeState::ALL),
            decision in any_of(ReviewDecision::ALL),
            statuses in proptest::collection::vec(any_of(CheckStatus::ALL), 0..6),
            draft: bool,
            complete: bool,
        ) {
            let mut pr = pull_request(7);
            (pr.mergeable, pr.merge_state, pr.review_decision, pr.draft, pr.checks_complete) = (mergeable, merge_state, decision, draft, complete);
            pr.check_list = statuses.iter().enumerate().map(|(i, s)| check(&format!("c{i}"), *s)).collect();
            judge(&mut pr, &BranchRules { required_checks: vec!["c0".into()], required_approvals: None, ..BranchRules::default() });
            if pr.readiness == Readiness::Ready {
                prop_assert!(pr.causes.is_empty());
                prop_assert!(mergeable == Mergeable::Mergeable && complete && !draft);
                prop_assert!(matches!(merge_state, MergeState::Clean | MergeState::HasHooks));
                prop_assert!(matches!(decision, ReviewDecision::Approved | ReviewDecision::None));
                prop_assert!(pr.check_list.iter().all(|c| c.status.is_green()));
                prop_assert!(!pr.check_list.is_empty());
            } else {
                prop_assert!(!pr.reasons.is_empty());
            }
        }
    }
}
