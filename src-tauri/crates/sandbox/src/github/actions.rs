//! GitHub Actions: runs, their jobs, logs behind a signed link, re-runs, environments.
//!
//! A pipeline of the world is two runs, one of each workflow file; what the world's workflow
//! went through again is another attempt of the same run. The world's approval is an environment
//! with a reviewer, which the release job waits for.

mod logs;
mod run_commands;
mod run_log;
mod views;
mod waiting;
mod workflows;

use serde_json::{Value, json};

use super::{no_route, not_found, rest};
use crate::http::{Call, Reply};
use crate::server::Shared;
use crate::world::pipeline::{Job, JobStatus, RELEASE, SCAN, Workflow};
use crate::world::{Ci, Service, World};
use views::View;

pub use logs::answer as signed_log;
pub use run_log::answer as signed_run_log;

/// The journal's word for a POST to a run.
pub fn verb(verb: &str) -> &str {
    match verb {
        "rerun-failed-jobs" => "rerun",
        "pending_deployments" => "approve",
        other => other,
    }
}

/// A run by its place: `file` is an index into [`FILES`].
#[derive(Clone, Copy, PartialEq, Eq)]
struct Run {
    pipeline: usize,
    file: usize,
}

/// Name and path of each workflow.
const FILES: [(&str, &str); 3] =
    [(SCAN, ".github/workflows/codeql.yml"), (RELEASE, ".github/workflows/release.yml"), ("nightly", ".github/workflows/nightly.yml")];
const FIRST_RUN: u64 = 17_003_000_000;
const FIRST_JOB: u64 = 46_100_000_000;
const PER_SERVICE: u64 = 1_000_000;
/// The environment that has a reviewer, where a hold names none.
const ENVIRONMENT: &str = "production";

impl Run {
    fn id(self, service: usize) -> u64 {
        FIRST_RUN + service as u64 * PER_SERVICE + self.pipeline as u64 * 10 + self.file as u64
    }

    fn find(service: usize, s: &Service, id: u64) -> Option<Self> {
        if s.ci != Ci::Actions {
            return None;
        }
        let place = id.checked_sub(FIRST_RUN + service as u64 * PER_SERVICE).filter(|place| *place < PER_SERVICE)?;
        let run = Self { pipeline: (place / 10) as usize, file: (place % 10) as usize };
        (run.file < FILES.len() && !run.attempts(s).is_empty()).then_some(run)
    }

    /// Indices of the service's workflows, oldest first.
    fn attempts(self, s: &Service) -> Vec<usize> {
        let Some((name, _)) = FILES.get(self.file) else { return Vec::new() };
        let of_it = |(_, w): &(usize, &Workflow)| w.pipeline == self.pipeline && *w.name == **name;
        s.workflows.iter().enumerate().filter(of_it).map(|(n, _)| n).collect()
    }
}

/// The newest attempt of a run: an index into the service's workflows.
pub fn workflow_of_run(s: &Service, service: usize, id: u64) -> Option<usize> {
    Run::find(service, s, id)?.attempts(s).last().copied()
}

/// The workflow in which a job last ran.
pub fn workflow_of_job(s: &Service, service: usize, id: u64) -> Option<usize> {
    let (run, ..) = job(s, service, id)?;
    run.attempts(s).last().copied()
}

fn job_id(service: usize, job: &Job) -> Option<u64> {
    Some(FIRST_JOB + service as u64 * PER_SERVICE + job.number?)
}

/// The environment a hold waits for: its own, or the one that has a reviewer; with its id.
fn environment_of(service: usize, s: &Service, hold: &Job) -> (&'static str, u64) {
    let named = s.environment_in(&hold.name).map_or(ENVIRONMENT, |environment| environment.name);
    let place = s.environments.iter().position(|environment| environment.name == named).unwrap_or_default() as u64;
    (named, 161_171_000 + service as u64 + place * PER_SERVICE)
}

pub fn answer(shared: &Shared, world: &mut World, call: &Call, service: usize, method: &str, rest: &[&str]) -> Reply {
    let address = shared.address(call);
    let url = address.as_str();
    let numbers: Vec<Option<u64>> = rest.iter().map(|part| part.parse().ok()).collect();
    let s = &world.services[service];
    let run = |n: usize| numbers.get(n).copied().flatten().and_then(|id| Run::find(service, s, id));
    match (method, rest) {
        ("GET", ["runs"]) => list(world, call, service, url),
        ("GET", ["workflows", rest @ ..]) => workflows::answer(world, call, service, url, rest),
        ("POST", ["jobs", _, "rerun"]) => match numbers[1].and_then(|id| job(s, service, id)) {
            Some((run, _, job)) => run_commands::rerun_job(world, call, service, run, job),
            None => not_found(),
        },
        ("GET", ["jobs", _]) | ("GET", ["jobs", _, "logs"]) => match numbers[1].and_then(|id| job(s, service, id)) {
            Some((run, attempt, job)) if rest.len() == 2 => Reply::json(200, &View { world, service, url }.job(run, attempt, job)),
            Some((run, attempt, job)) => logs::link(shared, world, service, &s.workflows[run.attempts(s)[attempt]].jobs[job]),
            None => not_found(),
        },
        (_, ["runs", _, rest @ ..]) => match run(1) {
            Some(run) if method == "GET" && rest == ["logs"] => run_log::link(shared, service, s, run, run.attempts(s).len() - 1),
            Some(run) if method == "GET" && matches!(rest, ["attempts", _, "logs"]) => {
                let attempt = rest[1].parse::<usize>().ok().and_then(|n| n.checked_sub(1));
                attempt.map_or_else(not_found, |attempt| run_log::link(shared, service, s, run, attempt))
            }
            Some(run) => of_run(world, call, service, url, run, method, rest),
            None => not_found(),
        },
        _ => no_route(),
    }
}

