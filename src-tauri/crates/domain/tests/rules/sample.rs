//! Values the domain's tests are built from.

use slipway_domain::environment::{Environment, Instance};
use slipway_domain::pipeline::{Job, Pipeline, Workflow};
use slipway_domain::pull_request::SeenWaiting;
use slipway_domain::pull_request::*;
use slipway_domain::release::ReleaseMark;
use slipway_domain::release::{Release, ReleaseCause};
use slipway_domain::service::{CiProject, EnvironmentConfig, Service, default_migration_paths};
use slipway_domain::snapshot::{Commit, ServiceState, Source, SourceState};
use slipway_domain::status::*;
use slipway_domain::time::Time;
use slipway_domain::vendor::{
    CiProfile, CodeHostProfile, Overlap, PlatformAbilities, PlatformProfile, RollbackRestores, VendorId, Vocabulary,
};

pub(crate) fn at(seconds: i64) -> Time {
    Time::from_unix(1_795_000_000 + seconds)
}

/// Each release runs for longer than half an hour: one that no watch judged counts as good.
pub(crate) fn released(version: u64) -> Time {
    at(version as i64 * 2_000)
}

pub(crate) fn check(name: &str, status: CheckStatus) -> Check {
    Check::bare(name, status)
}

pub(crate) fn pull_request(number: u64) -> PullRequest {
    PullRequest {
        number,
        node_id: format!("PR_{number}"),
        title: format!("Change {number}"),
        url: String::new(),
        author: Some("nadia-k".into()),
        head_sha: format!("{number:040x}"),
        head_branch: format!("change-{number}"),
        base_branch: "main".into(),
        created_at: None,
        updated_at: Some(at(0)),
        draft: false,
        mergeable: Mergeable::Mergeable,
        merge_state: MergeState::Clean,
        review_decision: ReviewDecision::Approved,
        reviews: vec![],
        readiness: Readiness::Unknown,
        reasons: vec![],
        causes: vec![],
        checks: CheckCounts::default(),
        check_list: vec![check("unit", CheckStatus::Passed)],
        checks_complete: true,
        rollup: Some(CheckRollup::Success),
        unreadable: vec![],
        waiting_runs: None,
        unresolved_threads: None,
        code_owners: vec![],
        head_signed: None,
        superseded_not_green: false,
        from_fork: false,
        behind_by: None,
        additions: None,
        deletions: None,
        changed_files: None,
        files: None,
        files_complete: false,
        migrations: Some(vec![]),
        commits: None,
        auto_merge: None,
        queue: None,
        viewer_can: ViewerCan::default(),
        can_be_rebased: None,
        seen_waiting: SeenWaiting::default(),
        dropped: None,
    }
}

pub(crate) fn release(version: u64, artifact_id: &str, description: &str, status: ReleaseStatus) -> Release {
    Release {
        version,
        code_version: None,
        id: format!("release-{version}"),
        status,
        mark: ReleaseMark::Unknown,
        current: false,
        eligible_for_rollback: status == ReleaseStatus::Succeeded,
        artifact_id: Some(artifact_id.into()),
        commit: None,
        released_at: Some(released(version)),
        updated_at: Some(released(version).plus(20.0)),
        description: description.into(),
        cause: Some(cause(description)),
        artifacts: vec![],
        add_on_plans: None,
        user: None,
        pull_requests: None,
        output_url: None,
        watch: None,
        marked_bad: None,
    }
}

/// What an adapter reads from these descriptions.
fn cause(description: &str) -> ReleaseCause {
    let (verb, rest) = description.split_once(' ').unwrap_or((description, ""));
    match verb {
        "Rollback" => ReleaseCause::Rollback { to: rest.trim_start_matches("to v").parse().expect("a version") },
        "Set" => ReleaseCause::Config { names: vec![rest.trim_end_matches(" config vars").into()] },
        "Attach" => ReleaseCause::AddOn { name: rest.into() },
        "Promote" => ReleaseCause::Promotion { from: rest.into() },
        "Deploy" => ReleaseCause::Deploy,
        _ => ReleaseCause::Other,
    }
}

