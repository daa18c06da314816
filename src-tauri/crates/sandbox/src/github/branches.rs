//! Branches as git references: `GET` and `DELETE /repos/{owner}/{repo}/git/…`.

use serde_json::{Value, json};

use super::answers::{no_route, not_found};
use super::pagination::page;
use crate::http::{Call, Reply};
use crate::world::World;
use crate::world::refusal::ARCHIVED;

pub(super) fn answer(world: &mut World, call: &Call, url: &str, service: usize, method: &str, rest: &[&str]) -> Reply {
    // A client may encode the slashes of a reference.
    let Some((kind, name)) = rest.split_first().map(|(kind, name)| (*kind, name.join("/"))) else { return no_route() };
    let Some(name) = name.strip_prefix("heads").map(|name| name.trim_start_matches('/')) else { return no_route() };
    match (method, kind) {
        ("GET", "ref") => match reference(world, url, service, name) {
            Some(reference) => Reply::json(200, &reference),
            None => not_found(),
        },
        ("GET", "matching-refs") => {
            let branches = world.services[service].repo.branches.keys().filter(|branch| branch.starts_with(name));
            page(call, url, branches.filter_map(|branch| reference(world, url, service, branch)).collect())
        }
        ("DELETE", "refs") => delete(world, call, service, name),
        _ => no_route(),
    }
}

fn reference(world: &World, url: &str, service: usize, name: &str) -> Option<Value> {
    let repo = &world.services[service].repo;
    let oid = repo.branches.get(name)?;
    let own = format!("{url}/repos/{}/{}/git", repo.owner, repo.name);
    let object = json!({"sha": oid, "type": "commit", "url": format!("{own}/commits/{oid}")});
    let node = format!("REF_{}_{name}", repo.id);
    Some(json!({"ref": format!("refs/heads/{name}"), "node_id": node, "url": format!("{own}/refs/heads/{name}"), "object": object}))
}

/// Main is protected; any other branch can be deleted, even that of an open pull request.
fn delete(world: &mut World, call: &Call, service: usize, name: &str) -> Reply {
    let refused = |message: &str| {
        let docs = "https://docs.github.com/rest/git/refs#delete-a-reference";
        Reply::json(422, &json!({"message": message, "documentation_url": docs, "status": "422"}))
    };
    let repo = &mut world.services[service].repo;
    if repo.archived {
        return Reply::json(403, &json!({"message": ARCHIVED, "documentation_url": "https://docs.github.com/rest", "status": "403"}));
    }
    if name == "main" {
        return refused("Cannot delete this branch");
    }
    match repo.branches.remove(name) {
        Some(_) => Reply { body: Vec::new(), ..Reply::text(204, "") }.applying(call),
        None => refused("Reference does not exist"),
    }
}
