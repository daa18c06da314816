//! `slipway status` at 80 columns, against committed text; and the ages in its JSON.

use super::{honest, text, ways_out};
use crate::look;
use serde_json::{Value, json};
use slipway_domain::environment::{Instance, ProcessType};
use slipway_domain::estimate::Estimate;
use slipway_domain::evidence::alerts::alerts_at;
use slipway_domain::evidence::release_mark;
use slipway_domain::headline::headline;
use slipway_domain::pipeline::{Job, Pipeline};
use slipway_domain::pull_request::PullRequest;
use slipway_domain::release::Release;
use slipway_domain::service::{CiProject, EnvironmentConfig, Service};
use slipway_domain::snapshot::{ServiceState, Snapshot, Source, SourceError, SourceErrorKind, SourceState};
use slipway_domain::status::{Health, Mark, Readiness, ReleaseStatus};
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use std::path::PathBuf;
use unicode_width::UnicodeWidthStr;

const COLUMNS: usize = 80;

fn at(seconds: i64) -> Time {
    Time::from_unix(1_795_000_000 + seconds)
}

fn now() -> Time {
    at(0)
}

fn pull_request(number: u64, title: &str, readiness: Readiness, reasons: &[&str]) -> PullRequest {
    let pr = json!({
        "number": number, "node_id": "", "title": title, "url": "", "author": "nadia-k", "head_sha": "4be21d7", "head_branch": "b",
        "base_branch": "main", "created_at": null, "updated_at": null, "draft": false, "mergeable": "mergeable",
        "merge_state": "clean", "review_decision": "none", "reviews": [], "readiness": readiness, "reasons": reasons,
        "checks": {"passed": 0, "failed": 0, "pending": 0, "missing": 0}, "check_list": [], "checks_complete": true,
        "behind_by": null, "additions": null, "deletions": null, "changed_files": null, "files": null,
        "files_complete": false, "migrations": [], "commits": null,
    });
    serde_json::from_value(pr).expect("a pull request")
}

fn release(version: u64, live: bool) -> Release {
    let release = json!({
        "version": version, "code_version": version, "id": format!("r{version}"), "status": ReleaseStatus::Succeeded, "current": live,
        "eligible_for_rollback": true, "slug": null, "commit": "4be21d7a", "released_at": at(-11_520), "updated_at": at(-11_500),
        "description": "Deploy 4be21d7", "cause": {"cause": "deploy"}, "user": null, "pull_requests": [], "output_url": null,
    });
    serde_json::from_value(release).expect("a release")
}

fn pipeline(number: u64, title: &str, status: &str, jobs: Vec<Job>) -> Pipeline {
    let workflow = |name: &str| json!({"id": name, "name": name, "status": status, "created_at": at(-900), "stopped_at": null});
    let pipeline = json!({
        "id": format!("p{number}"), "number": number, "branch": "main", "commit": "9f3c1ab", "title": title, "url": null,
        "created_at": at(-900), "stopped_at": null, "status": status, "progress": 1.0, "eta_seconds": null, "pull_request": null,
        "jobs": jobs, "workflows": [workflow("build")], "error": null,
    });
    serde_json::from_value(pipeline).expect("a pipeline")
}

fn hold(name: &str) -> Job {
    let job = json!({
        "id": name, "number": null, "workflow": "build", "name": name, "status": "on_hold", "duration_seconds": null,
        "started_at": at(-300), "stopped_at": null, "dependencies": [], "approval_id": name, "usual_seconds": null, "url": null,
    });
    serde_json::from_value(job).expect("a job")
}

fn instance(process: &str, state: &str) -> Instance {
    Instance { name: format!("{process}.1"), process: process.into(), state: state.into(), release_version: Some(1847), updated_at: None }
}

