//! Heroku's apps: releases, slugs, builds, config, dynos.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::git::Flaw;
use super::pull_request::Refusal;
use super::{Event, Ms, Oid, World};

pub type Config = Arc<BTreeMap<String, String>>;

#[derive(Debug, Clone)]
pub struct Slug {
    pub id: Arc<str>,
    pub commit: Oid,
    pub created: Ms,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseStatus {
    Pending,
    Succeeded,
    Failed,
    /// Replaced before its release phase ended.
    Expired,
}

#[derive(Debug, Clone)]
pub struct Release {
    pub id: Arc<str>,
    pub version: u64,
    pub status: ReleaseStatus,
    pub description: String,
    pub slug: Option<Arc<str>>,
    pub config: Config,
    /// Plans of the add-ons it runs with.
    pub plans: Vec<String>,
    /// The version whose code this release runs.
    pub code_version: u64,
    pub user: String,
    pub created: Ms,
    pub updated: Ms,
}

#[derive(Debug, Clone)]
pub struct Build {
    pub id: Arc<str>,
    pub status: ReleaseStatus,
    pub commit: Oid,
    pub slug: Option<Arc<str>>,
    pub release: Option<Arc<str>>,
    pub workflow: Arc<str>,
    pub created: Ms,
    pub updated: Ms,
    pub user: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DynoState {
    Up,
    Starting,
    Crashed,
    /// An Eco dyno that is idle.
    Idle,
    Down,
}

#[derive(Debug, Clone)]
pub struct Dyno {
    /// `web.1`; `web-5b7c9d-abcde` on Fir.
    pub name: String,
    pub process: String,
    pub state: DynoState,
    /// When its state last changed.
    pub since: Ms,
    pub version: u64,
    /// A person is attached to it: a one-off dyno.
    pub attached: bool,
}

/// How an app's images were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Images {
    /// Built by Heroku (Fir): one image whose commit is known.
    Built,
    /// Pushed to Heroku's registry: one for each process type, whose commit is unknown.
    Pushed,
}

#[derive(Debug, Clone)]
pub struct App {
    pub id: Arc<str>,
    pub name: String,
    pub service: usize,
    pub environment: &'static str,
    pub builds_only: bool,
    /// Oldest first; versions are consecutive.
    pub releases: Vec<Release>,
    pub builds: Vec<Build>,
    /// Process types and how many dynos of each should run.
    pub formation: Vec<(String, u64)>,
    pub dynos: Vec<Dyno>,
    pub fail_next_release: bool,
    /// Its artifacts are images instead of slugs.
    pub images: Option<Images>,
    /// The plans of its add-ons; later releases include them.
    pub plans: Vec<String>,
    pub maintenance: bool,
    /// New dynos start while the old ones serve for about three more minutes.
    pub preboot: bool,
    /// The next promotion to it fails with this message.
    pub refuses_promotion: Option<String>,
    pub created: Ms,
}

impl App {
    /// Index of the release that is live: the newest that succeeded.
    pub fn current(&self) -> Option<usize> {
        self.releases.iter().rposition(|r| r.status == ReleaseStatus::Succeeded)
    }

    /// Config as in `heroku config`: that of the newest release that did not fail.
    pub fn config(&self) -> Config {
        let newest = self.releases.iter().rev().find(|r| !matches!(r.status, ReleaseStatus::Failed | ReleaseStatus::Expired));
        newest.map(|r| r.config.clone()).unwrap_or_default()
    }

    pub fn find(&self, id_or_version: &str) -> Option<usize> {
        let bare = id_or_version.strip_prefix('v').unwrap_or(id_or_version);
        if let (Ok(version), Some(first)) = (bare.parse::<u64>(), self.releases.first()) {
            let at = version.checked_sub(first.version)? as usize;
            return (at < self.releases.len()).then_some(at);
        }
        self.releases.iter().position(|r| *r.id == *id_or_version)
    }

    pub fn eligible(&self, release: usize) -> bool {
        let r = &self.releases[release];
        r.status == ReleaseStatus::Succeeded && r.slug.is_some()
    }
}

pub struct NewRelease {
    pub description: String,
    pub slug: Option<Arc<str>>,
    pub config: Config,
    /// None: the release brings its own code.
    pub code_version: Option<u64>,
    pub user: String,
}

const PHASE: f64 = 26.0;
const RESTART: f64 = 13.0;

impl World {
    /// Creates a pending release; its release phase runs, then its dynos restart.
    pub fn release(&mut self, app: usize, new: NewRelease) -> usize {
        let (id, now) = (self.rng.uuid(), self.now);
        let phase = if self.apps[app].builds_only { 4.0 } else { PHASE };
        let a = &mut self.apps[app];
        let version = a.releases.last().map_or(1, |r| r.version + 1);
        a.releases.push(Release {
            id,
            version,
            status: ReleaseStatus::Pending,
            description: new.description,
            slug: new.slug,
            config: new.config,
            plans: a.plans.clone(),
            code_version: new.code_version.unwrap_or(version),
            user: new.user,
            created: now,
            updated: now,
        });
        let release = a.releases.len() - 1;
        let seconds = self.rng.jitter(phase);
        self.later(seconds, Event::PhaseEnds { app, release });
        release
    }

    pub fn commit_of(&self, release: &Release) -> Option<&Oid> {
        release.slug.as_ref().and_then(|id| self.slugs.get(id)).map(|s| &s.commit)
    }

