//! Maps CircleCI's answers to the domain's types.

use super::slug::Slug;
use super::wire;
use serde_json::Value;
use slipway_domain::pipeline::{Job, Pipeline, Trigger, Workflow};
use slipway_domain::status::{JobStatus, PipelineStatus};
use slipway_domain::time::Time;

const PAGES: &str = "https://app.circleci.com/pipelines";

/// A pipeline as the list reports it: without workflows, and so without a status, unless it failed to start.
pub(super) fn pipeline(wire: wire::Pipeline, slug: &Slug, is_cloud: bool) -> Option<Pipeline> {
    let number = wire.number?;
    let error = error(&wire);
    let trigger = trigger(&wire);
    let source = Source::of(wire.vcs.unwrap_or_default(), wire.trigger_parameters.and_then(|told| told.git).unwrap_or_default());
    Some(Pipeline {
        id: wire.id?,
        number,
        branch: source.branch,
        commit: source.commit,
        title: source.title.and_then(|title| title.lines().next().map(str::to_owned)),
        url: is_cloud.then(|| format!("{PAGES}/{}/{number}", slug.long_segments().join("/"))),
        created_at: time(wire.created_at.as_deref()),
        stopped_at: None,
        status: if error.is_some() { PipelineStatus::Failed } else { PipelineStatus::Unknown },
        progress: 0.0,
        eta_seconds: None,
        pull_request: None,
        jobs: Vec::new(),
        workflows: error.is_some().then(Vec::new),
        error,
        continues: matches!(wire.state.as_deref(), Some("setup" | "setup-pending")),
        run_started_at: None,
        trigger,
        runs_push_workflows: None,
        nothing_ran: None,
    })
}

/// The commit of a pipeline. Pipelines of CircleCI's GitHub App have no `vcs`; their commit is in
/// `trigger_parameters.git`, which the contract describes only as an object.
#[derive(Default)]
struct Source {
    branch: Option<String>,
    commit: Option<String>,
    title: Option<String>,
}

