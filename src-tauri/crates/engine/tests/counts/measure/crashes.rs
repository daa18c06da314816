//! How soon it is told that a production crashed, in services that are not shown.

use super::world::World;
use serde_json::json;
use slipway_domain::diff::EventKind;
use slipway_engine::Change;
use slipway_sandbox::Scenario;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::broadcast::Receiver;

const SERVICES: u64 = 20;
/// Crashes in one world: about an hour, as long as one hour's limits of the vendors last.
const A_WORLD: usize = 8;
/// Seconds after which it counts as not told.
const LIMIT: u32 = 400;

/// Seconds from each crash to its event, each in another service, at moments that differ by no common step; None: there was
/// no event within [`LIMIT`].
pub(crate) async fn until_told(crashes: usize) -> Vec<Option<u32>> {
    let mut all = Vec::new();
    while all.len() < crashes {
        let (world, names) = settled(SERVICES, false).await;
        let mut news = world.engine.changes();
        // 7 and 20 have no common factor, so each service has its turn.
        let order = (0..names.len()).cycle().skip(all.len()).map(|n| &names[n * 7 % names.len()]);
        for name in order.take(A_WORLD.min(crashes - all.len())) {
            // 37 and 101 have none either, so no moment comes twice.
            told_within(&world, 1 + (all.len() as u32 * 37) % 101, &mut news).await;
            all.push(crash(&world, name, &mut news).await);
            world.make(json!({"dynos": {"app": format!("{name}-production"), "state": "up"}})).await;
            told_within(&world, 180, &mut news).await;
        }
    }
    all
}

/// The same of the service that is shown. Each crash has a world of its own.
pub(crate) async fn until_told_when_shown(crashes: usize) -> Vec<Option<u32>> {
    let mut all = Vec::new();
    while all.len() < crashes {
        let (world, names) = settled(1, true).await;
        let mut news = world.engine.changes();
        told_within(&world, 1 + (all.len() as u32 * 7) % 31, &mut news).await;
        all.push(crash(&world, names.first().expect("a service"), &mut news).await);
    }
    all
}

/// Of those that were told.
pub(crate) fn mean(seconds: &[Option<u32>]) -> f64 {
    let told: Vec<f64> = seconds.iter().flatten().copied().map(f64::from).collect();
    told.iter().sum::<f64>() / told.len().max(1) as f64
}

/// Twenty services crash 11 s apart: how many have an event of their own.
pub(crate) async fn told_of_twenty() -> usize {
    let (world, names) = settled(SERVICES, false).await;
    let mut news = world.engine.changes();
    let mut all = BTreeSet::new();
    for name in &names {
        world.make(json!({"dynos": {"app": format!("{name}-production"), "state": "crashed"}})).await;
        all.extend(told_within(&world, 11, &mut news).await);
    }
    all.extend(told_within(&world, LIMIT, &mut news).await);
    all.len()
}

/// The window is shown, and with it the first service or none.
async fn settled(services: u64, first: bool) -> (World, Vec<String>) {
    let world = World::start(Scenario::Quiet, true).await;
    let names = super::quiet(&world, services, 2).await;
    world.engine.set_visible(true);
    world.engine.set_shown(names.first().filter(|_| first).cloned());
    live(&world, 300).await;
    (world, names)
}

/// What is told is taken each second: a receiver that is far behind would miss some.
async fn told_within(world: &World, seconds: u32, news: &mut Receiver<Arc<Change>>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for _ in 0..seconds {
        live(world, 1).await;
        all.extend(told(news));
    }
    all
}

async fn crash(world: &World, name: &str, news: &mut Receiver<Arc<Change>>) -> Option<u32> {
    world.make(json!({"dynos": {"app": format!("{name}-production"), "state": "crashed"}})).await;
    for second in 1..=LIMIT {
        live(world, 1).await;
        if told(news).contains(name) {
            return Some(second);
        }
    }
    None
}

/// The services whose production was said to be down since the last call.
fn told(news: &mut Receiver<Arc<Change>>) -> BTreeSet<String> {
    let mut services = BTreeSet::new();
    while let Ok(change) = news.try_recv() {
        let down = change.events.iter().filter(|event| event.kind == EventKind::ProductionDown);
        services.extend(down.map(|event| event.service.clone()));
    }
    services
}

/// Lets time go by for the engine and the vendors, a look a second.
async fn live(world: &World, seconds: u32) {
    for _ in 0..seconds {
        world.make(json!({"pass": 1})).await;
        world.pass(1.0);
        world.engine.step().await;
    }
}
