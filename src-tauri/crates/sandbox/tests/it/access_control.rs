//! Refused clients: web pages, requests for other host names, and other users on the control port.

use reqwest::Method;
use reqwest::header::{HOST, ORIGIN};
use serde_json::{Value, json};
use slipway_sandbox::{Options, Scenario};

use crate::{Client, start, start_with};

fn ports(client: &Client) -> [(&'static str, String); 6] {
    let sandbox = &client.sandbox;
    let vendors = [("github", sandbox.github_url()), ("circleci", sandbox.circleci_url()), ("logs", sandbox.circleci_logs_url())];
    let others = [("heroku", sandbox.heroku_url()), ("elsewhere", sandbox.elsewhere_url()), ("control", sandbox.control_url())];
    [vendors, others].concat().try_into().map(|all: [(&'static str, &str); 6]| all.map(|(name, url)| (name, url.to_owned()))).expect("six")
}

async fn status(client: &Client, method: Method, url: &str, headers: &[(&'static str, &str)]) -> u16 {
    let request = client.http().request(method, url).bearer_auth(client.sandbox.control_token());
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn a_web_page_is_refused_at_every_port() {
    let client = start(Scenario::Healthy).await;
    for (name, url) in ports(&client) {
        for origin in ["https://evil.example", "null", "http://localhost:3000", ""] {
            for method in [Method::GET, Method::POST, Method::OPTIONS] {
                let met = status(&client, method.clone(), &format!("{url}/truth"), &[(ORIGIN.as_str(), origin)]).await;
                assert_eq!(met, 403, "{name} {method} {origin:?}");
            }
        }
    }
    assert_eq!(client.truth().await["requests"], json!({}), "what is refused has not come in");
    let health = format!("{}/health/storefront-production", client.sandbox.control_url());
    assert_eq!(status(&client, Method::GET, &health, &[(ORIGIN.as_str(), "https://evil.example")]).await, 403);
}

#[tokio::test]
async fn only_names_of_this_machine_are_answered() {
    let client = start_with(Options { allow_hosts: vec!["sandbox.test".into()], ..Options::default() }).await;
    for (name, url) in ports(&client) {
        for host in ["evil.example", "evil.example:80", "10.0.0.1", "localhost.evil.example", "169.254.169.254"] {
            assert_eq!(status(&client, Method::GET, &format!("{url}/truth"), &[(HOST.as_str(), host)]).await, 403, "{name} {host}");
        }
        for host in ["127.0.0.1", "localhost:99", "github.localhost", "[::1]:80", "sandbox.test", "SANDBOX.test:8080"] {
            assert_ne!(status(&client, Method::GET, &format!("{url}/truth"), &[(HOST.as_str(), host)]).await, 403, "{name} {host}");
        }
    }
}

#[tokio::test]
async fn the_control_port_wants_its_secret_and_health_does_not() {
    let (client, other) = (start(Scenario::Healthy).await, start(Scenario::Healthy).await);
    let control = client.sandbox.control_url().to_owned();
    let banner = client.sandbox.banner();
    assert_eq!(banner["control"], json!({"url": control, "token": client.sandbox.control_token()}));
    let secret = banner["control"]["token"].as_str().expect("a secret");
    assert!(secret.len() > 60 && secret != other.sandbox.control_token(), "every sandbox has its own: {secret}");
    let calls = [
        (Method::GET, "/truth"),
        (Method::DELETE, "/truth"),
        (Method::GET, "/truth/releases?app=storefront-production"),
        (Method::GET, "/faults"),
        (Method::POST, "/faults"),
        (Method::DELETE, "/faults"),
        (Method::POST, "/world"),
        (Method::POST, "/health/storefront-production"),
        (Method::GET, "/nothing"),
    ];
    for (method, path) in calls {
        let ask = || client.http().request(method.clone(), format!("{control}{path}")).body(r#"{"kind": "swallow"}"#);
        for request in
            [ask(), ask().bearer_auth("wrong"), ask().bearer_auth(client.sandbox.github_token()), ask().basic_auth(secret, Some(""))]
        {
            assert_eq!(request.send().await.expect("an answer").status(), 401, "{method} {path}");
        }
    }
    let rules: Value = client.control(Method::GET, "/faults", None).await;
    assert_eq!(rules["rules"], json!([]));
    let health = client.http().get(format!("{control}/health/storefront-production"));
    assert_eq!(health.send().await.expect("an answer").status(), 200);
}
