//! What these tests stand on: a sandbox over HTTP, a data folder, a clock that is told the time,
//! and engines with the real adapters.
#![allow(dead_code, reason = "each test program uses a part of it")]

use jiff::SignedDuration;
use serde_json::{Value, json};
use slipway_domain::action::Action;
use slipway_domain::journal::{Entry, EntryState};
use slipway_domain::plan::Plan;
use slipway_domain::service::{CiProject, EnvironmentConfig, Service, default_migration_paths};
use slipway_domain::snapshot::{ServiceState, Snapshot, SourceErrorKind};
use slipway_domain::status::Readiness;
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use slipway_engine::ports::{Clock, NoSecrets};
use slipway_engine::{Engine, Execution, NewAccount, NewToken, Options};
use slipway_sandbox::{Options as SandboxOptions, Sandbox, Scenario, ServiceInfo};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The wall's time, moved by hand, or running faster.
pub(crate) struct MovedClock {
    moved: AtomicI64,
    since: Instant,
    rate: f64,
}

impl MovedClock {
    fn running(rate: f64) -> Arc<Self> {
        Arc::new(Self { moved: AtomicI64::new(0), since: Instant::now(), rate })
    }

    pub(crate) fn advance(&self, seconds: f64) {
        self.moved.fetch_add((seconds * 1000.0) as i64, Ordering::SeqCst);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Time {
        let ahead = self.since.elapsed().as_secs_f64() * (self.rate - 1.0) * 1000.0;
        let moved = SignedDuration::from_millis(self.moved.load(Ordering::SeqCst) + ahead as i64);
        Time(jiff::Timestamp::now().checked_add(moved).expect("a time that exists"))
    }
}

pub(crate) struct Harness {
    pub sandbox: Sandbox,
    pub clock: Arc<MovedClock>,
    pub folder: tempfile::TempDir,
    http: reqwest::Client,
    /// The services the engines are told of.
    services: Mutex<Vec<Service>>,
}

impl Harness {
    /// One service, `storefront`, in a world at life's own speed: nothing moves by itself within
    /// a test.
    pub(crate) async fn healthy() -> Self {
        Self::with(Scenario::Quiet, 1.0, 0).await
    }

    pub(crate) async fn with(scenario: Scenario, speed: f64, seed: u64) -> Self {
        let options = SandboxOptions { speed, scenario, seed, ..SandboxOptions::default() };
        Self::of(Sandbox::start(options).await.expect("the sandbox starts"))
    }

    /// With the first service of a sandbox.
    pub(crate) fn of(sandbox: Sandbox) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let service = service(&sandbox.services()[0]);
        let folder = tempfile::tempdir().expect("a folder");
        Self { sandbox, clock: MovedClock::running(1.0), folder, http, services: Mutex::new(vec![service]) }
    }

    /// The world and the engines' clock run equally fast.
    pub(crate) async fn fast(speed: f64, seed: u64) -> Self {
        Self { clock: MovedClock::running(speed), ..Self::with(Scenario::Quiet, speed, seed).await }
    }

    pub(crate) fn serve_all(&self) {
        *self.services.lock().expect("not poisoned") = self.sandbox.services().iter().map(service).collect();
    }

    pub(crate) fn options(&self, folder: &Path, polling: bool) -> Options {
        let token = |kind, token: &str| (kind, token.to_owned());
        Options {
            vendors: slipway_registry::VENDORS,
            data_dir: folder.to_owned(),
            clock: self.clock.clone(),
            secrets: Arc::new(NoSecrets),
            environment_tokens: vec![
                token("GH_TOKEN", self.sandbox.github_token()),
                token("CIRCLE_TOKEN", self.sandbox.circleci_token()),
                token("HEROKU_API_KEY", self.sandbox.heroku_token()),
            ]
            .into(),
            polling,
            by: "tester".to_owned(),
        }
    }

    /// An engine on the data folder, with the sandbox's accounts; it reads only when asked.
    pub(crate) async fn engine(&self) -> Engine {
        self.open(false).await
    }

    pub(crate) async fn open(&self, polling: bool) -> Engine {
        let engine = Engine::start(self.options(self.folder.path(), polling)).await.expect("the engine starts");
        if engine.services().is_empty() {
            self.connect(&engine).await;
        }
        engine
    }

    pub(crate) async fn connect(&self, engine: &Engine) {
        let urls = [
            (VendorId::new("github"), self.sandbox.github_url()),
            (VendorId::new("circleci"), self.sandbox.circleci_url()),
            (VendorId::new("heroku"), self.sandbox.heroku_url()),
        ];
        for (kind, url) in urls {
            engine.add_account(new_account(kind, url, None)).await.expect("an account");
        }
        let services = self.services.lock().expect("not poisoned").clone();
        for service in services {
            engine.add_service(service).await.expect("a service");
        }
    }

