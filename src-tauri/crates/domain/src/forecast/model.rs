use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a three-way merge in memory of the touched files shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct RevertForecast {
    pub outcome: ForecastOutcome,
    /// The branch's newest commit when it was tried.
    pub tip: Option<String>,
    /// Files that were compared.
    pub files: u64,
    /// One revert is not enough: these pull requests, in this order, itself last. Empty where one is enough, and
    /// where no such order was found.
    #[serde(default)]
    pub chain: Vec<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ForecastOutcome {
    Clean,
    /// Nothing of it is left on the branch: a revert would change nothing.
    NothingLeft,
    /// Paths in which both sides changed the same lines.
    Conflicts {
        paths: Vec<String>,
    },
    NotKnown {
        why: String,
    },
}

impl RevertForecast {
    /// Nothing could be tried.
    pub fn not_known(why: impl Into<String>, tip: Option<String>) -> Self {
        Self { outcome: ForecastOutcome::NotKnown { why: why.into() }, tip, files: 0, chain: Vec::new() }
    }
}
