//! Simulated GitHub, CircleCI and Heroku over real HTTP on loopback, for trying Slipway out and for its tests. It
//! shares no code with the adapters, so it cannot share their mistakes.
//!
//! Each vendor has its own port, CircleCI's step logs have another, and a control port reports the true state of
//! the world and changes it: see [`control`], [`faults`], [`tokens`] and [`control_commands`].
//!
//! The world is stateful: a merge starts a pipeline, a pipeline builds and releases, a rollback makes a release, a
//! revert makes a pull request. Durations are divided by [`Options::speed`]; time stamps, `Date` headers and rate
//! resets are in wall time. The same seed gives the same world.

pub mod access_control;
mod change_observer;
mod circleci;
pub mod control;
pub mod control_commands;
mod delayed_requests;
mod dispatch;
pub mod faults;
mod github;
mod heroku;
mod http;
mod job_output;
mod log_store;
pub mod operations;
mod rate_limits;
mod read_call;
mod recorded_commands;
mod request_log;
mod rng;
mod scenario;
mod server;
mod state;
pub mod tokens;
mod world;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use github::SCHEMA as GITHUB_SCHEMA;
pub use scenario::Scenario;

use access_control::AccessControl;
use faults::Faults;
use http::Vendor;
use state::Shared;

#[derive(Debug, Clone)]
pub struct Options {
    /// Simulated seconds per wall second.
    pub speed: f64,
    pub scenario: Scenario,
    /// A git repository whose history becomes the main branch of the first service.
    pub history: Option<PathBuf>,
    pub seed: u64,
    /// A file of fault rules to start with, as in `POST /faults`.
    pub faults: Option<PathBuf>,
    /// Host names that are accepted besides loopback and `*.localhost`.
    pub allow_hosts: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { speed: 1.0, scenario: Scenario::Healthy, history: None, seed: 0, faults: None, allow_hosts: Vec::new() }
    }
}

