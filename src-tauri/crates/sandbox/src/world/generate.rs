//! Creates the services of a world and their open pull requests.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use super::add_commit::NewCommit;
use super::branch_rules::Demands;
use super::commit::{ChangeKind, FileChange};
use super::formation::dynos_of;
use super::git::Repo;
use super::history_seed::{HOUR, HistorySeed, MINUTE};
use super::open_pull_request::{NewPullRequest, REQUIRED};
use super::release::App;
use super::service::{Ci, Environment, Service, Shape};
use super::state::World;
use super::{history, sample_data};

pub(crate) const ORG: &str = "acme";

/// Heroku's names have at most 30 characters, so a long one uses `prod`.
fn app_name(service: &str, environment: &str, builds_only: bool) -> String {
    let suffix = if builds_only { "-build" } else { "" };
    let whole = format!("{service}-{environment}{suffix}");
    let short = if environment == "production" { "prod" } else { environment };
    if whole.len() <= 30 { whole } else { format!("{service:.17}-{short}{suffix}") }
}

/// Adds a service with its four apps; main has one commit.
pub(crate) fn add_service(world: &mut World, name: &str, ci: Ci) -> usize {
    let index = world.services.len();
    let created = -90 * 24 * HOUR;
    let mut environments = Vec::new();
    for environment in ["staging", "production"] {
        let app = world.apps.len();
        for builds_only in [false, true] {
            let id = world.rng.uuid();
            let formation = if builds_only { Vec::new() } else { vec![("web".to_owned(), 2), ("worker".to_owned(), 1)] };
            world.apps.push(App {
                id,
                name: app_name(name, environment, builds_only),
                service: index,
                environment,
                builds_only,
                releases: Vec::new(),
                builds: Vec::new(),
                dynos: dynos_of(&formation, created),
                formation,
                fail_next_release: false,
                maintenance: false,
                preboot: false,
                images: None,
                plans: vec!["heroku-postgresql:standard-0".to_owned()],
                refuses_promotion: None,
                created,
                health: Vec::new(),
                log: Vec::new(),
            });
        }
        environments.push(Environment { name: environment, app, build_app: app + 1 });
    }
    let repo = Repo {
        owner: ORG.into(),
        name: name.into(),
        id: format!("R_kgDO{:06}", 1000 + index),
        commits: HashMap::new(),
        branches: BTreeMap::new(),
        pulls: BTreeMap::new(),
        next_number: 1,
        methods: ["merge", "squash", "rebase"].into(),
        required_checks: REQUIRED.map(String::from).to_vec(),
        required_approvals: 1,
        ruleset: None,
        queue: None,
        auto_merge_allowed: true,
        linear_history: None,
        demands: Demands::default(),
        recheck_seconds: 0.0,
        archived: false,
        former: Vec::new(),
    };
    world.services.push(Service {
        name: name.into(),
        repo,
        ci,
        slug: format!("gh/{ORG}/{name}"),
        project_id: world.rng.uuid(),
        approval: name == "search-indexer",
        environments,
        pipelines: Vec::new(),
        workflows: Vec::new(),
        next_job: 4200 + 977 * index as u64,
        next_pipeline: 612 + 131 * index as u64,
        shape: Shape::default(),
        held: false,
        deaf: false,
        ci_app: false,
    });
    // The release apps are in a Heroku pipeline; the build apps are not.
    let pipeline = world.add_heroku_pipeline(world.services[index].project_id.clone(), name);
    for environment in world.services[index].environments.clone() {
        world.couple(pipeline, environment.app, environment.name);
    }
    index
}

pub(crate) fn root_commit(world: &mut World, service: usize, number: u64) {
    let files = ["README.md", "app/services/basket.rb", "db/schema.rb"];
    let files = files.map(|f| sample_data::file(f, &mut world.rng, ChangeKind::Added)).to_vec();
    let author = sample_data::person(2);
    let new = NewCommit { parents: vec![], message: "Begin".into(), author: &author, files: Arc::new(files), pull_request: None };
    let oid = world.add_commit(service, new);
    let repo = &mut world.services[service].repo;
    repo.branches.insert("main".into(), oid);
    repo.next_number = number;
}

