//! Time left, from the service's own history. Fewer than five earlier runs: no estimate.

use crate::pipeline::{Job, Pipeline};
use crate::status::{JobStatus, PipelineStatus};
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

pub const MIN_RUNS: usize = 5;
const WINDOW: usize = 20;
/// Jobs that wait for one another in a row.
const DEEPEST: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Estimate {
    /// Seconds; the median of earlier runs.
    pub seconds: f64,
    pub low: f64,
    pub high: f64,
    pub runs: u32,
}

/// The usual durations of a service, in seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Usual {
    pub pipeline: Option<Estimate>,
    pub jobs: BTreeMap<String, Estimate>,
    /// Release phases and restarts of rollbacks, per environment.
    pub rollback: BTreeMap<String, Estimate>,
}

/// The median with its range, over the newest 20 of `newest_first`.
pub fn from_runs(newest_first: &[f64]) -> Option<Estimate> {
    let mut runs: Vec<f64> = newest_first.iter().copied().filter(|s| s.is_finite() && *s >= 0.0).take(WINDOW).collect();
    if runs.len() < MIN_RUNS {
        return None;
    }
    runs.sort_by(f64::total_cmp);
    let mid = runs.len() / 2;
    let median = if runs.len().is_multiple_of(2) { (runs[mid - 1] + runs[mid]) / 2.0 } else { runs[mid] };
    Some(Estimate { seconds: median, low: runs[0], high: runs[runs.len() - 1], runs: runs.len() as u32 })
}

/// Fills progress, time left and each job's usual duration of `pipeline`.
pub fn apply(pipeline: &mut Pipeline, usual: &Usual, now: Time) {
    for job in &mut pipeline.jobs {
        job.usual_seconds = usual.jobs.get(&job.name).map(|e| e.seconds);
    }
    // What a push usually takes says nothing of a pipeline of other workflows.
    let other = Usual { pipeline: None, ..usual.clone() };
    let usual = if pipeline.is_of_push() { usual } else { &other };
    pipeline.eta_seconds = None;
    pipeline.run_started_at = pipeline.run_began();
    match pipeline.status {
        PipelineStatus::Passed | PipelineStatus::Failed | PipelineStatus::Canceled => pipeline.progress = 1.0,
        PipelineStatus::Queued | PipelineStatus::Running | PipelineStatus::Failing | PipelineStatus::OnHold => {
            let left = time_left(pipeline, usual, now);
            pipeline.progress = progress(pipeline, left, now);
            if pipeline.status.is_moving() {
                pipeline.eta_seconds = left.map(|s| s.round() as u64);
            }
        }
        PipelineStatus::Unknown => {}
    }
}

/// Seconds until the last job ends: the longest path through what is not over.
fn time_left(pipeline: &Pipeline, usual: &Usual, now: Time) -> Option<f64> {
    // Nothing to add up: no jobs yet, or more of them to come.
    if pipeline.jobs.iter().all(|j| j.status.is_over() || j.approval_id.is_some()) {
        return whole_left(pipeline, usual, now);
    }
    let mut known = BTreeMap::new();
    let mut ends = pipeline.jobs.iter().map(|job| job_end(job, &pipeline.jobs, usual, now, &mut known, 0));
    let listed = ends.try_fold(0.0, |longest: f64, end| Some(longest.max(end?)));
    if names_what_jobs_wait_for(pipeline) {
        return listed;
    }
    // Jobs that wait for others may not be listed yet: the whole is what is known of them.
    match (listed, whole_left(pipeline, usual, now)) {
        (Some(listed), Some(whole)) => Some(listed.max(whole)),
        (listed, whole) => whole.or(listed),
    }
}

/// Seconds left of what a run usually takes.
fn whole_left(pipeline: &Pipeline, usual: &Usual, now: Time) -> Option<f64> {
    let elapsed = pipeline.run_began().map_or(0.0, |at| now.since(at));
    Some((usual.pipeline?.seconds - elapsed).max(0.0))
}

/// Not every CI tells it. What waits for a person alone does not count.
fn names_what_jobs_wait_for(pipeline: &Pipeline) -> bool {
    let is_hold = |id: &String| pipeline.jobs.iter().any(|j| &j.id == id && j.approval_id.is_some());
    pipeline.jobs.iter().any(|job| job.dependencies.iter().any(|id| !is_hold(id)))
}

fn job_end(job: &Job, jobs: &[Job], usual: &Usual, now: Time, known: &mut BTreeMap<String, f64>, depth: usize) -> Option<f64> {
    if let Some(end) = known.get(&job.id) {
        return Some(*end);
    }
    let end = match job.status {
        JobStatus::Passed | JobStatus::Failed | JobStatus::Canceled | JobStatus::Skipped => 0.0,
        JobStatus::Running => {
            let elapsed = job.started_at.map_or(0.0, |at| now.since(at));
            (usual.jobs.get(&job.name)?.seconds - elapsed).max(0.0)
        }
        JobStatus::Queued | JobStatus::OnHold | JobStatus::Unknown => {
            // A cycle, or a chain of thousands, can only come from a broken answer: it must not use up
            // the stack.
            if depth > jobs.len().min(DEEPEST) {
                return None;
            }
            let mut start: f64 = 0.0;
            for id in &job.dependencies {
                if let Some(before) = jobs.iter().find(|j| &j.id == id) {
                    start = start.max(job_end(before, jobs, usual, now, known, depth + 1)?);
                }
            }
            let own = if job.approval_id.is_some() { 0.0 } else { usual.jobs.get(&job.name)?.seconds };
            start + own
        }
    };
    known.insert(job.id.clone(), end);
    Some(end)
}

fn progress(pipeline: &Pipeline, left: Option<f64>, now: Time) -> f64 {
    // A rerun's progress is its own: the pipeline may be a day old.
    let elapsed = pipeline.run_began().map_or(0.0, |at| now.since(at)).max(0.0);
    match left {
        Some(left) if elapsed + left > 0.0 => (elapsed / (elapsed + left)).clamp(0.0, 0.99),
        Some(_) => 0.0,
        None if pipeline.jobs.is_empty() => 0.0,
        None => pipeline.jobs.iter().filter(|j| j.status.is_over()).count() as f64 / pipeline.jobs.len() as f64,
    }
}

/// The usual durations from passed runs of what a push runs, newest first.
pub fn usual_of<'a>(newest_first: impl Iterator<Item = &'a Pipeline>) -> Usual {
    let mut whole = Vec::new();
    let mut jobs: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for pipeline in newest_first.filter(|p| p.status == PipelineStatus::Passed && p.is_of_push()) {
        // A rerun's wall time says nothing about a run.
        if let (Some(start), Some(end), false) =
            (pipeline.created_at, pipeline.stopped_at, pipeline.was_rerun() || pipeline.workflows.is_none())
        {
            whole.push(end.since(start));
        }
        for job in pipeline.jobs.iter().filter(|j| j.status == JobStatus::Passed && j.approval_id.is_none()) {
            if let Some(seconds) = job.duration_seconds {
                jobs.entry(job.name.clone()).or_default().push(seconds);
            }
        }
    }
    Usual {
        pipeline: from_runs(&whole),
        jobs: jobs.into_iter().filter_map(|(name, runs)| Some((name, from_runs(&runs)?))).collect(),
        rollback: BTreeMap::new(),
    }
}
