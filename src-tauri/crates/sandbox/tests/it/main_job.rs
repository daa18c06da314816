//! The complete main job: merge, pipeline, release, crash, rollback, revert, healthy again.

use reqwest::Method;
use serde_json::json;
use slipway_sandbox::Scenario;

use crate::{Client, start};

const APP: &str = "storefront-production";

async fn newest_pipeline(client: &Client) -> (String, String) {
    let (_, pipelines) = client.circle(Method::GET, "/api/v2/project/gh%2Facme%2Fstorefront/pipeline?branch=main", None).await;
    let pipeline = pipelines["items"][0].clone();
    let id = pipeline["id"].as_str().expect("an id");
    let (_, workflows) = client.circle(Method::GET, &format!("/api/v2/pipeline/{id}/workflow"), None).await;
    let workflow = workflows["items"][0]["id"].as_str().expect("a workflow").to_owned();
    (pipeline["vcs"]["revision"].as_str().expect("a revision").to_owned(), workflow)
}

async fn status(client: &Client, workflow: &str) -> String {
    let (_, w) = client.circle(Method::GET, &format!("/api/v2/workflow/{workflow}"), None).await;
    w["status"].as_str().expect("a status").to_owned()
}

#[tokio::test]
async fn merge_to_crash_to_rollback_to_revert() {
    let client = start(Scenario::CrashAfterRelease).await;
    let before = client.releases(APP).await[0].clone();
    let pull = client.ready_pull().await;
    let number = pull["number"].as_u64().expect("a number");
    let merge = format!("/repos/acme/storefront/pulls/{number}/merge");

    let stale = client.github(Method::PUT, &merge, Some(json!({"sha": "0".repeat(40), "merge_method": "squash"}))).await;
    assert_eq!(stale.status(), 409);
    let merged = client.github(Method::PUT, &merge, Some(json!({"sha": pull["head_sha"], "merge_method": "squash"}))).await;
    assert_eq!(merged.status(), 200);
    let merged: serde_json::Value = merged.json().await.expect("JSON");
    let again = client.github(Method::PUT, &merge, Some(json!({"merge_method": "squash"}))).await;
    assert_eq!(again.status(), 405);

    let (revision, workflow) = newest_pipeline(&client).await;
    assert_eq!(revision, merged["sha"].as_str().expect("a sha"));
    client.advance(60).await;
    let (_, jobs) = client.circle(Method::GET, &format!("/api/v2/workflow/{workflow}/job"), None).await;
    let jobs = jobs["items"].as_array().expect("jobs");
    assert!(jobs.iter().filter(|j| j["status"] == "running").count() >= 4, "jobs run in parallel");
    let release = jobs.iter().find(|j| j["name"] == "release").expect("a release job");
    assert_eq!((release["status"].as_str(), release["dependencies"].as_array().map(Vec::len)), (Some("blocked"), Some(6)));

    client.advance(600).await;
    assert_eq!(status(&client, &workflow).await, "success");
    let live = client.releases(APP).await[0].clone();
    assert_eq!((live["current"].as_bool(), live["status"].as_str()), (Some(true), Some("succeeded")));
    assert_eq!(live["version"].as_u64(), before["version"].as_u64().map(|v| v + 1));
    let slug = live["slug"]["id"].as_str().expect("a slug");
    let slug: serde_json::Value =
        client.heroku(Method::GET, &format!("/apps/{APP}/slugs/{slug}"), None, None).await.json().await.expect("JSON");
    assert_eq!(slug["commit"].as_str(), Some(revision.as_str()));
    let dynos = dynos(&client).await;
    assert!(dynos.contains(&"crashed".to_owned()), "{dynos:?}");

    let current = client.heroku(Method::POST, &format!("/apps/{APP}/releases"), Some(json!({"release": live["id"]})), None).await;
    assert_eq!(current.status(), 422);
    let rolled = client.heroku(Method::POST, &format!("/apps/{APP}/releases"), Some(json!({"release": before["id"]})), None).await;
    assert_eq!(rolled.status(), 201);
    let rolled: serde_json::Value = rolled.json().await.expect("JSON");
    assert_eq!(rolled["description"], json!(format!("Rollback to v{}", before["version"])));
    assert_eq!((rolled["status"].as_str(), rolled["current"].as_bool()), (Some("pending"), Some(false)));
    client.advance(60).await;
    assert_eq!(client.releases(APP).await[0]["status"], "succeeded");
    assert!(!crate::main_job::dynos(&client).await.contains(&"crashed".to_owned()));

    let id = client
        .graphql("query($n:Int!){repository(owner:\"acme\",name:\"storefront\"){pullRequest(number:$n){id}}}", json!({"n": number}))
        .await;
    let id = id["data"]["repository"]["pullRequest"]["id"].clone();
    let revert = client.graphql(REVERT, json!({"id": id})).await;
    let made = &revert["data"]["revertPullRequest"]["revertPullRequest"];
    assert_eq!(made["headRefName"], json!(format!("revert-{number}-{}", pull["head_branch"].as_str().expect("a branch"))));
    assert_eq!(made["body"], json!(format!("Reverts acme/storefront#{number}")));
    client.advance(30).await;
    let merge = format!("/api/v3/repos/acme/storefront/pulls/{}/merge", made["number"]);
    let merged = client.github(Method::PUT, &merge, Some(json!({"merge_method": "merge", "sha": made["headRefOid"]}))).await;
    assert_eq!(merged.status(), 200, "{}", merged.text().await.unwrap_or_default());
    client.advance(700).await;
    let (_, workflow) = newest_pipeline(&client).await;
    assert_eq!(status(&client, &workflow).await, "success");
    assert!(!crate::main_job::dynos(&client).await.contains(&"crashed".to_owned()), "the revert heals");
    assert_eq!(client.mutations("merge").await, (4, 2));
    assert_eq!(client.mutations("rollback").await, (2, 1));
    assert_eq!(client.mutations("revert").await, (1, 1));

    let twice = client.graphql(REVERT, json!({"id": id})).await;
    assert!(twice["errors"][0]["message"].is_string() && twice["data"]["revertPullRequest"].is_null());
}

