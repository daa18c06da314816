//! What is kept of a watch. `judge` says what it shows.

use crate::release::ReleaseRef;
use crate::status::vocabulary;
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

vocabulary!(
/// How the watch of a release ended.
WatchVerdict {
    /// Enough was looked at, and nothing was wrong in the end.
    Good = "good",
    Bad = "bad",
    /// There is no evidence either way.
    Inconclusive = "inconclusive",
    /// Newer code went live before it could be judged.
    Superseded = "superseded",
});

vocabulary!(
    /// What a sign of trouble was seen by.
    SignalKind { HealthCheck = "health_check", Processes = "processes", Platform = "platform", Latency = "latency" });

vocabulary!(
    /// How one kind of evidence stands.
    WatchEvidenceLevel { Good = "good", Warning = "warning", Bad = "bad", Unknown = "unknown" });

/// A watch of one release of one environment. It is one desk's own: another one may have seen more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Watch {
    /// The app and the platform's id of the release.
    pub id: String,
    pub service: String,
    pub environment: String,
    pub app: String,
    #[serde(default)]
    pub production: bool,
    /// As people call the platform.
    #[serde(default)]
    pub platform: String,
    /// What the platform calls a running copy of a process, in the singular.
    #[serde(default)]
    pub instance: String,
    /// The release that put the code live.
    pub release: ReleaseRef,
    pub commit: Option<String>,
    /// When the platform said that it is live.
    pub live_at: Time,
    /// When the watch began: later than `live_at` where new instances take over some minutes after.
    pub began_at: Time,
    pub length_seconds: u64,
    /// How many samples are planned in all: of the health URL, else of the processes.
    pub planned: u64,
    /// How many of them were taken. It stays when the samples themselves are no longer kept.
    #[serde(default)]
    pub taken: u64,
    /// False: the environment has no health URL, and is judged by processes and the platform's words alone.
    pub has_health_url: bool,
    /// How the code before it answered; None: absolute limits only.
    pub baseline: Option<Baseline>,
    /// Answers of the health URL, oldest first.
    pub probes: Vec<ProbeSample>,
    /// Reads of the processes, oldest first.
    pub processes: Vec<ProcessSample>,
    /// What the platform's own log says of the app. None until it was read: that is when trouble begins.
    #[serde(default)]
    pub platform_log: Option<PlatformLog>,
    /// Signs of trouble, each kind and text once, oldest first.
    pub signals: Vec<WatchSignal>,
    /// Releases that changed config only while it ran: marks, not ends.
    #[serde(default)]
    pub config_releases: Vec<LaterRelease>,
    /// The release that put newer code live while it ran.
    #[serde(default)]
    pub superseded_by: Option<LaterRelease>,
    /// None while it runs and nothing is shown yet.
    pub verdict: Option<WatchVerdict>,
    pub verdict_at: Option<Time>,
    /// The verdict's reason in words: `no evidence either way (9 of 38 samples)`.
    pub reason: Option<String>,
    /// When it was first called bad, also where it recovered later.
    #[serde(default)]
    pub bad_at: Option<Time>,
    /// When it recovered by itself: the verdict is then good, after trouble.
    #[serde(default)]
    pub recovered_at: Option<Time>,
    /// When nothing more is looked at for it.
    pub ended_at: Option<Time>,
    /// What it shows, a row for each kind.
    #[serde(default)]
    pub evidence: Vec<WatchEvidence>,
}

/// The last answers of the code that was live before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Baseline {
    /// `v1846`
    pub release: String,
    /// At most the last 30, oldest first.
    pub probes: Vec<ProbeSample>,
}

/// One answer of the health URL, or that none came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ProbeSample {
    pub at: Time,
    pub failed: bool,
    /// HTTP status; None when nothing answered.
    pub status: Option<u16>,
    pub milliseconds: Option<u64>,
}

/// One read of the instances that are not one-off ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ProcessSample {
    pub at: Time,
    pub up: u64,
    /// How many should run; None where that was not read.
    pub wanted: Option<u64>,
    /// Instances of the watched code that the platform says have crashed, each with when.
    pub crashed: Vec<CrashedInstance>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
pub struct CrashedInstance {
    pub name: String,
    pub process: String,
    pub at: Option<Time>,
    /// How many of its process type should run; None where that was not read.
    #[serde(default)]
    pub wanted: Option<u64>,
}

/// A release that went live while the watch ran.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
pub struct LaterRelease {
    #[serde(flatten)]
    pub release: ReleaseRef,
    pub at: Time,
}

/// Errors that the platform itself wrote to an app's log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct PlatformLog {
    /// When it was last read.
    pub read_at: Option<Time>,
    /// Each code once, in the order of their names.
    pub errors: Vec<PlatformError>,
    /// Why the platform cannot tell, where it cannot.
    pub not_told: Option<String>,
}

/// One kind of error in the platform's log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
pub struct PlatformError {
    /// The platform's own code: `H10`.
    pub code: String,
    /// `App crashed`
    pub text: String,
    /// The first and the last line of it that were seen.
    pub at: Time,
    pub last_at: Time,
    /// How many lines of it one read of the log had, at most.
    pub count: u64,
}

/// A sign of trouble. The same one again only counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct WatchSignal {
    pub kind: SignalKind,
    /// `web.3 crashed`, `health answers 503`, `H10 App crashed`
    pub text: String,
    pub at: Time,
    pub last_at: Time,
    pub count: u64,
}

/// One row of what the watch shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct WatchEvidence {
    pub level: WatchEvidenceLevel,
    /// `Web instances`, `Health`, the platform's name, `Before`
    pub label: String,
    /// The value and its limit: `6 crashed since live, limit 4 of 8`.
    pub text: String,
    /// When it was first seen; None where it is no event.
    pub at: Option<Time>,
}

impl Watch {
    /// It goes on: samples are still taken.
    pub fn is_running(&self) -> bool {
        self.ended_at.is_none()
    }
}
