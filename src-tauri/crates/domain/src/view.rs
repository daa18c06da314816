//! A service as the window holds it, and the difference between two of them.
//!
//! The window holds the JSON of [`ServiceState`] without the long parts of its pull requests: those are
//! asked for when a pull request is opened. Of the next state it is sent only what differs.

mod change;

pub use change::{ListChange, ObjectChange};

use crate::overview::ServiceOverview;
use crate::pull_request::ReviewState;
use crate::snapshot::ServiceState;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use ts_rs::TS;

/// The parts of a pull request that are asked for when it is opened.
pub const PULL_REQUEST_DETAILS: [&str; 3] = ["check_list", "reviews", "files"];

/// Parts of a pull request from which its readiness is derived and which nobody is shown.
pub const UNSHOWN_PULL_REQUEST: [&str; 12] = [
    "node_id",
    "review_decision",
    "rollup",
    "waiting_runs",
    "unresolved_threads",
    "code_owners",
    "head_signed",
    "superseded_not_green",
    "from_fork",
    "behind_by",
    "files_complete",
    "seen_waiting",
];

/// Parts of the branch's rules from which readiness is derived and which nobody is shown.
pub const UNSHOWN_RULES: [&str; 2] = ["expected_checks", "seen_heads"];

/// Where the vendors show what belongs to a service. None: the vendor has no such page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct ServicePages {
    /// A pull request, open or merged, with `{number}` to be filled in.
    pub pull_request: Option<String>,
    /// By the environment's name.
    pub environments: BTreeMap<String, EnvironmentPages>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct EnvironmentPages {
    pub app: Option<String>,
    pub releases: Option<String>,
}

/// The JSON of a service without [`PULL_REQUEST_DETAILS`] and what is not shown. In their place each pull request has
/// `details`, which is another text whenever one of them is another, and the number of its `approvals`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(
    type = "Omit<ServiceState, \"pull_requests\" | \"rules\"> & { pull_requests: Array<PullRequestView>, rules: BranchRulesView, pages: ServicePages, overview: ServiceOverview }"
)]
pub struct ServiceView(Map<String, Value>);

impl ServiceView {
    /// # Errors
    /// When the state has no JSON, which no state that was ever derived lacks.
    pub fn of(state: &ServiceState, pages: &ServicePages, overview: &ServiceOverview) -> Result<Self, serde_json::Error> {
        let Value::Object(mut fields) = serde_json::to_value(state)? else {
            return Err(serde::ser::Error::custom("a service is not a JSON object"));
        };
        let pull_requests = fields.get_mut("pull_requests").and_then(Value::as_array_mut);
        for (sent, pull_request) in pull_requests.into_iter().flatten().filter_map(Value::as_object_mut).zip(&state.pull_requests) {
            withhold_details(sent);
            let approvals = pull_request.reviews.iter().filter(|review| review.state == ReviewState::Approved).count();
            sent.insert("approvals".to_owned(), Value::from(approvals));
        }
        if let Some(rules) = fields.get_mut("rules").and_then(Value::as_object_mut) {
            rules.retain(|name, _| !UNSHOWN_RULES.contains(&name.as_str()));
        }
        fields.insert("pages".to_owned(), serde_json::to_value(pages)?);
        fields.insert("overview".to_owned(), serde_json::to_value(overview)?);
        Ok(Self(fields))
    }

    pub fn name(&self) -> &str {
        self.0.get("name").and_then(Value::as_str).unwrap_or_default()
    }

    /// What makes `next` of this one.
    pub fn change_to(&self, next: &Self) -> ObjectChange {
        // Both have the fields of one type.
        ObjectChange::between(&self.0, &next.0).unwrap_or_default()
    }
}

fn withhold_details(pull_request: &mut Map<String, Value>) {
    let mut hasher = DefaultHasher::new();
    for name in PULL_REQUEST_DETAILS {
        let part = pull_request.remove(name).unwrap_or_default();
        part.to_string().hash(&mut hasher);
    }
    pull_request.retain(|name, _| !UNSHOWN_PULL_REQUEST.contains(&name.as_str()));
    pull_request.insert("details".to_owned(), Value::from(format!("{:016x}", hasher.finish())));
}
