//! CircleCI as a CI.

use super::client::CircleCi;
use super::slug::Slug;
use super::{actions, logs, pipelines, runs, statistics, wire};
use async_trait::async_trait;
use slipway_domain::capability::{Capability, Grant, Need};
use slipway_domain::pipeline::Pipeline;
use slipway_vendor::{
    Artifact, Ci, CiAbilities, FailedTest, Identity, LogStep, LogText, PastDurations, ReadError, RunRef, SendError, WorkflowListener,
};

#[async_trait]
impl Ci for CircleCi {
    fn abilities(&self) -> CiAbilities {
        CiAbilities { live_log: true, failed_tests: true }
    }

    async fn pipelines(&self, project: &str, branch: &str) -> Result<Vec<Pipeline>, ReadError> {
        pipelines::newest(self, &Slug::parse(project)?, branch).await
    }

    async fn details(&self, pipeline: &Pipeline) -> Result<Pipeline, ReadError> {
        pipelines::details(self, pipeline, &|_| {}).await
    }

    async fn details_telling(&self, pipeline: &Pipeline, listed: &WorkflowListener<'_>) -> Result<Pipeline, ReadError> {
        pipelines::details(self, pipeline, listed).await
    }

    async fn newest_runs(&self, project: &str, branch: &str) -> Result<Option<Vec<RunRef>>, ReadError> {
        runs::newest(self, &Slug::parse(project)?, branch).await
    }

    async fn pipeline_of(&self, project: &str, workflow: &str) -> Result<Pipeline, ReadError> {
        runs::pipeline_of(self, &Slug::parse(project)?, workflow).await
    }

    async fn past_durations(&self, project: &str, branch: &str, workflow: &str) -> Result<PastDurations, ReadError> {
        statistics::past(self, &Slug::parse(project)?, branch, workflow).await
    }

    async fn steps(&self, project: &str, job_number: u64) -> Result<Vec<LogStep>, ReadError> {
        logs::steps(self, &Slug::parse(project)?, job_number).await
    }

    async fn step_output(&self, output_url: &str) -> Result<LogText, ReadError> {
        logs::output(self, output_url).await
    }

    async fn failed_tests(&self, project: &str, job_number: u64) -> Result<Vec<FailedTest>, ReadError> {
        logs::failed_tests(self, &Slug::parse(project)?, job_number).await
    }

    async fn artifacts(&self, project: &str, job_number: u64) -> Result<Vec<Artifact>, ReadError> {
        logs::artifacts(self, &Slug::parse(project)?, job_number).await
    }

    async fn rerun_from_failed(&self, workflow: &str) -> Result<String, SendError> {
        actions::rerun_from_failed(self, workflow).await
    }

    async fn cancel(&self, workflow: &str) -> Result<(), SendError> {
        actions::cancel(self, workflow).await
    }

    async fn approve(&self, workflow: &str, approval_id: &str) -> Result<(), SendError> {
        actions::approve(self, workflow, approval_id).await
    }

    async fn whoami(&self) -> Result<Identity, ReadError> {
        let me: wire::Me = self.get(&["me"], &[]).await?.decode()?;
        let user = me.login.or(me.name).ok_or_else(|| ReadError::Garbled("CircleCI's answer names no user".to_owned()))?;
        // Only a personal token can read this, and it has all permissions of its user.
        let personal = Capability {
            name: "personal API token".to_owned(),
            need: Need::Required,
            state: Grant::Granted,
            purpose: "pipelines and their logs; rerun, cancel and approve".to_owned(),
            disables: ["rerun", "cancel", "approve"].map(str::to_owned).to_vec(),
            advice: None,
        };
        Ok(Identity { user: Some(user), scopes: None, capabilities: vec![personal] })
    }
}
