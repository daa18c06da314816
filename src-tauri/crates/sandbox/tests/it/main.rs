//! The sandbox over real HTTP, as its clients see it. Time is moved with `advance` instead of waiting.

mod access_control;
mod answer_faults;
mod circleci;
mod control;
mod faults;
mod github;
mod healthy;
mod heroku;
mod interference;
mod main_job;
mod other_clients;
mod schema;
mod seeds;
mod setups;
mod world;
mod world_behaviour;

use reqwest::{Method, Response};
use serde_json::{Value, json};
use slipway_sandbox::{Options, Sandbox, Scenario};

pub struct Client {
    pub sandbox: Sandbox,
    http: reqwest::Client,
}

pub async fn start(scenario: Scenario) -> Client {
    start_with(Options { scenario, speed: 1.0, ..Options::default() }).await
}

pub async fn start_with(options: Options) -> Client {
    let sandbox = Sandbox::start(options).await.expect("the sandbox starts");
    let http = reqwest::Client::builder().user_agent("slipway-test").no_proxy().build().expect("a client");
    Client { sandbox, http }
}

impl Client {
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    pub async fn github(&self, method: Method, path: &str, body: Option<Value>) -> Response {
        let request = self.http.request(method, format!("{}{path}", self.sandbox.github_url()));
        let request = request.bearer_auth(self.sandbox.github_token());
        let request = if let Some(body) = body { request.json(&body) } else { request };
        request.send().await.expect("an answer")
    }

    pub async fn graphql(&self, query: &str, variables: Value) -> Value {
        let body = json!({"query": query, "variables": variables});
        let response = self.github(Method::POST, "/graphql", Some(body)).await;
        assert_eq!(response.status(), 200);
        response.json().await.expect("JSON")
    }

    pub async fn circle(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = self.http.request(method, format!("{}{path}", self.sandbox.circleci_url()));
        let request = request.header("Circle-Token", self.sandbox.circleci_token());
        let request = if let Some(body) = body { request.json(&body) } else { request };
        let response = request.send().await.expect("an answer");
        (response.status().as_u16(), response.json().await.expect("JSON"))
    }

    pub async fn heroku(&self, method: Method, path: &str, body: Option<Value>, range: Option<&str>) -> Response {
        let request = self.http.request(method, format!("{}{path}", self.sandbox.heroku_url()));
        let mut request = request.bearer_auth(self.sandbox.heroku_token()).header("Accept", "application/vnd.heroku+json; version=3");
        if let Some(range) = range {
            request = request.header("Range", range);
        }
        let request = if let Some(body) = body { request.json(&body) } else { request };
        request.send().await.expect("an answer")
    }

    pub async fn releases(&self, app: &str) -> Vec<Value> {
        let page = self.heroku(Method::GET, &format!("/apps/{app}/releases"), None, Some("version ..; max=20, order=desc")).await;
        page.json().await.expect("JSON")
    }

    pub async fn control(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let request = self.http.request(method, format!("{}{path}", self.sandbox.control_url())).bearer_auth(self.sandbox.control_token());
        let request = if let Some(body) = body { request.json(&body) } else { request };
        let response = request.send().await.expect("an answer");
        assert!(response.status().is_success(), "{path}: {}", response.text().await.unwrap_or_default());
        response.json().await.expect("JSON")
    }

    pub async fn world(&self, verbs: Value) -> Value {
        self.control(Method::POST, "/world", Some(verbs)).await
    }

    pub async fn advance(&self, seconds: u32) {
        self.world(json!({"advance": seconds})).await;
    }

    pub async fn truth(&self) -> Value {
        self.control(Method::GET, "/truth", None).await
    }

    /// The service in the truth.
    pub async fn service(&self, name: &str) -> Value {
        let truth = self.truth().await;
        let services = truth["world"]["services"].as_array().expect("services").clone();
        services.into_iter().find(|s| s["name"] == name).expect("the service")
    }

    /// A pull request of `storefront` that can be merged now.
    pub async fn ready_pull(&self) -> Value {
        let service = self.service("storefront").await;
        let pulls = service["pull_requests"].as_array().expect("pulls").clone();
        pulls.into_iter().rfind(|p| p["merge_state"] == "CLEAN").expect("one is ready")
    }

    /// Received and applied mutations of a kind.
    pub async fn mutations(&self, kind: &str) -> (u64, u64) {
        let truth = self.truth().await;
        let rows = truth["mutations"].as_array().expect("rows").clone();
        let of_kind = rows.iter().filter(|m| m["kind"] == kind);
        of_kind.fold((0, 0), |(r, a), m| (r + m["received"].as_u64().unwrap_or(0), a + m["applied"].as_u64().unwrap_or(0)))
    }
}
