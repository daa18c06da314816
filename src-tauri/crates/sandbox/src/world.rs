//! The simulated world: repositories, pipelines and apps, and the clock that advances them.
//!
//! All times are in milliseconds since the world's `epoch`, a point in wall time. Advancing time moves the epoch
//! back, so past events become older and no time is ever in the future. Durations are divided by the speed when
//! they are scheduled.

pub mod contents;
pub mod degraded_reads;
pub mod deploy;
pub mod expected;
pub mod formation;
pub mod generate;
pub mod git;
pub mod heroku_pipeline;
pub mod history;
pub mod history_seed;
pub mod merge;
pub mod merge_criteria;
pub mod migrations;
pub mod open_pull_request;
pub mod pipeline;
pub mod promotion;
pub mod pull_request;
pub mod pull_request_order;
pub mod push;
pub mod queue;
pub mod release;
pub mod repository;
pub mod rerun;
pub mod rerun_job;
pub mod sample_data;
pub mod triggered_pipelines;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use contents::Contents;
use git::{Flaw, Repo, When};
use heroku_pipeline::HerokuPipeline;
use pipeline::{Pipeline, Workflow};
use release::{App, Slug};

use crate::rng::Rng;

/// Milliseconds since the world's epoch.
pub type Ms = i64;
pub type Oid = Arc<str>;

/// The CI that runs a service's pipelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ci {
    #[default]
    Circleci,
    /// One workflow builds and releases, another scans the code.
    Actions,
}

#[derive(Debug, Clone)]
pub struct Service {
    pub name: String,
    pub repo: Repo,
    pub ci: Ci,
    /// `gh/acme/storefront`
    pub slug: String,
    pub project_id: Arc<str>,
    /// A person approves between the checks and the release.
    pub approval: bool,
    pub environments: Vec<Environment>,
    pub pipelines: Vec<Pipeline>,
    pub workflows: Vec<Workflow>,
    pub next_job: u64,
    pub next_pipeline: u64,
    /// The other workflows of its pipelines, besides the one that builds and releases.
    pub shape: Shape,
    /// The CI is not notified of pushes (`POST /world {"deaf": …}`).
    pub deaf: bool,
    /// The project uses CircleCI's GitHub App: its pipelines have no `vcs` (`POST /world {"github_app": …}`).
    pub ci_app: bool,
    /// Queued jobs do not start (`POST /world {"hold": …}`).
    pub held: bool,
}

/// A project's configuration (`POST /world {"workflows": …}`).
#[derive(Debug, Clone, Default)]
pub struct Shape {
    /// A setup workflow runs first and continues the pipeline with the others; false: it never does.
    pub setup: Option<bool>,
    /// Further workflows of one job each.
    pub also: Vec<Arc<str>>,
    /// Workflows that are skipped by their filters.
    pub idle: Vec<Arc<str>>,
    /// Approvals before the release instead of the usual one. `approve-ENVIRONMENT` is followed by a release job
    /// for that environment only.
    pub holds: Vec<Arc<str>>,
}

/// Indices into `World::apps`.
#[derive(Debug, Clone)]
pub struct Environment {
    pub name: &'static str,
    pub app: usize,
    pub build_app: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    JobStarts { service: usize, workflow: usize, job: usize },
    JobEnds { service: usize, workflow: usize, job: usize },
    Releases { service: usize, workflow: usize, job: usize },
    PhaseEnds { app: usize, release: usize },
    DynosUp { app: usize, release: usize },
    Crashes { app: usize, release: usize },
    Continues { service: usize, pipeline: usize },
    Promotes { promotion: usize },
}

/// A failure that will happen to the next pipeline or merge of a service (None: of any service).
#[derive(Debug, Clone)]
pub struct PlannedFailure {
    pub service: Option<String>,
    pub what: PlannedFailureKind,
}

#[derive(Debug, Clone)]
pub enum PlannedFailureKind {
    /// The merged change carries this flaw until it is reverted.
    Flaw(Flaw),
    /// This job fails once; a rerun passes.
    FlakyJob(String),
}

#[derive(Debug, Clone)]
pub struct World {
    pub speed: f64,
    epoch: i64,
    /// By how many milliseconds the world's wall clock is ahead of the machine's.
    ahead: i64,
    pub now: Ms,
    pub rng: Rng,
    pub services: Vec<Service>,
    pub apps: Vec<App>,
    pub heroku_pipelines: Vec<HerokuPipeline>,
    /// Files of the `set-ups` scenario, by service; other services have the ordinary ones.
    pub contents: BTreeMap<usize, Contents>,
    /// Services that do not exist at CircleCI.
    pub beyond_circleci: BTreeSet<usize>,
    pub slugs: HashMap<Arc<str>, Slug>,
    pub promotions: Vec<promotion::Promotion>,
    events: BTreeMap<(Ms, u64), Event>,
    sequence: u64,
    pub planned_failures: Vec<PlannedFailure>,
    /// GitHub is an Enterprise Server without newer fields.
    pub older_github: bool,
    pub reading: degraded_reads::DegradedReads,
    /// The user of the tokens.
    pub viewer: Arc<git::Person>,
}

