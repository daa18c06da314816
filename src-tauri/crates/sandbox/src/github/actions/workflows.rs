//! Workflow files, and what a run stores besides its logs.

use serde_json::{Value, json};

use super::super::answers::{no_route, not_found};
use super::super::pagination::wrapped;
use super::list::list_of;
use super::runs::{FILES, workflow_file_id};
use crate::http::{Call, Reply};
use crate::world::history_seed::HOUR;
use crate::world::{Ci, World};

/// Calls below `actions/workflows`: a file is identified by its id or its name.
pub(super) fn answer(world: &World, call: &Call, service: usize, url: &str, rest: &[&str]) -> Reply {
    let files = if world.services[service].ci == Ci::Actions { FILES.len() } else { 0 };
    let named = |name: &str| {
        (0..files).find(|file| workflow_file_id(service, *file).to_string() == name || FILES[*file].1.ends_with(&format!("/{name}")))
    };
    match rest {
        [] => wrapped(call, url, "workflows", (0..files).map(|file| view(world, service, url, file)).collect()),
        [name] => named(name).map_or_else(not_found, |file| Reply::json(200, &view(world, service, url, file))),
        [name, "runs"] => named(name).map_or_else(not_found, |file| list_of(world, call, service, url, Some(file))),
        _ => no_route(),
    }
}

fn view(world: &World, service: usize, url: &str, file: usize) -> Value {
    let s = &world.services[service];
    let (name, path) = FILES[file];
    let (id, full) = (workflow_file_id(service, file), format!("{}/{}", s.repo.owner, s.repo.name));
    let began = world.stamp(-90 * 24 * HOUR);
    let short = path.rsplit('/').next().unwrap_or(path);
    json!({
        "id": id, "node_id": format!("W_{id}"), "name": name, "path": path, "state": "active", "created_at": began, "updated_at": began,
        "url": format!("{url}/repos/{full}/actions/workflows/{id}"), "html_url": format!("{url}/{full}/blob/main/{path}"),
        "badge_url": format!("{url}/{full}/actions/workflows/{short}/badge.svg"),
    })
}
