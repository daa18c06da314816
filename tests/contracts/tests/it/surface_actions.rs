//! GitHub Actions, with the requests of its adapter.

use reqwest::Method;
use serde_json::{Value, json};
use slipway_contracts::Vendor::Github;
use slipway_sandbox::Scenario;

use crate::Fixture;

const RUNS: &str = "/repos/acme/checkout-api/actions/runs";
const HELD: &str = "/repos/acme/search-indexer/actions/runs";

/// The newest run of a service that releases.
async fn newest(stage: &Fixture, runs: &str) -> Value {
    let list = stage.get(Github, &format!("{runs}?branch=main&event=push&exclude_pull_requests=true&per_page=50")).await;
    let runs = list["workflow_runs"].as_array().expect("a list").clone();
    runs.into_iter().find(|run| run["name"] == "Build and release").expect("a run that releases")
}

#[tokio::test]
async fn runs_jobs_and_a_rerun() {
    let stage = Fixture::set(Scenario::SideBySide, 1.0).await;
    stage
        .world(json!({ "fail_next": { "service": "checkout-api", "job": "lint" }, "start_pipeline": { "service": "checkout-api" } }))
        .await;
    stage.advance(20).await;
    let run = newest(&stage, RUNS).await;
    let (id, sha) = (run["id"].to_string(), run["head_sha"].as_str().expect("a head"));
    let jobs = stage.get(Github, &format!("{RUNS}/{id}/jobs?filter=latest&per_page=100")).await;
    let job = jobs["jobs"][0]["id"].to_string();
    let job = format!("/repos/acme/checkout-api/actions/jobs/{job}");
    stage.get(Github, &job).await;
    stage.meets(404, Github, Method::GET, &format!("{job}/logs"), None).await;
    stage.meets(403, Github, Method::POST, &format!("{RUNS}/{id}/rerun-failed-jobs"), Some(json!({}))).await;
    stage.advance(600).await;
    stage.meets(302, Github, Method::GET, &format!("{job}/logs"), None).await;
    stage.meets(409, Github, Method::POST, &format!("{RUNS}/{id}/cancel"), Some(json!({}))).await;
    stage.meets(201, Github, Method::POST, &format!("{RUNS}/{id}/rerun-failed-jobs"), Some(json!({}))).await;
    stage.advance(10).await;
    let again = stage.get(Github, &format!("{RUNS}/{id}")).await;
    assert_eq!((again["run_attempt"].as_u64(), &again["id"]), (Some(2), &run["id"]));
    assert!(again["created_at"].as_str() < again["run_started_at"].as_str(), "the run is as old as its first attempt: {again}");
    for below in ["/jobs?filter=all&per_page=100", "/attempts/1", "/attempts/1/jobs", "/pending_deployments", "/approvals"] {
        stage.get(Github, &format!("{RUNS}/{id}{below}")).await;
    }
    stage.get(Github, &format!("{RUNS}?head_sha={sha}&branch=main&event=push&exclude_pull_requests=true&per_page=100")).await;
    stage.meets(202, Github, Method::POST, &format!("{RUNS}/{id}/cancel"), Some(json!({}))).await;
    stage.meets(404, Github, Method::GET, &format!("{RUNS}/1"), None).await;
    for below in ["", "/release.yml", "/codeql.yml/runs"] {
        stage.get(Github, &format!("/repos/acme/checkout-api/actions/workflows{below}")).await;
    }
    stage.meets(404, Github, Method::GET, "/repos/acme/checkout-api/actions/workflows/no-such.yml", None).await;
    stage.get(Github, &format!("{RUNS}/{id}/artifacts")).await;
    stage.meets(302, Github, Method::GET, &format!("{RUNS}/{id}/logs"), None).await;
    stage.meets(302, Github, Method::GET, &format!("{RUNS}/{id}/attempts/1/logs"), None).await;
    stage.meets(201, Github, Method::POST, &format!("{job}/rerun"), Some(json!({}))).await;
    stage.meets(403, Github, Method::POST, &format!("{job}/rerun"), Some(json!({}))).await;
    stage.settle();
}

#[tokio::test]
async fn an_environment_with_a_reviewer() {
    let stage = Fixture::set(Scenario::SideBySide, 1.0).await;
    stage.world(json!({ "start_pipeline": { "service": "search-indexer" } })).await;
    stage.advance(480).await;
    let run = newest(&stage, HELD).await;
    assert_eq!(run["status"], "waiting");
    let own = format!("{HELD}/{}", run["id"]);
    stage.get(Github, &format!("{own}/jobs?filter=latest&per_page=100")).await;
    let pending = stage.get(Github, &format!("{own}/pending_deployments")).await;
    let review = |id: &Value| json!({ "environment_ids": [id], "state": "approved", "comment": "Approved in Slipway" });
    let path = format!("{own}/pending_deployments");
    stage.meets(422, Github, Method::POST, &path, Some(review(&json!(1)))).await;
    stage.meets(200, Github, Method::POST, &path, Some(review(&pending[0]["environment"]["id"]))).await;
    let approvals = stage.get(Github, &format!("{own}/approvals")).await;
    assert_eq!(approvals.as_array().expect("a list").last().expect("one")["state"], "approved");
    stage.settle();
}
