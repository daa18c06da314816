//! An action as it is stored and printed: one flat object, with the words of the first version.

use super::{Action, ActionKind, Code, OpenChange, PinChoice, PipelineAction, PipelineChange, PullRequestAction, PullRequestChange};
use super::{ReleaseAction, ReleaseChange};
use crate::status::MergeMethod;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Serialize, Deserialize, JsonSchema, TS)]
#[schemars(rename = "Action")]
#[ts(rename = "Action")]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum ActionRecord {
    Merge {
        service: String,
        number: u64,
        method: Option<MergeMethod>,
    },
    /// Into the queue of a branch that has one.
    Enqueue {
        service: String,
        number: u64,
    },
    Dequeue {
        service: String,
        number: u64,
    },
    /// The host merges it by itself once nothing holds it back.
    EnableAutoMerge {
        service: String,
        number: u64,
        method: Option<MergeMethod>,
    },
    DisableAutoMerge {
        service: String,
        number: u64,
    },
    /// Merges the base branch into the pull request's.
    UpdateBranch {
        service: String,
        number: u64,
    },
    Revert {
        service: String,
        number: u64,
    },
    RollBack {
        service: String,
        environment: String,
        to: Option<u64>,
        reason: Option<String>,
        /// None, also in what an older version stored: it does not pin.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pin: Option<PinChoice>,
    },
    Rerun {
        service: String,
        pipeline: String,
    },
    Cancel {
        service: String,
        pipeline: String,
    },
    Approve {
        service: String,
        pipeline: String,
        /// The hold that is meant, by its name or by the environment it lets be released; None: the
        /// only one there is.
        #[serde(default)]
        job: Option<String>,
    },
    /// What runs on `from` is released on `to`, by the platform's own pipeline.
    Promote {
        service: String,
        from: String,
        to: String,
    },
    /// Code that was built already goes live with the environment's present config.
    Release {
        service: String,
        environment: String,
        code: Code,
    },
}

impl From<ActionRecord> for Action {
    fn from(record: ActionRecord) -> Self {
        match record {
            ActionRecord::Merge { service, number, method } => Self::merge(service, number, method),
            ActionRecord::Enqueue { service, number } => Self::enqueue(service, number),
            ActionRecord::Dequeue { service, number } => Self::dequeue(service, number),
            ActionRecord::EnableAutoMerge { service, number, method } => Self::enable_auto_merge(service, number, method),
            ActionRecord::DisableAutoMerge { service, number } => Self::disable_auto_merge(service, number),
            ActionRecord::UpdateBranch { service, number } => Self::update_branch(service, number),
            ActionRecord::Revert { service, number } => Self::revert(service, number),
            ActionRecord::RollBack { service, environment, to, reason, pin } => {
                Self::roll_back_and_pin(service, environment, to, reason, pin)
            }
            ActionRecord::Rerun { service, pipeline } => Self::rerun(service, pipeline),
            ActionRecord::Cancel { service, pipeline } => Self::cancel(service, pipeline),
            ActionRecord::Approve { service, pipeline, job } => Self::approve(service, pipeline, job),
            ActionRecord::Promote { service, from, to } => Self::promote(service, from, to),
            ActionRecord::Release { service, environment, code } => Self::release(service, environment, code),
        }
    }
}

impl From<Action> for ActionRecord {
    fn from(action: Action) -> Self {
        let service = action.service;
        match action.kind {
            ActionKind::PullRequest(PullRequestAction { number, change }) => match change {
                PullRequestChange::Open(OpenChange::Merge { method }) => Self::Merge { service, number, method },
                PullRequestChange::Open(OpenChange::Enqueue) => Self::Enqueue { service, number },
                PullRequestChange::Open(OpenChange::Dequeue) => Self::Dequeue { service, number },
                PullRequestChange::Open(OpenChange::EnableAutoMerge { method }) => Self::EnableAutoMerge { service, number, method },
                PullRequestChange::Open(OpenChange::DisableAutoMerge) => Self::DisableAutoMerge { service, number },
                PullRequestChange::Open(OpenChange::UpdateBranch) => Self::UpdateBranch { service, number },
                PullRequestChange::Revert => Self::Revert { service, number },
            },
            ActionKind::Pipeline(PipelineAction { pipeline, change }) => match change {
                PipelineChange::Rerun => Self::Rerun { service, pipeline },
                PipelineChange::Cancel => Self::Cancel { service, pipeline },
                PipelineChange::Approve { job } => Self::Approve { service, pipeline, job },
            },
            ActionKind::Release(ReleaseAction { environment, change }) => match change {
                ReleaseChange::RollBack { to, reason, pin } => Self::RollBack { service, environment, to, reason, pin },
                ReleaseChange::Promote { from } => Self::Promote { service, from, to: environment },
                ReleaseChange::Release { code } => Self::Release { service, environment, code },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// These words are in journals and in scripts.
    #[test]
    fn every_action_is_written_and_read_as_ever() {
        for written in [
            json!({"action": "merge", "service": "s", "number": 7, "method": "squash"}),
            json!({"action": "enqueue", "service": "s", "number": 7}),
            json!({"action": "dequeue", "service": "s", "number": 7}),
            json!({"action": "enable_auto_merge", "service": "s", "number": 7, "method": null}),
            json!({"action": "disable_auto_merge", "service": "s", "number": 7}),
            json!({"action": "update_branch", "service": "s", "number": 7}),
            json!({"action": "revert", "service": "s", "number": 7}),
            json!({"action": "roll_back", "service": "s", "environment": "e", "to": 3, "reason": "r"}),
            json!({"action": "roll_back", "service": "s", "environment": "e", "to": null, "reason": null,
                "pin": {"bad": ["#7"], "ends_by_itself": false}}),
            json!({"action": "rerun", "service": "s", "pipeline": "p"}),
            json!({"action": "cancel", "service": "s", "pipeline": "p"}),
            json!({"action": "approve", "service": "s", "pipeline": "p", "job": "j"}),
            json!({"action": "promote", "service": "s", "from": "a", "to": "b"}),
            json!({"action": "release", "service": "s", "environment": "e", "code": {"of": "slug", "slug": "x"}}),
        ] {
            let action: Action = serde_json::from_value(written.clone()).unwrap();
            assert_eq!(serde_json::to_value(action).unwrap(), written);
        }
        let stored: Action = serde_json::from_value(json!({"action": "approve", "service": "s", "pipeline": "p"})).unwrap();
        assert_eq!(stored, Action::approve("s".into(), "p".into(), None), "an older version names no job");
    }
}
