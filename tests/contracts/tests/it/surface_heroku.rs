//! All calls of Heroku that the sandbox answers, including refusals.

use reqwest::Method;
use serde_json::{Value, json};
use slipway_contracts::Vendor::Heroku;
use slipway_sandbox::Scenario;

use crate::Fixture;

#[tokio::test]
async fn reads() {
    let stage = Fixture::set(Scenario::Healthy, 60.0).await;
    for path in ["/account", "/account/rate-limits", "/apps", "/users/~/apps", "/pipelines", "/pipeline-couplings", "/teams/acme"] {
        stage.get(Heroku, path).await;
    }
    let environments = stage.service().environments;
    for app in environments.iter().flat_map(|e| [&e.app, &e.build_app]) {
        let app = format!("/apps/{app}");
        for below in ["", "/releases", "/config-vars", "/dynos", "/formation", "/builds", "/addons", "/collaborators"] {
            stage.get(Heroku, &format!("{app}{below}")).await;
        }
        // 404 for an app that is in no pipeline.
        stage.ask(Heroku, Method::GET, &format!("{app}/pipeline-couplings"), None).await;
        let releases = stage.get(Heroku, &format!("{app}/releases")).await;
        for release in releases.as_array().expect("a list").iter().step_by(9) {
            let id = release["id"].as_str().expect("an id");
            stage.get(Heroku, &format!("{app}/releases/{id}")).await;
            stage.get(Heroku, &format!("{app}/releases/{id}/config-vars")).await;
            if let Some(slug) = release["slug"]["id"].as_str() {
                stage.get(Heroku, &format!("{app}/slugs/{slug}")).await;
            }
        }
        let dynos = stage.get(Heroku, &format!("{app}/dynos")).await;
        if let Some(name) = dynos[0]["name"].as_str() {
            stage.get(Heroku, &format!("{app}/dynos/{name}")).await;
        }
        let builds = stage.get(Heroku, &format!("{app}/builds")).await;
        if let Some(id) = builds[0]["id"].as_str() {
            stage.get(Heroku, &format!("{app}/builds/{id}")).await;
        }
    }
    let pipelines = stage.get(Heroku, "/pipelines").await;
    for pipeline in pipelines.as_array().expect("a list") {
        let pipeline = format!("/pipelines/{}", pipeline["id"].as_str().expect("an id"));
        for below in ["", "/pipeline-couplings", "/latest-releases"] {
            stage.get(Heroku, &format!("{pipeline}{below}")).await;
        }
    }
    let ids: Vec<Value> = stage.get(Heroku, "/apps").await.as_array().expect("apps").iter().map(|app| app["id"].clone()).collect();
    let found = stage.meets(200, Heroku, Method::POST, "/filters/apps", Some(json!({ "in": { "id": ids } }))).await;
    assert_eq!(found.as_array().map(Vec::len), Some(ids.len()));
    let range = stage.request(Heroku, Method::GET, &format!("/apps/{}/releases", stage.production()));
    let page = range.header("Range", "version ..; max=5, order=desc").send().await.expect("an answer");
    assert_eq!(page.status(), 206);
    stage.settle();
}

#[tokio::test]
async fn changes_and_refusals() {
    let stage = Fixture::set(Scenario::Healthy, 60.0).await;
    let app = format!("/apps/{}", stage.production());
    let releases = stage.get(Heroku, &format!("{app}/releases")).await;
    let eligible = releases
        .as_array()
        .expect("a list")
        .iter()
        .rev()
        .skip(1)
        .find(|r| r["eligible_for_rollback"] == true && r["slug"]["id"].is_string());
    let eligible = eligible.expect("one can be rolled back to");
    stage.meets(201, Heroku, Method::POST, &format!("{app}/releases"), Some(json!({ "release": eligible["id"] }))).await;
    let copy = json!({ "slug": eligible["slug"]["id"], "description": "The same code" });
    stage.meets(201, Heroku, Method::POST, &format!("{app}/releases"), Some(copy)).await;
    stage.meets(200, Heroku, Method::PATCH, &format!("{app}/config-vars"), Some(json!({ "PLAIN": "1", "GONE": null }))).await;
    stage.meets(200, Heroku, Method::PATCH, &app, Some(json!({ "maintenance": true }))).await;
    stage.meets(202, Heroku, Method::DELETE, &format!("{app}/dynos"), None).await;
    let nothing = "00000000-0000-4000-8000-000000000000";
    stage.meets(404, Heroku, Method::POST, &format!("{app}/releases"), Some(json!({ "release": nothing }))).await;
    for path in
        ["/apps/no-such".to_owned(), format!("{app}/releases/{nothing}"), format!("{app}/slugs/{nothing}"), format!("{app}/dynos/web.99")]
    {
        stage.meets(404, Heroku, Method::GET, &path, None).await;
    }
    let nobody =
        stage.http.get(format!("{}/account", stage.recorder.url(Heroku))).header("Accept", "application/vnd.heroku+json; version=3");
    assert_eq!(nobody.send().await.expect("an answer").status(), 401);
    stage.settle();
}
