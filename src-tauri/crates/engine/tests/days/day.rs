//! A day: the sandbox and the engine on one clock, and the names that the row gives to changes.

use crate::rows::{Check, Label, Row, Step};
use serde_json::{Value, json};
use slipway_domain::action::{Action, PinChoice};
use slipway_domain::alert::AlertKind;
use slipway_domain::environment::Environment;
use slipway_domain::journal::EntryState;
use slipway_domain::pin::CarrierKind;
use slipway_domain::plan::ConfirmationKind;
use slipway_domain::service::{CiProject, EnvironmentConfig, Service, default_migration_paths};
use slipway_domain::snapshot::ServiceState;
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use slipway_engine::ports::{Clock, NoSecrets};
use slipway_engine::{Engine, Execution, NewAccount, NewToken, Options};
use slipway_sandbox::{Sandbox, Scenario};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

pub(crate) const SERVICE: &str = "storefront";
pub(crate) const PRODUCTION: &str = "storefront-production";
/// Seconds between two looks.
const LOOK: u32 = 5;
/// Seconds within which everything on its way has gone live.
const ARRIVED: u32 = 600;

struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> Time {
        Time(jiff::Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).expect("a time"))
    }
}

pub(crate) struct Day {
    engine: Engine,
    sandbox: Sandbox,
    http: reqwest::Client,
    hands: Arc<Hands>,
    method: &'static str,
    numbers: BTreeMap<Label, u64>,
    /// Changes that crash where they run.
    pub(crate) bad: Vec<Label>,
    _folder: tempfile::TempDir,
}

impl Day {
    pub(crate) async fn begin(row: &Row) -> Self {
        let options = slipway_sandbox::Options { scenario: Scenario::Quiet, speed: row.speed, ..slipway_sandbox::Options::default() };
        let sandbox = Sandbox::start(options).await.expect("the sandbox starts");
        let hands = Arc::new(Hands(AtomicI64::new(jiff::Timestamp::now().as_millisecond())));
        let folder = tempfile::tempdir().expect("a folder");
        let tokens = vec![
            ("GH_TOKEN", sandbox.github_token().to_owned()),
            ("CIRCLE_TOKEN", sandbox.circleci_token().to_owned()),
            ("HEROKU_API_KEY", sandbox.heroku_token().to_owned()),
        ];
        let options = Options {
            vendors: slipway_registry::VENDORS,
            data_dir: folder.path().to_owned(),
            clock: hands.clone(),
            secrets: Arc::new(NoSecrets),
            environment_tokens: tokens.into(),
            polling: true,
            by: "lena-h".to_owned(),
        };
        let engine = Engine::start(options).await.expect("the engine starts");
        for (vendor, url) in [("github", sandbox.github_url()), ("circleci", sandbox.circleci_url()), ("heroku", sandbox.heroku_url())] {
            let (provider, url) = (VendorId::new(vendor), Some(url.to_owned()));
            let account = NewAccount { provider, url, token: NewToken::None, another: false, read_only: false };
            engine.add_account(account).await.expect("an account");
        }
        engine.add_service(service(&sandbox, row.health_url)).await.expect("a service");
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let (method, numbers, bad) = (row.method, BTreeMap::new(), Vec::new());
        let day = Self { engine, sandbox, http, hands, method, numbers, bad, _folder: folder };
        let methods = json!({"service": SERVICE, "methods": [row.method]});
        day.make(json!({"repository": methods})).await;
        day.live(60).await;
        day
    }

    async fn make(&self, verbs: Value) -> Value {
        let url = format!("{}/world", self.sandbox.control_url());
        let answer = self.http.post(url).bearer_auth(self.sandbox.control_token()).json(&verbs).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{verbs}: {}", answer.text().await.unwrap_or_default());
        answer.json().await.expect("JSON")
    }

    pub(crate) async fn truth(&self) -> Value {
        let url = format!("{}/truth", self.sandbox.control_url());
        let truth = self.http.get(url).bearer_auth(self.sandbox.control_token()).send().await.expect("an answer");
        let truth: Value = truth.json().await.expect("JSON");
        assert_eq!(truth["violations"], json!([]));
        let services = truth["world"]["services"].as_array().expect("services");
        services.iter().find(|service| service["name"] == SERVICE).expect("the service").clone()
    }

