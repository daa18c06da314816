//! What an account may do, and which actions are off because it may not.

use crate::source::Source;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One right of a token, as far as reads show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Capability {
    /// The vendor's word: `repo`, `write-protected`.
    pub name: String,
    pub need: Need,
    pub state: Grant,
    /// What it is needed for.
    pub purpose: String,
    /// The actions that cannot be done without it.
    pub disables: Vec<String>,
    /// What to do when it is missing.
    pub advice: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    Required,
    Useful,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    Granted,
    Missing,
    Unknown,
}

/// Every action that goes through `source` is off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct DisabledActions {
    pub source: Source,
    pub why: String,
}

impl Capability {
    /// Why actions are off, or None while nothing is known to be missing.
    pub fn why_disabled(&self) -> Option<String> {
        let missing = self.state == Grant::Missing && !self.disables.is_empty();
        let advice = self.advice.as_deref().unwrap_or_default();
        missing.then(|| format!("The token lacks {}: {} is off. {advice}", self.name, self.disables.join(", ")).trim_end().to_owned())
    }
}
