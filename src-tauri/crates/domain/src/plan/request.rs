//! What is sent when a plan is carried out.

use crate::status::MergeMethod;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The one request that changes the outside world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    Merge {
        repo: String,
        number: u64,
        head_sha: String,
        method: MergeMethod,
    },
    Enqueue {
        repo: String,
        number: u64,
        node_id: String,
        head_sha: String,
    },
    Dequeue {
        repo: String,
        number: u64,
        node_id: String,
    },
    EnableAutoMerge {
        repo: String,
        number: u64,
        node_id: String,
        head_sha: String,
        method: MergeMethod,
    },
    DisableAutoMerge {
        repo: String,
        number: u64,
        node_id: String,
    },
    UpdateBranch {
        repo: String,
        number: u64,
        node_id: String,
        head_sha: String,
    },
    Revert {
        repo: String,
        number: u64,
        node_id: String,
        title: String,
        body: String,
    },
    RollBack {
        app: String,
        release_id: String,
    },
    RerunFromFailed {
        workflow: String,
    },
    CancelWorkflow {
        workflow: String,
    },
    Approve {
        workflow: String,
        approval_id: String,
    },
    Promote {
        app: String,
        pipeline: String,
        source_app_id: String,
        release_id: String,
        target_app_id: String,
    },
    #[serde(rename = "release_slug")]
    ReleaseArtifact {
        app: String,
        #[serde(rename = "slug")]
        artifact_id: String,
        description: String,
    },
}
