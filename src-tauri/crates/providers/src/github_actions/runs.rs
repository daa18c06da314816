//! Runs, grouped into pipelines, with their jobs.
//!
//! Only runs of pushes count: those of pull requests have other heads, and what a schedule or a
//! person starts on the same commit is no change on its way.

use super::ids::{PushId, Repo};
use super::map::{self, Push};
use super::{GithubActions, holds, wire, words};
use crate::{PastDurations, ReadError};
use futures::future::try_join_all;
use slipway_domain::pipeline::{Job, Pipeline, Workflow};

/// Runs of one read of the list. A run is some 10 KB of JSON.
const LISTED: usize = 50;
const PAGE: usize = 100;
/// Ends a list that does not end; a matrix has at most 256 jobs.
const MOST_PAGES: usize = 10;

/// The newest pipelines with what their runs came to, newest first.
pub(super) async fn newest(ci: &GithubActions, repo: &Repo, branch: &str) -> Result<Vec<Pipeline>, ReadError> {
    Ok(listed(ci, repo, branch).await?.into_iter().map(|push| push.pipeline(repo, branch)).collect())
}

/// GitHub has no statistics; the list itself tells how long its runs took. The same request as
/// [`newest`], so that it is answered from what is known.
pub(super) async fn past(ci: &GithubActions, repo: &Repo, branch: &str) -> Result<PastDurations, ReadError> {
    let runs = listed(ci, repo, branch).await?.iter().filter_map(Push::seconds).collect();
    Ok(PastDurations { runs, jobs: Vec::new() })
}

async fn listed(ci: &GithubActions, repo: &Repo, branch: &str) -> Result<Vec<Push>, ReadError> {
    let per_page = LISTED.to_string();
    let query = [("branch", branch), ("event", "push"), ("exclude_pull_requests", "true"), ("per_page", per_page.as_str())];
    let page: wire::Runs = ci.get(repo, &["runs"], &query).await?.decode()?;
    // A list that is not there must not pass for an empty one.
    let wires = page.workflow_runs.ok_or_else(|| ReadError::Garbled("GitHub's answer lists no runs".to_owned()))?;
    let whole = page.total_count.is_some_and(|total| total <= wires.len() as u64);
    let mut pushes = map::pushes(wires.into_iter().flatten().filter_map(map::run));
    // Some runs of the oldest push may be on the next page.
    if !whole && pushes.len() > 1 {
        pushes.pop();
    }
    Ok(pushes)
}

pub(super) async fn details(ci: &GithubActions, known: &Pipeline) -> Result<Pipeline, ReadError> {
    let id = PushId::parse(&known.id)?;
    let push = of_push(ci, &id).await?;
    let before = known.workflows.as_deref().unwrap_or_default();
    let newest = push.newest();
    let read = try_join_all(newest.iter().map(|run| run_with_jobs(ci, &id.repo, run, known))).await?;
    let mut pipeline = push.pipeline(&id.repo, &id.branch);
    let mut workflows = Vec::new();
    for run in &push.runs {
        let status = read.iter().find(|(workflow, _)| workflow.id == id.repo.attempt(run.id, run.attempt).to_string());
        let status = status.map_or(run.status, |(workflow, _)| workflow.status);
        workflows.extend(map::attempts(&id.repo, run, status, before));
    }
    pipeline.status = map::status(&read.iter().zip(&newest).map(|((workflow, _), run)| (workflow.status, run.idle)).collect::<Vec<_>>());
    pipeline.stopped_at = pipeline.stopped_at.filter(|_| pipeline.status.is_over());
    pipeline.workflows = Some(workflows);
    pipeline.jobs = read.into_iter().flat_map(|(_, jobs)| jobs).collect();
    Ok(pipeline)
}

/// All runs of one push.
async fn of_push(ci: &GithubActions, id: &PushId) -> Result<Push, ReadError> {
    let query = [("head_sha", id.sha.as_str()), ("branch", id.branch.as_str()), ("event", "push"), ("exclude_pull_requests", "true")];
    let take = |page: wire::Runs| (page.total_count, page.workflow_runs);
    let wires: Vec<wire::Run> = pages(ci, &id.repo, &["runs"], &query, take).await?;
    let mut pushes = map::pushes(wires.into_iter().filter_map(map::run).filter(|run| run.sha == id.sha));
    pushes
        .pop()
        .ok_or_else(|| ReadError::NotFound(format!("GitHub shows no run of {} on {}", slipway_domain::words::short(&id.sha), id.branch)))
}

/// The last attempt of a run and its jobs; those of one that was over already are not asked again.
async fn run_with_jobs(ci: &GithubActions, repo: &Repo, run: &map::Run, known: &Pipeline) -> Result<(Workflow, Vec<Job>), ReadError> {
    let id = repo.attempt(run.id, run.attempt);
    let mut workflow = Workflow { id: id.to_string(), name: run.name.clone(), status: run.status, created_at: None, stopped_at: None };
    let before = known.workflows.iter().flatten().find(|before| before.id == workflow.id);
    let jobs: Vec<&Job> = known.jobs.iter().filter(|job| job.workflow == run.name).collect();
    let unchanged = before.is_some_and(|before| before.status == run.status && run.status.is_over());
    if unchanged && !jobs.is_empty() && jobs.iter().all(|job| job.status.is_over()) {
        return Ok((workflow, jobs.into_iter().cloned().collect()));
    }
    let number = run.id.to_string();
    // Of a re-run `latest` may leave out what had passed before.
    let filter = if run.attempt > 1 { "all" } else { "latest" };
    let take = |page: wire::Jobs| (page.total_count, page.jobs);
    let wires = pages(ci, repo, &["runs", &number, "jobs"], &[("filter", filter)], take).await?;
    let wires = if run.attempt > 1 { map::newest_jobs(wires, run.attempt) } else { wires };
    let jobs: Vec<Job> = wires.into_iter().filter_map(|wire| map::job(wire, &run.name)).collect();
    workflow.status = words::with_jobs(run.status, &jobs.iter().map(|job| job.status).collect::<Vec<_>>());
    let jobs = holds::place(ci, &id, &workflow, jobs, &known.jobs).await?;
    Ok((workflow, jobs))
}

/// All pages of a list: as many as `total_count` says there are.
async fn pages<P: serde::de::DeserializeOwned, T>(
    ci: &GithubActions,
    repo: &Repo,
    path: &[&str],
    query: &[(&str, &str)],
    take: impl Fn(P) -> (Option<u64>, Option<Vec<Option<T>>>),
) -> Result<Vec<T>, ReadError> {
    let (mut all, mut seen) = (Vec::new(), 0);
    let per_page = PAGE.to_string();
    for page in 1..=MOST_PAGES {
        let number = page.to_string();
        let mut query = query.to_vec();
        query.push(("per_page", &per_page));
        // The first page is the same request whether there is a second or not.
        if page > 1 {
            query.push(("page", &number));
        }
        let (total, items) = take(ci.get(repo, path, &query).await?.decode()?);
        let items = items.ok_or_else(|| ReadError::Garbled("GitHub's answer has no list".to_owned()))?;
        seen += items.len() as u64;
        let last = items.is_empty() || total.unwrap_or_default() <= seen;
        all.extend(items.into_iter().flatten());
        if last {
            break;
        }
    }
    Ok(all)
}
