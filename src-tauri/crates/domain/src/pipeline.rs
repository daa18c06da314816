//! The CI's run for a commit: pipeline, workflows, jobs.

use crate::status::{JobStatus, PipelineStatus, vocabulary};
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

vocabulary!(
    /// What started a pipeline. Manual: a person, in the CI's own pages; api: a program or a person, by a request.
    Trigger { Push = "push", Schedule = "schedule", Api = "api", Manual = "manual", Other = "other" });

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
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
    /// None: the CI did not tell.
    #[serde(default)]
    pub trigger: Option<Trigger>,
    /// Whether it runs what a push to the branch runs, whatever triggered it; None where that is not
    /// known. Filled by `evidence::push_workflows`.
    #[serde(default)]
    pub runs_push_workflows: Option<bool>,
    /// Why nothing of it ran and nothing will, where that is known.
    #[serde(default)]
    pub nothing_ran: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Workflow {
    pub id: String,
    pub name: String,
    pub status: PipelineStatus,
    pub created_at: Option<Time>,
    pub stopped_at: Option<Time>,
    /// It only makes the configuration that the pipeline continues with.
    #[serde(default)]
    pub setup: bool,
    /// A job of it that failed. It stays when the workflow is cancelled afterwards.
    #[serde(default)]
    pub failed_job: Option<String>,
    /// Why it could not even start: running it again changes nothing.
    #[serde(default)]
    pub error: Option<String>,
    /// The CI no longer has its jobs.
    #[serde(default)]
    pub jobs_gone: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Job {
    pub id: String,
    /// By what the CI is asked for its log; None for an approval and for jobs that have not started.
    pub number: Option<u64>,
    pub workflow: String,
    pub name: String,
    pub status: JobStatus,
    pub duration_seconds: Option<f64>,
    pub started_at: Option<Time>,
    pub stopped_at: Option<Time>,
    /// Ids of the jobs it waits for.
    pub dependencies: Vec<String>,
    /// Set on a job that is an approval: the id by which it is approved.
    pub approval_id: Option<String>,
    /// The usual duration from earlier runs. Filled by `estimate`.
    pub usual_seconds: Option<f64>,
    pub url: Option<String>,
}

impl Workflow {
    /// A run of which only these three are known.
    pub fn bare(id: impl Into<String>, name: impl Into<String>, status: PipelineStatus) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            status,
            created_at: None,
            stopped_at: None,
            setup: false,
            failed_job: None,
            error: None,
            jobs_gone: false,
        }
    }
}

impl Pipeline {
    /// Whether it is a change on its way to be released. Where its workflows do not tell, what triggered it
    /// does.
    pub fn is_of_push(&self) -> bool {
        self.runs_push_workflows.unwrap_or(matches!(self.trigger, None | Some(Trigger::Push)))
    }

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

    /// Whether it was made later. Numbers need not grow: some CIs count each workflow's.
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
        () if all.iter().all(|status| *status == Queued) => Queued,
        // What is queued will run, whatever became of the others.
        () if any(Running) || any(Queued) => Running,
        () if any(OnHold) => OnHold,
        () if any(Canceled) => Canceled,
        () => Passed,
    }
}
