//! CircleCI's adapter: reading, rerunning, cancelling.

use super::fixture::World;
use serde_json::json;
use slipway_domain::pipeline::Workflow;
use slipway_domain::status::PipelineStatus;
use slipway_sandbox::Scenario;
use slipway_vendor::{Ci, ReadError, SendError};

#[tokio::test]
async fn circleci_reads() {
    let world = World::start(Scenario::FailingTests, 60.0).await;
    let (ci, service) = (&world.ci, world.service());
    assert!(!ci.whoami().await.unwrap().user.unwrap().is_empty());
    let listed = ci.pipelines(&service.ci, "main").await.unwrap();
    assert!(listed.len() > 5 && listed[0].number > listed[1].number && listed[0].workflows.is_none());
    let pipeline = ci.details(&listed[3]).await.unwrap();
    assert!(pipeline.status != PipelineStatus::Unknown && pipeline.jobs.len() > 3 && pipeline.commit.is_some());
    assert!(pipeline.jobs.iter().any(|job| !job.dependencies.is_empty()));
    if pipeline.status.is_over() {
        let before = ci.account().requests_sent();
        assert_eq!(ci.details(&pipeline).await.unwrap(), pipeline);
        assert_eq!(ci.account().requests_sent() - before, 1);
    }
    // The names are told after the first of the two requests, before the jobs are asked for.
    let (before, told) = (ci.account().requests_sent(), std::sync::Mutex::new(Vec::new()));
    let listen = |workflows: &[Workflow]| {
        let names = workflows.iter().map(|workflow| workflow.name.clone());
        told.lock().unwrap().push((names.collect::<Vec<_>>(), ci.account().requests_sent() - before));
    };
    let again = ci.details_telling(&listed[3], &listen).await.unwrap();
    let names: Vec<String> = again.workflows.as_ref().unwrap().iter().map(|workflow| workflow.name.clone()).collect();
    assert_eq!(*told.lock().unwrap(), [(names, 1)]);
    assert!(ci.account().requests_sent() - before > 1 && again.jobs.len() > 3);
    let past = ci.past_durations(&service.ci, "main", &pipeline.workflows.as_ref().unwrap()[0].name).await.unwrap();
    assert!(past.runs.len() >= 5 && past.jobs.len() >= 3, "{past:?}");

    let job = pipeline.jobs.iter().find(|job| job.number.is_some() && job.stopped_at.is_some()).unwrap();
    let steps = ci.steps(&service.ci, job.number.unwrap()).await.unwrap();
    let output = steps.iter().find_map(|step| step.output_url.clone()).unwrap();
    assert!(!ci.step_output(&output).await.unwrap().text.is_empty());
    assert!(matches!(ci.steps(&service.ci, 99_999_999).await, Err(ReadError::NotFound(_))));

    world.make(json!({ "fail_next": { "service": service.name, "job": "unit-1" }, "start_pipeline": { "service": service.name } })).await;
    let failed = world.pipeline(|p| p.status == PipelineStatus::Failed).await;
    let tests = ci.failed_tests(&service.ci, failed.failed_job().unwrap().number.unwrap()).await.unwrap();
    assert!(tests.iter().any(|test| !test.name.is_empty() && !test.message.is_empty()));
    world.assert_polite().await;
}

#[tokio::test]
async fn rerun_and_cancel() {
    let world = World::start(Scenario::Healthy, 120.0).await;
    let (ci, service) = (&world.ci, world.service());
    world.make(json!({ "fail_next": { "service": service.name, "job": "unit-1" }, "start_pipeline": { "service": service.name } })).await;
    let failed = world.pipeline(|p| p.status == PipelineStatus::Failed).await;
    let workflow = failed.newest_workflows().into_iter().find(|w| w.status == PipelineStatus::Failed).unwrap().id.clone();
    let rerun = ci.rerun_from_failed(&workflow).await.unwrap();
    let after = ci.details(&failed).await.unwrap();
    assert!(after.workflows.as_ref().unwrap().iter().any(|w| w.id == rerun));
    ci.cancel(&rerun).await.unwrap();
    world.pipeline(|p| p.status == PipelineStatus::Canceled).await;
    assert!(matches!(ci.approve(&rerun, "no-such").await, Err(SendError::Refused { .. })));
    assert_eq!((world.applied("rerun").await, world.applied("cancel").await), (1, 1));
    world.assert_polite().await;
}

#[tokio::test]
async fn circleci_workflows_of_every_kind() {
    let world = World::start(Scenario::Healthy, 120.0).await;
    let (ci, service) = (&world.ci, world.service());
    let shape = json!({ "service": service.name, "setup": true, "also": ["audit"], "not_run": ["nightly"] });
    world.make(json!({ "workflows": shape })).await;
    world.make(json!({ "start_pipeline": { "service": service.name } })).await;
    // At no time does the setup workflow alone make the pipeline pass.
    let mut seen = Vec::new();
    let done = loop {
        let newest = ci.pipelines(&service.ci, "main").await.unwrap().remove(0);
        let now = ci.details(&newest).await.unwrap();
        let names: Vec<String> = now.workflows.iter().flatten().map(|w| w.name.clone()).collect();
        assert!(now.status != PipelineStatus::Passed || names.len() == 4, "{names:?}");
        seen.push(now.status);
        if now.status.is_over() {
            break now;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        assert!(seen.len() < 400, "{seen:?}");
    };
    assert_eq!(done.status, PipelineStatus::Passed, "not_run is neither green nor red");
    let names: Vec<&str> = done.newest_workflows().iter().map(|w| w.name.as_str()).collect();
    assert!(["setup", "build-release", "audit", "nightly"].iter().all(|n| names.contains(n)), "{names:?}");

    let unit = done.jobs.iter().find(|j| j.name == "unit-1").and_then(|j| j.number).unwrap();
    let artifacts = ci.artifacts(&service.ci, unit).await.unwrap();
    assert!(artifacts.len() == 2 && artifacts.iter().all(|a| a.url.starts_with("https://output.circle-artifacts.com/")));

    // CircleCI's one list has pipelines of every trigger.
    assert!(!ci.lists_only_pushes() && ci.other_pipelines(&service.ci, "main").await.unwrap().is_empty());

    // A rerun of an old pipeline is not in the list of pipelines, but among the newest runs.
    let listed = ci.pipelines(&service.ci, "main").await.unwrap();
    let old = listed.last().unwrap();
    let made = world.make(json!({ "rerun": { "service": service.name, "number": old.number } })).await;
    let workflow = made["rerun"]["workflow_id"].as_str().unwrap().to_owned();
    world.make(json!({ "advance": 10 })).await;
    let runs = ci.newest_runs(&service.ci, "main").await.unwrap().unwrap();
    assert_eq!((runs[0].workflow.as_str(), runs[0].commit.as_deref()), (workflow.as_str(), old.commit.as_deref()));
    assert_eq!(ci.pipeline_of(&service.ci, &workflow).await.unwrap().id, old.id);

    // Bitbucket's short and long names, and its opaque slug.
    world.make(json!({ "vcs": { "service": service.name, "is": "bitbucket" } })).await;
    for slug in [format!("bb/{}", service.repo), format!("bitbucket/{}", service.repo)] {
        assert!(!ci.pipelines(&slug, "main").await.unwrap().is_empty(), "{slug}");
        assert!(ci.newest_runs(&slug, "main").await.unwrap().is_some_and(|runs| !runs.is_empty()), "{slug}");
    }
    assert!(matches!(ci.pipelines(&service.ci, "main").await, Err(ReadError::NotFound(_))));
    world.assert_polite().await;
}
