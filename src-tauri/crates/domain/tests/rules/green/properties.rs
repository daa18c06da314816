//! What holds for any pull request whatever.

use super::*;
use proptest::prelude::*;

fn any_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(all)
}

fn flag() -> impl Strategy<Value = bool> {
    prop_oneof![3 => Just(false), 1 => Just(true)]
}

prop_compose! {
    fn worlds()(
        merge_state in prop_oneof![3 => Just(MergeState::Clean), 3 => any_of(MergeState::ALL)],
        mergeable in prop_oneof![5 => Just(Mergeable::Mergeable), 1 => any_of(Mergeable::ALL)],
        decision in any_of(ReviewDecision::ALL),
        statuses in proptest::collection::vec(prop_oneof![4 => Just(CheckStatus::Passed), 1 => any_of(CheckStatus::ALL)], 0..4),
        required in proptest::collection::vec(0usize..5, 0..3),
        usual in proptest::collection::vec(0usize..5, 0..3),
        rollup in proptest::option::of(prop_oneof![3 => Just(CheckRollup::Success), 1 => any_of(CheckRollup::ALL)]),
        unreadable in prop_oneof![4 => Just(vec![]), 1 => any_of(UnreadablePart::ALL).prop_map(|part| vec![part])],
        flags in proptest::collection::vec(flag(), 8),
    ) -> (PullRequest, BranchRules) {
        let (mut pr, mut rules) = (pull_request(7), BranchRules::default());
        (pr.merge_state, pr.mergeable, pr.review_decision, pr.rollup) = (merge_state, mergeable, decision, rollup);
        pr.check_list = statuses.iter().enumerate().map(|(i, status)| check(&format!("c{i}"), *status)).collect();
        pr.check_list.retain(|check| check.status != CheckStatus::Missing);
        pr.checks_complete = !unreadable.contains(&UnreadablePart::CheckRuns);
        pr.unreadable = unreadable;
        rules.required_checks = required.iter().map(|i| format!("c{i}")).collect();
        rules.expected_checks = usual.iter().map(|i| expected(&format!("c{i}"))).collect();
        (pr.draft, pr.from_fork, pr.superseded_not_green) = (flags[0], flags[1], flags[2]);
        rules.conversation_resolution = flags[3];
        (rules.code_owner_reviews, rules.signatures) = (flags[4], flags[5]);
        rules.merge_queue = flags[6].then_some(MergeQueue { method: None });
        pr.unresolved_threads = Some(u64::from(flags[7]));
        (pr, rules)
    }
}

/// Each adds bad news, or takes away good news.
const WORSE: &[(&str, Change)] = &[
    ("an optional check fails", |p, _| p.check_list.push(check("more", CheckStatus::Failed))),
    ("an optional check is pending", |p, _| p.check_list.push(check("more", CheckStatus::Pending))),
    ("an optional check is cancelled", |p, _| p.check_list.push(check("more", CheckStatus::Cancelled))),
    ("an optional check is out of date", |p, _| p.check_list.push(check("more", CheckStatus::Stale))),
    ("an optional check is not known", |p, _| p.check_list.push(check("more", CheckStatus::Unknown))),
    ("a check turns red", |p, _| p.check_list.iter_mut().take(1).for_each(|check| check.status = CheckStatus::Failed)),
    ("a check starts again", |p, _| p.check_list.iter_mut().take(1).for_each(|check| check.status = CheckStatus::Pending)),
    ("a green check that is expected is gone", |p, r| {
        let named = |check: &Check| r.required_checks.contains(&check.name) || r.expected_checks.iter().any(|e| e.name == check.name);
        p.check_list.retain(|check| !(check.status == CheckStatus::Passed && named(check)));
    }),
    ("one more is required", |_, r| r.required_checks.push("absent".into())),
    ("one more is expected", |_, r| r.expected_checks.push(expected("absent"))),
    ("a colleague asks for changes", |p, _| p.reviews.push(review("dora", ReviewState::ChangesRequested))),
    ("runs wait", |p, _| p.waiting_runs = Some(vec![WaitingRun { name: "CI".into(), url: String::new() }])),
    ("reviews are unreadable", |p, _| p.unreadable.push(UnreadablePart::Reviews)),
    ("rules are unreadable", |p, _| p.unreadable.push(UnreadablePart::Rules)),
    ("mergeability is unreadable", |p, _| p.unreadable.push(UnreadablePart::Mergeability)),
    ("check runs are unreadable", |p, _| p.unreadable.push(UnreadablePart::CheckRuns)),
    ("the list is cut", |p, _| p.unreadable.push(UnreadablePart::Checks)),
    ("the summary turns red", |p, _| p.rollup = Some(CheckRollup::Failure)),
    ("the summary is not known", |p, _| p.rollup = Some(CheckRollup::Unknown)),
    ("the host blocks", |p, _| p.merge_state = MergeState::Blocked),
    ("the host does not know", |p, _| p.merge_state = MergeState::Unknown),
    ("a conversation opens", |p, _| p.unresolved_threads = Some(1)),
    ("the newest commit is not signed", |p, _| p.head_signed = Some(false)),
    ("a code owner is asked", |p, _| p.code_owners.push("a team".into())),
    ("it is a draft", |p, _| p.draft = true),
    ("the repository is archived", |_, r| r.archived = true),
];

