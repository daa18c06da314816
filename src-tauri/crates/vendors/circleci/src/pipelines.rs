//! Pipelines with their workflows and jobs.

use super::client::CircleCi;
use super::slug::Slug;
use super::{map, wire};
use crate::skipped::skip_word;
use futures::future::try_join_all;
use slipway_domain::pipeline::{Job, Pipeline, Workflow, combine};
use slipway_domain::status::{JobStatus, PipelineStatus};
use slipway_domain::time::Time;
use slipway_vendor::{ReadError, WorkflowListener};
use std::collections::HashSet;

/// Seconds within which workflows appear, in a new pipeline and after a setup workflow.
const SETTLES: f64 = 600.0;
/// The same for a commit that asks CircleCI to skip it.
const SKIPS: f64 = 60.0;

/// The newest page of about 20, newest first.
pub(super) async fn newest(ci: &CircleCi, slug: &Slug, branch: &str) -> Result<Vec<Pipeline>, ReadError> {
    let [vcs, org, project] = slug.segments();
    let answer = ci.get(&["project", vcs, org, project, "pipeline"], &[("branch", branch)]).await?;
    let page: wire::Page<wire::Pipeline> = answer.decode()?;
    // A missing list must not be taken for an empty one.
    let items = page.items.ok_or_else(|| ReadError::Garbled("CircleCI's answer lists no pipelines".to_owned()))?;
    let cloud = ci.is_cloud();
    let mut pipelines: Vec<Pipeline> = items.into_iter().flatten().filter_map(|item| map::pipeline(item, slug, cloud)).collect();
    pipelines.sort_by_key(|pipeline| std::cmp::Reverse(pipeline.number));
    Ok(pipelines)
}

pub(super) async fn details(ci: &CircleCi, known: &Pipeline, tell: &WorkflowListener<'_>) -> Result<Pipeline, ReadError> {
    let listed: Vec<Option<wire::Workflow>> = ci.pages(&["pipeline", &known.id, "workflow"], &[]).await?;
    let idle: HashSet<String> =
        listed.iter().flatten().filter(|w| w.status.as_deref() == Some("not_run")).filter_map(|w| w.id.clone()).collect();
    let count = listed.len();
    let mut workflows: Vec<Workflow> = listed.into_iter().flatten().filter_map(map::workflow).collect();
    let is_whole = workflows.len() == count;
    workflows.sort_by_key(|workflow| workflow.created_at);
    keep_what_was_seen(&mut workflows, known);
    tell(&workflows);
    let mut pipeline = Pipeline { workflows: Some(workflows), nothing_ran: None, ..known.clone() };
    let newest: Vec<Workflow> = pipeline.newest_workflows().into_iter().cloned().collect();
    let jobs = try_join_all(newest.iter().map(|workflow| jobs(ci, known, workflow))).await?;
    for (workflow, jobs) in newest.iter().zip(jobs) {
        let Some(own) = pipeline.workflows.iter_mut().flatten().find(|own| own.id == workflow.id) else { continue };
        own.jobs_gone = jobs.is_none();
        let Some(jobs) = jobs else { continue };
        own.failed_job = jobs.iter().find(|job| job.status == JobStatus::Failed).map(|job| job.name.clone()).or(own.failed_job.take());
        pipeline.jobs.retain(|job| job.workflow != workflow.name);
        pipeline.jobs.extend(jobs);
    }
    pipeline.jobs.retain(|job| newest.iter().any(|workflow| workflow.name == job.workflow));
    pipeline.status = status(&pipeline, &newest, &idle, ci.account.http().now());
    if !is_whole && !matches!(pipeline.status, PipelineStatus::Failed | PipelineStatus::Failing) {
        // A record that is missing in the list may have failed.
        pipeline.status = PipelineStatus::Unknown;
    }
    if pipeline.status == PipelineStatus::Canceled && newest.iter().all(|workflow| idle.contains(&workflow.id)) {
        let says = known.title.as_deref().and_then(skip_word).map(|word| format!("its commit says {word}"));
        let left_out = || "its filters left out every workflow, or its commit asks CircleCI to skip it".to_owned();
        pipeline.nothing_ran = Some(says.unwrap_or_else(left_out));
    }
    if pipeline.continues && pipeline.status == PipelineStatus::Failed && pipeline.failed_job().is_none() {
        pipeline.error.get_or_insert_with(|| "Its setup workflow ended without continuing the pipeline".to_owned());
    }
    pipeline.stopped_at = stopped_at(&newest).filter(|_| pipeline.status.is_over());
    Ok(pipeline)
}

