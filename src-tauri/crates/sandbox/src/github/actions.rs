//! GitHub Actions: runs, their jobs, logs behind a signed link, re-runs and environments.
//!
//! A pipeline of the world is two runs, one of each workflow file; a rerun of a workflow of the world is another
//! attempt of the same run. An approval in the world is an environment with a reviewer, for which the release job
//! waits.

mod list;
pub(crate) mod logs;
mod run_commands;
pub(crate) mod run_log;
pub(crate) mod runs;
mod views;
mod waiting;
mod workflows;

use serde_json::Value;

use super::answers::{no_route, not_found};
use super::pagination::wrapped;
use crate::http::{Call, Reply};
use crate::state::Shared;
use crate::world::World;
use runs::{Run, job};
use views::View;

/// The kind of mutation that a POST to a run is.
pub(crate) fn verb(verb: &str) -> &str {
    match verb {
        "rerun-failed-jobs" => "rerun",
        "pending_deployments" => "approve",
        other => other,
    }
}

pub(crate) fn answer(shared: &Shared, world: &mut World, call: &Call, service: usize, method: &str, rest: &[&str]) -> Reply {
    let address = shared.address(call);
    let url = address.as_str();
    let numbers: Vec<Option<u64>> = rest.iter().map(|part| part.parse().ok()).collect();
    let s = &world.services[service];
    let run = |n: usize| numbers.get(n).copied().flatten().and_then(|id| Run::find(service, s, id));
    match (method, rest) {
        ("GET", ["runs"]) => list::list_of(world, call, service, url, None),
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
        ("GET", ["artifacts"]) => wrapped(call, url, "artifacts", Vec::new()),
        ("GET", ["pending_deployments"]) => Reply::json(200, &view.pending(attempts[last])),
        ("GET", ["approvals"]) => Reply::json(200, &view.approvals(&attempts)),
        ("POST", [verb]) => run_commands::answer(world, call, service, url, attempts[last], verb),
        _ => no_route(),
    }
}

fn jobs(call: &Call, url: &str, jobs: Vec<Value>) -> Reply {
    wrapped(call, url, "jobs", jobs)
}
