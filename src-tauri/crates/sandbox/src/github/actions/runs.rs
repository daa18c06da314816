//! Runs and their jobs as the world has them, and their ids.

use crate::world::pipeline::{Job, JobStatus, RELEASE, SCAN, Workflow};
use crate::world::{Ci, Service, World};

/// A run: `file` is an index into [`FILES`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    pub pipeline: usize,
    pub file: usize,
}

/// Name and path of each workflow.
pub(crate) const FILES: [(&str, &str); 3] =
    [(SCAN, ".github/workflows/codeql.yml"), (RELEASE, ".github/workflows/release.yml"), ("nightly", ".github/workflows/nightly.yml")];

const FIRST_RUN: u64 = 17_003_000_000;
const FIRST_JOB: u64 = 46_100_000_000;
const PER_SERVICE: u64 = 1_000_000;

/// The environment that has a reviewer, where an approval job names none.
const ENVIRONMENT: &str = "production";

impl Run {
    pub(crate) fn id(self, service: usize) -> u64 {
        FIRST_RUN + service as u64 * PER_SERVICE + self.pipeline as u64 * 10 + self.file as u64
    }

    pub(crate) fn find(service: usize, s: &Service, id: u64) -> Option<Self> {
        if s.ci != Ci::Actions {
            return None;
        }
        let place = id.checked_sub(FIRST_RUN + service as u64 * PER_SERVICE).filter(|place| *place < PER_SERVICE)?;
        let run = Self { pipeline: (place / 10) as usize, file: (place % 10) as usize };
        (run.file < FILES.len() && !run.attempts(s).is_empty()).then_some(run)
    }

    /// Indices of the service's workflows, oldest first.
    pub(crate) fn attempts(self, s: &Service) -> Vec<usize> {
        let Some((name, _)) = FILES.get(self.file) else { return Vec::new() };
        let of_it = |(_, w): &(usize, &Workflow)| w.pipeline == self.pipeline && *w.name == **name;
        s.workflows.iter().enumerate().filter(of_it).map(|(n, _)| n).collect()
    }
}

/// The newest attempt of a run, as an index into the service's workflows.
pub(crate) fn workflow_of_run(s: &Service, service: usize, id: u64) -> Option<usize> {
    Run::find(service, s, id)?.attempts(s).last().copied()
}

/// The workflow in which a job last ran.
pub(crate) fn workflow_of_job(s: &Service, service: usize, id: u64) -> Option<usize> {
    let (run, ..) = job(s, service, id)?;
    run.attempts(s).last().copied()
}

pub(crate) fn job_id(service: usize, job: &Job) -> Option<u64> {
    Some(FIRST_JOB + service as u64 * PER_SERVICE + job.number?)
}

/// The environment that an approval job is for: its own, or the one with a reviewer; with its id.
pub(crate) fn environment_of(service: usize, s: &Service, hold: &Job) -> (&'static str, u64) {
    let named = s.environment_in(&hold.name).map_or(ENVIRONMENT, |environment| environment.name);
    let place = s.environments.iter().position(|environment| environment.name == named).unwrap_or_default() as u64;
    (named, 161_171_000 + service as u64 + place * PER_SERVICE)
}

/// The run, the attempt (from 0) that first ran the job, and the index of the job there.
pub(crate) fn job(s: &Service, service: usize, id: u64) -> Option<(Run, usize, usize)> {
    for pipeline in (0..s.pipelines.len()).rev() {
        for run in (0..FILES.len()).map(|file| Run { pipeline, file }) {
            for (attempt, w) in run.attempts(s).into_iter().enumerate() {
                let found = s.workflows[w].jobs.iter().position(|job| job_id(service, job) == Some(id));
                if let Some(job) = found {
                    return Some((run, attempt, job)).filter(|_| s.ci == Ci::Actions);
                }
            }
        }
    }
    None
}

/// Whether a check run's id is that of a job.
pub(crate) fn has_job(world: &World, service: usize, id: u64) -> bool {
    job(&world.services[service], service, id).is_some()
}

/// The approval jobs that wait, by index.
pub(crate) fn waiting_holds(workflow: &Workflow) -> Vec<usize> {
    let waits = |job: &Job| job.approval.is_some() && job.status == JobStatus::OnHold;
    workflow.jobs.iter().enumerate().filter(|(_, job)| waits(job)).map(|(n, _)| n).collect()
}

/// GitHub's id of a workflow file.
pub(crate) fn workflow_file_id(service: usize, file: usize) -> usize {
    9_100_000 + service * 10 + file
}
