//! What moves a pipeline: jobs start when what they need has passed, and their workflow's status follows.

use std::sync::Arc;

use super::commit::{Flaw, Oid, Person};
use super::event::Event;
use super::pipeline::{Job, JobStatus, Pipeline, RELEASE, RELEASE_JOB, SCAN, SETUP, Status, Trigger, WORKFLOW, Workflow};
use super::planned_failure::PlannedFailureKind;
use super::service::Ci;
use super::state::World;

const PARALLEL: [(&str, f64); 6] =
    [("lint", 55.0), ("unit-1", 190.0), ("unit-2", 205.0), ("integration", 380.0), ("typescript", 95.0), ("deploy", 250.0)];

impl World {
    pub fn start_pipeline(&mut self, service: usize, revision: &Oid, actor: &Arc<Person>) -> usize {
        let flaky = match self.take_planned_failure(service, false) {
            Some(PlannedFailureKind::FlakyJob(name)) => Some(name),
            _ => None,
        };
        let setup = self.services[service].shape.setup.is_some();
        let pipeline = self.add_pipeline(service, revision, actor, Trigger::Push);
        self.services[service].pipelines[pipeline].setup = setup;
        if setup {
            let jobs = self.one_job(service, "generate-config", 20.0);
            let workflow = self.start_workflow(service, pipeline, SETUP, jobs);
            self.services[service].workflows[workflow].tag = Some("setup");
            return pipeline;
        }
        self.start_workflows(service, pipeline, flaky.as_deref());
        pipeline
    }

    /// A pipeline without running jobs.
    pub fn add_pipeline(&mut self, service: usize, revision: &Oid, actor: &Arc<Person>, trigger: Trigger) -> usize {
        let (id, created) = (self.rng.uuid(), self.now);
        let s = &mut self.services[service];
        let number = s.next_pipeline;
        s.next_pipeline += 1;
        let (revision, actor, branch) = (revision.clone(), actor.clone(), "main".into());
        let (setup, error, forgotten, poisoned) = (false, None, false, false);
        s.pipelines.push(Pipeline { id, number, revision, branch, created, actor, setup, trigger, error, forgotten, poisoned });
        s.pipelines.len() - 1
    }

    /// The setup workflow has continued the pipeline.
    pub fn continue_pipeline(&mut self, service: usize, pipeline: usize) {
        self.services[service].pipelines[pipeline].setup = false;
        self.start_workflows(service, pipeline, None);
    }

    pub(super) fn start_workflows(&mut self, service: usize, pipeline: usize, flaky: Option<&str>) {
        let revision = self.services[service].pipelines[pipeline].revision.clone();
        let names: &[&'static str] = match self.services[service].ci {
            Ci::Circleci => &[WORKFLOW],
            Ci::Actions => &[SCAN, RELEASE],
        };
        for name in names {
            let jobs = self.plan_jobs(service, name, &revision, flaky);
            self.start_workflow(service, pipeline, name, jobs);
        }
        let shape = self.services[service].shape.clone();
        for name in &shape.also {
            let jobs = self.jobs_of(service, &revision, name, flaky);
            self.start_workflow(service, pipeline, name, jobs);
        }
        for name in &shape.idle {
            let workflow = self.start_workflow(service, pipeline, name, Vec::new());
            let now = self.now;
            let w = &mut self.services[service].workflows[workflow];
            (w.status, w.stopped) = (Status::NotRun, Some(now));
        }
    }

    /// The names of the jobs of its next pipeline.
    pub fn jobs_to_come(&self, service: usize) -> Vec<String> {
        let s = &self.services[service];
        let mut names: Vec<String> = PARALLEL.iter().map(|(name, _)| (*name).to_owned()).collect();
        if s.ci == Ci::Actions {
            names.push("analyze".to_owned());
        }
        names.extend(s.shape.also.iter().map(|workflow| format!("{workflow}-job")));
        let own = |hold: &Arc<str>| s.environment_in(hold).map_or_else(|| RELEASE_JOB.to_owned(), |e| format!("{RELEASE_JOB}-{}", e.name));
        let releases: Vec<String> = s.shape.holds.iter().map(own).collect();
        names.extend(if releases.is_empty() { vec![RELEASE_JOB.to_owned()] } else { releases });
        names
    }