/// A service that was just read and has no problems.
fn shop() -> ServiceState {
    let environment = |name: &str| EnvironmentConfig {
        name: name.into(),
        provider: VendorId::new("heroku"),
        app: format!("storefront-{name}"),
        build_app: None,
        health_url: None,
        production: None,
        stage: None,
        watch_minutes: None,
    };
    let mut state = ServiceState::unread(Service {
        name: "storefront".into(),
        repo: "acme/storefront".into(),
        branch: "main".into(),
        ci: Some(CiProject { provider: VendorId::new("circleci"), project: "gh/acme/storefront".into() }),
        environments: vec![environment("production"), environment("staging")],
        accounts: vec![],
        migration_paths: vec![],
    });
    let read = |source, provider| SourceState { source, provider, observed_at: Some(at(-2)), asked_at: None, error: None };
    state.sources = vec![
        read(Source::Code, VendorId::new("github")),
        read(Source::Ci, VendorId::new("circleci")),
        read(Source::Environment("production".into()), VendorId::new("heroku")),
        read(Source::Environment("staging".into()), VendorId::new("heroku")),
    ];
    state.stale = false;
    for environment in &mut state.environments {
        environment.health = Health::Healthy;
        environment.formation = Some(vec![slipway_domain::environment::ProcessType { name: "web".into(), quantity: 2 }]);
        environment.releases = vec![release(1847, true)];
        environment.current = Some(release(1847, true));
        environment.instances = Some(vec![instance("web", "up")]);
        (environment.maintenance, environment.maintenance_at) = (Some(false), Some(at(-2)));
    }
    state.pipelines = vec![pipeline(3127, "Cache exchange rates for 60 s", "passed", vec![])];
    state.pull_requests = vec![pull_request(489, "Show delivery estimate in basket", Readiness::Ready, &[])];
    state.open_pull_requests = 1;
    state
}

fn settled(mut state: ServiceState) -> Snapshot {
    state.environments.iter_mut().for_each(release_mark::settle);
    state.stale = state.sources.iter().any(|s| s.error.is_some() || s.observed_at.is_none());
    state.alerts = alerts_at(&state, now());
    state.sentence = headline(&state, now());
    state.mark = state.sentence.mark;
    Snapshot { rev: 1, observed_at: Some(at(-2)), services: vec![std::sync::Arc::new(state)], accounts: vec![], ..Snapshot::default() }
}

