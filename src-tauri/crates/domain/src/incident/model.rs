//! What is kept of an incident.

use crate::release::ReleaseRef;
use crate::shipment::Change;
use crate::status::vocabulary;
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

vocabulary!(
    /// What opened a record.
    OpenedBy { Watch = "watch", ReleaseFailed = "release_failed", Pin = "pin", Hurt = "hurt", Person = "person" });

vocabulary!(
    /// What an entry of the timeline is about.
    EntryKind { BadLive = "bad_live", Signal = "signal", Alert = "alert", PlanOpened = "plan_opened", Acknowledged = "acknowledged",
        Decided = "decided", Sent = "sent", Live = "live", Verified = "verified", RevertOpened = "revert_opened",
        RevertMerged = "revert_merged", RevertLive = "revert_live", Stopped = "stopped", PinSet = "pin_set", PinEnded = "pin_ended",
        PinViolated = "pin_violated", Config = "config", Watch = "watch", Note = "note", Closed = "closed", Reopened = "reopened" });

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Incident {
    pub id: String,
    /// Counted on this computer.
    pub number: u64,
    pub service: String,
    pub repo: String,
    pub environment: String,
    pub app: String,
    #[serde(default)]
    pub production: bool,
    /// `Crashed after v1847`
    pub title: String,
    pub opened_by: OpenedBy,
    pub opened_at: Time,
    /// The release that hurts, where it is known.
    pub bad_release: Option<ReleaseRef>,
    /// The timeline, in no order: see `timeline`.
    pub entries: Vec<IncidentEntry>,
    /// What is not on the timeline, oldest first.
    #[serde(default)]
    pub log: Vec<IncidentEntry>,
    pub decision: Option<Decision>,
    /// What a person says was the cause.
    pub cause: Option<String>,
    pub cause_by: Option<String>,
    /// What left with the rollback.
    #[serde(default)]
    pub left: Vec<Change>,
    #[serde(default)]
    pub lessons: Lessons,
    #[serde(default)]
    pub acknowledged: Option<Acknowledgement>,
    pub close: Option<IncidentClose>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct IncidentEntry {
    pub id: String,
    pub kind: EntryKind,
    /// By the vendor's clock where it tells; a person may correct it.
    pub happened_at: Time,
    pub recorded_at: Time,
    /// A person, or None for Slipway itself.
    pub who: Option<String>,
    /// `Heroku`, `probe`, `Slipway`, or a person.
    pub source: String,
    pub text: String,
    /// How often the same was seen, and until when.
    pub count: u64,
    pub last_at: Time,
    pub link: Option<String>,
    /// What was corrected, oldest first: the first one holds the first value.
    #[serde(default)]
    pub edits: Vec<TimeEdit>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct TimeEdit {
    pub by: String,
    pub at: Time,
    /// As it was before.
    pub happened_at: Time,
    pub text: String,
}

/// What was chosen, with what else there was and what it was thought to take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Decision {
    pub at: Time,
    pub by: String,
    pub reason: Option<String>,
    pub options: Vec<DecisionOption>,
}

/// One way that was open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct DecisionOption {
    /// `Roll back to v1846`
    pub text: String,
    pub chosen: bool,
    /// None: not known then.
    pub estimate_seconds: Option<f64>,
    /// What it took, where it was taken and is over.
    pub took_seconds: Option<f64>,
}

/// For people to write; never filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Lessons {
    pub went_well: String,
    pub lucky: String,
    pub change: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Acknowledgement {
    pub by: String,
    pub at: Time,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct IncidentClose {
    pub at: Time,
    /// None: it closed by itself.
    pub by: Option<String>,
    pub reason: String,
}

/// The four figures, in seconds. None: not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct IncidentTimes {
    /// From the bad release live to the first signal.
    pub detect: Option<f64>,
    /// From the first signal to the decision.
    pub decide: Option<f64>,
    /// From the decision to good code live.
    pub recover: Option<f64>,
    /// From the bad release live to good code live.
    pub total: Option<f64>,
}

/// What the board shows of a record that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct IncidentHead {
    pub id: String,
    pub number: u64,
    pub title: String,
    pub opened_at: Time,
    pub acknowledged: Option<Acknowledgement>,
}
