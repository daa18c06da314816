//! Every action taken: by whom, on what was seen, why, and what became of it.

use crate::action::Action;
use crate::pin::PlannedPin;
use crate::release::ReleaseRef;
use crate::status::vocabulary;
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

vocabulary!(
    /// `planned`: durable, not sent. `sent`: the request left, or may have left. `not_sent`: it is
    /// shown that nothing left.
    EntryState { Planned = "planned", Sent = "sent", Succeeded = "succeeded", Failed = "failed", Unknown = "unknown",
        NotSent = "not_sent" });

impl EntryState {
    /// Still to be settled by reading.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Planned | Self::Sent | Self::Unknown)
    }
}

vocabulary!(
    /// What a person says became of an action whose outcome cannot be read.
    SettledAs { Happened = "happened", DidNot = "did_not" });

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Entry {
    pub id: String,
    pub at: Time,
    /// The action's kind: merge, revert, rollback, rerun, ...
    pub action: String,
    pub service: String,
    /// The account it was sent through; None in entries of older versions.
    #[serde(default)]
    pub account: Option<String>,
    /// `OWNER/REPO`; None in entries of older versions.
    #[serde(default)]
    pub repo: Option<String>,
    /// The app it changes, for what a platform does.
    #[serde(default)]
    pub app: Option<String>,
    /// For people: `acme/storefront#482`, `storefront-production`.
    pub target: String,
    /// What consent was given on, for example `head 9f3c1ab`.
    pub seen: String,
    pub reason: Option<String>,
    /// The operating system's user.
    pub by: String,
    pub state: EntryState,
    pub sent_at: Option<Time>,
    /// When the vendor accepted the request; None while no such answer came.
    #[serde(default)]
    pub accepted_at: Option<Time>,
    pub finished_at: Option<Time>,
    pub message: String,
    pub request: Action,
    pub expectation: Expectation,
    /// The release that has replaced ours since it went live.
    #[serde(default)]
    pub replaced_by: Option<ReleaseRef>,
    /// Releases by others between the one that was shown and ours: ours replaced them without anybody being
    /// told.
    #[serde(default)]
    pub overtook: Vec<ReleaseRef>,
    /// The person who said what became of it. The state stays unknown, because no read shows it.
    #[serde(default)]
    pub settled_by: Option<String>,
    #[serde(default)]
    pub settled_as: Option<SettledAs>,
    #[serde(default)]
    pub settled_reason: Option<String>,
    /// What is pinned once it is verified.
    #[serde(default)]
    pub pin: Option<PlannedPin>,
    /// Ids of pins that a person let it go over; why is its reason.
    #[serde(default)]
    pub over_pins: Vec<String>,
}

impl Entry {
    /// Still to be settled, by reading or by a person's word.
    pub fn is_open(&self) -> bool {
        self.state.is_open() && self.settled_as.is_none()
    }

    /// What a person can do while the outcome is unknown. Slipway itself only looks.
    pub fn advice(&self) -> String {
        match &self.expectation {
            Expectation::Merged { repo, number, .. } | Expectation::Enqueued { repo, number, .. } => {
                format!("Open {repo}#{number}: if it is not merged or waiting to be, it is safe to ask again.")
            }
            Expectation::Dequeued { repo, number }
            | Expectation::AutoMergeOn { repo, number }
            | Expectation::AutoMergeOff { repo, number }
            | Expectation::BranchUpdated { repo, number, .. } => {
                format!("Open {repo}#{number} and see how it stands before you ask again.")
            }
            Expectation::RevertOpened { repo, number, .. } => {
                format!("Look for an open PR that reverts {repo}#{number} before you ask for another.")
            }
            Expectation::RolledBack { app, target_version, after_version, .. } => {
                format!(
                    "Look for a release after v{after_version} of {app} that says \"Rollback to v{target_version}\" before you ask again."
                )
            }
            Expectation::Released { app, after_version, .. } => {
                format!("Look for a release after v{after_version} of {app} with this code before you ask again.")
            }
            Expectation::Reran { .. } | Expectation::Canceled { .. } | Expectation::Approved { .. } => {
                "Open the pipeline and see how it stands before you ask again.".to_owned()
            }
        }
    }
}