const REVERT: &str =
    "mutation($id:ID!){revertPullRequest(input:{pullRequestId:$id}){revertPullRequest{number body headRefName headRefOid isDraft}}}";

pub(crate) async fn dynos(client: &Client) -> Vec<String> {
    let dynos: Vec<serde_json::Value> =
        client.heroku(Method::GET, &format!("/apps/{APP}/dynos"), None, None).await.json().await.expect("JSON");
    dynos.iter().map(|d| d["state"].as_str().expect("a state").to_owned()).collect()
}

#[tokio::test]
async fn a_failed_release_leaves_the_old_one_live() {
    let client = start(Scenario::ReleaseFails).await;
    let before = client.releases(APP).await[0]["version"].as_u64();
    let pull = client.ready_pull().await;
    client.world(json!({"merge": {"service": "storefront", "number": pull["number"]}})).await;
    client.advance(700).await;
    let releases = client.releases(APP).await;
    assert_eq!((releases[0]["status"].as_str(), releases[0]["current"].as_bool()), (Some("failed"), Some(false)));
    assert_eq!(releases[0]["eligible_for_rollback"], false);
    assert_eq!((releases[1]["version"].as_u64(), releases[1]["current"].as_bool()), (before, Some(true)));
    assert_eq!(client.releases("storefront-staging").await[0]["status"], "succeeded");
    let (_, workflow) = newest_pipeline(&client).await;
    assert_eq!(status(&client, &workflow).await, "failed");
}

#[tokio::test]
async fn failing_tests_stop_the_release() {
    let client = start(Scenario::FailingTests).await;
    let before = client.releases(APP).await.len();
    let pull = client.ready_pull().await;
    let number = pull["number"].as_u64().expect("a number");
    let refused = client.github(Method::PUT, &format!("/repos/acme/storefront/pulls/{number}/merge"), Some(json!({}))).await;
    assert_eq!(refused.status(), 405, "the newest looks ready and is refused");
    let service = client.service("storefront").await;
    let ready = service["pull_requests"].as_array().expect("pulls").iter().find(|p| p["merge_state"] == "CLEAN").cloned().expect("another");
    client.world(json!({"merge": {"service": "storefront", "number": ready["number"]}})).await;
    client.advance(270).await;
    let (_, workflow) = newest_pipeline(&client).await;
    assert_eq!(status(&client, &workflow).await, "failed");
    let (_, jobs) = client.circle(Method::GET, &format!("/api/v2/workflow/{workflow}/job"), None).await;
    let release = jobs["items"].as_array().expect("jobs").iter().find(|j| j["name"] == "release").cloned();
    assert_eq!(release.expect("a release job")["status"], "not_run");
    assert_eq!(client.releases(APP).await.len(), before);
    assert_eq!(client.circle(Method::POST, &format!("/api/v2/workflow/{workflow}/rerun"), Some(json!({"from_failed": true}))).await.0, 202);
}
