//! CircleCI: API v2, and v1.1 for step logs.

mod answers;
mod insights;
pub(crate) mod logs;
mod project;
mod test_results;
pub(crate) mod views;

use serde_json::json;

use crate::http::{Call, Reply, Vendor, mutation};
use crate::state::Shared;
use crate::world::World;
use crate::world::refusal::Refusal;
use answers::{not_found, page};
use views::View;

pub(crate) fn describe(call: &mut Call) {
    let route = call.route();
    let project = route.iter().position(|p| *p == "project" || *p == "insights");
    let mut parts = Vec::new();
    for (n, part) in route.iter().enumerate() {
        let slug = project.is_some_and(|p| n > p && n <= p + 3);
        if slug && project.is_some_and(|p| n > p + 1) {
            continue;
        }
        parts.push(match () {
            () if slug => "{slug}",
            () if part.len() == 36 && part.contains('-') => "{id}",
            () if part.parse::<u64>().is_ok() => "{number}",
            () => part,
        });
    }
    let kind = format!("{} /{}", call.method, parts.join("/"));
    let mutations = match (call.method.as_str(), &route[..]) {
        ("POST", ["api", "v2", "workflow", id, "rerun"]) => mutation("rerun", *id),
        ("POST", ["api", "v2", "workflow", id, "cancel"]) => mutation("cancel", *id),
        ("POST", ["api", "v2", "workflow", id, "approve", _]) => mutation("approve", *id),
        ("GET" | "HEAD", _) => Vec::new(),
        (method, _) => mutation(&method.to_lowercase(), call.path.clone()),
    };
    (call.kind, call.mutations) = (kind, mutations);
}

pub(crate) fn answer(shared: &Shared, world: &mut World, call: &Call) -> Reply {
    if shared.token_of(call).is_none() {
        return shared.unauthorized(Vendor::Circleci);
    }
    let address = shared.address(call);
    let url = address.as_str();
    let route = call.route();
    let reply = match (call.method.as_str(), &route[..]) {
        ("GET", ["api", "v1.1", "project", vcs, org, repo, number]) if number.parse::<u64>().is_ok() => {
            match (project::find(world, vcs, org, repo), number.parse()) {
                (Some(service), Ok(number)) => logs::steps(world, service, number, shared.url(Vendor::Logs)),
                _ => not_found("Build not found"),
            }
        }
        ("GET", ["api", "v1.1", "project", vcs, org, repo, rest @ ..]) => match (project::find(world, vcs, org, repo), rest) {
            (Some(service), []) => logs::builds(world, call, service, None),
            (Some(service), ["tree", branch]) => logs::builds(world, call, service, Some(branch)),
            (Some(_), _) => not_found("Not found").by_no_route(),
            (None, _) => not_found("Project not found"),
        },
        ("GET", ["api", "v1.1", "me"]) => Reply::json(200, &json!({"login": world.viewer.login, "name": world.viewer.name})),
        (_, ["api", "v2", rest @ ..]) => v2(world, call, url, rest),
        _ => not_found("Not found").by_no_route(),
    };
    let reply = shared.unrouted(call, &route, reply);
    reply.with("X-RateLimit-Limit", 3000).with("X-RateLimit-Remaining", 2900).with("X-Request-Id", world.order())
}

fn v2(world: &mut World, call: &Call, url: &str, route: &[&str]) -> Reply {
    match (call.method.as_str(), route) {
        ("GET", ["me"]) => Reply::json(
            200,
            &json!({"id": views::user_id(world.viewer.login.as_deref()), "login": world.viewer.login, "name": world.viewer.name}),
        ),
        ("GET", ["me", "collaborations"]) => {
            Reply::json(200, &json!([{"vcs-type": "github", "name": "acme", "avatar_url": "", "slug": "gh/acme"}]))
        }
        ("GET", ["pipeline", id]) => match project::pipeline(world, id) {
            Some((service, pipeline)) => Reply::json(200, &View { world }.pipeline(service, pipeline)),
            None => not_found("Pipeline not found"),
        },
        ("GET", ["pipeline", id, "workflow"]) => match project::pipeline(world, id) {
            Some((service, pipeline)) => {
                let view = View { world };
                let workflows = world.services[service].workflows.iter().enumerate().rev().filter(|(_, w)| w.pipeline == pipeline);
                page(call, workflows.map(|(n, _)| n).collect(), |w| view.workflow(service, *w))
            }
            None => not_found("Pipeline not found"),
        },
        (_, ["workflow", id, rest @ ..]) => match world.workflow(id) {
            Some(found) => workflow(world, call, found, rest),
            None => not_found("Workflow not found"),
        },
        (_, ["project", vcs, org, repo, rest @ ..]) => match project::find(world, vcs, org, repo) {
            Some(service) => project::answer(world, call, url, service, rest),
            None => not_found("Project not found"),
        },
        ("GET", ["insights", vcs, org, repo, "workflows", rest @ ..]) => match project::find(world, vcs, org, repo) {
            Some(service) => insights::answer(world, call, service, rest),
            None => not_found("Project not found"),
        },
        _ => not_found("Not found").by_no_route(),
    }
}

fn workflow(world: &mut World, call: &Call, (service, workflow): (usize, usize), rest: &[&str]) -> Reply {
    let Some(body) = call.json() else { return Reply::json(400, &json!({"message": "Malformed JSON"})) };
    let accepted = |result: Result<(), Refusal>| match result {
        Ok(()) => Reply::json(202, &json!({"message": "Accepted."})).applying(call),
        Err(refusal) => refused(&refusal),
    };
    match (call.method.as_str(), rest) {
        ("GET", []) => Reply::json(200, &View { world }.workflow(service, workflow)),
        ("GET", ["job"]) if is_forgotten(world, service, workflow) => not_found("Workflow not found"),
        ("GET", ["job"]) => {
            let view = View { world };
            let jobs = 0..world.services[service].workflows[workflow].jobs.len();
            page(call, jobs.collect(), |j| view.job(service, workflow, *j))
        }
        ("POST", ["rerun"]) => {
            let jobs = body["jobs"].as_array();
            let from_failed = body["from_failed"].as_bool();
            if jobs.is_some() && from_failed.is_some() {
                return Reply::json(400, &json!({"message": "from_failed and jobs cannot be used together."}));
            }
            match world.rerun(service, workflow, from_failed.unwrap_or(false)) {
                Ok(id) => Reply::json(202, &json!({"workflow_id": id, "message": "Accepted."})).applying(call),
                Err(refusal) => refused(&refusal),
            }
        }
        ("POST", ["cancel"]) => {
            let by = views::user_id(world.viewer.login.as_deref());
            accepted(world.cancel(service, workflow, &by.into()))
        }
        ("POST", ["approve", request]) => {
            let by = views::user_id(world.viewer.login.as_deref());
            accepted(world.approve(service, workflow, request, &by))
        }
        _ => not_found("Not found").by_no_route(),
    }
}

fn is_forgotten(world: &World, service: usize, workflow: usize) -> bool {
    let s = &world.services[service];
    s.pipelines[s.workflows[workflow].pipeline].forgotten
}

fn refused(refusal: &Refusal) -> Reply {
    Reply::json(refusal.status, &json!({"message": refusal.message}))
}