impl Expectation {
    /// The release that our request made, once it is known.
    pub fn made_release(&self) -> Option<&ReleaseRef> {
        match self {
            Self::RolledBack { release, .. } | Self::Released { release, .. } => release.as_ref(),
            Self::Merged { .. }
            | Self::Enqueued { .. }
            | Self::Dequeued { .. }
            | Self::AutoMergeOn { .. }
            | Self::AutoMergeOff { .. }
            | Self::BranchUpdated { .. }
            | Self::RevertOpened { .. }
            | Self::Reran { .. }
            | Self::Canceled { .. }
            | Self::Approved { .. } => None,
        }
    }

    /// The newest release when consent was given, for what makes a release.
    pub fn after_version(&self) -> Option<u64> {
        match self {
            Self::RolledBack { after_version, .. } | Self::Released { after_version, .. } => Some(*after_version),
            Self::Merged { .. }
            | Self::Enqueued { .. }
            | Self::Dequeued { .. }
            | Self::AutoMergeOn { .. }
            | Self::AutoMergeOff { .. }
            | Self::BranchUpdated { .. }
            | Self::RevertOpened { .. }
            | Self::Reran { .. }
            | Self::Canceled { .. }
            | Self::Approved { .. } => None,
        }
    }
}

/// What must be read before an action counts as done. It has everything that is needed after a restart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "expect", rename_all = "snake_case")]
pub enum Expectation {
    /// The code host says merged, with this head.
    Merged {
        repo: String,
        number: u64,
        head_sha: String,
    },
    /// It is in the merge queue with this head, or was merged with it.
    Enqueued {
        repo: String,
        number: u64,
        head_sha: String,
    },
    /// It is not in the merge queue.
    Dequeued {
        repo: String,
        number: u64,
    },
    /// Auto-merge is on, or has merged it.
    AutoMergeOn {
        repo: String,
        number: u64,
    },
    AutoMergeOff {
        repo: String,
        number: u64,
    },
    /// The head is no longer `head_sha` and contains `base_sha`.
    BranchUpdated {
        repo: String,
        number: u64,
        head_sha: String,
        base_sha: String,
    },
    /// A pull request exists whose body carries `marker`.
    RevertOpened {
        repo: String,
        number: u64,
        marker: String,
        /// The pull request that our request opened, once its answer named it.
        #[serde(default)]
        opened: Option<u64>,
    },
    /// A release newer than `after_version` carries the target's code and is current.
    RolledBack {
        app: String,
        target_id: String,
        target_version: u64,
        /// The target's code: see `Release::code`. None where no code is known of it.
        #[serde(rename = "target_slug")]
        target_code: Option<String>,
        after_version: u64,
        /// The release that our request made, once its answer named it.
        #[serde(default)]
        release: Option<ReleaseRef>,
    },
    /// The pipeline has a workflow of this name that is none of `known`.
    Reran {
        pipeline: String,
        known: Vec<String>,
        /// None in entries of older versions: any name.
        #[serde(default)]
        name: Option<String>,
        /// The workflow that our request started, once its answer named it.
        #[serde(default)]
        workflow: Option<String>,
    },
    /// The workflow has stopped.
    Canceled {
        pipeline: String,
        workflow: String,
    },
    /// The pipeline no longer waits for this approval.
    Approved {
        pipeline: String,
        workflow: String,
        approval_id: String,
    },
    /// A release newer than `after_version` carries `code` and is current.
    Released {
        app: String,
        /// The code: see `Release::code`.
        #[serde(rename = "slug")]
        code: String,
        after_version: u64,
        /// The platform's promotion that makes it, once its id is known.
        #[serde(default)]
        promotion: Option<String>,
        /// The release that our request made, once its answer or its promotion named it.
        #[serde(default)]
        release: Option<ReleaseRef>,
    },
}
