//! Reads runs and their jobs, and groups them into pipelines.
//!
//! The runs of one push are one pipeline. A run that a schedule or a person starts on the branch is a pipeline of
//! its own; runs of pull requests have other heads and are ignored.

use super::client::GithubActions;
use super::ids::{PushId, Repo, RunId};
use super::map::{self, Push};
use super::{pending_deployments, status_map, wire};
use futures::future::try_join_all;
use slipway_domain::pipeline::{Job, Pipeline, Workflow};
use slipway_domain::status::{JobStatus, PipelineStatus};
use slipway_vendor::{PastDurations, ReadError};

/// Runs per read of the list. A run is about 10 KB of JSON.
const LISTED: usize = 50;
const PAGE: usize = 100;
/// The most pipelines without a push that are kept of one list.
const OTHERS: usize = 20;
/// The most pages that are read of a list; a matrix has at most 256 jobs.
const MOST_PAGES: usize = 10;

/// The newest pipelines with the outcomes of their runs, newest first.
pub(super) async fn newest(ci: &GithubActions, repo: &Repo, branch: &str) -> Result<Vec<Pipeline>, ReadError> {
    let (pushes, is_whole) = listed(ci, repo, branch).await?;
    let mut pipelines: Vec<Pipeline> = pushes.into_iter().map(|push| push.pipeline(repo, branch)).collect();
    // A record that cannot be decoded may belong to any push, and may be a failed run.
    for pipeline in pipelines.iter_mut().filter(|pipeline| !is_whole && pipeline.status == PipelineStatus::Passed) {
        (pipeline.status, pipeline.stopped_at) = (PipelineStatus::Unknown, None);
    }
    Ok(pipelines)
}

/// The newest pipelines that were not started by a push, each of one run, newest first.
pub(super) async fn others(ci: &GithubActions, repo: &Repo, branch: &str) -> Result<Vec<Pipeline>, ReadError> {
    let per_page = LISTED.to_string();
    let query = [("branch", branch), ("exclude_pull_requests", "true"), ("per_page", per_page.as_str())];
    let page: wire::Runs = ci.get(repo, &["runs"], &query).await?.decode()?;
    let runs = page.workflow_runs.ok_or_else(no_runs)?.into_iter().flatten().filter_map(map::run);
    let mut pipelines: Vec<Pipeline> =
        runs.filter_map(|run| Push::alone(run, repo, branch)).map(|(_, pipeline)| pipeline).take(OTHERS).collect();
    pipelines.sort_by(|one, other| other.is_newer_than(one).cmp(&one.is_newer_than(other)));
    Ok(pipelines)
}

fn no_runs() -> ReadError {
    ReadError::Garbled("GitHub's answer lists no runs".to_owned())
}

/// GitHub has no statistics, so durations are taken from the list of runs. It is the same request as in [`newest`],
/// so it is answered from the cache.
pub(super) async fn past(ci: &GithubActions, repo: &Repo, branch: &str) -> Result<PastDurations, ReadError> {
    let (pushes, _) = listed(ci, repo, branch).await?;
    let runs = pushes.iter().filter_map(Push::seconds).collect();
    Ok(PastDurations { runs, jobs: Vec::new() })
}

/// Also returns whether every record of the list could be decoded.
async fn listed(ci: &GithubActions, repo: &Repo, branch: &str) -> Result<(Vec<Push>, bool), ReadError> {
    let per_page = LISTED.to_string();
    let query = [("branch", branch), ("event", "push"), ("exclude_pull_requests", "true"), ("per_page", per_page.as_str())];
    let page: wire::Runs = ci.get(repo, &["runs"], &query).await?.decode()?;
    // A missing list must not be taken for an empty one.
    let wires = page.workflow_runs.ok_or_else(no_runs)?;
    let count = wires.len();
    let has_all = page.total_count.is_some_and(|total| total <= count as u64);
    let runs: Vec<map::Run> = wires.into_iter().flatten().filter_map(map::run).collect();
    let is_whole = runs.len() == count;
    let mut pushes = map::pushes(runs);
    // The oldest push of the page may have further runs on the next page.
    if !has_all && pushes.len() > 1 {
        pushes.pop();
    }
    Ok((pushes, is_whole))
}

