//! What a pipeline waits for a person to approve: which approvals are pending, what each lets go on, and
//! which of them have been superseded.

use crate::history::{Contained, History};
use crate::pipeline::{Job, Pipeline, Workflow};
use crate::snapshot::ServiceState;
use crate::status::{JobStatus, PipelineStatus};
use std::collections::HashSet;

/// A job that waits for an approval, and the workflow it is in.
#[derive(Clone, Copy, Debug)]
pub struct PendingApproval<'a> {
    pub workflow: &'a Workflow,
    pub job: &'a Job,
}

/// Every pending approval, of the newest run of each workflow.
pub fn pending_approvals(pipeline: &Pipeline) -> Vec<PendingApproval<'_>> {
    let of_it = |job: &Job, workflow: &Workflow| job.workflow == workflow.name || job.workflow == workflow.id;
    let waits = |job: &&Job| job.status == JobStatus::OnHold && job.approval_id.is_some();
    let newest = pipeline.newest_workflows();
    let of = |workflow: &'_ Workflow| pipeline.jobs.iter().filter(waits).filter(|job| of_it(job, workflow)).collect::<Vec<_>>();
    newest.into_iter().flat_map(|workflow| of(workflow).into_iter().map(move |job| PendingApproval { workflow, job })).collect()
}

/// The pending approvals that a name means: those with this name, else those that let the environment of
/// this name be released.
pub fn named<'a>(pipeline: &'a Pipeline, name: &str, environments: &[&str]) -> Vec<PendingApproval<'a>> {
    let all = pending_approvals(pipeline);
    let exact: Vec<PendingApproval<'_>> = all.iter().filter(|hold| hold.job.name == name).copied().collect();
    if !exact.is_empty() {
        return exact;
    }
    let wanted = environments.contains(&name);
    all.into_iter().filter(|hold| wanted && gates(pipeline, hold.job, environments) == [name]).collect()
}

/// The jobs that wait for `job`, directly or through others.
pub fn jobs_after<'a>(pipeline: &'a Pipeline, job: &Job) -> Vec<&'a Job> {
    let mut reached: HashSet<&str> = HashSet::from([job.id.as_str()]);
    let mut found: Vec<&Job> = Vec::new();
    loop {
        let next: Vec<&Job> = pipeline
            .jobs
            .iter()
            .filter(|later| !reached.contains(later.id.as_str()) && later.dependencies.iter().any(|id| reached.contains(id.as_str())))
            .collect();
        if next.is_empty() {
            return found;
        }
        reached.extend(next.iter().map(|later| later.id.as_str()));
        found.extend(next);
    }
}

/// The environments that an approval may let be released: those that its name, or the names of the jobs
/// after it, contain. No CI tells it, so where no name does, it may be any of them.
pub fn gates<'e>(pipeline: &Pipeline, hold: &Job, environments: &[&'e str]) -> Vec<&'e str> {
    let own: Vec<&str> = environments.iter().copied().filter(|name| speaks_of(&hold.name, name)).collect();
    if !own.is_empty() {
        return own;
    }
    let after = jobs_after(pipeline, hold);
    let named: Vec<&str> = environments.iter().copied().filter(|name| after.iter().any(|job| speaks_of(&job.name, name))).collect();
    if named.is_empty() { environments.to_vec() } else { named }
}

/// Whether `text` has `name` in it as words of their own: `approve-production`, `Deploy (staging)`.
fn speaks_of(text: &str, name: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
    };
    let (text, name) = (words(text), words(name));
    !name.is_empty() && text.windows(name.len()).any(|part| part == name)
}

/// Whether approving could only replace newer code, or do what a newer pipeline does: the code of every
/// environment behind the approval is newer, or a newer pipeline has passed, waits for the same approval,
/// or was given it.
pub fn is_superseded(service: &ServiceState, pipeline: &Pipeline, hold: &Job, history: &History<'_>) -> bool {
    let names: Vec<&str> = service.environments.iter().map(|e| e.name.as_str()).collect();
    let gated = gates(pipeline, hold, &names);
    let behind = |commit: &str| {
        let mut live =
            service.environments.iter().filter(|e| gated.contains(&e.name.as_str())).map(|e| e.current.as_ref()?.commit.as_deref());
        let newer = |live: Option<&str>| live.is_some_and(|live| live != commit && history.contains(live, commit) == Contained::Yes);
        !gated.is_empty() && live.all(newer)
    };
    // A newer pipeline of other workflows, such as a nightly one, does not do what this one would.
    let reached = |job: &Job| {
        (&job.workflow, &job.name) == (&hold.workflow, &hold.name) && matches!(job.status, JobStatus::OnHold | JobStatus::Passed)
    };
    let passed = |workflow: &&Workflow| workflow.name == hold.workflow && workflow.status == PipelineStatus::Passed;
    let takes_over = |newer: &Pipeline| newer.newest_workflows().iter().any(passed) || newer.jobs.iter().any(reached);
    pipeline.commit.as_deref().is_some_and(behind)
        || service.pipelines.iter().any(|other| {
            let canceled = other.status == PipelineStatus::Canceled;
            other.id != pipeline.id && other.branch == pipeline.branch && other.is_newer_than(pipeline) && !canceled && takes_over(other)
        })
}
