//! What an environment was rolled back from, what would ship it again, and which holds still mean
//! something.

use crate::sample::{commit, environment, job, pipeline, service};
use slipway_domain::alert::AlertKind;
use slipway_domain::environment::Environment;
use slipway_domain::evidence::alerts::alerts;
use slipway_domain::headline::{headline, mark};
use slipway_domain::history::{History, RevertEvidence};
use slipway_domain::pending_approvals::{PendingApproval, gates, is_superseded, named, pending_approvals};
use slipway_domain::pipeline::Pipeline;
use slipway_domain::rolled_back::{left_behind, rolled_back};
use slipway_domain::snapshot::{Commit, ServiceState};
use slipway_domain::status::*;

/// Version, artifact, description, and whether it succeeded.
type LivedRelease = (u64, &'static str, &'static str, bool);

/// Slugs are named by their commit.
fn lived(history: &[(u64, &str, &str, bool)]) -> Environment {
    let mut environment = environment(history);
    environment.releases.iter_mut().for_each(|release| release.commit = release.artifact_id.clone());
    slipway_domain::lineage::settle(&mut environment, &[]);
    environment
}

/// a ← b (#1) ← c (#2) ← d (#3)
fn main_line() -> Vec<Commit> {
    vec![commit("d", &["c"], Some(3)), commit("c", &["b"], Some(2)), commit("b", &["a"], Some(1)), commit("a", &["0"], Some(9))]
}

#[test]
fn what_was_left_stays_left_until_newer_code_is_live() {
    let table: &[(&str, &[LivedRelease], &[&str])] = &[
        ("no rollback", &[(1, "a", "Deploy", true), (2, "b", "Deploy", true)], &[]),
        ("one", &[(1, "a", "Deploy", true), (2, "c", "Deploy", true), (3, "a", "Rollback to v1", true)], &["#2", "#1"]),
        (
            "config and add-ons on top do not end it",
            &[
                (1, "a", "Deploy", true),
                (2, "b", "Deploy", true),
                (3, "a", "Rollback to v1", true),
                (4, "a", "Set X config vars", true),
                (5, "a", "Attach DATABASE", true),
            ],
            &["#1"],
        ),
        (
            "again and again",
            &[
                (1, "a", "Deploy", true),
                (2, "b", "Deploy", true),
                (3, "c", "Deploy", true),
                (4, "b", "Rollback to v2", true),
                (5, "a", "Rollback to v1", true),
            ],
            &["#1", "#2"],
        ),
        (
            "old code released again is a rollback by any name",
            &[(1, "a", "Deploy", true), (2, "b", "Deploy", true), (3, "a", "Deploy a", true)],
            &["#1"],
        ),
        (
            "newer code ends it",
            &[(1, "a", "Deploy", true), (2, "b", "Deploy", true), (3, "a", "Rollback to v1", true), (4, "c", "Deploy", true)],
            &[],
        ),
        (
            "a release that failed was never left",
            &[(1, "a", "Deploy", true), (2, "b", "Deploy", true), (3, "c", "Deploy", false), (4, "a", "Rollback to v1", true)],
            &["#1"],
        ),
        (
            "forward again to what was left",
            &[(1, "a", "Deploy", true), (2, "b", "Deploy", true), (3, "a", "Rollback to v1", true), (4, "b", "Rollback to v2", true)],
            &[],
        ),
    ];
    let (main, none) = (main_line(), RevertEvidence::default());
    for (name, releases, wanted) in table {
        let history = History::new(&main, &none);
        let left = rolled_back(&lived(releases), &history);
        let ids: Vec<String> = left.map(|left| left.changes.iter().map(|l| l.change.id.clone()).collect()).unwrap_or_default();
        assert_eq!(ids, *wanted, "{name}");
    }
}

#[test]
fn code_that_is_not_known_is_said_to_be_left() {
    let environment = lived(&[(1, "a", "Deploy", true), (2, "elsewhere", "Deploy", true), (3, "a", "Rollback to v1", true)]);
    let (main, none) = (main_line(), RevertEvidence::default());
    let history = History::new(&main, &none);
    let left = rolled_back(&environment, &history).expect("something was left");
    assert_eq!((left.names().as_str(), left.changes.len()), ("v2", 0));
    let again = left.shipped_again_by("d", &history);
    assert_eq!((again.len(), again[0].known), (1, false), "unknown is taken as contained, and shown as unknown");
    assert!(left_behind(&environment.releases).is_some());
}

#[test]
fn it_ships_again_unless_it_is_reverted_there() {
    let environment = lived(&[(1, "a", "Deploy", true), (2, "c", "Deploy", true), (3, "a", "Rollback to v1", true)]);
    let mut revert = commit("e", &["d"], Some(4));
    revert.pull_request_reverts = vec![2];
    let main = [vec![revert], main_line()].concat();
    let none = RevertEvidence::default();
    let history = History::new(&main, &none);
    let left = rolled_back(&environment, &history).expect("two were left");
    let ships = |code: &str| left.shipped_again_by(code, &history).iter().map(|c| (c.change.id.clone(), c.known)).collect::<Vec<_>>();
    let known = |ids: &[&str]| ids.iter().map(|id| ((*id).to_owned(), true)).collect::<Vec<_>>();
    assert_eq!(ships("d"), known(&["#2", "#1"]));
    assert_eq!(ships("e"), known(&["#1"]));
    assert_eq!(ships("b"), known(&["#1"]));
    assert_eq!(ships("a"), known(&[]));
    assert_eq!(ships("elsewhere"), vec![("#2".to_owned(), false), ("#1".to_owned(), false)]);
}

