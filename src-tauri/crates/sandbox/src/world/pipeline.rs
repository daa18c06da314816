//! The pipelines of the CI, whichever it is: what starts them, their workflows and jobs.

use std::sync::Arc;

use super::commit::{Oid, Person};
use super::time::Ms;

/// CircleCI's one workflow.
pub(crate) const WORKFLOW: &str = "build-release";
/// GitHub Actions' two.
pub(crate) const RELEASE: &str = "Build and release";
pub(crate) const SCAN: &str = "CodeQL";
pub(crate) const SETUP: &str = "setup";
/// `release`, or `release-ENVIRONMENT`.
pub(crate) const RELEASE_JOB: &str = "release";

#[derive(Debug, Clone)]
pub struct Pipeline {
    pub id: Arc<str>,
    pub number: u64,
    pub revision: Oid,
    pub branch: String,
    pub created: Ms,
    pub actor: Arc<Person>,
    /// A setup workflow has not continued it yet.
    pub setup: bool,
    pub trigger: Trigger,
    /// Its configuration is invalid, so nothing of it could start.
    pub error: Option<String>,
    /// The jobs of its workflows are no longer returned.
    pub forgotten: bool,
    /// Its record in lists has an invalid form.
    pub poisoned: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Running,
    Failing,
    OnHold,
    Success,
    Failed,
    Canceled,
    /// Skipped by its filters.
    NotRun,
}

impl Status {
    pub fn is_over(self) -> bool {
        matches!(self, Self::Success | Self::Failed | Self::Canceled | Self::NotRun)
    }
}

#[derive(Debug, Clone)]
pub struct Workflow {
    pub id: Arc<str>,
    pub name: Arc<str>,
    /// Index into the service's pipelines.
    pub pipeline: usize,
    pub jobs: Vec<Job>,
    pub status: Status,
    pub created: Ms,
    pub stopped: Option<Ms>,
    pub canceled_by: Option<Arc<str>>,
    pub tag: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobStatus {
    Blocked,
    Queued,
    Running,
    OnHold,
    Success,
    Failed,
    Canceled,
    NotRun,
}

#[derive(Debug, Clone)]
pub struct Job {
    pub id: Arc<str>,
    pub number: Option<u64>,
    pub name: String,
    pub status: JobStatus,
    /// Indices of jobs of the same workflow.
    pub needs: Vec<usize>,
    pub seconds: f64,
    pub fails: bool,
    pub created: Ms,
    pub queued: Option<Ms>,
    pub started: Option<Ms>,
    pub stopped: Option<Ms>,
    /// Only for approval jobs.
    pub approval: Option<Arc<str>>,
    pub approved_by: Option<String>,
    /// The releases of the release job: (app, release).
    pub releases: Vec<(usize, usize)>,
}

impl Job {
    pub fn done(&self) -> bool {
        matches!(self.status, JobStatus::Success | JobStatus::Failed | JobStatus::Canceled | JobStatus::NotRun)
    }
}

/// What starts a pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    Push,
    Schedule,
    /// By an API request.
    Api,
    /// By a person in the CI's web pages.
    Manual,
}

impl Trigger {
    /// GitHub's event name.
    pub fn event(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Schedule => "schedule",
            Self::Api => "repository_dispatch",
            Self::Manual => "workflow_dispatch",
        }
    }
}
