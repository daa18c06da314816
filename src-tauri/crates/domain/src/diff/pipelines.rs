//! Pipelines that start and end.

use super::{EventKind, Found};
use crate::alert::Subject;
use crate::snapshot::ServiceState;
use crate::status::{PipelineStatus, Severity};

pub(super) fn pipeline_events(old: &ServiceState, new: &ServiceState, found: &mut Found<'_>) {
    for pipeline in new.pipelines.iter().rev() {
        let before = old.pipelines.iter().find(|p| p.id == pipeline.id);
        let subject = Subject { pull_request: pipeline.pull_request, ..Subject::pipeline(&pipeline.id) };
        let newer = old.pipelines.first().is_none_or(|first| pipeline.is_newer_than(first));
        if before.is_none() && newer {
            found.add(EventKind::PipelineStarted, Severity::Info, format!("Pipeline #{} started", pipeline.number), subject.clone());
        }
        let status_before = before.map(|p| p.status);
        if status_before.is_some_and(PipelineStatus::is_over) && pipeline.status.is_moving() {
            found.add(EventKind::PipelineStarted, Severity::Info, format!("Pipeline #{} runs again", pipeline.number), subject.clone());
        }
        // A pipeline whose details were read for the first time is not news.
        if status_before == Some(pipeline.status) || status_before == Some(PipelineStatus::Unknown) || (before.is_none() && !newer) {
            continue;
        }
        match pipeline.status {
            PipelineStatus::Passed => {
                found.add(EventKind::PipelinePassed, Severity::Info, format!("Pipeline #{} passed", pipeline.number), subject)
            }
            PipelineStatus::Canceled => {
                found.add(EventKind::PipelineCanceled, Severity::Info, format!("Pipeline #{} was canceled", pipeline.number), subject)
            }
            // Failures and holds are alerts.
            PipelineStatus::Queued
            | PipelineStatus::Running
            | PipelineStatus::Failing
            | PipelineStatus::OnHold
            | PipelineStatus::Failed
            | PipelineStatus::Unknown => {}
        }
    }
}
