//! Whether the branch passes.

use crate::alert::{Alert, AlertKind, Subject};
use crate::environment::Environment;
use crate::pipeline::Pipeline;
use crate::snapshot::ServiceState;
use crate::status::{PipelineStatus, Severity};

/// The newest pipeline of the branch that says something decides.
pub fn deciding_pipeline(service: &ServiceState) -> Option<&Pipeline> {
    let decides = |p: &&Pipeline| matches!(p.status, PipelineStatus::Failing | PipelineStatus::Failed | PipelineStatus::Passed);
    service.pipelines.iter().find(decides)
}

/// The deciding pipeline when it failed, and older ones that were run again since it began and
/// failed: a rerun of yesterday's pipeline is today's news.
pub fn failed_pipelines(service: &ServiceState) -> Vec<&Pipeline> {
    let Some(newest) = deciding_pipeline(service) else { return Vec::new() };
    let since = newest.run_began();
    let failed = |p: &&Pipeline| matches!(p.status, PipelineStatus::Failing | PipelineStatus::Failed);
    let again = |p: &&Pipeline| p.id == newest.id || (p.was_rerun() && p.run_began() > since);
    service.pipelines.iter().filter(failed).filter(again).collect()
}

pub(crate) fn pipeline_failed(service: &ServiceState, pipeline: &Pipeline) -> Alert {
    let job = pipeline.failed_job().map_or(String::new(), |j| format!(" in {}", j.name));
    let stays = production_stays(service);
    Alert {
        kind: AlertKind::PipelineFailed,
        severity: Severity::Problem,
        message: format!("Pipeline #{} failed{job}.{stays}", pipeline.number),
        since: pipeline.stopped_at.or(pipeline.created_at),
        subject: Subject { pull_request: pipeline.pull_request, ..Subject::pipeline(&pipeline.id) },
    }
}

/// What is still live, where no production environment is down.
fn production_stays(service: &ServiceState) -> String {
    let live = |e: &Environment| e.current.as_ref().map(|r| r.version).filter(|_| !e.is_hurt());
    let all: Option<Vec<(&str, u64)>> = service.productions().map(|e| Some((e.name.as_str(), live(e)?))).collect();
    match all.as_deref() {
        None | Some([]) => String::new(),
        Some([(_, version)]) => format!(" Production is not affected: v{version} stays live."),
        Some(several) => {
            let several: Vec<String> = several.iter().map(|(name, version)| format!("v{version} of {name}")).collect();
            format!(" Production is not affected: {} stay live.", several.join(" and "))
        }
    }
}

/// What shows that the branch passes again.
pub(super) fn cure(_alert: &Alert, new: &ServiceState) -> Option<String> {
    Some(format!("The pipeline of {} passes again.", new.branch))
}