    /// Both clocks go on by so many seconds at once.
    async fn pass(&self, seconds: u32) {
        self.hands.0.fetch_add(i64::from(seconds) * 1000, Ordering::SeqCst);
        self.make(json!({"pass": seconds})).await;
    }

    pub(crate) async fn live(&self, seconds: u32) {
        for _ in 0..seconds / LOOK {
            self.pass(LOOK).await;
            self.engine.step().await;
        }
    }

    pub(crate) fn board(&self) -> ServiceState {
        self.engine.snapshot().service(SERVICE).expect("the service").clone()
    }

    pub(crate) fn production(&self) -> Environment {
        self.board().environment("production").expect("production").clone()
    }

    pub(crate) fn number(&self, label: Label) -> u64 {
        *self.numbers.get(label).unwrap_or_else(|| panic!("there is no change {label}"))
    }

    async fn open(&self, title: &str, body: &str) -> u64 {
        let asked = json!({"service": SERVICE, "title": title, "body": body, "ready": true});
        let made = self.make(json!({"open_pull": asked})).await;
        let number = made["open_pull"]["pull_request"].as_u64().expect("a number");
        self.make(json!({"make_ready": {"service": SERVICE, "number": number}})).await;
        number
    }

    async fn merge(&mut self, label: Label, title: &str, body: &str) {
        let number = self.open(title, body).await;
        self.make(json!({"merge": {"service": SERVICE, "number": number, "method": self.method}})).await;
        self.numbers.insert(label, number);
        self.live(60).await;
    }

    pub(crate) async fn step(&mut self, step: &Step) {
        match *step {
            Step::Merge(label) => self.merge(label, &format!("Change {label}"), "").await,
            Step::MergeBad(label) => {
                self.make(json!({"next_change": {"service": SERVICE, "is": "crashes"}})).await;
                self.bad.push(label);
                self.merge(label, &format!("Change {label}"), "").await;
            }
            Step::MergeRevert { of, as_ } => {
                let number = self.number(of);
                let made = self.make(json!({"revert": {"service": SERVICE, "number": number}})).await;
                let revert = made["revert"]["pull_request"].as_u64().expect("a number");
                self.make(json!({"make_ready": {"service": SERVICE, "number": revert}})).await;
                self.make(json!({"merge": {"service": SERVICE, "number": revert, "method": self.method}})).await;
                self.numbers.insert(as_, revert);
                self.live(60).await;
            }
            Step::Hold => drop(self.make(json!({"hold": {"service": SERVICE}})).await),
            Step::Arrive => self.arrive().await,
            Step::RollBack { pin } => self.roll_back(pin).await,
            Step::RollBackElsewhere => {
                let to = self.production().rollback_target.expect("a target");
                self.make(json!({"rollback": {"app": PRODUCTION, "to": format!("v{to}")}})).await;
                self.live(60).await;
            }
            Step::SetConfig => {
                self.make(json!({"set_config": {"app": PRODUCTION, "vars": {"CHECKOUT_LIMIT": "12"}}})).await;
                self.live(30).await;
            }
            Step::Enqueue(label) => {
                self.make(json!({"repository": {"service": SERVICE, "merge_queue": "squash"}})).await;
                let number = self.open(&format!("Change {label}"), "").await;
                self.make(json!({"enqueue": {"service": SERVICE, "number": number}})).await;
                self.numbers.insert(label, number);
                self.live(60).await;
            }
            Step::Live(seconds) => self.live(seconds).await,
            Step::Sleep(seconds) => {
                self.pass(seconds).await;
                self.engine.step().await;
            }
        }
    }

    /// Until every pipeline is over, the newest code of the branch is live, and the board shows it.
    async fn arrive(&self) {
        for _ in 0..ARRIVED / LOOK {
            let truth = self.truth().await;
            let live = self.production().current.and_then(|release| release.commit);
            if truth["main"][0]["sha"].as_str() == live.as_deref() && live.is_some() {
                return;
            }
            self.live(LOOK).await;
        }
        panic!("it did not go live: {:?}", self.board().sentence);
    }

