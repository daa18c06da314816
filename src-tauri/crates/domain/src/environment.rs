//! An environment as it is: what runs, and how it fares.

use crate::incident::IncidentHead;
use crate::pin::{OnItsWay, Pin, PinProgress};
use crate::release::Release;
use crate::service::EnvironmentConfig;
use crate::status::{Health, ReleaseStatus, vocabulary};
use crate::time::Time;
use crate::vendor::PlatformProfile;
use crate::watch::Watch;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Environment {
    pub name: String,
    pub app: String,
    pub build_app: Option<String>,
    /// What its adapter says of the platform. Not stored: the program that runs fills it in.
    #[serde(skip)]
    #[ts(skip)]
    pub platform: PlatformProfile,
    /// Users are served from it: only production can be hurt.
    #[serde(default)]
    pub production: bool,
    pub health: Health,
    /// Why it is not healthy, in words: `no web process runs`. None where there is nothing to say.
    #[serde(default)]
    pub health_reason: Option<String>,
    /// Since when the incident goes on in which users are not served; None without one.
    pub down_since: Option<Time>,
    /// None until they were read.
    #[serde(rename = "dynos")]
    pub instances: Option<Vec<Instance>>,
    /// The process types that should run. None until it was read.
    #[serde(default)]
    pub formation: Option<Vec<ProcessType>>,
    /// When it was last read. None also after a read of it failed: it may have changed since.
    #[serde(default)]
    pub formation_read_at: Option<Time>,
    /// What should have run when the live release began, where it was seen.
    #[serde(default)]
    pub formation_at_release: Option<FormationAtRelease>,
    /// The incident in which users are not served: it is open, or ended so lately that a new sign
    /// would reopen it.
    #[serde(default)]
    pub outage: Option<Outage>,
    /// The same for processes that do not serve users, such as workers.
    #[serde(default)]
    pub process_outage: Option<Outage>,
    /// How it fared over the last hour, oldest first; see `evidence::health::history`.
    #[serde(default)]
    pub health_history: Vec<HealthSpan>,
    /// None where the service has no health URL, or it was not asked yet.
    pub probe: Option<HealthProbe>,
    pub current: Option<Release>,
    /// Newest first.
    pub releases: Vec<Release>,
    /// The newest release that failed and whose code, or newer, has not been live since. It is kept
    /// here when the list no longer reaches back to it.
    #[serde(default)]
    pub failed_release: Option<Release>,
    /// False: only the newest releases were read.
    pub releases_complete: bool,
    /// The default target of a rollback, as `plan::choose_target` chooses it now.
    pub rollback_target: Option<u64>,
    /// Why there is no default target.
    pub rollback_blocked: Option<String>,
    /// The usual time of a release phase, from earlier releases.
    pub usual_release_seconds: Option<f64>,
    /// Maintenance mode: the platform answers requests in place of the app. None until it was read.
    #[serde(default)]
    pub maintenance: Option<bool>,
    /// When that was read: it is asked less often than the rest.
    #[serde(default)]
    pub maintenance_at: Option<Time>,
    /// New instances start beside the old ones and take over later. None until it was read.
    #[serde(default)]
    pub preboot: Option<bool>,
    /// With preboot: until then the code before the live release may still serve.
    #[serde(default)]
    pub switching_until: Option<Time>,
    /// The newest build of the build app; None without one, or until it was read.
    #[serde(default)]
    pub build: Option<Build>,
    /// The platform's own pipeline that the app is coupled to, where it is known to be.
    #[serde(default)]
    pub pipeline: Option<String>,
    /// The newest watch: of the live code, or of code that has been left since.
    #[serde(default)]
    pub watch: Option<Watch>,
    /// The pin that holds it; None where it is not pinned.
    #[serde(default)]
    pub pin: Option<Pin>,
    /// How far the pin's end has come. Filled with `pin`.
    #[serde(default)]
    pub pin_progress: Option<PinProgress>,
    /// What is released next if nobody does anything, while it is pinned or hurt.
    #[serde(default)]
    pub on_its_way: Option<OnItsWay>,
    /// The open record of an incident.
    #[serde(default)]
    pub incident: Option<IncidentHead>,
}

