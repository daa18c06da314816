//! What is read only when somebody looks at it.

use super::Engine;
use crate::plan_facts::{PlanError, compare, fresh_pipeline};
use crate::supervise::caught;
use slipway_domain::comparison::{Comparison, ReleaseName};
use slipway_domain::evidence::release_mark;
use slipway_domain::lineage;
use slipway_domain::pipeline::Pipeline;
use slipway_domain::release::Release;
use slipway_vendor::{Artifact, Ci, CiAbilities, FailedTest, LogStep, LogText, OutputAt, OutputPart, ReadError};
use std::sync::Arc;

/// Releases that one page of older ones has.
const OLDER_RELEASES: usize = 100;

impl Engine {
    pub async fn pipeline(&self, service: &str, pipeline: &str) -> Result<Pipeline, PlanError> {
        let state = self.state(service)?;
        let mut pipeline = fresh_pipeline(&self.sources, &state, pipeline).await?;
        slipway_domain::estimate::apply(&mut pipeline, &state.usual, self.now());
        if let Some(commit) = state.main.iter().find(|c| Some(&c.sha) == pipeline.commit.as_ref()) {
            pipeline.pull_request = commit.pull_request;
            pipeline.title = Some(commit.pull_request_title.clone().unwrap_or_else(|| commit.title.clone()));
        }
        Ok(pipeline)
    }

    pub async fn older_releases(&self, service: &str, environment: &str, before: u64) -> Result<Vec<Release>, PlanError> {
        let state = self.state(service)?;
        let mut environment = state
            .environment(environment)
            .cloned()
            .ok_or_else(|| PlanError::NotFound(format!("{service} has no environment {environment}")))?;
        let platform = self.accounts.platform(&state.config, &environment.app)?;
        // One more: what a release brought is told by the one before it.
        let page = platform.releases_before(&environment.app, before, OLDER_RELEASES + 1).await?;
        // A rollback marks releases before it, so those that follow the page are marked with it where they are known.
        let known = environment.releases.last().is_some_and(|oldest| oldest.version == before);
        let newer = if known { environment.releases.len() } else { 0 };
        environment.releases.truncate(newer);
        environment.releases.extend(page.releases);
        self.commits.fill_known_commits(&mut environment.releases).await;
        let live = environment.current.take();
        lineage::settle(&mut environment, &state.main);
        // Without the newer ones the live release is not among these.
        environment.current = live;
        release_mark::settle(&mut environment);
        environment.releases.drain(..newer);
        environment.releases.truncate(OLDER_RELEASES);
        Ok(environment.releases)
    }

    /// What lies between two releases. Reads only.
    pub async fn compare(&self, service: &str, base: &ReleaseName, head: &ReleaseName) -> Result<Comparison, PlanError> {
        let state = self.state(service)?;
        let compared = caught(compare(&self.sources, &state, base, head)).await;
        compared.unwrap_or_else(|panicked| Err(ReadError::Internal(panicked.to_string()).into()))
    }

    /// What the service's CI can tell.
    pub fn ci_abilities(&self, service: &str) -> Result<CiAbilities, ReadError> {
        Ok(self.ci(service)?.0.abilities())
    }

    pub async fn log_steps(&self, service: &str, job_number: u64) -> Result<Vec<LogStep>, ReadError> {
        let (ci, artifact_id) = self.ci(service)?;
        ci.steps(&artifact_id, job_number).await
    }

    pub async fn step_output(&self, service: &str, output_url: &str) -> Result<LogText, ReadError> {
        self.ci(service)?.0.step_output(output_url).await
    }

    pub async fn failed_tests(&self, service: &str, job_number: u64) -> Result<Vec<FailedTest>, ReadError> {
        let (ci, artifact_id) = self.ci(service)?;
        ci.failed_tests(&artifact_id, job_number).await
    }

    pub async fn artifacts(&self, service: &str, job_number: u64) -> Result<Vec<Artifact>, ReadError> {
        let (ci, artifact_id) = self.ci(service)?;
        ci.artifacts(&artifact_id, job_number).await
    }

    /// Reads on in the output of a release, or, without `version`, of the newest build. The link
    /// is what the platform gave: nothing from outside names it.
    pub async fn output(&self, service: &str, environment: &str, version: Option<u64>, at: &OutputAt) -> Result<OutputPart, ReadError> {
        let gone = || ReadError::NotFound(format!("{service} has no such output"));
        let snapshot = self.snapshot();
        let environment = snapshot.service(service).and_then(|s| s.environment(environment)).ok_or_else(gone)?;
        let config = self.store.service(service).ok_or_else(gone)?;
        let platform = self.accounts.platform(&config, &environment.app)?;
        let url = match version {
            None => environment.build.as_ref().and_then(|build| build.output_url.clone()),
            Some(version) => match environment.releases.iter().find(|r| r.version == version) {
                Some(release) => release.output_url.clone(),
                None => {
                    let page = platform.releases_before(&environment.app, version.saturating_add(1), 1).await?;
                    page.releases.into_iter().find(|r| r.version == version).and_then(|r| r.output_url)
                }
            },
        };
        let none = || ReadError::NotFound("It ran no release command, so it printed nothing".to_owned());
        platform.output(&url.ok_or_else(none)?, at).await
    }

    fn ci(&self, service: &str) -> Result<(Arc<dyn Ci>, String), ReadError> {
        let none = || ReadError::NotFound(format!("{service} has no CI"));
        let config = self.store.service(service).ok_or_else(none)?;
        let ci = self.accounts.ci(&config)?.ok_or_else(none)?;
        Ok((ci, config.ci.map(|c| c.project).unwrap_or_default()))
    }
}
