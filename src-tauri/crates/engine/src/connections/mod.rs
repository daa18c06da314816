//! Accounts, their tokens and the adapters that speak for them.

mod choose;
mod sources;
mod tokens;
mod waits;

use crate::ports::Secrets;
use crate::store::{Store, StoreError};
use slipway_domain::service::{Account, Service};
use slipway_domain::snapshot::{AccountBudget, AccountState, SourceError, TokenPlace};
use slipway_domain::status::ProviderKind;
use slipway_domain::time::Time;
use slipway_providers::circleci::CircleCi;
use slipway_providers::github::Github;
use slipway_providers::github_actions::GithubActions;
use slipway_providers::heroku::Heroku;
use slipway_providers::http::{AccountClient, Http, Secret, default_url};
use slipway_providers::{Ci, CodeHost, Identity, Platform, ReadError};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokens::{AccountToken, Tokens};

#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Keychain(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An account as it is asked for.
pub struct NewAccount {
    pub provider: ProviderKind,
    /// None: the vendor's own.
    pub url: Option<String>,
    pub token: NewToken,
    /// Beside one of its kind at the same URL, not in its place.
    pub another: bool,
}

pub enum NewToken {
    /// Only the URL is kept; the token comes from the environment.
    None,
    Keychain(String),
    ThisRun(String),
}

/// What the vendor says of a token.
#[derive(Clone, Debug)]
pub struct AccountProbe {
    pub user: String,
    pub scopes: Option<Vec<String>>,
}

pub struct Connections {
    http: Http,
    /// Where waits are kept.
    folder: PathBuf,
    tokens: Arc<Tokens>,
    accounts: Arc<Mutex<Vec<Account>>>,
    clients: Mutex<HashMap<String, Adapter>>,
    /// What the last answers said of each account.
    seen: Mutex<HashMap<String, Seen>>,
}

#[derive(Clone, Default)]
struct Seen {
    user: Option<String>,
    error: Option<SourceError>,
}

#[derive(Clone)]
enum Adapter {
    Github(Arc<Github>, AccountClient),
    CircleCi(Arc<CircleCi>, AccountClient),
    Heroku(Arc<Heroku>, AccountClient),
}

impl Adapter {
    fn client(&self) -> &AccountClient {
        match self {
            Self::Github(_, client) | Self::CircleCi(_, client) | Self::Heroku(_, client) => client,
        }
    }
}

impl Connections {
    pub fn new(
        http: Http,
        folder: &Path,
        secrets: Arc<dyn Secrets>,
        environment: Vec<(ProviderKind, String)>,
        store: &Store,
    ) -> Result<Self, StoreError> {
        let tokens = Tokens {
            secrets,
            environment: environment.into_iter().map(|(kind, token)| (kind, Secret::new(token))).filter(|(_, t)| !t.is_empty()).collect(),
            known: Mutex::default(),
            trouble: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
            asked: Mutex::default(),
        };
        let connections = Self {
            http,
            folder: folder.to_owned(),
            tokens: Arc::new(tokens),
            accounts: Arc::default(),
            clients: Mutex::default(),
            seen: Mutex::default(),
        };
        connections.reload(store)?;
        Ok(connections)
    }

    /// Accounts as stored, and one at the vendor's own URL for each token in the environment
    /// that has none.
    pub fn reload(&self, store: &Store) -> Result<(), StoreError> {
        let mut accounts = store.accounts()?;
        for (kind, _) in &self.tokens.environment {
            if !accounts.iter().any(|a| a.provider == *kind) {
                accounts.push(Account {
                    id: format!("{kind}-environment"),
                    provider: *kind,
                    url: default_url(*kind).to_owned(),
                    keychain: false,
                });
            }
        }
        // An account that stays keeps its client: its budget and its waits go on.
        let before = std::mem::replace(&mut *lock(&self.accounts), accounts.clone());
        let same = |id: &str| {
            let of = |all: &[Account]| all.iter().find(|a| a.id == id).map(|a| (a.provider, a.url.clone()));
            of(&before).is_some() && of(&before) == of(&accounts)
        };
        lock(&self.clients).retain(|id, _| same(id));
        lock(&self.seen).retain(|id, _| same(id));
        Ok(())
    }

