//! A stored state as rows: what each source tells is a row of its own, so that a change of one writes
//! no other. Versions before kept all in the one row of the service.

use super::Stored;
use serde::{Deserialize, Serialize};
use slipway_domain::environment::Environment;
use slipway_domain::pipeline::Pipeline;
use slipway_domain::pull_request::PullRequest;
use slipway_domain::snapshot::Commit;
use slipway_domain::snapshot::Headline;
use std::collections::BTreeMap;
use std::sync::Arc;

const CODE: &str = "code";
const CI: &str = "ci";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rows {
    /// The state without its parts.
    pub(super) rest: String,
    /// By name.
    pub(super) parts: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
struct Code {
    main: Vec<Commit>,
    pull_requests: Vec<PullRequest>,
}

fn part_of(environment: &str) -> String {
    format!("environment:{environment}")
}

impl Rows {
    pub(super) fn of(mut rest: Stored) -> serde_json::Result<Self> {
        let state = Arc::make_mut(&mut rest.state);
        // The headline is derived again from the facts whenever the state is read.
        state.sentence = Headline::default();
        let code = Code { main: std::mem::take(&mut state.main), pull_requests: std::mem::take(&mut state.pull_requests) };
        let mut parts = BTreeMap::from([
            (CODE.to_owned(), serde_json::to_string(&code)?),
            (CI.to_owned(), serde_json::to_string(&std::mem::take(&mut state.pipelines))?),
        ]);
        for environment in std::mem::take(&mut state.environments) {
            parts.insert(part_of(&environment.name), serde_json::to_string(&environment)?);
        }
        Ok(Self { rest: serde_json::to_string(&rest)?, parts })
    }

    pub(super) fn join(&self) -> serde_json::Result<Stored> {
        let mut stored: Stored = serde_json::from_str(&self.rest)?;
        let state = Arc::make_mut(&mut stored.state);
        if let Some(json) = self.parts.get(CODE) {
            let Code { main, pull_requests } = serde_json::from_str(json)?;
            (state.main, state.pull_requests) = (main, pull_requests);
        }
        if let Some(json) = self.parts.get(CI) {
            state.pipelines = serde_json::from_str::<Vec<Pipeline>>(json)?;
        }
        let kept = state.config.environments.iter().filter_map(|config| self.parts.get(&part_of(&config.name)));
        let environments = kept.map(|json| serde_json::from_str(json)).collect::<serde_json::Result<Vec<Environment>>>()?;
        if !environments.is_empty() {
            state.environments = environments;
        }
        Ok(stored)
    }
}
