use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use slipway_sandbox::Scenario;

use crate::start;

#[tokio::test]
async fn files_are_the_same_by_graphql_and_by_rest() {
    let client = start(Scenario::SetUps).await;
    let query = r#"{ repository(owner: "acme", name: "kiosk") {
        tree: object(expression: "HEAD:.circleci") { __typename ... on Tree { entries { name type object { ... on Blob { text byteSize isTruncated } } } } }
        none: object(expression: "HEAD:.github/workflows") { __typename }
        elsewhere: object(expression: "no-such-branch:README.md") { __typename }
        commit: object(expression: "HEAD") { __typename } } }"#;
    let answer = client.graphql(query, json!({})).await;
    let found = &answer["data"]["repository"];
    assert_eq!(
        (&found["none"], &found["elsewhere"], &found["commit"]["__typename"]),
        (&Value::Null, &Value::Null, &json!("Commit")),
        "{answer}"
    );
    let entry = &found["tree"]["entries"][0];
    assert_eq!((&found["tree"]["__typename"], &entry["name"], &entry["type"]), (&json!("Tree"), &json!("config.yml"), &json!("blob")));
    let text = entry["object"]["text"].as_str().expect("text");
    assert!(text.contains("acme-kiosk") && entry["object"]["byteSize"] == text.len());

    let file: Value = client.github(Method::GET, "/repos/acme/kiosk/contents/.circleci/config.yml", None).await.json().await.expect("JSON");
    let encoded: String = file["content"].as_str().expect("content").split_whitespace().collect();
    assert_eq!(STANDARD.decode(encoded).expect("base64"), text.as_bytes());
    let root: Value = client.github(Method::GET, "/repos/acme/kiosk/contents/", None).await.json().await.expect("JSON");
    let kinds: Vec<(&str, &str)> =
        root.as_array().expect("a list").iter().map(|e| (e["name"].as_str().unwrap_or(""), e["type"].as_str().unwrap_or(""))).collect();
    assert_eq!(kinds, [(".circleci", "dir"), ("README.md", "file")]);
    assert_eq!(client.github(Method::GET, "/repos/acme/kiosk/contents/no-such", None).await.status(), 404);
}

#[tokio::test]
async fn repositories_are_listed_most_recently_pushed_first() {
    let client = start(Scenario::SetUps).await;
    let query =
        "query($after: String) { viewer { login repositories(first: 5, after: $after, orderBy: {field: PUSHED_AT, direction: DESC}) {
        totalCount pageInfo { hasNextPage endCursor } nodes { nameWithOwner pushedAt isPrivate isArchived } } } }";
    let (mut after, mut names, mut pushed) = (Value::Null, Vec::new(), Vec::new());
    loop {
        let answer = client.graphql(query, json!({"after": after})).await;
        let page = &answer["data"]["viewer"]["repositories"];
        for node in page["nodes"].as_array().expect("nodes") {
            names.push(node["nameWithOwner"].as_str().unwrap_or("").to_owned());
            pushed.push(node["pushedAt"].as_str().unwrap_or("").to_owned());
        }
        if page["pageInfo"]["hasNextPage"] == false {
            assert_eq!(page["totalCount"], names.len());
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert!(pushed.is_sorted_by(|a, b| a >= b), "{pushed:?}");
    for name in ["storefront", "kiosk", "bookings", "loyalty", "handbook", "payments", "style-guide", "storefront-blog"] {
        assert!(names.contains(&format!("acme/{name}")), "{name}");
    }
}

#[tokio::test]
async fn what_was_planted_runs_what_it_should() {
    let client = start(Scenario::SetUps).await;
    let slug = |releases: &[Value]| releases[0]["slug"]["id"].clone();
    let (staging, production) = (client.releases("still-lake-1177").await, client.releases("fierce-canyon-4821").await);
    assert_eq!(slug(&staging), slug(&production), "promoted");
    assert!(production[0]["description"].as_str().is_some_and(|d| d.starts_with("Promote still-lake-1177 v")));
    assert_eq!((&production[0]["status"], &production[0]["current"]), (&json!("succeeded"), &json!(true)));
    let builds = client.heroku(Method::GET, "/apps/fierce-canyon-4821/builds", None, None).await;
    assert_eq!(builds.json::<Value>().await.expect("JSON"), json!([]), "nothing is built on production");
    for (project, status) in [("kiosk", 200), ("payments", 200), ("handbook", 404), ("loyalty", 404)] {
        assert_eq!(client.circle(Method::GET, &format!("/api/v2/project/gh/acme/{project}"), None).await.0, status, "{project}");
    }
}
