//! A service as a row among others: its group, what waits, and how staging differs.

use crate::sample::{at, environment, pipeline, pull_request, service};
use slipway_domain::action::{Action, PinChoice};
use slipway_domain::alert::{Alert, AlertKind, Subject};
use slipway_domain::capability::DisabledActions;
use slipway_domain::commit::Commit;
use slipway_domain::environment::{Environment, HealthLevel};
use slipway_domain::evidence::health::history;
use slipway_domain::overview::{OverviewGroup, StagingDifference, overview, staging_difference};
use slipway_domain::snapshot::{ServiceState, Source};
use slipway_domain::status::{Health, Mark, PipelineStatus, Readiness, Severity};

fn alert(kind: AlertKind, subject: Subject) -> Alert {
    Alert { kind, severity: Severity::Problem, message: "Something is so. And this beside it.".into(), since: Some(at(5)), subject }
}

fn marked(mark: Mark, alerts: Vec<Alert>) -> ServiceState {
    ServiceState { mark, alerts, ..service() }
}

fn on(kind: AlertKind) -> Vec<Alert> {
    vec![alert(kind, Subject::default())]
}

#[test]
fn the_first_group_that_is_true() {
    let may_not_approve = |mut state: ServiceState| {
        state.off = vec![DisabledActions { source: Source::Ci, why: "The account is read-only".into() }];
        state
    };
    let cases = [
        (
            "hurt comes before an approval",
            marked(Mark::Hurt, [on(AlertKind::ProductionDown), on(AlertKind::ApprovalWaiting)].concat()),
            OverviewGroup::Hurt,
        ),
        (
            "an approval comes before a problem",
            marked(Mark::Problem, [on(AlertKind::PipelineFailed), on(AlertKind::ApprovalWaiting)].concat()),
            OverviewGroup::WaitsForYou,
        ),
        (
            "an approval that this account may not give waits for others",
            may_not_approve(marked(Mark::Waits, on(AlertKind::ApprovalWaiting))),
            OverviewGroup::Moving,
        ),
        ("a failure on the branch", marked(Mark::Problem, on(AlertKind::PipelineFailed)), OverviewGroup::ProblemOrUnknown),
        ("what is not known", marked(Mark::Unknown, Vec::new()), OverviewGroup::ProblemOrUnknown),
        ("on its way", marked(Mark::InFlight, Vec::new()), OverviewGroup::Moving),
        ("nothing of it", marked(Mark::Healthy, Vec::new()), OverviewGroup::Quiet),
        ("what is only to be known is quiet", marked(Mark::Healthy, on(AlertKind::RepositoryRenamed)), OverviewGroup::Quiet),
    ];
    for (what, state, group) in cases {
        assert_eq!(overview(&state, Some("lena-h")).group, group, "{what}");
    }
}

#[test]
fn ones_own_ready_pull_request_waits_for_its_author_alone() {
    let mut mine = pull_request(77);
    mine.author = Some("lena-h".into());
    mine.readiness = Readiness::Ready;
    let state = ServiceState { mark: Mark::Healthy, pull_requests: vec![mine], ..service() };
    let for_author = overview(&state, Some("lena-h"));
    assert_eq!((for_author.group, for_author.word.as_str(), for_author.mine), (OverviewGroup::WaitsForYou, "your PR", 1));
    assert_eq!(for_author.waiting[0].action, Some(Action::merge("storefront".into(), 77, None)));
    for other in [None, Some("joost-v")] {
        let row = overview(&state, other);
        assert_eq!((row.group, row.mine, row.mergeable), (OverviewGroup::Quiet, 0, 1), "{other:?}");
    }
}

#[test]
fn a_queued_or_held_pull_request_of_ones_own_asks_for_nothing() {
    for readiness in Readiness::ALL {
        let mut mine = pull_request(77);
        mine.author = Some("lena-h".into());
        mine.readiness = *readiness;
        let state = ServiceState { mark: Mark::Healthy, pull_requests: vec![mine], ..service() };
        let asks = !overview(&state, Some("lena-h")).waiting.is_empty();
        assert_eq!(asks, *readiness == Readiness::Ready, "{readiness}");
    }
}

#[test]
fn the_way_on_is_named_and_why_it_cannot_be_taken() {
    let hurt = |environment: Environment| {
        let subject = Subject::environment("production", Some(3));
        ServiceState { environments: vec![environment], ..marked(Mark::Hurt, vec![alert(AlertKind::ProductionDown, subject)]) }
    };
    let back = Environment {
        production: true,
        rollback_target: Some(2),
        ..environment(&[(2, "a", "Deploy a", true), (3, "b", "Deploy b", true)])
    };
    let cause = overview(&hurt(back.clone()), None).waiting.remove(0);
    assert_eq!(
        cause.action,
        Some(Action::roll_back_and_pin("storefront".into(), "production".into(), None, None, Some(PinChoice::default())))
    );
    assert_eq!((cause.text.as_str(), cause.detail.as_deref()), ("Something is so", Some("And this beside it.")));

    let none = Environment { rollback_target: None, rollback_blocked: Some("No earlier release".into()), ..back.clone() };
    let cause = overview(&hurt(none), None).waiting.remove(0);
    assert_eq!((cause.action.is_some(), cause.blocked.as_deref()), (true, Some("No earlier release")));

    let mut read_only = hurt(back);
    read_only.off = vec![DisabledActions { source: Source::Environment("production".into()), why: "The account is read-only".into() }];
    let cause = overview(&read_only, None).waiting.remove(0);
    assert_eq!((cause.action.is_some(), cause.blocked.as_deref()), (true, Some("The account is read-only")));
}

