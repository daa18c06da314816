//! Each kind of green that is not green, and why nothing else is blamed for it.

mod absence;
mod properties;

use crate::sample::{at, check, pull_request};
use slipway_domain::evidence::readiness::judge;
use slipway_domain::merge_queue::MergeQueue;
use slipway_domain::plan::{MergeFacts, plan_enqueue, plan_merge};
use slipway_domain::plan::{Plan, Verdict};
use slipway_domain::pull_request::*;
use slipway_domain::status::{CheckKind, CheckRollup, CheckStatus, MergeMethod, Readiness};

pub(crate) type Change = fn(&mut PullRequest, &mut BranchRules);

pub(crate) fn judged(change: impl FnOnce(&mut PullRequest, &mut BranchRules)) -> (PullRequest, BranchRules) {
    let (mut pr, mut rules) = (pull_request(489), BranchRules::default());
    change(&mut pr, &mut rules);
    judge(&mut pr, &rules);
    (pr, rules)
}

pub(crate) fn plan(pr: &PullRequest, rules: &BranchRules) -> Plan {
    let facts = MergeFacts {
        service: "storefront",
        repo: "acme/storefront",
        branch: "main",
        pr,
        open: true,
        merged: false,
        methods: &[MergeMethod::Squash],
        rules,
        base_sha: Some("ba5e"),
        usual: None,
        ci: None,
        messages: &[],
    };
    if rules.merge_queue.is_some() { plan_enqueue(&facts, "id".into(), at(0)) } else { plan_merge(&facts, None, "id".into(), at(0)) }
}

/// The plan's word: what is asked, or what is refused.
fn verdict(plan: &Plan) -> (&'static str, String) {
    match &plan.verdict() {
        Verdict::Allow => ("allow", String::new()),
        Verdict::Confirm(reasons) => ("confirm", reasons.join("; ")),
        Verdict::Deny(reasons) => ("deny", reasons.join("; ")),
    }
}

fn of_workflow(name: &str, status: CheckStatus, workflow: &str, event: &str) -> Check {
    Check { workflow: Some(workflow.into()), event: Some(event.into()), app: Some("github-actions".into()), ..check(name, status) }
}

fn status_context(name: &str, status: CheckStatus) -> Check {
    Check { kind: CheckKind::CommitStatus, ..check(name, status) }
}

fn red(pr: &mut PullRequest, state: MergeState) {
    (pr.rollup, pr.merge_state) = (Some(CheckRollup::Failure), state);
}

fn review(author: &str, state: ReviewState) -> Review {
    Review { author: author.into(), state }
}

fn expected(name: &str) -> ExpectedCheck {
    ExpectedCheck { name: name.into(), kind: CheckKind::CheckRun, app: None, workflow: None, seen_at: at(0), usual: true }
}

fn check_table(table: &[(&str, Change, Readiness, (&str, &str))]) {
    for (row, change, readiness, expected) in table {
        let (pr, rules) = judged(change);
        let found = verdict(&plan(&pr, &rules));
        assert_eq!((pr.readiness, (found.0, found.1.as_str())), (*readiness, *expected), "{row}: {:?}", pr.causes);
        assert_eq!(pr.causes.iter().map(|cause| &cause.text).collect::<Vec<_>>(), pr.reasons.iter().collect::<Vec<_>>(), "{row}");
    }
}

const COUNTED: &str = "the code host counts a check that is not green";
const UNNAMED: &str = "Blocked by a rule that the code host does not name";

#[test]
fn two_checks_of_one_name_are_two_and_the_host_is_held_against_them() {
    check_table(&[
        (
            "a red one of another workflow",
            |p, _| {
                red(p, MergeState::Unstable);
                p.check_list = vec![
                    of_workflow("build", CheckStatus::Failed, "CI", "push"),
                    of_workflow("build", CheckStatus::Passed, "Release", "push"),
                ];
            },
            Readiness::Checks,
            ("confirm", "Check failed: CI / build (push)"),
        ),
        (
            "a red one beside a required status of the same name",
            |p, r| {
                red(p, MergeState::Blocked);
                r.required_checks = vec!["build".into()];
                p.check_list = vec![check("build", CheckStatus::Failed), status_context("build", CheckStatus::Passed)];
            },
            Readiness::Checks,
            ("deny", "Check failed: build"),
        ),
        ("the host calls it unstable", |p, _| p.merge_state = MergeState::Unstable, Readiness::Checks, ("confirm", COUNTED)),
        ("the host's summary is red", |p, _| red(p, MergeState::Clean), Readiness::Checks, ("confirm", COUNTED)),
        ("it is red and blocked", |p, _| red(p, MergeState::Blocked), Readiness::Checks, ("deny", COUNTED)),
        ("the summary is pending", |p, _| p.rollup = Some(CheckRollup::Pending), Readiness::Checks, ("confirm", COUNTED)),
        ("the summary waits for a check", |p, _| p.rollup = Some(CheckRollup::Expected), Readiness::Checks, ("confirm", COUNTED)),
        ("a word of the summary is new", |p, _| p.rollup = Some(CheckRollup::Unknown), Readiness::Checks, ("confirm", COUNTED)),
        (
            "the summary is red, and only a pending one is seen",
            |p, _| {
                red(p, MergeState::Unstable);
                p.check_list.push(check("slow", CheckStatus::Pending));
            },
            Readiness::Checks,
            ("confirm", "Checks 1 of 2; the code host counts a check that is not green"),
        ),
        (
            "a red run whose place a newer one took, and the host merges",
            |p, _| {
                red(p, MergeState::Clean);
                p.superseded_not_green = true;
            },
            Readiness::Ready,
            ("allow", ""),
        ),
        (
            "such a run, and the host counts it",
            |p, _| {
                red(p, MergeState::Unstable);
                p.superseded_not_green = true;
            },
            Readiness::Checks,
            ("confirm", COUNTED),
        ),
        (
            "a red one that the host does not count",
            |p, _| p.check_list.push(check("docs", CheckStatus::Failed)),
            Readiness::Checks,
            ("confirm", "Check failed: docs"),
        ),
    ]);
}