/// A running sandbox; dropping it closes its ports.
pub struct Sandbox {
    shared: Arc<Shared>,
    tasks: Vec<JoinHandle<()>>,
    services: Vec<ServiceInfo>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceInfo {
    pub name: String,
    /// `acme/storefront`
    pub repo: String,
    pub branch: String,
    /// `circleci` or `github-actions`.
    pub ci_kind: &'static str,
    /// `gh/acme/storefront`, `acme/storefront`
    pub ci: String,
    pub environments: Vec<EnvironmentInfo>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentInfo {
    pub name: String,
    pub app: String,
    pub build_app: String,
    /// Answers 200, or 503 while the app is down.
    pub health_url: String,
}

const PORTS: [Vendor; 6] = [Vendor::Github, Vendor::Circleci, Vendor::Logs, Vendor::Heroku, Vendor::Control, Vendor::Elsewhere];

impl Sandbox {
    /// Creates the world and opens the ports. Fails when the history or the faults cannot be read, or a port cannot
    /// be opened.
    pub async fn start(options: Options) -> io::Result<Self> {
        let mut faults = Faults::default();
        if let Some(path) = &options.faults {
            let unusable = |why: String| io::Error::other(format!("the faults in {}: {why}", path.display()));
            let rules = std::fs::read(path).map_err(|e| unusable(e.to_string()))?;
            let rules = serde_json::from_slice(&rules).map_err(|e| unusable(format!("not JSON: {e}")))?;
            faults.add(rules).map_err(unusable)?;
        }
        let build = options.clone();
        let world = tokio::task::spawn_blocking(move || build.scenario.build(build.speed, build.seed, build.history.as_deref()));
        let world = world.await.map_err(io::Error::other)??;
        let mut urls = BTreeMap::new();
        let mut listeners = Vec::new();
        for vendor in PORTS {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
            urls.insert(vendor, format!("http://{}", listener.local_addr()?));
            listeners.push((vendor, listener));
        }
        let tokens = BTreeMap::from([
            (Vendor::Github, format!("ghp_sandbox{:029}", options.seed)),
            (Vendor::Circleci, format!("CCIPAT_sandbox_{:025}", options.seed)),
            (Vendor::Heroku, format!("HRKU-sandbox-{:023}", options.seed)),
        ]);
        let services = describe(&world, &urls[&Vendor::Control]);
        let shared = Arc::new(Shared::new(world, faults, urls, tokens, AccessControl::new(&options.allow_hosts)));
        let mut tasks: Vec<_> = listeners.into_iter().map(|(vendor, listener)| server::serve(listener, shared.clone(), vendor)).collect();
        let ticking = Arc::downgrade(&shared);
        tasks.push(tokio::spawn(async move {
            // Requests update the world themselves; this keeps the event queue of an idle world short.
            while let Some(shared) = ticking.upgrade() {
                drop(shared.now());
                shared.deliver_late();
                shared.remember();
                drop(shared);
                tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            }
        }));
        Ok(Self { shared, tasks, services })
    }

    /// The line that `slipway sandbox` prints.
    pub fn banner(&self) -> Value {
        let port = |vendor| json!({"url": self.shared.url(vendor), "token": self.shared.token(vendor)});
        let services = self.services.iter().map(|s| {
            let environment = |e: &EnvironmentInfo| json!({"name": e.name, "app": e.app, "build_app": e.build_app});
            json!({
                "name": s.name, "repo": s.repo, "branch": s.branch, "ci": format!("{}:{}", s.ci_kind, s.ci),
                "environments": s.environments.iter().map(environment).collect::<Vec<_>>(),
            })
        });
        json!({
            "github": port(Vendor::Github), "circleci": port(Vendor::Circleci), "heroku": port(Vendor::Heroku),
            "control": {"url": self.control_url(), "token": self.control_token()}, "services": services.collect::<Vec<_>>(),
        })
    }

    pub fn github_url(&self) -> &str {
        self.shared.url(Vendor::Github)
    }
    pub fn github_token(&self) -> &str {
        self.shared.token(Vendor::Github)
    }
    pub fn circleci_url(&self) -> &str {
        self.shared.url(Vendor::Circleci)
    }
    pub fn circleci_token(&self) -> &str {
        self.shared.token(Vendor::Circleci)
    }
    pub fn circleci_logs_url(&self) -> &str {
        self.shared.url(Vendor::Logs)
    }
    pub fn heroku_url(&self) -> &str {
        self.shared.url(Vendor::Heroku)
    }
    pub fn heroku_token(&self) -> &str {
        self.shared.token(Vendor::Heroku)
    }
    /// The other host, to which faults lead.
    pub fn elsewhere_url(&self) -> &str {
        self.shared.url(Vendor::Elsewhere)
    }
    pub fn control_url(&self) -> &str {
        self.shared.url(Vendor::Control)
    }
    /// The token that the control port requires as `Authorization: Bearer`.
    pub fn control_token(&self) -> &str {
        self.shared.access_control.secret()
    }
    pub fn services(&self) -> &[ServiceInfo] {
        &self.services
    }

    /// Breaks the production of a service on purpose, and returns the pull request that is to blame; refused with a
    /// sentence where a rollback and a revert would not both heal it.
    pub fn break_production(&self, service: &str) -> Result<u64, String> {
        let done = self.shared.act(&json!({"break_production": {"service": service}}))?;
        done["break_production"]["pull_request"].as_u64().ok_or_else(|| "no pull request is to blame".to_owned())
    }

    /// Closes the ports. Open connections end with their clients.
    pub async fn stop(mut self) {
        for task in std::mem::take(&mut self.tasks) {
            task.abort();
            let _ = task.await;
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

fn describe(world: &world::World, control: &str) -> Vec<ServiceInfo> {
    let environment = |e: &world::Environment| EnvironmentInfo {
        name: e.name.into(),
        app: world.apps[e.app].name.clone(),
        build_app: world.apps[e.build_app].name.clone(),
        health_url: format!("{control}/health/{}", world.apps[e.app].name),
    };
    let service = |s: &world::Service| ServiceInfo {
        name: s.name.clone(),
        repo: format!("{}/{}", s.repo.owner, s.repo.name),
        branch: "main".into(),
        ci_kind: match s.ci {
            world::Ci::Circleci => "circleci",
            world::Ci::Actions => "github-actions",
        },
        ci: match s.ci {
            world::Ci::Circleci => s.slug.clone(),
            world::Ci::Actions => format!("{}/{}", s.repo.owner, s.repo.name),
        },
        environments: s.environments.iter().map(environment).collect(),
    };
    // A service of the `set-ups` scenario has no environment until it is discovered.
    world.services.iter().filter(|s| !s.environments.is_empty()).map(service).collect()
}
