//! A whole day on the sandbox, with a clock that the test moves: the output of `slipway watch` and the toasts are
//! compared with `whole_day_test/expected.txt`, in which each line has its reason.

use super::Delivery;
use super::notification_policy::NotificationPolicy;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use slipway_domain::action::Action;
use slipway_domain::diff::Event;
use slipway_domain::service::{CiProject, EnvironmentConfig, Service, default_migration_paths};
use slipway_domain::snapshot::ServiceState;
use slipway_domain::status::{PipelineStatus, ReleaseStatus};
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use slipway_engine::ports::{Clock, NoSecrets};
use slipway_engine::{Change, Engine, NewAccount, NewToken, Options};
use slipway_sandbox::{Sandbox, Scenario};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::broadcast::{self, error::TryRecvError};

const SERVICE: &str = "quiet-1";
const PRODUCTION: &str = "quiet-1-production";
const LOOK: f64 = 5.0;

/// The machine's clock, moved forward by the test.
struct MovedClock(AtomicI64);

impl Clock for MovedClock {
    fn now(&self) -> Time {
        let now = jiff::Timestamp::now().as_millisecond() + self.0.load(Ordering::SeqCst);
        Time(jiff::Timestamp::from_millisecond(now).unwrap())
    }
}

/// One line of the expected list.
#[derive(Debug, PartialEq)]
struct Line {
    what: String,
    watch: Vec<String>,
    toasts: Vec<String>,
}

struct Day {
    sandbox: Sandbox,
    engine: Engine,
    _folder: tempfile::TempDir,
    clock: Arc<MovedClock>,
    http: reqwest::Client,
    changes: broadcast::Receiver<Arc<Change>>,
    policy: NotificationPolicy,
    began: Time,
    passed: Duration,
    told: Vec<Event>,
    toasts: Vec<String>,
    lines: Vec<Line>,
}

