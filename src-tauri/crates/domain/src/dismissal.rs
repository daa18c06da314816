//! An alert that a person has ended, because what caused it can no longer be read, or is known better.
//!
//! It is their word: kept with who, when and why, and shown. It never makes anything green, and it does
//! not hold for a new cause.

use crate::alert::AlertKind;
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Dismissal {
    /// The id of the alert.
    pub alert: String,
    pub kind: AlertKind,
    /// What it said.
    pub message: String,
    pub by: String,
    pub at: Time,
    pub reason: String,
}
