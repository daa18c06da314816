//! Rerun from failed, cancel, approve.

use super::verdict;
use crate::action::Action;
use crate::journal::Expectation;
use crate::pipeline::{Pipeline, Workflow};
use crate::plan::{Plan, Request, Target};
use crate::status::PipelineStatus;
use crate::time::Time;

/// `pipeline` must carry its workflows as just read.
pub fn plan_rerun(service: &str, pipeline: &Pipeline, id: String, now: Time) -> Plan {
    let failed = newest_where(pipeline, |s| matches!(s, PipelineStatus::Failed | PipelineStatus::Canceled));
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
            expectation: Some(Expectation::Reran { pipeline: pipeline.id.clone(), known }),
            deny,
        },
    )
}

pub fn plan_cancel(service: &str, pipeline: &Pipeline, id: String, now: Time) -> Plan {
    let running = newest_where(pipeline, |s| s.is_moving() || s == PipelineStatus::OnHold);
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

pub fn plan_approve(service: &str, pipeline: &Pipeline, id: String, now: Time) -> Plan {
    let hold = pipeline.waiting_approval();
    let workflow = hold.and_then(|job| pipeline.newest_workflows().into_iter().find(|w| w.name == job.workflow || w.id == job.workflow));
    let ready = hold.zip(workflow);
    let deny = if ready.is_some() {
        vec![]
    } else {
        vec![format!("Pipeline #{} is {}: it waits for no approval", pipeline.number, pipeline.status)]
    };
    let approval = |job: &crate::pipeline::Job| job.approval_id.clone().unwrap_or_default();
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
    Plan {
        id,
        action: parts.action,
        title: parts.title,
        target: Target { key: format!("pipeline:{}", pipeline.id), name: format!("{service} pipeline #{}", pipeline.number) },
        seen: seen(pipeline),
        steps: vec![parts.step],
        request: parts.request,
        expectation: parts.expectation,
        verdict: verdict(parts.deny, vec![]),
        consequences: vec![],
        rollback: None,
        estimate: None,
        instead: None,
        confirm_text: None,
        read_at: now,
    }
}

/// The workflows consent is given on. Their ids, so that a rerun by somebody else is noticed.
fn seen(pipeline: &Pipeline) -> String {
    let names: Vec<String> = pipeline.newest_workflows().iter().map(|w| format!("{} {} {}", w.name, w.id, w.status)).collect();
    if names.is_empty() { "no workflow".to_owned() } else { names.join(", ") }
}

fn newest_where(pipeline: &Pipeline, wanted: impl Fn(PipelineStatus) -> bool) -> Option<&Workflow> {
    pipeline.newest_workflows().into_iter().find(|w| wanted(w.status))
}
