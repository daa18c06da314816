use reqwest::Method;
use serde_json::json;
use slipway_sandbox::Scenario;

use crate::start;

#[tokio::test]
async fn the_world_is_changed_from_outside() {
    let client = start(Scenario::Healthy).await;
    let number =
        client.world(json!({"open_pull": {"service": "storefront", "title": "Move fast"}})).await["open_pull"]["pull_request"].clone();
    let pushed = client.world(json!({"push": {"service": "storefront", "number": number}})).await;
    let service = client.service("storefront").await;
    let pull = service["pull_requests"].as_array().expect("pulls").iter().find(|p| p["number"] == number).cloned().expect("it is open");
    assert_eq!((&pull["head_sha"], &pull["merge_state"]), (&pushed["push"]["head_sha"], &json!("UNKNOWN")));
    client.advance(5).await;
    client.world(json!({"make_ready": {"service": "storefront", "number": number}})).await;
    client.world(json!({"merge": {"service": "storefront", "number": number, "by": "yukitanaka"}})).await;
    let service = client.service("storefront").await;
    let pull = service["pull_requests"].as_array().expect("pulls").iter().find(|p| p["number"] == number).cloned().expect("it is there");
    assert_eq!((pull["state"].as_str(), pull["merged_by"].as_str()), (Some("merged"), Some("yukitanaka")));
    assert_eq!(service["main"][0]["pull_request"], number);
    assert_eq!(client.mutations("merge").await, (0, 0), "nobody asked the vendor");

    client.world(json!({"hold": {"service": "checkout-api", "held": true}, "start_pipeline": {"service": "checkout-api"}})).await;
    client.advance(300).await;
    let held = client.service("checkout-api").await["pipelines"][0]["workflows"][0].clone();
    assert!(held["jobs"].as_array().expect("jobs").iter().all(|j| j["status"] != "running"), "{held}");
    client.world(json!({"hold": {"service": "checkout-api", "held": false}})).await;
    client.advance(30).await;
    assert_eq!(client.service("checkout-api").await["pipelines"][0]["workflows"][0]["jobs"][0]["status"], "running");

    client.world(json!({"dynos": {"app": "storefront-production", "state": "crashed"}})).await;
    let health = format!("{}/health/storefront-production", client.sandbox.control_url());
    assert_eq!(client.http().get(&health).send().await.expect("an answer").status(), 503);
    client.world(json!({"dynos": {"app": "storefront-production", "state": "up"}})).await;
    assert_eq!(client.http().get(&health).send().await.expect("an answer").status(), 200);
    let wrong = client.http().post(format!("{}/world", client.sandbox.control_url())).bearer_auth(client.sandbox.control_token());
    let wrong = wrong.json(&json!({"dance": 1})).send().await.expect("an answer");
    assert_eq!(wrong.status(), 400);
}

#[tokio::test]
async fn requests_and_their_concurrency_are_counted() {
    let client = start(Scenario::Healthy).await;
    client.control(Method::POST, "/faults", Some(json!({"vendor": "heroku", "kind": "latency", "ms": 100}))).await;
    let one = || client.heroku(Method::GET, "/apps/storefront-production/dynos", None, None);
    tokio::join!(one(), one(), one());
    let heroku = client.truth().await["requests"]["heroku"].clone();
    assert_eq!((&heroku["total"], &heroku["max_concurrency"]), (&json!(3), &json!(3)));
    assert_eq!(heroku["kinds"]["GET /apps/{app}/dynos"]["count"], 3);
}