fn rolled_back_service(main: Vec<Commit>) -> ServiceState {
    let mut state = service();
    state.environments = vec![lived(&[(1, "a", "Deploy", true), (2, "b", "Deploy", true), (3, "a", "Rollback to v1", true)])];
    state.environments[0].health = Health::Healthy;
    state.main = main;
    state.alerts = alerts(&state);
    state
}

#[test]
fn the_board_says_that_production_is_behind() {
    let state = rolled_back_service(main_line());
    let alert = state.alerts.iter().find(|a| a.kind == AlertKind::RolledBack).expect("it says so");
    assert_eq!(alert.severity, Severity::Problem);
    assert!(alert.message.starts_with("Production is behind main: rolled back from #1."), "{}", alert.message);
    let said = headline(&state, crate::sample::at(0));
    assert_eq!((said.mark, said.text.as_str()), (Mark::Healthy, "Production is healthy. Production is behind main: rolled back from #1."));
    let mut revert = commit("e", &["d"], Some(4));
    revert.pull_request_reverts = vec![1];
    let reverted = rolled_back_service([vec![revert], main_line()].concat());
    let alert = reverted.alerts.iter().find(|a| a.kind == AlertKind::RolledBack).expect("its revert is not live yet");
    assert_eq!(alert.severity, Severity::Info, "{}", alert.message);
    let mut newer = rolled_back_service(main_line());
    newer.environments =
        vec![lived(&[(1, "a", "Deploy", true), (2, "b", "Deploy", true), (3, "a", "Rollback to v1", true), (4, "d", "Deploy", true)])];
    assert!(alerts(&newer).iter().all(|a| a.kind != AlertKind::RolledBack));
}

fn on_hold(number: u64, commit: &str, names: &[&str]) -> Pipeline {
    let mut held = pipeline(number, PipelineStatus::OnHold);
    held.commit = Some(commit.to_owned());
    held.created_at = Some(crate::sample::at(number as i64));
    for name in names {
        let mut hold = job(name, JobStatus::OnHold, &[]);
        hold.approval_id = Some(format!("approval-{name}"));
        let after = job(&name.replace("approve", "release"), JobStatus::Queued, &[name]);
        held.jobs.extend([hold, after]);
    }
    held
}

#[test]
fn holds_are_named_by_job_or_by_environment() {
    let held = on_hold(1, "b", &["approve-staging", "approve-production"]);
    let environments = ["production", "staging"];
    let names = |found: Vec<PendingApproval<'_>>| found.iter().map(|h| h.job.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(pending_approvals(&held)), ["approve-staging", "approve-production"]);
    assert_eq!(names(named(&held, "approve-staging", &environments)), ["approve-staging"]);
    assert_eq!(names(named(&held, "production", &environments)), ["approve-production"]);
    assert!(named(&held, "prod", &environments).is_empty());
    let any = on_hold(2, "b", &["approve-release"]);
    assert_eq!(gates(&any, &any.jobs[0], &environments), environments, "it may be any");
    let one = on_hold(3, "b", &["approve-production"]);
    assert_eq!(gates(&one, &one.jobs[0], &environments), ["production"]);
    let mut preproduction = on_hold(4, "b", &["approve-preproduction"]);
    preproduction.jobs.truncate(1);
    assert_eq!(gates(&preproduction, &preproduction.jobs[0], &environments), environments, "a part of a word names nothing");
}

#[test]
fn an_overtaken_hold_is_no_news_and_no_hold_outranks_a_failure() {
    let live = |code: &str| lived(&[(1, "a", "Deploy", true), (2, code, "Deploy", true)]);
    let state_of = |code: &str, pipelines: Vec<Pipeline>| {
        let mut state = service();
        state.environments = vec![live(code)];
        state.environments[0].health = Health::Healthy;
        state.main = main_line();
        state.pipelines = pipelines;
        state.alerts = alerts(&state);
        state
    };
    let waits = |state: &ServiceState| state.alerts.iter().filter(|a| a.kind == AlertKind::ApprovalWaiting).count();
    let older = || on_hold(1, "b", &["approve-release"]);
    for (name, code, others, wanted) in [
        ("newer than what is live", "a", vec![], 1),
        ("what is live already", "b", vec![], 1),
        ("behind what is live", "c", vec![], 0),
        ("a newer one waits too", "a", vec![on_hold(2, "c", &["approve-release"])], 1),
        (
            "a newer one passed",
            "a",
            vec![Pipeline {
                workflows: on_hold(2, "c", &[])
                    .workflows
                    .map(|w| w.into_iter().map(|w| slipway_domain::pipeline::Workflow { status: PipelineStatus::Passed, ..w }).collect()),
                status: PipelineStatus::Passed,
                ..on_hold(2, "c", &[])
            }],
            0,
        ),
        ("a newer one was canceled", "a", vec![Pipeline { status: PipelineStatus::Canceled, ..on_hold(2, "c", &["approve-release"]) }], 1),
    ] {
        let state = state_of(code, others.into_iter().chain([older()]).collect());
        assert_eq!(waits(&state), wanted, "{name}: {:?}", state.alerts);
        assert_eq!(mark(&state) == Mark::Waits, wanted > 0, "{name}");
    }
    let mut failed = pipeline(3, PipelineStatus::Failed);
    failed.commit = Some("c".into());
    let state = state_of("a", vec![failed, older()]);
    assert_eq!((waits(&state), mark(&state)), (1, Mark::Problem), "what failed comes first");
    let evidence = RevertEvidence::default();
    let held = older();
    let behind = state_of("c", vec![older()]);
    assert!(is_superseded(&behind, &held, pending_approvals(&held)[0].job, &History::new(&behind.main, &evidence)));
}