fn rank(pr: &PullRequest, rules: &BranchRules) -> u8 {
    match plan(pr, rules).verdict() {
        Verdict::Allow => 0,
        Verdict::Confirm(_) => 1,
        Verdict::Deny(_) => 2,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn bad_news_never_improves_a_pull_request((pr, rules) in worlds()) {
        let mut before = pr.clone();
        judge(&mut before, &rules);
        for (what, change) in WORSE {
            // What was blocked or unknown to the host is no worse for being the other.
            if matches!(*what, "the host blocks" | "the host does not know") && pr.merge_state != MergeState::Clean {
                continue;
            }
            // A red summary may be explained by what is seen, which an unknown one never is.
            if *what == "the summary turns red" && pr.rollup == Some(CheckRollup::Unknown) {
                continue;
            }
            let (mut after, mut worse) = (pr.clone(), rules.clone());
            change(&mut after, &mut worse);
            judge(&mut after, &worse);
            prop_assert!(rank(&after, &worse) >= rank(&before, &rules), "{what}: {:?} then {:?}", before.causes, after.causes);
            prop_assert!(after.readiness != Readiness::Ready || before.readiness == Readiness::Ready, "{what}: {:?}", before.causes);
        }
    }

    #[test]
    fn ready_means_that_nothing_is_unknown_absent_or_doubted((pr, rules) in worlds()) {
        let mut pr = pr;
        judge(&mut pr, &rules);
        prop_assert_eq!(pr.causes.len(), pr.reasons.len());
        let ready = pr.readiness == Readiness::Ready;
        prop_assert_eq!(ready, rank(&pr, &rules) == 0, "{:?}", pr.causes);
        if ready {
            prop_assert!(pr.unreadable.is_empty() && pr.checks_complete && pr.mergeable == Mergeable::Mergeable);
            prop_assert!(pr.check_list.iter().all(|check| check.status.is_green()));
            prop_assert!(rules.required_checks.iter().all(|name| pr.check_list.iter().any(|check| check.name == *name)));
            prop_assert!(rules.expected_checks.iter().all(|e| pr.check_list.iter().any(|check| check.name == e.name)));
            prop_assert!(matches!(pr.rollup, None | Some(CheckRollup::Success)) || pr.superseded_not_green);
            let taken = matches!(pr.merge_state, MergeState::Clean | MergeState::HasHooks);
            prop_assert!(taken || (rules.merge_queue.is_some() && pr.merge_state == MergeState::Behind));
            let ran = pr.check_list.iter().any(|check| check.status != CheckStatus::Skipped);
            prop_assert!(ran || pr.check_list.is_empty());
        }
    }
}