fn commit(sha: &str, parent: Option<&str>, pull_request: Option<u64>, author: &str) -> Commit {
    let parents = parent.map(str::to_owned).into_iter().collect();
    Commit { sha: sha.into(), parents, pull_request, author: Some(author.into()), ..Commit::default() }
}

/// Newest first: a is the oldest; c and x both follow b.
fn history() -> Vec<Commit> {
    vec![
        commit("d", Some("c"), Some(4), "nadia-k"),
        commit("x", Some("b"), None, "joost-v"),
        commit("c", Some("b"), Some(3), "ines-b"),
        commit("b", Some("a"), Some(2), "lena-h"),
        commit("a", None, Some(1), "lena-h"),
    ]
}

fn runs(name: &str, production: bool, commit: Option<&str>) -> Environment {
    let mut made = environment(&[(7, "a", "Deploy a", true)]);
    made.name = name.into();
    made.production = production;
    let mut live = made.releases[0].clone();
    live.commit = commit.map(str::to_owned);
    live.pull_requests = None;
    made.current = Some(live);
    made
}

#[test]
fn staging_beside_production_by_ancestry() {
    let difference = |production: Option<&str>, staging: Option<&str>| {
        let environments = vec![runs("production", true, production), runs("staging", false, staging)];
        staging_difference(&ServiceState { environments, main: history(), ..service() })
    };
    let word = |difference: StagingDifference| serde_json::to_value(difference).expect("JSON");
    for (production, staging, expected) in [
        (Some("b"), Some("b"), serde_json::json!({"difference": "same", "environment": "staging"})),
        (
            Some("b"),
            Some("d"),
            serde_json::json!({"difference": "ahead", "environment": "staging", "brings": {"pull_requests": [4, 3], "other_commits": 0}}),
        ),
        (
            Some("d"),
            Some("b"),
            serde_json::json!({"difference": "behind", "environment": "staging", "lacks": {"pull_requests": [4, 3], "other_commits": 0}}),
        ),
        (
            Some("c"),
            Some("x"),
            serde_json::json!({"difference": "differ", "environment": "staging", "brings": {"pull_requests": [], "other_commits": 1},
                "lacks": {"pull_requests": [3], "other_commits": 0}}),
        ),
        (Some("b"), None, serde_json::json!({"difference": "unknown", "environment": "staging"})),
        (Some("b"), Some("not-read"), serde_json::json!({"difference": "unknown", "environment": "staging"})),
    ] {
        assert_eq!(word(difference(production, staging)), expected, "{production:?} {staging:?}");
    }
    let alone = ServiceState { environments: vec![runs("production", true, Some("b"))], main: history(), ..service() };
    assert_eq!(staging_difference(&alone), StagingDifference::NoStaging);
}

#[test]
fn code_that_is_only_in_production_is_a_problem() {
    let environments = vec![runs("production", true, Some("d")), runs("staging", false, Some("b"))];
    let row = overview(&ServiceState { mark: Mark::Healthy, environments, main: history(), ..service() }, None);
    assert_eq!(row.group, OverviewGroup::ProblemOrUnknown);
    assert_eq!((row.waiting[0].text.as_str(), row.word.as_str()), ("Production runs code that staging does not", "split release"));
    assert!(row.since.is_some());
}

#[test]
fn people_are_the_authors_of_what_is_on_its_way_else_of_what_is_live() {
    let environments = vec![runs("production", true, Some("b"))];
    let mut state = ServiceState { environments, main: history(), pipelines: Vec::new(), ..service() };
    assert_eq!(overview(&state, None).people, ["lena-h"]);
    let mut moving = pipeline(9, PipelineStatus::Running);
    moving.commit = Some("d".into());
    state.pipelines = vec![moving];
    assert_eq!(overview(&state, None).people, ["nadia-k", "ines-b"]);
}

fn levels(environment: &Environment) -> Vec<(i64, HealthLevel)> {
    environment.health_history.iter().map(|span| (span.from.unix() - at(0).unix(), span.level)).collect()
}

#[test]
fn an_hour_of_health_keeps_changes_and_gaps() {
    let mut seen = environment(&[(7, "a", "Deploy a", true)]);
    let mut last = None;
    let mut look = |seconds: i64, health: Health| {
        seen.health = health;
        history::record(&mut seen, last, at(seconds));
        last = Some(at(seconds));
        levels(&seen)
    };
    assert_eq!(look(0, Health::Healthy), [(0, HealthLevel::Good)]);
    assert_eq!(look(60, Health::Healthy), [(0, HealthLevel::Good)], "nothing new is nothing more to keep");
    assert_eq!(look(120, Health::Down), [(0, HealthLevel::Good), (120, HealthLevel::Bad)]);
    // A machine that slept has seen nothing meanwhile.
    let slept = look(1200, Health::Healthy);
    assert_eq!(slept, [(0, HealthLevel::Good), (120, HealthLevel::Bad), (120, HealthLevel::Unknown), (1200, HealthLevel::Good)]);
    assert_eq!(look(4200, Health::Healthy).first(), Some(&(120, HealthLevel::Unknown)), "what is older than an hour goes");
}
