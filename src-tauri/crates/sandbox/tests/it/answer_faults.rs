//! Faults that change valid answers, lead to another host, or are chosen by chance.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use slipway_sandbox::{Options, Sandbox, Scenario};

use crate::{Client, start};

async fn rule(client: &Client, rule: Value) {
    client.control(Method::DELETE, "/faults", None).await;
    client.control(Method::POST, "/faults", Some(rule)).await;
}

/// A client that does not follow redirects.
fn plain() -> reqwest::Client {
    reqwest::Client::builder()
        .user_agent("slipway-test")
        .no_proxy()
        .no_gzip()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client")
}

async fn get(client: &Client, path: &str) -> reqwest::Response {
    let request = plain().get(format!("{}{path}", client.sandbox.github_url()));
    request.bearer_auth(client.sandbox.github_token()).send().await.expect("an answer")
}

const PULLS: &str = "query Pulls($after: String) { rateLimit { resetAt } repository(owner: \"acme\", name: \"storefront\") {
    pullRequests(states: OPEN, first: 3, after: $after) { pageInfo { hasNextPage endCursor }
        nodes { number title mergeable mergeStateStatus statusCheckRollup { state } } } } }";

#[tokio::test]
async fn bad_rules_are_refused_with_what_is_wrong() {
    let client = start(Scenario::Healthy).await;
    let url = format!("{}/faults", client.sandbox.control_url());
    let table = [
        (json!({"kind": "hng"}), "no kind \"hng\"; there are status, "),
        (json!({"vendor": "github"}), "\"kind\" is missing"),
        (json!({"kind": "latency"}), "missing field `ms`"),
        (json!({"kind": "latency", "ms": "soon"}), "invalid type: string \"soon\""),
        (json!({"kind": "truncate", "ms": 1}), "\"truncate\" does not take \"ms\"; it takes nothing"),
        (json!({"kind": "html", "vendor": "gitub"}), "\"vendor\" is one of github, circleci, circleci_logs, heroku, not \"gitub\""),
        (json!({"kind": "html", "count": -1}), "\"count\" must be a whole number, not -1"),
        (json!({"kind": "html", "probability": 1.5}), "\"probability\" must be a number from 0 to 1, not 1.5"),
        (json!({"kind": "status", "code": 99}), "\"code\" must be from 100 to 599, not 99"),
        (json!({"kind": "status", "code": 500, "headers": {"a b": "c"}}), "\"a b\" cannot be a header"),
        (json!({"kind": "redirect", "to": "there"}), "\"to\" is \"same\", \"other\" or a URL"),
        (json!({"kind": "partial", "paths": []}), "\"paths\" must name at least one place"),
        (json!([{"kind": "html"}, {"kind": "htm"}]), "rule 2: no kind \"htm\""),
        (json!({"rules": {"kind": "html"}}), "\"rules\" must be a list"),
        (json!("html"), "an object is expected, not \"html\""),
    ];
    for (rule, wanted) in table {
        let answer = client.http().post(&url).bearer_auth(client.sandbox.control_token()).json(&rule).send().await.expect("an answer");
        assert_eq!(answer.status(), 400, "{rule}");
        let why = answer.json::<Value>().await.expect("JSON")["error"].as_str().unwrap_or_default().to_owned();
        assert!(why.contains(wanted), "{rule}: {why}");
    }
    let broken = client.http().post(&url).bearer_auth(client.sandbox.control_token()).body("{\"kind\":").send().await.expect("an answer");
    assert_eq!(broken.status(), 400);
    assert!(broken.text().await.expect("text").contains("not JSON: EOF"));
    let none = client.control(Method::GET, "/faults", None).await;
    assert_eq!(none["rules"], json!([]), "a list with one bad rule adds none");
}

