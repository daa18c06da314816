//! The state of the simulated world, its stamps, and how its parts are found.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use super::commit::{Person, When};
use super::degraded_reads::DegradedReads;
use super::event::Event;
use super::heroku_pipeline::HerokuPipeline;
use super::planned_failure::{PlannedFailure, PlannedFailureKind};
use super::promotion::Promotion;
use super::release::{App, Slug};
use super::sample_data;
use super::scripted::{LogSession, ScriptStep};
use super::service::Service;
use super::time::{Ms, stamp, timestamp, wall_ms};
use crate::rng::Rng;

/// Path → text.
pub(super) type Contents = BTreeMap<String, String>;

#[derive(Debug, Clone)]
pub struct World {
    pub speed: f64,
    pub(super) epoch: i64,
    /// By how many milliseconds the world's wall clock is ahead of the machine's.
    pub(super) ahead: i64,
    pub now: Ms,
    pub rng: Rng,
    pub services: Vec<Service>,
    pub apps: Vec<App>,
    pub heroku_pipelines: Vec<HerokuPipeline>,
    /// Files of the `set-ups` scenario, by service; other services have the ordinary ones.
    pub contents: BTreeMap<usize, Contents>,
    /// The git repositories that histories were taken from, by service.
    pub git_folders: BTreeMap<usize, PathBuf>,
    /// Services that do not exist at CircleCI.
    pub beyond_circleci: BTreeSet<usize>,
    pub slugs: HashMap<Arc<str>, Slug>,
    pub promotions: Vec<Promotion>,
    pub(super) events: BTreeMap<(Ms, u64), Event>,
    sequence: u64,
    pub planned_failures: Vec<PlannedFailure>,
    /// GitHub is an Enterprise Server without newer fields.
    pub older_github: bool,
    pub reading: DegradedReads,
    /// What is planned to happen, the next first.
    pub script: Vec<ScriptStep>,
    /// Why planned commands were refused.
    pub refused_steps: Vec<String>,
    pub log_sessions: Vec<LogSession>,
    /// The user of the tokens.
    pub viewer: Arc<Person>,
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
            git_folders: BTreeMap::new(),
            beyond_circleci: BTreeSet::new(),
            slugs: HashMap::new(),
            promotions: Vec::new(),
            events: BTreeMap::new(),
            sequence: 1,
            planned_failures: Vec::new(),
            older_github: false,
            reading: DegradedReads::default(),
            script: Vec::new(),
            refused_steps: Vec::new(),
            log_sessions: Vec::new(),
            viewer: sample_data::person(0),
        }
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

    /// As Logplex writes times.
    pub fn stamp_of_log(&self, at: Ms) -> String {
        timestamp(self.wall(at)).strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string()
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
