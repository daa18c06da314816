//! Workflow files, and what a run leaves behind beside its logs.

use serde_json::{Value, json};

use super::super::{no_route, not_found};
use super::{FILES, list_of, wrapped};
use crate::http::{Call, Reply};
use crate::world::history_seed::HOUR;
use crate::world::{Ci, World};

/// GitHub's id of a workflow file.
pub fn id(service: usize, file: usize) -> usize {
    9_100_000 + service * 10 + file
}

/// Below `actions/workflows`: a file is known by its id and by its name.
pub fn answer(world: &World, call: &Call, service: usize, url: &str, rest: &[&str]) -> Reply {
    let files = if world.services[service].ci == Ci::Actions { FILES.len() } else { 0 };
    let named =
        |name: &str| (0..files).find(|file| id(service, *file).to_string() == name || FILES[*file].1.ends_with(&format!("/{name}")));
    match rest {
        [] => wrapped("workflows", call, url, (0..files).map(|file| view(world, service, url, file)).collect()),
        [name] => named(name).map_or_else(not_found, |file| Reply::json(200, &view(world, service, url, file))),
        [name, "runs"] => named(name).map_or_else(not_found, |file| list_of(world, call, service, url, Some(file))),
        _ => no_route(),
    }
}

fn view(world: &World, service: usize, url: &str, file: usize) -> Value {
    let s = &world.services[service];
    let (name, path) = FILES[file];
    let (id, full) = (id(service, file), format!("{}/{}", s.repo.owner, s.repo.name));
    let began = world.stamp(-90 * 24 * HOUR);
    let short = path.rsplit('/').next().unwrap_or(path);
    json!({
        "id": id, "node_id": format!("W_{id}"), "name": name, "path": path, "state": "active", "created_at": began, "updated_at": began,
        "url": format!("{url}/repos/{full}/actions/workflows/{id}"), "html_url": format!("{url}/{full}/blob/main/{path}"),
        "badge_url": format!("{url}/{full}/actions/workflows/{short}/badge.svg"),
    })
}
