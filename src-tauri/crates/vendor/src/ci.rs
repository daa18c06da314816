//! The CI role: what runs a commit's checks and releases it.

use crate::identity::Identity;
use async_trait::async_trait;
use slipway_domain::pipeline::{Pipeline, Workflow};
use slipway_domain::status::JobStatus;
use slipway_http::{LogText, ReadError, SendError};

/// Is told the workflows of a pipeline.
pub type WorkflowListener<'a> = dyn Fn(&[Workflow]) + Send + Sync + 'a;

/// Reads and controls the pipelines of a CI.
#[async_trait]
pub trait Ci: Send + Sync {
    fn abilities(&self) -> CiAbilities;
    /// The newest pipelines of `branch`, newest first, as the list reports them: `workflows` is None where they
    /// must still be read, and `status` is Unknown where the list does not report it. One request.
    async fn pipelines(&self, project: &str, branch: &str) -> Result<Vec<Pipeline>, ReadError>;
    /// Whether [`Self::pipelines`] leaves out pipelines that no push started: see [`Self::other_pipelines`].
    fn lists_only_pushes(&self) -> bool {
        false
    }
    /// The newest pipelines of `branch` that no push started, in the form of [`Self::pipelines`] and where that
    /// leaves them out. One request.
    async fn other_pipelines(&self, _project: &str, _branch: &str) -> Result<Vec<Pipeline>, ReadError> {
        Ok(Vec::new())
    }
    /// `pipeline` with its workflows and jobs read again: one request for the workflows, one per newest workflow
    /// for its jobs. The jobs of a workflow that was over before and whose status has not changed are taken from
    /// `pipeline`.
    async fn details(&self, pipeline: &Pipeline) -> Result<Pipeline, ReadError>;
    /// [`Self::details`]; `listed` is told the workflows as soon as they are known, which is before their jobs are, so
    /// that what only needs the name of one is asked for beside the jobs.
    async fn details_telling(&self, pipeline: &Pipeline, listed: &WorkflowListener<'_>) -> Result<Pipeline, ReadError> {
        let pipeline = self.details(pipeline).await?;
        listed(pipeline.workflows.as_deref().unwrap_or_default());
        Ok(pipeline)
    }
    /// The newest runs of the project's workflows on `branch`, of whichever pipeline, in one request; this is how a
    /// rerun of an old pipeline is noticed. None where the CI has no such list.
    async fn newest_runs(&self, _project: &str, _branch: &str) -> Result<Option<Vec<RunRef>>, ReadError> {
        Ok(None)
    }
    /// The pipeline that a workflow belongs to, in the form of [`Self::pipelines`]. At most two requests.
    async fn pipeline_of(&self, project: &str, _workflow: &str) -> Result<Pipeline, ReadError> {
        Err(ReadError::NotFound(format!("{project} does not tell the pipeline of a workflow")))
    }
    /// Durations in seconds of the newest passed runs on `branch`, newest first, from the CI's
    /// own statistics; an empty list where it has none. At most two requests.
    async fn past_durations(&self, project: &str, branch: &str, workflow: &str) -> Result<PastDurations, ReadError>;
    async fn steps(&self, project: &str, job_number: u64) -> Result<Vec<LogStep>, ReadError>;
    /// The output of a step, at most the last 5 MB. Fetched without credentials.
    async fn step_output(&self, output_url: &str) -> Result<LogText, ReadError>;
    async fn failed_tests(&self, project: &str, job_number: u64) -> Result<Vec<FailedTest>, ReadError>;
    /// What a job stored, as links for a browser; at most 1,000. NotFound where the CI does not store artifacts by
    /// job.
    async fn artifacts(&self, project: &str, _job_number: u64) -> Result<Vec<Artifact>, ReadError> {
        Err(ReadError::NotFound(format!("{project} keeps no artifacts by job")))
    }
    /// Returns the new workflow's id.
    async fn rerun_from_failed(&self, workflow: &str) -> Result<String, SendError>;
    async fn cancel(&self, workflow: &str) -> Result<(), SendError>;
    async fn approve(&self, workflow: &str, approval_id: &str) -> Result<(), SendError>;
    async fn whoami(&self) -> Result<Identity, ReadError>;
}

#[derive(Clone, Debug, Default)]
pub struct PastDurations {
    pub runs: Vec<f64>,
    /// Per job name: median, lowest, highest, number of runs.
    pub jobs: Vec<(String, slipway_domain::estimate::Estimate)>,
}

/// What a CI can do, so that no caller needs to know which one it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CiAbilities {
    /// The output of a job can be read while the job runs; else only after its end.
    pub live_log: bool,
    /// The failed tests are listed; else they are only in the log.
    pub failed_tests: bool,
}

#[derive(Clone, Debug)]
pub struct LogStep {
    pub name: String,
    pub status: JobStatus,
    pub output_url: Option<String>,
    pub seconds: Option<f64>,
    pub exit_code: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct FailedTest {
    pub name: String,
    pub file: Option<String>,
    pub message: String,
}

/// A run of a workflow, with what identifies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRef {
    pub workflow: String,
    pub commit: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    pub path: String,
    pub url: String,
}
