//! How often it is asked what should run of an app, and how soon a change of it shows.

use crate::world::World;
use serde_json::{Value, json};
use slipway_domain::snapshot::ServiceState;
use slipway_domain::status::Health;
use slipway_sandbox::Scenario;

fn asked(requests: &Value) -> u64 {
    requests["heroku"]["kinds"]["GET /apps/{app}/formation"]["count"].as_u64().unwrap_or(0)
}

fn production(service: &ServiceState) -> &slipway_domain::environment::Environment {
    service.production().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_app_is_asked_once_an_hour() {
    let world = World::start(Scenario::Quiet, true).await;
    world.add_quiet_services(1).await;
    world.live(600).await;
    world.forget("/truth").await;
    world.live(3600).await;
    let requests = world.requests().await;
    let asked = asked(&requests);
    println!("40 apps were asked {asked} times in an hour: {}", requests["heroku"]);
    assert!((20..=40).contains(&asked), "{asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moves_is_asked_about_at_once_and_a_crash_loop_once() {
    let world = World::start(Scenario::Quiet, true).await;
    let name = &world.add_quiet_services(1).await[0];
    let app = format!("{name}-production");
    world.live(120).await;
    world.forget("/truth").await;

    world.make(json!({"dyno": {"app": app, "process": "worker", "state": "crashed"}})).await;
    let seconds = world.seconds_until(name, 300, |s| production(s).health == Health::Degraded).await;
    println!("a worker that crashed showed after {seconds} s");
    assert_eq!(asked(&world.requests().await), 1);
    for state in ["starting", "crashed", "starting", "crashed", "starting"] {
        world.make(json!({"dyno": {"app": app, "process": "worker", "state": state}})).await;
        world.live(10).await;
    }
    assert_eq!(asked(&world.requests().await), 1, "a crash loop is one crash");

    world.make(json!({"scale": {"app": app, "process": "web", "quantity": 0}})).await;
    let seconds = world.seconds_until(name, 300, |s| production(s).health == Health::Down).await;
    println!("that no web process runs showed after {seconds} s");
    assert_eq!(asked(&world.requests().await), 2);
    let reason = production(world.engine.snapshot().service(name).unwrap()).health_reason.clone();
    assert_eq!(reason.as_deref(), Some("runs no web process: its formation says 0"));
}
