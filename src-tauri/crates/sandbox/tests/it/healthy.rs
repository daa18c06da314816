//! The lively day of `healthy`, as the vendors tell it; and breaking its production on purpose.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use slipway_sandbox::{Options, Scenario};

use crate::main_job::dynos;
use crate::{Client, start, start_with};

const SERVICES: [&str; 3] = ["storefront", "checkout-api", "search-indexer"];
const APP: &str = "storefront-production";

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

async fn pipelines(client: &Client, service: &str) -> Vec<Value> {
    let path = format!("/api/v2/project/gh%2Facme%2F{service}/pipeline?branch=main");
    list(&client.circle(Method::GET, &path, None).await.1["items"]).to_vec()
}

async fn workflow(client: &Client, pipeline: &Value) -> Value {
    let path = format!("/api/v2/pipeline/{}/workflow", text(pipeline, "id"));
    client.circle(Method::GET, &path, None).await.1["items"][0].clone()
}

#[tokio::test]
async fn production_is_well_everywhere_and_runs_a_plain_deploy() {
    let seeds = (1..9).map(|seed| (1.0, seed));
    for (speed, seed) in [(0.01, 0), (1.0, 0), (20.0, 0), (60.0, 0), (5000.0, 0)].into_iter().chain(seeds) {
        let client = start_with(Options { speed, seed, ..Options::default() }).await;
        let truth = client.truth().await;
        for service in list(&truth["world"]["services"]) {
            for environment in list(&service["environments"]) {
                let states: BTreeSet<&str> = list(&environment["dynos"]).iter().map(|dyno| text(dyno, "state")).collect();
                assert_eq!(states, BTreeSet::from(["up"]), "{speed} {seed} {}", environment["app"]);
                assert!(text(&environment["current"], "description").starts_with("Deploy "), "{}", environment["current"]);
            }
        }
        let storefront = client.service("storefront").await;
        for environment in list(&storefront["environments"]) {
            assert_eq!(environment["current"]["commit"], storefront["main"][0]["sha"], "{speed} {seed}: nothing is in flight");
        }
    }
}

#[tokio::test]
async fn the_first_service_has_had_everything_of_a_day() {
    let client = start(Scenario::Healthy).await;
    let now: jiff::Timestamp = text(&client.truth().await["world"], "now").parse().expect("a stamp");
    let hours = |stamp: &str| now.duration_since(stamp.parse().expect("a stamp")).as_secs_f64() / 3600.0;
    for app in [APP, "storefront-staging"] {
        let releases = client.releases(app).await;
        let lately: Vec<&Value> = releases.iter().filter(|release| hours(text(release, "created_at")) < 31.0).collect();
        let with = |fits: &dyn Fn(&Value) -> bool| lately.iter().filter(|release| fits(release)).count();
        let production = usize::from(app == APP);
        assert!((12..=18).contains(&lately.len()), "{app}: {}", lately.len());
        assert_eq!(with(&|r| r["status"] == "failed"), production, "{app}");
        assert_eq!(with(&|r| text(r, "description").starts_with("Rollback to v")), production, "{app}");
        assert_eq!(with(&|r| text(r, "description") == "Update DATABASE by heroku-postgresql"), production, "{app}");
        assert_eq!(with(&|r| text(r, "description").starts_with("Set ")), 2, "{app}");
        let by_provider = lately.iter().filter(|r| text(&r["user"], "email") == "heroku-postgresql@addons.heroku.com").count();
        assert_eq!(by_provider, production, "{app}");
        let moments: BTreeSet<&str> = lately.iter().map(|release| text(release, "created_at")).collect();
        assert_eq!(moments.len(), lately.len(), "{app}: no two at the same second");
    }
    let (mut triggers, mut ends) = (Vec::new(), Vec::new());
    for pipeline in pipelines(&client, "storefront").await.iter().filter(|p| hours(text(p, "created_at")) < 31.0) {
        triggers.push(text(&pipeline["trigger"], "type").to_owned());
        ends.push((text(&workflow(&client, pipeline).await, "status").to_owned(), text(pipeline, "id").to_owned()));
    }
    let count = |word: &str| ends.iter().filter(|(status, _)| status == word).count();
    assert_eq!((count("canceled"), count("failed"), count("running"), count("on_hold")), (1, 1, 0, 0), "{ends:?}");
    assert_eq!(triggers.iter().filter(|one| *one == "scheduled_pipeline").count(), 1, "{triggers:?}");
}

#[tokio::test]
async fn one_change_is_on_its_way_and_one_waits() {
    for speed in [1.0, 20.0, 60.0] {
        let client = start_with(Options { speed, ..Options::default() }).await;
        for (service, wanted) in [("storefront", "success"), ("checkout-api", "running"), ("search-indexer", "on_hold")] {
            let newest = pipelines(&client, service).await[0].clone();
            assert_eq!(text(&workflow(&client, &newest).await, "status"), wanted, "{service} at speed {speed}");
        }
        client.advance(900).await;
        let service = client.service("checkout-api").await;
        for environment in list(&service["environments"]) {
            assert_eq!(environment["current"]["commit"], service["main"][0]["sha"], "it arrives");
        }
    }
}

