//! Scenarios, history from a repository, and a large world.

use std::time::Instant;

use reqwest::Method;
use serde_json::{Value, json};
use slipway_sandbox::{Options, Scenario};

use crate::{start, start_with};

#[tokio::test]
async fn the_banner_is_as_documented() {
    let client = start(Scenario::Healthy).await;
    let banner = client.sandbox.banner();
    for vendor in ["github", "circleci", "heroku"] {
        assert!(banner[vendor]["url"].as_str().is_some_and(|u| u.starts_with("http://127.0.0.1:")));
        assert!(banner[vendor]["token"].is_string());
    }
    let service = &banner["services"][0];
    assert_eq!(
        (&service["name"], &service["repo"], &service["ci"]),
        (&json!("storefront"), &json!("acme/storefront"), &json!("circleci:gh/acme/storefront"))
    );
    assert_eq!(
        service["environments"][1],
        json!({"name": "production", "app": "storefront-production", "build_app": "storefront-production-build"})
    );
}

#[tokio::test]
async fn nothing_is_in_flight_when_quiet_and_stamps_are_past() {
    let client = start(Scenario::Quiet).await;
    let truth = client.truth().await;
    let now = truth["world"]["now"].as_str().expect("a stamp").to_owned();
    for service in truth["world"]["services"].as_array().expect("services") {
        for pipeline in service["pipelines"].as_array().expect("pipelines") {
            let status = pipeline["workflows"][0]["status"].as_str().expect("a status");
            assert!(["success", "failed"].contains(&status), "{}: {status}", service["name"]);
        }
        assert!(service["pipelines"].as_array().map(Vec::len) >= Some(25), "enough runs to estimate from");
        for environment in service["environments"].as_array().expect("environments") {
            assert!(environment["current"]["created_at"].as_str() < Some(now.as_str()));
            assert_eq!(environment["current"]["commit"], service["main"][0]["sha"], "{}", environment["app"]);
        }
    }
}

#[tokio::test]
async fn an_incident_is_down_and_crosses_everything() {
    let client = start(Scenario::Incident).await;
    assert!(crate::main_job::dynos(&client).await.contains(&"crashed".to_owned()));
    let health = client.http().get(&client.sandbox.services()[0].environments[1].health_url).send().await.expect("an answer");
    assert_eq!(health.status(), 503);
    let truth = client.control(Method::GET, "/truth/rollback?app=storefront-production", None).await;
    assert_eq!(truth["pull_requests"].as_array().map(Vec::len), Some(2), "{truth}");
    assert_eq!(truth["migrations"].as_array().map(Vec::len), Some(1), "{truth}");
    assert_eq!(truth["config"], json!(["PAYMENT_TIMEOUT", "STOCK_HOLD_SECONDS"]));
    let to = json!({"app": "storefront-production", "to": format!("v{}", truth["to"])});
    client.world(json!({"rollback": to})).await;
    client.advance(90).await;
    assert!(!crate::main_job::dynos(&client).await.contains(&"crashed".to_owned()), "the default target is a good one");
}

#[tokio::test]
async fn a_busy_world_stays_quick() {
    let begun = Instant::now();
    let client = start(Scenario::Busy).await;
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    let truth = client.truth().await;
    let services = truth["world"]["services"].as_array().expect("services");
    let open = |s: &Value| s["pull_requests"].as_array().expect("pulls").iter().filter(|p| p["state"] == "open").count();
    assert_eq!((services.len(), services.iter().map(open).sum::<usize>()), (20, 300));
    let live = client.releases("storefront-production").await[0].clone();
    assert_eq!(live["version"], 10_000);
    let begun = Instant::now();
    for _ in 0..10 {
        client.releases("storefront-production").await;
    }
    assert!(begun.elapsed().as_millis() < 3000, "{:?}", begun.elapsed());
    let pulls: Vec<Value> = client.github(Method::GET, "/repos/acme/storefront/pulls", None).await.json().await.expect("JSON");
    assert!(pulls.iter().any(|p| p["title"].as_str().is_some_and(|t| t.contains("<script>"))));
    assert!(pulls.iter().any(|p| p["title"].as_str().is_some_and(|t| t.chars().count() == 300)));
}