/// Facts that CircleCI does not report forever are kept from earlier reads: that a job had failed, and jobs that
/// are no longer returned.
fn keep_what_was_seen(workflows: &mut [Workflow], known: &Pipeline) {
    for workflow in workflows {
        if let Some(before) = known.workflows.iter().flatten().find(|before| before.id == workflow.id) {
            workflow.failed_job.clone_from(&before.failed_job);
            workflow.jobs_gone = before.jobs_gone;
        }
    }
}

/// The status of a pipeline. A workflow that was skipped by its filters says nothing if another one ran. A setup
/// workflow that passed has tested and released nothing: the pipeline continues until the workflows that it starts
/// are there.
fn status(pipeline: &Pipeline, newest: &[Workflow], idle: &HashSet<String>, now: Time) -> PipelineStatus {
    if pipeline.error.is_some() && newest.is_empty() {
        return PipelineStatus::Failed;
    }
    let long_ago = |at: Option<Time>| at.is_some_and(|at| now.since(at) > SETTLES);
    let is_skipped = pipeline.title.as_deref().is_some_and(|title| skip_word(title).is_some());
    let waits = if is_skipped { SKIPS } else { SETTLES };
    if newest.is_empty() && pipeline.created_at.is_some_and(|at| now.since(at) > waits) {
        // Every workflow was skipped by its filters, or the commit is skipped: nothing ran and nothing will.
        return PipelineStatus::Canceled;
    }
    let all_idle = newest.iter().all(|workflow| idle.contains(&workflow.id));
    let status = combine(newest.iter().filter(|workflow| all_idle || !idle.contains(&workflow.id)).map(|workflow| workflow.status));
    match status {
        PipelineStatus::Passed if pipeline.continues && long_ago(stopped_at(newest)) => PipelineStatus::Failed,
        PipelineStatus::Passed if pipeline.continues => PipelineStatus::Running,
        status => status,
    }
}

fn stopped_at(newest: &[Workflow]) -> Option<Time> {
    newest.iter().filter_map(|workflow| workflow.stopped_at).max()
}

/// The jobs of one workflow. Those of a workflow that was over before are not requested again. None where CircleCI
/// has deleted the jobs of a finished workflow.
async fn jobs(ci: &CircleCi, known: &Pipeline, workflow: &Workflow) -> Result<Option<Vec<Job>>, ReadError> {
    let before = known.workflows.iter().flatten().find(|before| before.id == workflow.id);
    let jobs: Vec<&Job> = known.jobs.iter().filter(|job| job.workflow == workflow.name).collect();
    let unchanged = before.is_some_and(|before| before.status == workflow.status && workflow.status.is_over());
    if unchanged && workflow.jobs_gone {
        return Ok(None);
    }
    if unchanged && !jobs.is_empty() && jobs.iter().all(|job| job.status.is_over()) {
        return Ok(Some(jobs.into_iter().cloned().collect()));
    }
    let listed: Vec<Option<wire::Job>> = match ci.pages(&["workflow", &workflow.id, "job"], &[]).await {
        Err(ReadError::NotFound(_)) if workflow.status.is_over() => return Ok(None),
        listed => listed?,
    };
    Ok(Some(listed.into_iter().flatten().filter_map(|job| map::job(job, workflow, known.url.as_deref())).collect()))
}
