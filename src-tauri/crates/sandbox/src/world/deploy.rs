//! Where pipelines use the platform: the builds of the deploy job, and the copies of the release job.

use super::commit::Oid;
use super::event::Event;
use super::pipeline::{JobStatus, Workflow};
use super::release::{Build, NewRelease, ReleaseStatus, Slug};
use super::state::World;

pub(crate) const CI_USER: &str = "ci@acme.example";

impl World {
    pub fn builds_start(&mut self, service: usize, workflow: usize) {
        let w = &self.services[service].workflows[workflow];
        let commit = self.services[service].pipelines[w.pipeline].revision.clone();
        let workflow = w.id.clone();
        for build_app in self.build_apps(service) {
            let build = Build {
                id: self.rng.uuid(),
                status: ReleaseStatus::Pending,
                commit: commit.clone(),
                slug: None,
                release: None,
                workflow: workflow.clone(),
                created: self.now,
                updated: self.now,
                user: CI_USER.into(),
            };
            self.apps[build_app].builds.push(build);
        }
    }

    /// Heroku cannot build without releasing: a successful build makes a release of its app.
    pub fn builds_end(&mut self, service: usize, workflow: usize, succeeds: bool) {
        let id = self.services[service].workflows[workflow].id.clone();
        for app in self.build_apps(service) {
            let now = self.now;
            let Some(at) = self.apps[app].builds.iter().rposition(|b| b.workflow == id) else { continue };
            let build = &mut self.apps[app].builds[at];
            build.updated = now;
            build.status = if succeeds { ReleaseStatus::Succeeded } else { ReleaseStatus::Failed };
            if !succeeds {
                continue;
            }
            let commit = build.commit.clone();
            let slug = self.new_slug(&commit);
            let config = self.apps[app].config();
            let description = format!("Deploy {}", &commit[..8]);
            let user = CI_USER.to_owned();
            let new = NewRelease { description, slug: Some(slug.clone()), config, code_version: None, user };
            let release = self.release(app, new);
            let release = self.apps[app].releases[release].id.clone();
            let build = &mut self.apps[app].builds[at];
            (build.slug, build.release) = (Some(slug), Some(release));
        }
    }

    pub fn new_slug(&mut self, commit: &Oid) -> std::sync::Arc<str> {
        let id = self.rng.uuid();
        self.slugs.insert(id.clone(), Slug { id: id.clone(), commit: commit.clone(), created: self.now });
        id
    }

    /// The release job: staging and production in parallel, from the slugs of their build apps.
    pub fn copy_slugs(&mut self, service: usize, workflow: usize, job: usize) {
        let w = &self.services[service].workflows[workflow];
        if w.jobs[job].status != JobStatus::Running {
            return;
        }
        if w.jobs[job].fails {
            return self.job_ends(service, workflow, job);
        }
        let revision = self.services[service].pipelines[w.pipeline].revision.clone();
        let mut made = Vec::new();
        let of = &self.services[service];
        let wanted = of.environment_in(&w.jobs[job].name).map_or_else(|| of.environments.clone(), |only| vec![only.clone()]);
        for environment in wanted {
            let built = self.apps[environment.build_app].builds.iter().rev();
            let slug = built.filter(|b| b.commit == revision).find_map(|b| b.slug.clone());
            let Some(slug) = slug else { continue };
            let description = format!("Deploy {}", &revision[..8]);
            if let Ok(release) = self.release_slug(environment.app, &slug, Some(&description), CI_USER) {
                made.push((environment.app, release));
            }
        }
        self.services[service].workflows[workflow].jobs[job].releases = made;
    }

    /// The release job ends when both releases have ended, and fails if either failed.
    pub fn release_settled(&mut self, app: usize, release: usize) {
        let service = self.apps[app].service;
        let workflows = &self.services[service].workflows;
        let find = |(w, workflow): (usize, &Workflow)| {
            let job = workflow.jobs.iter().position(|j| !j.done() && j.releases.contains(&(app, release)))?;
            Some((w, job))
        };
        let Some((workflow, job)) = workflows.iter().enumerate().rev().find_map(find) else { return };
        let made = workflows[workflow].jobs[job].releases.clone();
        let status = |&(app, release): &(usize, usize)| self.apps[app].releases[release].status;
        if made.iter().any(|r| status(r) == ReleaseStatus::Pending) {
            return;
        }
        let failed = made.iter().any(|r| matches!(status(r), ReleaseStatus::Failed | ReleaseStatus::Expired));
        self.services[service].workflows[workflow].jobs[job].fails = failed;
        let seconds = self.rng.between(2.0, 4.0);
        self.later(seconds, Event::JobEnds { service, workflow, job });
    }

    fn build_apps(&self, service: usize) -> Vec<usize> {
        self.services[service].environments.iter().map(|e| e.build_app).collect()
    }
}
