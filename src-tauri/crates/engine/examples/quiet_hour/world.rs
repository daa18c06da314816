//! An engine with a clock that stands until it is moved, and a sandbox in a process of its own.

use serde_json::{Value, json};
use slipway_domain::service::{CiProject, EnvironmentConfig, Service, default_migration_paths};
use slipway_domain::snapshot::ServiceState;
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use slipway_engine::ports::{Clock, NoSecrets};
use slipway_engine::{Engine, NewAccount, NewToken, Options};
use slipway_sandbox::Sandbox;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Seconds until a change must have shown.
const SHOWN: u32 = 600;

/// The other process: prints where its sandbox is, and ends with its input.
pub(crate) async fn serve() {
    let sandbox = Sandbox::start(slipway_sandbox::Options::default()).await.expect("a sandbox");
    println!("{}", sandbox.banner());
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    ended.await.expect("no panic").expect("an input");
}

struct Moved(AtomicI64);

impl Clock for Moved {
    fn now(&self) -> Time {
        Time(jiff::Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).expect("a time"))
    }
}

pub(crate) struct World {
    pub engine: Engine,
    sandbox: Child,
    banner: Value,
    folder: tempfile::TempDir,
    clock: Arc<Moved>,
    http: reqwest::Client,
}

impl World {
    pub(crate) async fn start() -> Self {
        let program = std::env::current_exe().expect("a program");
        let mut sandbox =
            Command::new(program).arg("sandbox").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a second process");
        let mut line = String::new();
        BufReader::new(sandbox.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let banner: Value = serde_json::from_str(&line).expect("a banner");
        let clock = Arc::new(Moved(AtomicI64::new(jiff::Timestamp::now().as_millisecond())));
        let folder = tempfile::tempdir().expect("a folder");
        let kinds = [(VendorId::new("github"), "github"), (VendorId::new("circleci"), "circleci"), (VendorId::new("heroku"), "heroku")];
        let of = |name: &str, field: &str| banner[name][field].as_str().expect("a text").to_owned();
        let variables = [("GH_TOKEN", "github"), ("CIRCLE_TOKEN", "circleci"), ("HEROKU_API_KEY", "heroku")];
        let tokens: Vec<(&str, String)> = variables.map(|(variable, name)| (variable, of(name, "token"))).to_vec();
        let options = Options {
            vendors: slipway_registry::VENDORS,
            data_dir: folder.path().to_owned(),
            clock: clock.clone(),
            secrets: Arc::new(NoSecrets),
            environment_tokens: tokens.into(),
            polling: true,
            by: "bench".to_owned(),
        };
        let engine = Engine::start(options).await.expect("an engine");
        for (provider, name) in kinds {
            let account = NewAccount { provider, url: Some(of(name, "url")), token: NewToken::None, another: false, read_only: false };
            engine.add_account(account).await.expect("an account");
        }
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { engine, sandbox, banner, folder, clock, http }
    }

    /// Lets `seconds` go by, a look every five; all that was started has answered.
    pub(crate) async fn live(&self, seconds: u32) {
        for _ in 0..seconds / 5 {
            self.clock.0.fetch_add(5000, Ordering::SeqCst);
            self.engine.step().await;
        }
    }

    pub(crate) async fn until(&self, name: &str, is_shown: impl Fn(&ServiceState) -> bool) {
        for _ in 0..SHOWN / 5 {
            self.live(5).await;
            if is_shown(&self.state(name)) {
                return;
            }
        }
        panic!("{name} did not show it within {SHOWN} s");
    }

    pub(crate) fn state(&self, name: &str) -> ServiceState {
        self.engine.snapshot().service(name).expect("the service").clone()
    }

    pub(crate) async fn make(&self, verb: Value) -> Value {
        let control = &self.banner["control"];
        let (url, token) = (control["url"].as_str().expect("a URL"), control["token"].as_str().expect("a token"));
        let answer = self.http.post(format!("{url}/world")).bearer_auth(token).json(&verb).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{verb}: {}", answer.status());
        answer.json().await.expect("JSON")
    }

    pub(crate) async fn add_quiet_services(&self, count: u64, pull_requests: u64) -> Vec<String> {
        let made = self.make(json!({"quiet_services": {"count": count, "pull_requests": pull_requests}})).await;
        let names: Vec<String> = serde_json::from_value(made["quiet_services"]["services"].clone()).expect("names");
        for name in &names {
            self.engine.add_service(service(name)).await.expect("a service");
        }
        names
    }

    /// Bytes of the files in the data folder.
    pub(crate) fn stored(&self) -> u64 {
        let files = std::fs::read_dir(self.folder.path()).expect("a folder").flatten();
        files.filter_map(|file| file.metadata().ok()).map(|found| found.len()).sum()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        drop(self.sandbox.stdin.take());
        let _ = self.sandbox.wait();
    }
}

fn service(name: &str) -> Service {
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
