//! GitHub Actions as a CI.

use super::client::GithubActions;
use super::ids::{AttemptId, Repo, asked};
use super::{actions, logs, runs, wire};
use async_trait::async_trait;
use slipway_domain::pipeline::Pipeline;
use slipway_http::Call;
use slipway_vendor::{Ci, CiAbilities, FailedTest, Identity, LogStep, LogText, PastDurations, ReadError, SendError};

#[async_trait]
impl Ci for GithubActions {
    fn abilities(&self) -> CiAbilities {
        CiAbilities { live_log: false, failed_tests: false }
    }

    async fn pipelines(&self, project: &str, branch: &str) -> Result<Vec<Pipeline>, ReadError> {
        runs::newest(self, &Repo::parse(project)?, branch).await
    }

    fn lists_only_pushes(&self) -> bool {
        true
    }

    async fn other_pipelines(&self, project: &str, branch: &str) -> Result<Vec<Pipeline>, ReadError> {
        runs::others(self, &Repo::parse(project)?, branch).await
    }

    async fn details(&self, pipeline: &Pipeline) -> Result<Pipeline, ReadError> {
        runs::details(self, pipeline).await
    }

    async fn past_durations(&self, project: &str, branch: &str, _workflow: &str) -> Result<PastDurations, ReadError> {
        runs::past(self, &Repo::parse(project)?, branch).await
    }

    async fn steps(&self, project: &str, job_number: u64) -> Result<Vec<LogStep>, ReadError> {
        logs::steps(self, &Repo::parse(project)?, job_number).await
    }

    async fn step_output(&self, output_url: &str) -> Result<LogText, ReadError> {
        logs::output(self, output_url).await
    }

    /// GitHub lists no failed tests: see [`CiAbilities::failed_tests`].
    async fn failed_tests(&self, _project: &str, _job_number: u64) -> Result<Vec<FailedTest>, ReadError> {
        Ok(Vec::new())
    }

    async fn rerun_from_failed(&self, workflow: &str) -> Result<String, SendError> {
        actions::rerun_from_failed(self, &attempt(workflow)?).await
    }

    async fn cancel(&self, workflow: &str) -> Result<(), SendError> {
        actions::cancel(self, &attempt(workflow)?).await
    }

    async fn approve(&self, workflow: &str, approval_id: &str) -> Result<(), SendError> {
        actions::approve(self, &attempt(workflow)?, approval_id).await
    }

    async fn whoami(&self) -> Result<Identity, ReadError> {
        let url = format!("{}/user", self.account.address().rest());
        let me: wire::Me = self.account.read(asked(Call::get(url))).await?.decode()?;
        let user = me.login.ok_or_else(|| ReadError::Garbled("GitHub's answer names no user".to_owned()))?;
        Ok(Identity { user: Some(user), ..Identity::default() })
    }
}

fn attempt(workflow: &str) -> Result<AttemptId, SendError> {
    AttemptId::parse(workflow).map_err(|error| SendError::NotSent(error.to_string()))
}
