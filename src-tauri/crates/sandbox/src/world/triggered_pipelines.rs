//! Pipelines that something else than a push starts.

use std::sync::Arc;

use super::pipeline::{RELEASE, Status};
use super::{Ci, World};

/// What starts a pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    Push,
    Schedule,
    /// By a request.
    Api,
    /// By a person, in the CI's own pages.
    Manual,
}

impl Trigger {
    /// GitHub's event.
    pub fn event(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Schedule => "schedule",
            Self::Api => "repository_dispatch",
            Self::Manual => "workflow_dispatch",
        }
    }
}

/// How a pipeline is started by hand.
pub struct Started {
    pub trigger: Trigger,
    /// None: what a push runs.
    pub workflows: Option<Vec<Arc<str>>>,
    pub error: Option<String>,
    /// Nothing of it runs.
    pub skipped: bool,
    /// The first job of each workflow fails.
    pub fails: bool,
}

impl World {
    /// A pipeline of main's head.
    pub fn start_other(&mut self, service: usize, by: Started) -> usize {
        let (revision, actor) = (self.services[service].repo.main().clone(), self.viewer.clone());
        let first = self.services[service].workflows.len();
        let pipeline = self.add_pipeline(service, &revision, &actor, by.trigger);
        self.services[service].pipelines[pipeline].error.clone_from(&by.error);
        match by.workflows {
            _ if by.error.is_some() => self.cannot_start(service, pipeline),
            _ if by.skipped => {}
            None => self.start_workflows(service, pipeline, None),
            Some(names) => {
                for name in names {
                    let jobs = self.jobs_of(service, &revision, &name, None);
                    self.start_workflow(service, pipeline, &name, jobs);
                }
            }
        }
        for workflow in self.services[service].workflows[first..].iter_mut().filter(|_| by.fails) {
            workflow.jobs.iter_mut().take(1).for_each(|job| job.fails = true);
        }
        pipeline
    }

    /// GitHub shows a run of a broken file, CircleCI no workflow.
    fn cannot_start(&mut self, service: usize, pipeline: usize) {
        if self.services[service].ci == Ci::Actions {
            let workflow = self.start_workflow(service, pipeline, RELEASE, Vec::new());
            let now = self.now;
            let broken = &mut self.services[service].workflows[workflow];
            (broken.status, broken.stopped) = (Status::Failed, Some(now));
        }
    }
}
