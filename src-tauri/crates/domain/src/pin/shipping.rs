//! Whether a pipeline will still release an environment, and what it waits for before that.

use crate::humanize::list;
use crate::pending_approvals::{gates, pending_approvals};
use crate::pipeline::{Job, Pipeline};
use crate::status::{JobStatus, PipelineStatus};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shipping {
    /// It is over, or waits for the approval of other environments only.
    No,
    ByItself,
    /// Approvals that stand before the release, in words: `approval of approve-production`.
    Waits(String),
}

/// `environments` are the names of all of the service.
pub fn shipping(pipeline: &Pipeline, environment: &str, environments: &[&str]) -> Shipping {
    let gates_it = |job: &Job| gates(pipeline, job, environments).contains(&environment);
    let open = pending_approvals(pipeline);
    let before: Vec<String> = open.iter().filter(|hold| gates_it(hold.job)).map(|hold| hold.job.name.clone()).collect();
    match pipeline.status {
        PipelineStatus::Passed | PipelineStatus::Canceled => Shipping::No,
        // An approval of one workflow stands although another one has failed.
        PipelineStatus::Failed => {
            let stands = open.iter().filter(|hold| gates_it(hold.job) && !hold.workflow.status.is_over());
            waits(stands.map(|hold| hold.job.name.clone()).collect()).unwrap_or(Shipping::No)
        }
        PipelineStatus::OnHold if before.is_empty() && !open.is_empty() => Shipping::No,
        PipelineStatus::OnHold if before.is_empty() && pipeline.jobs.iter().any(|job| job.status == JobStatus::OnHold) => {
            Shipping::Waits("an approval".to_owned())
        }
        PipelineStatus::OnHold | PipelineStatus::Queued | PipelineStatus::Running | PipelineStatus::Failing | PipelineStatus::Unknown => {
            waits(before).unwrap_or(Shipping::ByItself)
        }
    }
}

fn waits(names: Vec<String>) -> Option<Shipping> {
    (!names.is_empty()).then(|| Shipping::Waits(format!("approval of {}", list(&names))))
}
