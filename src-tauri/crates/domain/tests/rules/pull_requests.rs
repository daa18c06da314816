//! Ways for a pull request to land other than a merge at once: queue, auto-merge, update.

use crate::sample::{at, check, pull_request};
use slipway_domain::action::Action;
use slipway_domain::evidence::readiness::judge;
use slipway_domain::merge_queue::{MergeQueue, QueueEntry, QueueState};
use slipway_domain::plan::{
    MergeFacts, plan_dequeue, plan_disable_auto_merge, plan_enable_auto_merge, plan_enqueue, plan_merge, plan_update_branch,
};
use slipway_domain::plan::{Plan, Request, Verdict};
use slipway_domain::pull_request::*;
use slipway_domain::status::{CheckStatus, MergeMethod, Readiness};

type Change = fn(&mut PullRequest, &mut BranchRules);

fn facts<'a>(pr: &'a PullRequest, rules: &'a BranchRules) -> MergeFacts<'a> {
    MergeFacts {
        service: "storefront",
        repo: "acme/storefront",
        branch: "main",
        pr,
        open: true,
        merged: false,
        methods: &[MergeMethod::Merge, MergeMethod::Squash],
        rules,
        base_sha: Some("ba5e"),
        usual: None,
        ci: None,
        messages: &[],
    }
}

