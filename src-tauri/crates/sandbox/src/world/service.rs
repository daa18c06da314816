//! A service: its repository, its CI's pipelines and its environments.

use std::sync::Arc;

use super::git::Repo;
use super::pipeline::{Pipeline, Workflow};

/// Whose CI runs a service's pipelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ci {
    #[default]
    Circleci,
    /// One workflow builds and releases, another looks through the code beside it.
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
    /// What a pipeline of it consists of beside the workflow that builds and releases.
    pub shape: Shape,
    /// The CI hears of no push (`POST /world {"deaf": …}`).
    pub deaf: bool,
    /// The project is CircleCI's GitHub App's: its pipelines have no `vcs` (`POST /world {"github_app": …}`).
    pub ci_app: bool,
    /// Pipelines wait here instead of starting jobs (`POST /world {"hold": …}`).
    pub held: bool,
}

/// A project's configuration (`POST /world {"workflows": …}`).
#[derive(Debug, Clone, Default)]
pub struct Shape {
    /// A setup workflow runs first and continues the pipeline into the others; false: never does.
    pub setup: Option<bool>,
    /// Further workflows, of one job each.
    pub also: Vec<Arc<str>>,
    /// Workflows that their filters leave out.
    pub idle: Vec<Arc<str>>,
    /// Holds before the release instead of the usual ones. `approve-ENVIRONMENT` is followed by a release
    /// job of its own for that environment.
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
    /// The environment that a hold or a release job is about alone: what follows the first dash.
    pub fn environment_in(&self, job: &str) -> Option<&Environment> {
        let (_, name) = job.split_once('-')?;
        self.environments.iter().find(|environment| environment.name == name)
    }
}