/// A platform that can what Heroku can.
pub(crate) fn platform() -> PlatformProfile {
    PlatformProfile {
        title: "Heroku",
        vocabulary: Vocabulary { instance: "dyno", app: "app", artifact: "slug" },
        abilities: PlatformAbilities {
            rollback_restores: RollbackRestores::CodeAndConfig,
            rollback_pins: false,
            rollback_takes_reason: false,
            compares_before_release: false,
            rollback_runs_release_command: true,
            releases_built_code: true,
        },
        overlap: Some(Overlap { name: "Preboot", seconds: 180 }),
    }
}

/// Releases oldest first as `(version, artifact, description, succeeded)`; stored newest first.
pub(crate) fn environment(history: &[(u64, &str, &str, bool)]) -> Environment {
    let config = EnvironmentConfig {
        name: "production".into(),
        provider: VendorId::new("heroku"),
        app: "storefront-production".into(),
        build_app: None,
        health_url: None,
        production: None,
        stage: None,
        watch_minutes: None,
    };
    let mut environment = Environment::unread(&config);
    environment.platform = platform();
    environment.releases = history
        .iter()
        .rev()
        .map(|(version, artifact_id, description, ok)| {
            release(*version, artifact_id, description, if *ok { ReleaseStatus::Succeeded } else { ReleaseStatus::Failed })
        })
        .collect();
    if let Some(live) = environment.releases.iter_mut().find(|r| r.status == ReleaseStatus::Succeeded) {
        live.current = true;
    }
    environment.instances =
        Some(vec![Instance { name: "web.1".into(), process: "web".into(), state: "up".into(), release_version: None, updated_at: None }]);
    slipway_domain::lineage::settle(&mut environment, &[]);
    environment
}

pub(crate) fn commit(sha: &str, parents: &[&str], pull_request: Option<u64>) -> Commit {
    Commit {
        sha: sha.into(),
        author: Some("ines-b".into()),
        title: format!("commit {sha}"),
        committed_at: None,
        pull_request,
        pull_request_title: None,
        parents: parents.iter().map(|p| (*p).to_owned()).collect(),
        ..Commit::default()
    }
}

pub(crate) fn job(name: &str, status: JobStatus, after: &[&str]) -> Job {
    Job {
        id: name.into(),
        number: None,
        workflow: "build-release".into(),
        name: name.into(),
        status,
        duration_seconds: None,
        started_at: None,
        stopped_at: None,
        dependencies: after.iter().map(|d| (*d).to_owned()).collect(),
        approval_id: None,
        usual_seconds: None,
        url: None,
    }
}

pub(crate) fn pipeline(number: u64, status: PipelineStatus) -> Pipeline {
    Pipeline {
        id: format!("pipeline-{number}"),
        number,
        branch: Some("main".into()),
        commit: None,
        title: None,
        url: None,
        created_at: Some(at(0)),
        stopped_at: status.is_over().then(|| at(400)),
        status,
        progress: 0.0,
        eta_seconds: None,
        pull_request: None,
        jobs: vec![],
        workflows: Some(vec![Workflow { created_at: Some(at(0)), ..Workflow::bare(format!("w{number}"), "build-release", status) }]),
        error: None,
        continues: false,
        run_started_at: None,
        trigger: None,
        runs_push_workflows: None,
        nothing_ran: None,
    }
}

/// A service all of whose sources were read.
pub(crate) fn service() -> ServiceState {
    let config = Service {
        name: "storefront".into(),
        repo: "acme/storefront".into(),
        branch: "main".into(),
        ci: Some(CiProject { provider: VendorId::new("circleci"), project: "gh/acme/storefront".into() }),
        environments: vec![],
        accounts: Vec::new(),
        migration_paths: default_migration_paths(),
    };
    let mut state = ServiceState::unread(config);
    let skip_word = |message: &str| message.contains("[skip ci]").then_some("[skip ci]");
    state.ci_profile = CiProfile { title: "CircleCI", name: "circleci", skip_word };
    state.rules.host = CodeHostProfile { vendor: VendorId::new("github"), title: "GitHub", guarded_files: None };
    state.stale = false;
    state.environments = vec![environment(&[(1, "a", "Deploy a", true), (2, "b", "Deploy b", true)])];
    state.environments[0].health = Health::Healthy;
    let read = |source, provider| SourceState { source, provider, observed_at: Some(at(0)), asked_at: None, error: None };
    state.sources = vec![
        read(Source::Code, VendorId::new("github")),
        read(Source::Ci, VendorId::new("circleci")),
        read(Source::Environment("production".into()), VendorId::new("heroku")),
    ];
    state
}