pub(super) async fn details(ci: &GithubActions, known: &Pipeline) -> Result<Pipeline, ReadError> {
    if let Some(id) = RunId::parse(&known.id) {
        let wire: wire::Run = ci.get(&id.repo, &["runs", &id.run.to_string()], &[("exclude_pull_requests", "true")]).await?.decode()?;
        let alone = map::run(wire).filter(|run| run.id == id.run).and_then(|run| Push::alone(run, &id.repo, &id.branch));
        let (push, bare) = alone.ok_or_else(|| ReadError::Garbled(format!("GitHub's answer does not tell of run {}", id.run)))?;
        return with_jobs(ci, &id.repo, &push, bare, known).await;
    }
    let id = PushId::parse(&known.id)?;
    let (push, is_whole) = of_push(ci, &id).await?;
    let bare = push.pipeline(&id.repo, &id.branch);
    let mut pipeline = with_jobs(ci, &id.repo, &push, bare, known).await?;
    if !is_whole && !matches!(pipeline.status, PipelineStatus::Failed | PipelineStatus::Failing) {
        pipeline.status = PipelineStatus::Unknown;
    }
    Ok(pipeline)
}

async fn with_jobs(ci: &GithubActions, repo: &Repo, push: &Push, bare: Pipeline, known: &Pipeline) -> Result<Pipeline, ReadError> {
    let before = known.workflows.as_deref().unwrap_or_default();
    let newest = push.newest();
    let read = try_join_all(newest.iter().map(|run| run_with_jobs(ci, repo, run, known))).await?;
    let mut workflows = Vec::new();
    for run in &push.runs {
        let id = repo.attempt(run.id, run.attempt).to_string();
        let found = read.iter().find(|(workflow, _)| workflow.id == id);
        let mut attempts = map::attempts(repo, run, found.map_or(run.status, |(workflow, _)| workflow.status), before);
        if let (Some(last), Some((workflow, jobs))) = (attempts.last_mut(), found) {
            last.jobs_gone = workflow.jobs_gone;
            let failed = jobs.iter().find(|job| job.status == JobStatus::Failed).map(|job| job.name.clone());
            last.failed_job = failed.or(last.failed_job.take());
        }
        ask_attempt_before(ci, repo, run, &mut attempts).await;
        workflows.extend(attempts);
    }
    let mut pipeline = bare;
    pipeline.status = map::status(&read.iter().zip(&newest).map(|((workflow, _), run)| (workflow.status, run.idle)).collect::<Vec<_>>());
    pipeline.stopped_at = pipeline.stopped_at.filter(|_| pipeline.status.is_over());
    pipeline.workflows = Some(workflows);
    pipeline.jobs = read.into_iter().flat_map(|(_, jobs)| jobs).collect();
    Ok(pipeline)
}

/// The attempt before a re-run. Its outcome counts while the re-run itself has no jobs. Requested once; a failure
/// is ignored.
async fn ask_attempt_before(ci: &GithubActions, repo: &Repo, run: &map::Run, attempts: &mut [Workflow]) {
    let [.., before, last] = attempts else { return };
    let is_open = !matches!(last.status, PipelineStatus::Passed | PipelineStatus::Failed | PipelineStatus::Failing);
    if !is_open || before.status != PipelineStatus::Unknown {
        return;
    }
    let (id, attempt) = (run.id.to_string(), run.attempt.saturating_sub(1).to_string());
    let read = async { ci.get(repo, &["runs", &id, "attempts", &attempt], &[]).await?.decode::<wire::Run>() }.await;
    match read.map(map::run) {
        Ok(Some(told)) => before.status = told.status,
        Ok(None) => {}
        Err(error) => tracing::info!(%error, "the attempt before a re-run was not read"),
    }
}

