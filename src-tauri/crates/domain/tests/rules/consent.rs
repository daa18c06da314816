use crate::sample::{at, check, pull_request};
use slipway_domain::evidence::readiness::judge;
use slipway_domain::journal::Expectation;
use slipway_domain::plan::{MergeFacts, RevertFacts, plan_merge, plan_revert, revert_marker};
use slipway_domain::plan::{Plan, Request, Verdict};
use slipway_domain::pull_request::{BranchRules, MergeState, PullRequest};
use slipway_domain::status::{CheckStatus, MergeMethod};

fn plan_of(pr: &PullRequest, open: bool, wanted: Option<MergeMethod>) -> Plan {
    let facts = MergeFacts {
        service: "storefront",
        repo: "acme/storefront",
        branch: "main",
        pr,
        open,
        merged: !open,
        methods: &[MergeMethod::Merge, MergeMethod::Squash],
        rules: &BranchRules::default(),
        base_sha: None,
        usual: None,
        ci: None,
        messages: &[],
    };
    plan_merge(&facts, wanted, "id".into(), at(0))
}

fn judged(change: impl Fn(&mut PullRequest), required: &[&str]) -> PullRequest {
    let mut pr = pull_request(489);
    change(&mut pr);
    judge(
        &mut pr,
        &BranchRules {
            required_checks: required.iter().map(|r| (*r).to_owned()).collect(),
            required_approvals: None,
            ..BranchRules::default()
        },
    );
    pr
}

#[test]
fn a_ready_pull_request_is_merged_with_the_shown_head() {
    let pr = judged(|_| {}, &[]);
    let plan = plan_of(&pr, true, None);
    insta::assert_json_snapshot!(plan, @r#"
    {
      "id": "id",
      "action": {
        "action": "merge",
        "service": "storefront",
        "number": 489,
        "method": null
      },
      "title": "Merge #489",
      "target": {
        "key": "pull_request:acme/storefront#489",
        "name": "acme/storefront#489"
      },
      "account": null,
      "repo": "acme/storefront",
      "app": null,
      "seen": "head 00000000000000000000000000000000000001e9 of “Change 489”, by nadia-k",
      "basis": {
        "head_sha": "00000000000000000000000000000000000001e9",
        "live": null,
        "source": null
      },
      "steps": [
        "Squash 0000000 into main"
      ],
      "request": {
        "request": "merge",
        "repo": "acme/storefront",
        "number": 489,
        "head_sha": "00000000000000000000000000000000000001e9",
        "method": "squash"
      },
      "expectation": {
        "expect": "merged",
        "repo": "acme/storefront",
        "number": 489,
        "head_sha": "00000000000000000000000000000000000001e9"
      },
      "verdict": {
        "verdict": "allow"
      },
      "confirmations": [],
      "shipment": {
        "takes_out": [],
        "brings": [],
        "ships_over": [],
        "ships_again": []
      },
      "consequences": [],
      "rollback": null,
      "estimate": null,
      "instead": null,
      "confirm_text": null,
      "read_at": "2026-11-18T11:06:40Z"
    }
    "#);
}

#[test]
fn what_may_not_be_merged_is_denied_and_what_is_optional_is_asked() {
    let denied = |pr: &PullRequest, open, wanted| matches!(plan_of(pr, open, wanted).verdict(), Verdict::Deny(_));
    let ready = judged(|_| {}, &[]);
    assert!(denied(&ready, false, None), "merged already");
    assert!(denied(&ready, true, Some(MergeMethod::Rebase)), "the repository does not allow it");
    assert!(denied(&judged(|p| p.draft = true, &[]), true, None));
    assert!(denied(&judged(|p| p.base_branch = "next".into(), &[]), true, None));
    let red = |p: &mut PullRequest| {
        p.check_list.push(check("docs", CheckStatus::Failed));
        p.merge_state = MergeState::Unstable;
    };
    assert_eq!(plan_of(&judged(red, &[]), true, None).verdict(), Verdict::Confirm(vec!["Check failed: docs".into()]));
    assert!(denied(&judged(red, &["docs"]), true, None), "a required check is no option");
}

#[test]
fn a_moved_head_needs_new_consent() {
    let shown = plan_of(&judged(|_| {}, &[]), true, None);
    let same = plan_of(&judged(|p| p.title = "Another title".into(), &[]), true, None);
    let moved = plan_of(&judged(|p| p.head_sha = "f".repeat(40), &[]), true, None);
    assert!(shown.change_since(&same).is_none());
    assert!(shown.change_since(&moved).is_some());
}

/// A lost answer is settled by the mark: it must be the one that was sent.
#[test]
fn what_is_shown_again_carries_its_own_mark() {
    let pr = judged(|_| {}, &[]);
    let facts = RevertFacts {
        service: "storefront",
        repo: "acme/storefront",
        branch: "main",
        pr: &pr,
        merged: true,
        merge_commit: Some("abc"),
        under_former_name: false,
        reverts: &[],
        usual: None,
    };
    let again = plan_revert(&facts, "first".into(), at(0)).renamed("second".into());
    assert_eq!(again, plan_revert(&facts, "second".into(), at(0)));
    let (Some(Request::Revert { body, .. }), Some(Expectation::RevertOpened { marker, .. })) = (again.request(), again.expectation())
    else {
        panic!("a revert: {again:?}");
    };
    assert!(body.contains(marker.as_str()) && *marker == revert_marker("second"), "{body} {marker}");
    let merge = plan_of(&pr, true, None);
    assert_eq!(merge.clone().renamed("second".into()), Plan { id: "second".into(), ..merge });
}

/// What is printed is read as the same plan; what says that it may be done and names no request is no plan.
#[test]
fn only_a_plan_with_a_request_is_ready() {
    let ready = plan_of(&judged(|_| {}, &[]), true, None);
    let denied = plan_of(&judged(|_| {}, &[]), false, None);
    for (plan, is_denied) in [(&ready, false), (&denied, true)] {
        let written = serde_json::to_value(plan).unwrap();
        assert_eq!(&serde_json::from_value::<Plan>(written).unwrap(), plan);
        assert_eq!(plan.is_denied(), is_denied);
        assert!(plan.request().is_some(), "what would be sent is shown also when it is denied");
    }
    let mut written = serde_json::to_value(&ready).unwrap();
    written["request"] = serde_json::Value::Null;
    assert!(serde_json::from_value::<Plan>(written).is_err());
}
