//! The whole picture at one revision. Its JSON is what `slipway status --json` promises, and
//! more: fields are added, never renamed.

use crate::alert::Alert;
use crate::branch_news::BranchNews;
use crate::capability::{Capability, DisabledActions};
use crate::dismissal::Dismissal;
use crate::environment::Environment;
use crate::estimate::Usual;
use crate::headline::Headline;
use crate::journal::Entry;
use crate::pipeline::Pipeline;
use crate::pull_request::{BranchRules, PullRequest};
use crate::repository::Repository;
use crate::service::Service;
use crate::status::{Mark, MergeMethod};
use crate::time::Time;
use crate::vendor::{CiProfile, PlatformProfile, VendorId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use ts_rs::TS;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Snapshot {
    pub rev: u64,
    /// None before anything was read.
    pub observed_at: Option<Time>,
    pub services: Vec<Arc<ServiceState>>,
    pub accounts: Vec<AccountState>,
    #[serde(default)]
    pub notices: Vec<Notice>,
}

/// What a person must know of Slipway itself, such as a journal that was damaged. It stays until
/// it is acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Notice {
    pub id: String,
    pub message: String,
    pub since: Time,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ServiceState {
    pub name: String,
    pub repo: String,
    pub branch: String,
    pub config: Service,
    /// `NAME:PROJECT`, as `--ci` takes it; None: no CI.
    #[serde(default)]
    pub ci: Option<String>,
    /// A source's last read failed, or none was made: values are the last known.
    pub stale: bool,
    pub sources: Vec<SourceState>,
    pub main: Vec<Commit>,
    #[serde(default)]
    pub branch_news: BranchNews,
    /// Most ready first.
    pub pull_requests: Vec<PullRequest>,
    /// What the provider counts, which may be more than were read.
    pub open_pull_requests: u64,
    #[serde(default)]
    pub repository: Repository,
    pub rules: BranchRules,
    pub merge_methods: Vec<MergeMethod>,
    pub pipelines: Vec<Pipeline>,
    /// Names of the workflows that pushes to the branch are known to run.
    #[serde(default)]
    pub push_workflows: Vec<String>,
    /// What its adapter says of the CI. Not stored: the program that runs fills it in.
    #[serde(skip)]
    #[ts(skip)]
    pub ci_profile: CiProfile,
    pub environments: Vec<Environment>,
    pub alerts: Vec<Alert>,
    /// Alerts that a person has ended and whose cause is still there, as far as it is known.
    #[serde(default)]
    pub dismissals: Vec<Dismissal>,
    pub usual: Usual,
    pub mark: Mark,
    pub sentence: Headline,
    /// Actions under way or with unknown outcome on this service.
    pub actions: Vec<Entry>,
    /// What the accounts it is reached through do not allow, with the reason.
    #[serde(default)]
    pub off: Vec<DisabledActions>,
    /// Whether the account may write to the repository; None where it was not told.
    #[serde(default)]
    pub may_write: Option<bool>,
}

/// One source of a service: code host, CI, or the platform of one environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct SourceState {
    pub source: Source,
    pub provider: VendorId,
    pub observed_at: Option<Time>,
    /// When the reading that `observed_at` ended began: what happened since may be missing from it.
    #[serde(default)]
    pub asked_at: Option<Time>,
    pub error: Option<SourceError>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub enum Source {
    Code,
    Ci,
    Environment(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct SourceError {
    pub kind: SourceErrorKind,
    pub message: String,
    pub since: Time,
    pub retry_at: Option<Time>,
    /// Where a person can put it right, on the vendor's own site.
    #[serde(default)]
    pub url: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum SourceErrorKind {
    SignIn,
    /// The token's own end has passed.
    Expired,
    /// It was accepted before and is refused now.
    Revoked,
    NoToken,
    /// The token lacks a scope or a right.
    Scope,
    /// An organisation wants single sign-on of this token.
    SingleSignOn,
    /// A second factor is asked for.
    TwoFactor,
    /// The account itself is suspended or owes money.
    Suspended,
    Forbidden,
    NotFound,
    RateLimited,
    Unreachable,
    /// A proxy stopped the request, or cannot be used.
    Proxy,
    /// A page came in place of the vendor's answer: a network's sign-in, or something else between.
    Portal,
    Garbled,
    /// It was not read within the time that there was; its values are the last known.
    Late,
    /// Slipway's own mistake.
    Internal,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Commit {
    pub sha: String,
    pub author: Option<String>,
    pub title: String,
    pub committed_at: Option<Time>,
    /// The merged pull request that brought it.
    pub pull_request: Option<u64>,
    pub pull_request_title: Option<String>,
    /// When that pull request was merged, by the host's clock.
    #[serde(default)]
    pub pull_request_merged_at: Option<Time>,
    pub parents: Vec<String>,
    /// Commits that its message says it reverts.
    #[serde(default)]
    pub reverts_commits: Vec<String>,
    /// Pull requests of the same repository that its message says it reverts.
    #[serde(default)]
    pub reverts_pull_requests: Vec<u64>,
    /// Pull requests of the same repository that the body of its own pull request says it reverts.
    #[serde(default)]
    pub pull_request_reverts: Vec<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct AccountState {
    pub id: String,
    pub provider: VendorId,
    pub url: String,
    /// The last answer was not a refusal; None before the first one.
    pub ok: Option<bool>,
    pub user: Option<String>,
    /// The tightest of the budgets.
    pub rate: Option<Rate>,
    #[serde(default)]
    pub budgets: Vec<AccountBudget>,
    /// Nothing is asked before this, as the vendor told.
    #[serde(default)]
    pub wait_until: Option<Time>,
    /// Requests that this copy of Slipway sent in the last hour, and those that cost nothing (304).
    #[serde(default)]
    pub asked_last_hour: u64,
    #[serde(default)]
    pub free_last_hour: u64,
    pub error: Option<SourceError>,
    /// When the vendor last said whose token it is. None: it was not tested.
    #[serde(default)]
    pub tested_at: Option<Time>,
    pub token: TokenPlace,
    /// Nothing is sent through it that changes anything.
    pub read_only: bool,
    /// When the token ends, where the vendor tells.
    pub expires_at: Option<Time>,
    /// What the token may do, as far as it was learnt; empty before it was asked.
    pub capabilities: Vec<Capability>,
}

/// One of the budgets that a vendor counts apart, such as `core` and `graphql`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct AccountBudget {
    pub name: String,
    pub limit: u64,
    pub remaining: u64,
    pub reset_at: Option<Time>,
}

/// Where the token of an account is. Never the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum TokenPlace {
    Keychain,
    Environment,
    ThisRun,
    /// Another program's: the CLI of the vendor keeps it.
    Borrowed,
    KeychainUnavailable,
    Missing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Rate {
    pub limit: u64,
    pub remaining: u64,
    pub reset_at: Option<Time>,
}

impl Snapshot {
    pub fn service(&self, name: &str) -> Option<&ServiceState> {
        self.services.iter().find(|s| s.name == name).map(Arc::as_ref)
    }
}

impl ServiceState {
    /// A service nothing was read of yet.
    pub fn unread(config: Service) -> Self {
        let environments = config.environments.iter().map(Environment::unread).collect();
        Self {
            name: config.name.clone(),
            repo: config.repo.clone(),
            branch: config.branch.clone(),
            ci: None,
            stale: true,
            sources: Vec::new(),
            main: Vec::new(),
            branch_news: BranchNews::default(),
            pull_requests: Vec::new(),
            open_pull_requests: 0,
            repository: Repository::default(),
            rules: BranchRules::default(),
            merge_methods: Vec::new(),
            pipelines: Vec::new(),
            push_workflows: Vec::new(),
            ci_profile: CiProfile::default(),
            environments,
            alerts: Vec::new(),
            dismissals: Vec::new(),
            usual: Usual::default(),
            mark: Mark::Unknown,
            sentence: Headline::default(),
            actions: Vec::new(),
            off: Vec::new(),
            may_write: None,
            config,
        }
    }

    /// Takes over a changed configuration; what is known of an environment that stays is kept.
    pub fn reconfigure(&mut self, config: Service) {
        let old = std::mem::take(&mut self.environments);
        let environment = |config: &crate::service::EnvironmentConfig| {
            let known = old.iter().find(|e| e.name == config.name && e.app == config.app);
            let known = known.cloned().unwrap_or_else(|| Environment::unread(config));
            Environment { production: config.is_production(), ..known }
        };
        self.environments = config.environments.iter().map(environment).collect();
        self.config = config;
    }

    pub fn environment(&self, name: &str) -> Option<&Environment> {
        self.environments.iter().find(|e| e.name == name)
    }

    /// Every environment that users are served from.
    pub fn productions(&self) -> impl Iterator<Item = &Environment> {
        self.environments.iter().filter(|e| e.production)
    }

    /// The production environment that is hurt, else the first.
    pub fn production(&self) -> Option<&Environment> {
        self.productions().find(|e| e.is_hurt()).or_else(|| self.productions().next())
    }

    pub fn pull_request(&self, number: u64) -> Option<&PullRequest> {
        self.pull_requests.iter().find(|p| p.number == number)
    }

    pub fn source(&self, source: &Source) -> Option<&SourceState> {
        self.sources.iter().find(|s| &s.source == source)
    }
}

impl Environment {
    /// An environment nothing was read of yet.
    pub fn unread(config: &crate::service::EnvironmentConfig) -> Self {
        Self {
            name: config.name.clone(),
            app: config.app.clone(),
            build_app: config.build_app.clone(),
            production: config.is_production(),
            health: crate::status::Health::Unknown,
            health_reason: None,
            down_since: None,
            platform: PlatformProfile::default(),
            instances: None,
            formation: None,
            formation_read_at: None,
            formation_at_release: None,
            outage: None,
            process_outage: None,
            probe: None,
            current: None,
            releases: Vec::new(),
            failed_release: None,
            releases_complete: false,
            rollback_target: None,
            rollback_blocked: None,
            usual_release_seconds: None,
            maintenance: None,
            maintenance_at: None,
            preboot: None,
            switching_until: None,
            build: None,
            pipeline: None,
        }
    }
}