#[tokio::test]
async fn a_real_history_becomes_main() {
    let root = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let git = |args: &[&str]| {
        let output = std::process::Command::new("git").arg("-C").arg(&root).args(args).output().expect("git runs");
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    };
    if git(&["rev-parse", "HEAD"]).is_empty() {
        println!("skipped: not in a git repository");
        return;
    }
    // Another commit may be made while the sandbox reads.
    let history = Some(root.ancestors().nth(3).expect("the repository").to_path_buf());
    let client = start_with(Options { history, ..Options::default() }).await;
    let name = client.sandbox.services()[0].name.clone();
    let service = client.service(&name).await;
    let tip = service["main"][0]["sha"].as_str().expect("a sha").to_owned();
    assert_eq!(service["main"][0]["title"].as_str(), Some(git(&["log", "-1", "--format=%s", &tip]).as_str()));
    assert_eq!(service["main"][0]["author"].as_str(), Some(git(&["log", "-1", "--format=%an", &tip]).as_str()));
    let committed = git(&["log", "-1", "--format=%ct", &tip]).parse::<i64>().expect("seconds");
    let stamp = service["main"][0]["committed_at"].as_str().expect("a stamp").to_owned();
    assert!(stamp.ends_with('Z') && committed > 0);
    assert_eq!(service["environments"][1]["current"]["commit"].as_str(), Some(tip.as_str()), "main is live");
    assert!(service["pipelines"].as_array().is_some_and(|p| !p.is_empty()));
}

#[tokio::test]
async fn subjects_of_a_history_name_pull_requests() {
    let folder = std::env::temp_dir().join(format!("slipway-history-{}", std::process::id())).join("Café Shop");
    std::fs::create_dir_all(folder.join("db/migrate")).expect("a folder");
    let git = |args: &[&str], day: u32| {
        let date = format!("2025-03-{day:02}T10:00:00+00:00");
        let output = std::process::Command::new("git")
            .arg("-C")
            .arg(&folder)
            .args(["-c", "user.name=Zoë 木村", "-c", "user.email=zoe@example.org", "-c", "commit.gpgsign=false"])
            .args(args)
            .envs([("GIT_AUTHOR_DATE", &date), ("GIT_COMMITTER_DATE", &date)])
            .output()
            .expect("git runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let write = |path: &str| std::fs::write(folder.join(path), path).expect("a file");
    git(&["init", "-q", "-b", "main"], 1);
    write("a");
    git(&["add", "."], 1);
    git(&["commit", "-qm", "Begin"], 1);
    write("db/migrate/20250302_b.rb");
    git(&["add", "."], 2);
    git(&["commit", "-qm", "Add b <script> 🚀 (#12)"], 2);
    git(&["checkout", "-qb", "side"], 3);
    write("c");
    git(&["add", "."], 3);
    git(&["commit", "-qm", "Work on c"], 3);
    git(&["checkout", "-q", "main"], 4);
    git(&["merge", "-q", "--no-ff", "-m", "Merge pull request #13 from zoe/side\n\nBring c", "side"], 4);
    let client = start_with(Options { history: Some(folder.clone()), ..Options::default() }).await;
    let banner = client.sandbox.banner();
    let name = banner["services"][0]["name"].as_str().expect("a name").to_owned();
    let service = client.service(&name).await;
    let main: Vec<(&str, &Value)> =
        service["main"].as_array().expect("main").iter().map(|c| (c["title"].as_str().expect("a title"), &c["pull_request"])).collect();
    assert_eq!(main[0], ("Merge pull request #13 from zoe/side", &json!(13)));
    assert_eq!(main[1], ("Work on c", &json!(13)));
    assert_eq!(main[2], ("Add b <script> 🚀 (#12)", &json!(12)));
    assert_eq!(main[3], ("Begin", &Value::Null));
    assert_eq!((&service["main"][3]["author"], &service["main"][3]["committed_at"]), (&json!("Zoë 木村"), &json!("2025-03-01T10:00:00Z")));
    let merged: Vec<(u64, &str)> = service["pull_requests"]
        .as_array()
        .expect("pulls")
        .iter()
        .filter(|p| p["state"] == "merged")
        .map(|p| (p["number"].as_u64().expect("a number"), p["title"].as_str().expect("a title")))
        .collect();
    assert_eq!(merged, [(12, "Add b <script> 🚀"), (13, "Bring c")]);
    let app = service["environments"][1]["app"].as_str().expect("an app").to_owned();
    let releases = client.control(Method::GET, &format!("/truth/releases?app={app}"), None).await;
    let first = releases.as_array().expect("releases").last().expect("one")["version"].clone();
    let truth = client.control(Method::GET, &format!("/truth/rollback?app={app}&to=v{first}"), None).await;
    assert_eq!((&truth["pull_requests"], &truth["migrations"]), (&json!([12, 13]), &json!(["db/migrate/20250302_b.rb"])));
    std::fs::remove_dir_all(folder.parent().expect("a parent")).expect("it was there");
}