fn planned(change: Change, make: impl Fn(&MergeFacts<'_>) -> Plan) -> Plan {
    let (mut pr, mut rules) = (pull_request(489), BranchRules::default());
    change(&mut pr, &mut rules);
    judge(&mut pr, &rules);
    make(&facts(&pr, &rules))
}

fn queue(rules: &mut BranchRules) {
    rules.merge_queue = Some(MergeQueue { method: Some(MergeMethod::Squash) });
}

fn entry() -> QueueEntry {
    QueueEntry { position: Some(2), state: QueueState::AwaitingChecks, estimated_seconds: None, enqueued_at: None }
}

fn auto() -> AutoMerge {
    AutoMerge { by: Some("nadia-k".into()), method: Some(MergeMethod::Squash), enabled_at: None }
}

/// `Ok` with what must be accepted, `Err` with the refusal.
fn verdict(plan: &Plan) -> Result<String, String> {
    match &plan.verdict() {
        Verdict::Allow => Ok(String::new()),
        Verdict::Confirm(reasons) => Ok(reasons.join("; ")),
        Verdict::Deny(reasons) => Err(reasons.join("; ")),
    }
}

fn check_table(table: &[(Change, Result<&str, &str>)], make: impl Fn(&MergeFacts<'_>) -> Plan) {
    for (row, (change, expected)) in table.iter().enumerate() {
        let found = verdict(&planned(*change, &make));
        assert_eq!(found.as_deref().map_err(String::as_str), *expected, "row {row}");
    }
}

#[test]
fn a_merge_where_a_queue_is_enqueues() {
    let merge = |f: &MergeFacts<'_>| plan_merge(f, None, "id".into(), at(0));
    let plan = planned(|_, r| queue(r), merge);
    assert_eq!(plan.action, Action::enqueue("storefront".into(), 489));
    assert_eq!(plan.title, "Add #489 to the merge queue");
    assert!(matches!(plan.request(), Some(Request::Enqueue { head_sha, .. }) if *head_sha == format!("{:040x}", 489)));
    assert!(plan.consequences[0].title.contains("a direct merge is refused"), "{:?}", plan.consequences);
    assert!(matches!(planned(|_, _| {}, merge).request(), Some(Request::Merge { .. })));
    // What is planned again for the same consent must be the same.
    let again = planned(|_, r| queue(r), |f| plan_enqueue(f, "id".into(), at(9)));
    assert!(plan.change_since(&again).is_none());
}

#[test]
fn what_the_queue_takes() {
    let table: &[(Change, Result<&str, &str>)] = &[
        (|_, r| queue(r), Ok("")),
        (|_, _| {}, Err("main has no merge queue; merge it")),
        (
            |p, r| {
                queue(r);
                p.merge_state = MergeState::Behind;
            },
            Ok(""),
        ),
        (
            |p, r| {
                queue(r);
                p.merge_state = MergeState::Blocked;
            },
            Ok("Blocked by a rule that the code host does not name"),
        ),
        (
            |p, r| {
                queue(r);
                p.queue = Some(entry());
            },
            Err("In the merge queue at position 2 already"),
        ),
        (
            |p, r| {
                queue(r);
                p.draft = true;
            },
            Err("Draft"),
        ),
        (
            |p, r| {
                queue(r);
                p.mergeable = Mergeable::Conflicting;
            },
            Err("Conflicts with main"),
        ),
        (
            |p, r| {
                queue(r);
                p.mergeable = Mergeable::Unknown;
            },
            Err("the code host is still working out whether it merges"),
        ),
        (
            |p, r| {
                queue(r);
                p.merge_state = MergeState::Unstable;
                p.check_list.push(check("docs", CheckStatus::Failed));
            },
            Ok("Check failed: docs"),
        ),
        (
            |p, r| {
                queue(r);
                p.merge_state = MergeState::Blocked;
                r.required_checks = vec!["docs".into()];
                p.check_list.push(check("docs", CheckStatus::Failed));
            },
            Err("Check failed: docs"),
        ),
        (
            |p, r| {
                queue(r);
                r.required_checks = vec!["security".into()];
                p.merge_state = MergeState::Blocked;
            },
            Err("Check not reported: security"),
        ),
        (
            |_, r| {
                queue(r);
                r.archived = true;
            },
            Err("acme/storefront is archived: it takes no change"),
        ),
    ];
    check_table(table, |f| plan_enqueue(f, "id".into(), at(0)));
    check_table(&[(|p, _| p.queue = Some(entry()), Ok("")), (|_, _| {}, Err("#489 is not in the merge queue"))], |f| {
        plan_dequeue(f, "id".into(), at(0))
    });
}

#[test]
fn auto_merge_is_for_what_is_held_back() {
    const LATER: &str = "It is not bound to 0000000: what is pushed later is merged too";
    let table: &[(Change, Result<&str, &str>)] = &[
        (|p, _| p.merge_state = MergeState::Blocked, Ok(LATER)),
        (|p, _| p.merge_state = MergeState::Behind, Ok(LATER)),
        (|_, _| {}, Err("Nothing holds #489 back: merge it")),
        (|p, _| p.merge_state = MergeState::Unstable, Err("Nothing holds #489 back: merge it")),
        (|p, _| p.draft = true, Err("A draft is not merged; mark it ready first")),
        (|p, _| p.merge_state = MergeState::Dirty, Err("Conflicts with main")),
        (|p, _| p.merge_state = MergeState::Unknown, Err("the code host is still working out whether it merges")),
        (
            |p, r| {
                p.merge_state = MergeState::Blocked;
                r.auto_merge_allowed = Some(false);
            },
            Err("The repository does not allow auto-merge; its settings turn it on"),
        ),
        (
            |p, _| {
                p.merge_state = MergeState::Blocked;
                p.viewer_can.enable_auto_merge = Some(false);
            },
            Err("the code host does not let this token turn it on"),
        ),
        (|p, _| p.auto_merge = Some(auto()), Err("Auto-merge of #489 is on already, by nadia-k")),
        (|p, _| p.base_branch = "next".into(), Err("#489 goes into next, not main")),
        (|_, r| r.archived = true, Err("acme/storefront is archived: it takes no change")),
    ];
    check_table(table, |f| plan_enable_auto_merge(f, None, "id".into(), at(0)));
    let off: &[(Change, Result<&str, &str>)] =
        &[(|p, _| p.auto_merge = Some(auto()), Ok("")), (|_, _| {}, Err("Auto-merge of #489 is off"))];
    check_table(off, |f| plan_disable_auto_merge(f, "id".into(), at(0)));
    let refused =
        planned(|p, _| p.merge_state = MergeState::Blocked, |f| plan_enable_auto_merge(f, Some(MergeMethod::Rebase), "id".into(), at(0)));
    assert_eq!(verdict(&refused), Err("The repository does not allow rebase".into()));
    let queued = planned(
        |p, r| {
            queue(r);
            p.merge_state = MergeState::Blocked;
        },
        |f| plan_enable_auto_merge(f, Some(MergeMethod::Rebase), "id".into(), at(0)),
    );
    assert_eq!(verdict(&queued), Ok(LATER.into()), "the queue decides the method");
}

#[test]
fn a_branch_is_updated_where_it_may_be() {
    let table: &[(Change, Result<&str, &str>)] = &[
        (|p, _| p.merge_state = MergeState::Behind, Ok("")),
        (|p, _| p.viewer_can.update_branch = Some(true), Ok("")),
        (|p, _| p.behind_by = Some(0), Err("It is up to date with main")),
        (|p, _| p.viewer_can.update_branch = Some(false), Err("It is up to date with main, or this token may not push to change-489")),
        (|p, _| p.mergeable = Mergeable::Conflicting, Err("Conflicts with main: it must be brought up to date by hand")),
        (|p, _| p.queue = Some(entry()), Err("It is in the merge queue, and the code host does not update what is queued")),
        (|_, r| r.archived = true, Err("acme/storefront is archived: it takes no change")),
    ];
    check_table(table, |f| plan_update_branch(f, "id".into(), at(0)));
    let pr = pull_request(489);
    let rules = BranchRules::default();
    let nowhere = MergeFacts { base_sha: None, ..facts(&pr, &rules) };
    assert_eq!(verdict(&plan_update_branch(&nowhere, "id".into(), at(0))), Err("Where main stands could not be read".into()));
}

#[test]
fn what_is_queued_says_so_and_what_is_archived_is_never_ready() {
    let (mut pr, mut rules) = (pull_request(489), BranchRules::default());
    queue(&mut rules);
    pr.queue = Some(entry());
    judge(&mut pr, &rules);
    assert_eq!(pr.reasons, ["In the merge queue at position 2, its checks run"]);
    rules.archived = true;
    judge(&mut pr, &rules);
    assert_eq!(pr.readiness, Readiness::Blocked);
}