#[tokio::test]
async fn one_rule_is_taken_away_and_a_listing_may_be_posted_again() {
    let client = start(Scenario::Healthy).await;
    let rules = json!([{"kind": "unauthorized", "path": "/user"}, {"kind": "latency", "ms": 1, "calls": "writes", "seed": 4}]);
    let ids = client.control(Method::POST, "/faults", Some(rules)).await["ids"].clone();
    assert_eq!(get(&client, "/user").await.status(), 401);
    let listed = client.control(Method::GET, "/faults", None).await;
    client.control(Method::DELETE, &format!("/faults/{}", ids[0]), None).await;
    assert_eq!(get(&client, "/user").await.status(), 200);
    client.control(Method::DELETE, "/faults", None).await;
    client.control(Method::POST, "/faults", Some(listed)).await;
    assert_eq!(get(&client, "/user").await.status(), 401);
    let file = std::env::temp_dir().join(format!("slipway-bad-faults-{}.json", std::process::id()));
    std::fs::write(&file, r#"{"kind": "hng"}"#).expect("a file");
    let refused = Sandbox::start(Options { faults: Some(file.clone()), ..Options::default() }).await.err().expect("refused");
    assert!(refused.to_string().contains("rule 1: no kind \"hng\""), "{refused}");
    std::fs::remove_file(file).expect("it was there");
}

#[tokio::test]
async fn chance_is_seeded() {
    let client = start(Scenario::Healthy).await;
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        rule(&client, json!({"path": "/user", "kind": "status", "code": 503, "probability": 0.5, "seed": seed})).await;
        let mut run = Vec::new();
        for _ in 0..24 {
            run.push(get(&client, "/user").await.status() == StatusCode::SERVICE_UNAVAILABLE);
        }
        runs.push(run);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
    assert!(runs[0].contains(&true) && runs[0].contains(&false));
}

#[tokio::test]
async fn words_become_new_values_null_and_parts_go_missing() {
    let client = start(Scenario::Healthy).await;
    let right = client.graphql(PULLS, json!({})).await;
    let nodes = |answer: &Value| answer["data"]["repository"]["pullRequests"]["nodes"].as_array().expect("nodes").clone();
    rule(&client, json!({"vendor": "github", "kind": "unknown_values"})).await;
    let strange = client.graphql(PULLS, json!({})).await;
    assert!(nodes(&strange).iter().all(|n| n["mergeable"] == "BRAND_NEW" && n["mergeStateStatus"] == "BRAND_NEW"), "{strange}");
    assert_eq!(nodes(&strange)[0]["title"], nodes(&right)[0]["title"]);
    rule(&client, json!({"vendor": "heroku", "kind": "unknown_values"})).await;
    assert!(client.releases("storefront-production").await.iter().all(|r| r["status"] == "brand_new"));
    rule(&client, json!({"kind": "nulls", "fields": ["mergeable"]})).await;
    let strange = client.graphql(PULLS, json!({})).await;
    assert!(nodes(&strange).iter().all(|n| n["mergeable"].is_null() && !n["title"].is_null()));
    rule(&client, json!({"kind": "nulls", "share": 1.0})).await;
    assert_eq!(client.graphql(PULLS, json!({})).await, json!({"data": {"rateLimit": null, "repository": null}}));
    rule(&client, json!({"kind": "partial", "paths": ["repository.pullRequests.nodes.*.statusCheckRollup", "rateLimit"]})).await;
    let strange = client.graphql(PULLS, json!({})).await;
    assert!(nodes(&strange).iter().all(|n| n["statusCheckRollup"].is_null() && !n["mergeable"].is_null()));
    let errors = strange["errors"].as_array().expect("errors");
    assert_eq!(errors.last().expect("one")["path"], json!(["rateLimit"]));
    assert_eq!(errors[0]["path"], json!(["repository", "pullRequests", "nodes", 0, "statusCheckRollup"]));
}

#[tokio::test]
async fn pages_go_in_circles_or_lead_to_another_host() {
    let client = start(Scenario::Healthy).await;
    rule(&client, json!({"kind": "pagination_loop"})).await;
    let answer = client.graphql(PULLS, json!({})).await;
    let page = answer["data"]["repository"]["pullRequests"]["pageInfo"].clone();
    let again = client.graphql(PULLS, json!({"after": page["endCursor"]})).await;
    assert_eq!((&page["hasNextPage"], &again["data"]["repository"]["pullRequests"]["pageInfo"]), (&json!(true), &page));
    let pulls = get(&client, "/repos/acme/storefront/pulls?per_page=2").await;
    let here = format!("<{}/repos/acme/storefront/pulls?per_page=2>; rel=\"next\"", client.sandbox.github_url());
    assert_eq!(pulls.headers()["link"].to_str().ok(), Some(here.as_str()));
    let range = "version ..; max=5, order=desc";
    let releases = client.heroku(Method::GET, "/apps/storefront-production/releases", None, Some(range)).await;
    assert_eq!((releases.status().as_u16(), releases.headers()["next-range"].to_str().ok()), (206, Some(range)));
    let (_, pipelines) = client.circle(Method::GET, "/api/v2/project/gh/acme/storefront/pipeline", None).await;
    let token = pipelines["next_page_token"].as_str().expect("a token").to_owned();
    let (_, next) = client.circle(Method::GET, &format!("/api/v2/project/gh/acme/storefront/pipeline?page-token={token}"), None).await;
    assert_eq!(pipelines, next);

    rule(&client, json!({"kind": "pagination_foreign"})).await;
    let pulls = get(&client, "/repos/acme/storefront/pulls").await;
    let link = pulls.headers()["link"].to_str().expect("text").to_owned();
    assert!(link.starts_with(&format!("<{}/repos", client.sandbox.elsewhere_url())), "{link}");
}

#[tokio::test]
async fn redirects_lead_back_or_to_a_host_that_tells_what_it_got() {
    let client = start(Scenario::Healthy).await;
    rule(&client, json!({"path": "/user", "count": 1, "kind": "redirect", "code": 301, "to": "same"})).await;
    let moved = get(&client, "/user").await;
    let location = moved.headers()["location"].to_str().expect("text").to_owned();
    assert_eq!((moved.status().as_u16(), location.as_str()), (301, format!("{}/user?redirected=1", client.sandbox.github_url()).as_str()));
    assert_eq!(get(&client, "/user?redirected=1").await.status(), 200);
    rule(&client, json!({"path": "/user", "kind": "redirect", "code": 307})).await;
    let led = get(&client, "/user").await.headers()["location"].to_str().expect("text").to_owned();
    assert_eq!(client.truth().await["requests"]["elsewhere"], Value::Null);
    plain().put(led).bearer_auth("secret").body("{}").send().await.expect("an answer");
    let truth = client.truth().await;
    assert_eq!(truth["requests"]["elsewhere"]["total"], 1);
    assert_eq!(truth["violations"][0]["what"], "authorization was sent to another host");
}

#[tokio::test]
async fn budgets_are_empty_and_clocks_are_off() {
    let client = start(Scenario::Healthy).await;
    rule(&client, json!([{"kind": "exhausted", "reset_in": 120}, {"kind": "clock_skew", "seconds": 3600}])).await;
    let refused = get(&client, "/user").await;
    let number = |r: &reqwest::Response, name: &str| r.headers()[name].to_str().ok().and_then(|v| v.parse::<i64>().ok()).expect("a number");
    let now = jiff::Timestamp::now().as_second();
    assert_eq!((refused.status().as_u16(), number(&refused, "x-ratelimit-remaining")), (403, 0));
    assert!((number(&refused, "x-ratelimit-reset") - now - 3720).abs() <= 2);
    let date = refused.headers()["date"].to_str().expect("text").to_owned();
    let said = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(&date).expect("a date").as_second();
    assert!((said - now - 3600).abs() <= 2, "{date}");
    assert_eq!(client.graphql(PULLS, json!({})).await["errors"][0]["type"], "RATE_LIMITED");
    assert_eq!(client.heroku(Method::GET, "/apps", None, None).await.status(), 429);
    rule(&client, json!({"kind": "exhausted", "refuse": false})).await;
    let last = get(&client, "/user").await;
    assert_eq!((last.status().as_u16(), number(&last, "x-ratelimit-remaining")), (200, 0));
    rule(&client, json!({"kind": "clock_skew", "seconds": -3600})).await;
    let reset = client.graphql(PULLS, json!({})).await["data"]["rateLimit"]["resetAt"].clone();
    let reset: jiff::Timestamp = reset.as_str().expect("text").parse().expect("a time");
    assert!((reset.as_second() - now).abs() <= 5, "an hour's window told by a clock that is an hour late");
}

#[tokio::test]
async fn reads_lag_behind_what_anybody_did() {
    let client = start(Scenario::Healthy).await;
    let number = client.world(json!({"open_pull": {"service": "storefront"}})).await["open_pull"]["pull_request"].clone();
    let path = format!("/repos/acme/storefront/pulls/{number}");
    let before: Value = get(&client, &path).await.json().await.expect("JSON");
    rule(&client, json!({"vendor": "github", "method": "GET", "kind": "lag", "seconds": 60})).await;
    client.world(json!({"push": {"service": "storefront", "number": number}})).await;
    let read: Value = get(&client, &path).await.json().await.expect("JSON");
    assert_eq!(read["head"]["sha"], before["head"]["sha"], "a push elsewhere is not seen yet");
    client.control(Method::DELETE, "/faults", None).await;
    let read: Value = get(&client, &path).await.json().await.expect("JSON");
    assert_ne!(read["head"]["sha"], before["head"]["sha"]);
}

#[tokio::test]
async fn a_502_may_hide_that_it_was_done_and_bodies_may_be_huge() {
    let client = start(Scenario::Healthy).await;
    rule(&client, json!({"calls": "writes", "kind": "status_after", "code": 502})).await;
    let number = client.ready_pull().await["number"].clone();
    let put = client.github(Method::PUT, &format!("/repos/acme/storefront/pulls/{number}/merge"), Some(json!({}))).await;
    assert_eq!(put.status(), 502);
    assert_eq!(client.mutations("merge").await, (1, 1));
    rule(&client, json!({"path": "/user", "kind": "huge_body", "megabytes": 3})).await;
    let huge = get(&client, "/user").await.bytes().await.expect("a body");
    assert!(huge.len() > 3 << 20 && serde_json::from_slice::<Value>(&huge).is_ok());
    rule(&client, json!({"path": "/user", "kind": "bomb", "megabytes": 20, "lines": false})).await;
    let packed = plain().get(format!("{}/user", client.sandbox.github_url())).bearer_auth(client.sandbox.github_token());
    let packed = packed.header("accept-encoding", "identity").send().await.expect("an answer");
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    let length: usize = packed.headers()["content-length"].to_str().ok().and_then(|v| v.parse().ok()).expect("a length");
    assert!(length < 300_000, "{length} bytes on the wire");
}
