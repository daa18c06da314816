//! The CI's pipelines, whichever it is: workflows, and jobs that run in parallel and wait for one another.

use std::sync::Arc;

use super::git::{Flaw, Person};
use super::triggered_pipelines::Trigger;
use super::{Ci, Event, Ms, Oid, PlannedFailureKind, World};

/// CircleCI's one workflow.
pub const WORKFLOW: &str = "build-release";
/// GitHub Actions' two.
pub const RELEASE: &str = "Build and release";
pub const SCAN: &str = "CodeQL";
pub const SETUP: &str = "setup";
/// `release`, or `release-ENVIRONMENT`.
pub const RELEASE_JOB: &str = "release";

#[derive(Debug, Clone)]
pub struct Pipeline {
    pub id: Arc<str>,
    pub number: u64,
    pub revision: Oid,
    pub branch: String,
    pub created: Ms,
    pub actor: Arc<Person>,
    /// A setup workflow has yet to continue it.
    pub setup: bool,
    pub trigger: Trigger,
    /// Its configuration is broken: nothing of it could start.
    pub error: Option<String>,
    /// What its workflows ran is not told any more.
    pub forgotten: bool,
    /// Its record in lists has another shape.
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
    /// Left out by its filters.
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
    /// Approval jobs only.
    pub approval: Option<Arc<str>>,
    pub approved_by: Option<String>,
    /// The release job's releases, (app, release).
    pub releases: Vec<(usize, usize)>,
}

impl Job {
    pub fn done(&self) -> bool {
        matches!(self.status, JobStatus::Success | JobStatus::Failed | JobStatus::Canceled | JobStatus::NotRun)
    }
}

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

    /// A pipeline of which nothing runs yet.
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

    /// The setup workflow has handed over.
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

    /// The names of the jobs that its next pipeline will consist of.
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

    /// Jobs as the project's configuration has them, for the code at `revision`.
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

    /// The release jobs, each behind its hold where there is one.
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

    /// Queues every blocked job whose needs have passed, and settles the workflow's status.
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
        // A failing job fails on the way, not at the end.
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

    /// The workflow's status follows from its jobs.
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