#[tokio::test]
async fn pull_requests_are_in_every_state_by_many_people_over_weeks() {
    let client = start(Scenario::Healthy).await;
    let truth = client.truth().await;
    let now: jiff::Timestamp = text(&truth["world"], "now").parse().expect("a stamp");
    let (mut states, mut authors, mut ages) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for name in SERVICES {
        let service = client.service(name).await;
        for pull in list(&service["pull_requests"]).iter().filter(|pull| pull["state"] == "open") {
            states.insert(text(pull, "merge_state").to_owned());
            authors.insert(text(pull, "author").to_owned());
        }
        let path = format!("/repos/acme/{name}/pulls");
        let open: Value = client.github(Method::GET, &path, None).await.json().await.expect("JSON");
        let mut numbers: Vec<(u64, jiff::Timestamp)> = Vec::new();
        for pull in list(&open) {
            let created: jiff::Timestamp = text(pull, "created_at").parse().expect("a stamp");
            numbers.push((pull["number"].as_u64().expect("a number"), created));
            ages.push(now.duration_since(created).as_hours());
            assert!(text(pull, "updated_at") >= text(pull, "created_at"), "{pull}");
        }
        numbers.sort_unstable();
        assert!(numbers.is_sorted_by_key(|(_, created)| *created), "{name}: a lower number was opened earlier");
    }
    for state in ["CLEAN", "BEHIND", "DIRTY", "DRAFT", "BLOCKED"] {
        assert!(states.contains(state), "{state} of {states:?}");
    }
    assert!(authors.len() >= 10, "{authors:?}");
    let (young, old) = (ages.iter().filter(|age| **age < 24).count(), ages.iter().filter(|age| **age > 7 * 24).count());
    assert!(young >= 6 && old >= 6, "{ages:?}");
}

async fn refused(client: &Client, service: &str) -> String {
    client.refused(json!({"break_production": {"service": service}})).await
}

#[tokio::test]
async fn production_that_was_broken_is_healed_by_a_rollback() {
    let client = start(Scenario::Healthy).await;
    let before = client.truth().await["mutations"].clone();
    let made = client.world(json!({"break_production": {"service": "storefront"}})).await;
    let number = made["break_production"]["pull_request"].as_u64().expect("what is to blame");
    assert!(dynos(&client).await.contains(&"crashed".to_owned()), "at once");
    let staging = client.service("storefront").await["environments"][0].clone();
    assert!(list(&staging["dynos"]).iter().all(|dyno| dyno["state"] == "up"), "only production: {staging}");
    assert_eq!(client.truth().await["mutations"], before, "nobody has asked a vendor for anything");
    assert_eq!(refused(&client, "storefront").await, "Production is broken already.");

    // The rollback takes out what is to blame.
    let truth = client.control(Method::GET, &format!("/truth/rollback?app={APP}"), None).await;
    assert!(list(&truth["pull_requests"]).contains(&json!(number)), "{truth}");
    client.world(json!({"rollback": {"app": APP, "to": format!("v{}", truth["to"])}})).await;
    assert!(refused(&client, "storefront").await.starts_with("A release is under way"));
    client.advance(90).await;
    assert!(!dynos(&client).await.contains(&"crashed".to_owned()), "the earlier release is well");
    assert!(refused(&client, "storefront").await.contains("came by a rollback"));

    // The revert lands, and then its own code cannot be broken: reverting it would bring the crash back.
    let revert = client.world(json!({"revert": {"service": "storefront", "number": number}})).await["revert"]["pull_request"].clone();
    client.advance(60).await;
    client.world(json!({"merge": {"service": "storefront", "number": revert}})).await;
    client.advance(900).await;
    assert!(!dynos(&client).await.contains(&"crashed".to_owned()), "the revert is live and well");
    assert_eq!(client.service("storefront").await["environments"][1]["current"]["pull_request"], revert);
    assert!(refused(&client, "storefront").await.contains("is a revert"));
    let next = client.world(json!({"open_pull": {"service": "storefront"}})).await["open_pull"]["pull_request"].clone();
    client.world(json!({"merge": {"service": "storefront", "number": next}})).await;
    client.advance(900).await;
    client.world(json!({"break_production": {"service": "storefront"}})).await;
    assert!(dynos(&client).await.contains(&"crashed".to_owned()), "it can be broken again");
}

#[tokio::test]
async fn production_that_was_broken_is_healed_by_the_revert_alone() {
    let client = start(Scenario::Healthy).await;
    let number = client.world(json!({"break_production": {"service": "storefront"}})).await["break_production"]["pull_request"].clone();
    // A restart, as after a change of config, does not help.
    client.world(json!({"set_config": {"app": APP, "vars": {"WEB_CONCURRENCY": "2"}}})).await;
    client.advance(120).await;
    assert!(dynos(&client).await.contains(&"crashed".to_owned()));
    let revert = client.world(json!({"revert": {"service": "storefront", "number": number}})).await["revert"]["pull_request"].clone();
    client.advance(60).await;
    client.world(json!({"merge": {"service": "storefront", "number": revert}})).await;
    client.advance(900).await;
    assert!(!dynos(&client).await.contains(&"crashed".to_owned()));
}

#[tokio::test]
async fn every_service_of_every_scenario_is_broken_or_says_why_not() {
    for scenario in Scenario::ALL.into_iter().filter(|one| *one != Scenario::Busy) {
        let client = start(scenario).await;
        let names: Vec<String> = client.sandbox.services().iter().map(|service| service.name.clone()).collect();
        for name in names {
            let broken = client.sandbox.break_production(&name);
            assert!(broken.as_ref().is_err_and(|why| why.ends_with('.')) || broken.is_ok(), "{scenario} {name}: {broken:?}");
            assert!(client.sandbox.break_production(&name).is_err(), "{scenario} {name}: not twice");
        }
        assert_eq!(client.sandbox.break_production("nobody"), Err("no service \"nobody\"".into()));
    }
}
