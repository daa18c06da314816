//! What became of a rerun, a cancel or an approval.

use super::Verification;
use slipway_domain::journal::Expectation;
use slipway_domain::pipeline::{Job, Pipeline, Workflow};
use slipway_domain::status::{JobStatus, PipelineStatus};
use slipway_vendor::{Ci, ReadError};

pub(super) async fn look(ci: &dyn Ci, expectation: &Expectation) -> Result<Verification, ReadError> {
    match expectation {
        Expectation::Reran { pipeline, known, name, workflow } => {
            let now = ci.details(&bare_pipeline(pipeline)).await?;
            Ok(reran(&now, known, name.as_deref(), workflow.as_deref()))
        }
        Expectation::Canceled { pipeline, workflow } => {
            let now = ci.details(&bare_pipeline(pipeline)).await?;
            Ok(canceled(&now, workflow))
        }
        Expectation::Approved { pipeline, workflow, approval_id } => {
            let now = ci.details(&with_hold(pipeline, workflow, approval_id)).await?;
            Ok(approved(&now, approval_id))
        }
        Expectation::Merged { .. }
        | Expectation::Enqueued { .. }
        | Expectation::Dequeued { .. }
        | Expectation::AutoMergeOn { .. }
        | Expectation::AutoMergeOff { .. }
        | Expectation::BranchUpdated { .. }
        | Expectation::RevertOpened { .. }
        | Expectation::RolledBack { .. }
        | Expectation::Released { .. } => Ok(Verification::Indeterminate("It is not looked for in the CI".to_owned())),
    }
}

/// By the workflow the answer named. Where the answer was lost, by a workflow of that name that was
/// not there before, which is said.
fn reran(now: &Pipeline, known: &[String], name: Option<&str>, own: Option<&str>) -> Verification {
    let Some(workflows) = &now.workflows else {
        return Verification::Indeterminate("The CI does not list the pipeline's workflows".to_owned());
    };
    if let Some(own) = own {
        return match workflows.iter().find(|w| w.id == own) {
            Some(w) => Verification::Satisfied(format!("Workflow {} runs again", w.name)),
            None => Verification::NotObserved("The new workflow is not listed yet".to_owned()),
        };
    }
    let fits = |w: &&Workflow| !known.contains(&w.id) && name.is_none_or(|name| *name == w.name);
    match workflows.iter().find(fits) {
        Some(w) => Verification::Satisfied(format!(
            "Workflow {} runs again. It was recognised by its name: the answer that would have named it was lost",
            w.name
        )),
        None => Verification::NotObserved("The CI shows no new workflow".to_owned()),
    }
}

fn canceled(now: &Pipeline, workflow: &str) -> Verification {
    let status = now.workflows.iter().flatten().find(|w| w.id == workflow).map(|w| w.status);
    match status {
        Some(PipelineStatus::Canceled) => Verification::Satisfied("The workflow is canceled".into()),
        Some(PipelineStatus::Passed) => Verification::Impossible("The workflow had passed before it could be canceled".into()),
        Some(PipelineStatus::Failed) => Verification::Satisfied("The workflow has stopped: failed".into()),
        Some(PipelineStatus::Queued | PipelineStatus::Running | PipelineStatus::Failing | PipelineStatus::OnHold) => {
            Verification::NotObserved("The workflow still runs".into())
        }
        Some(PipelineStatus::Unknown) | None => Verification::Indeterminate("The CI does not tell how the workflow stands".into()),
    }
}

fn approved(now: &Pipeline, approval_id: &str) -> Verification {
    let hold = now.jobs.iter().find(|j| j.approval_id.as_deref() == Some(approval_id));
    match hold.map(|j| j.status) {
        Some(JobStatus::OnHold) => Verification::NotObserved("The hold is still waiting".into()),
        Some(JobStatus::Canceled) => Verification::Impossible("The hold was canceled".into()),
        Some(JobStatus::Passed | JobStatus::Running | JobStatus::Skipped | JobStatus::Failed) => {
            Verification::Satisfied("The hold is approved".into())
        }
        Some(JobStatus::Queued | JobStatus::Unknown) | None => Verification::Indeterminate("The CI does not show the hold".into()),
    }
}

/// A CI that forgets a hold once it is decided is told which one is asked about.
fn with_hold(pipeline: &str, workflow: &str, approval_id: &str) -> Pipeline {
    let hold = Job {
        id: format!("{workflow}/{approval_id}"),
        number: None,
        workflow: workflow.to_owned(),
        name: String::new(),
        status: JobStatus::OnHold,
        duration_seconds: None,
        started_at: None,
        stopped_at: None,
        dependencies: Vec::new(),
        approval_id: Some(approval_id.to_owned()),
        usual_seconds: None,
        url: None,
    };
    Pipeline { jobs: vec![hold], ..bare_pipeline(pipeline) }
}

/// A pipeline of which only the id is known, to ask for its details.
pub(crate) fn bare_pipeline(id: &str) -> Pipeline {
    Pipeline {
        id: id.to_owned(),
        number: 0,
        branch: None,
        commit: None,
        title: None,
        url: None,
        created_at: None,
        stopped_at: None,
        status: PipelineStatus::Unknown,
        progress: 0.0,
        eta_seconds: None,
        pull_request: None,
        jobs: vec![],
        workflows: None,
        error: None,
        continues: false,
        run_started_at: None,
        trigger: None,
        runs_push_workflows: None,
        nothing_ran: None,
    }
}
