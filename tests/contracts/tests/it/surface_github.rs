//! All REST calls of GitHub that the sandbox answers, including refusals.

use reqwest::Method;
use serde_json::json;
use slipway_contracts::Vendor::Github;
use slipway_sandbox::Scenario;

use crate::Fixture;

#[tokio::test]
async fn reads() {
    let stage = Fixture::set(Scenario::Healthy, 60.0).await;
    let service = stage.service();
    let repo = format!("/repos/{}", service.repo);
    for path in ["/user", "/rate_limit", "/meta", "/", "/user/repos", "/user/repos?per_page=1&page=2", "/orgs/acme/repos"] {
        stage.get(Github, path).await;
    }
    let pulls = stage.get(Github, &format!("{repo}/pulls?state=all&sort=updated&direction=asc&per_page=100")).await;
    for pull in pulls.as_array().expect("a list").iter().step_by(7) {
        let number = &pull["number"];
        for below in ["", "/files", "/commits", "/reviews", "/comments", "/requested_reviewers"] {
            stage.get(Github, &format!("{repo}/pulls/{number}{below}")).await;
        }
        stage.ask(Github, Method::GET, &format!("{repo}/pulls/{number}/merge"), None).await;
        let head = pull["head"]["sha"].as_str().expect("a head");
        for below in ["", "/check-runs", "/status", "/pulls", "/statuses", "/check-suites"] {
            stage.get(Github, &format!("{repo}/commits/{head}{below}")).await;
        }
        stage.get(Github, &format!("{repo}/compare/main...{head}")).await;
    }
    let suites = stage.get(Github, &format!("{repo}/commits/{}/check-suites", pulls[0]["head"]["sha"].as_str().expect("a head"))).await;
    for suite in suites["check_suites"].as_array().expect("a list") {
        stage.get(Github, &format!("{repo}/check-suites/{}", suite["id"])).await;
        let runs = stage.get(Github, &format!("{repo}/check-suites/{}/check-runs", suite["id"])).await;
        for below in ["", "/annotations"] {
            stage.get(Github, &format!("{repo}/check-runs/{}{below}", runs["check_runs"][0]["id"])).await;
        }
    }
    for below in ["/git/ref/heads/main", "/git/matching-refs/heads/", "/readme", "/contents/Procfile"] {
        stage.get(Github, &format!("{repo}{below}")).await;
    }
    stage.get(Github, &format!("{repo}/issues/{}/comments", pulls[0]["number"])).await;
    stage.get(Github, &format!("{repo}/pulls")).await;
    stage.get(Github, &format!("/api/v3{repo}")).await;
    for below in ["", "/commits?per_page=20&sha=main", "/commits/main", "/branches", "/branches/main", "/branches/main/protection"] {
        stage.get(Github, &format!("{repo}{below}")).await;
    }
    for below in ["/pulls/999999", "/branches/no-such", "/branches/no-such/protection", "/compare/no...such"] {
        stage.meets(404, Github, Method::GET, &format!("{repo}{below}"), None).await;
    }
    stage.meets(422, Github, Method::GET, &format!("{repo}/commits/no-such"), None).await;
    stage.meets(404, Github, Method::GET, "/repos/acme/no-such", None).await;
    stage.settle();
}

#[tokio::test]
async fn changes_and_refusals() {
    let stage = Fixture::set(Scenario::Healthy, 60.0).await;
    let service = stage.service();
    let opened = stage.world(json!({ "open_pull": { "service": service.name, "title": "A change", "ready": true } })).await;
    let path = format!("/repos/{}/pulls/{}", service.repo, opened["open_pull"]["pull_request"]);
    let merge = format!("{path}/merge");
    stage.meets(409, Github, Method::PUT, &merge, Some(json!({ "sha": "0".repeat(40) }))).await;
    stage.meets(422, Github, Method::PUT, &format!("{path}/update-branch"), Some(json!({ "expected_head_sha": "0".repeat(40) }))).await;
    let body = json!({ "merge_method": "squash", "commit_title": "A change", "commit_message": "Because." });
    stage.meets(200, Github, Method::PUT, &merge, Some(body)).await;
    stage.meets(405, Github, Method::PUT, &merge, Some(json!({}))).await;
    stage.meets(204, Github, Method::GET, &merge, None).await;
    stage.meets(422, Github, Method::DELETE, &format!("/repos/{}/git/refs/heads/no-such", service.repo), None).await;
    let own =
        stage.world(json!({ "open_pull": { "service": service.name, "title": "Mine", "login": "robinhale", "branch": "mine" } })).await;
    let reviews = format!("/repos/{}/pulls/{}/reviews", service.repo, own["open_pull"]["pull_request"]);
    stage.meets(422, Github, Method::POST, &reviews, Some(json!({ "event": "APPROVE" }))).await;
    stage.meets(200, Github, Method::POST, &reviews, Some(json!({ "event": "COMMENT", "body": "Done." }))).await;
    stage.meets(204, Github, Method::DELETE, &format!("/repos/{}/git/refs/heads/mine", service.repo), None).await;
    let nobody = stage.http.get(format!("{}/user", stage.recorder.url(Github))).send().await.expect("an answer");
    assert_eq!(nobody.status(), 401);
    stage.settle();
}