    async fn roll_back(&self, pin: bool) {
        let choice = pin.then_some(PinChoice { bad: None, ends_by_itself: true });
        let action = Action::roll_back_and_pin(SERVICE.into(), "production".into(), None, Some("it hurts".into()), choice);
        let plan = self.engine.plan(action).await.unwrap_or_else(|error| panic!("no plan: {error}"));
        let entry = match self.engine.execute(&plan.id, None, false, None).await {
            Ok(Execution::Started(entry)) => entry,
            other => panic!("nothing was sent: {other:?}"),
        };
        for _ in 0..24 {
            self.live(LOOK).await;
            let journal = self.engine.journal().expect("a journal");
            let state = journal.into_iter().find(|known| known.id == entry.id).expect("the entry").state;
            if state == EntryState::Succeeded {
                return self.live(20).await;
            }
        }
        panic!("the rollback was not seen to succeed");
    }

    fn names(&self, labels: &[Label]) -> Vec<String> {
        let mut names: Vec<String> = labels.iter().map(|label| format!("#{}", self.number(label))).collect();
        names.sort();
        names
    }

    pub(crate) async fn check(&self, check: &Check, place: &str) {
        let (board, production) = (self.board(), self.production());
        match *check {
            Check::Watch(wanted) => {
                let watch = production.watch.as_ref().unwrap_or_else(|| panic!("{place}: there is no watch"));
                assert_eq!(watch.verdict, wanted, "{place}: {:?}, {watch:#?}", watch.reason);
            }
            Check::Pinned(labels) => {
                let pinned = production.pin.iter().flat_map(|pin| &pin.bad).map(|bad| bad.change.id.clone());
                let mut pinned: Vec<String> = pinned.collect();
                pinned.sort();
                assert_eq!(pinned, self.names(labels), "{place}: {:#?}", production.pin);
                assert_eq!(production.pin.is_some(), !labels.is_empty(), "{place}");
            }
            Check::Violated(wanted) => {
                let violated = production.pin_progress.as_ref().is_some_and(|progress| progress.violated);
                assert_eq!(violated, wanted, "{place}: {:#?}", production.pin_progress);
            }
            Check::Carries(wanted) => {
                // What goes live only when somebody releases or promotes it is told too; rows name what ships by itself.
                let by_itself = |kind: CarrierKind| !matches!(kind, CarrierKind::Build | CarrierKind::Promotion);
                let carriers = production.on_its_way.iter().flat_map(|way| &way.carriers).filter(|carrier| by_itself(carrier.kind));
                let mut found: Vec<_> = carriers.map(|carrier| (carrier.kind, sorted(carrier.carries.clone()))).collect();
                found.sort();
                found.dedup();
                let mut wanted: Vec<_> = wanted.iter().map(|(kind, labels)| (*kind, self.names(labels))).collect();
                wanted.sort();
                assert_eq!(found, wanted, "{place}: {:#?}", production.on_its_way);
            }
            Check::Incident(open) => assert_eq!(production.incident.is_some(), open, "{place}: {:?}", production.incident),
            Check::Alert(kind, wanted) => {
                assert_eq!(board.alerts.iter().any(|alert| alert.kind == kind), wanted, "{place}: {:#?}", board.alerts);
            }
            Check::MergeAsks(wanted) => {
                let number = self.open("Yet another", "").await;
                let plan = self.engine.plan(Action::merge(SERVICE.into(), number, None)).await.expect("a plan");
                let asks = plan.confirmations().iter().any(|asked| asked.kind == ConfirmationKind::PinViolated);
                assert_eq!(asks, wanted, "{place}: {:?}", plan.confirmations());
            }
        }
    }

    /// Whether the board tells that something which is pinned out is live.
    pub(crate) fn tells_a_violation(&self) -> bool {
        self.board().alerts.iter().any(|alert| alert.kind == AlertKind::PinViolated)
    }
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

fn service(sandbox: &Sandbox, health_url: bool) -> Service {
    let info = sandbox.services().iter().find(|service| service.name == SERVICE).expect("the service");
    let environment = |e: &slipway_sandbox::EnvironmentInfo| EnvironmentConfig {
        name: e.name.clone(),
        provider: VendorId::new("heroku"),
        app: e.app.clone(),
        build_app: Some(e.build_app.clone()),
        health_url: health_url.then(|| format!("{}/health/{}", sandbox.control_url(), e.app)),
        production: None,
        stage: None,
        watch_minutes: Some(6),
    };
    Service {
        name: info.name.clone(),
        repo: info.repo.clone(),
        branch: info.branch.clone(),
        ci: Some(CiProject { provider: VendorId::new("circleci"), project: info.ci.clone() }),
        environments: info.environments.iter().map(environment).collect(),
        accounts: Vec::new(),
        migration_paths: default_migration_paths(),
    }
}
