//! Pipelines with their workflows and jobs.

use super::slug::Slug;
use super::{CircleCi, map, wire};
use crate::ReadError;
use futures::future::try_join_all;
use slipway_domain::pipeline::{Job, Pipeline, Workflow, combine};
use slipway_domain::status::PipelineStatus;
use slipway_domain::time::Time;
use std::collections::HashSet;

/// Seconds within which workflows appear, of a new pipeline and after a setup workflow.
const SETTLES: f64 = 600.0;

/// The newest page, 20 or so, newest first.
pub(super) async fn newest(ci: &CircleCi, slug: &Slug, branch: &str) -> Result<Vec<Pipeline>, ReadError> {
    let [vcs, org, project] = slug.segments();
    let answer = ci.get(&["project", vcs, org, project, "pipeline"], &[("branch", branch)]).await?;
    let page: wire::Page<wire::Pipeline> = answer.decode()?;
    // A list that is not there must not pass for an empty one.
    let items = page.items.ok_or_else(|| ReadError::Garbled("CircleCI's answer lists no pipelines".to_owned()))?;
    let cloud = ci.is_cloud();
    let mut pipelines: Vec<Pipeline> = items.into_iter().flatten().filter_map(|item| map::pipeline(item, slug, cloud)).collect();
    pipelines.sort_by_key(|pipeline| std::cmp::Reverse(pipeline.number));
    Ok(pipelines)
}

pub(super) async fn details(ci: &CircleCi, known: &Pipeline) -> Result<Pipeline, ReadError> {
    let wires: Vec<wire::Workflow> = ci.pages(&["pipeline", &known.id, "workflow"], &[]).await?;
    let idle: HashSet<String> = wires.iter().filter(|w| w.status.as_deref() == Some("not_run")).filter_map(|w| w.id.clone()).collect();
    let mut workflows: Vec<Workflow> = wires.into_iter().filter_map(map::workflow).collect();
    workflows.sort_by_key(|workflow| workflow.created_at);
    let mut pipeline = Pipeline { workflows: Some(workflows), ..known.clone() };
    let newest: Vec<Workflow> = pipeline.newest_workflows().into_iter().cloned().collect();
    let jobs = try_join_all(newest.iter().map(|workflow| jobs(ci, known, workflow))).await?;
    pipeline.jobs = jobs.into_iter().flatten().collect();
    pipeline.status = status(&pipeline, &newest, &idle, ci.account.http().now());
    if pipeline.continues && pipeline.status == PipelineStatus::Failed && pipeline.failed_job().is_none() {
        pipeline.error.get_or_insert_with(|| "Its setup workflow ended without continuing the pipeline".to_owned());
    }
    pipeline.stopped_at = stopped_at(&newest).filter(|_| pipeline.status.is_over());
    Ok(pipeline)
}

/// A workflow that was not run (left out by its filters) says nothing while another did. A setup
/// workflow that passed has tested and released nothing: the pipeline goes on until the workflows
/// it continues into are there.
fn status(pipeline: &Pipeline, newest: &[Workflow], idle: &HashSet<String>, now: Time) -> PipelineStatus {
    if pipeline.error.is_some() && newest.is_empty() {
        return PipelineStatus::Failed;
    }
    let long_ago = |at: Option<Time>| at.is_some_and(|at| now.since(at) > SETTLES);
    if newest.is_empty() && long_ago(pipeline.created_at) {
        // Every workflow was left out by its filters: nothing ran and nothing will.
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

/// The jobs of one workflow, named by it; those of one that was over already are not asked again.
async fn jobs(ci: &CircleCi, known: &Pipeline, workflow: &Workflow) -> Result<Vec<Job>, ReadError> {
    let before = known.workflows.iter().flatten().find(|before| before.id == workflow.id);
    let jobs: Vec<&Job> = known.jobs.iter().filter(|job| job.workflow == workflow.name).collect();
    let unchanged = before.is_some_and(|before| before.status == workflow.status && workflow.status.is_over());
    if unchanged && !jobs.is_empty() && jobs.iter().all(|job| job.status.is_over()) {
        return Ok(jobs.into_iter().cloned().collect());
    }
    let wires: Vec<wire::Job> = ci.pages(&["workflow", &workflow.id, "job"], &[]).await?;
    Ok(wires.into_iter().filter_map(|job| map::job(job, workflow, known.url.as_deref())).collect())
}
