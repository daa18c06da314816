//! Every trait method over HTTP against the sandbox, which shares no code with the adapters. A
//! recorder stands between: what was asked and answered is held against the vendors' contracts.

#[path = "support/fixed_token.rs"]
mod fixed_token;

use fixed_token::FixedToken;
use serde_json::{Value, json};
use slipway_circleci::CircleCi;
use slipway_contracts::{Contracts, Recorder, Vendor};
use slipway_domain::pipeline::Pipeline;
use slipway_domain::release::ReleaseCause;
use slipway_domain::status::{MergeMethod, PipelineStatus, ReleaseStatus};
use slipway_domain::time::Time;
use slipway_github::Github;
use slipway_heroku::Heroku;
use slipway_http::{AccountClient, Http, Secret};
use slipway_sandbox::{Options, Sandbox, Scenario, ServiceInfo};
use slipway_vendor::{Ci, CodeHost, MergedPullRequest, OutputAt, Platform, PullRequestState, PulseOf, ReadError, SendError};
use std::sync::{Arc, OnceLock};

static CONTRACTS: OnceLock<Contracts> = OnceLock::new();

struct World {
    sandbox: Sandbox,
    recorder: Recorder,
    github: Github,
    ci: CircleCi,
    heroku: Heroku,
    plain: reqwest::Client,
}

