//! Other people who act at one exact point of a command, gateways that deliver late, and how the truth reports each
//! change.

use reqwest::Method;
use serde_json::{Value, json};
use slipway_sandbox::Scenario;

use crate::{Client, start};

const APP: &str = "storefront-production";

async fn rule(client: &Client, rule: Value) {
    client.control(Method::POST, "/faults", Some(rule)).await;
}

async fn changes(client: &Client) -> Vec<Value> {
    client.truth().await["changes"].as_array().expect("a list").clone()
}

async fn current(client: &Client) -> Value {
    client.service("storefront").await["environments"].as_array().expect("environments").iter().find(|e| e["app"] == APP).expect("it")["current"]
        .clone()
}

async fn roll_back(client: &Client, to: &Value) -> u16 {
    client.heroku(Method::POST, &format!("/apps/{APP}/releases"), Some(json!({"release": to})), None).await.status().as_u16()
}

/// A succeeded release with other code than the live one.
async fn earlier(client: &Client) -> Value {
    let truth = client.control(Method::GET, &format!("/truth/rollback?app={APP}"), None).await;
    let releases = client.control(Method::GET, &format!("/truth/releases?app={APP}"), None).await;
    releases.as_array().expect("releases").iter().find(|r| r["version"] == truth["to"]).expect("the target")["id"].clone()
}

#[tokio::test]
async fn another_person_acts_right_before_the_request() {
    let client = start(Scenario::Healthy).await;
    let live = current(&client).await;
    let set = json!({"set_config": {"app": APP, "vars": {"LIMIT": "3"}}});
    rule(&client, json!({"vendor": "heroku", "calls": "writes", "count": 1, "kind": "act_before", "verbs": set})).await;
    assert_eq!(roll_back(&client, &earlier(&client).await).await, 422, "a release is in progress");
    let [theirs, ours] = changes(&client).await.try_into().expect("two changes");
    // Our request was received first, and found what they had done.
    let (theirs, ours) = if theirs["who"] == "amara-okafor" { (theirs, ours) } else { (ours, theirs) };
    assert_eq!(
        (&theirs["kind"], &theirs["token"], &ours["kind"], &ours["token"]),
        (&json!("config"), &json!(null), &json!("rollback"), &json!(0))
    );
    assert_eq!(theirs["before"]["newest"]["id"], live["id"]);
    assert_eq!(theirs["made"]["version"], live["version"].as_u64().expect("a version") + 1);
    assert_eq!(ours["before"]["newest"]["id"], theirs["made"]["id"]);
    assert_eq!((&ours["applied_at"], &ours["made"]), (&json!(null), &json!({})), "it was refused");
    let rules = client.control(Method::GET, "/faults", None).await;
    assert_eq!(rules["rules"][0]["done"][0]["set_config"]["id"], theirs["made"]["id"]);
    assert_eq!(client.mutations("config").await, (0, 0), "the counts are of what the vendors were asked for");
}

#[tokio::test]
async fn another_person_acts_right_after_the_request() {
    let client = start(Scenario::Healthy).await;
    let cancel = json!([{"advance": 60}, {"rollback": {"app": APP, "to": current(&client).await["id"], "by": "joost-v"}}]);
    rule(&client, json!({"vendor": "heroku", "calls": "writes", "kind": "act_after", "verbs": cancel})).await;
    assert_eq!(roll_back(&client, &earlier(&client).await).await, 201);
    let [ours, theirs] = changes(&client).await.try_into().expect("two changes");
    assert_eq!((&ours["token"], &theirs["token"], &theirs["who"]), (&json!(0), &json!(null), &json!("joost-v")));
    assert_eq!(theirs["before"]["current"]["id"], ours["made"]["id"]);
    assert_eq!(theirs["made"]["version"], ours["made"]["version"].as_u64().expect("a version") + 1);
}

#[tokio::test]
async fn between_two_reads_is_a_place_too() {
    let client = start(Scenario::Healthy).await;
    let verbs = json!({"set_config": {"app": APP, "vars": {"LIMIT": "3"}}});
    let path = format!("/apps/{APP}/releases");
    rule(&client, json!({"path": path, "calls": "reads", "after": 1, "count": 1, "kind": "act_before", "verbs": verbs})).await;
    let before = client.releases(APP).await[0]["id"].clone();
    let after = client.releases(APP).await[0]["id"].clone();
    assert_ne!(before, after);
    assert_eq!(changes(&client).await[0]["made"]["id"], after);
    assert_eq!(client.releases(APP).await[0]["id"], after, "once");
}

