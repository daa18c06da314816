//! Rerun from failed, cancel, approve.

use crate::action::Action;
use crate::journal::Expectation;
use crate::pipeline::{Job, Pipeline, Workflow};
use crate::plan::{Plan, Request, Target};
use crate::status::{JobStatus, PipelineStatus};
use crate::time::Time;

/// The workflows a rerun from failed could mean; the newest run of each name counts.
pub fn rerunnable(pipeline: &Pipeline) -> Vec<&Workflow> {
    newest_where(pipeline, |s| matches!(s, PipelineStatus::Failed | PipelineStatus::Canceled))
}

/// The workflows a cancel could mean.
pub fn cancelable(pipeline: &Pipeline) -> Vec<&Workflow> {
    newest_where(pipeline, |s| s.is_moving() || s == PipelineStatus::OnHold)
}

/// The workflows that wait for an approval.
pub fn approvable(pipeline: &Pipeline) -> Vec<&Workflow> {
    newest_where(pipeline, |_| true).into_iter().filter(|w| hold_of(pipeline, w).is_some()).collect()
}

/// `pipeline` must carry its workflows as just read; `workflow` is one of [`rerunnable`].
pub fn plan_rerun(service: &str, pipeline: &Pipeline, workflow: Option<&Workflow>, id: String, now: Time) -> Plan {
    let failed = workflow;
    let deny = if failed.is_some() {
        vec![]
    } else {
        vec![format!("Pipeline #{} is {}: no workflow of it has failed and stopped", pipeline.number, pipeline.status)]
    };
    let known = pipeline.workflows.iter().flatten().map(|w| w.id.clone()).collect();
    build(
        service,
        pipeline,
        id,
        now,
        Parts {
            action: Action::Rerun { service: service.into(), pipeline: pipeline.id.clone() },
            title: format!("Rerun from failed #{}", pipeline.number),
            step: "Rerun the failed jobs and what depends on them".into(),
            request: failed.map(|w| Request::RerunFromFailed { workflow: w.id.clone() }),
            expectation: Some(Expectation::Reran {
                pipeline: pipeline.id.clone(),
                known,
                name: failed.map(|w| w.name.clone()),
                workflow: None,
            }),
            deny,
        },
    )
}

pub fn plan_cancel(service: &str, pipeline: &Pipeline, workflow: Option<&Workflow>, id: String, now: Time) -> Plan {
    let running = workflow;
    let deny = if running.is_some() { vec![] } else { vec![format!("Pipeline #{} is {}: nothing runs", pipeline.number, pipeline.status)] };
    build(
        service,
        pipeline,
        id,
        now,
        Parts {
            action: Action::Cancel { service: service.into(), pipeline: pipeline.id.clone() },
            title: format!("Cancel #{}", pipeline.number),
            step: "Stop the workflow; what was released stays released".into(),
            request: running.map(|w| Request::CancelWorkflow { workflow: w.id.clone() }),
            expectation: running.map(|w| Expectation::Canceled { pipeline: pipeline.id.clone(), workflow: w.id.clone() }),
            deny,
        },
    )
}

pub fn plan_approve(service: &str, pipeline: &Pipeline, workflow: Option<&Workflow>, id: String, now: Time) -> Plan {
    let hold = workflow.and_then(|w| hold_of(pipeline, w));
    let ready = hold.zip(workflow);
    let deny = if ready.is_some() {
        vec![]
    } else {
        vec![format!("Pipeline #{} is {}: it waits for no approval", pipeline.number, pipeline.status)]
    };
    let approval = |job: &Job| job.approval_id.clone().unwrap_or_default();
    build(
        service,
        pipeline,
        id,
        now,
        Parts {
            action: Action::Approve { service: service.into(), pipeline: pipeline.id.clone() },
            title: format!("Approve #{}", pipeline.number),
            step: hold.map_or_else(String::new, |job| format!("Approve {}; the jobs after it start", job.name)),
            request: ready.map(|(job, w)| Request::Approve { workflow: w.id.clone(), approval_id: approval(job) }),
            expectation: ready.map(|(job, w)| Expectation::Approved {
                pipeline: pipeline.id.clone(),
                workflow: w.id.clone(),
                approval_id: approval(job),
            }),
            deny,
        },
    )
}

struct Parts {
    action: Action,
    title: String,
    step: String,
    request: Option<Request>,
    expectation: Option<Expectation>,
    deny: Vec<String>,
}

fn build(service: &str, pipeline: &Pipeline, id: String, now: Time, parts: Parts) -> Plan {
    let target = Target { key: format!("pipeline:{}", pipeline.id), name: format!("{service} pipeline #{}", pipeline.number) };
    Plan {
        seen: seen(pipeline),
        steps: vec![parts.step],
        request: parts.request,
        expectation: parts.expectation,
        ..Plan::about(id, parts.action, parts.title, target, now)
    }
    .decided(parts.deny, vec![])
}

/// The workflows consent is given on. Their ids, so that a rerun by somebody else is noticed.
fn seen(pipeline: &Pipeline) -> String {
    let names: Vec<String> = pipeline.newest_workflows().iter().map(|w| format!("{} {} {}", w.name, w.id, w.status)).collect();
    if names.is_empty() { "no workflow".to_owned() } else { names.join(", ") }
}

fn hold_of<'a>(pipeline: &'a Pipeline, workflow: &Workflow) -> Option<&'a Job> {
    let of_it = |job: &&Job| job.workflow == workflow.name || job.workflow == workflow.id;
    pipeline.jobs.iter().filter(of_it).find(|j| j.status == JobStatus::OnHold && j.approval_id.is_some())
}

fn newest_where(pipeline: &Pipeline, wanted: impl Fn(PipelineStatus) -> bool) -> Vec<&Workflow> {
    pipeline.newest_workflows().into_iter().filter(|w| wanted(w.status)).collect()
}
