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
        PinViolated = "pin_violated", Config = "config", Watch = "watch", Note = "note", Closed = "closed", Reopened = "reopened",
        /// An action that was tried and did not come true, or of which that is not known.
        Failed = "failed",
        /// What is in the log alone.
        Event = "event" });

vocabulary!(
    /// A text of a record that a person writes.
    IncidentText { Cause = "cause", WentWell = "went_well", Lucky = "lucky", Change = "change" });

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
    /// What opened it or joined it, by names that are of one cause alone: each opens one record.
    #[serde(default)]
    pub causes: Vec<String>,
    /// The timeline, in no order: see `timeline`.
    pub entries: Vec<IncidentEntry>,
    /// What is not on the timeline, oldest first.
    #[serde(default)]
    pub log: Vec<IncidentEntry>,
    pub decision: Option<Decision>,
    /// What a person says was the cause.
    pub cause: Option<String>,
    pub cause_by: Option<String>,
    /// What left with the rollback, and what became of it.
    #[serde(default)]
    pub left: Vec<LeftChange>,
    #[serde(default)]
    pub lessons: Lessons,
    #[serde(default)]
    pub acknowledged: Option<Acknowledgement>,
    /// The entry with which good code was live, or with which it recovered by itself; None: that is not known.
    #[serde(default)]
    pub good_live: Option<String>,
    /// Since when it asks whether it is over: nothing more happened for a day, and nothing shows that it is.
    #[serde(default)]
    pub asks_since: Option<Time>,
    pub close: Option<IncidentClose>,
}

/// A change that left with the rollback.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct LeftChange {
    #[serde(flatten)]
    pub change: Change,
    /// None: it is not live again, and not known to be reverted.
    pub became: Option<LeftOutcome>,
}

/// What became of a change that left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct LeftOutcome {
    /// True: the release has its revert. False: the change is back.
    pub reverted: bool,
    /// The first release with it: `v1851`.
    pub release: String,
    pub at: Time,
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
    /// What it is about: see `incident::causes`. What comes beside these is loud again.
    #[serde(default)]
    pub causes: Vec<String>,
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

/// The moments that the figures lie between. None: not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct IncidentMarks {
    pub bad_live: Option<Time>,
    pub first_signal: Option<Time>,
    pub decided: Option<Time>,
    pub good_live: Option<Time>,
}

/// What a list shows of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct IncidentSummary {
    pub id: String,
    pub number: u64,
    pub service: String,
    pub environment: String,
    pub production: bool,
    pub title: String,
    pub opened_at: Time,
    pub closed_at: Option<Time>,
    pub open: bool,
    /// Since when users were hurt; None: they were not, as far as it is known.
    pub hurt_since: Option<Time>,
    /// From then until good code was live. None: not hurt, or that is not known yet.
    pub hurt_seconds: Option<f64>,
    /// It asks whether it is over.
    pub asks: bool,
}

/// A record as it is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct IncidentView {
    /// Without its entries and its log: `timeline` has the entries.
    pub incident: Incident,
    pub times: IncidentTimes,
    pub marks: IncidentMarks,
    pub hurt_since: Option<Time>,
    pub hurt_seconds: Option<f64>,
    /// In order: by when it happened, causes before effects.
    pub timeline: Vec<IncidentEntry>,
    /// How many of them a person has corrected.
    pub edited: u64,
    pub log_count: u64,
}

/// What the board shows of a record that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct IncidentHead {
    pub id: String,
    pub number: u64,
    pub title: String,
    pub opened_at: Time,
    pub acknowledged: Option<Acknowledgement>,
    /// Since when it asks whether it is over.
    #[serde(default)]
    pub asks_since: Option<Time>,
}
