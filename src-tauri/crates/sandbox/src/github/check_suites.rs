//! Check suites, and single check runs with their annotations.

use serde_json::{Value, json};

use super::actions::runs::has_job;
use super::answers::{no_route, not_found};
use super::pagination::{page, wrapped};
use super::{repository, views};
use crate::http::{Call, Reply};
use crate::world::World;
use crate::world::check::Check;
use crate::world::commit::Commit;
use crate::world::git::Repo;
use crate::world::pull_request::PullRequest;

/// Calls below `check-suites` and `check-runs`.
pub(super) fn answer(world: &World, call: &Call, url: &str, service: usize, route: &[&str]) -> Reply {
    let repo = &world.services[service].repo;
    let id = |text: &str| text.parse::<u64>().ok();
    let with_run = |text: &str| {
        let runs = repo.pulls.values().flat_map(|pull| pull.checks.iter().map(move |check| (pull, check)));
        id(text).and_then(|id| runs.filter(|(_, check)| !check.status_context).find(|(_, check)| check.id == id))
    };
    match route {
        ["check-suites", suite] => match id(suite).and_then(|id| pull_of_suite(world, service, id).map(|pull| (pull, id))) {
            Some((pull, id)) => Reply::json(200, &view(world, url, service, pull, id)),
            None => not_found(),
        },
        ["check-suites", suite, "check-runs"] => match id(suite).and_then(|id| pull_of_suite(world, service, id).map(|pull| (pull, id))) {
            Some((pull, id)) => {
                let runs: Vec<Value> =
                    in_suite(pull, id).filter(|run| run.starts <= world.now).map(|run| one(world, url, service, pull, run)).collect();
                wrapped(call, url, "check_runs", runs)
            }
            None => not_found(),
        },
        ["check-runs", run] => match with_run(run) {
            Some((pull, check)) => Reply::json(200, &one(world, url, service, pull, check)),
            None => not_found(),
        },
        // A job of GitHub Actions is a check run with the same id.
        ["check-runs", run, "annotations"] if with_run(run).is_some() || id(run).is_some_and(|id| has_job(world, service, id)) => {
            page(call, url, Vec::new())
        }
        ["check-runs", _, "annotations"] => not_found(),
        _ => no_route(),
    }
}

/// The suites of the pull request whose head is this commit.
pub(super) fn of_commit(world: &World, call: &Call, url: &str, service: usize, commit: &Commit) -> Reply {
    let pull = checked(&world.services[service].repo, commit);
    let mut suites: Vec<u64> = pull.into_iter().flat_map(|pull| runs(pull).map(suite_of)).collect();
    suites.sort_unstable();
    suites.dedup();
    let views = pull.into_iter().flat_map(|pull| suites.iter().map(move |suite| view(world, url, service, pull, *suite)));
    wrapped(call, url, "check_suites", views.collect())
}

/// The pull request whose head the commit is.
pub(super) fn checked<'a>(repo: &'a Repo, commit: &Commit) -> Option<&'a PullRequest> {
    repo.pulls.values().find(|p| p.head == commit.oid)
}

fn runs(pull: &PullRequest) -> impl Iterator<Item = &Check> {
    pull.checks.iter().filter(|check| !check.status_context)
}

fn suite_of(check: &Check) -> u64 {
    check.id / 8
}

fn in_suite(pull: &PullRequest, suite: u64) -> impl Iterator<Item = &Check> {
    runs(pull).filter(move |check| suite_of(check) == suite)
}

fn pull_of_suite(world: &World, service: usize, suite: u64) -> Option<&PullRequest> {
    world.services[service].repo.pulls.values().find(|pull| in_suite(pull, suite).next().is_some())
}

fn one(world: &World, url: &str, service: usize, pull: &PullRequest, check: &Check) -> Value {
    let s = &world.services[service];
    views::check_run(world, s.ci, check, &pull.head, &format!("{}/{}", s.repo.owner, s.repo.name), url)
}

fn view(world: &World, url: &str, service: usize, pull: &PullRequest, suite: u64) -> Value {
    let s = &world.services[service];
    let full = format!("{}/{}", s.repo.owner, s.repo.name);
    let own = format!("{url}/repos/{full}/check-suites/{suite}");
    let runs: Vec<Value> = in_suite(pull, suite).map(|check| one(world, url, service, pull, check)).collect();
    let over = runs.iter().all(|run| run["status"] == "completed");
    let bad = runs.iter().find(|run| !matches!(run["conclusion"].as_str(), Some("success" | "neutral" | "skipped")));
    let conclusion = over.then(|| bad.map_or_else(|| json!("success"), |run| run["conclusion"].clone()));
    let queued = runs.iter().all(|run| run["status"] == "queued");
    let status = if over {
        "completed"
    } else if queued {
        "queued"
    } else {
        "in_progress"
    };
    let head = s.repo.commit(&pull.head);
    let stamp = |at| world.stamp(at);
    let began = in_suite(pull, suite).map(|check| check.starts).min().unwrap_or(pull.updated).min(world.now);
    let moved = in_suite(pull, suite).map(|check| check.ends).max().unwrap_or(pull.updated).min(world.now);
    let author = head.map(|commit| json!({"name": commit.author.name, "email": commit.author.email}));
    json!({
        "id": suite, "node_id": format!("CS_{suite}"), "head_branch": pull.branch, "head_sha": pull.head, "status": status,
        "conclusion": conclusion, "url": own, "before": pull.fork, "after": pull.head, "pull_requests": [],
        "app": views::app(s.ci, url), "repository": repository::listed(world, service, url),
        "created_at": stamp(began), "updated_at": stamp(moved.max(began)),
        "head_commit": {
            "id": pull.head, "tree_id": pull.head, "message": head.map_or("", |commit| commit.message.as_str()),
            "timestamp": head.map_or_else(|| stamp(pull.created), |commit| world.when(commit.committed)), "author": author, "committer": author,
        },
        "latest_check_runs_count": runs.len(), "check_runs_url": format!("{own}/check-runs"), "rerequestable": true,
        "runs_rerequestable": true,
    })
}
