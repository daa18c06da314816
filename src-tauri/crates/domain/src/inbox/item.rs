//! An item of the inbox, as it is stored, printed and sent to the window.

use crate::action::Action;
use crate::alert::Subject;
use crate::status::vocabulary;
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

vocabulary!(
    /// What an item is about, the most urgent first.
    InboxKind { ProductionHurt = "production_hurt", Approval = "approval", ReleaseFailed = "release_failed",
        FailedOnBranch = "failed_on_branch", LeftQueue = "left_queue", AutoMergeOff = "auto_merge_off",
        OutcomeUnknown = "outcome_unknown", SignInAgain = "sign_in_again", Split = "split", Drift = "drift",
        ProductionNotSaid = "production_not_said", Fixed = "fixed", Live = "live" });

vocabulary!(Concern { NeedsYou = "needs_you", News = "news" });

vocabulary!(
    /// How an item came to be done. Acting: the action that was taken through Slipway ended its cause. Ended: the
    /// cause ended by itself, or by somebody elsewhere.
    DoneHow { Person = "person", Acting = "acting", Ended = "ended" });

impl InboxKind {
    pub fn concern(self) -> Concern {
        match self {
            Self::ProductionHurt
            | Self::Approval
            | Self::ReleaseFailed
            | Self::FailedOnBranch
            | Self::LeftQueue
            | Self::AutoMergeOff
            | Self::OutcomeUnknown
            | Self::SignInAgain
            | Self::Split
            | Self::Drift
            | Self::ProductionNotSaid => Concern::NeedsYou,
            Self::Fixed | Self::Live => Concern::News,
        }
    }

    /// Whether a cause of this kind, once it has ended, never comes again: another one has another name.
    pub(super) fn comes_once(self) -> bool {
        match self {
            Self::OutcomeUnknown | Self::Fixed | Self::Live => true,
            Self::ProductionHurt
            | Self::Approval
            | Self::ReleaseFailed
            | Self::FailedOnBranch
            | Self::LeftQueue
            | Self::AutoMergeOff
            | Self::SignInAgain
            | Self::Split
            | Self::Drift
            | Self::ProductionNotSaid => false,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct InboxItem {
    /// The same in every process; not used again while the item is kept.
    pub id: String,
    /// None: it is about an account.
    pub service: Option<String>,
    pub kind: InboxKind,
    pub concern: Concern,
    /// A sentence without its full stop.
    pub text: String,
    pub detail: Option<String>,
    /// When the cause began, by the vendor's clock; where that is not known, when it was first seen.
    pub since: Time,
    pub opened_at: Time,
    pub subject: Subject,
    /// What most likely ends it; its plan is asked for first. None: it can only be looked at.
    pub action: Option<Action>,
    /// Why the action cannot be taken.
    pub blocked: Option<String>,
    /// The journal's entry that it is about.
    pub entry: Option<String>,
    pub read_at: Option<Time>,
    /// When it is to be unread again, as a person asked.
    pub remind_at: Option<Time>,
    /// When it last became unread again because of that.
    pub reminded_at: Option<Time>,
    pub done: Option<Done>,
    /// What names its cause within the service.
    pub cause: String,
    /// The cause was read to hold by the newest read that told of it. A person may be done with it all the same.
    pub holds: bool,
    /// When that read began.
    pub seen: Time,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Done {
    pub at: Time,
    pub how: DoneHow,
    /// Who, where it is known.
    pub by: Option<String>,
    /// What became of it, for people: `approved`, `main passes again`.
    pub words: String,
}

impl InboxItem {
    /// The same item of a service that has another name now.
    #[must_use]
    pub fn renamed(&self, service: &str) -> Self {
        let action = self.action.clone().map(|action| Action { service: service.to_owned(), ..action });
        Self { service: Some(service.to_owned()), action, ..self.clone() }
    }

    pub fn is_open(&self) -> bool {
        self.done.is_none()
    }

    pub fn needs_you(&self) -> bool {
        self.concern == Concern::NeedsYou
    }
}

impl Done {
    /// `approved by joost-v`, `main passes again`.
    pub fn sentence(&self) -> String {
        self.by.as_ref().map_or_else(|| self.words.clone(), |by| format!("{} by {by}", self.words))
    }
}
