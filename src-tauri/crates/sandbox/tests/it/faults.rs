use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use slipway_sandbox::{Options, Scenario};

use crate::{Client, start, start_with};

async fn rule(client: &Client, rule: Value) {
    client.control(Method::POST, "/faults", Some(rule)).await;
}

async fn user(client: &Client) -> reqwest::Result<reqwest::Response> {
    let request = client.http().get(format!("{}/user", client.sandbox.github_url()));
    request.bearer_auth(client.sandbox.github_token()).timeout(Duration::from_millis(400)).send().await
}

#[tokio::test]
async fn before_nothing_happens_and_after_it_did() {
    let client = start(Scenario::Healthy).await;
    for (kind, applied) in [("hang_before", 0), ("hang_after", 1), ("reset_before", 0), ("reset_after", 1), ("swallow", 0)] {
        client.control(Method::DELETE, "/truth", None).await;
        client.control(Method::DELETE, "/faults", None).await;
        rule(&client, json!({"vendor": "github", "method": "PUT", "path": "*/pulls/*/merge", "count": 1, "kind": kind})).await;
        let number = client.world(json!({"open_pull": {"service": "storefront"}})).await["open_pull"]["pull_request"].clone();
        let url = format!("{}/repos/acme/storefront/pulls/{number}/merge", client.sandbox.github_url());
        let put = client.http().put(url).bearer_auth(client.sandbox.github_token()).json(&json!({}));
        let answer = put.timeout(Duration::from_millis(400)).send().await;
        assert!(answer.is_err(), "{kind}: {answer:?}");
        let received = u64::from(kind != "swallow");
        assert_eq!(client.mutations("merge").await, (received, applied), "{kind}");
        let rules = client.control(Method::GET, "/faults", None).await;
        assert_eq!(rules["rules"][0]["fired"], 1);
    }
}

#[tokio::test]
async fn answers_are_spoilt() {
    let client = start(Scenario::Healthy).await;
    rule(
        &client,
        json!([
            {"path": "/user", "count": 1, "kind": "status", "code": 502, "body": {"message": "oops"}, "headers": {"Retry-After": "7"}},
            {"path": "/user", "after": 1, "count": 1, "kind": "truncate"},
            {"path": "/user", "after": 2, "count": 1, "kind": "html"},
            {"path": "/user", "after": 3, "count": 1, "kind": "garbage"},
            {"path": "/user", "after": 4, "count": 1, "kind": "slow_body"},
            {"path": "/user", "after": 5, "count": 1, "kind": "unauthorized"},
            {"path": "/user", "after": 6, "count": 1, "kind": "rate_limited", "retry_after": 3},
            {"path": "/user", "after": 7, "count": 1, "kind": "latency", "ms": 100},
        ]),
    )
    .await;
    let status = user(&client).await.expect("an answer");
    assert_eq!((status.status().as_u16(), status.headers()["retry-after"].to_str().ok()), (502, Some("7")));
    let truncated = user(&client).await.expect("headers");
    assert_eq!(truncated.status(), 200);
    assert!(truncated.bytes().await.is_err());
    let html = user(&client).await.expect("an answer");
    assert!(html.headers()["content-type"].to_str().is_ok_and(|t| t.starts_with("text/html")));
    assert!(user(&client).await.expect("an answer").json::<Value>().await.is_err());
    assert!(user(&client).await.expect("headers").bytes().await.is_err(), "too slow");
    assert_eq!(user(&client).await.expect("an answer").status(), 401);
    assert_eq!(user(&client).await.expect("an answer").status(), 403);
    let before = std::time::Instant::now();
    assert_eq!(user(&client).await.expect("an answer").status(), 200);
    assert!(before.elapsed() >= Duration::from_millis(100));
}

#[tokio::test]
async fn stale_reads_do_not_see_the_merge_yet() {
    let client = start(Scenario::Healthy).await;
    rule(&client, json!({"vendor": "github", "method": "GET", "kind": "stale", "seconds": 60})).await;
    rule(&client, json!({"vendor": "github", "operation": "viewer", "kind": "status", "code": 504})).await;
    let number = client.world(json!({"open_pull": {"service": "storefront"}})).await["open_pull"]["pull_request"].clone();
    let path = format!("/repos/acme/storefront/pulls/{number}");
    assert_eq!(client.github(Method::PUT, &format!("{path}/merge"), Some(json!({}))).await.status(), 200);
    let seen: Value = client.github(Method::GET, &path, None).await.json().await.expect("JSON");
    assert_eq!(seen["merged"], false);
    client.control(Method::DELETE, "/faults", None).await;
    let seen: Value = client.github(Method::GET, &path, None).await.json().await.expect("JSON");
    assert_eq!(seen["merged"], true);
}

#[tokio::test]
async fn graphql_is_hit_by_operation_and_rules_come_from_a_file() {
    let folder = std::env::temp_dir().join(format!("slipway-sandbox-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("faults.json");
    std::fs::write(&file, r#"{"rules": [{"operation": "viewer", "count": 1, "kind": "status", "code": 504}]}"#).expect("a file");
    let client = start_with(Options { faults: Some(file), ..Options::default() }).await;
    let body = json!({"query": "{viewer{login}}"});
    assert_eq!(client.github(Method::POST, "/graphql", Some(body.clone())).await.status(), 504);
    assert_eq!(client.github(Method::POST, "/graphql", Some(body)).await.status(), 200);
    std::fs::remove_dir_all(folder).expect("it was there");
}