impl Day {
    async fn begin() -> Self {
        let options = slipway_sandbox::Options { scenario: Scenario::Quiet, ..slipway_sandbox::Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let clock = Arc::new(MovedClock(AtomicI64::new(0)));
        let folder = tempfile::tempdir().unwrap();
        let tokens = [
            (slipway_github::SPEC, sandbox.github_url(), sandbox.github_token()),
            (slipway_circleci::SPEC, sandbox.circleci_url(), sandbox.circleci_token()),
            (slipway_heroku::SPEC, sandbox.heroku_url(), sandbox.heroku_token()),
        ];
        let engine = Engine::start(Options {
            vendors: slipway_registry::VENDORS,
            data_dir: folder.path().to_owned(),
            clock: clock.clone(),
            secrets: Arc::new(NoSecrets),
            environment_tokens: tokens.map(|(vendor, _, token)| (vendor.token_variable, token.to_owned())).to_vec().into(),
            polling: true,
            by: "tester".to_owned(),
        });
        let engine = engine.await.unwrap();
        for (vendor, url, _) in tokens {
            let account =
                NewAccount { provider: vendor.id, url: Some(url.to_owned()), token: NewToken::None, another: false, read_only: false };
            engine.add_account(account).await.unwrap();
        }
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let changes = engine.changes();
        let (began, passed) = (Time(jiff::Timestamp::now()), Duration::ZERO);
        let mut day = Self {
            sandbox,
            engine,
            _folder: folder,
            clock,
            http,
            changes,
            policy: NotificationPolicy::default(),
            began,
            passed,
            told: vec![],
            toasts: vec![],
            lines: vec![],
        };
        day.make(json!({"quiet_services": {"count": 1, "pull_requests": 3}})).await;
        day.engine.add_service(service()).await.unwrap();
        day.engine.set_shown(Some(SERVICE.to_owned()));
        day.live(300).await;
        day.heard();
        day.toasts.clear();
        day
    }

    async fn make(&self, verb: Value) -> Value {
        let request = self.http.post(format!("{}/world", self.sandbox.control_url())).bearer_auth(self.sandbox.control_token());
        let answer = request.json(&verb).send().await.unwrap();
        assert!(answer.status().is_success(), "{verb}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    /// Advances world and engine by `seconds`, with a refresh every five; everything that a refresh starts has
    /// ended before the next.
    async fn live(&mut self, seconds: u32) {
        for _ in 0..seconds / LOOK as u32 {
            self.clock.0.fetch_add((LOOK * 1000.0) as i64, Ordering::SeqCst);
            self.passed += Duration::from_secs_f64(LOOK);
            self.make(json!({"pass": LOOK})).await;
            self.engine.step().await;
            self.listen();
        }
    }

    async fn live_until(&mut self, limit: u32, wanted: impl Fn(&ServiceState) -> bool) -> u32 {
        for passed in (0..=limit).step_by(LOOK as usize) {
            if self.engine.snapshot().service(SERVICE).is_some_and(&wanted) {
                return passed;
            }
            self.live(LOOK as u32).await;
        }
        panic!("{SERVICE} did not show it within {limit} s: {:?}", self.engine.snapshot().service(SERVICE).map(|s| &s.sentence));
    }

    /// Called after every refresh, because events that nobody receives are lost.
    fn listen(&mut self) {
        let now = self.began.plus(self.passed.as_secs_f64());
        loop {
            let events: Vec<Event> = match self.changes.try_recv() {
                Ok(change) => change.events.iter().filter(|event| event.service == SERVICE).cloned().collect(),
                Err(TryRecvError::Lagged(missed)) => panic!("{missed} changes were lost"),
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            };
            self.told.extend(events.iter().cloned());
            let services = self.engine.snapshot().services.clone();
            let toasts = self.policy.choose(&[Delivery { events, services, ..Delivery::default() }], now, &TimeZone::UTC);
            let first_word = |title: String| title.split([' ', ':']).next().unwrap_or_default().to_owned();
            self.toasts.extend(toasts.into_iter().map(|notice| first_word(notice.title)));
        }
        self.policy.choose(&[], now, &TimeZone::UTC);
    }

    /// The events since the last call, as `watch` prints them.
    fn heard(&mut self) -> Vec<Event> {
        self.listen();
        std::mem::take(&mut self.told)
    }

    /// Ends a line of the list: it covers all events since the line before.
    fn note(&mut self, what: &str) {
        let events = self.heard();
        let mut watch: Vec<String> = events.iter().map(|event| event.kind.to_string()).collect();
        watch.sort();
        let mut toasts = std::mem::take(&mut self.toasts);
        toasts.sort();
        self.lines.push(Line { what: what.to_owned(), watch, toasts });
    }
}

fn service() -> Service {
    let environment = |name: &str| EnvironmentConfig {
        name: name.to_owned(),
        provider: VendorId::new("heroku"),
        app: format!("{SERVICE}-{name}"),
        build_app: Some(format!("{SERVICE}-{name}-build")),
        health_url: None,
        production: None,
        stage: None,
        watch_minutes: None,
    };
    Service {
        name: SERVICE.to_owned(),
        repo: format!("acme/{SERVICE}"),
        branch: "main".to_owned(),
        ci: Some(CiProject { provider: VendorId::new("circleci"), project: format!("gh/acme/{SERVICE}") }),
        environments: vec![environment("staging"), environment("production")],
        accounts: Vec::new(),
        migration_paths: default_migration_paths(),
    }
}

/// The committed list: `what | watch | toasts | why`.
fn expected() -> Vec<Line> {
    let words = |text: &str| -> Vec<String> {
        let mut words: Vec<String> = text.split_whitespace().filter(|word| *word != "-").map(str::to_owned).collect();
        words.sort();
        words
    };
    let line = |line: &str| {
        let columns: Vec<&str> = line.split('|').map(str::trim).collect();
        let [what, watch, toasts, why] = columns[..] else { panic!("{line} has not four columns") };
        assert!(!why.is_empty(), "{what}: says why");
        Line { what: what.to_owned(), watch: words(watch), toasts: words(toasts) }
    };
    include_str!("whole_day_test/expected.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(line).collect()
}

/// Both environments run the newest commit, and nothing is in progress.
fn is_live(service: &ServiceState) -> bool {
    let Some(tip) = service.main.first().map(|commit| commit.sha.as_str()) else { return false };
    let on_it = |name: &str| service.environment(name).and_then(|e| e.current.as_ref()?.commit.as_deref()) == Some(tip);
    on_it("staging") && on_it("production") && service.pipelines.iter().all(|pipeline| pipeline.status.is_over())
}

fn newest_is(service: &ServiceState, status: PipelineStatus) -> bool {
    service.pipelines.first().is_some_and(|pipeline| pipeline.status == status)
}

async fn instances(day: &Day, state: &str) {
    day.make(json!({"dyno": {"app": PRODUCTION, "process": "web", "state": state}})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_is_told_as_the_list_says() {
    let mut day = Day::begin().await;
    let pulls: Vec<u64> = day.engine.snapshot().service(SERVICE).unwrap().pull_requests.iter().map(|pr| pr.number).collect();
    let of = |number: u64| json!({"service": SERVICE, "number": number});
    for number in &pulls {
        day.make(json!({"make_ready": of(*number)})).await;
    }
    day.live(120).await;
    day.heard();
    day.toasts.clear();

    let merged = day.make(json!({"merge": of(pulls[0])})).await["merge"]["sha"].as_str().unwrap().to_owned();
    day.live_until(120, |s| newest_is(s, PipelineStatus::Running) && s.main[0].sha == merged).await;
    day.note("a pull request is merged elsewhere");
    day.live_until(3600, is_live).await;
    day.live(60).await;
    day.note("its pipeline passes and its releases go live");

    instances(&day, "crashed").await;
    day.live(120).await;
    day.note("a web dyno of production crashes");
    for _ in 0..3 {
        instances(&day, "starting").await;
        day.live(60).await;
        instances(&day, "crashed").await;
        day.live(60).await;
    }
    day.note("it starts, crashes and starts again, three times");
    instances(&day, "up").await;
    day.live(240).await;
    instances(&day, "crashed").await;
    day.live(60).await;
    day.note("it is up for four minutes and crashes again");
    instances(&day, "up").await;
    day.live(420).await;
    day.note("it is up for five minutes without a break");
    day.live(180).await;
    instances(&day, "crashed").await;
    day.live(120).await;
    day.note("it crashes again ten minutes later");
    instances(&day, "up").await;
    day.live(420).await;
    day.note("it is up for five minutes without a break, again");

    pipelines(&mut day).await;
    releases(&mut day, &pulls).await;
    assert_eq!(day.lines, expected());
}

async fn pipelines(day: &mut Day) {
    day.make(json!([{"fail_next": {"service": SERVICE, "job": "lint"}}, {"start_pipeline": {"service": SERVICE}}])).await;
    day.live_until(1800, |s| newest_is(s, PipelineStatus::Failed)).await;
    day.note("the branch is built again and its pipeline fails");
    let number = day.engine.snapshot().service(SERVICE).unwrap().pipelines[0].number;
    day.make(json!({"rerun": {"service": SERVICE, "number": number, "from_failed": true}})).await;
    day.live_until(120, |s| newest_is(s, PipelineStatus::Running)).await;
    day.note("somebody runs it again from the failed job");
    day.live_until(3600, is_live).await;
    day.live(60).await;
    day.note("the rerun passes and releases the same code once more");

    day.make(json!({"start_pipeline": {"service": SERVICE}})).await;
    day.live_until(120, |s| newest_is(s, PipelineStatus::Running)).await;
    let pipeline = day.engine.snapshot().service(SERVICE).unwrap().pipelines[0].id.clone();
    let plan = day.engine.plan(Action::cancel(SERVICE.to_owned(), pipeline)).await.unwrap();
    day.engine.execute(&plan.id, None, false, None).await.unwrap();
    day.live_until(300, |s| newest_is(s, PipelineStatus::Canceled) && s.actions.iter().all(|entry| !entry.is_open())).await;
    day.note("a pipeline starts and is cancelled from here");
}

async fn releases(day: &mut Day, pulls: &[u64]) {
    day.make(json!({"set_config": {"app": PRODUCTION, "vars": {"BANNER": "on"}}})).await;
    day.live(180).await;
    day.note("a config var of production is set");
    day.make(json!({"start_other": {"service": SERVICE, "by": "schedule", "workflows": ["nightly"], "fails": true}})).await;
    day.live(1800).await;
    day.note("the nightly pipeline of the branch's head fails");

    let of = |number: u64| json!({"service": SERVICE, "number": number});
    day.make(json!({"repository": {"service": SERVICE, "merge_queue": "squash"}})).await;
    day.make(json!({"enqueue": of(pulls[1])})).await;
    let number = pulls[1];
    day.live_until(300, |s| s.pull_request(number).is_some_and(|pr| pr.queue.is_some())).await;
    day.make(json!({"eject": {"service": SERVICE, "number": pulls[1], "check": "unit"}})).await;
    day.live(120).await;
    day.note("a pull request is put out of the merge queue by a failed check");
    day.make(json!({"repository": {"service": SERVICE, "merge_queue": null}})).await;

    day.engine.set_visible(false);
    day.make(json!({"fail_next_release": {"app": PRODUCTION}})).await;
    day.make(json!({"merge": of(pulls[2])})).await;
    let failed = |s: &ServiceState| s.environment("production").is_some_and(|e| e.releases[0].status == ReleaseStatus::Failed);
    day.live_until(3600, failed).await;
    day.live(120).await;
    day.note("a change is merged while the window is hidden, and its release to production fails");
}
