//! A plan as it is printed: one flat object, with the names of the first version.

use super::confirmation::Confirmation;
use super::consequence::{Consequence, RollbackDetail};
use super::request::Request;
use super::target::{Basis, Target, Verdict};
use crate::action::Action;
use crate::estimate::Estimate;
use crate::journal::Expectation;
use crate::shipment::Shipment;
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Serialize, Deserialize, JsonSchema, TS)]
#[schemars(rename = "Plan")]
#[ts(rename = "Plan")]
pub struct PlanRecord {
    pub id: String,
    pub action: Action,
    /// `Merge #489`, `Roll back production to v1846`: also the confirming button's words.
    pub title: String,
    pub target: Target,
    /// The account the request is sent through; None only for a plan that no account serves.
    pub account: Option<String>,
    /// `OWNER/REPO`
    pub repo: String,
    /// The app it changes, for what a platform does.
    pub app: Option<String>,
    /// What consent is given on, for people and for the journal. Words: never compared.
    pub seen: String,
    /// The state of the target that consent is bound to.
    pub basis: Basis,
    /// The requests that would be sent, in words.
    pub steps: Vec<String>,
    pub request: Option<Request>,
    pub expectation: Option<Expectation>,
    pub verdict: Verdict,
    /// What a person must accept, each with what it is about: the reasons of `Verdict::Confirm`.
    pub confirmations: Vec<Confirmation>,
    /// What it takes out of what runs, what it brings, and what ships over it.
    pub shipment: Shipment,
    pub consequences: Vec<Consequence>,
    pub rollback: Option<RollbackDetail>,
    pub estimate: Option<Estimate>,
    /// The other way out and what it takes.
    pub instead: Option<String>,
    /// Text a person must type before the window sends it: the app's name for production.
    pub confirm_text: Option<String>,
    pub read_at: Time,
}