/// An invented service with a history of `merges` pull requests.
pub(crate) fn invent(world: &mut World, name: &str, merges: usize) -> usize {
    invent_on(world, Ci::Circleci, name, merges)
}

pub(crate) fn invent_on(world: &mut World, ci: Ci, name: &str, merges: usize) -> usize {
    let service = add_service(world, name, ci);
    let plan = HistorySeed::usual(merges);
    world.set_past(-plan.from - 3 * HOUR);
    root_commit(world, service, 371 + 40 * service as u64);
    world.first_releases(service, -plan.from - 2 * HOUR, 1801 - 300 * (service as u64).min(5));
    world.seed_history(service, &plan);
    world.run_until(0);
    service
}

/// A service whose main is the history of a real repository.
pub(crate) fn adopt(world: &mut World, path: &Path) -> std::io::Result<usize> {
    let history = history::read(path)?;
    let service = add_service(world, &history.name, Ci::Circleci);
    history.lay(world, service);
    world.run_until(0);
    Ok(service)
}

/// Pull requests of random readiness, for a world with many.
pub(crate) fn open_many(world: &mut World, service: usize, count: usize) {
    let hostile = sample_data::hostile_titles();
    for k in 0..count {
        let at = -((k as i64 + 1) * 97 * MINUTE);
        world.set_past(at);
        let n = match hostile.get(k).filter(|_| service == 0) {
            Some(title) => titled(world, service, 100 + k, title, 2 + k as i64, false),
            None => world.open_idea(service, 100 + k, None),
        };
        world.make_ready(service, n, at + 30 * MINUTE);
        let pull = world.pull_mut(service, n);
        match k % 7 {
            1 => pull.draft = true,
            2 => pull.conflicts = true,
            3 => pull.reviews.clear(),
            4 => pull.checks.truncate(2),
            5 => pull.checks[1].passes = false,
            _ => {}
        }
    }
    world.set_past(0);
}

/// Opened `hours` ago, on main as it is now.
pub(crate) fn titled(world: &mut World, service: usize, n: usize, title: &str, hours: i64, migration: bool) -> u64 {
    world.set_past(-hours * HOUR);
    let mut idea = sample_data::idea(&mut world.rng, n, Some(migration));
    if idea.commits.len() == 1 && n.is_multiple_of(2) {
        idea.commits.push(vec![FileChange { path: "CHANGELOG.md".into(), additions: 1, deletions: 0, kind: ChangeKind::Modified }]);
    }
    let author = sample_data::author(&mut world.rng);
    let branch: String = title.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let branch = format!("{}-{n}", branch.split('-').filter(|s| !s.is_empty()).take(5).collect::<Vec<_>>().join("-"));
    let body = format!("{title}.\n\n- covered by specs\n- tried on staging");
    let number = world.open_pull(service, NewPullRequest { title: title.into(), body, author, branch, commits: idea.commits });
    world.set_past(0);
    number
}

/// A service whose history has many of the cases that make rollbacks difficult, chosen by the seed.
pub(crate) fn invent_seeded(world: &mut World, name: &str) -> usize {
    let now = world.now;
    let service = add_service(world, name, Ci::Circleci);
    let mut plan = HistorySeed::usual(10 + world.rng.below(8));
    (plan.config_rate, plan.failed_release_rate, plan.rollback_rate, plan.failed_job_rate) = (0.5, 0.2, 0.25, 0.15);
    plan.from -= now;
    plan.until -= now;
    world.set_past(-plan.from - 3 * HOUR);
    let number = 100 + world.rng.below(900) as u64;
    root_commit(world, service, number);
    world.first_releases(service, -plan.from - 2 * HOUR, 40);
    world.seed_history(service, &plan);
    world.run_until(now);
    service
}
