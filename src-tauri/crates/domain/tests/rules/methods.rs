//! Merge methods that can work, and words for which a CI starts nothing.

use crate::sample::{at, pull_request};
use slipway_domain::estimate::Estimate;
use slipway_domain::evidence::readiness::judge;
use slipway_domain::plan::{MergeFacts, plan_enable_auto_merge, plan_merge, workable_methods};
use slipway_domain::plan::{Plan, Request, Verdict};
use slipway_domain::pull_request::*;
use slipway_domain::status::MergeMethod::{self, Merge, Rebase, Squash};
use slipway_domain::vendor::CiProfile;

/// A CI that skips what says `[skip ci]`.
fn ci() -> CiProfile {
    CiProfile { title: "CircleCI", name: "circleci", skip_word: |message| message.contains("[skip ci]").then_some("[skip ci]") }
}

fn other_ci() -> CiProfile {
    CiProfile { title: "GitHub Actions", name: "github-actions", skip_word: |message| message.contains("[no ci]").then_some("[no ci]") }
}

fn facts<'a>(pr: &'a PullRequest, rules: &'a BranchRules, methods: &'a [MergeMethod]) -> MergeFacts<'a> {
    MergeFacts {
        service: "storefront",
        repo: "acme/storefront",
        branch: "main",
        pr,
        open: true,
        merged: false,
        methods,
        rules,
        base_sha: Some("ba5e"),
        usual: Some(Estimate { seconds: 480.0, low: 400.0, high: 600.0, runs: 9 }),
        ci: None,
        messages: &[],
    }
}

fn method(plan: &Plan) -> Option<MergeMethod> {
    match plan.request() {
        Some(Request::Merge { method, .. } | Request::EnableAutoMerge { method, .. }) => Some(*method),
        _ => None,
    }
}

#[test]
fn the_default_method_is_one_that_can_work() {
    const ALL: &[MergeMethod] = &[Merge, Squash, Rebase];
    type Row = (&'static [MergeMethod], bool, Option<bool>, Option<MergeMethod>, Result<MergeMethod, &'static str>);
    let table: &[Row] = &[
        (ALL, false, None, None, Ok(Squash)),
        (&[Merge, Rebase], false, None, None, Ok(Merge)),
        (&[Merge, Rebase], true, None, None, Ok(Rebase)),
        (&[Merge, Squash], true, Some(false), None, Ok(Squash)),
        (
            &[Merge, Rebase],
            true,
            Some(false),
            None,
            Err("main demands a linear history, and the repository allows no method that keeps it"),
        ),
        (&[Merge], true, None, None, Err("main demands a linear history, and the repository allows no method that keeps it")),
        (
            &[Rebase],
            false,
            Some(false),
            None,
            Err("the code host says that #489 cannot be rebased, and the repository allows nothing else"),
        ),
        (&[], false, None, None, Err("The repository allows no merge method that Slipway knows")),
        (ALL, true, None, Some(Merge), Err("main demands a linear history, which a merge commit breaks; squash or rebase can work")),
        (ALL, true, Some(false), Some(Merge), Err("main demands a linear history, which a merge commit breaks; squash can work")),
        (ALL, false, Some(false), Some(Rebase), Err("the code host says that #489 cannot be rebased; squash or merge can work")),
        (ALL, true, Some(true), Some(Rebase), Ok(Rebase)),
        (&[Squash], false, None, Some(Merge), Err("The repository does not allow merge")),
    ];
    for (row, (methods, linear_history, can_be_rebased, wanted, expected)) in table.iter().enumerate() {
        let rules = BranchRules { linear_history: *linear_history, ..BranchRules::default() };
        let mut pr = PullRequest { can_be_rebased: *can_be_rebased, ..pull_request(489) };
        judge(&mut pr, &rules);
        let plan = plan_merge(&facts(&pr, &rules, methods), *wanted, "id".into(), at(0));
        pr.merge_state = MergeState::Blocked;
        let later = plan_enable_auto_merge(&facts(&pr, &rules, methods), *wanted, "id".into(), at(0));
        for plan in [plan, later] {
            match (expected, &plan.verdict()) {
                (Ok(wanted), Verdict::Allow | Verdict::Confirm(_)) => assert_eq!(method(&plan), Some(*wanted), "row {row}"),
                (Err(why), Verdict::Deny(reasons)) => assert_eq!(reasons.join("; "), *why, "row {row}"),
                (expected, verdict) => panic!("row {row}: {expected:?}, {verdict:?}"),
            }
        }
    }
    // While GitHub works it out, its word about rebasing says nothing.
    let pr = PullRequest { can_be_rebased: Some(false), mergeable: Mergeable::Unknown, ..pull_request(489) };
    assert_eq!(workable_methods(ALL, &BranchRules::default(), &pr), [Squash, Merge, Rebase]);
}

#[test]
fn a_merge_that_no_pipeline_follows_says_so_and_has_no_estimate() {
    let rules = BranchRules::default();
    let warned = |title: &str, messages: &[&str], wanted: MergeMethod, ci: CiProfile| {
        let mut pr = PullRequest { title: title.into(), ..pull_request(489) };
        judge(&mut pr, &rules);
        let messages: Vec<String> = messages.iter().map(|m| (*m).to_owned()).collect();
        let facts = MergeFacts { ci: Some(ci), messages: &messages, ..facts(&pr, &rules, &[Merge, Squash, Rebase]) };
        let plan = plan_merge(&facts, Some(wanted), "id".into(), at(0));
        let said = plan.consequences.iter().find(|c| c.title.contains("no pipeline")).map(|c| c.title.clone());
        assert_eq!(plan.estimate.is_none(), said.is_some(), "{plan:?}");
        assert_eq!(plan.verdict(), Verdict::Allow);
        said.unwrap_or_default()
    };
    let circleci_says = |starts: &str, says: &str| format!("CircleCI {starts} no pipeline for it: {says} [skip ci]");
    for method in [Merge, Squash] {
        assert_eq!(warned("Docs [skip ci]", &["Docs"], method, ci()), circleci_says("starts", "the title says"));
    }
    assert_eq!(warned("Docs [skip ci]", &["Docs"], Rebase, ci()), "", "a rebase leaves the commits' own messages");
    assert_eq!(warned("Docs", &["Docs [skip ci]", "More"], Rebase, ci()), "", "the newest commit decides");
    assert_eq!(warned("Docs", &["Docs", "More [skip ci]"], Rebase, ci()), circleci_says("starts", "its last commit says"));
    assert_eq!(warned("Docs", &["Docs [skip ci]", "More"], Squash, ci()), circleci_says("may start", "a commit says"));
    assert_eq!(warned("Docs", &["Docs [skip ci]", "More"], Merge, ci()), "", "a merge commit has a message of its own");
    assert_eq!(warned("Docs [no ci]", &["Docs"], Squash, ci()), "");
    assert_eq!(warned("Docs [no ci]", &["Docs"], Squash, other_ci()), "GitHub Actions starts no pipeline for it: the title says [no ci]");
    assert_eq!(warned("Docs", &[], Rebase, ci()), "");
}
