//! Every read of every adapter on mutated answers of the sandbox: no read panics, results stay small, and no
//! unknown status is taken for success.

use crate::mutated_answers::{Wild, made_strange, sober, wilds};
use crate::scripted_server::{Asked, Desk, Reply, Server};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};
use slipway_circleci::CircleCi;
use slipway_contracts::{Recorder, Vendor};
use slipway_domain::evidence::readiness::provider_would_merge;
use slipway_domain::pipeline::Pipeline;
use slipway_domain::pull_request::{PullRequest, ReviewDecision, ReviewState};
use slipway_domain::status::{JobStatus, PipelineStatus, ReleaseStatus};
use slipway_domain::time::Time;
use slipway_github::Github;
use slipway_github::GithubActions;
use slipway_heroku::Heroku;
use slipway_http::{Http, HttpDialect, Secret, TokenSource};
use slipway_sandbox::{Options, Sandbox, Scenario};
use slipway_vendor::discover::{AppSource, ProjectSource, RepositorySource};
use slipway_vendor::{ChangeProbeTarget, Ci, CodeHost, Platform, PullRequestState, ReadError};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};
use tokio::runtime::Runtime;

/// More than any list may return; at most a few thousand elements are requested.
const MOST: usize = 25_000;

struct Token(String);

#[async_trait::async_trait]
impl TokenSource for Token {
    async fn token(&self) -> Result<Secret, ReadError> {
        Ok(Secret::new(self.0.clone()))
    }
}

struct Adapters {
    github: Github,
    actions: GithubActions,
    circleci: CircleCi,
    heroku: Heroku,
}

/// What is requested, as in a session that has read the sandbox before.
#[derive(Clone, Default)]
struct Hints {
    repo: String,
    number: u64,
    node_id: String,
    commits: Vec<String>,
    projects: [String; 2],
    pipelines: Vec<Pipeline>,
    workflow: String,
    jobs: [u64; 2],
    app: String,
    slug: String,
    releases: Vec<String>,
    pipeline: String,
    promotion: String,
}

#[derive(Default)]
struct Seen {
    green: Vec<String>,
    longest: usize,
    read: usize,
}

impl Seen {
    fn list<T>(&mut self, what: &[T]) {
        (self.longest, self.read) = (self.longest.max(what.len()), self.read + usize::from(!what.is_empty()));
    }

    fn green(&mut self, green: bool, what: impl std::fmt::Debug) {
        if green {
            self.green.push(format!("{what:?}"));
        }
    }

    fn pull(&mut self, pr: &PullRequest) {
        self.green(provider_would_merge(pr), (pr.mergeable, pr.merge_state));
        self.green(pr.review_decision == ReviewDecision::Approved, pr.review_decision);
        pr.check_list.iter().for_each(|c| self.green(c.status.is_green(), c));
        pr.reviews.iter().for_each(|r| self.green(r.state == ReviewState::Approved, r));
        self.list(&pr.check_list);
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        self.green(pipeline.status == PipelineStatus::Passed, &pipeline.id);
        pipeline.jobs.iter().for_each(|job| self.green(job.status == JobStatus::Passed, job));
        pipeline.workflows.iter().flatten().for_each(|w| self.green(w.status == PipelineStatus::Passed, w));
        self.list(&pipeline.jobs);
        self.list(pipeline.workflows.as_deref().unwrap_or_default());
    }
}

/// Where CIs keep their configuration.
const FOLDERS: [&str; 2] = [".circleci", ".github/workflows"];

