//! What was shown is what is sent, for every action: a plan that changed is shown again and nothing
//! is sent; one that only aged is sent.

use crate::harness::{Harness, merge, new_account, revert, roll_back};
use serde_json::{Value, json};
use slipway_domain::action::{Action, Code};
use slipway_domain::journal::EntryState;
use slipway_domain::status::MergeMethod;
use slipway_domain::vendor::VendorId;
use slipway_engine::{Engine, Execution};
use slipway_sandbox::Scenario;

/// The one service with an approval: every action can be tried on it.
const SERVICE: &str = "search-indexer";

struct Case {
    name: &'static str,
    /// The mutation as the sandbox counts it.
    kind: &'static str,
    action: Action,
    /// What somebody else does between the showing and the last read.
    outsider: Value,
}

async fn harness() -> Harness {
    let harness = Harness::with(Scenario::Quiet, 1.0, 5).await;
    harness.serve_all();
    harness
}

async fn open_pull(harness: &Harness, ready: bool) -> u64 {
    let made = harness.world(json!({"open_pull": {"service": SERVICE, "ready": ready}})).await;
    let number = made["open_pull"]["pull_request"].as_u64().expect("a number");
    if ready {
        harness.world(json!({"make_ready": {"service": SERVICE, "number": number}})).await;
    }
    number
}

fn of(number: u64) -> Value {
    json!({"service": SERVICE, "number": number, "by": "amara-okafor"})
}

fn pushed(number: u64) -> Value {
    json!({"push": of(number)})
}

/// One case of each action, in a world of its own.
async fn case(harness: &Harness, name: &'static str) -> Case {
    let service = SERVICE.to_owned();
    let app = |environment: &str| format!("{SERVICE}-{environment}");
    let case = |kind, action, outsider| Case { name, kind, action, outsider };
    match name {
        "merge" => {
            let number = open_pull(harness, true).await;
            case("merge", Action::merge(service, number, None), pushed(number))
        }
        "enqueue" => {
            harness.world(json!({"repository": {"service": SERVICE, "merge_queue": "squash"}})).await;
            let number = open_pull(harness, true).await;
            case("enqueue", Action::enqueue(service, number), pushed(number))
        }
        "dequeue" => {
            harness.world(json!({"repository": {"service": SERVICE, "merge_queue": "squash"}})).await;
            let number = open_pull(harness, true).await;
            harness.world(json!({"enqueue": of(number)})).await;
            case("dequeue", Action::dequeue(service, number), json!({"dequeue": of(number)}))
        }
        "auto-merge" => {
            let number = open_pull(harness, false).await;
            harness.world(json!({"advance": 10})).await;
            case("enable_auto_merge", Action::enable_auto_merge(service, number, Some(MergeMethod::Squash)), pushed(number))
        }
        "update-branch" => {
            let number = open_pull(harness, true).await;
            harness.world(json!({"behind": of(number)})).await;
            case("update_branch", Action::update_branch(service, number), pushed(number))
        }
        "revert" => {
            let number = harness.truth_of(SERVICE).await["main"][0]["pull_request"].as_u64().expect("a merged one");
            let body = format!("Reverts acme/{SERVICE}#{number}");
            case("revert", Action::revert(service, number), json!({"open_pull": {"service": SERVICE, "title": "Back", "body": body}}))
        }
        "rollback" => case(
            "rollback",
            Action::roll_back(service, "production".into(), None, None),
            json!({"release": {"app": app("production")}, "advance": 60}),
        ),
        "release" => {
            let releases = harness.control(reqwest::Method::GET, &format!("/truth/releases?app={}", app("production")), None).await;
            let older = releases.as_array().expect("releases").iter().find(|r| r["slug"] != releases[0]["slug"]).expect("other code");
            let code = Code::Version { version: older["version"].as_u64().expect("a version") };
            let outsider = json!({"set_config": {"app": app("production"), "vars": {"OTHERS": "1"}}, "advance": 60});
            case("release", Action::release(service, "production".into(), code), outsider)
        }
        "promote" => {
            harness.world(json!({"set_config": {"app": app("staging"), "vars": {"A": "1"}}, "advance": 60})).await;
            let back = harness.control(reqwest::Method::GET, &format!("/truth/releases?app={}", app("staging")), None).await;
            let older = back.as_array().expect("releases").iter().find(|r| r["slug"] != back[0]["slug"]).expect("other code");
            let to = format!("v{}", older["version"]);
            harness.world(json!({"rollback": {"app": app("staging"), "to": to}, "advance": 60})).await;
            let outsider = json!({"set_config": {"app": app("staging"), "vars": {"A": "2"}}, "advance": 60});
            case("promote", Action::promote(service, "staging".into(), "production".into()), outsider)
        }
        "rerun" => {
            harness.world(json!({"fail_next": {"service": SERVICE, "job": "lint"}, "start_pipeline": {"service": SERVICE}})).await;
            harness.world(json!({"advance": 900})).await;
            let pipeline = newest_pipeline(harness).await;
            let outsider = json!({"rerun": {"service": SERVICE, "number": pipeline["number"]}});
            case("rerun", Action::rerun(service, id(&pipeline)), outsider)
        }
        "cancel" => {
            harness.world(json!({"start_pipeline": {"service": SERVICE}, "advance": 20})).await;
            let pipeline = newest_pipeline(harness).await;
            case("cancel", Action::cancel(service, id(&pipeline)), Value::Null)
        }
        other => panic!("no case {other}"),
    }
}

