//! What an hour costs, and how soon a change shows, in twenty services in which nothing moves.

use crate::world::{World, service};
use serde_json::{Value, json};
use slipway_domain::alert::AlertKind;
use slipway_domain::snapshot::ServiceState;
use slipway_domain::status::{CheckStatus, Health};
use slipway_sandbox::Scenario;

/// Of GitHub's 5,000 an hour, REST and GraphQL together.
const THREE_PERCENT: u64 = 150;
/// CircleCI tells no limit; Heroku's bucket is refilled by 75 a minute, 4,500 an hour.
const CIRCLECI: u64 = 400;
const HEROKU: u64 = 2000;

fn points(requests: &Value) -> u64 {
    ["core", "graphql"].iter().filter_map(|budget| requests["github"]["points"][budget].as_u64()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_of_quiet_costs_little_and_every_change_shows() {
    let world = World::start(Scenario::Quiet, true).await;
    let names = world.add_quiet_services(5).await;
    world.engine.set_visible(false);
    world.live(600).await;
    let cold = points(&world.requests().await);

    world.forget("/truth").await;
    world.live(3600).await;
    let requests = world.requests().await;
    let (spent, asked) = (points(&requests), requests["github"]["total"].as_u64().unwrap());
    let heroku = requests["heroku"]["total"].as_u64().unwrap();
    println!(
        "cold {cold} points; a quiet hour {spent} points in {asked} requests; Heroku {heroku}, CircleCI {}",
        requests["circleci"]["total"]
    );

    assert!(spent <= THREE_PERCENT && asked <= THREE_PERCENT, "{spent} points, {asked} requests: {}", requests["github"]);
    let circleci = requests["circleci"]["total"].as_u64().unwrap();
    assert!(circleci <= CIRCLECI, "{circleci} requests to CircleCI: {}", requests["circleci"]);
    assert!(heroku <= HEROKU, "{heroku} requests to Heroku: {}", requests["heroku"]);

    let snapshot = world.engine.snapshot();
    assert!(names.iter().all(|name| snapshot.service(name).is_some_and(|s| !s.stale && s.pull_requests.len() == 5)));
    let mut slowest = 0;
    // Every pull request of a service, and one of each of the others; never at the same moment
    // of the pulse's beat.
    let all = names.iter().enumerate().flat_map(|(at, name)| {
        let numbers: Vec<u64> = snapshot.service(name).unwrap().pull_requests.iter().map(|pr| pr.number).collect();
        let wanted = if at == 0 { numbers } else { vec![numbers[at % numbers.len()]] };
        wanted.into_iter().map(move |number| (name, number))
    });
    for (beat, (name, number)) in all.enumerate() {
        world.live(5 * (beat as u32 % 7)).await;
        let check = snapshot.service(name).unwrap().pull_request(number).unwrap().check_list[0].name.clone();
        world.make(json!({"check": {"service": name, "number": number, "name": check, "state": "failed"}})).await;
        let failed = |s: &ServiceState| {
            let checks = &s.pull_request(number).unwrap().check_list;
            checks.iter().any(|c| c.name == check && c.status == CheckStatus::Failed)
        };
        slowest = slowest.max(world.seconds_until(name, 120, failed).await);
    }
    println!("a check that turned showed after {slowest} s at most");
}

/// One check among many that fail already: all together they say the same as before.
#[tokio::test(flavor = "multi_thread")]
async fn one_more_failure_shows_and_a_merge_elsewhere_sooner() {
    let world = World::start(Scenario::Quiet, true).await;
    let name = &world.add_quiet_services(3).await[7];
    world.live(300).await;
    let number = world.engine.snapshot().service(name).unwrap().pull_requests[0].number;
    for (beat, check) in ["license/cla", "unit", "lint"].into_iter().enumerate() {
        world.live(20 * beat as u32).await;
        world.make(json!({"check": {"service": name, "number": number, "name": check, "state": "failed"}})).await;
        let failed = |s: &ServiceState| s.pull_request(number).unwrap().checks.failed as usize == beat + 1;
        println!("{check} showed after {} s", world.seconds_until(name, 120, failed).await);
    }
    for beat in 0..3 {
        let opened = world.make(json!({"open_pull": {"service": name, "title": "Elsewhere", "ready": true}})).await;
        let number = opened["open_pull"]["pull_request"].as_u64().unwrap();
        println!("opened: {} s", world.seconds_until(name, 60, |s| s.pull_request(number).is_some()).await);
        world.live(15 * beat).await;
        let merged = world.make(json!({"merge": {"service": name, "number": number}})).await;
        let sha = merged["merge"]["sha"].as_str().unwrap();
        println!("merged: {} s", world.seconds_until(name, 60, |s| s.main[0].sha == sha).await);
    }
}

/// Somebody runs yesterday's pipeline again, in a service that is quiet and not shown.
#[tokio::test(flavor = "multi_thread")]
async fn a_rerun_of_yesterdays_pipeline_shows() {
    let world = World::start(Scenario::Quiet, true).await;
    let name = &world.add_quiet_services(1).await[3];
    world.live(300).await;
    for beat in 0..3 {
        world.live(20 * beat).await;
        let pipelines = world.engine.snapshot().service(name).unwrap().pipelines.clone();
        let old = pipelines.iter().rev().nth(beat as usize).unwrap().number;
        world.make(json!({"age_pipeline": {"service": name, "number": old, "seconds": 86_400}})).await;
        world.make(json!({"rerun": {"service": name, "number": old}})).await;
        let seen = |s: &ServiceState| s.pipelines.iter().any(|p| p.number == old && p.status.is_moving());
        println!("the rerun of {old} showed after {} s", world.seconds_until(name, 120, seen).await);
    }
}

/// From the moment the vendor shows that a release of production failed, with the window shown and
/// hidden, in either way a pipeline comes to it.
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_release_of_production_is_told_within_fifteen_seconds() {
    for visible in [true, false] {
        for also in [json!([]), json!(["slow-1", "slow-2", "slow-3", "slow-4", "slow-5", "slow-6", "slow-7", "slow-8", "slow-9"])] {
            let world = World::start(Scenario::Quiet, true).await;
            world.engine.add_service(service("storefront")).await.unwrap();
            world.engine.set_visible(visible);
            world.engine.set_shown(Some("storefront".to_owned()));
            world.make(json!({"workflows": {"service": "storefront", "also": also}})).await;
            world.live(300).await;
            world.make(json!({"fail_next_release": {"app": "storefront-production"}})).await;
            world.make(json!({"start_pipeline": {"service": "storefront"}})).await;
            let mut waited = None;
            for _ in 0..400 {
                world.make(json!({"advance": 5})).await;
                world.live(5).await;
                let told = world.engine.snapshot().service("storefront").unwrap().alerts.iter().any(|a| a.kind == AlertKind::ReleaseFailed);
                if told {
                    break;
                }
                if world.newest_release("storefront-production").await["status"] == "failed" {
                    waited = Some(waited.map_or(5, |seconds: u32| seconds + 5));
                }
            }
            let told = world.engine.snapshot().service("storefront").unwrap().alerts.iter().any(|a| a.kind == AlertKind::ReleaseFailed);
            println!("visible: {visible}, {also}: told {waited:?} s after it was shown");
            assert!(told && waited.unwrap_or(0) <= 15, "visible: {visible}, {also}: {waited:?}");
        }
    }
}

/// A crash in a service that nobody looks at, at moments that have nothing to do with the reads.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_in_one_of_twenty_hidden_services_shows_within_a_minute() {
    let world = World::start(Scenario::Quiet, true).await;
    let names = world.add_quiet_services(1).await;
    world.engine.set_visible(false);
    world.live(900).await;
    let mut waited = Vec::new();
    for (beat, name) in names.iter().enumerate().take(16) {
        world.live(5 * (beat as u32 * 7 % 11)).await;
        let app = format!("{name}-production");
        world.make(json!({"dyno": {"app": app, "process": "web", "state": "crashed"}})).await;
        let is_down = |s: &ServiceState| s.production().is_some_and(|environment| environment.health == Health::Down);
        waited.push(world.seconds_until(name, 120, is_down).await);
    }
    let mean = f64::from(waited.iter().sum::<u32>()) / waited.len() as f64;
    println!("a crash showed after {mean:.0} s on average: {waited:?}");
    // How long it takes on average is counted by the second in `counts`.
    assert!(waited.iter().all(|seconds| *seconds <= 60), "{mean}: {waited:?}");
}
