//! Pipelines that are not started by a push.

use std::sync::Arc;

use super::pipeline::{RELEASE, Status, Trigger};
use super::service::Ci;
use super::state::World;

/// Options of a pipeline that is started by a command.
pub struct Started {
    pub trigger: Trigger,
    /// None: the workflows of a push.
    pub workflows: Option<Vec<Arc<str>>>,
    pub error: Option<String>,
    /// Nothing of it runs.
    pub skipped: bool,
    /// The first job of each workflow fails.
    pub fails: bool,
}

impl World {
    /// Starts a pipeline of main's head.
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

    /// For an invalid file GitHub shows a run, CircleCI shows no workflow.
    fn cannot_start(&mut self, service: usize, pipeline: usize) {
        if self.services[service].ci == Ci::Actions {
            let workflow = self.start_workflow(service, pipeline, RELEASE, Vec::new());
            let now = self.now;
            let broken = &mut self.services[service].workflows[workflow];
            (broken.status, broken.stopped) = (Status::Failed, Some(now));
        }
    }
}
