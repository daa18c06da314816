//! Accounts, their tokens and the adapters that speak for them.

pub mod borrow;
mod by_account;
mod choose;
mod earlier;
pub mod environment;
mod folder_id;
mod keeping;
mod sources;
mod tokens;
mod trial;
mod waits;

use crate::ports::Secrets;
use crate::store::{Store, StoreError};
use environment::EnvironmentTokens;
use folder_id::FolderId;
use serde::{Deserialize, Serialize};
use slipway_domain::capability::{Capability, Off};
use slipway_domain::service::{Account, Service};
use slipway_domain::snapshot::{AccountBudget, AccountState, ServiceState, Source, SourceError, SourceErrorKind};
use slipway_domain::status::ProviderKind;
use slipway_domain::time::Time;
use slipway_providers::circleci::CircleCi;
use slipway_providers::github::Github;
use slipway_providers::github_actions::GithubActions;
use slipway_providers::heroku::Heroku;
use slipway_providers::http::{AccountClient, Http, KnownToken, Secret, default_url};
use slipway_providers::{Ci, CodeHost, Identity, Platform, ReadError};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokens::{AccountToken, Tokens};
pub use trial::Tested;

/// A second factor is good for about a minute.
const FACTOR_LASTS: Duration = Duration::from_secs(60);

#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("{0}")]
    Usage(String),
    /// The vendor does not accept the token; it is not kept.
    #[error("{0}")]
    Refused(ReadError),
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
    pub read_only: bool,
}

pub enum NewToken {
    /// Only the URL is kept; the token comes from the environment.
    None,
    Keychain(String),
    ThisRun(String),
    /// That of the vendor's own CLI.
    Borrowed,
}

/// What the vendor says of a token.
#[derive(Clone, Debug)]
pub struct AccountProbe {
    pub user: Option<String>,
    pub scopes: Option<Vec<String>>,
    pub capabilities: Vec<Capability>,
}

pub struct Connections {
    http: Http,
    /// Where waits are kept.
    folder: PathBuf,
    /// Asked right before each write: another process may have changed the account.
    store: Store,
    tokens: Arc<Tokens>,
    accounts: Arc<Mutex<Vec<Account>>>,
    clients: Mutex<HashMap<String, Adapter>>,
    /// What the last answers said of each account.
    seen: Mutex<HashMap<String, Seen>>,
    /// What outlives a run of what was learnt of each token.
    learnt: Arc<Mutex<HashMap<String, KnownToken>>>,
    /// A second factor that was given a moment ago, for clients that are made after it.
    second_factor: Mutex<Option<(ProviderKind, Secret, Instant)>>,
}

#[derive(Clone, Default)]
struct Seen {
    probed: Probed,
    /// By service and source: an account serves many, and what one read says must not hide what
    /// another said.
    errors: BTreeMap<(String, Source), SourceError>,
}

impl Seen {
    fn of(probed: Probed) -> Self {
        Self { probed, errors: BTreeMap::new() }
    }

    /// What stands longest. Something that is not there, or that this account may not see, is the
    /// matter of its service alone.
    fn error(&self) -> Option<&SourceError> {
        let of_one = |e: &&SourceError| matches!(e.kind, SourceErrorKind::NotFound | SourceErrorKind::Forbidden);
        self.errors.values().filter(|e| !of_one(e)).min_by_key(|e| e.since)
    }
}

