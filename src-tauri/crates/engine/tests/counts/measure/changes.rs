//! How large a change is that the window is sent of a service with many pull requests.

use super::world::World;
use serde_json::json;
use slipway_domain::snapshot::ServiceState;
use slipway_domain::status::CheckStatus;
use slipway_domain::view::{ServicePages, ServiceView};
use slipway_engine::Change;
use slipway_sandbox::Scenario;
use std::sync::Arc;
use tokio::sync::broadcast::Receiver;

const LARGE: u64 = 300;
/// Seconds until a change must have shown.
const LIMIT: u32 = 4000;

/// Bytes of JSON, until the change was seen.
#[derive(Debug)]
pub(crate) struct Sent {
    pub largest: usize,
    pub all: usize,
    pub changes: usize,
    /// The service as a whole.
    pub whole: usize,
    /// Until it was shown.
    pub seconds: u32,
}

/// One check that turns, and one release.
pub(crate) async fn of_a_large_service() -> [Sent; 2] {
    let world = World::start(Scenario::Quiet, true).await;
    let names = super::quiet(&world, 1, LARGE).await;
    let name = names.first().expect("a service");
    let read = |state: &ServiceState| state.pull_requests.len() as u64 >= LARGE;
    world.seconds_until(name, LIMIT, read).await;
    world.live(600).await;
    [a_check(&world, name).await, a_release(&world, name).await]
}

fn state(world: &World, name: &str) -> ServiceState {
    world.engine.snapshot().service(name).expect("the service").clone()
}

async fn a_check(world: &World, name: &str) -> Sent {
    let before = state(world, name);
    let pr = before.pull_requests.first().expect("a pull request");
    let (number, check) = (pr.number, pr.check_list.first().expect("a check").name.clone());
    let mut changes = world.engine.changes();
    world.make(json!({"check": {"service": name, "number": number, "name": check, "state": "failed"}})).await;
    let is_shown = |state: &ServiceState| {
        let checks = state.pull_request(number).map(|pr| pr.check_list.as_slice()).unwrap_or_default();
        checks.iter().any(|c| c.name == check && c.status == CheckStatus::Failed)
    };
    let seconds = world.seconds_until(name, LIMIT, is_shown).await;
    sent(&mut changes, view(&before), seconds)
}

async fn a_release(world: &World, name: &str) -> Sent {
    let before = view(&state(world, name));
    let mut changes = world.engine.changes();
    let made = world.make(json!({"release": {"app": format!("{name}-production")}})).await;
    let version = made["release"]["version"].as_u64().expect("a version");
    let is_shown = |state: &ServiceState| state.production().is_some_and(|e| e.releases.iter().any(|r| r.version == version));
    let seconds = world.seconds_until(name, LIMIT, is_shown).await;
    sent(&mut changes, before, seconds)
}

fn view(state: &ServiceState) -> ServiceView {
    ServiceView::of(state, &ServicePages::default(), &slipway_domain::overview::overview(state, None)).expect("JSON")
}

fn sent(changes: &mut Receiver<Arc<Change>>, mut held: ServiceView, seconds: u32) -> Sent {
    let whole = json!(held).to_string().len();
    let mut sizes = Vec::new();
    while let Ok(change) = changes.try_recv() {
        if let Some(state) = change.services.iter().find(|state| state.name == held.name()) {
            let next = view(state);
            sizes.push(bytes(&change, &held, &next));
            held = next;
        }
    }
    Sent { largest: sizes.iter().copied().max().unwrap_or(0), all: sizes.iter().sum(), changes: sizes.len(), whole, seconds }
}

/// As `slipway::ipc::WorldChange` has it, with accounts that changed, as their budgets do with most answers.
fn bytes(change: &Change, held: &ServiceView, next: &ServiceView) -> usize {
    let parts = json!({"change": "parts", "name": next.name(), "parts": held.change_to(next)});
    let sent = json!({
        "rev": change.rev, "now": change.observed_at, "observed_at": change.observed_at, "services": [parts], "order": null,
        "accounts": change.accounts, "notices": null, "keychain": {"state": "works"}, "muted_until": null, "events": change.events,
    });
    sent.to_string().len()
}