    pub fn accounts(&self) -> Vec<Account> {
        lock(&self.accounts).clone()
    }

    pub fn code_host(&self, service: &Service) -> Result<Arc<dyn CodeHost>, ReadError> {
        match self.adapter(service, ProviderKind::Github)? {
            Adapter::Github(github, _) => Ok(github),
            Adapter::CircleCi(..) | Adapter::Heroku(..) => Err(choose::no_account(ProviderKind::Github)),
        }
    }

    pub fn ci(&self, service: &Service) -> Result<Option<Arc<dyn Ci>>, ReadError> {
        let Some(project) = &service.ci else { return Ok(None) };
        match self.adapter(service, project.provider)? {
            Adapter::CircleCi(circleci, _) => Ok(Some(circleci)),
            Adapter::Github(_, client) => Ok(Some(Arc::new(GithubActions::new(client)))),
            Adapter::Heroku(..) => Err(ReadError::NotFound(format!("{} cannot run pipelines", project.provider.title()))),
        }
    }

    /// What runs `app`, one of the service's.
    pub fn platform(&self, service: &Service, app: &str) -> Result<Arc<dyn Platform>, ReadError> {
        let kind = service.platform_of(app).ok_or_else(|| ReadError::NotFound(format!("{} has no app {app}", service.name)))?;
        match self.adapter(service, kind)? {
            Adapter::Heroku(heroku, _) => Ok(heroku),
            Adapter::Github(..) | Adapter::CircleCi(..) => Err(ReadError::NotFound(format!("{} runs no apps", kind.title()))),
        }
    }

    pub async fn probe(&self, id: &str) -> Result<AccountProbe, ReadError> {
        let account =
            self.accounts().into_iter().find(|a| a.id == id).ok_or_else(|| ReadError::NotFound(format!("There is no account {id}")))?;
        let adapter = self.client_of(&account)?;
        // A person asks: it may have been put right on the vendor's side.
        adapter.client().forget_refusal();
        let identity: Result<Identity, ReadError> = match adapter {
            Adapter::Github(adapter, _) => adapter.whoami().await,
            Adapter::CircleCi(adapter, _) => adapter.whoami().await,
            Adapter::Heroku(adapter, _) => adapter.whoami().await,
        };
        let identity = identity?;
        lock(&self.seen).entry(account.id).or_default().user = Some(identity.user.clone());
        Ok(AccountProbe { user: identity.user, scopes: identity.scopes })
    }

    /// Remembers what a read said of the account it went to.
    pub fn note(&self, service: &Service, kind: ProviderKind, error: Option<&ReadError>, now: Time) {
        let Ok(account) = self.account_for(service, kind) else { return };
        let mut seen = lock(&self.seen);
        let seen = seen.entry(account.id).or_default();
        seen.error = error.map(|e| crate::sync::source_error(e, seen.error.as_ref(), now));
    }

    pub fn states(&self) -> Vec<AccountState> {
        let seen = lock(&self.seen).clone();
        self.accounts()
            .into_iter()
            .map(|account| {
                let seen = seen.get(&account.id).cloned().unwrap_or_default();
                let client = lock(&self.clients).get(&account.id).cloned();
                let only = choose::is_only(&self.accounts(), &account);
                let usage = client.as_ref().map(|c| c.client().usage()).unwrap_or_default();
                let budget = client.map(|c| c.client().budget()).unwrap_or_default();
                AccountState {
                    wait_until: budget.wait_until,
                    budgets: usage.budgets.into_iter().map(budget_of).collect(),
                    asked_last_hour: usage.asked,
                    free_last_hour: usage.free,
                    ok: seen.error.is_none(),
                    user: seen.user,
                    rate: budget.rate,
                    error: seen.error,
                    token: self.tokens.place(&account, only),
                    id: account.id,
                    provider: account.provider,
                    url: account.url,
                }
            })
            .collect()
    }

    /// The budget of the account that serves this service.
    pub fn rate(&self, service: &Service, kind: ProviderKind) -> slipway_providers::Budget {
        let account = self.account_for(service, kind).ok();
        account.and_then(|a| lock(&self.clients).get(&a.id).map(|c| c.client().budget())).unwrap_or_default()
    }