/// All runs of one push, and whether every record could be decoded.
async fn of_push(ci: &GithubActions, id: &PushId) -> Result<(Push, bool), ReadError> {
    let query = [("head_sha", id.sha.as_str()), ("branch", id.branch.as_str()), ("event", "push"), ("exclude_pull_requests", "true")];
    let take = |page: wire::Runs| (page.total_count, page.workflow_runs);
    let wires: Vec<Option<wire::Run>> = pages(ci, &id.repo, &["runs"], &query, take).await?;
    let count = wires.len();
    let runs: Vec<map::Run> = wires.into_iter().flatten().filter_map(map::run).collect();
    let is_whole = runs.len() == count;
    let mut pushes = map::pushes(runs.into_iter().filter(|run| run.sha == id.sha));
    pushes
        .pop()
        .map(|push| (push, is_whole))
        .ok_or_else(|| ReadError::NotFound(format!("GitHub shows no run of {} on {}", slipway_domain::humanize::short(&id.sha), id.branch)))
}

/// The last attempt of a run with its jobs; the jobs of a run that was over before are not requested again.
async fn run_with_jobs(ci: &GithubActions, repo: &Repo, run: &map::Run, known: &Pipeline) -> Result<(Workflow, Vec<Job>), ReadError> {
    let id = repo.attempt(run.id, run.attempt);
    let mut workflow = Workflow::bare(id.to_string(), run.name.as_str(), run.status);
    let before = known.workflows.iter().flatten().find(|before| before.id == workflow.id);
    let jobs: Vec<&Job> = known.jobs.iter().filter(|job| job.workflow == run.name).collect();
    let unchanged = before.is_some_and(|before| before.status == run.status && run.status.is_over());
    if unchanged && !jobs.is_empty() && jobs.iter().all(|job| job.status.is_over()) {
        return Ok((workflow, jobs.into_iter().cloned().collect()));
    }
    if unchanged && before.is_some_and(|before| before.jobs_gone) {
        workflow.jobs_gone = true;
        return Ok((workflow, jobs.into_iter().cloned().collect()));
    }
    let number = run.id.to_string();
    // For a re-run `latest` may omit jobs that had passed before.
    let filter = if run.attempt > 1 { "all" } else { "latest" };
    let take = |page: wire::Jobs| (page.total_count, page.jobs);
    let wires = match pages(ci, repo, &["runs", &number, "jobs"], &[("filter", filter)], take).await {
        Err(ReadError::NotFound(_)) if run.status.is_over() => {
            workflow.jobs_gone = true;
            return Ok((workflow, jobs.into_iter().cloned().collect()));
        }
        wires => wires?,
    };
    let wires: Vec<wire::Job> = wires.into_iter().flatten().collect();
    let wires = if run.attempt > 1 { map::newest_jobs(wires, run.attempt) } else { wires };
    let jobs: Vec<Job> = wires.into_iter().filter_map(|wire| map::job(wire, &run.name)).collect();
    workflow.status = status_map::with_jobs(run.status, &jobs.iter().map(|job| job.status).collect::<Vec<_>>());
    let jobs = pending_deployments::place(ci, &id, &workflow, jobs, &known.jobs).await;
    Ok((workflow, jobs))
}

/// All pages of a list, as many as `total_count` implies. None: a record could not be decoded.
async fn pages<P: serde::de::DeserializeOwned, T>(
    ci: &GithubActions,
    repo: &Repo,
    path: &[&str],
    query: &[(&str, &str)],
    take: impl Fn(P) -> (Option<u64>, Option<Vec<Option<T>>>),
) -> Result<Vec<Option<T>>, ReadError> {
    let (mut all, mut seen) = (Vec::new(), 0);
    let per_page = PAGE.to_string();
    for page in 1..=MOST_PAGES {
        let number = page.to_string();
        let mut query = query.to_vec();
        query.push(("per_page", &per_page));
        // The first page is requested in the same way whether there is a second page or not.
        if page > 1 {
            query.push(("page", &number));
        }
        let (total, items) = take(ci.get(repo, path, &query).await?.decode()?);
        let items = items.ok_or_else(|| ReadError::Garbled("GitHub's answer has no list".to_owned()))?;
        seen += items.len() as u64;
        let last = items.is_empty() || total.unwrap_or_default() <= seen;
        all.extend(items);
        if last {
            break;
        }
    }
    Ok(all)
}