    /// The jobs of a workflow by its name.
    pub fn jobs_of(&mut self, service: usize, revision: &Oid, workflow: &str, flaky: Option<&str>) -> Vec<Job> {
        match workflow {
            WORKFLOW | RELEASE | SCAN => self.plan_jobs(service, workflow, revision, flaky),
            SETUP => self.one_job(service, "generate-config", 20.0),
            name => {
                let mut jobs = self.one_job(service, &format!("{name}-job"), 120.0);
                jobs[0].fails = flaky == Some(jobs[0].name.as_str());
                jobs
            }
        }
    }

    fn one_job(&mut self, service: usize, name: &str, seconds: f64) -> Vec<Job> {
        vec![self.job(service, name, Vec::new(), seconds)]
    }

    /// The jobs of the project's configuration, for the code at `revision`.
    pub fn plan_jobs(&mut self, service: usize, workflow: &str, revision: &Oid, flaky: Option<&str>) -> Vec<Job> {
        let flaws = self.services[service].repo.flaws(revision);
        let fails = |name: &str| flaky == Some(name) || flaws.contains(&Flaw::FailsJob(name.into()));
        let mut jobs = Vec::new();
        if workflow == SCAN {
            let seconds = self.rng.jitter(150.0);
            let mut job = self.job(service, "analyze", Vec::new(), seconds);
            job.fails = fails("analyze");
            return vec![job];
        }
        for (name, seconds) in PARALLEL {
            let seconds = self.rng.jitter(seconds);
            let mut job = self.job(service, name, Vec::new(), seconds);
            job.fails = fails(name);
            jobs.push(job);
        }
        self.add_releases(service, &mut jobs, fails);
        jobs
    }

    /// The release jobs, each after its approval job where there is one.
    fn add_releases(&mut self, service: usize, jobs: &mut Vec<Job>, fails: impl Fn(&str) -> bool) {
        let checks: Vec<usize> = (0..jobs.len()).collect();
        let s = &self.services[service];
        let mut holds: Vec<Arc<str>> = s.shape.holds.clone();
        if holds.is_empty() && s.approval {
            holds.push("approve-release".into());
        }
        let mut add = |world: &mut Self, name: &str, needs: Vec<usize>| {
            let mut release = world.job(service, name, needs, 0.0);
            release.fails = fails(name);
            jobs.push(release);
            jobs.len() - 1
        };
        if holds.is_empty() {
            add(self, "release", checks);
            return;
        }
        for name in holds {
            let hold = add(self, &name, checks.clone());
            let own = self.services[service].environment_in(&name).map(|environment| format!("release-{}", environment.name));
            add(self, own.as_deref().unwrap_or("release"), vec![hold]);
        }
        for hold in jobs.iter_mut().skip(checks.len()).filter(|job| !job.name.starts_with(RELEASE_JOB)) {
            (hold.number, hold.approval) = (None, Some(self.rng.uuid()));
        }
    }

    fn job(&mut self, service: usize, name: &str, needs: Vec<usize>, seconds: f64) -> Job {
        let id = self.rng.uuid();
        let s = &mut self.services[service];
        let number = s.next_job;
        s.next_job += 1;
        Job {
            id,
            number: Some(number),
            name: name.into(),
            status: JobStatus::Blocked,
            needs,
            seconds,
            fails: false,
            created: self.now,
            queued: None,
            started: None,
            stopped: None,
            approval: None,
            approved_by: None,
            releases: Vec::new(),
        }
    }

    pub fn start_workflow(&mut self, service: usize, pipeline: usize, name: &str, jobs: Vec<Job>) -> usize {
        let workflow = Workflow {
            id: self.rng.uuid(),
            name: name.into(),
            pipeline,
            jobs,
            status: Status::Running,
            created: self.now,
            stopped: None,
            canceled_by: None,
            tag: None,
        };
        self.services[service].workflows.push(workflow);
        let at = self.services[service].workflows.len() - 1;
        self.release_ready_jobs(service, at);
        at
    }

