//! Actions of a person on a workflow: rerun, cancel, approve.

use std::sync::Arc;

use super::event::Event;
use super::pipeline::{JobStatus, Status};
use super::refusal::Refusal;
use super::service::Service;
use super::state::World;

impl World {
    pub fn workflow(&self, id: &str) -> Option<(usize, usize)> {
        let find = |(s, service): (usize, &Service)| service.workflows.iter().rposition(|w| *w.id == *id).map(|w| (s, w));
        self.services.iter().enumerate().find_map(find)
    }

    /// Starts a new workflow in the same pipeline. From failed: jobs that passed are kept.
    pub fn rerun(&mut self, service: usize, workflow: usize, from_failed: bool) -> Result<Arc<str>, Refusal> {
        let old = self.services[service].workflows[workflow].clone();
        if !old.status.is_over() || old.status == Status::NotRun {
            return Err(Refusal::new(400, "Cannot rerun a workflow that is still running."));
        }
        if from_failed && !old.jobs.iter().any(|j| matches!(j.status, JobStatus::Failed | JobStatus::Canceled)) {
            return Err(Refusal::new(400, "Cannot rerun from failed: the workflow has no failed jobs."));
        }
        let revision = self.services[service].pipelines[old.pipeline].revision.clone();
        let mut jobs = self.jobs_of(service, &revision, &old.name, None);
        if from_failed {
            for (job, was) in jobs.iter_mut().zip(&old.jobs).filter(|(_, was)| was.status == JobStatus::Success) {
                *job = was.clone();
            }
        }
        let new = self.start_workflow(service, old.pipeline, &old.name, jobs);
        let w = &mut self.services[service].workflows[new];
        w.tag = from_failed.then_some("rerun-workflow-from-failed");
        Ok(w.id.clone())
    }

    pub fn cancel(&mut self, service: usize, workflow: usize, by: &Arc<str>) -> Result<(), Refusal> {
        let now = self.now;
        let w = &mut self.services[service].workflows[workflow];
        if w.status.is_over() {
            return Err(Refusal::new(400, "The workflow is not running and cannot be canceled."));
        }
        let mut builds = false;
        for job in w.jobs.iter_mut().filter(|j| !j.done()) {
            builds |= job.name == "deploy" && job.status == JobStatus::Running;
            let ran = matches!(job.status, JobStatus::Running | JobStatus::Queued | JobStatus::OnHold);
            job.status = if ran { JobStatus::Canceled } else { JobStatus::NotRun };
            job.stopped = ran.then_some(now);
        }
        w.status = Status::Canceled;
        w.stopped = Some(now);
        w.canceled_by = Some(by.clone());
        if builds {
            self.builds_end(service, workflow, false);
        }
        Ok(())
    }

    pub fn approve(&mut self, service: usize, workflow: usize, request: &str, by: &str) -> Result<(), Refusal> {
        let now = self.now;
        let w = &mut self.services[service].workflows[workflow];
        let job = w.jobs.iter_mut().find(|j| j.approval.as_deref() == Some(request));
        let job = job.ok_or_else(|| Refusal::new(404, "Approval request not found."))?;
        if job.status != JobStatus::OnHold {
            return Err(Refusal::new(400, "The job is not awaiting approval."));
        }
        job.status = JobStatus::Success;
        job.stopped = Some(now);
        job.approved_by = Some(by.to_owned());
        self.release_ready_jobs(service, workflow);
        Ok(())
    }

    /// A reviewer rejects, so the release job fails.
    pub fn reject(&mut self, service: usize, workflow: usize, request: &str, by: &str) -> Result<(), Refusal> {
        let now = self.now;
        let w = &mut self.services[service].workflows[workflow];
        let job = w.jobs.iter_mut().find(|j| j.approval.as_deref() == Some(request) && j.status == JobStatus::OnHold);
        let job = job.ok_or_else(|| Refusal::new(404, "Approval request not found."))?;
        (job.status, job.stopped, job.approved_by) = (JobStatus::Failed, Some(now), Some(by.to_owned()));
        self.settle(service, workflow);
        Ok(())
    }

    /// Stops new jobs from starting, or starts those that wait.
    pub fn hold(&mut self, service: usize, held: bool) {
        self.services[service].held = held;
        if held {
            return;
        }
        let mut waiting = Vec::new();
        for (w, workflow) in self.services[service].workflows.iter().enumerate() {
            let queued = workflow.jobs.iter().enumerate().filter(|(_, j)| j.status == JobStatus::Queued);
            waiting.extend(queued.map(|(j, _)| (w, j)));
        }
        for (workflow, job) in waiting {
            self.later(1.0, Event::JobStarts { service, workflow, job });
        }
    }
}
