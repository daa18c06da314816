//! What a plan acts on, the state in which it was shown, and the verdict in its printed words.

use crate::release::ReleaseRef;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Target {
    /// The unit of exclusion in the intents database.
    pub key: String,
    pub name: String,
}

/// The state of a target that was shown. Another one needs new consent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Basis {
    /// The head commit of a pull request.
    pub head_sha: Option<String>,
    /// The release that is live where code is put live.
    pub live: Option<ReleaseRef>,
    /// The release that is live where promoted code comes from.
    pub source: Option<ReleaseRef>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "verdict", content = "reasons", rename_all = "snake_case")]
pub enum Verdict {
    Allow,
    /// A person must accept each reason.
    Confirm(Vec<String>),
    Deny(Vec<String>),
}
