//! The whole picture at one revision. Its JSON is what `slipway status --json` promises, and
//! more: fields are added, never renamed.

pub use crate::account::{AccountBudget, AccountState, Rate, TokenPlace};
use crate::alert::Alert;
use crate::branch_news::BranchNews;
use crate::capability::DisabledActions;
pub use crate::commit::Commit;
use crate::dismissal::Dismissal;
use crate::environment::Environment;
use crate::estimate::Usual;
use crate::inbox::item::InboxItem;
use crate::journal::Entry;
use crate::pipeline::Pipeline;
use crate::pull_request::{BranchRules, PullRequest};
use crate::repository::Repository;
use crate::service::Service;
pub use crate::source::{Source, SourceError, SourceErrorKind, SourceState};
use crate::status::{Mark, MergeMethod};
use crate::time::Time;
use crate::vendor::CiProfile;
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
    /// In order, see `inbox::in_order`. Not part of `status --json`: `inbox --json` prints it.
    #[serde(skip)]
    #[ts(skip)]
    pub inbox: Arc<Vec<InboxItem>>,
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
    /// Pull requests that Slipway's own requests opened as reverts, each with the one it reverts.
    #[serde(skip)]
    #[ts(skip)]
    pub reverts_opened: Vec<(u64, u64)>,
    /// What the accounts it is reached through do not allow, with the reason.
    #[serde(default)]
    pub off: Vec<DisabledActions>,
    /// Whether the account may write to the repository; None where it was not told.
    #[serde(default)]
    pub may_write: Option<bool>,
}

/// The one sentence that a screen opens with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Headline {
    pub mark: Mark,
    pub text: String,
    /// Facts after it, shown with dots between.
    pub detail: Vec<String>,
    /// The rail's one word.
    pub word: String,
}

impl Default for Headline {
    fn default() -> Self {
        Self { mark: Mark::Unknown, text: "Nothing is known yet.".to_owned(), detail: Vec::new(), word: "reading".to_owned() }
    }
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
            reverts_opened: Vec::new(),
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
            let mut known = known.cloned().unwrap_or_else(|| Environment::unread(config));
            let before = self.config.environments.iter().find(|before| before.name == config.name);
            // What another URL or another build app told says nothing of these.
            if before.is_none_or(|before| before.health_url != config.health_url) {
                known.probe = None;
            }
            if known.build_app != config.build_app {
                (known.build_app, known.build) = (config.build_app.clone(), None);
            }
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
