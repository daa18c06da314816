//! Heroku as a platform.

use super::client::Heroku;
use super::profile::PLATFORM;
use super::{app_facts, config, deploy, log_session, map, output, releases, token_access, wire};
use async_trait::async_trait;
use slipway_domain::environment::{Build, HealthProbe, Instance, ProcessType};
use slipway_domain::plan::ConfigEffect;
use slipway_domain::release::Release;
use slipway_domain::vendor::PlatformProfile;
use slipway_domain::watch::PlatformLog;
use slipway_vendor::{
    AppFacts, Identity, LatestRelease, OutputAt, OutputPart, Platform, PromotionTarget, ReadError, ReleasePage, SendError,
};

#[async_trait]
impl Platform for Heroku {
    fn profile(&self) -> PlatformProfile {
        PLATFORM
    }

    async fn releases(&self, app: &str, limit: usize) -> Result<ReleasePage, ReadError> {
        releases::read(self, app, None, limit).await
    }

    async fn releases_before(&self, app: &str, version: u64, limit: usize) -> Result<ReleasePage, ReadError> {
        releases::read(self, app, Some(version), limit).await
    }

    async fn instances(&self, app: &str) -> Result<Vec<Instance>, ReadError> {
        let answer = self.get(&["apps", app, "dynos"]).await.map_err(|error| token_access::of_app(app, error))?;
        let dynos: Vec<Option<wire::Dyno>> = answer.decode()?;
        Ok(dynos.into_iter().flatten().map(map::dyno).collect())
    }

    async fn formation(&self, app: &str) -> Result<Vec<ProcessType>, ReadError> {
        let answer = self.get(&["apps", app, "formation"]).await.map_err(|error| token_access::of_app(app, error))?;
        let processes: Vec<Option<wire::Formation>> = answer.decode()?;
        let read: Option<Vec<ProcessType>> = processes.into_iter().map(|process| map::process_type(process?)).collect();
        // A process type that cannot be decoded must not look as if it did not exist.
        read.ok_or_else(|| ReadError::Garbled(format!("Heroku's formation of {app} has a process type without a name or quantity")))
    }

    async fn artifact_commit(&self, app: &str, slug: &str) -> Result<Option<String>, ReadError> {
        let slug: wire::Slug = self.get(&["apps", app, "slugs", slug]).await?.decode()?;
        Ok(slug.commit.filter(|commit| !commit.is_empty()))
    }

    /// "Info for the OCI images of an app, filtered by identifier": knows the commit of images that Heroku built.
    /// Images that were pushed to its registry are unknown there.
    async fn image_commit(&self, app: &str, image: &str) -> Result<Option<String>, ReadError> {
        let images: Vec<Option<wire::Slug>> = match self.get(&["apps", app, "oci-images", image]).await {
            Ok(answer) => answer.decode()?,
            Err(ReadError::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(images.into_iter().flatten().find_map(|image| image.commit).filter(|commit| !commit.is_empty()))
    }

    async fn config_difference(&self, app: &str, from_release: &str, to_release: &str) -> Result<Vec<(String, ConfigEffect)>, ReadError> {
        config::difference(self, app, from_release, to_release).await
    }

    async fn config_names(&self, app: &str, release: &str) -> Result<Vec<String>, ReadError> {
        config::names(self, app, release).await
    }

    async fn probe(&self, url: &str) -> Option<HealthProbe> {
        self.account.http().probe(url).await
    }

    async fn output(&self, output_url: &str, at: &OutputAt) -> Result<OutputPart, ReadError> {
        output::read(self, output_url, at).await
    }

    async fn recent_errors(&self, app: &str) -> Result<PlatformLog, ReadError> {
        log_session::recent_errors(self, app).await
    }

    async fn app_facts(&self) -> Result<Vec<AppFacts>, ReadError> {
        app_facts::all(self).await
    }

    async fn preboot(&self, app: &str) -> Result<bool, ReadError> {
        app_facts::preboot(self, app).await
    }

    async fn newest_build(&self, app: &str) -> Result<Option<Build>, ReadError> {
        app_facts::newest_build(self, app).await
    }

    async fn pipeline_of(&self, app: &str) -> Result<Option<String>, ReadError> {
        app_facts::pipeline_of(self, app).await
    }

    async fn latest_releases(&self, pipeline: &str) -> Result<Vec<LatestRelease>, ReadError> {
        app_facts::latest_releases(self, pipeline).await
    }

    async fn promotion_targets(&self, promotion: &str) -> Result<Vec<PromotionTarget>, ReadError> {
        deploy::targets(self, promotion).await
    }

    async fn promote(&self, pipeline: &str, source_app_id: &str, release_id: &str, target_app_id: &str) -> Result<String, SendError> {
        deploy::promote(self, pipeline, source_app_id, release_id, target_app_id).await
    }

    async fn release_artifact(&self, app: &str, slug: &str, description: &str) -> Result<Release, SendError> {
        deploy::release_artifact(self, app, slug, description).await
    }

    /// A rollback is a new release with the old slug and config; the release phase runs again.
    async fn roll_back(&self, app: &str, release_id: &str) -> Result<Release, SendError> {
        deploy::roll_back(self, app, release_id).await
    }

    async fn whoami(&self) -> Result<Identity, ReadError> {
        token_access::whoami(self).await
    }
}
