//! A branch that is merged into only through a queue, and what waits in it.

use crate::status::{MergeMethod, vocabulary};
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

vocabulary!(
    /// The host's word for where an entry stands.
    QueueState { Queued = "queued", AwaitingChecks = "awaiting_checks", Mergeable = "mergeable", Unmergeable = "unmergeable",
        Locked = "locked", Unknown = "unknown" });

/// The queue decides the method and the moment; a direct merge into its branch is refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct MergeQueue {
    /// None: not told.
    pub method: Option<MergeMethod>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct QueueEntry {
    /// 1 is next; None: not told.
    pub position: Option<u64>,
    pub state: QueueState,
    /// Seconds until it is merged, by the host's own estimate.
    pub estimated_seconds: Option<u64>,
    pub enqueued_at: Option<Time>,
}

impl QueueEntry {
    /// `In the merge queue at position 2`
    pub fn place(&self) -> String {
        self.position.map_or_else(|| "In the merge queue".to_owned(), |n| format!("In the merge queue at position {n}"))
    }

    /// What it waits for, in words.
    pub fn waits(&self) -> &'static str {
        match self.state {
            QueueState::Queued => "waits for its turn",
            QueueState::AwaitingChecks => "its checks run",
            QueueState::Mergeable => "about to be merged",
            QueueState::Unmergeable => "cannot be merged as it is",
            QueueState::Locked => "held by the queue",
            QueueState::Unknown => "state not known",
        }
    }
}