impl Source {
    fn of(vcs: wire::Vcs, git: wire::GitParameters) -> Self {
        let title = vcs.commit.and_then(|commit| commit.subject);
        let of_ref = || text(git.r#ref.as_ref()).and_then(|name| name.strip_prefix("refs/heads/").map(str::to_owned));
        Self {
            branch: vcs.branch.or_else(|| text(git.branch.as_ref())).or_else(of_ref),
            commit: vcs.revision.or_else(|| text(git.checkout_sha.as_ref())).or_else(|| text(git.commit_sha.as_ref())),
            title: title.or_else(|| text(git.commit_title.as_ref())).or_else(|| text(git.commit_message.as_ref())),
        }
    }
}

fn text(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The trigger types of v2; for webhooks `trigger_parameters.circleci` has details.
fn trigger(wire: &wire::Pipeline) -> Option<Trigger> {
    let parameters = wire.trigger_parameters.as_ref().and_then(|told| told.circleci.as_ref());
    let detail = |of: fn(&wire::CircleciParameters) -> Option<&Value>| parameters.and_then(of).and_then(Value::as_str);
    let by = match wire.trigger.as_ref().and_then(|trigger| trigger.kind.as_deref()) {
        Some("webhook") => Some(Trigger::Push),
        Some("scheduled_pipeline" | "schedule") => Some(Trigger::Schedule),
        Some("api") => Some(Trigger::Api),
        Some("explicit") => Some(Trigger::Manual),
        Some(_) => Some(Trigger::Other),
        None => None,
    };
    match (by, detail(|told| told.trigger_type.as_ref()), detail(|told| told.event_type.as_ref())) {
        (Some(Trigger::Push) | None, Some("schedule" | "scheduled_pipeline"), _) => Some(Trigger::Schedule),
        (Some(Trigger::Push) | None, Some("webhook"), _) => Some(Trigger::Other),
        (None | Some(Trigger::Other), Some("github_app" | "gitlab" | "github_oauth" | "bitbucket"), event)
            if event.is_none_or(|e| e == "push") =>
        {
            Some(Trigger::Push)
        }
        (by, _, _) => by,
    }
}

/// Why CircleCI could not start the pipeline: an invalid configuration, or a limit of the plan.
fn error(wire: &wire::Pipeline) -> Option<String> {
    let word =
        |error: &'_ wire::PipelineError| error.message.clone().or_else(|| Some(format!("an error of kind {}", error.kind.as_deref()?)));
    let texts: Vec<String> = wire.errors.iter().flatten().flatten().filter_map(word).collect();
    match (texts.is_empty(), wire.state.as_deref()) {
        (false, _) => Some(texts.join("; ")),
        (true, Some("errored")) => Some("CircleCI could not start the pipeline".to_owned()),
        (true, _) => None,
    }
}

pub(super) fn workflow(wire: wire::Workflow) -> Option<Workflow> {
    Some(Workflow {
        id: wire.id?,
        name: wire.name.unwrap_or_default(),
        status: workflow_status(wire.status.as_deref()),
        created_at: time(wire.created_at.as_deref()),
        stopped_at: time(wire.stopped_at.as_deref()),
        setup: wire.tag.as_deref() == Some("setup"),
        failed_job: None,
        error: None,
        jobs_gone: false,
    })
}

/// v2's workflow statuses (OpenAPI, `Workflow.status`).
fn workflow_status(word: Option<&str>) -> PipelineStatus {
    match word {
        Some("success") => PipelineStatus::Passed,
        Some("running") => PipelineStatus::Running,
        Some("failing") => PipelineStatus::Failing,
        Some("failed" | "error" | "unauthorized") => PipelineStatus::Failed,
        Some("on_hold") => PipelineStatus::OnHold,
        // A workflow that never ran released nothing.
        Some("canceled" | "not_run") => PipelineStatus::Canceled,
        Some(_) | None => PipelineStatus::Unknown,
    }
}

pub(super) fn job(wire: wire::Job, workflow: &Workflow, pipeline_url: Option<&str>) -> Option<Job> {
    let (started_at, stopped_at) = (time(wire.started_at.as_deref()), time(wire.stopped_at.as_deref()));
    let is_approval = wire.kind.as_deref() == Some("approval");
    Some(Job {
        id: wire.id?,
        number: wire.job_number,
        workflow: workflow.name.clone(),
        name: wire.name.unwrap_or_default(),
        status: job_status(wire.status.as_deref()),
        duration_seconds: started_at.zip(stopped_at).map(|(start, stop)| stop.since(start).max(0.0)),
        started_at,
        stopped_at,
        dependencies: wire.dependencies.into_iter().flatten().flatten().collect(),
        approval_id: wire.approval_request_id.filter(|_| is_approval),
        usual_seconds: None,
        url: wire.job_number.and_then(|number| Some(format!("{}/workflows/{}/jobs/{number}", pipeline_url?, workflow.id))),
    })
}

/// v2's job statuses (API guide, "Job status").
fn job_status(word: Option<&str>) -> JobStatus {
    match word {
        Some("success") => JobStatus::Passed,
        Some("running") => JobStatus::Running,
        Some("queued" | "not_running" | "blocked") => JobStatus::Queued,
        Some("failed" | "infrastructure_fail" | "timedout" | "unauthorized") => JobStatus::Failed,
        Some("on_hold") => JobStatus::OnHold,
        Some("canceled") => JobStatus::Canceled,
        Some("not_run" | "skipped") => JobStatus::Skipped,
        // `terminated-unknown`, `retried`, and values that may be added later.
        Some(_) | None => JobStatus::Unknown,
    }
}

fn time(text: Option<&str>) -> Option<Time> {
    text.and_then(Time::parse)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;
    use slipway_contracts::mutated::{changes, mutated};

    #[test]
    fn every_word_and_none_is_green_by_accident() {
        let workflows = [
            (Some("success"), PipelineStatus::Passed),
            (Some("unauthorized"), PipelineStatus::Failed),
            (Some("not_run"), PipelineStatus::Canceled),
            (Some("failing"), PipelineStatus::Failing),
            (Some("brand_new"), PipelineStatus::Unknown),
            (None, PipelineStatus::Unknown),
        ];
        for (word, status) in workflows {
            assert_eq!(workflow_status(word), status, "{word:?}");
        }
        let jobs = [
            (Some("success"), JobStatus::Passed),
            (Some("blocked"), JobStatus::Queued),
            (Some("timedout"), JobStatus::Failed),
            (Some("not_run"), JobStatus::Skipped),
            (Some("terminated-unknown"), JobStatus::Unknown),
            (None, JobStatus::Unknown),
        ];
        for (word, status) in jobs {
            assert_eq!(job_status(word), status, "{word:?}");
        }
    }

    #[test]
    fn a_pipeline_that_never_started_has_failed_and_says_why() {
        let slug = Slug::parse("gh/acme/shop").unwrap();
        let read = |text: &str| pipeline(serde_json::from_str(text).unwrap(), &slug, true).unwrap();
        let broken = read(r#"{"id":"p","number":7,"state":"errored","errors":[{"type":"config","message":"no jobs"}]}"#);
        assert_eq!((broken.status, broken.error.as_deref()), (PipelineStatus::Failed, Some("no jobs")));
        assert_eq!(broken.url.as_deref(), Some("https://app.circleci.com/pipelines/github/acme/shop/7"));
        let fresh = read(r#"{"id":"p","number":8,"state":"created","errors":null,"vcs":{"commit":{"subject":"One\nTwo"}}}"#);
        assert_eq!((fresh.status, fresh.workflows, fresh.title.as_deref()), (PipelineStatus::Unknown, None, Some("One")));
    }
    proptest! {
        #[test]
        fn what_is_missing_or_new_breaks_nothing_and_turns_nothing_green(changes in changes()) {
            let all = json!({
                "pipeline": { "id": "p", "number": 7, "state": "created", "errors": [{ "type": "config", "message": "m" }], "created_at": "2026-11-23T10:00:00Z",
                    "vcs": { "branch": "main", "revision": "abc", "commit": { "subject": "s", "body": "b" } } },
                "workflow": { "id": "w", "name": "deploy", "status": "failed", "created_at": "2026-11-23T10:00:00Z", "stopped_at": null },
                "job": { "id": "j", "name": "unit", "type": "build", "status": "failed", "job_number": 3, "dependencies": ["a", "b"],
                    "started_at": "2026-11-23T10:00:00Z", "stopped_at": "2026-11-23T10:01:00Z" },
                "logs": { "steps": [{ "name": "run", "actions": [{ "index": 0, "status": "failed", "exit_code": 1, "output_url": "u", "run_time_millis": 5 }] }] },
                "page": { "items": [{ "name": "t", "result": "failure", "message": "m" }], "next_page_token": "x" },
                "statistics": { "name": "unit", "metrics": { "successful_runs": 9, "duration_metrics": { "min": 1, "median": 2, "max": 3 } } },
            });
            let all = mutated(all, &changes);
            let part = |name: &str| match &all[name] { serde_json::Value::Object(_) => all[name].clone(), _ => json!({}) };
            let slug = Slug::parse("gh/acme/shop").unwrap();
            let pipeline = pipeline(serde_json::from_value(part("pipeline")).unwrap(), &slug, false);
            prop_assert!(pipeline.is_none_or(|p| p.status != PipelineStatus::Passed));
            let workflow = workflow(serde_json::from_value(part("workflow")).unwrap());
            prop_assert!(workflow.as_ref().is_none_or(|w| w.status != PipelineStatus::Passed));
            let job = workflow.and_then(|w| job(serde_json::from_value(part("job")).unwrap(), &w, None));
            prop_assert!(job.is_none_or(|j| j.status != JobStatus::Passed));
            let _: wire::JobLogs = serde_json::from_value(part("logs")).unwrap();
            let _: wire::Page<wire::Test> = serde_json::from_value(part("page")).unwrap();
            let _: wire::JobStatistics = serde_json::from_value(part("statistics")).unwrap();
        }
    }
}