    /// Seconds the vendor's clock is ahead of ours; None before its first answer.
    pub fn clock_ahead(&self, id: &str) -> Option<f64> {
        lock(&self.clients).get(id).and_then(|c| c.client().clock_ahead())
    }

    /// The account that serves this service.
    pub fn account_id(&self, service: &Service, kind: ProviderKind) -> Option<String> {
        self.account_for(service, kind).ok().map(|account| account.id)
    }

    /// A service names accounts that are connected, one of a kind.
    pub fn check_named(&self, service: &Service) -> Result<(), SetupError> {
        choose::check_named(&self.accounts(), service).map_err(SetupError::Usage)
    }

    /// Checks the URL before anything is stored.
    pub fn check_url(&self, kind: ProviderKind, url: Option<&str>) -> Result<(), SetupError> {
        slipway_providers::http::Address::parse(kind, url).map(|_| ()).map_err(|e| SetupError::Usage(e.to_string()))
    }

    pub async fn keep_token(&self, account: &Account, token: &str, keychain: bool) -> Result<(), SetupError> {
        if token.trim().is_empty() {
            return Err(SetupError::Usage("The token is empty. Paste it again.".to_owned()));
        }
        if keychain {
            *lock(&self.tokens.asked) = true;
            if let Err(error) = self.tokens.secrets.set(&account.id, token.trim()).await {
                *lock(&self.tokens.trouble) = Some(error.0.clone());
                return Err(SetupError::Keychain(error.0));
            }
            *lock(&self.tokens.trouble) = None;
        }
        let place = if keychain { TokenPlace::Keychain } else { TokenPlace::ThisRun };
        lock(&self.tokens.known).insert(account.id.clone(), (Secret::new(token), place));
        lock(&self.clients).remove(&account.id);
        lock(&self.seen).remove(&account.id);
        Ok(())
    }

    pub async fn forget(&self, account: &Account) -> Result<(), SetupError> {
        lock(&self.tokens.known).remove(&account.id);
        if account.keychain {
            self.tokens.secrets.delete(&account.id).await.map_err(|e| SetupError::Keychain(e.0))?;
        }
        Ok(())
    }

    pub fn keychain_trouble(&self) -> Option<String> {
        lock(&self.tokens.trouble).clone()
    }

    pub fn keychain_asked(&self) -> bool {
        *lock(&self.tokens.asked)
    }

    pub fn recheck_keychain(&self) {
        *lock(&self.tokens.trouble) = None;
    }

    fn account_for(&self, service: &Service, kind: ProviderKind) -> Result<Account, ReadError> {
        choose::account(&lock(&self.accounts), service, kind).cloned()
    }

    fn adapter(&self, service: &Service, kind: ProviderKind) -> Result<Adapter, ReadError> {
        self.client_of(&self.account_for(service, kind)?)
    }

    fn client_of(&self, account: &Account) -> Result<Adapter, ReadError> {
        if let Some(adapter) = lock(&self.clients).get(&account.id) {
            return Ok(adapter.clone());
        }
        let token = AccountToken { tokens: self.tokens.clone(), account: account.clone(), accounts: self.accounts.clone() };
        let client =
            self.http.account(account.provider, Some(&account.url), Arc::new(token)).map_err(|e| ReadError::Forbidden(e.to_string()))?;
        client.keep_waits_in(Arc::new(waits::WaitFile::of(&self.folder, account)));
        let adapter = match account.provider {
            ProviderKind::Github => Adapter::Github(Arc::new(Github::new(client.clone())), client),
            ProviderKind::Circleci => Adapter::CircleCi(Arc::new(CircleCi::new(client.clone())), client),
            ProviderKind::Heroku => Adapter::Heroku(Arc::new(Heroku::new(client.clone())), client),
        };
        lock(&self.clients).insert(account.id.clone(), adapter.clone());
        Ok(adapter)
    }
}

fn budget_of((name, rate): (String, slipway_domain::snapshot::Rate)) -> AccountBudget {
    AccountBudget { name, limit: rate.limit, remaining: rate.remaining, reset_at: rate.reset_at }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
