//! Watches after a release: the engine with the real adapters against the sandbox, with a clock that stands until it is
//! moved. Each test scripts what happens to the app and asks what was made of it.

mod budget;
mod days;
#[allow(dead_code, reason = "made for the tests of polling too")]
#[path = "../polling/world.rs"]
mod world;

use serde_json::json;
use slipway_domain::diff::{Event, EventKind};
use slipway_domain::environment::Environment;
use slipway_domain::service::Service;
use slipway_domain::watch::Watch;
use slipway_engine::Change;
use slipway_sandbox::Scenario;
use std::sync::Arc;
use tokio::sync::broadcast::Receiver;
use world::{World, service};

const APP: &str = "storefront-production";

/// One service that is read, in a world whose clock goes with the engine's.
struct Stage {
    world: World,
    news: Receiver<Arc<Change>>,
}

/// The page of the app itself, as the sandbox serves it.
fn own_page(world: &World) -> String {
    format!("{}/health/{APP}", world.sandbox.control_url())
}

impl Stage {
    async fn with(health: impl FnOnce(&World) -> Option<String>) -> Self {
        let world = World::start(Scenario::Quiet, true).await;
        let mut storefront: Service = service("storefront");
        storefront.environments.iter_mut().find(|e| e.app == APP).expect("production").health_url = health(&world);
        world.engine.add_service(storefront).await.expect("a service");
        let news = world.engine.changes();
        let stage = Self { world, news };
        stage.live(60).await;
        stage
    }

    async fn watched() -> Self {
        Self::with(|world| Some(own_page(world))).await
    }

    async fn live(&self, seconds: u32) {
        for _ in 0..seconds / 5 {
            self.world.make(json!({"pass": 5})).await;
            self.world.live(5).await;
        }
    }

    fn production(&self) -> Environment {
        self.world.engine.snapshot().service("storefront").and_then(|s| s.environment("production").cloned()).expect("production")
    }

    fn watch(&self) -> Watch {
        self.production().watch.expect("a watch")
    }

    /// Other code goes live.
    async fn release(&self) -> u64 {
        let production = self.production();
        let live = production.current.as_ref().expect("something is live");
        let other =
            production.releases.iter().find(|r| r.version < live.version && r.eligible_for_rollback && r.artifact_id != live.artifact_id);
        let code_of = format!("v{}", other.expect("other code").version);
        let made = self.world.make(json!({"release": {"app": APP, "code_of": code_of}})).await;
        let version = made["release"]["version"].as_u64().expect("a version");
        for _ in 0..60 {
            if self.production().current.is_some_and(|current| current.version == version) {
                return version;
            }
            self.live(5).await;
        }
        panic!("v{version} did not go live");
    }

    /// Events of these kinds since the last call.
    fn told(&mut self, kinds: &[EventKind]) -> Vec<(EventKind, String)> {
        let mut events: Vec<Event> = Vec::new();
        while let Ok(change) = self.news.try_recv() {
            events.extend(change.events.iter().filter(|event| kinds.contains(&event.kind)).cloned());
        }
        events.into_iter().map(|event| (event.kind, event.message)).collect()
    }
}
