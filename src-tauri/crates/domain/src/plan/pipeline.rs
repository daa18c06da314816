//! Rerun from failed, cancel, approve.

use super::model::Plan;
use super::request::Request;
use super::target::Target;
use crate::action::Action;
use crate::evidence::pipelines::could_not_start;
use crate::humanize::names_there_are;
use crate::journal::Expectation;
use crate::pending_approvals::{PendingApproval, pending_approvals};
use crate::pipeline::{Pipeline, Workflow};
use crate::status::PipelineStatus;
use crate::time::Time;

/// The workflows a rerun from failed could mean; the newest run of each name counts.
pub fn rerunnable(pipeline: &Pipeline) -> Vec<&Workflow> {
    let mut stopped = newest_where(pipeline, |s| matches!(s, PipelineStatus::Failed | PipelineStatus::Canceled));
    // What could not even start does not start by being asked again.
    stopped.retain(|workflow| workflow.error.is_none());
    stopped
}

/// The workflows a cancel could mean.
pub fn cancelable(pipeline: &Pipeline) -> Vec<&Workflow> {
    newest_where(pipeline, |s| s.is_moving() || s == PipelineStatus::OnHold)
}

/// `pipeline` must carry its workflows as just read; `workflow` is one of [`rerunnable`].
pub fn plan_rerun(service: &str, pipeline: &Pipeline, workflow: Option<&Workflow>, id: String, now: Time) -> Plan {
    let failed = workflow;
    let deny = if failed.is_some() { vec![] } else { vec![why_not_again(pipeline)] };
    let known = pipeline.workflows.iter().flatten().map(|w| w.id.clone()).collect();
    build(
        service,
        pipeline,
        id,
        now,
        Parts {
            action: Action::rerun(service.into(), pipeline.id.clone()),
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

fn why_not_again(pipeline: &Pipeline) -> String {
    let number = pipeline.number;
    if let Some(what) = could_not_start(pipeline) {
        return format!("Pipeline #{number} {what}. Running it again changes nothing: push a fix");
    }
    match &pipeline.nothing_ran {
        Some(why) => format!("Nothing of pipeline #{number} ran: {why}. Push a commit that runs"),
        None => format!("Pipeline #{number} is {}: no workflow of it has failed and stopped", pipeline.status),
    }
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
            action: Action::cancel(service.into(), pipeline.id.clone()),
            title: format!("Cancel #{}", pipeline.number),
            step: "Stop the workflow; what was released stays released".into(),
            request: running.map(|w| Request::CancelWorkflow { workflow: w.id.clone() }),
            expectation: running.map(|w| Expectation::Canceled { pipeline: pipeline.id.clone(), workflow: w.id.clone() }),
            deny,
        },
    )
}

/// `hold` is one of [`crate::pending_approvals::pending_approvals`]; `name` is how it was asked for.
pub fn plan_approve(
    service: &str,
    pipeline: &Pipeline,
    hold: Option<PendingApproval<'_>>,
    name: Option<String>,
    id: String,
    now: Time,
) -> Plan {
    let ready = hold.and_then(|hold| Some((hold, hold.job.approval_id.clone()?)));
    let deny = match (&ready, &name) {
        (Some(_), _) => vec![],
        (None, Some(name)) => {
            let waiting: Vec<&str> = pending_approvals(pipeline).iter().map(|hold| hold.job.name.as_str()).collect();
            let waiting = if waiting.is_empty() { String::new() } else { format!(". {}", names_there_are(name, &waiting)) };
            vec![format!("Pipeline #{} is {}: it waits for no approval of {name}{waiting}", pipeline.number, pipeline.status)]
        }
        (None, None) => vec![format!("Pipeline #{} is {}: it waits for no approval", pipeline.number, pipeline.status)],
    };
    build(
        service,
        pipeline,
        id,
        now,
        Parts {
            action: Action::approve(service.into(), pipeline.id.clone(), name),
            title: approve_title(pipeline, hold),
            step: hold.map_or_else(String::new, |hold| format!("Approve {}; the jobs after it start", hold.job.name)),
            request: ready.clone().map(|(hold, approval_id)| Request::Approve { workflow: hold.workflow.id.clone(), approval_id }),
            expectation: ready.map(|(hold, approval_id)| Expectation::Approved {
                pipeline: pipeline.id.clone(),
                workflow: hold.workflow.id.clone(),
                approval_id,
            }),
            deny,
        },
    )
}

/// Of several pending approvals the title names the one that is meant.
fn approve_title(pipeline: &Pipeline, hold: Option<PendingApproval<'_>>) -> String {
    let named = hold.filter(|_| pending_approvals(pipeline).len() > 1).map_or(String::new(), |hold| format!(": {}", hold.job.name));
    format!("Approve #{}{named}", pipeline.number)
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
    Plan { seen: seen(pipeline), steps: vec![parts.step], ..Plan::about(id, parts.action, parts.title, target, now) }.decided(
        parts.request,
        parts.expectation,
        parts.deny,
        vec![],
    )
}

/// The workflows that consent is given on, by their ids, so that a rerun by somebody else is noticed.
fn seen(pipeline: &Pipeline) -> String {
    let names: Vec<String> = pipeline.newest_workflows().iter().map(|w| format!("{} {} {}", w.name, w.id, w.status)).collect();
    if names.is_empty() { "no workflow".to_owned() } else { names.join(", ") }
}

fn newest_where(pipeline: &Pipeline, wanted: impl Fn(PipelineStatus) -> bool) -> Vec<&Workflow> {
    pipeline.newest_workflows().into_iter().filter(|w| wanted(w.status)).collect()
}
