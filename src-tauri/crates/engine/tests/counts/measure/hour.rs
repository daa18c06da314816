//! An hour in which nothing happens, with the window hidden.

use super::events::Events;
use super::storage;
use super::world::World;
use serde_json::Value;
use slipway_sandbox::Scenario;

const PULL_REQUESTS: u64 = 5;

#[derive(Debug)]
pub(crate) struct Hour {
    pub github_points: u64,
    pub github: u64,
    pub circleci: u64,
    pub heroku: u64,
    /// What the threads of the databases gave to `write`.
    pub written_megabytes: f64,
    pub observations: u64,
    pub derivations: u64,
    pub transactions: u64,
    pub rows: u64,
    /// By vendor and kind.
    pub requests: Value,
}

pub(crate) async fn of_quiet_services(count: u64) -> Hour {
    let events = Events::installed();
    let world = World::start(Scenario::Quiet, true).await;
    super::quiet(&world, count, PULL_REQUESTS).await;
    world.engine.set_visible(false);
    world.live(600).await;

    world.forget("/truth").await;
    let (before, written) = (events.all(), storage::written());
    world.live(3600).await;
    let written = storage::written() - written;
    let [observations, derivations, transactions, rows] = events.since(before);
    let requests = world.requests().await;
    let total = |vendor: &str| requests[vendor]["total"].as_u64().unwrap_or(0);
    let points = ["core", "graphql"].iter().filter_map(|budget| requests["github"]["points"][budget].as_u64()).sum();
    Hour {
        github_points: points,
        github: total("github"),
        circleci: total("circleci"),
        heroku: total("heroku"),
        written_megabytes: written as f64 / 1e6,
        observations,
        derivations,
        transactions,
        rows,
        requests,
    }
}