#[test]
fn reviews_count_where_none_are_demanded() {
    check_table(&[
        (
            "a colleague asks for changes",
            |p, _| {
                p.review_decision = ReviewDecision::None;
                p.reviews = vec![review("dora", ReviewState::ChangesRequested), review("emil", ReviewState::Approved)];
            },
            Readiness::Changes,
            ("confirm", "Changes requested by dora"),
        ),
        (
            "two do",
            |p, _| {
                p.review_decision = ReviewDecision::None;
                p.reviews = vec![review("dora", ReviewState::ChangesRequested), review("emil", ReviewState::ChangesRequested)];
            },
            Readiness::Changes,
            ("confirm", "Changes requested by dora, emil"),
        ),
        (
            "their review was dismissed",
            |p, _| {
                p.review_decision = ReviewDecision::None;
                p.reviews = vec![review("dora", ReviewState::Dismissed), review("emil", ReviewState::Commented)];
            },
            Readiness::Ready,
            ("allow", ""),
        ),
        (
            "the branch demands reviews",
            |p, _| {
                (p.review_decision, p.merge_state) = (ReviewDecision::ChangesRequested, MergeState::Blocked);
                p.reviews = vec![review("dora", ReviewState::ChangesRequested)];
            },
            Readiness::Changes,
            ("deny", "Changes requested by dora"),
        ),
        (
            "nobody but the author has approved",
            |p, r| {
                (p.review_decision, p.merge_state) = (ReviewDecision::ReviewRequired, MergeState::Blocked);
                p.reviews = vec![review("nadia-k", ReviewState::Approved), review("emil", ReviewState::Approved)];
                r.required_approvals = Some(2);
            },
            Readiness::Review,
            ("deny", "Needs 1 approval"),
        ),
        (
            "no decision is told, and too few have approved",
            |p, r| {
                p.review_decision = ReviewDecision::None;
                r.required_approvals = Some(1);
            },
            Readiness::Review,
            ("confirm", "Needs 1 approval"),
        ),
        (
            "reviews are unreadable",
            |p, _| p.unreadable = vec![UnreadablePart::Reviews],
            Readiness::Unknown,
            ("confirm", "Its reviews could not be read"),
        ),
    ]);
}

#[test]
fn each_end_of_a_check_has_its_own_word() {
    let table = [
        (CheckStatus::Failed, CauseKind::CheckFailed, "Check failed: docs"),
        (CheckStatus::Cancelled, CauseKind::CheckCancelled, "Check cancelled: docs"),
        (CheckStatus::TimedOut, CauseKind::CheckTimedOut, "Check timed out: docs"),
        (CheckStatus::Stale, CauseKind::CheckStale, "Check out of date: docs"),
        (CheckStatus::ActionRequired, CauseKind::CheckActionRequired, "Check waits for a person: docs"),
        (CheckStatus::StartupFailure, CauseKind::CheckStartupFailure, "Check did not start: docs"),
        (CheckStatus::Unknown, CauseKind::CheckUnknown, "Check in a state that is not known: docs"),
        (CheckStatus::Pending, CauseKind::CheckPending, "Checks 1 of 2"),
    ];
    for (status, kind, text) in table {
        for required in [false, true] {
            let (pr, rules) = judged(|p, r| {
                p.merge_state = if required { MergeState::Blocked } else { MergeState::Unstable };
                p.check_list.push(Check { url: Some("https://ci.test/docs".into()), ..check("docs", status) });
                r.required_checks = if required { vec!["docs".into()] } else { vec![] };
            });
            let cause = Cause {
                kind,
                text: text.into(),
                object: Some("docs".into()),
                link: Some("https://ci.test/docs".into()),
                may_be_confirmed: !required,
            };
            assert_eq!((pr.readiness, &pr.causes), (Readiness::Checks, &vec![cause]));
            assert_eq!(verdict(&plan(&pr, &rules)).0, if required { "deny" } else { "confirm" });
        }
        assert!(CheckStatus::ALL.contains(&status) && !status.is_green());
    }
    let (pr, _) = judged(|p, _| {
        p.check_list = CheckStatus::ALL.iter().map(|status| check(&format!("is {status}"), *status)).collect();
    });
    let counts = CheckCounts {
        passed: 2,
        failed: 6,
        pending: 2,
        missing: 0,
        skipped: 1,
        neutral: 1,
        cancelled: 1,
        action_required: 1,
        timed_out: 1,
        stale: 1,
    };
    assert_eq!(pr.checks, counts);
}