    pub(crate) async fn control(&self, method: reqwest::Method, path: &str, body: Option<&Value>) -> Value {
        let request = self.http.request(method, format!("{}{path}", self.sandbox.control_url())).bearer_auth(self.sandbox.control_token());
        let request = if let Some(body) = body { request.json(body) } else { request };
        let answer = request.send().await.expect("the control port answers");
        let status = answer.status();
        let text = answer.text().await.expect("a text");
        assert!(status.is_success(), "{path}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    pub(crate) async fn faults(&self, rules: Value) {
        self.control(reqwest::Method::POST, "/faults", Some(&rules)).await;
    }

    pub(crate) async fn heal(&self) {
        self.control(reqwest::Method::DELETE, "/faults", None).await;
    }

    /// How often the first rule has fired.
    pub(crate) async fn fired(&self) -> u64 {
        self.control(reqwest::Method::GET, "/faults", None).await["rules"][0]["fired"].as_u64().unwrap_or(0)
    }

    pub(crate) async fn world(&self, verbs: Value) -> Value {
        self.control(reqwest::Method::POST, "/world", Some(&verbs)).await
    }

    /// False: the world refused.
    pub(crate) async fn try_world(&self, verbs: &Value) -> bool {
        let url = format!("{}/world", self.sandbox.control_url());
        self.http
            .post(url)
            .bearer_auth(self.sandbox.control_token())
            .json(verbs)
            .send()
            .await
            .expect("the control port answers")
            .status()
            .is_success()
    }

    /// Somebody else cancels a workflow at CircleCI. Whatever is switched on may befall this too.
    pub(crate) async fn cancel_elsewhere(&self, workflow: &str) -> bool {
        let url = format!("{}/api/v2/workflow/{workflow}/cancel", self.sandbox.circleci_url());
        let request = self.http.post(url).bearer_auth(self.sandbox.circleci_token()).timeout(Duration::from_secs(2));
        request.send().await.is_ok_and(|answer| answer.status().is_success())
    }

    /// Somebody else promotes what runs on `from`: the id of the app it goes to, if the apps could be
    /// read, and whether it was taken. Whatever is switched on may befall this too.
    pub(crate) async fn promote_elsewhere(&self, from: &str, to: &str) -> (Option<String>, bool) {
        let ask = async |method: reqwest::Method, path: String, body: Option<Value>| {
            let url = format!("{}{path}", self.sandbox.heroku_url());
            let request = self.http.request(method, url).bearer_auth(self.sandbox.heroku_token()).timeout(Duration::from_secs(2));
            let request = request.header("Accept", "application/vnd.heroku+json; version=3");
            let request = if let Some(body) = body { request.json(&body) } else { request };
            let answer = request.send().await.ok().filter(|answer| answer.status().is_success())?;
            answer.json::<Value>().await.ok()
        };
        let id = async |path: String, at: &str| -> Option<String> {
            ask(reqwest::Method::GET, path, None).await?.pointer(at)?.as_str().map(str::to_owned)
        };
        let pipeline = id(format!("/apps/{to}/pipeline-couplings"), "/pipeline/id").await;
        let (source, target) = (id(format!("/apps/{from}"), "/id").await, id(format!("/apps/{to}"), "/id").await);
        let (Some(pipeline), Some(source), Some(target)) = (pipeline, source, target) else { return (None, false) };
        let body = json!({"pipeline": {"id": pipeline}, "source": {"app": {"id": source}}, "targets": [{"app": {"id": target}}]});
        let sent = ask(reqwest::Method::POST, "/pipeline-promotions".to_owned(), Some(body)).await.is_some();
        (Some(target), sent)
    }

    pub(crate) async fn truth(&self) -> Value {
        self.control(reqwest::Method::GET, "/truth", None).await
    }

    /// As [`Self::truth`], with every release of every app, not only the newest.
    pub(crate) async fn whole_truth(&self) -> Value {
        let mut truth = self.truth().await;
        for service in truth["world"]["services"].as_array_mut().into_iter().flatten() {
            for environment in service["environments"].as_array_mut().into_iter().flatten() {
                let path = format!("/truth/releases?app={}", environment["app"].as_str().unwrap_or_default());
                environment["releases"] = self.control(reqwest::Method::GET, &path, None).await;
            }
        }
        truth
    }

    /// Requests a vendor has received so far.
    pub(crate) async fn requests(&self, vendor: &str) -> u64 {
        self.truth().await["requests"][vendor]["total"].as_u64().unwrap_or(0)
    }

    /// Returns once a second has passed in which a vendor was asked nothing.
    pub(crate) async fn requests_rest(&self, vendor: &str) {
        let mut known = self.requests(vendor).await;
        within(Duration::from_secs(30), "rest", async || {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let now = self.requests(vendor).await;
            (std::mem::replace(&mut known, now) == now).then_some(())
        })
        .await;
    }

    /// Mutations received and applied, of one kind.
    pub(crate) async fn mutations(&self, kind: &str) -> (u64, u64) {
        let truth = self.truth().await;
        let of_kind: Vec<&Value> = truth["mutations"].as_array().into_iter().flatten().filter(|m| m["kind"] == kind).collect();
        let sum = |name: &str| of_kind.iter().filter_map(|m| m[name].as_u64()).sum();
        (sum("received"), sum("applied"))
    }

    pub(crate) async fn truth_of(&self, service: &str) -> Value {
        let truth = self.truth().await;
        let services = truth["world"]["services"].as_array().expect("services").clone();
        services.into_iter().find(|s| s["name"] == service).expect("the service")
    }

    pub(crate) async fn pull(&self, number: u64) -> Value {
        let service = self.truth_of("storefront").await;
        let pulls = service["pull_requests"].as_array().expect("pull requests").clone();
        pulls.into_iter().find(|p| p["number"] == number).expect("the pull request")
    }

    /// A pull request of `storefront` that is ready to merge.
    pub(crate) async fn ready_pull(&self) -> u64 {
        let made = self.world(json!({"open_pull": {"service": "storefront", "ready": true}})).await;
        let number = made["open_pull"]["pull_request"].as_u64().expect("a number");
        self.world(json!({"make_ready": {"service": "storefront", "number": number}})).await;
        number
    }

    /// What lay anywhere where it must not: credentials on another host, say.
    pub(crate) async fn nothing_went_elsewhere(&self) {
        let truth = self.truth().await;
        assert_eq!(truth["violations"], json!([]));
        assert_eq!(truth["requests"]["elsewhere"], Value::Null, "another host was asked");
    }
}

pub(crate) fn service(info: &ServiceInfo) -> Service {
    let environment = |e: &slipway_sandbox::EnvironmentInfo| EnvironmentConfig {
        name: e.name.clone(),
        provider: VendorId::new("heroku"),
        app: e.app.clone(),
        build_app: Some(e.build_app.clone()),
        health_url: None,
        production: None,
        stage: None,
        watch_minutes: None,
    };
    Service {
        name: info.name.clone(),
        repo: info.repo.clone(),
        branch: info.branch.clone(),
        ci: Some(CiProject { provider: VendorId::new("circleci"), project: info.ci.clone() }),
        environments: info.environments.iter().map(environment).collect(),
        accounts: vec![],
        migration_paths: default_migration_paths(),
    }
}

pub(crate) fn new_account(provider: VendorId, url: &str, token: Option<&str>) -> NewAccount {
    let token = token.map_or(NewToken::None, |token| NewToken::ThisRun(token.to_owned()));
    NewAccount { provider, url: Some(url.to_owned()), token, another: false, read_only: false }
}

pub(crate) fn merge(number: u64) -> Action {
    Action::merge("storefront".into(), number, None)
}

pub(crate) fn revert(number: u64) -> Action {
    Action::revert("storefront".into(), number)
}

pub(crate) fn roll_back() -> Action {
    Action::roll_back("storefront".into(), "production".into(), None, None)
}

/// The board's one service.
pub(crate) fn board(snapshot: &Snapshot) -> &ServiceState {
    snapshot.service("storefront").expect("the service")
}

pub(crate) fn trouble(snapshot: &Snapshot, kind: VendorId) -> Option<SourceErrorKind> {
    let sources = &board(snapshot).sources;
    sources.iter().filter(|s| s.provider == kind).find_map(|s| s.error.as_ref()).map(|e| e.kind)
}

pub(crate) fn ready(snapshot: &Snapshot) -> Vec<u64> {
    board(snapshot).pull_requests.iter().filter(|p| p.readiness == Readiness::Ready).map(|p| p.number).collect()
}

/// Confirms a plan that was shown; its entry.
pub(crate) async fn confirm(engine: &Engine, plan: &Plan) -> Entry {
    match engine.execute(&plan.id, None, false, None).await {
        Ok(Execution::Started(entry)) => *entry,
        Ok(Execution::Stale { why, .. }) => panic!("the plan is stale: {why}"),
        Err(error) => panic!("nothing was sent: {error}"),
    }
}

/// The entry once `wanted` holds of it.
pub(crate) async fn entry_when(engine: &Engine, id: &str, wanted: impl Fn(&Entry) -> bool) -> Entry {
    within(Duration::from_secs(60), "the entry", async || {
        let journal = engine.journal().expect("a journal");
        journal.into_iter().find(|e| e.id == id).filter(|e| wanted(e))
    })
    .await
}

pub(crate) fn is_settled(entry: &Entry) -> bool {
    matches!(entry.state, EntryState::Succeeded | EntryState::Failed)
}

/// Asks until there is an answer. No fixed sleeps.
pub(crate) async fn within<T>(limit: Duration, what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(started.elapsed() < limit, "{what} did not come within {limit:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
