use reqwest::Method;
use serde_json::{Value, json};
use slipway_sandbox::Scenario;

use crate::{Client, start};

async fn start_pipeline(client: &Client, service: &str) -> String {
    client.world(json!({"start_pipeline": {"service": service}})).await;
    let (_, pipelines) = client.circle(Method::GET, &format!("/api/v2/project/github/acme/{service}/pipeline"), None).await;
    let id = pipelines["items"][0]["id"].as_str().expect("an id").to_owned();
    let (_, workflows) = client.circle(Method::GET, &format!("/api/v2/pipeline/{id}/workflow"), None).await;
    workflows["items"][0]["id"].as_str().expect("a workflow").to_owned()
}

async fn jobs(client: &Client, workflow: &str) -> Vec<Value> {
    let (_, jobs) = client.circle(Method::GET, &format!("/api/v2/workflow/{workflow}/job"), None).await;
    jobs["items"].as_array().expect("jobs").clone()
}

async fn status(client: &Client, workflow: &str) -> Value {
    client.circle(Method::GET, &format!("/api/v2/workflow/{workflow}"), None).await.1["status"].clone()
}

#[tokio::test]
async fn logs_grow_and_take_no_credentials() {
    let client = start(Scenario::Healthy).await;
    let workflow = start_pipeline(&client, "storefront").await;
    client.advance(60).await;
    let number = jobs(&client, &workflow).await.iter().find(|j| j["name"] == "integration").expect("it runs")["job_number"].clone();
    let (_, build) = client.circle(Method::GET, &format!("/api/v1.1/project/github/acme/storefront/{number}"), None).await;
    let step = build["steps"].as_array().expect("steps").last().cloned().expect("a step");
    assert_eq!(step["actions"][0]["status"], "running");
    let output = step["actions"][0]["output_url"].as_str().expect("an address").to_owned();
    assert!(output.starts_with(client.sandbox.circleci_logs_url()));
    let read = async || {
        let lines: Value = client.http().get(&output).send().await.expect("an answer").json().await.expect("JSON");
        lines[0]["message"].as_str().expect("text").to_owned()
    };
    let early = read().await;
    client.advance(120).await;
    let later = read().await;
    assert!(later.len() > early.len() && later.starts_with(&early) && later.contains("\u{1b}[32m"));
    assert_eq!(client.truth().await["violations"], json!([]));
    let bad = client.http().get(&output).bearer_auth(client.sandbox.circleci_token()).send().await.expect("an answer");
    assert_eq!(bad.status(), 400);
    assert_eq!(client.truth().await["violations"][0]["vendor"], "circleci_logs");
}

#[tokio::test]
async fn rerun_from_failed_keeps_what_passed() {
    let client = start(Scenario::Healthy).await;
    client.world(json!({"fail_next": {"service": "storefront", "job": "unit-2"}})).await;
    let workflow = start_pipeline(&client, "storefront").await;
    client.advance(160).await;
    assert_eq!(status(&client, &workflow).await, "failing");
    let rerun = format!("/api/v2/workflow/{workflow}/rerun");
    assert_eq!(client.circle(Method::POST, &rerun, Some(json!({"from_failed": true}))).await.0, 400);
    client.advance(400).await;
    assert_eq!(status(&client, &workflow).await, "failed");
    let (code, answer) = client.circle(Method::POST, &rerun, Some(json!({"from_failed": true}))).await;
    assert_eq!(code, 202, "{answer}");
    let new = answer["workflow_id"].as_str().expect("a workflow");
    client.advance(10).await;
    let running: Vec<Value> = jobs(&client, new).await.into_iter().filter(|j| j["status"] == "running").collect();
    assert_eq!((running.len(), &running[0]["name"]), (1, &json!("unit-2")));
    client.advance(400).await;
    assert_eq!(status(&client, new).await, "success");
    assert_eq!(client.mutations("rerun").await, (2, 1));
}

#[tokio::test]
async fn approval_waits_and_cancel_stops() {
    let client = start(Scenario::Healthy).await;
    let workflow = start_pipeline(&client, "search-indexer").await;
    client.advance(480).await;
    assert_eq!(status(&client, &workflow).await, "on_hold");
    let held = jobs(&client, &workflow).await.into_iter().find(|j| j["type"] == "approval").expect("it waits");
    let request = held["approval_request_id"].as_str().expect("a request");
    let approve = format!("/api/v2/workflow/{workflow}/approve/{request}");
    assert_eq!(client.circle(Method::POST, &approve, None).await.0, 202);
    assert_eq!(client.circle(Method::POST, &approve, None).await.0, 400);
    client.advance(10).await;
    let cancel = format!("/api/v2/workflow/{workflow}/cancel");
    assert_eq!(client.circle(Method::POST, &cancel, None).await.0, 202);
    assert_eq!(status(&client, &workflow).await, "canceled");
    assert_eq!(client.circle(Method::POST, &cancel, None).await.0, 400);
    assert_eq!(client.circle(Method::POST, "/api/v2/workflow/00000000-0000-4000-8000-000000000000/cancel", None).await.0, 404);
}

#[tokio::test]
async fn pages_and_the_door() {
    let client = start(Scenario::Healthy).await;
    let path = "/api/v2/project/gh/acme/storefront/pipeline";
    let (_, first) = client.circle(Method::GET, path, None).await;
    let token = first["next_page_token"].as_str().expect("more pages");
    let (_, second) = client.circle(Method::GET, &format!("{path}?page-token={token}"), None).await;
    assert!(first["items"][19]["number"].as_u64() > second["items"][0]["number"].as_u64());
    let anonymous = client.http().get(format!("{}/api/v2/me", client.sandbox.circleci_url())).send().await.expect("an answer");
    assert_eq!(anonymous.status(), 401);
    assert_eq!(anonymous.json::<Value>().await.expect("JSON")["message"], "You must log in first.");
    let bearer = client.http().get(format!("{}/api/v2/me", client.sandbox.circleci_url())).bearer_auth(client.sandbox.circleci_token());
    assert_eq!(bearer.send().await.expect("an answer").status(), 200);
}
