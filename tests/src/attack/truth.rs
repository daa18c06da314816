//! The truth about a case, by ids.

use serde_json::Value;

use super::fixture::service_of;
use super::runner::{CaseResult, Run};

/// A change that a command requested, or that another person made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change<'a>(pub &'a Value);

impl<'a> Change<'a> {
    pub(super) fn kind(self) -> &'a str {
        self.0["kind"].as_str().unwrap_or_default()
    }

    pub(super) fn target(self) -> &'a str {
        self.0["target"].as_str().unwrap_or_default()
    }

    /// None: made by another person.
    pub(super) fn token(self) -> Option<u64> {
        self.0["token"].as_u64()
    }

    pub(super) fn applied(self) -> bool {
        self.0["applied_at"].is_string()
    }

    /// The position of the answer among all answers of the world.
    pub(super) fn moment(self) -> Option<u64> {
        self.0["moment"].as_u64()
    }

    pub(super) fn before(self) -> &'a Value {
        &self.0["before"]
    }

    pub(super) fn made(self) -> &'a Value {
        &self.0["made"]
    }

    /// The release that it made.
    pub(super) fn release(self) -> Option<&'a str> {
        let made = self.made();
        made["id"].as_str().or_else(|| made["releases"][0]["id"].as_str())
    }

    /// When its sender last read the state of the target before the request.
    pub(super) fn last_read(self) -> Option<u64> {
        let own_state = |read: &&Value| {
            let path = read["path"].as_str().unwrap_or_default();
            match self.0["vendor"].as_str() {
                Some("heroku") => path.starts_with("/apps/") && path.contains("/releases"),
                Some("circleci") => path.contains("/workflow"),
                _ => true,
            }
        };
        let reads = self.0["reads"].as_array().into_iter().flatten().filter(own_state);
        reads.filter_map(|read| read["moment"].as_u64()).max()
    }
}

impl CaseResult {
    /// In the order in which they were received.
    pub(super) fn changes(&self) -> Vec<Change<'_>> {
        self.truth["changes"].as_array().into_iter().flatten().map(Change).collect()
    }

    /// The changes that one command requested.
    pub(super) fn asked_by(&self, run: &Run) -> Vec<Change<'_>> {
        self.changes().into_iter().filter(|change| change.token() == Some(run.token as u64)).collect()
    }

    /// The changes of others that took effect.
    pub(super) fn by_others(&self, run: &Run) -> Vec<Change<'_>> {
        self.changes().into_iter().filter(|change| change.token() != Some(run.token as u64) && change.applied()).collect()
    }

    pub(super) fn release(&self, id: &str) -> Option<&Value> {
        let all = self.releases.as_array().into_iter().chain(self.source_releases.as_array()).flatten();
        all.into_iter().find(|release| release["id"] == id)
    }

    /// The state at the end.
    pub(super) fn pull_request(&self) -> &Value {
        let pulls = service_of(&self.truth, self.service)["pull_requests"].as_array();
        pulls.and_then(|all| all.iter().find(|pull| pull["number"] == self.number)).unwrap_or(&Value::Null)
    }

    /// Whether the other person did what the case says, and was allowed to.
    pub(super) fn person_acted(&self) -> bool {
        self.outsider
            .as_ref()
            .is_some_and(|rule| rule["done"].as_array().is_some_and(|done| !done.is_empty() && done[0]["error"].is_null()))
    }
}
