//! The CI's own statistics: they need the name of a workflow, and are asked for as soon as it is known.

use super::read_memory::ReadMemory;
use crate::locks::lock;
use slipway_domain::pipeline::{Pipeline, Trigger, Workflow};
use slipway_domain::snapshot::ServiceState;
use slipway_vendor::{Ci, PastDurations, ReadError};
use std::sync::Mutex;
use tokio::sync::oneshot;

/// Tells once the name of the workflow whose statistics are asked for: the first of a push that is no setup.
pub(super) struct FirstWorkflow(Mutex<Option<oneshot::Sender<String>>>);

impl FirstWorkflow {
    pub(super) fn of(pipelines: &[Pipeline]) -> (Self, oneshot::Receiver<String>) {
        let (tell, named) = oneshot::channel();
        let first = Self(Mutex::new(Some(tell)));
        pipelines.iter().for_each(|pipeline| first.tell(pipeline, pipeline.workflows.as_deref().unwrap_or_default()));
        (first, named)
    }

    /// Reads the pipeline in detail, and tells what its workflows are called before their jobs are known.
    pub(super) async fn details(&self, ci: &dyn Ci, pipeline: &Pipeline) -> Result<Pipeline, ReadError> {
        ci.details_telling(pipeline, &|workflows| self.tell(pipeline, workflows)).await
    }

    fn tell(&self, pipeline: &Pipeline, workflows: &[Workflow]) {
        if let Some(workflow) = workflows.iter().find(|workflow| is_push(pipeline) && !workflow.setup)
            && let Some(tell) = lock(&self.0).take()
        {
            // Nobody asks for statistics that are known.
            let _ = tell.send(workflow.name.clone());
        }
    }
}

pub(super) fn is_push(pipeline: &Pipeline) -> bool {
    matches!(pipeline.trigger, None | Some(Trigger::Push))
}

/// Asked for until the service's own history is long enough, at most once an hour.
pub(super) async fn read(
    memory: &ReadMemory,
    state: &ServiceState,
    ci: &dyn Ci,
    project: &str,
    named: oneshot::Receiver<String>,
) -> Option<PastDurations> {
    if state.usual.pipeline.is_some() {
        return None;
    }
    let told = |past: PastDurations| (!past.runs.is_empty() || !past.jobs.is_empty()).then_some(past);
    if let Some(kept) = memory.statistics(&state.name, project).await {
        return told(kept);
    }
    let workflow = named.await.ok()?;
    let past = ci.past_durations(project, &state.branch, &workflow).await.unwrap_or_else(|error| {
        tracing::info!(service = state.name, %error, "no statistics; estimates wait for own history");
        PastDurations::default()
    });
    memory.note_statistics(&state.name, project, &past);
    told(past)
}
