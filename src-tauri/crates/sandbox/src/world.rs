//! The simulated world: repositories, pipelines and apps, and the clock that moves them.
//!
//! Every stamp inside is in milliseconds since the world's `epoch`, a wall instant. Advancing time
//! moves the epoch back: what has happened is then longer ago, and no stamp is ever in the future.
//! Durations are divided by the speed when they are scheduled.

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

/// Whose CI runs a service's pipelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ci {
    #[default]
    Circleci,
    /// One workflow builds and releases, another looks through the code beside it.
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
    /// What a pipeline of it consists of beside the workflow that builds and releases.
    pub shape: Shape,
    /// The CI hears of no push (`POST /world {"deaf": …}`).
    pub deaf: bool,
    /// The project is CircleCI's GitHub App's: its pipelines have no `vcs` (`POST /world {"github_app": …}`).
    pub ci_app: bool,
    /// Pipelines wait here instead of starting jobs (`POST /world {"hold": …}`).
    pub held: bool,
}

/// A project's configuration (`POST /world {"workflows": …}`).
#[derive(Debug, Clone, Default)]
pub struct Shape {
    /// A setup workflow runs first and continues the pipeline into the others; false: never does.
    pub setup: Option<bool>,
    /// Further workflows, of one job each.
    pub also: Vec<Arc<str>>,
    /// Workflows that their filters leave out.
    pub idle: Vec<Arc<str>>,
    /// Holds before the release instead of the usual ones. `approve-ENVIRONMENT` is followed by a release
    /// job of its own for that environment.
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

/// What happens to the next pipeline or merge of a service (None: of any).
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
    /// Milliseconds that the world's wall clock is ahead of the machine's.
    ahead: i64,
    pub now: Ms,
    pub rng: Rng,
    pub services: Vec<Service>,
    pub apps: Vec<App>,
    pub heroku_pipelines: Vec<HerokuPipeline>,
    /// Files that were planted, by service; the others have the ordinary ones.
    pub contents: BTreeMap<usize, Contents>,
    /// Services that CircleCI knows nothing of.
    pub beyond_circleci: BTreeSet<usize>,
    pub slugs: HashMap<Arc<str>, Slug>,
    pub promotions: Vec<promotion::Promotion>,
    events: BTreeMap<(Ms, u64), Event>,
    sequence: u64,
    pub planned_failures: Vec<PlannedFailure>,
    /// GitHub is an Enterprise Server that lacks newer fields.
    pub older_github: bool,
    pub reading: degraded_reads::DegradedReads,
    /// Whose tokens these are.
    pub viewer: Arc<git::Person>,
}

impl Service {
    /// The environment that a hold or a release job is about alone: what follows the first dash.
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

    /// Brings the world to the wall's time.
    pub fn tick(&mut self) {
        self.run_until(wall_ms() + self.ahead - self.epoch);
        self.merge_waiting();
        self.run_queues();
    }

    /// Moves the clock by simulated seconds.
    pub fn advance(&mut self, seconds: f64) {
        self.epoch -= self.span(seconds);
        self.tick();
    }

    /// Sets the world's wall clock forward by wall seconds: what has happened keeps its stamps. For
    /// whoever looks at it with a clock that was set forward as much.
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

    /// The past is made by the same simulation, at earlier times.
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

    /// Wall milliseconds of a stamp.
    pub fn wall(&self, at: Ms) -> i64 {
        self.epoch + at
    }

    pub fn at_wall(&self, wall: i64) -> Ms {
        wall - self.epoch
    }

    /// `2026-11-23T12:00:00Z`, as GitHub and Heroku write.
    pub fn stamp(&self, at: Ms) -> String {
        stamp(self.wall(at))
    }

    /// With milliseconds, as CircleCI writes.
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

    /// Takes the first planned failure of the kind that is meant for this service.
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
