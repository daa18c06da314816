//! What watches and pins cost while all is well. What is in trouble is read more often with a watch or without; the
//! platform's log is read then, at most every 5 min an app.

use crate::world::{World, service};
use serde_json::{Value, json};
use slipway_sandbox::Scenario;

#[tokio::test(flavor = "multi_thread")]
async fn two_watches_and_five_pins_cost_little_on_top_of_twenty_quiet_services() {
    let quiet = hour(0, 0).await;
    let watched = hour(2, 5).await;
    let more = |vendor: &str, of: fn(&Value, &str) -> u64| of(&watched, vendor).saturating_sub(of(&quiet, vendor));
    let total: fn(&Value, &str) -> u64 = |requests, vendor| requests[vendor]["total"].as_u64().unwrap_or(0);
    let (github, heroku) = (more("github", total), more("heroku", total));
    println!(
        "2 watches and 5 pins: {github} more requests to GitHub, {heroku} to Heroku; quiet: {} and {}",
        total(&quiet, "github"),
        total(&quiet, "heroku")
    );
    assert!(github <= 100, "{github} more requests to GitHub");
    assert!(heroku <= 450, "{heroku} more requests to Heroku");
}

/// The requests of an hour in twenty services, with as many watches and pins.
async fn hour(watches: usize, pins: usize) -> Value {
    let world = World::start(Scenario::Quiet, true).await;
    let made = world.make(json!({"quiet_services": {"count": 20, "pull_requests": 2}})).await;
    let names: Vec<String> = serde_json::from_value(made["quiet_services"]["services"].clone()).expect("names");
    for name in &names {
        let mut one = service(name);
        for environment in &mut one.environments {
            environment.health_url = Some(format!("{}/health/{}", world.sandbox.control_url(), environment.app));
        }
        world.engine.add_service(one).await.expect("a service");
    }
    for name in names.iter().rev().take(pins) {
        let app = format!("{name}-production");
        let releases = world.engine.refresh(Some(name)).await;
        let production = releases.service(name).and_then(|s| s.environment("production").cloned()).expect("production");
        let to = production.rollback_target.expect("a target");
        world.make(json!({"rollback": {"app": app, "to": format!("v{to}")}})).await;
    }
    // Longer than the watch of what was rolled back to: it is not of those that are counted.
    live(&world, 1800).await;
    world.forget("/truth").await;
    let begin = world.engine.now();
    for name in names.iter().take(watches) {
        let snapshot = world.engine.snapshot();
        let production = snapshot.service(name).and_then(|s| s.environment("production").cloned()).expect("production");
        let live = production.current.clone().expect("live");
        let other = production.releases.iter().find(|r| r.version < live.version && r.artifact_id != live.artifact_id).expect("other code");
        let app = &production.app;
        world.make(json!({"release": {"app": app, "code_of": format!("v{}", other.version)}})).await;
    }
    for name in names.iter().rev().take(pins) {
        world.engine.pin(name, "production", None, "it hurts").await.expect("a pin");
    }
    live(&world, 3600).await;
    let snapshot = world.engine.snapshot();
    let pinned = names.iter().filter(|name| snapshot.service(name).is_some_and(|s| s.environments.iter().any(|e| e.pin.is_some()))).count();
    assert_eq!(pinned, pins, "each pin holds");
    let begun = names
        .iter()
        .filter(|name| {
            snapshot
                .service(name)
                .is_some_and(|s| s.environments.iter().any(|e| e.watch.as_ref().is_some_and(|watch| watch.began_at > begin)))
        })
        .count();
    assert_eq!(begun, watches, "each release is watched, and nothing else");
    world.requests().await
}

async fn live(world: &World, seconds: u32) {
    for _ in 0..seconds / 5 {
        world.make(json!({"pass": 5})).await;
        world.live(5).await;
    }
}