    fn code_flaws(&self, app: usize, release: usize) -> Vec<Flaw> {
        let commit = self.commit_of(&self.apps[app].releases[release]);
        commit.map(|c| self.services[self.apps[app].service].repo.flaws(c)).unwrap_or_default()
    }

    pub fn phase_ends(&mut self, app: usize, release: usize) {
        let now = self.now;
        if self.apps[app].releases[release].status != ReleaseStatus::Pending {
            return;
        }
        let broken = self.apps[app].environment == "production"
            && !self.apps[app].builds_only
            && self.code_flaws(app, release).contains(&Flaw::FailsRelease);
        let a = &mut self.apps[app];
        let fails = broken || std::mem::take(&mut a.fail_next_release);
        a.releases[release].updated = now;
        if fails {
            a.releases[release].status = ReleaseStatus::Failed;
            return self.release_settled(app, release);
        }
        a.releases[release].status = ReleaseStatus::Succeeded;
        if a.builds_only {
            return;
        }
        let version = a.releases[release].version;
        for dyno in a.dynos.iter_mut().filter(|dyno| !dyno.is_one_off()) {
            (dyno.state, dyno.since, dyno.version) = (DynoState::Starting, now, version);
        }
        self.release_settled(app, release);
        let seconds = self.rng.jitter(RESTART);
        self.later(seconds, Event::DynosUp { app, release });
    }

    pub fn dynos_up(&mut self, app: usize, release: usize) {
        if self.apps[app].current() != Some(release) {
            return;
        }
        let now = self.now;
        let a = &mut self.apps[app];
        for dyno in a.dynos.iter_mut().filter(|dyno| dyno.state == DynoState::Starting) {
            (dyno.state, dyno.since) = (DynoState::Up, now);
        }
        if a.environment == "production" && self.code_flaws(app, release).contains(&Flaw::Crashes) {
            self.later(6.0, Event::Crashes { app, release });
        }
    }

    pub fn crash(&mut self, app: usize, release: usize) {
        let now = self.now;
        let a = &mut self.apps[app];
        if a.current() != Some(release) {
            return;
        }
        for dyno in a.dynos.iter_mut().filter(|dyno| dyno.process == "web") {
            (dyno.state, dyno.since) = (DynoState::Crashed, now);
        }
    }

    /// A new release with the code and config of an earlier one.
    pub fn roll_back(&mut self, app: usize, to: &str, user: &str) -> Result<usize, Refusal> {
        let a = &self.apps[app];
        let target = a.find(to).ok_or_else(|| Refusal::new(404, "Couldn't find that release."))?;
        if a.current() == Some(target) {
            return Err(Refusal::new(422, format!("Cannot roll back to v{}: it is the current release.", a.releases[target].version)));
        }
        if !a.eligible(target) {
            return Err(Refusal::new(422, format!("Release v{} is not eligible for rollback.", a.releases[target].version)));
        }
        if a.releases.last().is_some_and(|r| r.status == ReleaseStatus::Pending) {
            return Err(Refusal::new(422, "A release is already in progress for this app."));
        }
        let old = a.releases[target].clone();
        let new = NewRelease {
            description: format!("Rollback to v{}", old.version),
            slug: old.slug,
            config: old.config,
            code_version: Some(old.code_version),
            user: user.to_owned(),
        };
        Ok(self.release(app, new))
    }

    /// A release with another app's code and this app's own config.
    pub fn release_slug(&mut self, app: usize, slug: &str, description: Option<&str>, user: &str) -> Result<usize, Refusal> {
        let slug = self.slugs.get(slug).filter(|_| self.apps[app].images.is_none());
        let slug = slug.ok_or_else(|| Refusal::new(404, "Couldn't find that slug."))?;
        let description = description.map_or_else(|| format!("Deploy {}", &slug.commit[..8]), str::to_owned);
        let (slug, config) = (Some(slug.id.clone()), self.apps[app].config());
        let known = self.apps[app].releases.iter().rev().find(|r| r.slug == slug).map(|r| r.code_version);
        Ok(self.release(app, NewRelease { description, slug, config, code_version: known, user: user.to_owned() }))
    }

    /// None removes the name. Only the config-vars endpoint returns values.
    pub fn set_config(&mut self, app: usize, vars: &[(String, Option<String>)], user: &str) -> usize {
        let mut config = (*self.apps[app].config()).clone();
        let mut set = Vec::new();
        let mut removed = Vec::new();
        for (name, value) in vars {
            match value {
                Some(value) => {
                    config.insert(name.clone(), value.clone());
                    set.push(name.as_str());
                }
                None => {
                    config.remove(name);
                    removed.push(name.as_str());
                }
            }
        }
        let noun = |names: &[&str]| if names.len() == 1 { "var" } else { "vars" };
        let description = match set.is_empty() {
            false => format!("Set {} config {}", set.join(", "), noun(&set)),
            true => format!("Remove {} config {}", removed.join(", "), noun(&removed)),
        };
        let live =
            self.apps[app].releases.iter().rev().find(|r| !matches!(r.status, ReleaseStatus::Failed | ReleaseStatus::Expired)).cloned();
        let new = NewRelease {
            description,
            slug: live.as_ref().and_then(|r| r.slug.clone()),
            config: Arc::new(config),
            code_version: live.map(|r| r.code_version),
            user: user.to_owned(),
        };
        self.release(app, new)
    }
}
