//! An alert that a person has ended, because what caused it can no longer be read, or is known better.
//!
//! It is stored with who ended it, when and why, and is shown. It never makes anything green, and it does
//! not cover an alert with a new cause.

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