    /// Queues every blocked job whose dependencies have passed, and updates the workflow's status.
    pub fn release_ready_jobs(&mut self, service: usize, workflow: usize) {
        let now = self.now;
        let held = self.services[service].held;
        let w = &mut self.services[service].workflows[workflow];
        let mut starts = Vec::new();
        let passed: Vec<bool> = w.jobs.iter().map(|j| j.status == JobStatus::Success).collect();
        for (n, job) in w.jobs.iter_mut().enumerate() {
            if job.status != JobStatus::Blocked || !job.needs.iter().all(|n| passed[*n]) {
                continue;
            }
            if job.approval.is_some() {
                job.status = JobStatus::OnHold;
                job.started = Some(now);
                continue;
            }
            job.status = JobStatus::Queued;
            job.queued = Some(now);
            starts.push(n);
        }
        for job in starts {
            let seconds = self.rng.between(2.0, 6.0);
            if !held {
                self.later(seconds, Event::JobStarts { service, workflow, job });
            }
        }
        self.settle(service, workflow);
    }

    pub fn job_starts(&mut self, service: usize, workflow: usize, job: usize) {
        let now = self.now;
        let j = &mut self.services[service].workflows[workflow].jobs[job];
        if j.status != JobStatus::Queued {
            return;
        }
        j.status = JobStatus::Running;
        j.started = Some(now);
        let (name, seconds) = (j.name.clone(), j.seconds);
        if name.starts_with(RELEASE_JOB) {
            let seconds = self.rng.between(4.0, 8.0);
            return self.later(seconds, Event::Releases { service, workflow, job });
        }
        if name == "deploy" {
            self.builds_start(service, workflow);
        }
        // A failing job fails before its end.
        let seconds = if self.services[service].workflows[workflow].jobs[job].fails { seconds * 0.6 } else { seconds };
        self.later(seconds, Event::JobEnds { service, workflow, job });
    }

    pub fn job_ends(&mut self, service: usize, workflow: usize, job: usize) {
        let now = self.now;
        let j = &mut self.services[service].workflows[workflow].jobs[job];
        if j.status != JobStatus::Running {
            return;
        }
        j.status = if j.fails { JobStatus::Failed } else { JobStatus::Success };
        j.stopped = Some(now);
        let (name, fails) = (j.name.clone(), j.fails);
        if name == "deploy" {
            self.builds_end(service, workflow, !fails);
        }
        self.release_ready_jobs(service, workflow);
    }

    /// Updates the workflow's status from its jobs.
    pub fn settle(&mut self, service: usize, workflow: usize) {
        let now = self.now;
        let w = &mut self.services[service].workflows[workflow];
        if w.status.is_over() {
            return;
        }
        let any = |s: JobStatus| w.jobs.iter().any(|j| j.status == s);
        let moving = any(JobStatus::Running) || any(JobStatus::Queued);
        w.status = match () {
            () if any(JobStatus::Failed) && moving => Status::Failing,
            () if any(JobStatus::Failed) => Status::Failed,
            () if moving => Status::Running,
            () if any(JobStatus::OnHold) => Status::OnHold,
            () if w.jobs.iter().all(|j| j.status == JobStatus::Success) => Status::Success,
            () => Status::Running,
        };
        if matches!(w.status, Status::Success | Status::Failed) {
            w.stopped = Some(now);
            for job in w.jobs.iter_mut().filter(|j| matches!(j.status, JobStatus::Blocked | JobStatus::OnHold)) {
                job.status = JobStatus::NotRun;
            }
        }
        let (passed, pipeline) = (w.status == Status::Success && *w.name == *SETUP, w.pipeline);
        if passed && self.services[service].shape.setup == Some(true) && self.services[service].pipelines[pipeline].setup {
            self.later(4.0, Event::Continues { service, pipeline });
        }
    }
}
