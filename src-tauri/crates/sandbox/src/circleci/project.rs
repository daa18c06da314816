//! Calls below a project's slug.

use serde_json::{Value, json};

use super::answers::{not_found, page};
use super::test_results;
use super::views::{self, View};
use crate::http::{Call, Reply};
use crate::world::pipeline::Job;
use crate::world::{Ci, World};

/// `gh/acme/x`, `github/acme/x`, `bb/acme/x`, `bitbucket/acme/x`, or the opaque `circleci/ORG/PROJECT`.
pub(super) fn find(world: &World, vcs: &str, org: &str, repo: &str) -> Option<usize> {
    let found = match vcs {
        "gh" | "github" => world.repo(org, repo).filter(|s| world.services[*s].slug.starts_with("gh/")),
        "bb" | "bitbucket" => world.repo(org, repo).filter(|s| world.services[*s].slug.starts_with("bb/")),
        "circleci" => world.services.iter().position(|s| *s.project_id == *repo),
        _ => None,
    };
    let runs_there = |service: &usize| world.services[*service].ci == Ci::Circleci && !world.beyond_circleci.contains(service);
    found.filter(runs_there)
}

pub(super) fn pipeline(world: &World, id: &str) -> Option<(usize, usize)> {
    let find = |(s, service): (usize, &crate::world::Service)| service.pipelines.iter().rposition(|p| *p.id == *id).map(|p| (s, p));
    world.services.iter().enumerate().find_map(find)
}

/// The newest workflow that has a job of this number, and the job.
pub(super) fn job(world: &World, service: usize, number: u64) -> Option<(usize, usize)> {
    let workflows = world.services[service].workflows.iter().enumerate().rev();
    workflows.filter_map(|(w, workflow)| Some((w, workflow.jobs.iter().position(|j| j.number == Some(number))?))).next()
}

pub(super) fn answer(world: &mut World, call: &Call, url: &str, service: usize, rest: &[&str]) -> Reply {
    let s = &world.services[service];
    match (call.method.as_str(), rest) {
        ("GET", []) => Reply::json(
            200,
            &json!({
                "id": s.project_id, "slug": s.slug, "name": s.repo.name, "organization_name": s.repo.owner,
                "vcs_info": {"vcs_url": format!("https://{}/{}/{}", views::host(&s.slug), s.repo.owner, s.repo.name), "provider": views::provider(&s.slug), "default_branch": "main"},
            }),
        ),
        ("GET", ["pipeline"] | ["pipeline", "mine"]) => {
            let branch = call.param("branch");
            let pipelines = (0..s.pipelines.len()).rev().filter(|p| branch.is_none_or(|b| s.pipelines[*p].branch == b));
            let view = View { world };
            page(call, pipelines.collect(), |p| view.listed(service, *p))
        }
        ("GET", ["pipeline", number]) => {
            let number = number.parse().unwrap_or(0);
            match s.pipelines.iter().position(|p| p.number == number) {
                Some(p) => Reply::json(200, &View { world }.pipeline(service, p)),
                None => not_found("Pipeline not found"),
            }
        }
        ("POST", ["pipeline"]) => {
            let head = s.repo.main().clone();
            let by = world.viewer.clone();
            let made = world.start_pipeline(service, &head, &by);
            let p = &world.services[service].pipelines[made];
            Reply::json(201, &json!({"id": p.id, "state": "pending", "number": p.number, "created_at": world.stamp_ms(p.created)}))
                .applying(call)
        }
        ("GET", ["job", number]) => with_job(world, service, number, |w, j| details(world, url, service, w, j)),
        ("GET", [number, "tests"]) => with_job(world, service, number, |w, j| {
            Reply::json(200, &json!({"items": test_results::tests(&world.services[service].workflows[w].jobs[j]), "next_page_token": null}))
        }),
        ("GET", [number, "artifacts"]) => with_job(world, service, number, |w, j| {
            let job = &world.services[service].workflows[w].jobs[j];
            let items: Vec<Value> = match job.name.starts_with("unit") && job.done() {
                true => vec![
                    json!({"path": "coverage/index.html", "node_index": 0, "url": artifact(job, "coverage/index.html")}),
                    json!({"path": "test-results/rspec.xml", "node_index": 0, "url": artifact(job, "test-results/rspec.xml")}),
                ],
                false => vec![],
            };
            Reply::json(200, &json!({"items": items, "next_page_token": null}))
        }),
        _ => not_found("Not found").by_no_route(),
    }
}

/// On another host and for a browser, as the vendor's artifacts are.
fn artifact(job: &Job, path: &str) -> String {
    format!("https://output.circle-artifacts.com/output/job/{}/artifacts/0/{path}", job.id)
}

fn with_job(world: &World, service: usize, number: &str, answer: impl FnOnce(usize, usize) -> Reply) -> Reply {
    match number.parse().ok().and_then(|n| job(world, service, n)) {
        Some((workflow, job)) => answer(workflow, job),
        None => not_found("Job not found"),
    }
}

fn details(world: &World, url: &str, service: usize, workflow: usize, job: usize) -> Reply {
    let s = &world.services[service];
    let w = &s.workflows[workflow];
    let j: &Job = &w.jobs[job];
    let stamp = |at: Option<i64>| at.map(|at| world.stamp_ms(at));
    let ends = j.stopped.unwrap_or(world.now);
    Reply::json(
        200,
        &json!({
            "name": j.name, "number": j.number, "status": views::job_status(j), "web_url": format!("{url}/jobs/{}/{}", s.slug, j.number.unwrap_or(0)),
            "project": {"slug": s.slug, "name": s.repo.name, "external_url": format!("https://github.com/{}/{}", s.repo.owner, s.repo.name)},
            "parallel_runs": [{"index": 0, "status": views::job_status(j)}], "parallelism": 1,
            "created_at": world.stamp_ms(j.created), "queued_at": stamp(j.queued).unwrap_or_else(|| world.stamp_ms(j.created)),
            "started_at": stamp(j.started), "stopped_at": stamp(j.stopped), "duration": j.started.map(|at| ends - at),
            "latest_workflow": {"id": w.id, "name": w.name}, "pipeline": {"id": s.pipelines[w.pipeline].id},
            "executor": {"type": "docker", "resource_class": "large"}, "messages": [],
            "contexts": [], "organization": {"name": s.repo.owner},
        }),
    )
}
