//! `slipway logs`: what a pipeline's failed jobs say. Of each its failed tests first, then the end of what failed.

mod read;
mod text;

use super::{engine, named};
use crate::arguments::values::PipelineName;
use crate::exit::Exit;
use crate::print;
use anyhow::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use slipway_domain::humanize::names_there_are;
use slipway_domain::pipeline::{Job, Pipeline};
use slipway_domain::status::{JobStatus, PipelineStatus};
use slipway_engine::PlanError;

/// The document of `--json`.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Document {
    pub(super) service: String,
    pub(super) pipeline: PipelineRef,
    /// The jobs that are printed: those that were asked for, else the failed ones and those that run.
    pub(super) logs: Vec<JobLog>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct PipelineRef {
    pub(super) id: String,
    pub(super) number: u64,
    pub(super) status: PipelineStatus,
    pub(super) title: Option<String>,
    pub(super) url: Option<String>,
    /// Every job of it.
    pub(super) jobs: Vec<JobRef>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct JobRef {
    pub(super) name: String,
    pub(super) status: JobStatus,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct JobLog {
    pub(super) name: String,
    pub(super) workflow: String,
    pub(super) status: JobStatus,
    pub(super) url: Option<String>,
    /// Null where the CI lists none, or they could not be read.
    pub(super) failed_tests: Option<Vec<FailedTest>>,
    pub(super) steps: Vec<StepLog>,
    /// What is missing, and why.
    pub(super) notes: Vec<String>,
    /// Whether all that is wanted of it was read.
    pub(super) read: bool,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct FailedTest {
    pub(super) name: String,
    pub(super) file: Option<String>,
    pub(super) message: String,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct StepLog {
    pub(super) name: String,
    pub(super) status: JobStatus,
    pub(super) seconds: Option<f64>,
    /// Plain text: control sequences are removed.
    pub(super) lines: Vec<String>,
    /// Bytes of the output before these lines.
    pub(super) omitted_bytes: u64,
}

/// `lines`: the most of a step; None: all of every step.
pub(super) async fn show(service: &str, pipeline: &PipelineName, job: Option<&str>, lines: Option<usize>, json: bool) -> Result<Exit> {
    let engine = engine(false).await?;
    let wanted = match named::service(&engine, service).and_then(|_| named::pipeline(&engine, service, pipeline)) {
        Ok(wanted) => wanted,
        Err(unknown) => return Ok(usage(&unknown)),
    };
    let pipeline = match engine.pipeline(service, &wanted).await {
        Ok(pipeline) => pipeline,
        Err(error @ (PlanError::NotFound(_) | PlanError::Ambiguous(_))) => return Ok(usage(&error.to_string())),
        Err(error @ (PlanError::Impossible(_) | PlanError::Read(_))) => {
            print::say(&error.to_string());
            return Ok(Exit::Failed);
        }
    };
    let jobs = match chosen(&pipeline, job) {
        Ok(jobs) => jobs,
        Err(unknown) => return Ok(usage(&unknown)),
    };
    let mut logs = Vec::with_capacity(jobs.len());
    if !json {
        print::lines(&text::overview(&pipeline, &jobs, job.is_some()))?;
    }
    for one in jobs {
        let log = read::job(&engine, service, one, lines).await;
        if !json {
            print::text(&text::job(&log))?;
        }
        logs.push(log);
    }
    let unread = logs.iter().any(|log| !log.read);
    if json {
        print::json(&Document { service: service.to_owned(), pipeline: reference(pipeline), logs }, true)?;
    }
    Ok(if unread { Exit::Failed } else { Exit::Done })
}

fn usage(why: &str) -> Exit {
    print::say(why);
    Exit::Usage
}

/// The jobs of that name, whatever became of them; else those that failed, and those that run.
fn chosen<'a>(pipeline: &'a Pipeline, name: Option<&str>) -> Result<Vec<&'a Job>, String> {
    let Some(name) = name else {
        let failed = pipeline.jobs.iter().filter(|job| job.status == JobStatus::Failed);
        let running = pipeline.jobs.iter().filter(|job| job.status == JobStatus::Running);
        return Ok(failed.chain(running).collect());
    };
    let named: Vec<&Job> = pipeline.jobs.iter().filter(|job| job.name == name).collect();
    if named.is_empty() {
        let names: Vec<&str> = pipeline.jobs.iter().map(|job| job.name.as_str()).collect();
        return Err(format!("Pipeline #{} has no job {name}. {}", pipeline.number, names_there_are(name, &names)));
    }
    Ok(named)
}

fn reference(pipeline: Pipeline) -> PipelineRef {
    let Pipeline { id, number, status, title, url, jobs, .. } = pipeline;
    let jobs = jobs.into_iter().map(|job| JobRef { name: job.name, status: job.status }).collect();
    PipelineRef { id, number, status, title, url, jobs }
}
