//! Reruns of old pipelines, preboot, maintenance, and builds that were not released.

use crate::sample::{at, environment, pipeline, release, service};
use slipway_domain::alert::AlertKind;
use slipway_domain::diff::{EventKind, events};
use slipway_domain::environment::Build;
use slipway_domain::estimate::{Estimate, Usual, apply};
use slipway_domain::evidence::alerts::alerts;
use slipway_domain::evidence::health::switching::switching_until;
use slipway_domain::evidence::pipelines::failed_pipelines;
use slipway_domain::lineage::settle;
use slipway_domain::pipeline::{Pipeline, Workflow};
use slipway_domain::status::{PipelineStatus, ReleaseStatus};

const DAY: i64 = 86_400;

fn run(id: &str, name: &str, status: PipelineStatus, began: i64) -> Workflow {
    Workflow { created_at: Some(at(began)), ..Workflow::bare(id, name, status) }
}

/// Yesterday's pipeline, failed, and run again today.
fn rerun(status: PipelineStatus) -> Pipeline {
    let workflows = vec![run("w1", "build", PipelineStatus::Failed, -DAY), run("w2", "build", status, 100)];
    Pipeline { created_at: Some(at(-DAY)), workflows: Some(workflows), ..pipeline(7, status) }
}

#[test]
fn a_rerun_counts_from_its_own_beginning() {
    let seconds = 400.0;
    let usual = Usual { pipeline: Some(Estimate { seconds, low: seconds, high: seconds, runs: 9 }), ..Usual::default() };
    let mut again = rerun(PipelineStatus::Running);
    apply(&mut again, &usual, at(200));
    assert_eq!((again.eta_seconds, again.run_started_at), (Some(300), Some(at(100))));
    assert!((again.progress - 0.25).abs() < 0.01, "{}", again.progress);
}

#[test]
fn a_failed_rerun_is_news_until_something_newer_decides() {
    let mut state = service();
    let passed = |began| Pipeline {
        created_at: Some(at(began)),
        workflows: Some(vec![run("w9", "build", PipelineStatus::Passed, began)]),
        ..pipeline(9, PipelineStatus::Passed)
    };
    for (newest_began, rerun_status, alarmed) in [
        (0, PipelineStatus::Failed, true),
        (0, PipelineStatus::Failing, true),
        (0, PipelineStatus::Passed, false),
        (0, PipelineStatus::Running, false),
        // The newest pipeline began after the rerun: it decides alone.
        (200, PipelineStatus::Failed, false),
    ] {
        state.pipelines = vec![passed(newest_began), rerun(rerun_status)];
        assert_eq!(!failed_pipelines(&state).is_empty(), alarmed, "{newest_began} {rerun_status}");
        assert_eq!(alerts(&state).iter().any(|a| a.kind == AlertKind::PipelineFailed), alarmed);
    }
    // What failed once and was never run again stays the past.
    state.pipelines = vec![passed(0), Pipeline { created_at: Some(at(-DAY)), ..pipeline(7, PipelineStatus::Failed) }];
    assert!(failed_pipelines(&state).is_empty());
}

#[test]
fn a_rerun_is_told_as_one() {
    let (mut old, mut new) = (service(), service());
    old.pipelines = vec![rerun(PipelineStatus::Failed)];
    new.pipelines = vec![rerun(PipelineStatus::Running)];
    let told = events(&old, &new, at(100));
    assert!(told.iter().any(|e| e.kind == EventKind::PipelineStarted && e.message == "Pipeline #7 runs again"), "{told:?}");
}

#[test]
fn with_preboot_a_release_is_live_when_the_old_dynos_have_gone() {
    let mut env = environment(&[(1, "a", "Deploy a", true), (2, "b", "Deploy b", true)]);
    settle(&mut env, &[]);
    let ended = env.current.as_ref().and_then(|r| r.updated_at.or(r.released_at)).unwrap();
    let until = |env: &slipway_domain::environment::Environment, seconds: f64| switching_until(env, ended.plus(seconds));
    assert_eq!(until(&env, 1.0), None, "preboot was not read");
    env.preboot = Some(false);
    assert_eq!(until(&env, 1.0), None);
    env.preboot = Some(true);
    env.instances = None;
    assert_eq!(until(&env, 1.0), Some(ended.plus(180.0)));
    assert_eq!(until(&env, 181.0), None);

    // The event waits for the switch, and comes once.
    let (mut before, mut switching) = (service(), service());
    before.environments[0].current = Some(release(1, "a", "Deploy a", ReleaseStatus::Succeeded));
    switching.environments[0].current = Some(release(2, "b", "Deploy b", ReleaseStatus::Succeeded));
    let live = switching.clone();
    switching.environments[0].switching_until = Some(at(180));
    let is_live = |old, new| events(old, new, at(0)).iter().filter(|e| e.kind == EventKind::ReleaseLive).count();
    assert_eq!((is_live(&before, &switching), is_live(&switching, &live)), (0, 1));
    assert_eq!(is_live(&live, &live), 0);
}

#[test]
fn built_and_not_released_is_known_only_within_what_was_read() {
    let build = |artifact_id: &str, created| Build {
        id: "b".into(),
        status: ReleaseStatus::Succeeded,
        commit: None,
        artifact_id: Some(artifact_id.into()),
        created_at: Some(created),
        updated_at: None,
        output_url: None,
        released: None,
    };
    let mut env = environment(&[(1, "a", "Deploy a", true), (2, "b", "Deploy b", true)]);
    let oldest = env.releases.last().and_then(|r| r.released_at).unwrap();
    for (artifact_id, created, released) in
        [("b", oldest, Some(true)), ("c", oldest.plus(60.0), Some(false)), ("c", oldest.plus(-60.0), None)]
    {
        env.build = Some(build(artifact_id, created));
        settle(&mut env, &[]);
        assert_eq!(env.build.as_ref().and_then(|b| b.released), released, "{artifact_id}");
    }
}

#[test]
fn maintenance_is_said() {
    let mut state = service();
    state.environments[0].maintenance = Some(true);
    assert!(alerts(&state).iter().any(|a| a.kind == AlertKind::Maintenance));
    state.environments[0].maintenance = None;
    assert!(!alerts(&state).iter().any(|a| a.kind == AlertKind::Maintenance), "unknown is not an alarm");
}
