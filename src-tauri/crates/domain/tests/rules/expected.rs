//! Which checks a head is expected to have.

use crate::sample::{at, check, pull_request};
use slipway_domain::evidence::expected::{lacking, remember};
use slipway_domain::pull_request::*;
use slipway_domain::status::CheckStatus;

const DAY: i64 = 86_400;

fn head(number: u64, names: &[&str]) -> PullRequest {
    let check_list = names.iter().map(|name| check(name, CheckStatus::Passed)).collect();
    PullRequest { check_list, ..pull_request(number) }
}

fn seen(before: &BranchRules, heads: &[PullRequest], at_seconds: i64) -> BranchRules {
    let mut rules = BranchRules::default();
    remember(&mut rules, before, heads, "main", at(at_seconds));
    rules
}

fn usual(rules: &BranchRules) -> Vec<&str> {
    rules.expected_checks.iter().filter(|check| check.usual).map(|check| check.name.as_str()).collect()
}

#[test]
fn a_check_that_half_of_the_heads_have_is_expected() {
    let heads = [head(1, &["build", "e2e"]), head(2, &["build", "e2e"]), head(3, &["build"]), head(4, &["build", "docs"])];
    let rules = seen(&BranchRules::default(), &heads, 0);
    assert_eq!(usual(&rules), ["build", "e2e"]);
    assert_eq!(rules.expected_checks.len(), 3, "docs was seen, and is not usual");
    let lacks: Vec<&str> = lacking(&rules, &heads[2].check_list).into_iter().map(|check| check.name.as_str()).collect();
    assert_eq!(lacks, ["e2e"]);
    assert!(lacking(&rules, &heads[0].check_list).is_empty());
}

#[test]
fn heads_are_remembered_for_thirty_days_and_not_for_ever() {
    let first = seen(&BranchRules::default(), &[head(1, &["build"])], 0);
    let later = seen(&first, &[head(2, &[])], 29 * DAY);
    assert_eq!(usual(&later), ["build"], "it was merged long ago");
    assert_eq!(usual(&seen(&later, &[], 31 * DAY)), [""; 0]);
    // A head that is still open is seen again.
    let open = seen(&first, &[head(1, &["build"])], 20 * DAY);
    assert_eq!(usual(&seen(&open, &[], 45 * DAY)), ["build"]);
    assert_eq!(seen(&first, &[head(1, &["build"])], 60), first, "nothing new is nothing to write");
}

#[test]
fn other_branches_cut_lists_and_absent_checks_show_nothing() {
    let elsewhere = PullRequest { base_branch: "next".into(), ..head(1, &["build"]) };
    let cut = PullRequest { checks_complete: false, ..head(2, &["build"]) };
    let absent = PullRequest { check_list: vec![check("build", CheckStatus::Missing)], ..head(3, &[]) };
    assert_eq!(seen(&BranchRules::default(), &[elsewhere, cut, absent], 0), BranchRules::default());
}

#[test]
fn one_of_another_workflow_does_not_stand_in_and_an_untold_one_may() {
    let of = |workflow: Option<&str>| Check { workflow: workflow.map(str::to_owned), ..check("build", CheckStatus::Passed) };
    let both = PullRequest { check_list: vec![of(Some("CI")), of(Some("Release"))], ..pull_request(1) };
    let rules = seen(&BranchRules::default(), &[both], 0);
    assert_eq!(lacking(&rules, &[of(Some("CI"))]).len(), 1);
    assert_eq!(lacking(&rules, &[of(None)]).len(), 0);
}
