//! The platform role: what runs releases.

use crate::identity::Identity;
use async_trait::async_trait;
use slipway_domain::environment::{Build, HealthProbe, Instance, ProcessType};
use slipway_domain::plan::ConfigEffect;
use slipway_domain::release::Release;
use slipway_domain::status::ReleaseStatus;
use slipway_domain::vendor::PlatformProfile;
use slipway_domain::watch::PlatformLog;
use slipway_http::{ReadError, SendError};

/// Reads and changes the releases of a platform.
#[async_trait]
pub trait Platform: Send + Sync {
    /// The vendor's words and abilities. No request.
    fn profile(&self) -> PlatformProfile;
    /// The newest `limit` releases, newest first.
    async fn releases(&self, app: &str, limit: usize) -> Result<ReleasePage, ReadError>;
    /// Releases older than `version`, newest first, at most `limit`.
    async fn releases_before(&self, app: &str, version: u64, limit: usize) -> Result<ReleasePage, ReadError>;
    async fn instances(&self, app: &str) -> Result<Vec<Instance>, ReadError>;
    /// The process types of the app, and how many instances of each should run.
    async fn formation(&self, app: &str) -> Result<Vec<ProcessType>, ReadError>;
    /// The commit that an artifact was built from; None where the platform does not know. It never changes.
    async fn artifact_commit(&self, app: &str, artifact_id: &str) -> Result<Option<String>, ReadError>;
    /// The commit that an image was built from; None where the platform does not know. It never changes.
    async fn image_commit(&self, app: &str, image: &str) -> Result<Option<String>, ReadError>;
    /// The names of config values that differ between two releases, and what going from `from` to `to` does to
    /// each. Values are compared and dropped inside the adapter.
    async fn config_difference(&self, app: &str, from_release: &str, to_release: &str) -> Result<Vec<(String, ConfigEffect)>, ReadError>;
    /// The names of the config values that a release runs with, sorted. Values are dropped inside the adapter.
    async fn config_names(&self, app: &str, release: &str) -> Result<Vec<String>, ReadError>;
    /// A plain GET of a health URL without credentials. None: it was not asked, which says nothing of the app.
    async fn probe(&self, url: &str) -> Option<HealthProbe>;
    /// Continues to read the output of a release or build, without credentials: what was added since `at`, waiting
    /// a few seconds at most. Output that is not there yet is no error.
    async fn output(&self, output_url: &str, at: &OutputAt) -> Result<OutputPart, ReadError>;
    /// The errors that the platform itself wrote to the app's recent log, without when they were read. Read by a
    /// request that changes nothing, kept in memory only.
    async fn recent_errors(&self, app: &str) -> Result<PlatformLog, ReadError>;
    /// Every app that the account can see, one request per 1,000.
    async fn app_facts(&self) -> Result<Vec<AppFacts>, ReadError>;
    /// Whether new instances of the app start before the old ones stop.
    async fn preboot(&self, app: &str) -> Result<bool, ReadError>;
    /// The newest build of an app; None when it was never built.
    async fn newest_build(&self, app: &str) -> Result<Option<Build>, ReadError>;
    /// The platform's pipeline that the app belongs to; None when it is in none.
    async fn pipeline_of(&self, app: &str) -> Result<Option<String>, ReadError>;
    /// The newest release of every app in a pipeline, in one request.
    async fn latest_releases(&self, pipeline: &str) -> Result<Vec<LatestRelease>, ReadError>;
    /// The state of a promotion, per target.
    async fn promotion_targets(&self, promotion: &str) -> Result<Vec<PromotionTarget>, ReadError>;
    /// Copies the code of `release_id` to the target. Returns the promotion's id.
    async fn promote(&self, pipeline: &str, source_app_id: &str, release_id: &str, target_app_id: &str) -> Result<String, SendError>;
    /// Releases code that was built earlier, with the app's current config.
    async fn release_artifact(&self, app: &str, artifact_id: &str, description: &str) -> Result<Release, SendError>;
    async fn roll_back(&self, app: &str, release_id: &str) -> Result<Release, SendError>;
    async fn whoami(&self) -> Result<Identity, ReadError>;
}

/// A position in an output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutputAt {
    /// Bytes that were read so far.
    pub bytes: u64,
    /// The id of the last event, where the output is a stream of events.
    pub event: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct OutputPart {
    pub text: String,
    /// The position at which the next part starts.
    pub at: OutputAt,
    /// The output is complete.
    pub over: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppFacts {
    pub name: String,
    pub maintenance: Option<bool>,
}

#[derive(Clone, Debug)]
pub struct LatestRelease {
    pub app_id: String,
    pub app: String,
    pub release: Release,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromotionTarget {
    pub app_id: Option<String>,
    /// The release that it made, once there is one.
    pub release_id: Option<String>,
    pub status: ReleaseStatus,
    pub error: Option<String>,
}

#[derive(Clone, Debug)]
pub struct ReleasePage {
    pub releases: Vec<Release>,
    pub complete: bool,
}
