//! What has not reported is not green.

use super::*;

#[test]
fn absence_is_no_success() {
    check_table(&[
        (
            "other heads have checks",
            |p, r| {
                (p.rollup, p.check_list) = (None, vec![]);
                r.expected_checks = vec![expected("build")];
            },
            Readiness::Checks,
            ("confirm", "No check has reported yet"),
        ),
        (
            "none that others have is usual",
            |p, r| {
                (p.rollup, p.check_list) = (None, vec![]);
                r.expected_checks = vec![ExpectedCheck { usual: false, ..expected("build") }];
            },
            Readiness::Checks,
            ("confirm", "No check has reported yet"),
        ),
        (
            "a usual one is absent",
            |_, r| r.expected_checks = vec![expected("unit"), expected("e2e")],
            Readiness::Missing,
            ("confirm", "Check not reported: e2e"),
        ),
        (
            "one that is not usual is absent",
            |_, r| r.expected_checks = vec![expected("unit"), ExpectedCheck { usual: false, ..expected("docs") }],
            Readiness::Ready,
            ("allow", ""),
        ),
        ("the repository has none", |p, _| (p.rollup, p.check_list) = (None, vec![]), Readiness::Ready, ("allow", "")),
        (
            "a required one is absent",
            |p, r| {
                (p.rollup, p.check_list, p.merge_state) = (None, vec![], MergeState::Blocked);
                r.required_checks = vec!["build".into()];
            },
            Readiness::Missing,
            ("deny", "Check not reported: build"),
        ),
        (
            "all were skipped",
            |p, _| p.check_list = vec![check("a", CheckStatus::Skipped), check("b", CheckStatus::Skipped)],
            Readiness::Checks,
            ("confirm", "Nothing ran: all its 2 checks were skipped"),
        ),
        (
            "its only one was skipped, and is required",
            |p, r| {
                p.check_list = vec![check("a", CheckStatus::Skipped)];
                r.required_checks = vec!["a".into()];
            },
            Readiness::Checks,
            ("confirm", "Nothing ran: its only check was skipped"),
        ),
        ("one was skipped and one passed", |p, _| p.check_list.push(check("a", CheckStatus::Skipped)), Readiness::Ready, ("allow", "")),
        (
            "runs of an outsider wait",
            |p, r| {
                (p.rollup, p.check_list, p.from_fork, p.merge_state) = (None, vec![], true, MergeState::Blocked);
                p.waiting_runs = Some(vec![WaitingRun { name: "CI".into(), url: "https://github.test/runs/1".into() }]);
                r.required_checks = vec!["build".into()];
            },
            Readiness::Checks,
            ("deny", "Runs wait for a maintainer's approval; Check not reported: build"),
        ),
        (
            "they wait, and nothing is demanded",
            |p, r| {
                (p.rollup, p.check_list, p.from_fork) = (None, vec![], true);
                p.waiting_runs = Some(vec![WaitingRun { name: "CI".into(), url: "https://github.test/runs/1".into() }]);
                r.expected_checks = vec![expected("build")];
            },
            Readiness::Checks,
            ("confirm", "Runs wait for a maintainer's approval"),
        ),
        (
            "the token reads no check runs, and the host merges",
            |p, _| (p.unreadable, p.checks_complete) = (vec![UnreadablePart::CheckRuns], false),
            Readiness::Unknown,
            ("confirm", "Check runs cannot be read with this token"),
        ),
        (
            "the token reads no check runs, and the host blocks",
            |p, _| (p.unreadable, p.checks_complete, p.merge_state) = (vec![UnreadablePart::CheckRuns], false, MergeState::Blocked),
            Readiness::Blocked,
            ("deny", "Blocked by a rule that the code host does not name; Check runs cannot be read with this token"),
        ),
        ("a list is cut", |p, _| p.checks_complete = false, Readiness::Unknown, ("deny", "Not all checks could be read")),
    ]);
}