#[test]
fn what_blocks_is_named_and_an_optional_check_never_is() {
    check_table(&[
        (
            "an optional red check beside an unnamed rule",
            |p, _| {
                red(p, MergeState::Blocked);
                p.check_list.push(check("docs", CheckStatus::Failed));
            },
            Readiness::Blocked,
            ("deny", "Blocked by a rule that the code host does not name; Check failed: docs"),
        ),
        ("nothing is named", |p, _| p.merge_state = MergeState::Blocked, Readiness::Blocked, ("deny", UNNAMED)),
        (
            "open conversations",
            |p, r| {
                (p.merge_state, p.unresolved_threads, r.conversation_resolution) = (MergeState::Blocked, Some(2), true);
                p.check_list.push(check("docs", CheckStatus::Failed));
            },
            Readiness::Blocked,
            ("deny", "2 conversations are not resolved; Check failed: docs"),
        ),
        (
            "open conversations that nobody demands to be resolved",
            |p, _| (p.merge_state, p.unresolved_threads) = (MergeState::Blocked, Some(2)),
            Readiness::Blocked,
            ("deny", UNNAMED),
        ),
        (
            "conversations that are not told",
            |p, r| (p.merge_state, r.conversation_resolution) = (MergeState::Blocked, true),
            Readiness::Blocked,
            ("deny", UNNAMED),
        ),
        (
            "a code owner",
            |p, r| {
                (p.merge_state, p.review_decision) = (MergeState::Blocked, ReviewDecision::ReviewRequired);
                (r.code_owner_reviews, r.required_approvals) = (true, Some(1));
                (p.code_owners, p.reviews) = (vec!["a team".into()], vec![review("emil", ReviewState::Approved)]);
            },
            Readiness::Review,
            ("deny", "Needs a code owner's review: a team"),
        ),
        (
            "a code owner and an approval",
            |p, r| {
                (p.merge_state, p.review_decision) = (MergeState::Blocked, ReviewDecision::ReviewRequired);
                (r.code_owner_reviews, r.required_approvals, p.code_owners) = (true, Some(1), vec!["dora".into()]);
            },
            Readiness::Review,
            ("deny", "Needs 1 approval; Needs a code owner's review: dora"),
        ),
        (
            "a commit without a signature",
            |p, r| (p.merge_state, r.signatures, p.head_signed) = (MergeState::Blocked, true, Some(false)),
            Readiness::Blocked,
            ("deny", "main demands signed commits, and the newest is not signed"),
        ),
        (
            "a signed head",
            |p, r| (p.merge_state, r.signatures, p.head_signed) = (MergeState::Blocked, true, Some(true)),
            Readiness::Blocked,
            ("deny", UNNAMED),
        ),
        (
            "a check of another app than the demanded one",
            |p, r| {
                p.merge_state = MergeState::Blocked;
                (r.required_checks, r.app_checks) = (vec!["unit".into()], vec![("unit".into(), 7)]);
                p.check_list[0].app_id = Some(8);
            },
            Readiness::Missing,
            ("deny", "Check not reported by the app that main demands: unit"),
        ),
        (
            "a check of the demanded app",
            |p, r| {
                (r.required_checks, r.app_checks) = (vec!["unit".into()], vec![("unit".into(), 7)]);
                p.check_list[0].app_id = Some(7);
            },
            Readiness::Ready,
            ("allow", ""),
        ),
        (
            "an app that is not told may be the one",
            |_, r| (r.required_checks, r.app_checks) = (vec!["unit".into()], vec![("unit".into(), 7)]),
            Readiness::Ready,
            ("allow", ""),
        ),
    ]);
    let (pr, _) = judged(|p, _| (p.merge_state, p.url) = (MergeState::Blocked, "https://github.test/pull/489".into()));
    assert_eq!(pr.causes[0].link.as_deref(), Some("https://github.test/pull/489"));
}

#[test]
fn a_yes_to_one_check_covers_no_other() {
    let unstable = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let (pr, rules) = judged(|p, _| {
            red(p, MergeState::Unstable);
            p.check_list.extend(names.iter().map(|name| of_workflow("lint", CheckStatus::Failed, name, "push")));
        });
        plan(&pr, &rules)
    };
    let shown = unstable(&["CI", "Nightly"]);
    assert!(shown.change_since(&unstable(&["CI"])).is_none(), "a question less");
    assert!(shown.change_since(&unstable(&["CI", "Docs"])).is_some(), "of the same name, in another workflow");
    let (pr, rules) = judged(|p, _| p.merge_state = MergeState::Unstable);
    assert!(plan(&pr, &rules).change_since(&shown).is_some(), "what the host counted was not these");
}
