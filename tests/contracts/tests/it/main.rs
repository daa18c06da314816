//! Requests of the adapters and answers of the sandbox, checked against the vendors' contracts.

mod misspelled;
mod operations;
mod surface_actions;
mod surface_circleci;
mod surface_github;
mod surface_heroku;

use std::sync::LazyLock;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use slipway_contracts::{Contracts, Exchange, Recorder, Vendor};
use slipway_sandbox::{Options, Sandbox, Scenario, ServiceInfo};

pub static CONTRACTS: LazyLock<Contracts> = LazyLock::new(|| {
    let contracts = Contracts::load().expect("the contracts that are here can be read");
    contracts.missing().iter().for_each(|missing| println!("{missing}"));
    contracts
});

/// A sandbox behind the recorder.
pub struct Fixture {
    pub sandbox: Sandbox,
    pub recorder: Recorder,
    http: reqwest::Client,
}

impl Fixture {
    pub async fn set(scenario: Scenario, speed: f64) -> Self {
        let sandbox = Sandbox::start(Options { speed, scenario, ..Options::default() }).await.expect("the sandbox starts");
        let vendors =
            [(Vendor::Github, sandbox.github_url()), (Vendor::Circleci, sandbox.circleci_url()), (Vendor::Heroku, sandbox.heroku_url())];
        let recorder = Recorder::before(&vendors).await.expect("the recorder starts");
        let http = reqwest::Client::builder().user_agent("slipway-contracts").no_proxy().redirect(reqwest::redirect::Policy::none());
        Self { sandbox, recorder, http: http.build().expect("a client") }
    }

    pub fn service(&self) -> ServiceInfo {
        self.sandbox.services()[0].clone()
    }

    pub fn production(&self) -> String {
        self.service().environments.into_iter().find(|e| e.name == "production").expect("production").app
    }

    pub fn request(&self, vendor: Vendor, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.recorder.url(vendor)));
        match vendor {
            Vendor::Github => request.bearer_auth(self.sandbox.github_token()),
            Vendor::Circleci => request.bearer_auth(self.sandbox.circleci_token()),
            Vendor::Heroku => request.bearer_auth(self.sandbox.heroku_token()).header("Accept", "application/vnd.heroku+json; version=3"),
        }
    }

    /// The status and the JSON of an answer; null where it has no body.
    pub async fn ask(&self, vendor: Vendor, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = self.request(vendor, method, path);
        let request = if let Some(body) = body { request.json(&body) } else { request };
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or_default())
    }

    pub async fn get(&self, vendor: Vendor, path: &str) -> Value {
        let (status, value) = self.ask(vendor, Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {value}");
        value
    }

    /// As [`Fixture::ask`], with the expected status.
    pub async fn meets(&self, status: u16, vendor: Vendor, method: Method, path: &str, body: Option<Value>) -> Value {
        let (met, value) = self.ask(vendor, method.clone(), path, body).await;
        assert_eq!(met, status, "{method} {path}: {value}");
        value
    }

    pub async fn world(&self, verbs: Value) -> Value {
        let request =
            self.http.post(format!("{}/world", self.sandbox.control_url())).bearer_auth(self.sandbox.control_token()).json(&verbs);
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{verbs}: {}", answer.text().await.unwrap_or_default());
        answer.json().await.expect("JSON")
    }

    pub async fn truth(&self) -> Value {
        let request = self.http.get(format!("{}/truth", self.sandbox.control_url())).bearer_auth(self.sandbox.control_token());
        request.send().await.expect("an answer").json().await.expect("JSON")
    }

    pub async fn advance(&self, seconds: u32) {
        self.world(json!({ "advance": seconds })).await;
    }

    /// Checks that every exchange follows its contract, and returns the exchanges.
    pub fn settle(&self) -> Vec<Exchange> {
        let taken = self.recorder.taken();
        assert!(!taken.is_empty(), "nothing passed the recorder");
        keeps_to_contract(&taken);
        taken
    }
}

pub fn keeps_to_contract(exchanges: &[Exchange]) {
    let violations = CONTRACTS.report(exchanges);
    assert!(violations.is_empty(), "{} violations in {} exchanges:\n{}", violations.len(), exchanges.len(), violations.join("\n"));
}
