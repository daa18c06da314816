//! What is counted; shared with `examples/counts`.

pub(crate) mod changes;
pub(crate) mod crashes;
mod events;
pub(crate) mod hour;
mod storage;
#[allow(dead_code, reason = "made for the tests of polling too")]
#[path = "../../polling/world.rs"]
mod world;

use serde_json::json;
use world::{World, service};

/// The names of new services in which nothing moves, added to the engine.
async fn quiet(world: &World, count: u64, pull_requests: u64) -> Vec<String> {
    let made = world.make(json!({"quiet_services": {"count": count, "pull_requests": pull_requests}})).await;
    let names: Vec<String> = serde_json::from_value(made["quiet_services"]["services"].clone()).expect("names");
    for name in &names {
        world.engine.add_service(service(name)).await.expect("a service");
    }
    names
}
