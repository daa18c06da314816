//! What an hour of twenty quiet services costs this machine, and how large one change of a service
//! with 300 pull requests is. Run by `cargo xtask bench`.
//!
//! The hour goes by on a clock that is moved five seconds at a time. The sandbox is a process of its
//! own, so that CPU time and written bytes are the engine's.
//!
//! `written` is `wchar` of `/proc/self/io`: every byte given to `write`, so what SQLite writes to its
//! files and logs, and the heads of HTTP requests (under a kilobyte each). `write_bytes` beside it is
//! what the kernel meant for the disk: pages written again before it got to them count once, which
//! in an hour that takes a minute is most of them.

mod counts;
mod usage;
mod world;

use counts::Counts;
use serde_json::json;
use slipway_domain::snapshot::ServiceState;
use slipway_domain::status::CheckStatus;
use slipway_domain::view::{ServicePages, ServiceView};
use slipway_engine::Change;
use std::sync::Arc;
use tokio::sync::broadcast;
use usage::Usage;
use world::World;

const SERVICES: u64 = 20;
const PULL_REQUESTS: u64 = 5;
const LARGE: u64 = 300;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    if std::env::args().nth(1).as_deref() == Some("sandbox") {
        runtime.block_on(world::serve());
    } else {
        let counts = Counts::install();
        runtime.block_on(measure(&counts));
    }
}

async fn measure(counts: &Counts) {
    let world = World::start().await;
    let names = world.add_quiet_services(SERVICES, PULL_REQUESTS).await;
    world.live(600).await;

    let (before, counted, tables) = (Usage::now(), counts.all(), counts.tables());
    world.live(3600).await;
    let used = Usage::now().since(&before);
    let [observations, derivations, writes, rows] = counts.since(counted);
    println!("an hour of {SERVICES} quiet services with {PULL_REQUESTS} pull requests each:");
    println!("  CPU            {:>10.1} s", used.cpu_seconds);
    println!("  written        {:>10.1} MB (wchar)", megabytes(used.written));
    println!("  write_bytes    {:>10.1} MB", megabytes(used.to_disk));
    println!("  observations   {observations:>10}");
    println!("  derivations    {derivations:>10} ({:.2} per observation)", per(derivations, observations));
    println!("  writes         {writes:>10} ({:.2} per observation)", per(writes, observations));
    println!("  rows           {rows:>10}");
    for (table, rows) in counts.tables() {
        println!("    {table:<12} {:>10}", rows - tables.get(&table).copied().unwrap_or(0));
    }
    println!("  databases      {:>10.1} MB", megabytes(world.stored()));

    let large = names.first().expect("a service");
    world.make(json!({"open_pulls": {"service": large, "count": LARGE - PULL_REQUESTS}})).await;
    world.until(large, |state| state.pull_requests.len() as u64 >= LARGE).await;
    world.live(600).await;
    a_check(&world, large).await;
    a_release(&world, large).await;
}

async fn a_check(world: &World, name: &str) {
    let state = world.state(name);
    let pr = state.pull_requests.first().expect("a pull request");
    let (number, check) = (pr.number, pr.check_list.first().expect("a check").name.clone());
    let before = view(&state);
    let mut changes = world.engine.changes();
    world.make(json!({"check": {"service": name, "number": number, "name": check, "state": "failed"}})).await;
    let is_shown = |state: &ServiceState| {
        let checks = state.pull_request(number).map(|pr| pr.check_list.as_slice()).unwrap_or_default();
        checks.iter().any(|c| c.name == check && c.status == CheckStatus::Failed)
    };
    world.until(name, is_shown).await;
    report("one check that turns", &mut changes, before);
}

async fn a_release(world: &World, name: &str) {
    let app = format!("{name}-production");
    let before = view(&world.state(name));
    let mut changes = world.engine.changes();
    let made = world.make(json!({"release": {"app": app}})).await;
    let version = made["release"]["version"].as_u64().expect("a version");
    let is_shown = |state: &ServiceState| state.production().is_some_and(|e| e.releases.iter().any(|r| r.version == version));
    world.until(name, is_shown).await;
    report("one release", &mut changes, before);
}

fn view(state: &ServiceState) -> ServiceView {
    ServiceView::of(state, &ServicePages::default(), &slipway_domain::overview::overview(state, None)).expect("JSON")
}

/// What the window was sent of the service until the change was seen.
fn report(what: &str, changes: &mut broadcast::Receiver<Arc<Change>>, mut held: ServiceView) {
    let whole = json!(held).to_string().len();
    let mut sizes = Vec::new();
    while let Ok(change) = changes.try_recv() {
        if let Some(state) = change.services.iter().find(|state| state.name == held.name()) {
            let next = view(state);
            sizes.push(bytes(&change, &held, &next));
            held = next;
        }
    }
    let (last, all) = (sizes.last().copied().unwrap_or(0), sizes.iter().sum::<usize>());
    println!(
        "{what} in a service of {LARGE} pull requests: {last} bytes in the change that shows it; {all} in {} changes; {whole} of the whole",
        sizes.len()
    );
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

fn per(count: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { count as f64 / of as f64 }
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
