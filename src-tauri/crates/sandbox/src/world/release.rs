//! Heroku's apps: their releases, slugs, builds, config and dynos.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::commit::Oid;
use super::scripted::HealthAnswer;
use super::time::Ms;

pub(crate) type Config = Arc<BTreeMap<String, String>>;

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
    /// How its own health page answers; a later one counts before an earlier one.
    pub health: Vec<HealthAnswer>,
    /// Lines with their source, oldest first.
    pub log: Vec<(Ms, String)>,
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
