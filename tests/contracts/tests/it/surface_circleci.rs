//! All calls of CircleCI that the sandbox answers, including refusals.

use reqwest::Method;
use serde_json::{Value, json};
use slipway_contracts::Vendor::Circleci;
use slipway_sandbox::Scenario;

use crate::Fixture;

#[tokio::test]
async fn reads() {
    let stage = Fixture::set(Scenario::FailingTests, 60.0).await;
    let slug = stage.service().ci;
    let project = format!("/api/v2/project/{slug}");
    let insights = format!("/api/v2/insights/{slug}/workflows");
    for path in ["/api/v2/me", "/api/v2/me/collaborations", &project, &format!("{project}/pipeline/mine")] {
        stage.get(Circleci, path).await;
    }
    stage.world(json!({ "fail_next": { "service": stage.service().name, "job": "unit-1" }, "start_pipeline": { "service": stage.service().name } })).await;
    stage.advance(300).await;
    let pipelines = stage.get(Circleci, &format!("{project}/pipeline?branch=main")).await;
    stage.get(Circleci, &format!("{project}/pipeline?page-token={}", pipelines["next_page_token"].as_str().expect("more"))).await;
    for pipeline in pipelines["items"].as_array().expect("a list").iter().step_by(4) {
        let id = pipeline["id"].as_str().expect("an id");
        stage.get(Circleci, &format!("/api/v2/pipeline/{id}")).await;
        stage.get(Circleci, &format!("{project}/pipeline/{}", pipeline["number"])).await;
        let workflows = stage.get(Circleci, &format!("/api/v2/pipeline/{id}/workflow")).await;
        for workflow in workflows["items"].as_array().expect("a list") {
            read_workflow(&stage, &slug, workflow["id"].as_str().expect("an id")).await;
        }
    }
    let name = stage.get(Circleci, &format!("{insights}?branch=main&reporting-window=last-7-days")).await["items"][0]["name"].clone();
    let name = name.as_str().expect("a workflow");
    stage.get(Circleci, &format!("{insights}/{name}?branch=main")).await;
    let jobs = stage.get(Circleci, &format!("{insights}/{name}/jobs?branch=main")).await;
    let job = jobs["items"][0]["name"].as_str().expect("a job");
    stage.get(Circleci, &format!("{insights}/{name}/jobs/{job}?branch=main")).await;
    stage.settle();
}

async fn read_workflow(stage: &Fixture, slug: &str, id: &str) {
    stage.get(Circleci, &format!("/api/v2/workflow/{id}")).await;
    let jobs = stage.get(Circleci, &format!("/api/v2/workflow/{id}/job")).await;
    for number in jobs["items"].as_array().expect("a list").iter().filter_map(|job| job["job_number"].as_u64()).take(4) {
        stage.get(Circleci, &format!("/api/v2/project/{slug}/job/{number}")).await;
        stage.get(Circleci, &format!("/api/v2/project/{slug}/{number}/tests")).await;
        stage.get(Circleci, &format!("/api/v2/project/{slug}/{number}/artifacts")).await;
        stage.get(Circleci, &format!("/api/v1.1/project/{slug}/{number}")).await;
    }
}

#[tokio::test]
async fn changes_and_refusals() {
    let stage = Fixture::set(Scenario::Healthy, 60.0).await;
    let slug = stage.service().ci;
    let nothing = "00000000-0000-4000-8000-000000000000";
    for path in ["/api/v2/project/gh/acme/no-such".to_owned(), format!("/api/v2/pipeline/{nothing}"), format!("/api/v2/workflow/{nothing}")]
    {
        stage.meets(404, Circleci, Method::GET, &path, None).await;
    }
    stage.meets(404, Circleci, Method::GET, &format!("/api/v1.1/project/{slug}/99999999"), None).await;
    stage.meets(400, Circleci, Method::GET, &format!("/api/v2/project/{slug}/pipeline?page-token=no-such"), None).await;
    let made =
        stage.meets(201, Circleci, Method::POST, &format!("/api/v2/project/{slug}/pipeline"), Some(json!({ "branch": "main" }))).await;
    stage.advance(20).await;
    let workflows = stage.get(Circleci, &format!("/api/v2/pipeline/{}/workflow", made["id"].as_str().expect("an id"))).await;
    let workflow = workflows["items"][0]["id"].as_str().expect("an id").to_owned();
    let of = |verb: &str| format!("/api/v2/workflow/{workflow}/{verb}");
    stage.meets(202, Circleci, Method::POST, &of("cancel"), None).await;
    let rerun = stage.meets(202, Circleci, Method::POST, &of("rerun"), Some(json!({ "from_failed": false }))).await;
    assert!(rerun["workflow_id"].is_string());
    let jobs = stage.get(Circleci, &of("job")).await;
    let first = jobs["items"][0]["id"].clone();
    stage.meets(400, Circleci, Method::POST, &of("rerun"), Some(json!({ "from_failed": true, "jobs": [first] }))).await;
    let (status, _) = stage.ask(Circleci, Method::POST, &of(&format!("approve/{nothing}")), None).await;
    assert!((400..500).contains(&status));
    let (_, cancelled): (u16, Value) = stage.ask(Circleci, Method::GET, &format!("/api/v2/workflow/{workflow}"), None).await;
    assert_eq!(cancelled["status"], "canceled");
    stage.settle();
}
