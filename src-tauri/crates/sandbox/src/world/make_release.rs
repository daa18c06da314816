//! What makes releases: a deploy, a rollback, a change of config; and what each does to its app's dynos.

use std::sync::Arc;

use super::commit::{Flaw, Oid};
use super::event::Event;
use super::refusal::Refusal;
use super::release::{DynoState, NewRelease, Release, ReleaseStatus};
use super::state::World;

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