/// Compares with the committed text. `UPDATE_TEXTS=1` rewrites it; review the difference before committing.
fn shows(name: &str, snapshot: &Snapshot) -> String {
    let ways_out = snapshot.services.iter().map(|state| (state.name.clone(), ways_out::unread(state, "it could not be read")));
    let board = text::Board { snapshot, ways_out: &ways_out.collect(), now: now(), width: Some(COLUMNS) };
    let rendered = look::page(&board.lines(), Some(COLUMNS));
    let text = anstream::adapter::strip_str(&rendered).to_string() + "\n";
    for line in text.lines() {
        assert!(line.width() <= COLUMNS, "{name}: {line}");
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/commands/status/texts").join(format!("{name}.txt"));
    if std::env::var_os("UPDATE_TEXTS").is_some() {
        std::fs::write(&path, &text).expect("written");
    }
    assert_eq!(text, std::fs::read_to_string(&path).unwrap_or_default(), "{name}");
    text
}

fn unreachable(vendor: &str) -> SourceError {
    let message = format!("{vendor} cannot be reached: no connection could be made");
    SourceError { kind: SourceErrorKind::Unreachable, message, since: at(-840), retry_at: None, url: None }
}

fn offline() -> ServiceState {
    let mut state = shop();
    for source in &mut state.sources {
        source.observed_at = Some(at(-840));
        source.error = Some(unreachable(&slipway_registry::VENDORS.title(source.provider)));
    }
    state
}

#[test]
fn offline_every_part_carries_its_age() {
    let text = shows("offline", &settled(offline()));
    for good in ["healthy", "ready", "passed", "open"] {
        for line in text.lines().filter(|line| line.contains(good)) {
            assert!(line.contains(&format!("{good}, 14 min old")), "{line}");
        }
    }
}

#[test]
fn what_was_never_read_is_not_known() {
    let mut state = shop();
    state = ServiceState { sources: vec![], environments: ServiceState::unread(state.config.clone()).environments, ..state };
    (state.pipelines, state.pull_requests, state.open_pull_requests) = (vec![], vec![], 0);
    let text = shows("never-read", &settled(state));
    assert!(!text.contains(" 0 ") && text.matches("not known").count() >= 4, "{text}");
}

#[test]
fn a_pull_request_of_which_nothing_reported() {
    let mut state = shop();
    state.pull_requests = vec![pull_request(489, "Show delivery estimate", Readiness::Checks, &["No check has reported yet"])];
    shows("nothing-reported", &settled(state));
}

#[test]
fn a_fine_grained_token() {
    let mut state = shop();
    let why = "GitHub does not let a fine-grained token read check runs; by its own verdict nothing holds this back";
    state.pull_requests = vec![pull_request(489, "Show delivery estimate in basket", Readiness::Unknown, &[why])];
    shows("fine-grained-token", &settled(state));
}

#[test]
fn no_web_process() {
    let mut state = shop();
    state.environments[1].health = Health::Unknown;
    state.environments[1].formation =
        Some(vec![ProcessType { name: "web".into(), quantity: 0 }, ProcessType { name: "worker".into(), quantity: 1 }]);
    state.environments[1].instances = Some(vec![instance("worker", "up")]);
    let snapshot = settled(state);
    assert_eq!(snapshot.services[0].mark, Mark::Unknown);
    shows("no-web-process", &snapshot);
}

#[test]
fn held_twice() {
    let mut state = shop();
    let holds = vec![hold("approve-staging"), hold("approve-production")];
    state.pipelines.insert(0, pipeline(3128, "Retry payment webhooks with jitter", "on_hold", holds));
    shows("held-twice", &settled(state));
}

#[test]
fn restarting_and_degraded() {
    let mut state = shop();
    state.environments[0].health = Health::Restarting;
    // A worker crashes while web is up.
    let staging = &mut state.environments[1];
    staging.health = Health::Degraded;
    staging.instances = Some(vec![instance("web", "up"), instance("worker", "crashed")]);
    staging.process_outage = Some(slipway_domain::environment::Outage {
        since: at(-300),
        process: Some("worker".into()),
        failed: vec!["worker".into()],
        health_check: false,
        began_under: Some(1847),
        last_unwell: Some(at(-2)),
        up_since: None,
        ended_at: None,
        reopened: false,
    });
    let text = shows("restarting", &settled(state));
    assert!(!text.contains("healthy"), "{text}");
}

/// Both ways out with their times and the commands to type, where their plans could not be made.
#[test]
fn hurt_with_both_ways_out() {
    let mut state = shop();
    let estimate = |seconds| Estimate { seconds, low: seconds, high: seconds, runs: 5 };
    state.usual.rollback.insert("production".to_owned(), estimate(41.0));
    state.usual.pipeline = Some(estimate(724.0));
    let production = &mut state.environments[0];
    (production.health, production.rollback_target) = (Health::Down, Some(1846));
    production.releases = vec![release(1847, true), release(1846, false)];
    for live in production.releases.iter_mut().take(1).chain(&mut production.current) {
        live.pull_requests = Some(vec![482, 480]);
    }
    let text = shows("hurt", &settled(state));
    for part in [
        "about 41 s",
        "      slipway rollback storefront production",
        "about 12 min, review not counted",
        "      slipway revert storefront 482",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// Two calls one after the other on the same world: what the second did not read again is shown with its age.
#[test]
fn maintenance_carries_its_own_age() {
    let mut state = shop();
    (state.environments[0].maintenance, state.environments[0].maintenance_at) = (Some(true), Some(at(-400)));
    state.environments[1].maintenance = None;
    let text = shows("maintenance", &settled(state));
    assert!(text.contains("in maintenance, 7 min old") && text.contains("maintenance not known"), "{text}");
}

#[test]
fn the_json_has_the_age_of_each_source() {
    let mut state = offline();
    state.sources[1].observed_at = None;
    let value = honest(&settled(state), now()).expect("JSON");
    let sources = &value["services"][0]["sources"];
    assert_eq!((&sources[0]["age_seconds"], &sources[0]["stale"]), (&json!(840), &json!(true)));
    assert_eq!((&sources[1]["age_seconds"], &sources[1]["stale"]), (&Value::Null, &json!(true)));
    let fresh = honest(&settled(shop()), now()).expect("JSON");
    assert_eq!(fresh["services"][0]["sources"][2]["stale"], json!(false));
}
