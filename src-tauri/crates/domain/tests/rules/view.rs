//! What the window is sent makes of the state it holds the next one, and is small.

use crate::sample;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use slipway_domain::overview::overview;
use slipway_domain::pull_request::{Check, MergeState, Mergeable, PullRequest, Review, ReviewState};
use slipway_domain::snapshot::ServiceState;
use slipway_domain::status::{CheckStatus, PipelineStatus};
use slipway_domain::view::{ListChange, ObjectChange, PULL_REQUEST_DETAILS, ServicePages, ServiceView};
use std::path::Path;

/// Cases that the window's own test applies, too.
const CASES: &str = "../../../ui/src/state/change.cases.json";

fn applied(to: &Map<String, Value>, change: &ObjectChange) -> Map<String, Value> {
    let mut next = to.clone();
    next.extend(change.set.clone());
    for (name, change) in &change.within {
        let within = applied(to[name].as_object().expect("an object"), change);
        next.insert(name.clone(), Value::Object(within));
    }
    for (name, change) in &change.lists {
        next.insert(name.clone(), Value::Array(listed(to[name].as_array().expect("a list"), change)));
    }
    next
}

fn listed(list: &[Value], change: &ListChange) -> Vec<Value> {
    let by = change.by.as_str();
    let changed = |element: &Value| {
        let change = change.changed.iter().find(|(id, _)| *id == element[by]);
        let fields = element.as_object().expect("an object");
        change.map_or_else(|| element.clone(), |(_, change)| Value::Object(applied(fields, change)))
    };
    // An element that comes whole is found before the one it takes the place of.
    let known: Vec<Value> = change.added.iter().cloned().chain(list.iter().map(changed)).collect();
    let order = change.order.clone().unwrap_or_else(|| list.iter().map(|element| element[by].clone()).collect());
    order.iter().map(|id| known.iter().find(|element| element[by] == *id).expect("an element").clone()).collect()
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().expect("an object")
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), (0..3_u8).prop_map(Value::from), "[ab]{0,2}".prop_map(Value::from)]
}

prop_compose! {
    fn pull_request()(number in 0..5_u8, title in leaf(), checks in leaf(), extra in any::<bool>(), jobs in prop::collection::vec(0..4_u8, 0..3)) -> Value {
        let jobs: Vec<Value> = jobs.into_iter().map(|id| json!({"id": id})).collect();
        let mut made = json!({"number": number, "title": title, "checks": {"passed": checks, "failed": 0}, "jobs": jobs});
        if extra {
            made["extra"] = json!(1);
        }
        made
    }
}

prop_compose! {
    // Numbers may come twice, and then the list has no identities.
    fn state()(name in leaf(), list in prop::collection::vec(pull_request(), 0..5), words in prop::collection::vec(leaf(), 0..3)) -> Value {
        json!({"name": name, "pull_requests": list, "words": words, "rules": {"queue": null, "of": {"name": name}}})
    }
}

proptest! {
    #[test]
    fn a_change_makes_the_next_state_of_the_last(before in state(), after in state()) {
        let change = ObjectChange::between(object(&before), object(&after)).expect("the same fields");
        prop_assert_eq!(applied(object(&before), &change), object(&after).clone());
        prop_assert_eq!(change.is_empty(), before == after);
    }
}

fn pull_request_of(number: u64) -> PullRequest {
    let mut pr = sample::pull_request(number);
    pr.check_list = (0..8).map(|at| Check::bare(format!("check {at}"), CheckStatus::Passed)).collect();
    pr
}

fn large() -> ServiceState {
    let mut state = sample::service();
    state.pull_requests = (1..=300).map(pull_request_of).collect();
    state
}

fn size(before: &ServiceState, after: &ServiceState) -> usize {
    let view = |state| ServiceView::of(state, &ServicePages::default(), &overview(state, None)).expect("JSON");
    json!(view(before).change_to(&view(after))).to_string().len()
}

#[test]
fn one_pull_request_that_changes_sends_no_other() {
    let before = large();
    let mut after = before.clone();
    after.pull_requests[7].title = "Another title".to_owned();
    assert!(size(&before, &after) < 300, "{}", size(&before, &after));
    // The most ready one goes to the end: their order is sent, and none of them.
    let first = after.pull_requests.remove(0);
    after.pull_requests.push(first);
    assert!(size(&before, &after) < 300 * 5 + 300, "{}", size(&before, &after));
    assert_eq!(size(&before, &before), "{}".len());
}