impl World {
    async fn start(scenario: Scenario, speed: f64) -> Self {
        let sandbox = Sandbox::start(Options { speed, scenario, ..Options::default() }).await.unwrap();
        let vendors =
            [(Vendor::Github, sandbox.github_url()), (Vendor::Circleci, sandbox.circleci_url()), (Vendor::Heroku, sandbox.heroku_url())];
        let recorder = Recorder::before(&vendors).await.unwrap();
        let http = Http::new(Arc::new(|| Time(jiff::Timestamp::now()))).unwrap();
        let account = |kind, url: &str, token: &str| -> AccountClient {
            http.account(kind, Some(url), Arc::new(FixedToken(Secret::new(token)))).unwrap()
        };
        let github = Github::new(account(slipway_github::SPEC.dialect, recorder.url(Vendor::Github), sandbox.github_token()));
        let ci = CircleCi::new(account(slipway_circleci::SPEC.dialect, recorder.url(Vendor::Circleci), sandbox.circleci_token()));
        let heroku = Heroku::new(account(slipway_heroku::SPEC.dialect, recorder.url(Vendor::Heroku), sandbox.heroku_token()));
        Self { sandbox, recorder, github, ci, heroku, plain: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    fn service(&self) -> ServiceInfo {
        self.sandbox.services()[0].clone()
    }

    async fn truth(&self, path: &str) -> Value {
        let url = format!("{}/truth{path}", self.sandbox.control_url());
        self.plain.get(url).bearer_auth(self.sandbox.control_token()).send().await.unwrap().json().await.unwrap()
    }

    async fn make(&self, verb: Value) -> Value {
        let url = format!("{}/world", self.sandbox.control_url());
        let answer = self.plain.post(url).bearer_auth(self.sandbox.control_token()).json(&verb).send().await.unwrap();
        assert!(answer.status().is_success(), "{verb}");
        answer.json().await.unwrap()
    }

    async fn applied(&self, kind: &str) -> u64 {
        let truth = self.truth("").await;
        let of_kind = truth["mutations"].as_array().unwrap().iter().filter(|m| m["kind"] == kind);
        of_kind.map(|m| m["applied"].as_u64().unwrap()).sum()
    }

    /// The newest pipeline once `wanted` holds of it.
    async fn pipeline(&self, wanted: impl Fn(&Pipeline) -> bool) -> Pipeline {
        let service = self.service();
        for _ in 0..200 {
            let newest = self.ci.pipelines(&service.ci, &service.branch).await.unwrap().remove(0);
            let pipeline = self.ci.details(&newest).await.unwrap();
            if wanted(&pipeline) {
                return pipeline;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the pipeline never came so far");
    }

    /// The vendors' own etiquette: user agent, accept, no credentials on log links. And nothing
    /// that was asked or answered leaves its contract.
    async fn assert_polite(&self) {
        assert_eq!(self.truth("").await["violations"], json!([]));
        let contracts = CONTRACTS.get_or_init(|| {
            let contracts = Contracts::load().unwrap();
            contracts.missing().iter().for_each(|missing| println!("{missing}"));
            contracts
        });
        let violations = contracts.report(&self.recorder.taken());
        assert!(violations.is_empty(), "{}", violations.join("\n"));
    }
}

#[tokio::test]
async fn github_reads() {
    let world = World::start(Scenario::Healthy, 60.0).await;
    let (github, service) = (&world.github, world.service());
    assert!(!github.whoami().await.unwrap().user.unwrap().is_empty());
    let facts = github.observe(&service.repo, "main").await.unwrap();
    assert_eq!((facts.gaps.as_slice(), facts.open_total), (&[] as &[String], facts.pull_requests.len() as u64));
    assert!(!facts.pull_requests.is_empty() && facts.main.len() == 50 && !facts.merge_methods.is_empty());
    assert!(!facts.rules.required_checks.is_empty());
    assert!(facts.main.iter().all(|c| c.sha.len() == 40 && !c.title.is_empty() && c.author.is_some() && c.committed_at.is_some()));
    assert!(facts.main.iter().filter(|c| c.pull_request.is_some()).count() > 10);
    let wanted = [PulseOf { repo: service.repo.clone(), branch: "main".to_owned(), open: facts.pull_requests.len() }];
    for with_checks in [false, true] {
        let pulse = github.pulses(&wanted, with_checks).await.unwrap().remove(0).unwrap();
        assert_eq!(pulse.open_total, facts.open_total);
    }
    let pr = &facts.pull_requests[0];
    assert!(pr.checks_complete && pr.additions.is_some() && pr.created_at.is_some() && pr.commits.is_some());

    let now = github.pull_request(&service.repo, pr.number).await.unwrap();
    assert_eq!((now.state, now.rules, now.pull_request.head_sha.as_str()), (PullRequestState::Open, facts.rules, pr.head_sha.as_str()));
    let ids: Vec<String> = facts.pull_requests.iter().map(|pr| pr.node_id.clone()).collect();
    let files = github.changed_files(&ids).await.unwrap();
    assert_eq!(files.len(), ids.len());
    assert!(files.iter().all(|f| f.complete && !f.files.is_empty()));

    let (base, head) = (&facts.main[30].sha, &facts.main[0].sha);
    let range = github.commits_between(&service.repo, "main", base, head).await.unwrap();
    assert!(range.complete && &range.commits[0].sha == head && range.commits.iter().all(|c| &c.sha != base));
    for commit in &range.commits {
        let seen = facts.main.iter().find(|c| c.sha == commit.sha);
        assert!(seen.is_none_or(|seen| seen.pull_request == commit.pull_request && seen.title == commit.title), "{}", commit.sha);
    }
    let merged: Vec<u64> = range.commits.iter().filter_map(|c| c.pull_request).collect();
    let touched = github.files_of_range(&service.repo, &merged, std::slice::from_ref(head)).await.unwrap();
    assert!(touched.iter().any(|f| f.commit.is_some()) && touched.iter().any(|f| f.pull_request.is_some()));
    // An outsider's, whose runs wait; and conversations, code owners and checks of several workflows.
    let of = |more: Value| {
        let mut of = json!({ "service": service.name, "number": pr.number });
        of.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        of
    };
    world.make(json!({ "outsider": of(json!({ "waiting": ["CI"] })), "conversations": of(json!({ "open": 1 })) })).await;
    assert_eq!(github.waiting_runs(&service.repo, &pr.head_sha).await.unwrap().len(), 1);
    let runs = json!({ "are": [{ "name": "build", "conclusion": "STALE", "app": "github-actions", "workflow": "CI", "event": "push" }] });
    world.make(json!({ "check_runs": of(runs), "code_owners": of(json!({ "asked": ["dora"] })) })).await;
    let demands = json!({ "service": service.name, "conversations": "ruleset", "signatures": "ruleset", "apps": [["build", 15368]] });
    world.make(json!({ "demands": demands })).await;
    let seen = github.pull_request(&service.repo, pr.number).await.unwrap();
    assert!(seen.rules.signatures && seen.rules.conversation_resolution && seen.pull_request.unresolved_threads == Some(1));
    assert!(github.find_revert(&service.repo, "no such marker", None).await.unwrap().opened.is_none());
    assert!(matches!(github.observe("acme/no-such", "main").await, Err(ReadError::NotFound(_))));
    assert!(matches!(github.pull_request(&service.repo, 999_999).await, Err(ReadError::NotFound(_))));
    assert!(github.account().budget().rate.unwrap().remaining > 0);
    world.assert_polite().await;
}

#[tokio::test]
async fn circleci_reads() {
    let world = World::start(Scenario::FailingTests, 60.0).await;
    let (ci, service) = (&world.ci, world.service());
    assert!(!ci.whoami().await.unwrap().user.unwrap().is_empty());
    let listed = ci.pipelines(&service.ci, "main").await.unwrap();
    assert!(listed.len() > 5 && listed[0].number > listed[1].number && listed[0].workflows.is_none());
    let pipeline = ci.details(&listed[3]).await.unwrap();
    assert!(pipeline.status != PipelineStatus::Unknown && pipeline.jobs.len() > 3 && pipeline.commit.is_some());
    assert!(pipeline.jobs.iter().any(|job| !job.dependencies.is_empty()));
    if pipeline.status.is_over() {
        let before = ci.account().requests_sent();
        assert_eq!(ci.details(&pipeline).await.unwrap(), pipeline);
        assert_eq!(ci.account().requests_sent() - before, 1);
    }
    let past = ci.past_durations(&service.ci, "main", &pipeline.workflows.as_ref().unwrap()[0].name).await.unwrap();
    assert!(past.runs.len() >= 5 && past.jobs.len() >= 3, "{past:?}");

    let job = pipeline.jobs.iter().find(|job| job.number.is_some() && job.stopped_at.is_some()).unwrap();
    let steps = ci.steps(&service.ci, job.number.unwrap()).await.unwrap();
    let output = steps.iter().find_map(|step| step.output_url.clone()).unwrap();
    assert!(!ci.step_output(&output).await.unwrap().text.is_empty());
    assert!(matches!(ci.steps(&service.ci, 99_999_999).await, Err(ReadError::NotFound(_))));

    world.make(json!({ "fail_next": { "service": service.name, "job": "unit-1" }, "start_pipeline": { "service": service.name } })).await;
    let failed = world.pipeline(|p| p.status == PipelineStatus::Failed).await;
    let tests = ci.failed_tests(&service.ci, failed.failed_job().unwrap().number.unwrap()).await.unwrap();
    assert!(tests.iter().any(|test| !test.name.is_empty() && !test.message.is_empty()));
    world.assert_polite().await;
}

#[tokio::test]
async fn heroku_reads() {
    let world = World::start(Scenario::Healthy, 60.0).await;
    let (heroku, service) = (&world.heroku, world.service());
    let environment = service.environments.iter().find(|e| e.name == "production").unwrap();
    let app = environment.app.as_str();
    assert!(!heroku.whoami().await.unwrap().user.unwrap().is_empty());
    let newest = heroku.releases(app, 10).await.unwrap();
    assert_eq!(newest.releases.len(), 10);
    assert_eq!(newest.releases.iter().filter(|r| r.current).count(), 1);
    let older = heroku.releases_before(app, newest.releases[9].version, 10).await.unwrap();
    assert_eq!(older.releases[0].version, newest.releases[9].version - 1);
    let all = heroku.releases(app, 20_000).await.unwrap();
    let oldest = all.releases.last().unwrap().version;
    assert!(all.complete && oldest < newest.releases[9].version);
    assert!(all.releases.windows(2).all(|pair| pair[0].version == pair[1].version + 1));
    let last = heroku.releases_before(app, oldest + 2, 10).await.unwrap();
    assert_eq!((last.releases.len(), last.complete), (2, true));
    assert!(heroku.releases_before(app, oldest, 10).await.unwrap().releases.is_empty());

    let slug = newest.releases.iter().find_map(|r| r.artifact_id.clone()).unwrap();
    assert_eq!(heroku.artifact_commit(app, &slug).await.unwrap().unwrap().len(), 40);
    assert!(heroku.instances(app).await.unwrap().iter().any(|instance| instance.process == "web"));
    assert!(heroku.formation(app).await.unwrap().iter().any(|process| process.name == "web" && process.quantity == 2));
    let config = all.releases.iter().position(|r| matches!(r.cause(), ReleaseCause::Config { .. })).unwrap();
    let changed = heroku.config_difference(app, &all.releases[config].id, &all.releases[config + 1].id).await.unwrap();
    let ReleaseCause::Config { names } = all.releases[config].cause() else { unreachable!() };
    assert_eq!(changed.into_iter().map(|(name, _)| name).collect::<Vec<_>>(), names);
    let output = newest.releases.iter().find_map(|r| r.output_url.clone()).unwrap();
    let part = heroku.output(&output, &OutputAt::default()).await.unwrap();
    assert!(!part.text.is_empty() && part.over && part.at.bytes == part.text.len() as u64);
    assert_eq!(heroku.probe(&environment.health_url).await.status, Some(200));
    assert_eq!(heroku.probe("http://127.0.0.1:1/").await.status, None);
    assert!(matches!(heroku.releases("no-such-app", 1).await, Err(ReadError::NotFound(_))));

    // The second look at what has not changed is a 304.
    heroku.releases(app, 10).await.unwrap();
    assert!(world.truth("").await["requests"]["heroku"]["not_modified"].as_u64().unwrap() >= 1);
    world.assert_polite().await;
}

/// Images that Heroku built tell their commit; those pushed to its registry are not known to it.
#[tokio::test]
async fn images_in_the_place_of_slugs() {
    let world = World::start(Scenario::Healthy, 120.0).await;
    let (heroku, service) = (&world.heroku, world.service());
    let app = service.environments[0].app.as_str();
    let built = heroku.releases(app, 1).await.unwrap().releases.remove(0);
    let commit = heroku.artifact_commit(app, &built.artifact_id.clone().unwrap()).await.unwrap();
    for (are, images) in [("built", 1), ("pushed", 2)] {
        world.make(json!({ "images": { "app": app, "are": are } })).await;
        let release = heroku.releases(app, 1).await.unwrap().releases.remove(0);
        assert_eq!((&release.artifact_id, release.artifacts.len(), release.is_image()), (&None, images, true));
        let told = heroku.image_commit(app, &release.artifacts[0].id).await.unwrap();
        assert_eq!(told, commit.clone().filter(|_| are == "built"));
        assert!(matches!(heroku.artifact_commit(app, &release.artifacts[0].id).await, Err(ReadError::NotFound(_))));
    }
    let by_add_on = json!({ "app": app, "description": "Update DATABASE by heroku-postgresql", "user": "heroku-postgresql@addons.heroku.com",
        "plan": "heroku-redis:mini" });
    world.make(json!({ "add_on": by_add_on })).await;
    let release = heroku.releases(app, 1).await.unwrap().releases.remove(0);
    assert_eq!(release.cause, Some(ReleaseCause::AddOn { name: "heroku-postgresql".into() }));
    assert_eq!(release.add_on_plans, Some(vec!["heroku-postgresql:standard-0".into(), "heroku-redis:mini".into()]));
    world.assert_polite().await;
}

#[tokio::test]
async fn ten_thousand_releases_come_by_the_thousand() {
    let world = World::start(Scenario::Busy, 1.0).await;
    let apps: Vec<String> = world.sandbox.services().iter().flat_map(|s| s.environments.iter().map(|e| e.app.clone())).collect();
    let mut longest = 0;
    for app in apps {
        let newest = world.heroku.releases(&app, 1).await.unwrap().releases[0].version;
        if newest >= 10_000 {
            let before = world.heroku.account().requests_sent();
            let all = world.heroku.releases(&app, 20_000).await.unwrap();
            assert!(all.complete && all.releases.len() as u64 == newest);
            assert!(world.heroku.account().requests_sent() - before <= newest / 1000 + 1);
        }
        longest = longest.max(newest);
    }
    assert!(longest >= 10_000);
}

#[tokio::test]
async fn merge_and_revert() {
    let world = World::start(Scenario::Healthy, 60.0).await;
    let (github, service) = (&world.github, world.service());
    let opened = world.make(json!({ "open_pull": { "service": service.name, "title": "A change", "ready": true } })).await;
    let number = opened["open_pull"]["pull_request"].as_u64().unwrap();
    let seen = github.pull_request(&service.repo, number).await.unwrap();
    let stale = github.merge(&service.repo, number, &"0".repeat(40), MergeMethod::Squash).await;
    assert!(matches!(stale, Err(SendError::Refused { status: 409, .. })), "{stale:?}");
    let merged = github.merge(&service.repo, number, &seen.pull_request.head_sha, MergeMethod::Squash).await.unwrap();
    let now = github.pull_request(&service.repo, number).await.unwrap();
    assert_eq!((now.state, now.merge_commit.clone()), (PullRequestState::Merged, merged.merge_commit));
    assert!(now.merged_by.is_some());
    let again = github.merge(&service.repo, number, &seen.pull_request.head_sha, MergeMethod::Squash).await;
    assert!(matches!(again, Err(SendError::Refused { status: 405, .. })), "{again:?}");

    let revert = github.revert(&seen.pull_request.node_id, "Revert \"A change\"", "Because. <!-- slipway:op-1 -->").await.unwrap();
    let found = github.find_revert(&service.repo, "slipway:op-1", None).await.unwrap().opened.unwrap();
    assert_eq!((found.number, found.url), (revert.number, revert.url));
    let reverts = github.newest_reverts(&service.repo, &MergedPullRequest::from(&now)).await.unwrap();
    assert_eq!(reverts, [], "its body does not say what it reverts");
    let open = github.observe(&service.repo, "main").await.unwrap().pull_requests[0].clone();
    let refused = github.revert(&open.node_id, "Revert", "Not merged").await;
    assert!(open.number == revert.number || matches!(refused, Err(SendError::Refused { status: 200, .. })), "{refused:?}");
    assert_eq!((world.applied("merge").await, world.applied("revert").await), (1, 1));
    world.assert_polite().await;
}

/// Merged later: by auto-merge, through a queue, or after the branch has been updated.
#[tokio::test]
async fn the_other_ways_to_merge() {
    let world = World::start(Scenario::Healthy, 60.0).await;
    let (github, service) = (&world.github, world.service());
    let open = async |ready: bool| {
        let opened = world.make(json!({ "open_pull": { "service": service.name, "title": "Later", "ready": ready } })).await;
        let number = opened["open_pull"]["pull_request"].as_u64().unwrap();
        github.pull_request(&service.repo, number).await.unwrap().pull_request
    };
    let waiting = open(false).await;
    github.enable_auto_merge(&waiting.node_id, &waiting.head_sha, MergeMethod::Squash).await.unwrap();
    assert!(github.pull_request(&service.repo, waiting.number).await.unwrap().pull_request.auto_merge.is_some());
    github.disable_auto_merge(&waiting.node_id).await.unwrap();
    assert!(github.pull_request(&service.repo, waiting.number).await.unwrap().pull_request.auto_merge.is_none());

    let ready = open(true).await;
    let stale = github.update_branch(&ready.node_id, &"0".repeat(40)).await;
    assert!(matches!(stale, Err(SendError::Refused { .. })), "{stale:?}");
    let refused = github.enqueue(&ready.node_id, &ready.head_sha).await;
    assert!(matches!(refused, Err(SendError::Refused { .. })), "{refused:?}");
    world.make(json!({ "repository": { "service": service.name, "merge_queue": "squash" } })).await;
    assert!(github.enqueue(&ready.node_id, &ready.head_sha).await.unwrap().is_some());
    github.dequeue(&ready.node_id).await.unwrap();
    let facts = github.observe(&service.repo, "main").await.unwrap();
    assert!(facts.pull_requests.iter().any(|pr| pr.number == ready.number));
    assert!(github.contains(&service.repo, &facts.main[3].sha, &facts.main[0].sha).await.unwrap());
    world.assert_polite().await;
}

#[tokio::test]
async fn rerun_and_cancel() {
    let world = World::start(Scenario::Healthy, 120.0).await;
    let (ci, service) = (&world.ci, world.service());
    world.make(json!({ "fail_next": { "service": service.name, "job": "unit-1" }, "start_pipeline": { "service": service.name } })).await;
    let failed = world.pipeline(|p| p.status == PipelineStatus::Failed).await;
    let workflow = failed.newest_workflows().into_iter().find(|w| w.status == PipelineStatus::Failed).unwrap().id.clone();
    let rerun = ci.rerun_from_failed(&workflow).await.unwrap();
    let after = ci.details(&failed).await.unwrap();
    assert!(after.workflows.as_ref().unwrap().iter().any(|w| w.id == rerun));
    ci.cancel(&rerun).await.unwrap();
    world.pipeline(|p| p.status == PipelineStatus::Canceled).await;
    assert!(matches!(ci.approve(&rerun, "no-such").await, Err(SendError::Refused { .. })));
    assert_eq!((world.applied("rerun").await, world.applied("cancel").await), (1, 1));
    world.assert_polite().await;
}

#[tokio::test]
async fn a_rollback_is_a_new_release() {
    let world = World::start(Scenario::Healthy, 60.0).await;
    let (heroku, service) = (&world.heroku, world.service());
    let app = service.environments.iter().find(|e| e.name == "production").unwrap().app.clone();
    let releases = heroku.releases(&app, 50).await.unwrap().releases;
    let target = releases.iter().skip(1).find(|r| r.eligible_for_rollback && r.artifact_id != releases[0].artifact_id).unwrap();
    let made = heroku.roll_back(&app, &target.id).await.unwrap();
    assert_eq!((made.rollback_to(), made.version), (Some(target.version), releases[0].version + 1));
    assert!(matches!(heroku.roll_back(&app, "00000000-0000-4000-8000-000000000000").await, Err(SendError::Refused { status: 404, .. })));
    assert_eq!(world.applied("rollback").await, 1);
    world.assert_polite().await;
}

/// A method that no test drives through the recorder would go unchecked against its vendor's contract.
#[test]
fn every_trait_method_is_driven() {
    let undriven = |traits: &'static str, tests: &str| -> Vec<&str> {
        let methods = traits.split("async fn ").skip(1).filter_map(|after| after.split(['(', '<']).next());
        methods.filter(|name| !tests.contains(&format!(".{name}("))).collect()
    };
    for role in [
        include_str!("../../vendor/src/code_host.rs"),
        include_str!("../../vendor/src/ci.rs"),
        include_str!("../../vendor/src/platform.rs"),
    ] {
        assert_eq!(undriven(role, include_str!("against_sandbox.rs")), Vec::<&str>::new());
    }
    assert_eq!(undriven(include_str!("../../vendor/src/discover.rs"), include_str!("set_ups.rs")), Vec::<&str>::new());
}

#[tokio::test]
async fn circleci_workflows_of_every_kind() {
    let world = World::start(Scenario::Healthy, 120.0).await;
    let (ci, service) = (&world.ci, world.service());
    let shape = json!({ "service": service.name, "setup": true, "also": ["audit"], "not_run": ["nightly"] });
    world.make(json!({ "workflows": shape })).await;
    world.make(json!({ "start_pipeline": { "service": service.name } })).await;
    // The setup workflow alone is no passed pipeline, at no time.
    let mut seen = Vec::new();
    let done = loop {
        let newest = ci.pipelines(&service.ci, "main").await.unwrap().remove(0);
        let now = ci.details(&newest).await.unwrap();
        let names: Vec<String> = now.workflows.iter().flatten().map(|w| w.name.clone()).collect();
        assert!(now.status != PipelineStatus::Passed || names.len() == 4, "{names:?}");
        seen.push(now.status);
        if now.status.is_over() {
            break now;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        assert!(seen.len() < 400, "{seen:?}");
    };
    assert_eq!(done.status, PipelineStatus::Passed, "not_run is neither green nor red");
    let names: Vec<&str> = done.newest_workflows().iter().map(|w| w.name.as_str()).collect();
    assert!(["setup", "build-release", "audit", "nightly"].iter().all(|n| names.contains(n)), "{names:?}");

    let unit = done.jobs.iter().find(|j| j.name == "unit-1").and_then(|j| j.number).unwrap();
    let artifacts = ci.artifacts(&service.ci, unit).await.unwrap();
    assert!(artifacts.len() == 2 && artifacts.iter().all(|a| a.url.starts_with("https://output.circle-artifacts.com/")));

    // Its one list has them all.
    assert!(!ci.lists_only_pushes() && ci.other_pipelines(&service.ci, "main").await.unwrap().is_empty());

    // A rerun of an old pipeline is not in the list of pipelines, but in what ran lately.
    let listed = ci.pipelines(&service.ci, "main").await.unwrap();
    let old = listed.last().unwrap();
    let made = world.make(json!({ "rerun": { "service": service.name, "number": old.number } })).await;
    let workflow = made["rerun"]["workflow_id"].as_str().unwrap().to_owned();
    world.make(json!({ "advance": 10 })).await;
    let runs = ci.newest_runs(&service.ci, "main").await.unwrap().unwrap();
    assert_eq!((runs[0].workflow.as_str(), runs[0].commit.as_deref()), (workflow.as_str(), old.commit.as_deref()));
    assert_eq!(ci.pipeline_of(&service.ci, &workflow).await.unwrap().id, old.id);

    // Bitbucket's short and long names, and the opaque one.
    world.make(json!({ "vcs": { "service": service.name, "is": "bitbucket" } })).await;
    for slug in [format!("bb/{}", service.repo), format!("bitbucket/{}", service.repo)] {
        assert!(!ci.pipelines(&slug, "main").await.unwrap().is_empty(), "{slug}");
        assert!(ci.newest_runs(&slug, "main").await.unwrap().is_some_and(|runs| !runs.is_empty()), "{slug}");
    }
    assert!(matches!(ci.pipelines(&service.ci, "main").await, Err(ReadError::NotFound(_))));
    world.assert_polite().await;
}

/// An id of nothing.
const NOBODY: &str = "01234567-89ab-4def-8123-456789abcdef";

#[tokio::test]
async fn promotion_and_built_slugs() {
    let world = World::start(Scenario::Healthy, 120.0).await;
    let (heroku, service) = (&world.heroku, world.service());
    let of = |name: &str| service.environments.iter().find(|e| e.name == name).unwrap().clone();
    let (staging, production) = (of("staging"), of("production"));
    let pipeline = heroku.pipeline_of(&production.app).await.unwrap().unwrap();
    assert_eq!(heroku.pipeline_of(&staging.app).await.unwrap().as_deref(), Some(pipeline.as_str()));
    let latest = heroku.latest_releases(&pipeline).await.unwrap();
    let id_of = |app: &str| latest.iter().find(|l| l.app == app).map(|l| l.app_id.clone()).unwrap();

    // A build that nothing released, then released on staging, then promoted.
    let build_app = staging.build_app.clone();
    let made = world.make(json!({ "build": { "app": build_app } })).await;
    let build = heroku.newest_build(&build_app).await.unwrap().unwrap();
    assert_eq!(Some(build.id.as_str()), made["build"]["build"].as_str());
    let slug = build.artifact_id.unwrap();
    let part = heroku.output(build.output_url.as_deref().unwrap(), &OutputAt::default()).await.unwrap();
    assert!(part.over && part.text.contains("Launching"));
    let released = heroku.release_artifact(&staging.app, &slug, "Deploy by hand").await.unwrap();
    assert_eq!((released.artifact_id.as_deref(), released.description.as_str()), (Some(slug.as_str()), "Deploy by hand"));
    assert!(matches!(heroku.release_artifact(&staging.app, NOBODY, "x").await, Err(SendError::Refused { status: 404, .. })));
    world.make(json!({ "advance": 90 })).await;

    let promotion = heroku.promote(&pipeline, &id_of(&staging.app), &released.id, &id_of(&production.app)).await.unwrap();
    let pending = heroku.promotion_targets(&promotion).await.unwrap();
    assert_eq!((pending.len(), pending[0].status), (1, ReleaseStatus::Pending));
    world.make(json!({ "advance": 90 })).await;
    assert_eq!(heroku.promotion_targets(&promotion).await.unwrap()[0].status, ReleaseStatus::Succeeded);
    assert_eq!(heroku.releases(&production.app, 1).await.unwrap().releases[0].artifact_id.as_deref(), Some(slug.as_str()));

    world.make(json!({ "fail_next_promotion": { "app": production.app, "error": "App is locked." } })).await;
    let failed = heroku.promote(&pipeline, &id_of(&staging.app), &released.id, &id_of(&production.app)).await.unwrap();
    world.make(json!({ "advance": 10 })).await;
    let target = heroku.promotion_targets(&failed).await.unwrap().remove(0);
    assert_eq!((target.status, target.error.as_deref()), (ReleaseStatus::Failed, Some("App is locked.")));
    let elsewhere = heroku.promote(NOBODY, &id_of(&staging.app), &released.id, &id_of(&production.app)).await;
    assert!(matches!(elsewhere, Err(SendError::Refused { status: 404, .. })), "{elsewhere:?}");

    assert!(!heroku.preboot(&production.app).await.unwrap());
    world.make(json!({ "preboot": { "app": production.app } , "maintenance": { "app": production.app } })).await;
    assert!(heroku.preboot(&production.app).await.unwrap());
    let apps = heroku.app_facts().await.unwrap();
    assert_eq!(apps.iter().filter(|a| a.maintenance == Some(true)).map(|a| a.name.as_str()).collect::<Vec<_>>(), [production.app.as_str()]);
    world.assert_polite().await;
}

#[tokio::test]
async fn an_output_is_read_while_it_is_written() {
    let world = World::start(Scenario::Healthy, 10.0).await;
    let (heroku, service) = (&world.heroku, world.service());
    let app = service.environments.iter().find(|e| e.name == "production").unwrap().app.clone();
    world.make(json!({ "release": { "app": app } })).await;
    let url = heroku.releases(&app, 1).await.unwrap().releases[0].output_url.clone().unwrap();
    let first = heroku.output(&url, &OutputAt::default()).await.unwrap();
    assert!(first.text.starts_with("$ bin/rails db:migrate\n"), "{}", first.text);
    let mut text = first.text.clone();
    let mut at = first.at;
    for _ in 0..10 {
        let part = heroku.output(&url, &at).await.unwrap();
        text.push_str(&part.text);
        at = part.at;
        if part.over {
            break;
        }
    }
    assert!(text.ends_with("Release command finished.\n") && text.matches("db:migrate").count() == 1, "{text}");
    let nothing = heroku.output(&url, &at).await.unwrap();
    assert!(nothing.over && nothing.text.is_empty() && nothing.at == at);
    world.assert_polite().await;
}
