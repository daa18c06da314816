use reqwest::{Method, header};
use serde_json::{Value, json};
use slipway_sandbox::Scenario;

use crate::start;

const APP: &str = "storefront-production";

#[tokio::test]
async fn releases_come_in_ranges() {
    let client = start(Scenario::Healthy).await;
    let path = format!("/apps/{APP}/releases");
    let first = client.heroku(Method::GET, &path, None, Some("version ..; max=5, order=desc")).await;
    assert_eq!(first.status(), 206);
    let next = first.headers()["next-range"].to_str().expect("text").to_owned();
    let one: Vec<Value> = first.json().await.expect("JSON");
    let two: Vec<Value> = client.heroku(Method::GET, &path, None, Some(&next)).await.json().await.expect("JSON");
    assert_eq!(one[4]["version"].as_u64(), two[0]["version"].as_u64().map(|v| v + 1), "{next}");
    let whole = client.heroku(Method::GET, &path, None, Some("version ..; max=1000")).await;
    assert_eq!(whole.status(), 200);
    let whole: Vec<Value> = whole.json().await.expect("JSON");
    assert!(whole[0]["version"].as_u64() < whole[1]["version"].as_u64(), "ascending by itself");
    let bad = client.heroku(Method::GET, &path, None, Some("colour ..; max=5")).await;
    assert_eq!(bad.status(), 416);
    let live = one.iter().find(|r| r["current"] == true).expect("one is live");
    assert_eq!((live["status"].as_str(), live["eligible_for_rollback"].as_bool()), (Some("succeeded"), Some(true)));
}

#[tokio::test]
async fn the_past_has_what_a_past_has() {
    let client = start(Scenario::Healthy).await;
    let path = format!("/truth/releases?app={APP}");
    let releases = client.control(Method::GET, &path, None).await;
    let releases = releases.as_array().expect("releases");
    let some = |f: &dyn Fn(&Value) -> bool| releases.iter().any(f);
    assert!(releases.len() > 35, "{}", releases.len());
    assert!(some(&|r| r["description"].as_str().is_some_and(|d| d.starts_with("Set ") && d.contains("config var"))));
    assert!(some(&|r| r["description"].as_str().is_some_and(|d| d.starts_with("Rollback to v"))));
    assert!(some(&|r| r["status"] == "failed"));
    let (status, insights) = client.circle(Method::GET, "/api/v2/insights/gh/acme/storefront/workflows/build-release/jobs", None).await;
    let job = insights["items"].as_array().expect("jobs").iter().find(|j| j["name"] == "integration").cloned().expect("integration");
    assert!(status == 200 && job["metrics"]["duration_metrics"]["median"].as_u64() > Some(300), "{job}");
}

#[tokio::test]
async fn the_door_is_kept_as_heroku_keeps_it() {
    let client = start(Scenario::Healthy).await;
    let url = format!("{}/account", client.sandbox.heroku_url());
    let plain = client.http().get(&url).bearer_auth(client.sandbox.heroku_token()).send().await.expect("an answer");
    assert_eq!(plain.status(), 406);
    let accept = "application/vnd.heroku+json; version=3.sdk";
    let anonymous = client.http().get(&url).header(header::ACCEPT, accept).send().await.expect("an answer");
    assert_eq!(anonymous.status(), 401);
    assert_eq!(anonymous.json::<Value>().await.expect("JSON")["id"], "unauthorized");
    let basic = client.http().get(&url).header(header::ACCEPT, accept).basic_auth("", Some(client.sandbox.heroku_token()));
    let basic = basic.send().await.expect("an answer");
    assert_eq!(basic.status(), 200);
    let tag = basic.headers()["etag"].clone();
    assert!(basic.headers().contains_key("ratelimit-remaining") && basic.headers().contains_key("request-id"));
    let request = client.http().get(&url).header(header::ACCEPT, accept).bearer_auth(client.sandbox.heroku_token());
    assert_eq!(request.header(header::IF_NONE_MATCH, tag).send().await.expect("an answer").status(), 304);
}

#[tokio::test]
async fn config_is_a_release_and_a_rollback_takes_it_back() {
    let client = start(Scenario::Healthy).await;
    let live = client.releases(APP).await[0].clone();
    let before: Value = client.heroku(Method::GET, &format!("/apps/{APP}/config-vars"), None, None).await.json().await.expect("JSON");
    client.world(json!({"set_config": {"app": APP, "vars": {"NEW_NAME": "s3cret", "LOG_LEVEL": "debug"}}})).await;
    client.advance(60).await;
    let set = client.releases(APP).await[0].clone();
    assert_eq!(set["description"], "Set NEW_NAME, LOG_LEVEL config vars");
    assert_eq!(set["slug"], live["slug"]);
    let truth = client.control(Method::GET, &format!("/truth/rollback?app={APP}&to=v{}", live["version"]), None).await;
    assert_eq!((&truth["config"], &truth["pull_requests"]), (&json!(["LOG_LEVEL", "NEW_NAME"]), &json!([])));
    let answer = client.heroku(Method::POST, &format!("/apps/{APP}/releases"), Some(json!({"release": live["id"]})), None).await;
    assert_eq!(answer.status(), 201);
    client.advance(60).await;
    let after: Value = client.heroku(Method::GET, &format!("/apps/{APP}/config-vars"), None, None).await.json().await.expect("JSON");
    assert_eq!(before, after);
    let of_release: Value = client
        .heroku(Method::GET, &format!("/apps/{APP}/releases/{}/config-vars", set["version"]), None, None)
        .await
        .json()
        .await
        .expect("JSON");
    assert_eq!(of_release["NEW_NAME"], "s3cret");
}

#[tokio::test]
async fn apps_and_pipelines_come_in_ranges_and_know_of_each_other() {
    let client = start(Scenario::Healthy).await;
    let (mut names, mut range) = (Vec::new(), Some("name ..; max=5".to_owned()));
    while let Some(asked) = range {
        let page = client.heroku(Method::GET, "/apps", None, Some(&asked)).await;
        range = page.headers().get("next-range").map(|next| next.to_str().expect("text").to_owned());
        let page: Vec<Value> = page.json().await.expect("JSON");
        names.extend(page.iter().map(|app| app["name"].as_str().expect("a name").to_owned()));
    }
    assert!(names.len() == 12 && names.is_sorted(), "{names:?}");
    let pipelines: Vec<Value> = client.heroku(Method::GET, "/pipelines", None, None).await.json().await.expect("JSON");
    let couplings: Vec<Value> = client.heroku(Method::GET, "/pipeline-couplings", None, None).await.json().await.expect("JSON");
    let app: Value = client.heroku(Method::GET, &format!("/apps/{APP}"), None, None).await.json().await.expect("JSON");
    let coupling = couplings.iter().find(|c| c["app"]["id"] == app["id"]).expect("production is coupled");
    let pipeline = pipelines.iter().find(|p| p["id"] == coupling["pipeline"]["id"]).expect("its pipeline");
    assert_eq!((coupling["stage"].as_str(), pipeline["name"].as_str()), (Some("production"), Some("storefront")));
    let of_app: Value =
        client.heroku(Method::GET, &format!("/apps/{APP}/pipeline-couplings"), None, None).await.json().await.expect("JSON");
    assert_eq!(&of_app, coupling);
    let outside = client.heroku(Method::GET, "/apps/storefront-production-build/pipeline-couplings", None, None).await;
    assert_eq!(outside.status(), 404, "a build app is in no pipeline");
}
