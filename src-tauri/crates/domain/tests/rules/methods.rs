//! Merge methods that can work, and words for which a CI starts nothing.

use crate::sample::{at, pull_request};
use slipway_domain::estimate::Estimate;
use slipway_domain::evidence::readiness::judge;
use slipway_domain::guard::{MergeFacts, plan_enable_auto_merge, plan_merge, skip_word, workable_methods};
use slipway_domain::plan::{Plan, Request, Verdict};
use slipway_domain::pull_request::*;
use slipway_domain::service::CiProject;
use slipway_domain::status::MergeMethod::{self, Merge, Rebase, Squash};
use slipway_domain::status::ProviderKind;

fn circleci() -> CiProject {
    CiProject { provider: ProviderKind::Circleci, slug: "gh/acme/storefront".into() }
}

fn actions() -> CiProject {
    CiProject { provider: ProviderKind::Github, slug: "acme/storefront".into() }
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
    match &plan.request {
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
        (&[Rebase], false, Some(false), None, Err("GitHub says that #489 cannot be rebased, and the repository allows nothing else")),
        (&[], false, None, None, Err("The repository allows no merge method that Slipway knows")),
        (ALL, true, None, Some(Merge), Err("main demands a linear history, which a merge commit breaks; squash or rebase can work")),
        (ALL, true, Some(false), Some(Merge), Err("main demands a linear history, which a merge commit breaks; squash can work")),
        (ALL, false, Some(false), Some(Rebase), Err("GitHub says that #489 cannot be rebased; squash or merge can work")),
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
            match (expected, &plan.verdict) {
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
fn each_ci_has_its_own_words() {
    let far = format!("{}[skip ci]", "x".repeat(250));
    let far_body = format!("Title\n\n{far}");
    let table: &[(&str, Option<&str>, Option<&str>)] = &[
        ("Fix the cart", None, None),
        ("Fix the cart [skip ci]", Some("[skip ci]"), Some("[skip ci]")),
        ("[CI SKIP] Fix the cart", Some("[ci skip]"), Some("[ci skip]")),
        ("Fix the cart\n\n[skip ci]", Some("[skip ci]"), Some("[skip ci]")),
        ("Fix [no ci]", None, Some("[no ci]")),
        ("Fix [skip actions]", None, Some("[skip actions]")),
        ("Fix [actions skip]", None, Some("[actions skip]")),
        ("Fix\n\n\nskip-checks: true\n", None, Some("skip-checks: true")),
        ("skip-checks: true\n\nis explained here", None, None),
        (&far, None, Some("[skip ci]")),
        (&far_body, None, Some("[skip ci]")),
        ("skip ci", None, None),
    ];
    for (message, of_circleci, of_actions) in table {
        assert_eq!(skip_word(&circleci(), message), *of_circleci, "{message}");
        assert_eq!(skip_word(&actions(), message), *of_actions, "{message}");
    }
}

#[test]
fn a_merge_that_no_pipeline_follows_says_so_and_has_no_estimate() {
    let rules = BranchRules::default();
    let warned = |title: &str, messages: &[&str], wanted: MergeMethod, ci: &CiProject| {
        let mut pr = PullRequest { title: title.into(), ..pull_request(489) };
        judge(&mut pr, &rules);
        let messages: Vec<String> = messages.iter().map(|m| (*m).to_owned()).collect();
        let facts = MergeFacts { ci: Some(ci), messages: &messages, ..facts(&pr, &rules, &[Merge, Squash, Rebase]) };
        let plan = plan_merge(&facts, Some(wanted), "id".into(), at(0));
        let said = plan.consequences.iter().find(|c| c.title.contains("no pipeline")).map(|c| c.title.clone());
        assert_eq!(plan.estimate.is_none(), said.is_some(), "{plan:?}");
        assert_eq!(plan.verdict, Verdict::Allow);
        said.unwrap_or_default()
    };
    let circleci_says = |starts: &str, says: &str| format!("CircleCI {starts} no pipeline for it: {says} [skip ci]");
    for method in [Merge, Squash] {
        assert_eq!(warned("Docs [skip ci]", &["Docs"], method, &circleci()), circleci_says("starts", "the title says"));
    }
    assert_eq!(warned("Docs [skip ci]", &["Docs"], Rebase, &circleci()), "", "a rebase leaves the commits' own messages");
    assert_eq!(warned("Docs", &["Docs [skip ci]", "More"], Rebase, &circleci()), "", "the newest commit decides");
    assert_eq!(warned("Docs", &["Docs", "More [skip ci]"], Rebase, &circleci()), circleci_says("starts", "its last commit says"));
    assert_eq!(warned("Docs", &["Docs [skip ci]", "More"], Squash, &circleci()), circleci_says("may start", "a commit says"));
    assert_eq!(warned("Docs", &["Docs [skip ci]", "More"], Merge, &circleci()), "", "a merge commit has a message of its own");
    assert_eq!(warned("Docs [no ci]", &["Docs"], Squash, &circleci()), "");
    assert_eq!(warned("Docs [no ci]", &["Docs"], Squash, &actions()), "GitHub Actions starts no pipeline for it: the title says [no ci]");
    assert_eq!(warned("Docs", &[], Rebase, &circleci()), "");
}