impl Service {
    /// The only environment that an approval or release job is for: the part of its name after the first dash.
    pub fn environment_in(&self, job: &str) -> Option<&Environment> {
        let (_, name) = job.split_once('-')?;
        self.environments.iter().find(|environment| environment.name == name)
    }
}

impl World {
    pub fn new(speed: f64, seed: u64) -> Self {
        Self {
            speed: speed.max(0.001),
            epoch: wall_ms(),
            ahead: 0,
            now: 0,
            rng: Rng::new(seed),
            services: Vec::new(),
            apps: Vec::new(),
            heroku_pipelines: Vec::new(),
            contents: BTreeMap::new(),
            beyond_circleci: BTreeSet::new(),
            slugs: HashMap::new(),
            promotions: Vec::new(),
            events: BTreeMap::new(),
            sequence: 1,
            planned_failures: Vec::new(),
            older_github: false,
            reading: degraded_reads::DegradedReads::default(),
            viewer: sample_data::person(0),
        }
    }

    /// Advances the world to the wall time.
    pub fn tick(&mut self) {
        self.run_until(wall_ms() + self.ahead - self.epoch);
        self.merge_waiting();
        self.run_queues();
    }

    /// Advances the clock by simulated seconds.
    pub fn advance(&mut self, seconds: f64) {
        self.epoch -= self.span(seconds);
        self.tick();
    }

    /// Sets the world's wall clock forward by wall seconds; past events keep their time stamps. For clients whose
    /// clock is set forward by as much.
    pub fn pass(&mut self, seconds: f64) {
        self.ahead += (seconds * 1000.0) as i64;
        self.tick();
    }

    pub fn run_until(&mut self, until: Ms) {
        while let Some((&key, _)) = self.events.first_key_value()
            && key.0 <= until
        {
            let event = self.events.remove(&key).expect("the first key is there");
            self.now = self.now.max(key.0);
            self.happen(event);
        }
        self.now = self.now.max(until);
    }

    /// Sets the time at which the following events of a history happen; they are made by the same simulation.
    pub fn set_past(&mut self, at: Ms) {
        self.now = at;
    }

    pub fn span(&self, seconds: f64) -> Ms {
        (seconds * 1000.0 / self.speed).round() as Ms
    }

    pub fn later(&mut self, seconds: f64, event: Event) {
        let at = self.now + self.span(seconds);
        let n = self.order();
        self.events.insert((at, n), event);
    }

    pub fn order(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::JobStarts { service, workflow, job } => self.job_starts(service, workflow, job),
            Event::JobEnds { service, workflow, job } => self.job_ends(service, workflow, job),
            Event::Releases { service, workflow, job } => self.copy_slugs(service, workflow, job),
            Event::PhaseEnds { app, release } => self.phase_ends(app, release),
            Event::DynosUp { app, release } => self.dynos_up(app, release),
            Event::Crashes { app, release } => self.crash(app, release),
            Event::Continues { service, pipeline } => self.continue_pipeline(service, pipeline),
            Event::Promotes { promotion } => self.promote_now(promotion),
        }
    }

    /// The wall time of a world time, in milliseconds.
    pub fn wall(&self, at: Ms) -> i64 {
        self.epoch + at
    }

    pub fn at_wall(&self, wall: i64) -> Ms {
        wall - self.epoch
    }

    /// `2026-11-23T12:00:00Z`, as GitHub and Heroku write times.
    pub fn stamp(&self, at: Ms) -> String {
        stamp(self.wall(at))
    }

    /// With milliseconds, as CircleCI writes times.
    pub fn stamp_ms(&self, at: Ms) -> String {
        timestamp(self.wall(at)).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
    }

    pub fn when(&self, when: When) -> String {
        match when {
            When::World(at) => self.stamp(at),
            When::True(wall) => stamp(wall),
        }
    }

    pub fn service(&self, name: &str) -> Option<usize> {
        self.services.iter().position(|s| s.name == name)
    }

    pub fn repo(&self, owner: &str, name: &str) -> Option<usize> {
        let same = |s: &Service| s.repo.owner.eq_ignore_ascii_case(owner) && s.repo.name.eq_ignore_ascii_case(name);
        let former = |s: &Service| s.repo.was_named(owner, name);
        self.services.iter().position(same).or_else(|| self.services.iter().position(former))
    }

    pub fn app(&self, name_or_id: &str) -> Option<usize> {
        self.apps.iter().position(|a| a.name == name_or_id || *a.id == *name_or_id)
    }

    /// Removes and returns the first planned failure of this kind for this service.
    pub fn take_planned_failure(&mut self, service: usize, flaw: bool) -> Option<PlannedFailureKind> {
        let name = &self.services[service].name;
        let fits =
            |o: &PlannedFailure| matches!(o.what, PlannedFailureKind::Flaw(_)) == flaw && o.service.as_ref().is_none_or(|s| s == name);
        let at = self.planned_failures.iter().position(fits)?;
        Some(self.planned_failures.remove(at).what)
    }
}

pub fn wall_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

fn timestamp(wall: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(wall).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

fn stamp(wall: i64) -> String {
    timestamp(wall).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