vocabulary!(
    /// How an environment fared while it was looked at.
    HealthLevel { Good = "good", Warning = "warning", Bad = "bad", Unknown = "unknown" });

/// It lasts until the next one begins; the last until the newest look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct HealthSpan {
    pub from: Time,
    pub level: HealthLevel,
}

/// What the build app built last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Build {
    pub id: String,
    pub status: ReleaseStatus,
    /// The version the source was given with: a commit where the CI names one.
    pub commit: Option<String>,
    #[serde(rename = "slug")]
    pub artifact_id: Option<String>,
    pub created_at: Option<Time>,
    pub updated_at: Option<Time>,
    pub output_url: Option<String>,
    /// Whether a release of the environment carries it; None when that is not known.
    /// Filled by `lineage`.
    pub released: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Instance {
    pub name: String,
    pub process: String,
    /// The platform's word: up, starting, crashed, down, idle.
    pub state: String,
    pub release_version: Option<u64>,
    pub updated_at: Option<Time>,
}

/// A process type and how many of it should run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ProcessType {
    pub name: String,
    pub quantity: u64,
}

/// The process types as they were when a release was first seen live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct FormationAtRelease {
    pub version: u64,
    pub processes: Vec<ProcessType>,
}

/// One incident of an environment, from the first sign to its end. A crash loop is one incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Outage {
    /// When the first sign was seen, by the platform's own time where it tells one.
    pub since: Time,
    /// The process type that failed first; None for the health check.
    pub process: Option<String>,
    /// Every process type that failed in it.
    #[serde(default)]
    pub failed: Vec<String>,
    /// The health check failed in it.
    #[serde(default)]
    pub health_check: bool,
    /// The release under which the sign began, as far as it was seen: not its cause.
    pub began_under: Option<u64>,
    /// When what failed was last seen not to be up, by our own clock. None in what an older version stored.
    #[serde(default)]
    pub last_unwell: Option<Time>,
    /// Since when all that failed is up without a break. None while it is not.
    pub up_since: Option<Time>,
    /// When it was shown to be cured. A new sign soon after reopens it.
    pub ended_at: Option<Time>,
    /// A sign came again soon after its end.
    #[serde(default)]
    pub reopened: bool,
}

impl Outage {
    pub fn is_open(&self) -> bool {
        self.ended_at.is_none()
    }
}

impl Environment {
    /// An environment nothing was read of yet.
    pub fn unread(config: &EnvironmentConfig) -> Self {
        Self {
            name: config.name.clone(),
            app: config.app.clone(),
            build_app: config.build_app.clone(),
            production: config.is_production(),
            health: Health::Unknown,
            health_reason: None,
            down_since: None,
            platform: PlatformProfile::default(),
            instances: None,
            formation: None,
            formation_read_at: None,
            formation_at_release: None,
            outage: None,
            process_outage: None,
            health_history: Vec::new(),
            probe: None,
            current: None,
            releases: Vec::new(),
            failed_release: None,
            releases_complete: false,
            rollback_target: None,
            rollback_blocked: None,
            usual_release_seconds: None,
            maintenance: None,
            maintenance_at: None,
            preboot: None,
            switching_until: None,
            build: None,
            pipeline: None,
            watch: None,
            pin: None,
            pin_progress: None,
            on_its_way: None,
            incident: None,
        }
    }

    /// The incident in which users are not served, while it goes on.
    pub fn open_outage(&self) -> Option<&Outage> {
        self.outage.as_ref().filter(|outage| outage.is_open())
    }

    /// The incident of processes beside those that serve users, while it goes on.
    pub fn open_process_outage(&self) -> Option<&Outage> {
        self.process_outage.as_ref().filter(|outage| outage.is_open())
    }

    /// It is down, or was and is not shown to be up again.
    pub fn is_hurt(&self) -> bool {
        self.health == Health::Down || self.open_outage().is_some()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct HealthProbe {
    /// HTTP status; None when nothing answered.
    pub status: Option<u16>,
    pub milliseconds: Option<u64>,
    pub checked_at: Time,
}