#[tokio::test]
async fn what_nobody_can_do_is_told_by_the_rule() {
    let client = start(Scenario::Healthy).await;
    rule(&client, json!({"path": "/account", "kind": "act_before", "verbs": {"rollback": {"app": "nowhere", "to": "v1"}}})).await;
    assert_eq!(client.heroku(Method::GET, "/account", None, None).await.status(), 200);
    let rules = client.control(Method::GET, "/faults", None).await;
    assert_eq!(rules["rules"][0]["done"], json!([{"error": "no app \"nowhere\""}]));
    assert_eq!(changes(&client).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_gateway_delivers_late() {
    let client = start(Scenario::Healthy).await;
    for (answer, status) in [("timeout", Some(504)), ("reset", None)] {
        client.control(Method::DELETE, "/truth", None).await;
        client.control(Method::DELETE, "/faults", None).await;
        rule(&client, json!({"method": "PUT", "count": 1, "kind": "deliver_late", "seconds": 100, "answer": answer})).await;
        let number = client.world(json!({"open_pull": {"service": "storefront"}})).await["open_pull"]["pull_request"].clone();
        let url = format!("{}/repos/acme/storefront/pulls/{number}/merge", client.sandbox.github_url());
        let put = client.http().put(url).bearer_auth(client.sandbox.github_token()).json(&json!({})).send().await;
        assert_eq!(put.ok().map(|answer| answer.status().as_u16()), status, "{answer}");
        client.advance(90).await;
        assert_eq!(client.mutations("merge").await, (1, 0), "{answer}: the gateway has it, the vendor has not");
        assert_eq!(changes(&client).await[0]["applied_at"], json!(null));
        client.advance(20).await;
        assert_eq!(client.mutations("merge").await, (1, 1), "{answer}");
        let change = changes(&client).await[0].clone();
        assert_eq!(change["target"], format!("acme/storefront#{number}"));
        assert!(change["applied_at"].is_string() && change["made"]["sha"].is_string(), "{change}");
    }
}

/// Every command of another person, with its name in the truth.
#[tokio::test]
async fn whatever_slipway_does_somebody_else_can_do() {
    let client = start(Scenario::Healthy).await;
    let open = client.world(json!({"open_pull": {"service": "storefront"}})).await["open_pull"]["pull_request"].clone();
    let waits = client.world(json!({"open_pull": {"service": "storefront", "ready": false}})).await["open_pull"]["pull_request"].clone();
    let merged = client.service("storefront").await["main"]
        .as_array()
        .expect("main")
        .iter()
        .find(|c| c["pull_request"].is_u64())
        .expect("one")["pull_request"]
        .clone();
    let on = |number: &Value| json!({"service": "storefront", "number": number});
    let mut off = on(&waits);
    off["on"] = json!(false);
    client.world(json!({"repository": {"service": "storefront", "auto_merge": true}, "advance": 5})).await;
    client.world(json!([{"auto_merge": on(&waits)}, {"auto_merge": off}, {"behind": on(&waits)}, {"update_branch": on(&waits)}])).await;
    client.world(json!([{"merge": on(&open)}, {"revert": on(&merged)}])).await;
    client.world(json!({"repository": {"service": "storefront", "merge_queue": "squash"}})).await;
    let queued = client.world(json!({"open_pull": {"service": "storefront"}})).await["open_pull"]["pull_request"].clone();
    client.world(json!([{"advance": 5}, {"enqueue": on(&queued)}, {"dequeue": on(&queued)}])).await;
    let pipeline = client.service("storefront").await["pipelines"][0]["number"].clone();
    client.world(json!([{"cancel": on(&pipeline)}, {"rerun": on(&pipeline)}])).await;
    client
        .world(json!([{"release": {"app": APP}}, {"advance": 60}, {"promote": {"from": "storefront-staging", "to": APP}}, {"advance": 5}]))
        .await;
    let changes = changes(&client).await;
    let kinds: Vec<&str> = changes.iter().filter_map(|change| change["kind"].as_str()).collect();
    let wanted = "enable_auto_merge disable_auto_merge update_branch merge revert enqueue dequeue cancel rerun release promote";
    assert_eq!(kinds.join(" "), wanted);
    assert!(changes.iter().all(|change| change["token"].is_null() && change["who"] == "amara-okafor" && change["before"].is_object()));
    let made = |kind: &str| &changes.iter().find(|change| change["kind"] == kind).expect("it is there")["made"];
    assert!(
        made("revert")["pull_request"].is_u64()
            && made("rerun")["workflow_id"].is_string()
            && made("update_branch")["head_sha"].is_string()
    );
    assert_eq!(made("promote")["releases"][0]["app"], APP);
    assert_eq!(made("promote")["releases"][0]["version"], made("release")["version"].as_u64().expect("a version") + 1);
}