/// What a probe learnt, kept beyond the run.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
struct Probed {
    user: Option<String>,
    capabilities: Vec<Capability>,
    /// When the vendor last answered who it is. None: never, or by an older version.
    #[serde(default)]
    at: Option<Time>,
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
        environment: EnvironmentTokens,
        store: &Store,
    ) -> Result<Self, StoreError> {
        let tokens = Tokens::new(secrets, environment, FolderId::of(folder));
        let connections = Self {
            http,
            folder: folder.to_owned(),
            store: store.clone(),
            tokens: Arc::new(tokens),
            accounts: Arc::default(),
            clients: Mutex::default(),
            seen: Mutex::default(),
            learnt: Arc::default(),
            second_factor: Mutex::default(),
        };
        connections.reload(store)?;
        Ok(connections)
    }

    /// Whether the accounts are those that are stored now.
    pub fn is_current(&self, store: &Store) -> Result<bool, StoreError> {
        Ok(self.configured(store)? == *lock(&self.accounts))
    }

    /// Accounts as stored, and one at the vendor's own URL for each token in the environment
    /// that has none.
    fn configured(&self, store: &Store) -> Result<Vec<Account>, StoreError> {
        let mut accounts = store.accounts()?;
        self.tokens.earlier.load(store, &accounts);
        for kind in self.tokens.environment.kinds() {
            if !accounts.iter().any(|a| a.provider == kind) {
                accounts.push(Account {
                    id: format!("{kind}-environment"),
                    provider: kind,
                    url: default_url(kind).to_owned(),
                    keychain: false,
                    borrowed: false,
                    read_only: false,
                });
            }
        }
        Ok(accounts)
    }

    /// Takes over the accounts that are stored now.
    pub fn reload(&self, store: &Store) -> Result<(), StoreError> {
        let accounts = self.configured(store)?;
        // An account that stays keeps its client: its budget and its waits go on.
        let before = std::mem::replace(&mut *lock(&self.accounts), accounts.clone());
        let same = |id: &str| {
            let of = |all: &[Account]| all.iter().find(|a| a.id == id).map(|a| (a.provider, a.url.clone()));
            of(&before).is_some() && of(&before) == of(&accounts)
        };
        lock(&self.clients).retain(|id, _| same(id));
        lock(&self.seen).retain(|id, _| same(id));
        self.tokens.keep_only(&accounts);
        let services = store.services()?;
        let stands = |(name, _): &(String, Source)| services.iter().any(|s| s.name == *name);
        lock(&self.seen).values_mut().for_each(|seen| seen.errors.retain(|of, _| stands(of)));
        for account in &accounts {
            lock(&self.seen)
                .entry(account.id.clone())
                .or_insert_with(|| Seen::of(store.get_now(&probed_key(&account.id)).unwrap_or_default()));
            let learnt = store.get_now::<Option<KnownToken>>(&learnt_key(&account.id)).flatten().unwrap_or_default();
            lock(&self.learnt).insert(account.id.clone(), learnt);
        }
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

    /// Asks the vendor what the token may do, by reading only.
    pub async fn probe(&self, store: &Store, id: &str, now: Time) -> Result<AccountProbe, ReadError> {
        let account =
            self.accounts().into_iter().find(|a| a.id == id).ok_or_else(|| ReadError::NotFound(format!("There is no account {id}")))?;
        let adapter = self.client_of(&account)?;
        // A person asks: it may have been put right on the vendor's side.
        adapter.client().forget_refusal();
        adapter.client().let_one_try();
        let identity: Result<Identity, ReadError> = match adapter {
            Adapter::Github(adapter, _) => adapter.whoami().await,
            Adapter::CircleCi(adapter, _) => adapter.whoami().await,
            Adapter::Heroku(adapter, _) => adapter.whoami().await,
        };
        let identity = identity?;
        let Identity { user, scopes, capabilities } = identity;
        let probed = Probed { user: user.clone(), capabilities: capabilities.clone(), at: Some(now) };
        store.put(&probed_key(&account.id), &probed);
        *lock(&self.seen).entry(account.id.clone()).or_default() = Seen::of(probed);
        self.keep_learnt(store, &account.id);
        Ok(AccountProbe { user, scopes, capabilities })
    }

    /// Remembers what a read said of the account it went to.
    pub fn note(&self, store: &Store, service: &Service, (source, kind): (&Source, ProviderKind), error: Option<&ReadError>, now: Time) {
        let Ok(account) = self.account_for(service, kind) else { return };
        let id = account.id;
        let mut all = lock(&self.seen);
        let errors = &mut all.entry(id.clone()).or_default().errors;
        let key = (service.name.clone(), source.clone());
        let before = errors.remove(&key);
        if let Some(error) = error {
            errors.insert(key, crate::sync::source_error(error, before.as_ref(), now));
        }
        drop(all);
        self.keep_learnt(store, &id);
    }

    fn keep_learnt(&self, store: &Store, id: &str) {
        let Some(learnt) = lock(&self.clients).get(id).and_then(|c| c.client().learnt()) else { return };
        let before = lock(&self.learnt).insert(id.to_owned(), learnt.clone());
        if before.as_ref() != Some(&learnt) {
            store.put(&learnt_key(id), &Some(learnt));
        }
    }

    /// Forgets what was learnt of the token that was there before.
    pub fn forget_learnt(&self, store: &Store, id: &str) {
        store.put(&learnt_key(id), &None::<KnownToken>);
        store.put(&probed_key(id), &Probed::default());
        lock(&self.learnt).remove(id);
        lock(&self.seen).remove(id);
        lock(&self.clients).remove(id);
        self.tokens.forget(id);
    }

    /// The second factor for every account of this kind, for a minute. Kept in memory only.
    pub fn give_second_factor(&self, kind: ProviderKind, code: &str) {
        *lock(&self.second_factor) = Some((kind, Secret::new(code), Instant::now()));
        for account in self.accounts().into_iter().filter(|a| a.provider == kind) {
            if let Ok(adapter) = self.client_of(&account) {
                adapter.client().give_second_factor(Secret::new(code));
            }
        }
    }

    fn pass_second_factor(&self, client: &AccountClient) {
        let given = lock(&self.second_factor).clone();
        if let Some((_, code, _)) = given.filter(|(kind, _, at)| *kind == client.kind() && at.elapsed() < FACTOR_LASTS) {
            client.give_second_factor(code);
        }
    }

    /// Which sources of the service are off, and why: its account may only read, or the token
    /// is known to lack what every action through it needs.
    pub fn off(&self, state: &ServiceState) -> Vec<Off> {
        let seen = lock(&self.seen).clone();
        let why = |kind| {
            let account = self.account_for(&state.config, kind).ok()?;
            if account.read_only {
                return Some(read_only_words(&account));
            }
            seen.get(&account.id)?.probed.capabilities.iter().find_map(Capability::why_off)
        };
        let mut off: Vec<Off> = Vec::new();
        for (source, kind) in crate::sync::sources(state) {
            off.extend(why(kind).map(|why| Off { source, why }));
        }
        if state.may_write == Some(false) && !off.iter().any(|o| o.source == Source::Code) {
            let why =
                format!("The token may only read {}: merge and revert are off. Ask for write access, or use another account.", state.repo);
            off.push(Off { source: Source::Code, why });
        }
        off
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
                let budget = client.as_ref().map(|c| c.client().budget()).unwrap_or_default();
                AccountState {
                    wait_until: budget.wait_until,
                    budgets: usage.budgets.into_iter().map(budget_of).collect(),
                    asked_last_hour: usage.asked,
                    free_last_hour: usage.free,
                    rate: budget.rate,
                    ok: match (seen.error(), client.as_ref().and_then(|c| c.client().last_auth_ok())) {
                        (Some(_), _) => Some(false),
                        (None, answered) => answered,
                    },
                    error: seen.error().cloned(),
                    tested_at: seen.probed.at,
                    user: seen.probed.user,
                    token: self.tokens.place(&account, only),
                    read_only: account.read_only,
                    expires_at: lock(&self.learnt).get(&account.id).and_then(|l| l.expires_at),
                    capabilities: seen.probed.capabilities,
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

    fn account_for(&self, service: &Service, kind: ProviderKind) -> Result<Account, ReadError> {
        choose::account(&lock(&self.accounts), service, kind).cloned()
    }

    fn adapter(&self, service: &Service, kind: ProviderKind) -> Result<Adapter, ReadError> {
        self.client_of(&self.account_for(service, kind)?)
    }

    fn client_of(&self, account: &Account) -> Result<Adapter, ReadError> {
        // Held to the end: two clients of one account would not know of each other's waits.
        let mut clients = lock(&self.clients);
        if let Some(adapter) = clients.get(&account.id) {
            return Ok(adapter.clone());
        }
        let token = AccountToken {
            tokens: self.tokens.clone(),
            account: account.clone(),
            accounts: self.accounts.clone(),
            learnt: self.learnt.clone(),
            store: self.store.clone(),
        };
        let client =
            self.http.account(account.provider, Some(&account.url), Arc::new(token)).map_err(|e| ReadError::Forbidden(e.to_string()))?;
        client.keep_waits_in(Arc::new(waits::WaitFile::of(&self.folder, account)));
        self.pass_second_factor(&client);
        let adapter = match account.provider {
            ProviderKind::Github => Adapter::Github(Arc::new(Github::new(client.clone())), client),
            ProviderKind::Circleci => Adapter::CircleCi(Arc::new(CircleCi::new(client.clone())), client),
            ProviderKind::Heroku => Adapter::Heroku(Arc::new(Heroku::new(client.clone())), client),
        };
        clients.insert(account.id.clone(), adapter.clone());
        Ok(adapter)
    }
}

fn budget_of((name, rate): (String, slipway_domain::snapshot::Rate)) -> AccountBudget {
    AccountBudget { name, limit: rate.limit, remaining: rate.remaining, reset_at: rate.reset_at }
}

fn probed_key(id: &str) -> String {
    format!("account-may:{id}")
}

fn learnt_key(id: &str) -> String {
    format!("account-token:{id}")
}

fn read_only_words(account: &Account) -> String {
    format!(
        "The account {} is read-only: nothing is changed through it. Allow changes in Settings, or with `slipway account set {} --read-only off`.",
        account.id, account.id
    )
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
