//! A service: its repository, its CI's pipelines and its environments.

use std::sync::Arc;

use super::git::Repo;
use super::pipeline::{Pipeline, Workflow};

/// The CI that runs a service's pipelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ci {
    #[default]
    Circleci,
    /// One workflow builds and releases, another scans the code.
    Actions,
}

#[derive(Debug, Clone)]
pub struct Service {
    pub name: String,
    pub repo: Repo,
    pub ci: Ci,
    /// `gh/acme/storefront`
    pub slug: String,
    pub project_id: Arc<str>,
    /// A person approves between the checks and the release.
    pub approval: bool,
    pub environments: Vec<Environment>,
    pub pipelines: Vec<Pipeline>,
    pub workflows: Vec<Workflow>,
    pub next_job: u64,
    pub next_pipeline: u64,
    /// The other workflows of its pipelines, besides the one that builds and releases.
    pub shape: Shape,
    /// The CI is not notified of pushes (`POST /world {"deaf": …}`).
    pub deaf: bool,
    /// The project uses CircleCI's GitHub App: its pipelines have no `vcs` (`POST /world {"github_app": …}`).
    pub ci_app: bool,
    /// Queued jobs do not start (`POST /world {"hold": …}`).
    pub held: bool,
}

/// A project's configuration (`POST /world {"workflows": …}`).
#[derive(Debug, Clone, Default)]
pub struct Shape {
    /// A setup workflow runs first and continues the pipeline with the others; false: it never does.
    pub setup: Option<bool>,
    /// Further workflows of one job each.
    pub also: Vec<Arc<str>>,
    /// Workflows that are skipped by their filters.
    pub idle: Vec<Arc<str>>,
    /// Approvals before the release instead of the usual one. `approve-ENVIRONMENT` is followed by a release job
    /// for that environment only.
    pub holds: Vec<Arc<str>>,
}

/// Indices into `World::apps`.
#[derive(Debug, Clone)]
pub struct Environment {
    pub name: &'static str,
    pub app: usize,
    pub build_app: usize,
}

impl Service {
    /// The only environment that an approval or release job is for: the part of its name after the first dash.
    pub fn environment_in(&self, job: &str) -> Option<&Environment> {
        let (_, name) = job.split_once('-')?;
        self.environments.iter().find(|environment| environment.name == name)
    }
}
