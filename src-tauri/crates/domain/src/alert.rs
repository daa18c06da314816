//! What is wrong or waits for a person. `evidence::alerts` says when.

use crate::status::{Severity, vocabulary};
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

vocabulary!(AlertKind { PipelineFailed = "pipeline_failed", ReleaseFailed = "release_failed", ProductionDown = "production_down",
    EnvironmentDown = "environment_down", ApprovalWaiting = "approval_waiting", SourceUnreachable = "source_unreachable",
    SignInAgain = "sign_in_again", RateLimited = "rate_limited", OutcomeUnknown = "outcome_unknown", NotLearnt = "not_learnt",
    RepositoryArchived = "repository_archived", RepositoryRenamed = "repository_renamed",
    BranchRenamed = "branch_renamed",
    Maintenance = "maintenance", NoPipeline = "no_pipeline", LeftQueue = "left_queue", AutoMergeOff = "auto_merge_off",
    ProductionNotSaid = "production_not_said", RolledBack = "rolled_back", ProcessDown = "process_down",
    WatchBad = "watch_bad", PinViolated = "pin_violated", BuiltNotReleased = "built_not_released" });

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(into = "NamedAlert")]
#[ts(as = "NamedAlert")]
pub struct Alert {
    pub kind: AlertKind,
    pub severity: Severity,
    pub message: String,
    pub since: Option<Time>,
    pub subject: Subject,
}

/// An alert as it is written down: with the id by which a person names it.
#[derive(Clone, Debug, Serialize, JsonSchema, TS)]
#[ts(rename = "Alert")]
pub struct NamedAlert {
    pub id: String,
    pub kind: AlertKind,
    pub severity: Severity,
    pub message: String,
    pub since: Option<Time>,
    pub subject: Subject,
}

impl From<Alert> for NamedAlert {
    fn from(alert: Alert) -> Self {
        let id = alert.id();
        let Alert { kind, severity, message, since, subject } = alert;
        Self { id, kind, severity, message, since, subject }
    }
}

impl Alert {
    /// Names the alert among those of its service, in every process and as long as it lasts:
    /// `pipeline_failed-3f9a1c`. Only what does not change while the alert lasts is part of it.
    pub fn id(&self) -> String {
        let Subject { pull_request, pipeline, environment, release } = &self.subject;
        let release = match self.kind {
            // A change of config during an incident makes another release, and no other incident.
            AlertKind::ProductionDown | AlertKind::EnvironmentDown | AlertKind::ProcessDown => None,
            AlertKind::PipelineFailed
            | AlertKind::ReleaseFailed
            | AlertKind::ApprovalWaiting
            | AlertKind::SourceUnreachable
            | AlertKind::SignInAgain
            | AlertKind::RateLimited
            | AlertKind::OutcomeUnknown
            | AlertKind::NotLearnt
            | AlertKind::RepositoryArchived
            | AlertKind::RepositoryRenamed
            | AlertKind::BranchRenamed
            | AlertKind::Maintenance
            | AlertKind::NoPipeline
            | AlertKind::LeftQueue
            | AlertKind::AutoMergeOff
            | AlertKind::ProductionNotSaid
            | AlertKind::RolledBack
            | AlertKind::WatchBad
            | AlertKind::PinViolated
            | AlertKind::BuiltNotReleased => *release,
        };
        let pull_request = pull_request.filter(|_| pipeline.is_none());
        // What is about the whole service differs by its words alone; ages and counts in them change.
        let whole = self.subject == Subject::default() || self.kind == AlertKind::NotLearnt;
        let words: String = self.message.chars().filter(|c| whole && !c.is_ascii_digit()).collect();
        let about = format!("{pull_request:?} {pipeline:?} {environment:?} {release:?} {words}");
        format!("{}-{:06x}", self.kind, stable_hash(&about) & 0xff_ffff)
    }
}

/// FNV-1a: the same in every process and version, which the standard library does not promise.
pub(crate) fn stable_hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// What an alert or an event is about; all None: the service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
pub struct Subject {
    pub pull_request: Option<u64>,
    pub pipeline: Option<String>,
    pub environment: Option<String>,
    pub release: Option<u64>,
}

impl Subject {
    pub fn pull_request(number: u64) -> Self {
        Self { pull_request: Some(number), ..Self::default() }
    }

    pub fn pipeline(id: &str) -> Self {
        Self { pipeline: Some(id.to_owned()), ..Self::default() }
    }

    pub fn environment(name: &str, release: Option<u64>) -> Self {
        Self { environment: Some(name.to_owned()), release, ..Self::default() }
    }
}
