//! Behaviour of the world that only other programs use.

use reqwest::Method;
use serde_json::{Value, json};
use slipway_sandbox::Scenario;

use crate::other_clients::REPO;
use crate::start;

#[tokio::test]
async fn nobody_approves_their_own() {
    let client = start(Scenario::Busy).await;
    for service in ["storefront", "billing"] {
        let (_, pulls) = client.at_github(Method::GET, &format!("/repos/acme/{service}/pulls?state=all&per_page=100"), None).await;
        for pull in pulls.as_array().expect("pulls") {
            let (_, reviews) =
                client.at_github(Method::GET, &format!("/repos/acme/{service}/pulls/{}/reviews", pull["number"]), None).await;
            let own = reviews.as_array().expect("reviews").iter().filter(|r| r["user"]["login"] == pull["user"]["login"]);
            assert_eq!(own.count(), 0, "{service} #{}", pull["number"]);
            let asked = pull["requested_reviewers"].as_array().expect("reviewers").iter();
            assert!(asked.clone().all(|user| user["login"] != pull["user"]["login"]), "{service} #{}", pull["number"]);
        }
    }
    let open = json!({"open_pull": {"service": "storefront", "title": "Mine", "login": "robinhale"}});
    let opened = client.world(open).await;
    let path = format!("{REPO}/pulls/{}/reviews", opened["open_pull"]["pull_request"]);
    let (status, refused) = client.at_github(Method::POST, &path, Some(json!({"event": "APPROVE"}))).await;
    assert_eq!((status, &refused["errors"]), (422, &json!(["Can not approve your own pull request"])));
    let (status, _) = client.at_github(Method::POST, &path, Some(json!({"event": "COMMENT", "body": "Done."}))).await;
    assert_eq!(status, 200);
    let other = client.world(json!({"open_pull": {"service": "storefront", "title": "Theirs"}})).await;
    let path = format!("{REPO}/pulls/{}/reviews", other["open_pull"]["pull_request"]);
    let (status, review) = client.at_github(Method::POST, &path, Some(json!({"event": "APPROVE"}))).await;
    assert_eq!((status, &review["state"], &review["user"]["login"]), (200, &json!("APPROVED"), &json!("robinhale")));
}

#[tokio::test]
async fn numbers_follow_when_they_were_opened() {
    for scenario in Scenario::ALL {
        let client = start(scenario).await;
        let services: Vec<String> = client.sandbox.services().iter().map(|s| s.repo.clone()).collect();
        for repo in services {
            let mut opened: Vec<(u64, String)> = Vec::new();
            for page in 1.. {
                let path = format!("/repos/{repo}/pulls?state=all&per_page=100&page={page}");
                let (_, pulls) = client.at_github(Method::GET, &path, None).await;
                let pulls = pulls.as_array().expect("pulls").clone();
                let text = |pull: &Value| pull["created_at"].as_str().expect("a stamp").to_owned();
                opened.extend(pulls.iter().map(|pull| (pull["number"].as_u64().expect("a number"), text(pull))));
                if pulls.len() < 100 {
                    break;
                }
            }
            opened.sort();
            assert!(opened.is_sorted_by(|one, next| one.1 <= next.1), "{scenario} {repo}: {opened:?}");
        }
    }
}

#[tokio::test]
async fn a_job_that_does_not_exist_cannot_fail() {
    let client = start(Scenario::SideBySide).await;
    let refused = client.refused(json!({"fail_next": {"service": "storefront", "job": "no-such"}})).await;
    assert!(refused.contains("no job \"no-such\"") && refused.contains("integration"), "{refused}");
    assert!(client.refused(json!({"fail_next": {"service": "storefront", "job": "analyze"}})).await.contains("no job"));
    for job in ["lint", "analyze", "release"] {
        client.world(json!({"fail_next": {"service": "checkout-api", "job": job}})).await;
    }
    client.world(json!({"workflows": {"service": "storefront", "also": ["docs"]}})).await;
    client.world(json!({"holds": {"service": "storefront", "names": ["approve-production"]}})).await;
    for job in ["docs-job", "release-production", "unit-1"] {
        client.world(json!({"fail_next": {"service": "storefront", "job": job}})).await;
    }
}

#[tokio::test]
async fn a_service_has_the_files_and_the_runs_of_its_own_ci() {
    let client = start(Scenario::SideBySide).await;
    for (service, ci) in [("storefront", ".circleci"), ("checkout-api", ".github"), ("search-indexer", ".github")] {
        let (_, files) = client.at_github(Method::GET, &format!("/repos/acme/{service}/contents"), None).await;
        let names: Vec<&str> = files.as_array().expect("files").iter().filter_map(|file| file["name"].as_str()).collect();
        let of_ci: Vec<&&str> = names.iter().filter(|name| [".circleci", ".github"].contains(*name)).collect();
        assert!(of_ci == [&ci] && names.contains(&"Procfile") && names.contains(&"README.md"), "{service}: {names:?}");
        let (circleci, token) = (client.sandbox.circleci_url(), client.sandbox.circleci_token());
        let (status, _) = client.asks(circleci, token, Method::GET, &format!("/api/v2/project/gh/acme/{service}/pipeline"), None).await;
        assert_eq!(status == 200, ci == ".circleci", "{service}");
        let (_, workflows) = client.at_github(Method::GET, &format!("/repos/acme/{service}/actions/workflows"), None).await;
        let (_, runs) = client.at_github(Method::GET, &format!("/repos/acme/{service}/actions/runs"), None).await;
        assert_eq!((workflows["total_count"] == 3, runs["total_count"] != 0), (ci == ".github", ci == ".github"), "{service}");
        for workflow in workflows["workflows"].as_array().expect("workflows") {
            let path = workflow["path"].as_str().expect("a path");
            let (status, _) = client.at_github(Method::GET, &format!("/repos/acme/{service}/contents/{path}"), None).await;
            assert_eq!(status, 200, "{path}");
        }
    }
}

