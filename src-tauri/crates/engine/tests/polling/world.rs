//! An engine on a sandbox, with a clock that stands until it is moved.

use serde_json::{Value, json};
use slipway_domain::service::{CiProject, EnvironmentConfig, Service, default_migration_paths};
use slipway_domain::snapshot::ServiceState;
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use slipway_engine::ports::{Clock, NoSecrets};
use slipway_engine::{Engine, NewAccount, NewToken, Options};
use slipway_sandbox::{Sandbox, Scenario};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

pub(crate) struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> Time {
        Time(jiff::Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap())
    }
}

pub(crate) struct World {
    pub sandbox: Sandbox,
    pub engine: Engine,
    _folder: tempfile::TempDir,
    hands: Arc<Hands>,
    http: reqwest::Client,
}

impl World {
    /// Nothing is connected yet.
    pub(crate) async fn start(scenario: Scenario, polling: bool) -> Self {
        let options = slipway_sandbox::Options { scenario, ..slipway_sandbox::Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let hands = Arc::new(Hands(AtomicI64::new(jiff::Timestamp::now().as_millisecond())));
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(&sandbox, folder.path(), Arc::clone(&hands), polling).await;
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let accounts = [
            (VendorId::new("github"), sandbox.github_url()),
            (VendorId::new("circleci"), sandbox.circleci_url()),
            (VendorId::new("heroku"), sandbox.heroku_url()),
        ];
        for (kind, url) in accounts {
            let account = NewAccount { provider: kind, url: Some(url.to_owned()), token: NewToken::None, another: false, read_only: false };
            engine.add_account(account).await.unwrap();
        }
        Self { sandbox, engine, _folder: folder, hands, http }
    }

    pub(crate) fn pass(&self, seconds: f64) {
        self.hands.0.fetch_add((seconds * 1000.0) as i64, Ordering::SeqCst);
    }

    /// Lets `seconds` go by, a look every five; all that was started has answered.
    pub(crate) async fn live(&self, seconds: u32) {
        for _ in 0..seconds / 5 {
            self.pass(5.0);
            self.engine.step().await;
        }
    }

    /// Seconds until `wanted` holds of a service, at most `limit`.
    pub(crate) async fn seconds_until(&self, service: &str, limit: u32, wanted: impl Fn(&ServiceState) -> bool) -> u32 {
        for passed in (0..=limit).step_by(5) {
            if self.engine.snapshot().service(service).is_some_and(&wanted) {
                return passed;
            }
            self.pass(5.0);
            self.engine.step().await;
        }
        panic!("{service} did not show it within {limit} s");
    }

    pub(crate) async fn make(&self, verb: Value) -> Value {
        self.post("/world", verb).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self.http.post(self.control(path)).bearer_auth(self.sandbox.control_token()).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{body}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    pub(crate) async fn forget(&self, path: &str) {
        self.http.delete(self.control(path)).bearer_auth(self.sandbox.control_token()).send().await.unwrap();
    }

    /// What was asked since it was last forgotten, by vendor.
    pub(crate) async fn requests(&self) -> Value {
        let truth = self.http.get(self.control("/truth")).bearer_auth(self.sandbox.control_token());
        let truth: Value = truth.send().await.unwrap().json().await.unwrap();
        assert_eq!(truth["violations"], json!([]));
        truth["requests"].clone()
    }

    /// As the vendor shows it now.
    pub(crate) async fn newest_release(&self, app: &str) -> Value {
        let path = self.control(&format!("/truth/releases?app={app}"));
        let answer = self.http.get(path).bearer_auth(self.sandbox.control_token()).send().await.unwrap();
        let releases: Vec<Value> = answer.json().await.unwrap();
        releases.into_iter().max_by_key(|release| release["version"].as_u64()).unwrap_or_default()
    }

    /// Twenty new services in which nothing moves, each with CI, staging and production.
    pub(crate) async fn add_quiet_services(&self, pull_requests: u64) -> Vec<String> {
        let made = self.make(json!({"quiet_services": {"count": 20, "pull_requests": pull_requests}})).await;
        let names: Vec<String> = serde_json::from_value(made["quiet_services"]["services"].clone()).unwrap();
        for name in &names {
            self.engine.add_service(service(name)).await.unwrap();
        }
        names
    }

    fn control(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.control_url())
    }
}

pub(crate) fn service(name: &str) -> Service {
    let environment = |environment: &str| EnvironmentConfig {
        name: environment.to_owned(),
        provider: VendorId::new("heroku"),
        app: format!("{name}-{environment}"),
        build_app: Some(format!("{name}-{environment}-build")),
        health_url: None,
        production: None,
        stage: None,
        watch_minutes: None,
    };
    Service {
        name: name.to_owned(),
        repo: format!("acme/{name}"),
        branch: "main".to_owned(),
        ci: Some(CiProject { provider: VendorId::new("circleci"), project: format!("gh/acme/{name}") }),
        environments: vec![environment("staging"), environment("production")],
        accounts: Vec::new(),
        migration_paths: default_migration_paths(),
    }
}

async fn engine(sandbox: &Sandbox, folder: &Path, clock: Arc<Hands>, polling: bool) -> Engine {
    let environment_tokens = vec![
        ("GH_TOKEN", sandbox.github_token().to_owned()),
        ("CIRCLE_TOKEN", sandbox.circleci_token().to_owned()),
        ("HEROKU_API_KEY", sandbox.heroku_token().to_owned()),
    ]
    .into();
    let options = Options {
        vendors: slipway_registry::VENDORS,
        data_dir: folder.to_owned(),
        clock,
        secrets: Arc::new(NoSecrets),
        environment_tokens,
        polling,
        by: "test".to_owned(),
    };
    Engine::start(options).await.unwrap()
}
