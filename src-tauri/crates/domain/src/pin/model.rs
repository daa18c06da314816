//! What is kept of a pin, and what is derived of it each time something is read.

use crate::action::Action;
use crate::humanize::list;
use crate::release::ReleaseRef;
use crate::shipment::Change;
use crate::status::vocabulary;
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// As it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Pin {
    pub id: String,
    pub service: String,
    /// `OWNER/REPO`
    pub repo: String,
    pub environment: String,
    pub app: String,
    /// The release whose code it stays on.
    pub target: ReleaseRef,
    pub target_commit: Option<String>,
    /// The release that was left.
    pub left: ReleaseRef,
    pub left_commit: Option<String>,
    /// What must not run again without its revert: all that the rollback took out, or what a person chose of it.
    pub bad: Vec<PinnedChange>,
    /// A person chose some of what was taken out.
    #[serde(default)]
    pub narrowed: bool,
    pub reason: Option<String>,
    pub by: String,
    pub at: Time,
    /// The journal's entry of the rollback.
    pub entry: Option<String>,
    /// It ends without being asked, once the live release reverts everything bad and its watch was good.
    pub ends_by_itself: bool,
    /// Releases that brought a bad change back while it held.
    #[serde(default)]
    pub violations: Vec<Violation>,
    pub end: Option<PinEnd>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct PinnedChange {
    #[serde(flatten)]
    pub change: Change,
    /// Its commits on the first-parent line, newest first.
    pub commits: Vec<String>,
}

/// A pin that a rollback sets once it is verified: what it leaves and what must stay out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct PlannedPin {
    pub environment: String,
    pub target: ReleaseRef,
    pub target_commit: Option<String>,
    pub left: ReleaseRef,
    pub left_commit: Option<String>,
    pub bad: Vec<PinnedChange>,
    pub narrowed: bool,
    pub ends_by_itself: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Violation {
    pub release: ReleaseRef,
    pub at: Time,
    /// Names of what it brought back: `#482`.
    pub brings: Vec<String>,
    /// Why a person let it through; None: it was released all the same.
    pub knowingly: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct PinEnd {
    pub at: Time,
    /// None: it ended by itself.
    pub by: Option<String>,
    pub reason: String,
}

/// A person's word that a release is bad: it is never offered as a way back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct BadRelease {
    pub id: String,
    pub service: String,
    pub environment: String,
    pub app: String,
    pub release: ReleaseRef,
    /// The code that it runs: every release of the same code is as bad.
    pub code: Option<String>,
    pub by: String,
    pub at: Time,
    pub reason: String,
}

vocabulary!(
    /// What may bring a change to an environment.
    CarrierKind { AutoMerge = "auto_merge", MergeQueue = "merge_queue", Pipeline = "pipeline", Build = "build", Promotion = "promotion",
        Release = "release" });

/// What is on its way to an environment that is pinned or hurt.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct OnItsWay {
    /// What must not come back: the pin's set, else what the live code brought.
    pub bad: Vec<Change>,
    /// What would bring any of it back, the next first.
    pub carriers: Vec<Carrier>,
    /// How many things on their way were looked at.
    pub checked: u64,
    /// What could not be read now, in words: more may be on its way. Empty: all of it was read.
    #[serde(default)]
    pub unread: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Carrier {
    pub kind: CarrierKind,
    /// The vendor's id of the pipeline, build or release; `#414` for a pull request; an environment's name for a
    /// promotion.
    pub id: String,
    /// `Pipeline #3129`
    pub label: String,
    pub title: Option<String>,
    /// The pull request that it is of.
    pub number: Option<u64>,
    /// Names of the bad changes that it would bring back: `#482`.
    pub carries: Vec<String>,
    /// False: whether it contains them, or their revert, is not known. It counts as carrying them.
    pub known: bool,
    /// Only the title and the files of a later change say that it reverts them.
    pub likely_reverted: bool,
    /// How far it is, from 0 to 1; None where that is not known.
    pub progress: Option<f64>,
    /// Seconds until it is live by its usual time; None where that is not known.
    pub ships_in_seconds: Option<u64>,
    /// What it waits for before it ships, such as an approval; None: it ships by itself.
    pub waits_for: Option<String>,
    /// Its plan stops it. None where nothing can.
    pub stop: Option<Action>,
    /// Why it cannot be stopped from here.
    pub stop_blocked: Option<String>,
}

/// How far the revert of what is bad has come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct PinProgress {
    /// The pull request that reverts what is bad; None: none is open.
    pub revert: Option<u64>,
    /// It reverts all of it, by what is known.
    pub reverts_all: bool,
    pub steps: Vec<PinStep>,
    /// A bad change runs again, as far as it is known: see `brings`.
    pub violated: bool,
    /// Names of the bad changes that run again: `#482`.
    #[serde(default)]
    pub brings: Vec<String>,
    /// False: whether they run, or are reverted, is not known. It counts as running them.
    #[serde(default)]
    pub brings_known: bool,
    /// Everything bad is reverted in what is live and its watch was good: it may end.
    pub may_end: bool,
    /// Why a person may end it now although it does not end by itself.
    #[serde(default)]
    pub offer: Option<String>,
}

vocabulary!(PinStepState { Done = "done", Current = "current", Later = "later", Unknown = "unknown" });

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct PinStep {
    /// `Opened`, `Approved`, `Merged`, `Pipeline`, `Live`, `Watch good`
    pub label: String,
    /// `1 missing`, `about 8 min`
    pub detail: Option<String>,
    pub state: PinStepState,
    pub at: Option<Time>,
}

impl Pin {
    pub fn is_open(&self) -> bool {
        self.end.is_none()
    }

    /// `#482 and #484`
    pub fn names(&self) -> String {
        list(&self.bad.iter().map(|bad| bad.change.name()).collect::<Vec<_>>())
    }
}
