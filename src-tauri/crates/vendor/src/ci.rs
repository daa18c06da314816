//! What runs a commit's checks and releases it.

use crate::{Identity, LogText, ReadError, SendError};
use async_trait::async_trait;
use slipway_domain::pipeline::Pipeline;
use slipway_domain::status::JobStatus;

/// What runs a commit's checks and releases it.
#[async_trait]
pub trait Ci: Send + Sync {
    fn abilities(&self) -> CiAbilities;
    /// The newest pipelines of `branch`, newest first, as the list tells them: `workflows` is
    /// None for those whose workflows must still be read, and `status` Unknown where the list
    /// does not tell it. One request.
    async fn pipelines(&self, project: &str, branch: &str) -> Result<Vec<Pipeline>, ReadError>;
    /// [`Self::pipelines`] leaves out what no push started: see [`Self::other_pipelines`].
    fn lists_only_pushes(&self) -> bool {
        false
    }
    /// The newest pipelines of `branch` that no push started, where [`Self::pipelines`] leaves them out,
    /// told alike. One request.
    async fn other_pipelines(&self, _project: &str, _branch: &str) -> Result<Vec<Pipeline>, ReadError> {
        Ok(Vec::new())
    }
    /// `pipeline` with its workflows and jobs read again: one request for the workflows, one
    /// per newest workflow for its jobs. Jobs of a workflow in `known_over` whose status has not
    /// changed are taken from `pipeline` instead of being asked again.
    async fn details(&self, pipeline: &Pipeline) -> Result<Pipeline, ReadError>;
    /// The newest runs of the project's workflows on `branch`, whatever pipeline they belong to,
    /// in one request: what shows a rerun of an old pipeline. None where the CI has no such list.
    async fn newest_runs(&self, _project: &str, _branch: &str) -> Result<Option<Vec<RunRef>>, ReadError> {
        Ok(None)
    }
    /// The pipeline a workflow belongs to, as a list would tell it. At most two requests.
    async fn pipeline_of(&self, project: &str, _workflow: &str) -> Result<Pipeline, ReadError> {
        Err(ReadError::NotFound(format!("{project} does not tell the pipeline of a workflow")))
    }
    /// Durations in seconds of the newest passed runs on `branch`, newest first, from the CI's
    /// own statistics; an empty list where it has none. At most two requests.
    async fn past_durations(&self, project: &str, branch: &str, workflow: &str) -> Result<PastDurations, ReadError>;
    async fn steps(&self, project: &str, job_number: u64) -> Result<Vec<LogStep>, ReadError>;
    /// A step's output. Fetched without credentials. At most 5 MB, the tail.
    async fn step_output(&self, output_url: &str) -> Result<LogText, ReadError>;
    async fn failed_tests(&self, project: &str, job_number: u64) -> Result<Vec<FailedTest>, ReadError>;
    /// What a job kept, as links for a browser; at most 1,000. NotFound where the CI does not keep
    /// them by job.
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

/// What a CI can tell, so that nobody needs to ask which one it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CiAbilities {
    /// A job's output can be read while the job runs; else only once it is over.
    pub live_log: bool,
    /// Failed tests are listed; else only the log names them.
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

/// A run of a workflow, by what tells it from others.
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
