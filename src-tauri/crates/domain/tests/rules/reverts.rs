//! Reverts: their titles, what says that it is one, and what stands in the way of another.

use crate::sample::{at, pull_request};
use proptest::prelude::*;
use slipway_domain::history::{LONGEST_TITLE, names_as_reverted, revert_title};
use slipway_domain::plan::{EarlierRevert, RevertFacts, RevertState, plan_revert};
use slipway_domain::plan::{Plan, Request, Verdict};
use slipway_domain::pull_request::PullRequest;

#[test]
fn only_the_number_itself_is_named() {
    let names = |text: &str| names_as_reverted(text, &["acme/shop", "acme/store"], 12);
    for text in [
        "Reverts acme/shop#12",
        "Reverts acme/shop#12.",
        "Reverts acme/shop#12, which broke the cart",
        "Because.\n\n  reverts Acme/Shop#12\n",
        "Reverts acme/store#12",
        "Reverts #12",
        "* Reverts acme/shop#12",
    ] {
        assert!(names(text), "{text}");
    }
    for text in [
        "Reverts acme/shop#1",
        "Reverts acme/shop#123",
        "Reverts acme/shop#120",
        "Reverts acme/shop#012a",
        "Reverts acme/shop#12a",
        "Reverts acme/shop-api#12",
        "Reverts other/shop#12",
        "Do not merge before acme/shop#12",
        "This is not: Reverts acme/shop#12",
        "Reverts",
        "",
    ] {
        assert!(!names(text), "{text}");
    }
}

#[test]
fn titles_are_shortened_inside_all_their_quotes() {
    assert_eq!(revert_title("Fix the cart"), "Revert \"Fix the cart\"");
    assert_eq!(revert_title("Revert \"Fix the cart\""), "Revert \"Revert \"Fix the cart\"\"");
    let long = "x".repeat(250);
    let once = revert_title(&long);
    assert_eq!((once.chars().count(), once.ends_with("x…\"")), (256, true));
    let twice = revert_title(&once);
    assert!(twice.starts_with("Revert \"Revert \"xxx") && twice.ends_with("x…\"\""), "{twice}");
    assert_eq!(twice.chars().count(), 256);
    assert_eq!(revert_title(&"ä".repeat(247)), format!("Revert \"{}\"", "ä".repeat(247)), "characters, not bytes");
}

proptest! {
    #[test]
    fn a_title_is_never_too_long(title in "\\PC{0,300}", depth in 0usize..60) {
        let nested = format!("{}{title}{}", "Revert \"".repeat(depth), "\"".repeat(depth));
        let made = revert_title(&nested);
        prop_assert!(made.chars().count() <= LONGEST_TITLE, "{}", made.chars().count());
        prop_assert!(made.starts_with("Revert \"") && made.ends_with('"'));
        let whole = format!("Revert \"{nested}\"");
        prop_assert!(whole.chars().count() > LONGEST_TITLE || made == whole, "nothing is lost without need");
    }
}

fn plan(change: impl Fn(&mut PullRequest), reverts: &[EarlierRevert], under_former_name: bool) -> Plan {
    let mut pr = pull_request(12);
    change(&mut pr);
    let facts = RevertFacts {
        service: "storefront",
        repo: "acme/storefront",
        branch: "main",
        pr: &pr,
        merged: true,
        merge_commit: Some("abc"),
        under_former_name,
        reverts,
        usual: None,
    };
    plan_revert(&facts, "id".into(), at(0))
}

#[test]
fn a_revert_that_counts_is_asked_about_and_a_closed_one_does_not() {
    let of = |state| plan(|_| {}, &[EarlierRevert { number: 23, state }], false);
    assert_eq!(plan(|_| {}, &[], false).verdict(), Verdict::Allow);
    assert_eq!(of(RevertState::Closed).verdict(), Verdict::Allow);
    let asked = |plan: &Plan| match &plan.verdict() {
        Verdict::Confirm(reasons) => reasons.join("; "),
        other => panic!("{other:?}"),
    };
    assert_eq!(asked(&of(RevertState::Open)), "#23 already reverts it and is open");
    assert!(asked(&of(RevertState::Merged)).starts_with("#23 already reverted it and is merged"));
    assert!(asked(&of(RevertState::Unknown)).contains("not known"));
    let (open, merged) = (of(RevertState::Open), of(RevertState::Merged));
    assert!(open.change_since(&merged).is_some(), "consent to the one is no consent to the other");
}

#[test]
fn another_base_is_refused_unless_it_is_the_branchs_former_name() {
    let into_master = |pr: &mut PullRequest| pr.base_branch = "master".into();
    assert_eq!(plan(into_master, &[], false).verdict(), Verdict::Deny(vec!["#12 went into master, not main".into()]));
    assert_eq!(plan(into_master, &[], true).verdict(), Verdict::Allow);
}

#[test]
fn the_request_carries_the_shortened_title() {
    let plan = plan(|pr| pr.title = "y".repeat(256), &[], false);
    let Some(Request::Revert { title, .. }) = plan.request() else { panic!("a revert") };
    assert_eq!(title.chars().count(), 256);
    assert!(plan.steps[0].contains(title.as_str()));
}
