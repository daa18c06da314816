//! Promoting: an app's code copied downstream in its pipeline, target by target.

use super::event::Event;
use super::promotion::{Promotion, Target};
use super::refusal::Refusal;
use super::release::{NewRelease, ReleaseStatus};
use super::state::World;

impl World {
    /// Accepts the promotion; its targets are pending until their releases have ended.
    pub fn promote(&mut self, pipeline: &str, source: (usize, usize), targets: &[usize], user: &str) -> Result<usize, Refusal> {
        let pipeline = self.heroku_pipelines.iter().find(|p| *p.id == *pipeline);
        let pipeline = pipeline.ok_or_else(|| Refusal::new(404, "Couldn't find that pipeline."))?;
        let id_of_pipeline = pipeline.id.clone();
        let in_pipeline = |app: usize| pipeline.couplings.iter().any(|c| c.app == app);
        if !in_pipeline(source.0) || !targets.iter().all(|t| in_pipeline(*t)) {
            return Err(Refusal::new(422, "App is not coupled to the pipeline."));
        }
        if targets.is_empty() || targets.contains(&source.0) {
            return Err(Refusal::new(422, "Cannot promote an app to itself."));
        }
        let release = &self.apps[source.0].releases[source.1];
        if release.status != ReleaseStatus::Succeeded || release.slug.is_none() {
            return Err(Refusal::new(422, "The source release has no slug to promote."));
        }
        let id = self.rng.uuid();
        let targets = targets.iter().map(|app| Target { id: self.rng.uuid(), app: *app, release: None, error: None }).collect();
        let now = self.now;
        self.promotions.push(Promotion {
            id,
            pipeline: id_of_pipeline,
            source,
            targets,
            created: now,
            updated: now,
            user: user.to_owned(),
        });
        let promotion = self.promotions.len() - 1;
        self.later(2.0, Event::Promotes { promotion });
        Ok(promotion)
    }

    pub fn promote_now(&mut self, promotion: usize) {
        let found = self.promotions[promotion].clone();
        let source = self.apps[found.source.0].releases[found.source.1].clone();
        let commit = self.commit_of(&source).map_or(String::new(), |c| c[..8].to_owned());
        for (n, target) in found.targets.iter().enumerate() {
            if let Some(error) = self.apps[target.app].refuses_promotion.take() {
                self.promotions[promotion].targets[n].error = Some(error);
                continue;
            }
            let known = self.apps[target.app].releases.iter().rev().find(|r| r.slug == source.slug).map(|r| r.code_version);
            let new = NewRelease {
                description: format!("Promote {} v{} {commit}", self.apps[found.source.0].name, source.version),
                slug: source.slug.clone(),
                config: self.apps[target.app].config(),
                code_version: known,
                user: found.user.clone(),
            };
            let release = self.release(target.app, new);
            self.promotions[promotion].targets[n].release = Some(release);
        }
        self.promotions[promotion].updated = self.now;
    }

    pub fn target_status(&self, target: &Target) -> ReleaseStatus {
        match (&target.error, target.release) {
            (Some(_), _) => ReleaseStatus::Failed,
            (None, None) => ReleaseStatus::Pending,
            (None, Some(release)) => self.apps[target.app].releases[release].status,
        }
    }
}
