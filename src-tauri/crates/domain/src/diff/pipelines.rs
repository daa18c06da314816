//! Pipelines that start and end.

use super::{EventKind, Found};
use crate::alert::Subject;
use crate::evidence::pipelines::fails_the_branch;
use crate::pipeline::Pipeline;
use crate::snapshot::ServiceState;
use crate::status::{PipelineStatus, Severity};

pub(super) fn pipeline_events(old: &ServiceState, new: &ServiceState, found: &mut Found<'_>) {
    let newer = |pipeline: &Pipeline| old.pipelines.first().is_none_or(|first| pipeline.is_newer_than(first));
    for pipeline in new.pipelines.iter().rev() {
        let before = old.pipelines.iter().find(|p| p.id == pipeline.id);
        let subject = Subject { pull_request: pipeline.pull_request, ..Subject::pipeline(&pipeline.id) };
        if before.is_none() && newer(pipeline) {
            found.add(EventKind::PipelineStarted, Severity::Info, format!("Pipeline #{} started", pipeline.number), subject.clone());
        }
        let status_before = before.map(|p| p.status);
        if status_before.is_some_and(PipelineStatus::is_over) && pipeline.status.is_moving() {
            found.add(EventKind::PipelineStarted, Severity::Info, format!("Pipeline #{} runs again", pipeline.number), subject.clone());
        }
        if other_failed(new, pipeline) && !before.is_some_and(|before| other_failed(old, before)) && is_news(before, newer(pipeline)) {
            let job = pipeline.failed_job().map_or(String::new(), |job| format!(" in {}", job.name));
            let message = format!("Pipeline #{} failed{job}. It runs other workflows than a push to {}.", pipeline.number, new.branch);
            found.add(EventKind::OtherPipelineFailed, Severity::Info, message, subject.clone());
        }
        // A pipeline whose details were read for the first time is not news.
        if status_before == Some(pipeline.status)
            || status_before == Some(PipelineStatus::Unknown)
            || (before.is_none() && !newer(pipeline))
        {
            continue;
        }
        match pipeline.status {
            PipelineStatus::Passed => {
                found.add(EventKind::PipelinePassed, Severity::Info, format!("Pipeline #{} passed", pipeline.number), subject)
            }
            PipelineStatus::Canceled => {
                found.add(EventKind::PipelineCanceled, Severity::Info, format!("Pipeline #{} was canceled", pipeline.number), subject)
            }
            // Failures and pending approvals are alerts.
            PipelineStatus::Queued
            | PipelineStatus::Running
            | PipelineStatus::Failing
            | PipelineStatus::OnHold
            | PipelineStatus::Failed
            | PipelineStatus::Unknown => {}
        }
    }
}

/// It failed, and none of the workflows that a push runs failed in it.
fn other_failed(service: &ServiceState, pipeline: &Pipeline) -> bool {
    matches!(pipeline.status, PipelineStatus::Failing | PipelineStatus::Failed) && !fails_the_branch(service, pipeline)
}

/// What is seen for the first time is news only when it is newer than all that was seen.
fn is_news(before: Option<&Pipeline>, newer: bool) -> bool {
    before.map_or(newer, |before| before.status != PipelineStatus::Unknown)
}
