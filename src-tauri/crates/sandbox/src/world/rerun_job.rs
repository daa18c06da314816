//! Runs one job again, and the jobs that need it.

use std::sync::Arc;

use super::pipeline::JobStatus;
use super::refusal::Refusal;
use super::state::World;

impl World {
    /// A new workflow in the same pipeline, in which all jobs are kept except this one and those that need it.
    pub fn rerun_job(&mut self, service: usize, workflow: usize, job: usize) -> Result<Arc<str>, Refusal> {
        let old = self.services[service].workflows[workflow].clone();
        if !old.status.is_over() {
            return Err(Refusal::new(403, "This workflow is already running"));
        }
        let Some(asked) = old.jobs.get(job).filter(|job| job.started.is_some()) else {
            return Err(Refusal::new(403, "This job cannot be retried"));
        };
        let mut again = vec![false; old.jobs.len()];
        // The dependencies of a job precede it.
        for (n, job) in old.jobs.iter().enumerate() {
            again[n] = job.number == asked.number || job.needs.iter().any(|needed| again[*needed]);
        }
        let revision = self.services[service].pipelines[old.pipeline].revision.clone();
        let mut jobs = self.jobs_of(service, &revision, &old.name, None);
        let kept =
            |n: usize, status: JobStatus| !again[n] && matches!(status, JobStatus::Success | JobStatus::Failed | JobStatus::Canceled);
        for (n, (new, was)) in jobs.iter_mut().zip(&old.jobs).enumerate() {
            if kept(n, was.status) {
                *new = was.clone();
            }
        }
        let made = self.start_workflow(service, old.pipeline, &old.name, jobs);
        Ok(self.services[service].workflows[made].id.clone())
    }
}