async fn newest_pipeline(harness: &Harness) -> Value {
    harness.truth_of(SERVICE).await["pipelines"][0].clone()
}

fn id(pipeline: &Value) -> String {
    pipeline["id"].as_str().expect("an id").to_owned()
}

const ACTIONS: [&str; 11] =
    ["merge", "enqueue", "dequeue", "auto-merge", "update-branch", "revert", "rollback", "release", "promote", "rerun", "cancel"];

async fn shown(harness: &Harness, name: &'static str) -> (Engine, Case, slipway_domain::plan::Plan) {
    let engine = harness.engine().await;
    engine.refresh(Some(SERVICE)).await;
    let case = case(harness, name).await;
    engine.refresh(Some(SERVICE)).await;
    let plan = engine.plan(case.action.clone()).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(!plan.is_denied(), "{name}: {:?}", plan.verdict());
    (engine, case, plan)
}

/// Row 30, for every action.
#[tokio::test]
async fn a_plan_that_changed_is_shown_again_and_nothing_is_sent() {
    for name in ACTIONS {
        let harness = harness().await;
        let (engine, case, plan) = shown(&harness, name).await;
        if case.outsider.is_null() {
            let workflow = newest_pipeline(&harness).await["workflows"][0].clone();
            assert!(harness.cancel_elsewhere(&id(&workflow)).await, "{name}: somebody else cancels it");
        } else {
            harness.world(case.outsider).await;
        }
        let before = harness.mutations(case.kind).await;
        match engine.execute(&plan.id, None, false, None).await {
            Ok(Execution::Stale { plan: again, why }) => {
                assert!(again.id != plan.id && !why.is_empty(), "{}: {why}", case.name);
            }
            // It cannot be planned any more.
            Err(error) => assert!(!error.to_string().is_empty()),
            Ok(Execution::Started(entry)) => panic!("{}: sent what was not shown: {entry:?}", case.name),
        }
        assert_eq!(harness.mutations(case.kind).await.0, before.0, "{}: nothing was sent", case.name);
        let entry = engine.journal().expect("a journal").into_iter().find(|e| e.id == plan.id).expect("it is in the journal");
        assert_eq!((entry.state, entry.sent_at), (EntryState::NotSent, None), "{}", case.name);
        assert!(entry.message.contains("Nothing was sent"), "{}", entry.message);
    }
}