impl Adapters {
    fn at(url: &dyn Fn(&'static dyn HttpDialect) -> (String, String), now: slipway_http::Now) -> Self {
        let http = Http::new(now).unwrap();
        let account = |kind| {
            let (url, token) = url(kind);
            http.account(kind, Some(&url), Arc::new(Token(token))).unwrap()
        };
        let github = account(slipway_github::SPEC.dialect);
        Self {
            github: Github::new(github.clone()),
            actions: GithubActions::new(github),
            circleci: CircleCi::new(account(slipway_circleci::SPEC.dialect)),
            heroku: Heroku::new(account(slipway_heroku::SPEC.dialect)),
        }
    }

    /// Calls every read. Also fills `hints` with what the next pass requests.
    async fn read(&self, hints: &Hints) -> (Seen, Hints) {
        let (mut seen, mut found) = (Seen::default(), hints.clone());
        self.read_github(hints, &mut seen, &mut found).await;
        self.read_ci(&self.circleci, 0, hints, &mut seen, &mut found).await;
        self.read_ci(&self.actions, 1, hints, &mut seen, &mut found).await;
        self.read_heroku(hints, &mut seen, &mut found).await;
        (seen, found)
    }

    async fn read_github(&self, hints: &Hints, seen: &mut Seen, found: &mut Hints) {
        let (github, repo) = (&self.github, hints.repo.as_str());
        if let Ok(facts) = github.observe(repo, "main").await {
            facts.pull_requests.iter().for_each(|pr| seen.pull(pr));
            seen.list(&facts.pull_requests);
            seen.list(&facts.main);
            if let Some(pr) = facts.pull_requests.first() {
                (found.number, found.node_id) = (pr.number, pr.node_id.clone());
            }
            found.commits = facts.main.iter().step_by(20).map(|c| c.sha.clone()).collect();
        }
        let wanted = [ChangeProbeTarget { repo: repo.to_owned(), branch: "main".to_owned(), open: 3 }];
        for with_checks in [false, true] {
            let _ = github.change_probes(&wanted, with_checks).await.map(|change_probes| seen.list(&change_probes));
        }
        if let Ok(now) = github.pull_request(repo, hints.number).await {
            seen.pull(&now.pull_request);
            seen.green(now.state == PullRequestState::Merged, now.state);
        }
        let _ = github.changed_files(std::slice::from_ref(&hints.node_id)).await.map(|files| seen.list(&files));
        if let [head, base, ..] = &hints.commits[..] {
            let _ = github.commits_between(repo, "main", base, head).await.map(|range| seen.list(&range.commits));
            let _ = github.contains(repo, base, head).await;
            let _ = github.files_of_range(repo, &[hints.number], std::slice::from_ref(head)).await.map(|files| seen.list(&files));
        }
        let _ = github.find_revert(repo, "slipway:op-1", None).await;
        let _ = github.whoami().await;
        let _ = github.repositories(None).await.map(|page| seen.list(&page.repositories));
        let _ = github.repository_files(repo, &FOLDERS).await.map(|files| seen.list(&files.files));
        let _ = github.known_commits(repo, &hints.commits).await.map(|known| seen.list(&known));
    }

    async fn read_ci(&self, ci: &dyn Ci, at: usize, hints: &Hints, seen: &mut Seen, found: &mut Hints) {
        let project = hints.projects[at].as_str();
        if let Ok(list) = ci.pipelines(project, "main").await {
            list.iter().for_each(|pipeline| seen.pipeline(pipeline));
            seen.list(&list);
            found.pipelines.extend(list.into_iter().nth(1).map(|bare| Pipeline { status: PipelineStatus::Unknown, ..bare }));
        }
        if let Some(known) = hints.pipelines.get(at)
            && let Ok(pipeline) = ci.details(known).await
        {
            seen.pipeline(&pipeline);
            found.jobs[at] = pipeline.jobs.iter().find_map(|job| job.number).unwrap_or_default();
            if at == 0 {
                found.workflow = pipeline.workflows.iter().flatten().map(|w| w.id.clone()).next().unwrap_or_default();
            }
        }
        let _ = ci.newest_runs(project, "main").await.map(|runs| seen.list(&runs.unwrap_or_default()));
        let _ = ci.other_pipelines(project, "main").await.map(|pipelines| pipelines.iter().for_each(|pipeline| seen.pipeline(pipeline)));
        let _ = ci.pipeline_of(project, &hints.workflow).await.map(|pipeline| seen.pipeline(&pipeline));
        if let Ok(past) = ci.past_durations(project, "main", "build-release").await {
            seen.list(&past.runs);
            seen.list(&past.jobs);
            let usual = past.jobs.iter().flat_map(|(_, e)| [e.seconds, e.low, e.high]);
            let odd = past.runs.iter().copied().chain(usual).find(|s| !s.is_finite() || *s < 0.0);
            seen.green(odd.is_some(), odd);
        }
        let _ = ci.failed_tests(project, hints.jobs[at]).await.map(|tests| seen.list(&tests));
        let _ = ci.artifacts(project, hints.jobs[at]).await.map(|artifacts| seen.list(&artifacts));
        let _ = ci.whoami().await;
        if let Ok(steps) = ci.steps(project, hints.jobs[at]).await {
            steps.iter().for_each(|step| seen.green(step.status == JobStatus::Passed, step));
            seen.list(&steps);
        }
        if at == 0 {
            let _ = self.circleci.has_project(project).await;
        }
    }

    async fn read_heroku(&self, hints: &Hints, seen: &mut Seen, found: &mut Hints) {
        let (heroku, app) = (&self.heroku, hints.app.as_str());
        let pages = [heroku.releases(app, 10).await, heroku.releases_before(app, 9, 10).await];
        for page in pages.into_iter().flatten() {
            page.releases.iter().for_each(|r| seen.green(r.status == ReleaseStatus::Succeeded, r));
            seen.list(&page.releases);
            found.slug = page.releases.iter().find_map(|r| r.artifact_id.clone()).unwrap_or_default();
            found.releases.extend(page.releases.into_iter().map(|r| r.id).take(2));
        }
        let _ = heroku.instances(app).await.map(|instances| seen.list(&instances));
        let _ = heroku.formation(app).await.map(|processes| seen.list(&processes));
        let _ = heroku.artifact_commit(app, &hints.slug).await;
        if let [newer, older, ..] = &hints.releases[..] {
            let _ = heroku.config_difference(app, newer, older).await.map(|names| seen.list(&names));
        }
        let _ = heroku.app_facts().await.map(|facts| seen.list(&facts));
        let _ = heroku.preboot(app).await;
        let _ =
            heroku.newest_build(app).await.map(|build| seen.green(build.is_some_and(|b| b.status == ReleaseStatus::Succeeded), "build"));
        found.pipeline = heroku.pipeline_of(app).await.ok().flatten().unwrap_or_default();
        if let Ok(latest) = heroku.latest_releases(&hints.pipeline).await {
            latest.iter().for_each(|l| seen.green(l.release.status == ReleaseStatus::Succeeded, l));
            seen.list(&latest);
            // A promotion that can be read.
            if let ([from, to, ..], true) = (&latest[..], hints.promotion.is_empty() && !hints.pipeline.is_empty()) {
                let made = heroku.promote(&hints.pipeline, &from.app_id, &from.release.id, &to.app_id).await;
                found.promotion = made.unwrap_or_default();
            }
        }
        if let Ok(targets) = heroku.promotion_targets(&hints.promotion).await {
            targets.iter().for_each(|t| seen.green(t.status == ReleaseStatus::Succeeded, t));
        }
        let _ = heroku.whoami().await;
        let _ = heroku.apps().await.map(|list| seen.list(&list.apps));
        let _ = heroku.built_artifacts(app).await.map(|slugs| seen.list(&slugs));
    }
}

struct Recorded {
    /// Results by request.
    keys: BTreeMap<String, usize>,
    answers: Vec<Value>,
    hints: Hints,
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
static RECORDED: LazyLock<Recorded> = LazyLock::new(|| RUNTIME.block_on(record()));

fn key(method: &str, path: &str, body: &[u8]) -> String {
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    let operation = asked["query"].as_str().and_then(|q| q.split([' ', '(', '{']).nth(1)).unwrap_or_default();
    format!("{method} {} {operation}", path.split('?').next().unwrap_or_default())
}

async fn record() -> Recorded {
    let sandbox = Sandbox::start(Options { scenario: Scenario::SideBySide, ..Options::default() }).await.unwrap();
    let vendors =
        [(Vendor::Github, sandbox.github_url()), (Vendor::Circleci, sandbox.circleci_url()), (Vendor::Heroku, sandbox.heroku_url())];
    let recorder = Recorder::before(&vendors).await.unwrap();
    let own = |kind: &'static dyn HttpDialect| match kind.vendor().as_str() {
        "github" => (recorder.url(Vendor::Github).to_owned(), sandbox.github_token().to_owned()),
        "circleci" => (recorder.url(Vendor::Circleci).to_owned(), sandbox.circleci_token().to_owned()),
        _ => (recorder.url(Vendor::Heroku).to_owned(), sandbox.heroku_token().to_owned()),
    };
    let of = |kind: &str| sandbox.services().iter().find(|s| s.ci_kind == kind).cloned().unwrap();
    let (circle, actions) = (of("circleci"), of("github-actions"));
    let app = circle.environments.last().unwrap().app.clone();
    let mut hints = Hints { repo: circle.repo.clone(), projects: [circle.ci, actions.ci], app, ..Hints::default() };
    for _ in 0..3 {
        // A new client each time, because a cached answer would not pass the recorder again.
        let adapters = Adapters::at(&own, Arc::new(|| Time(jiff::Timestamp::now())));
        let pipelines = std::mem::take(&mut hints.pipelines);
        let found = adapters.read(&Hints { pipelines, ..hints }).await.1;
        hints = Hints { releases: found.releases.iter().take(2).cloned().collect(), ..found };
        hints.pipelines = hints.pipelines.split_off(hints.pipelines.len().saturating_sub(2));
    }
    let (mut keys, mut answers) = (BTreeMap::new(), Vec::new());
    for exchange in recorder.taken().iter().rev() {
        let key = key(&exchange.method, &exchange.path, &exchange.request);
        let Some(Ok(answer)) = exchange.answer_json().filter(|_| exchange.answers_json() && exchange.status < 300) else { continue };
        keys.entry(key).or_insert_with(|| {
            answers.push(answer);
            answers.len() - 1
        });
    }
    Recorded { keys, answers, hints }
}

/// The results of all reads on these answers.
fn read(bodies: Vec<Vec<u8>>) -> Seen {
    RUNTIME.block_on(async {
        let shared = Arc::new(Mutex::new(bodies));
        let server = Server::start(move |number, asked: &Asked| {
            let bodies = shared.lock().unwrap();
            let at = RECORDED.keys.get(&key(&asked.method, &asked.path, asked.body.as_bytes())).copied();
            let body = &bodies[at.unwrap_or(number % bodies.len())];
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            Reply::Bytes([head.as_bytes(), body].concat())
        })
        .await;
        let adapters = Adapters::at(&|_| (server.url.clone(), "t".to_owned()), Desk::new().now());
        adapters.read(&RECORDED.hints).await.0
    })
}

fn bodies(answers: &[Value]) -> Vec<Vec<u8>> {
    answers.iter().map(|answer| answer.to_string().into_bytes()).collect()
}

fn sober_answers() -> Vec<Value> {
    let mut answers = RECORDED.answers.clone();
    answers.iter_mut().for_each(sober);
    answers
}

#[test]
fn as_recorded_everything_is_read_and_without_words_of_success_nothing_is_green() {
    let seen = read(bodies(&RECORDED.answers));
    assert!(RECORDED.answers.len() >= 30, "{:?}", RECORDED.keys.keys());
    assert!(seen.read >= 25 && seen.green.len() > 20, "{} lists, {} green", seen.read, seen.green.len());
    let sober = read(bodies(&sober_answers()));
    // Past durations count only passed runs.
    assert!(sober.green.is_empty() && sober.read + 3 >= seen.read, "{:?}, {} lists", sober.green, sober.read);
}

/// A list that is much longer than requested is only read up to the limit.
#[test]
fn what_is_far_too_much_is_cut() {
    fn blow_up(value: &mut Value) {
        match value {
            Value::Array(elements) => {
                elements.iter_mut().for_each(blow_up);
                if let Some(first) = elements.first().filter(|first| first.to_string().len() < 150).cloned() {
                    elements.resize(10_001, first);
                }
            }
            Value::Object(members) => members.values_mut().for_each(blow_up),
            Value::Number(number) if number.is_u64() => *value = json!(u64::MAX),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    for (at, answer) in sober_answers().into_iter().enumerate() {
        let mut answers = sober_answers();
        let mut large = answer;
        blow_up(&mut large);
        answers[at] = large;
        let seen = read(bodies(&answers));
        assert!(seen.longest <= MOST, "{} of {:?}", seen.longest, RECORDED.keys.iter().find(|(_, n)| **n == at));
    }
}

fn holds(answers: &[Value], wilds: &[Wild]) -> Result<(), TestCaseError> {
    let seen = read(made_strange(answers, wilds));
    prop_assert!(seen.green.is_empty(), "green without a word of success: {:?}", seen.green);
    prop_assert!(seen.longest <= MOST, "a list of {}", seen.longest);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, max_shrink_iters: 200, ..ProptestConfig::default() })]
    #[test]
    fn no_strange_answer_panics_or_passes_for_success(wilds in wilds()) {
        static SOBER: LazyLock<Vec<Value>> = LazyLock::new(sober_answers);
        holds(&SOBER, &wilds)?;
    }
}
