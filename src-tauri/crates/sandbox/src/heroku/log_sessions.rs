//! Links to an app's log. They are on another host, and are themselves the permission.

use serde_json::{Value, json};

use crate::http::{Reply, Vendor};
use crate::state::Shared;
use crate::world::World;
use crate::world::scripted::LogSession;

/// Without `lines`: as many as Logplex sends of itself.
const LINES: u64 = 100;

pub(super) fn create(shared: &Shared, world: &mut World, app: usize, body: &Value) -> Reply {
    let id = super::uuid_like(world.order());
    let lines = body["lines"].as_u64().unwrap_or(LINES);
    world.log_sessions.push(LogSession { id: id.clone(), app, lines: usize::try_from(lines).unwrap_or(usize::MAX) });
    let at = world.stamp(world.now);
    let url = format!("{}/sessions/{id}?srv={}", shared.url(Vendor::Logs), world.wall(world.now) / 1000);
    Reply::json(201, &json!({"id": id, "logplex_url": url, "created_at": at, "updated_at": at}))
}