/// Row 30: ages, progress and order need no new consent.
#[tokio::test]
async fn a_plan_that_only_aged_is_sent() {
    for name in ACTIONS {
        let harness = harness().await;
        let (engine, case, plan) = shown(&harness, name).await;
        harness.clock.advance(45.0);
        harness.world(json!({"advance": 3, "open_pull": {"service": SERVICE, "ready": false}})).await;
        let started = engine.execute(&plan.id, None, false, None).await;
        assert!(matches!(started, Ok(Execution::Started(_))), "{}: {started:?}", case.name);
    }
}

/// A set that shrank needs no new consent, one that grew does.
#[tokio::test]
async fn less_to_accept_is_accepted_and_more_is_not() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    let number = harness.ready_pull().await;
    let checks = |failing: Value| json!({"checks": {"service": "storefront", "number": number, "count": 2, "failing": failing}});
    harness.world(checks(json!(["check-1"]))).await;
    engine.refresh(None).await;
    let shown = engine.plan(merge(number)).await.expect("a plan");
    assert_eq!(shown.confirmations().len(), 1, "{shown:?}");
    harness.world(json!({"check": {"service": "storefront", "number": number, "name": "check-2", "state": "failed"}})).await;
    let Ok(Execution::Stale { plan: more, .. }) = engine.execute(&shown.id, None, false, None).await else {
        panic!("a second red check is new")
    };
    for name in ["check-1", "check-2"] {
        harness.world(json!({"check": {"service": "storefront", "number": number, "name": name, "state": "passed"}})).await;
    }
    assert!(matches!(engine.execute(&more.id, None, false, None).await, Ok(Execution::Started(_))), "nothing to accept is left");
}

/// Row 43: what was consented to names its account; another one is another plan.
#[tokio::test]
async fn another_account_needs_another_consent() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    let url = harness.sandbox.github_url().to_owned();
    let mut second = new_account(VendorId::new("github"), &url, Some(harness.sandbox.github_token()));
    second.another = true;
    let first = engine.accounts().into_iter().find(|a| a.provider == VendorId::new("github")).expect("an account").id;
    // With two of a kind the environment's token serves neither.
    let second = engine.add_account(second).await.expect("a second account").id;
    engine.replace_token(&first, harness.sandbox.github_token().to_owned(), false).await.expect("a token");
    let number = harness.ready_pull().await;
    let plan = engine.plan(merge(number)).await.expect("a plan");
    assert_eq!(plan.account.as_deref(), Some(first.as_str()));
    engine.remove_account(&first).await.expect("removed");
    let outcome = engine.execute(&plan.id, None, false, None).await;
    let Ok(Execution::Stale { plan: again, why }) = outcome else { panic!("not shown again: {outcome:?}") };
    assert!(why.contains(&second) && why.contains(&first), "{why}");
    assert_eq!((again.account.as_deref(), harness.mutations("merge").await), (Some(second.as_str()), (0, 0)));
    let Ok(Execution::Started(entry)) = engine.execute(&again.id, None, false, None).await else { panic!("consented anew") };
    assert_eq!(entry.account.as_deref(), Some(second.as_str()), "the journal says as whom");
}

/// Row 31: two commands a moment apart, both on what they were shown.
#[tokio::test]
async fn two_consents_to_one_state_are_sent_once() {
    for action in [merge as fn(u64) -> Action, |_| roll_back(), revert] {
        let harness = Harness::healthy().await;
        harness.faults(json!([{"kind": "latency", "ms": 100}])).await;
        let (one, other) = (harness.engine().await, harness.open(false).await);
        one.refresh(None).await;
        let number = if action(0) == revert(0) {
            harness.truth_of("storefront").await["main"][0]["pull_request"].as_u64().expect("a merged one")
        } else {
            harness.ready_pull().await
        };
        other.refresh(None).await;
        let plans = [one.plan(action(number)).await.expect("a plan"), other.plan(action(number)).await.expect("a plan")];
        let (first, second) = tokio::join!(one.execute(&plans[0].id, None, false, None), other.execute(&plans[1].id, None, false, None));
        let started = [&first, &second].iter().filter(|o| matches!(o, Ok(Execution::Started(_)))).count();
        assert_eq!(started, 1, "{first:?} {second:?}");
    }
}
