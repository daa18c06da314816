//! Seeded services differ from each other, are the same for the same seed, and each has an expected rollback.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use slipway_sandbox::{Options, Scenario};

use crate::{start, start_with};

#[tokio::test]
async fn twenty_targets_differ_and_the_oracle_knows_each() {
    let client = start(Scenario::Healthy).await;
    let made = client.world(json!({"generate_targets": {"seed": 1, "count": 20}})).await;
    let targets = made["generate_targets"]["targets"].as_array().expect("targets").clone();
    assert_eq!(targets.len(), 20);
    let (mut truths, mut crossed) = (BTreeSet::new(), [0; 3]);
    for target in &targets {
        let app = target["app"].as_str().expect("an app");
        let truth = client.control(Method::GET, &format!("/truth/rollback?app={app}"), None).await;
        for (n, key) in ["pull_requests", "migrations", "config"].into_iter().enumerate() {
            crossed[n] += usize::from(truth[key].as_array().is_some_and(|v| !v.is_empty()));
        }
        // What the vendors report agrees with the expected rollback.
        let service = client.service(target["service"].as_str().expect("a service")).await;
        let releases = client.control(Method::GET, &format!("/truth/releases?app={app}"), None).await;
        let commit = |version: &Value| {
            let release = releases.as_array().expect("releases").iter().find(|r| r["version"] == *version).cloned().expect("a release");
            release["commit"].as_str().expect("a commit").to_owned()
        };
        let path =
            format!("/repos/{}/compare/{}...{}", service["repo"].as_str().expect("a repo"), commit(&truth["to"]), commit(&truth["from"]));
        let compare: Value = client.github(Method::GET, &path, None).await.json().await.expect("JSON");
        let migrations: BTreeSet<&str> = compare["files"]
            .as_array()
            .expect("files")
            .iter()
            .filter_map(|f| f["filename"].as_str())
            .filter(|f| f.starts_with("db/migrate/"))
            .collect();
        let told: BTreeSet<&str> = truth["migrations"].as_array().expect("migrations").iter().filter_map(Value::as_str).collect();
        assert_eq!(migrations, told, "{app}");
        let mut pulls = BTreeSet::new();
        for commit in compare["commits"].as_array().expect("commits") {
            let path =
                format!("/repos/{}/commits/{}/pulls", service["repo"].as_str().expect("a repo"), commit["sha"].as_str().expect("a sha"));
            let of_commit: Vec<Value> = client.github(Method::GET, &path, None).await.json().await.expect("JSON");
            pulls.extend(of_commit.iter().filter_map(|p| p["number"].as_u64()));
        }
        assert_eq!(json!(pulls), truth["pull_requests"], "{app}");
        let mut configs: Vec<Value> = Vec::new();
        for version in [&truth["from"], &truth["to"]] {
            let path = format!("/apps/{app}/releases/{version}/config-vars");
            configs.push(client.heroku(Method::GET, &path, None, None).await.json().await.expect("JSON"));
        }
        let names: BTreeSet<&String> = configs.iter().filter_map(Value::as_object).flat_map(|c| c.keys()).collect();
        let differ: Vec<&String> = names.into_iter().filter(|n| configs[0][*n] != configs[1][*n]).collect();
        assert_eq!(json!(differ), truth["config"], "{app}");
        truths.insert(truth.to_string());
    }
    assert!(truths.len() == 20 && crossed.iter().all(|n| *n >= 3), "{crossed:?}");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_world() {
    let mut mains = Vec::new();
    for seed in [7, 7, 8] {
        let client = start_with(Options { seed, ..Options::default() }).await;
        mains.push(client.service("storefront").await["main"][0]["sha"].clone());
    }
    assert!(mains[0] == mains[1] && mains[0] != mains[2]);
}