#[tokio::test]
async fn what_changed_is_told_as_text() {
    let client = start(Scenario::Healthy).await;
    let number = client.ready_pull().await["number"].clone();
    let (github, token) = (client.sandbox.github_url(), client.sandbox.github_token());
    let read = async |path: &str, accept: &str| {
        client.asks_with(github, token, Method::GET, path, None, &[("Accept", accept)]).await.1.as_str().map(str::to_owned)
    };
    let pull = format!("{REPO}/pulls/{number}");
    let (_, files) = client.at_github(Method::GET, &format!("{pull}/files"), None).await;
    for accept in ["application/vnd.github.diff", "application/vnd.github.v3.diff; charset=utf-8", "application/vnd.github.v3.diff, */*"] {
        let text = read(&pull, accept).await.expect("text");
        let heads = text.lines().filter(|line| line.starts_with("diff --git ")).count();
        assert_eq!(Some(heads), files.as_array().map(Vec::len), "{accept}");
        let added = text.lines().filter(|line| line.starts_with('+') && !line.starts_with("+++")).count() as u64;
        let counted: u64 = files.as_array().expect("files").iter().filter_map(|file| file["additions"].as_u64()).sum();
        assert_eq!(added, counted, "{accept}");
    }
    assert!(read(&pull, "application/vnd.github.patch").await.expect("text").starts_with("From "));
    let head = client.at_github(Method::GET, &pull, None).await.1["head"]["sha"].as_str().expect("a head").to_owned();
    assert_eq!(read(&format!("{REPO}/commits/{head}"), "application/vnd.github.sha").await, Some(head.clone()));
    assert!(read(&format!("{REPO}/compare/main...{head}"), "application/vnd.github.diff").await.expect("text").starts_with("diff --git"));
    assert!(read(&pull, "application/vnd.github+json").await.is_none(), "JSON is asked for");
}

#[tokio::test]
async fn one_job_runs_again_with_what_needs_it() {
    let client = start(Scenario::SideBySide).await;
    let runs = "/repos/acme/checkout-api/actions/workflows/release.yml/runs?status=success";
    let id = client.at_github(Method::GET, runs, None).await.1["workflow_runs"][0]["id"].to_string();
    let own = format!("/repos/acme/checkout-api/actions/runs/{id}");
    let jobs = client.at_github(Method::GET, &format!("{own}/jobs"), None).await.1["jobs"].as_array().expect("jobs").clone();
    let lint = jobs.iter().find(|job| job["name"] == "lint").expect("lint")["id"].to_string();
    let again = format!("/repos/acme/checkout-api/actions/jobs/{lint}/rerun");
    assert_eq!(client.at_github(Method::POST, &again, None).await.0, 201);
    assert_eq!(client.at_github(Method::POST, &again, None).await.0, 403, "it runs");
    client.advance(900).await;
    let run = client.at_github(Method::GET, &own, None).await.1;
    assert_eq!((&run["run_attempt"], &run["conclusion"]), (&json!(2), &json!("success")));
    let latest = client.at_github(Method::GET, &format!("{own}/attempts/2/jobs"), None).await.1;
    let mut names: Vec<&str> = latest["jobs"].as_array().expect("jobs").iter().filter_map(|job| job["name"].as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["lint", "release"]);
    assert_eq!(client.mutations("rerun").await, (2, 1));
    assert_eq!(client.at_github(Method::POST, "/repos/acme/checkout-api/actions/jobs/1/rerun", None).await.0, 404);
}

#[tokio::test]
async fn heroku_finds_by_id_and_by_name() {
    let client = start(Scenario::Healthy).await;
    let (_, apps) = client.at_heroku(Method::GET, "/apps", None).await;
    let ids: Vec<&Value> = apps.as_array().expect("apps").iter().take(3).map(|app| &app["id"]).collect();
    let (status, found) = client.at_heroku(Method::POST, "/filters/apps", Some(json!({"in": {"id": ids}}))).await;
    let mut names: Vec<&str> = found.as_array().expect("apps").iter().filter_map(|app| app["id"].as_str()).collect();
    let mut wanted: Vec<&str> = ids.iter().filter_map(|id| id.as_str()).collect();
    names.sort_unstable();
    wanted.sort_unstable();
    assert_eq!((status, names), (200, wanted));
    for (query, count) in [("?eq[name]=storefront", 1), ("?eq%5Bname%5D=storefront", 1), ("?eq[name]=no-such", 0), ("", 3)] {
        let (_, pipelines) = client.at_heroku(Method::GET, &format!("/pipelines{query}"), None).await;
        assert_eq!(pipelines.as_array().map(Vec::len), Some(count), "{query}");
    }
    let truth = client.truth().await;
    assert_eq!(truth["changes"], json!([]), "to filter changes nothing");
    client.world(json!({"token": {"vendor": "heroku", "scopes": ["read"]}})).await;
    assert_eq!(client.at_heroku(Method::POST, "/filters/apps", Some(json!({"in": {"id": []}}))).await.0, 200);
}