fn of_run(world: &mut World, call: &Call, service: usize, url: &str, run: Run, method: &str, rest: &[&str]) -> Reply {
    let attempts = run.attempts(&world.services[service]);
    let last = attempts.len() - 1;
    let view = View { world, service, url };
    let attempt = |text: &str| text.parse::<usize>().ok().filter(|n| (1..=attempts.len()).contains(n)).map(|n| n - 1);
    match (method, rest) {
        ("GET", []) => Reply::json(200, &view.run(run, last)),
        ("GET", ["jobs"]) => jobs(call, url, view.jobs(run, last, call.param("filter") == Some("all"))),
        ("GET", ["attempts", n]) => attempt(n).map_or_else(not_found, |n| Reply::json(200, &view.run(run, n))),
        ("GET", ["attempts", n, "jobs"]) => attempt(n).map_or_else(not_found, |n| jobs(call, url, view.jobs(run, n, false))),
        ("GET", ["artifacts"]) => wrapped("artifacts", call, url, Vec::new()),
        ("GET", ["pending_deployments"]) => Reply::json(200, &view.pending(attempts[last])),
        ("GET", ["approvals"]) => Reply::json(200, &view.approvals(&attempts)),
        ("POST", [verb]) => run_commands::answer(world, call, service, url, attempts[last], verb),
        _ => no_route(),
    }
}

fn list(world: &World, call: &Call, service: usize, url: &str) -> Reply {
    list_of(world, call, service, url, None)
}

/// The runs, or those of one file.
fn list_of(world: &World, call: &Call, service: usize, url: &str, only: Option<usize>) -> Reply {
    let s = &world.services[service];
    let view = View { world, service, url };
    let mut runs = Vec::new();
    if s.ci == Ci::Actions {
        for pipeline in (0..s.pipelines.len()).rev() {
            let p = &s.pipelines[pipeline];
            let wanted = |name: &str, value: &str| call.param(name).is_none_or(|asked| asked == value);
            if wanted("branch", &p.branch) && wanted("head_sha", &p.revision) && wanted("event", p.trigger.event()) {
                runs.extend(
                    (0..FILES.len())
                        .rev()
                        .filter(|file| only.is_none_or(|only| only == *file))
                        .map(|file| Run { pipeline, file })
                        .filter(|run| !run.attempts(s).is_empty()),
                );
            }
        }
    }
    let status = call.param("status");
    let waiting = waiting::views(&view, call);
    let views = runs.into_iter().map(|run| view.run(run, run.attempts(s).len() - 1));
    let views: Vec<Value> =
        views.chain(waiting).filter(|run| status.is_none_or(|asked| run["status"] == asked || run["conclusion"] == asked)).collect();
    wrapped("workflow_runs", call, url, views)
}

fn jobs(call: &Call, url: &str, jobs: Vec<Value>) -> Reply {
    wrapped("jobs", call, url, jobs)
}

/// A page of a list, with how many there are.
fn wrapped(name: &str, call: &Call, url: &str, items: Vec<Value>) -> Reply {
    let total = items.len();
    let page = rest::page(call, url, items);
    let items: Value = serde_json::from_slice(&page.body).unwrap_or_default();
    let whole = Reply::json(200, &json!({"total_count": total, name: items}));
    Reply { headers: page.headers, ..whole }
}

/// The run, the attempt (from 0) that first ran the job, and the job's index there.
fn job(s: &Service, service: usize, id: u64) -> Option<(Run, usize, usize)> {
    for pipeline in (0..s.pipelines.len()).rev() {
        for run in (0..FILES.len()).map(|file| Run { pipeline, file }) {
            for (attempt, w) in run.attempts(s).into_iter().enumerate() {
                let found = s.workflows[w].jobs.iter().position(|job| job_id(service, job) == Some(id));
                if let Some(job) = found {
                    return Some((run, attempt, job)).filter(|_| s.ci == Ci::Actions);
                }
            }
        }
    }
    None
}

/// Whether a check run's id is that of a job.
pub fn has_job(world: &World, service: usize, id: u64) -> bool {
    job(&world.services[service], service, id).is_some()
}

/// The holds that wait, by index.
fn waiting(workflow: &Workflow) -> Vec<usize> {
    let waits = |job: &Job| job.approval.is_some() && job.status == JobStatus::OnHold;
    workflow.jobs.iter().enumerate().filter(|(_, job)| waits(job)).map(|(n, _)| n).collect()
}