type Edit = fn(&mut ServiceState);

/// Bytes at most, with 300 open pull requests.
const AT_MOST: [(&str, usize, Edit); 6] = [
    ("nothing but when it was read", 200, |state| state.open_pull_requests += 1),
    ("one pull request's checks", 400, |state| {
        let pr = &mut state.pull_requests[9];
        pr.check_list[3].status = CheckStatus::Failed;
        (pr.checks.passed, pr.checks.failed) = (7, 1);
        pr.reasons = vec!["check 3 failed".to_owned()];
    }),
    ("a new one at the top", 4_000, |state| state.pull_requests.insert(0, pull_request_of(301))),
    ("one is merged", 2_000, |state| drop(state.pull_requests.remove(40))),
    ("main moves: the host judges all of them again", 40_000, |state| {
        for pr in &mut state.pull_requests {
            (pr.mergeable, pr.merge_state) = (Mergeable::Unknown, MergeState::Unknown);
        }
    }),
    ("what nobody is shown", 2, |state| {
        for pr in &mut state.pull_requests {
            pr.behind_by = Some(3);
            pr.unresolved_threads = Some(1);
        }
    }),
];

#[test]
fn a_change_costs_as_much_as_changed() {
    let before = large();
    for (what, at_most, edit) in AT_MOST {
        let mut after = before.clone();
        edit(&mut after);
        let bytes = size(&before, &after);
        println!("{what}: {bytes} bytes");
        assert!(bytes <= at_most, "{what}: {bytes} bytes");
    }
}

#[test]
fn a_pipelines_progress_sends_neither_its_jobs_nor_other_pipelines() {
    let mut before = large();
    before.pipelines = (1..=10).map(|number| sample::pipeline(number, PipelineStatus::Running)).collect();
    let mut after = before.clone();
    (after.pipelines[4].progress, after.pipelines[4].eta_seconds) = (0.5, Some(90));
    assert!(size(&before, &after) < 200, "{}", size(&before, &after));
}

#[test]
fn details_are_left_out_and_whatever_of_them_changes_shows_in_their_place() {
    let before = large();
    let view =
        serde_json::to_value(ServiceView::of(&before, &ServicePages::default(), &overview(&before, None)).expect("JSON")).expect("JSON");
    let shown = |state: &ServiceState| {
        let view =
            serde_json::to_value(ServiceView::of(state, &ServicePages::default(), &overview(state, None)).expect("JSON")).expect("JSON");
        view["pull_requests"][3]["details"].as_str().expect("a text").to_owned()
    };
    for name in PULL_REQUEST_DETAILS {
        assert!(view["pull_requests"][3].get(name).is_none(), "{name}");
        assert!(serde_json::to_value(&before.pull_requests[3]).expect("JSON").get(name).is_some(), "{name} is no part of a pull request");
    }
    let changes: [fn(&mut PullRequest); 3] = [
        |pr| pr.check_list[2].status = CheckStatus::Failed,
        |pr| pr.reviews.push(Review { author: "lena".to_owned(), state: ReviewState::Approved }),
        |pr| pr.files = Some(Vec::new()),
    ];
    for change in changes {
        let mut after = before.clone();
        change(&mut after.pull_requests[3]);
        assert_ne!(shown(&before), shown(&after));
    }
    assert_eq!(shown(&before), shown(&before.clone()));
}

/// The window's test makes `after` of `before` by the `change` that is committed here.
#[test]
fn the_cases_that_the_window_applies_are_what_rust_sends() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(CASES);
    let text = std::fs::read_to_string(&path).expect("the cases");
    let committed: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    let mut cases = committed.clone();
    for case in &mut cases {
        let change = ObjectChange::between(object(&case["before"]), object(&case["after"]));
        case["change"] = json!(change);
    }
    if std::env::var_os("UPDATE_TYPES").is_some() {
        std::fs::write(&path, serde_json::to_string_pretty(&cases).expect("JSON") + "\n").expect("written");
        return;
    }
    assert!(cases == committed, "{CASES} is out of date; write it again with UPDATE_TYPES=1");
}
