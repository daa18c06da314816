//! Whether a revert would apply cleanly.

use super::Engine;
use crate::plan_facts::{PlanError, forecast_revert};
use crate::supervise::caught;
use slipway_domain::forecast::RevertForecast;
use slipway_vendor::{PullRequestState, ReadError};
use std::time::Duration;

/// The longest that the files of a forecast are read.
const LONGEST: Duration = Duration::from_secs(60);

impl Engine {
    /// What a revert of a merged pull request would do to the branch as it is now. Nothing is cloned or changed.
    pub async fn forecast_revert(&self, service: &str, number: u64) -> Result<RevertForecast, PlanError> {
        let state = self.state(service)?;
        let host = self.accounts.code_host(&state.config)?;
        let now = host.pull_request(&state.repo, number).await?;
        let impossible = |why: String| Err(PlanError::Impossible(why));
        match now.state {
            PullRequestState::Merged => {}
            PullRequestState::Open | PullRequestState::Closed => {
                return impossible(format!("#{number} is not merged; there is nothing to revert"));
            }
            PullRequestState::Unknown => return impossible(format!("Whether #{number} is merged is not known")),
        }
        let base = &now.pull_request.base_branch;
        if *base != state.branch && !now.base_gone {
            return impossible(format!("#{number} went into {base}, not {}", state.branch));
        }
        let told = caught(forecast_revert(&*host, &state, &now, LONGEST)).await;
        told.map_err(|panicked| ReadError::Internal(panicked.to_string()).into())
    }
}
