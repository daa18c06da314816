//! Environments that wait for a reviewer, as approval jobs before the jobs that wait for them.
//!
//! GitHub reports which environments of a run wait and who may approve, but not which job waits for which
//! environment. An approved environment disappears from that list and appears in the run's approvals.

use super::client::GithubActions;
use super::ids::AttemptId;
use super::wire;
use slipway_domain::pipeline::{Job, Workflow};
use slipway_domain::status::JobStatus;
use slipway_http::lenient_list::Each;
use slipway_vendor::ReadError;

/// Puts the approval jobs of a run before its other jobs. `known` are the jobs of the previous read.
pub(super) async fn place(ci: &GithubActions, id: &AttemptId, workflow: &Workflow, mut jobs: Vec<Job>, known: &[Job]) -> Vec<Job> {
    let own = format!("{}/", workflow.id);
    let before: Vec<&Job> = known.iter().filter(|job| job.id.starts_with(&own)).collect();
    let waits = |job: &Job| job.status == JobStatus::OnHold;
    let listed = if jobs.iter().any(waits) { worth_having(pending(ci, id).await) } else { Some(Vec::new()) };
    let holds = match listed {
        Some(listed) => {
            let mut holds: Vec<Job> = listed.into_iter().filter_map(|wire| waiting(wire, workflow, &own)).collect();
            let gone = |job: &&&Job| !holds.iter().any(|hold| environment(hold) == environment(job));
            let gone: Vec<&Job> = before.iter().filter(gone).copied().collect();
            let open = gone.iter().any(|job| !job.status.is_over());
            let decided = if open { worth_having(approvals(ci, id).await).unwrap_or_default() } else { Vec::new() };
            holds.extend(gone.into_iter().map(|job| settled(job, workflow, &decided)));
            holds
        }
        // Environments that still wait keep their previous state.
        None => before.into_iter().cloned().collect(),
    };
    let waiting: Vec<String> = holds.iter().filter(|hold| waits(hold)).map(|hold| hold.id.clone()).collect();
    for job in jobs.iter_mut().filter(|job| waits(job) && !waiting.is_empty()) {
        job.status = JobStatus::Queued;
        // With several environments GitHub does not tell which of them a job waits for.
        if let [only] = &waiting[..] {
            job.dependencies = vec![only.clone()];
        }
    }
    holds.into_iter().chain(jobs).collect()
}

/// If this read fails, the run and its jobs are returned without it.
fn worth_having<T>(read: Result<T, ReadError>) -> Option<T> {
    read.inspect_err(|error| tracing::info!(%error, "who approves a run was not read")).ok()
}

async fn pending(ci: &GithubActions, id: &AttemptId) -> Result<Vec<wire::PendingDeployment>, ReadError> {
    let run = id.run.to_string();
    let Each(list) = ci.get(&id.repo, &["runs", &run, "pending_deployments"], &[]).await?.decode()?;
    Ok(list.ok_or_else(no_list)?.into_iter().flatten().collect())
}

async fn approvals(ci: &GithubActions, id: &AttemptId) -> Result<Vec<wire::Approval>, ReadError> {
    let run = id.run.to_string();
    let Each(list) = ci.get(&id.repo, &["runs", &run, "approvals"], &[]).await?.decode()?;
    Ok(list.ok_or_else(no_list)?.into_iter().flatten().collect())
}

fn no_list() -> ReadError {
    ReadError::Garbled("GitHub's answer has no list".to_owned())
}

/// Without an approval id: somebody else must approve, or a timer is running.
fn waiting(wire: wire::PendingDeployment, workflow: &Workflow, own: &str) -> Option<Job> {
    let environment = wire.environment?;
    let id = environment.id?.to_string();
    Some(Job {
        id: format!("{own}{id}"),
        number: None,
        workflow: workflow.name.clone(),
        name: environment.name.unwrap_or_default(),
        status: JobStatus::OnHold,
        duration_seconds: None,
        started_at: None,
        stopped_at: None,
        dependencies: Vec::new(),
        approval_id: (wire.current_user_can_approve == Some(true)).then_some(id),
        usual_seconds: None,
        url: None,
    })
}

/// The outcome of an approval that is no longer pending. If the run was reviewed in two attempts, the outcome for
/// this one is unknown.
fn settled(hold: &Job, workflow: &Workflow, decided: &[wire::Approval]) -> Job {
    let of_it = |approval: &&wire::Approval| {
        let ids = approval.environments.iter().flatten().flatten().filter_map(|environment| environment.id);
        ids.into_iter().any(|id| Some(id.to_string().as_str()) == environment(hold))
    };
    let mut states: Vec<Option<&str>> = decided.iter().filter(of_it).map(|approval| approval.state.as_deref()).collect();
    states.dedup();
    let status = match states[..] {
        _ if hold.status.is_over() => hold.status,
        [Some("approved")] => JobStatus::Passed,
        [Some("rejected")] => JobStatus::Canceled,
        _ => JobStatus::Unknown,
    };
    Job { status, workflow: workflow.name.clone(), ..hold.clone() }
}

/// The environment of an approval job: its id is that of the attempt, followed by the environment. Other jobs have
/// numbers as ids.
fn environment(hold: &Job) -> Option<&str> {
    hold.id.rsplit_once('/').map(|(_, id)| id)
}
