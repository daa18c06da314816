//! The CI's run for a commit: pipeline, workflows, jobs.

use crate::status::{JobStatus, PipelineStatus};
use crate::time::Time;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Pipeline {
    pub id: String,
    pub number: u64,
    pub branch: Option<String>,
    pub commit: Option<String>,
    /// The commit's first line, where the CI knows it.
    pub title: Option<String>,
    pub url: Option<String>,
    pub created_at: Option<Time>,
    /// When the last workflow stopped.
    pub stopped_at: Option<Time>,
    /// From the workflows, never from the CI's own `state`.
    pub status: PipelineStatus,
    /// 0 to 1. Filled by `estimate`.
    pub progress: f64,
    /// None with fewer than 5 earlier runs, or when nothing moves. Filled by `estimate`.
    pub eta_seconds: Option<u64>,
    /// Filled from the commit, see `lineage`.
    pub pull_request: Option<u64>,
    /// The jobs of the newest run of each workflow.
    pub jobs: Vec<Job>,
    /// Every run, oldest first; a rerun adds one. None until they were read.
    pub workflows: Option<Vec<Workflow>>,
    /// Set when the CI could not even start, for example a broken configuration.
    pub error: Option<String>,
    /// A setup workflow has yet to continue it: more workflows are to come.
    #[serde(default)]
    pub continues: bool,
    /// When what runs now, or ran last, began: later than `created_at` after a rerun.
    #[serde(default)]
    pub run_started_at: Option<Time>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Workflow {
    pub id: String,
    pub name: String,
    pub status: PipelineStatus,
    pub created_at: Option<Time>,
    pub stopped_at: Option<Time>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Job {
    pub id: String,
    /// What logs are asked by; None for a hold and for jobs not started.
    pub number: Option<u64>,
    pub workflow: String,
    pub name: String,
    pub status: JobStatus,
    pub duration_seconds: Option<f64>,
    pub started_at: Option<Time>,
    pub stopped_at: Option<Time>,
    /// Ids of the jobs it waits for.
    pub dependencies: Vec<String>,
    /// Set on a hold: what an approval names.
    pub approval_id: Option<String>,
    /// The usual duration from earlier runs. Filled by `estimate`.
    pub usual_seconds: Option<f64>,
    pub url: Option<String>,
}

impl Pipeline {
    /// The newest run of each workflow by name.
    pub fn newest_workflows(&self) -> Vec<&Workflow> {
        let mut newest: Vec<&Workflow> = Vec::new();
        for workflow in self.workflows.iter().flatten() {
            match newest.iter_mut().find(|w| w.name == workflow.name) {
                Some(slot) if slot.created_at <= workflow.created_at => *slot = workflow,
                Some(_) => {}
                None => newest.push(workflow),
            }
        }
        newest
    }

    /// Whether it was made later. Numbers need not grow: GitHub Actions counts each workflow's.
    pub fn is_newer_than(&self, other: &Self) -> bool {
        (self.created_at, self.number) > (other.created_at, other.number)
    }

    /// When the present run began: the earliest of the newest runs that still move, else the
    /// latest of them all. A rerun of yesterday's pipeline began today.
    pub fn run_began(&self) -> Option<Time> {
        let newest = self.newest_workflows();
        let moving =
            newest.iter().filter(|w| w.status.is_moving() || w.status == PipelineStatus::OnHold).filter_map(|w| w.created_at).min();
        moving.or_else(|| newest.iter().filter_map(|w| w.created_at).max()).or(self.created_at)
    }

    /// Whether any workflow ran more than once.
    pub fn was_rerun(&self) -> bool {
        self.workflows.as_ref().is_some_and(|all| all.len() > self.newest_workflows().len())
    }

    pub fn failed_job(&self) -> Option<&Job> {
        self.jobs.iter().find(|j| j.status == JobStatus::Failed)
    }

    pub fn waiting_approval(&self) -> Option<&Job> {
        self.jobs.iter().find(|j| j.status == JobStatus::OnHold && j.approval_id.is_some())
    }
}

/// The status of a pipeline from those of the newest runs of its workflows, worst first.
pub fn combine(statuses: impl IntoIterator<Item = PipelineStatus>) -> PipelineStatus {
    use PipelineStatus::*;
    let all: Vec<PipelineStatus> = statuses.into_iter().collect();
    let any = |s: PipelineStatus| all.contains(&s);
    match () {
        () if all.is_empty() => Queued,
        () if any(Failing) || (any(Failed) && (any(Running) || any(Queued))) => Failing,
        () if any(Failed) => Failed,
        () if any(Unknown) => Unknown,
        () if any(Running) => Running,
        () if any(OnHold) => OnHold,
        () if any(Canceled) => Canceled,
        () if any(Queued) && any(Passed) => Running,
        () if any(Queued) => Queued,
        () => Passed,
    }
}
