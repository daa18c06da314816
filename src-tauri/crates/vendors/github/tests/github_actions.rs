//! GitHub Actions over HTTP against the sandbox, which shares no code with the adapter.

#[path = "../../../registry/tests/support/fixed_token.rs"]
mod fixed_token;

use fixed_token::FixedToken;
use serde_json::{Value, json};
use slipway_contracts::{Contracts, Recorder, Vendor};
use slipway_domain::pipeline::{Pipeline, Trigger};
use slipway_domain::status::{JobStatus, PipelineStatus};
use slipway_domain::time::Time;
use slipway_github::GithubActions;
use slipway_http::{AccountClient, Http, Secret};
use slipway_sandbox::{Options, Sandbox, Scenario, ServiceInfo};
use slipway_vendor::{Ci, ReadError, SendError};
use std::sync::Arc;

struct World {
    sandbox: Sandbox,
    recorder: Recorder,
    account: AccountClient,
    ci: GithubActions,
    plain: reqwest::Client,
}

impl World {
    async fn start() -> Self {
        // The sandbox's clock only moves with `advance`.
        let options = Options { speed: 1.0, scenario: Scenario::SideBySide, ..Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let recorder = Recorder::before(&[(Vendor::Github, sandbox.github_url())]).await.unwrap();
        let http = Http::new(Arc::new(|| Time(jiff::Timestamp::now()))).unwrap();
        let token = Arc::new(FixedToken(Secret::new(sandbox.github_token())));
        // As on Enterprise Server: REST below a path.
        let account = http.account(slipway_github::SPEC.dialect, Some(&format!("{}/api/v3", recorder.url(Vendor::Github))), token).unwrap();
        let ci = GithubActions::new(account.clone());
        Self { sandbox, recorder, account, ci, plain: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    fn service(&self, name: &str) -> ServiceInfo {
        self.sandbox.services().iter().find(|s| s.name == name).cloned().unwrap()
    }

    async fn make(&self, verb: Value) -> Value {
        let answer = self
            .plain
            .post(format!("{}/world", self.sandbox.control_url()))
            .bearer_auth(self.sandbox.control_token())
            .json(&verb)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{verb}");
        answer.json().await.unwrap()
    }

    async fn truth(&self) -> Value {
        self.plain
            .get(format!("{}/truth", self.sandbox.control_url()))
            .bearer_auth(self.sandbox.control_token())
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    /// No violation of the vendor's rules, and every request and answer follows its contract.
    async fn assert_polite(&self) {
        assert_eq!(self.truth().await["violations"], json!([]));
        let contracts = Contracts::load().unwrap();
        contracts.missing().iter().for_each(|missing| println!("{missing}"));
        let violations = contracts.report(&self.recorder.taken());
        assert!(violations.is_empty(), "{}", violations.join("\n"));
    }

    async fn newest(&self, service: &ServiceInfo) -> Pipeline {
        let listed = self.ci.pipelines(&service.ci, "main").await.unwrap().remove(0);
        self.ci.details(&listed).await.unwrap()
    }

    fn workflow(pipeline: &Pipeline, name: &str) -> String {
        pipeline.newest_workflows().into_iter().find(|w| w.name == name).unwrap().id.clone()
    }
}

#[tokio::test]
async fn runs_of_a_push_are_one_pipeline_and_a_304_is_enough() {
    let world = World::start().await;
    let service = world.service("checkout-api");
    assert_eq!((service.ci_kind, service.ci.as_str()), ("github-actions", "acme/checkout-api"));
    assert!(!world.ci.whoami().await.unwrap().user.unwrap().is_empty());
    let listed = world.ci.pipelines(&service.ci, "main").await.unwrap();
    assert!(listed.len() > 20 && listed.windows(2).all(|pair| pair[0].is_newer_than(&pair[1])));
    assert!(listed.iter().all(|p| p.status.is_over() && p.workflows.is_none() && p.stopped_at.is_some()));
    let pipeline = world.ci.details(&listed[0]).await.unwrap();
    let names: Vec<&str> = pipeline.newest_workflows().iter().map(|w| w.name.as_str()).collect();
    assert_eq!(names, ["CodeQL", "Build and release"]);
    assert!(pipeline.jobs.iter().any(|j| j.name == "release") && pipeline.jobs.iter().any(|j| j.name == "analyze"));
    assert_eq!((pipeline.status, pipeline.stopped_at), (listed[0].status, listed[0].stopped_at));

    let before = world.account.requests_sent();
    let spent = world.account.budget().rate.unwrap().remaining;
    assert_eq!(world.ci.details(&pipeline).await.unwrap(), pipeline);
    let past = world.ci.past_durations(&service.ci, "main", "CodeQL").await.unwrap();
    assert!(past.runs.len() >= 5 && past.runs.iter().all(|s| (300.0..1200.0).contains(s)), "{past:?}");
    assert_eq!(world.account.requests_sent() - before, 2);
    assert_eq!(world.account.budget().rate.unwrap().remaining, spent, "both were 304s");

    assert!(world.ci.pipelines(&service.ci, "elsewhere").await.unwrap().is_empty());
    assert!(matches!(world.ci.pipelines("acme/no-such", "main").await, Err(ReadError::NotFound(_))));
    // A repository on another CI has no runs.
    assert!(world.ci.pipelines("acme/storefront", "main").await.unwrap().is_empty());
    world.assert_polite().await;
}

#[tokio::test]
async fn a_failed_job_is_run_again_as_the_next_attempt() {
    let world = World::start().await;
    let service = world.service("checkout-api");
    world.make(json!({ "fail_next": { "service": service.name, "job": "lint" }, "start_pipeline": { "service": service.name } })).await;
    world.make(json!({ "advance": 30 })).await;
    let running = world.newest(&service).await;
    assert_eq!(running.status, PipelineStatus::Running);
    assert!(running.jobs.iter().all(|j| j.name != "release"), "what waits for others is not listed");
    let job = running.jobs.iter().find(|j| j.name == "integration").unwrap();
    let steps = world.ci.steps(&service.ci, job.number.unwrap()).await.unwrap();
    assert_eq!(steps.iter().filter(|s| s.status == JobStatus::Running).count(), 1);
    assert!(steps.iter().all(|s| s.output_url.is_none()), "there is no log before the job has ended");

    world.make(json!({ "advance": 40 })).await;
    assert_eq!(world.newest(&service).await.status, PipelineStatus::Failing);
    let workflow = World::workflow(&running, "Build and release");
    assert!(matches!(world.ci.rerun_from_failed(&workflow).await, Err(SendError::Refused { status: 403, .. })), "it still runs");
    world.make(json!({ "advance": 420 })).await;
    let failed = world.newest(&service).await;
    assert_eq!((failed.status, failed.failed_job().unwrap().name.as_str()), (PipelineStatus::Failed, "lint"));
    assert_eq!(failed.jobs.iter().find(|j| j.name == "release").unwrap().status, JobStatus::Skipped);

    let number = failed.failed_job().unwrap().number.unwrap();
    let steps = world.ci.steps(&service.ci, number).await.unwrap();
    let url = steps.last().unwrap().output_url.clone().unwrap();
    let log = world.ci.step_output(&url).await.unwrap().text;
    assert!(log.contains("Run bin/ci lint") && log.contains("Error: Process completed") && !log.contains("##["), "{log}");
    assert!(!log.lines().any(|line| line.starts_with("20")), "stamps are gone");
    assert!(world.ci.step_output("http://127.0.0.1:9/repos/acme/x/actions/jobs/1/logs").await.is_err());

    let again = world.ci.rerun_from_failed(&workflow).await.unwrap();
    assert!(workflow.ends_with("/1") && again.ends_with("/2"));
    world.make(json!({ "advance": 20 })).await;
    let rerun = world.ci.details(&failed).await.unwrap();
    assert_eq!(
        (rerun.id.as_str(), rerun.status, World::workflow(&rerun, "Build and release")),
        (failed.id.as_str(), PipelineStatus::Running, again)
    );
    // The commit was pushed before, and its first run is in the same pipeline: only attempts of this run count.
    let run = workflow.trim_end_matches('1');
    let attempts = rerun.workflows.as_ref().unwrap().iter().filter(|w| w.id.starts_with(run)).map(|w| w.status);
    assert_eq!(attempts.collect::<Vec<_>>(), [PipelineStatus::Failed, PipelineStatus::Running]);
    let status = |name: &str| rerun.jobs.iter().find(|j| j.name == name).map(|j| j.status);
    assert_eq!((status("lint"), status("unit-1"), status("release")), (Some(JobStatus::Running), Some(JobStatus::Passed), None));
    world.make(json!({ "advance": 600 })).await;
    assert_eq!(world.newest(&service).await.status, PipelineStatus::Passed);
    world.assert_polite().await;
}

#[tokio::test]
async fn an_environment_waits_is_approved_and_what_runs_is_stopped() {
    let world = World::start().await;
    let service = world.service("search-indexer");
    world.make(json!({ "start_pipeline": { "service": service.name } })).await;
    world.make(json!({ "advance": 480 })).await;
    let held = world.newest(&service).await;
    let hold = held.waiting_approval().unwrap();
    assert_eq!((held.status, hold.name.as_str()), (PipelineStatus::OnHold, "production"));
    let release = held.jobs.iter().find(|j| j.name == "release").unwrap();
    assert_eq!((release.status, release.dependencies.as_slice()), (JobStatus::Queued, std::slice::from_ref(&hold.id)));
    let (workflow, environment) = (World::workflow(&held, "Build and release"), hold.approval_id.clone().unwrap());
    assert!(matches!(world.ci.approve(&workflow, "77").await, Err(SendError::Refused { status: 422, .. })));
    world.ci.approve(&workflow, &environment).await.unwrap();
    assert!(matches!(world.ci.approve(&workflow, &environment).await, Err(SendError::Refused { status: 422, .. })));

    // An approval that was pending and is no longer listed is over, even if its end was not seen.
    let asked = slipway_domain::pipeline::Job { workflow: workflow.clone(), id: format!("{workflow}/{environment}"), ..hold.clone() };
    for known in [held.clone(), Pipeline { jobs: vec![asked], workflows: None, ..held.clone() }] {
        let now = world.ci.details(&known).await.unwrap();
        let hold = now.jobs.iter().find(|j| j.approval_id.as_ref() == Some(&environment)).unwrap();
        assert_eq!((hold.status, now.status.is_moving()), (JobStatus::Passed, true));
    }
    world.make(json!({ "advance": 5 })).await;
    world.ci.cancel(&workflow).await.unwrap();
    let canceled = world.newest(&service).await;
    assert_eq!(canceled.status, PipelineStatus::Canceled);
    assert!(matches!(world.ci.cancel(&workflow).await, Err(SendError::Refused { status: 409, .. })));
    let none = workflow.replace("/1700", "/1900");
    assert!(matches!(world.ci.cancel(&none).await, Err(SendError::Refused { status: 404, .. })));
    assert!(matches!(world.ci.cancel("nothing").await, Err(SendError::NotSent(_))));
    world.assert_polite().await;
}

/// A run that a schedule or a person starts is a pipeline of its own; for a re-run the outcome of the previous
/// attempt is known.
#[tokio::test]
async fn runs_that_no_push_started_are_pipelines_of_their_own() {
    let world = World::start().await;
    let service = world.service("checkout-api");
    let start =
        |by: &str, fails: bool| json!({ "start_other": { "service": service.name, "by": by, "workflows": ["nightly"], "fails": fails } });
    world.make(start("schedule", true)).await;
    world.make(start("manual", false)).await;
    world.make(json!({ "advance": 1500 })).await;
    let others = world.ci.other_pipelines(&service.ci, "main").await.unwrap();
    let told: Vec<_> = others.iter().map(|p| (p.trigger, p.status)).collect();
    let expected = [(Some(Trigger::Manual), PipelineStatus::Passed), (Some(Trigger::Schedule), PipelineStatus::Failed)];
    assert_eq!(told, expected);
    assert!(world.ci.pipelines(&service.ci, "main").await.unwrap().iter().all(|p| p.trigger == Some(Trigger::Push)));
    let night = world.ci.details(&others[1]).await.unwrap();
    assert_eq!((night.id.as_str(), night.status), (others[1].id.as_str(), PipelineStatus::Failed));
    let run = &night.workflows.as_ref().unwrap()[0];
    assert!(run.name == "nightly" && run.failed_job.is_some(), "{run:?}");

    world.make(json!({ "rerun": { "service": service.name, "number": night.number, "workflow": "nightly" } })).await;
    // A client without earlier reads.
    let again = world.ci.details(&others[1]).await.unwrap();
    let attempts: Vec<PipelineStatus> = again.workflows.iter().flatten().map(|w| w.status).collect();
    assert!(attempts[0] == PipelineStatus::Failed && attempts[1].is_moving(), "{attempts:?}");
    world.assert_polite().await;
}
