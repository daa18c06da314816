//! Accounts, their tokens and the adapters that speak for them.

mod account_selection;
mod account_states;
mod by_account;
pub mod cli_credentials;
mod discovery_sources;
mod earlier_tokens;
pub mod environment;
mod folder_id;
mod rate_limit_store;
mod token_storage;
mod token_trial;
mod tokens;
mod vendors;

use crate::ports::Secrets;
use crate::store::{Store, StoreError};
use environment::EnvironmentTokens;
use folder_id::FolderId;
use serde::{Deserialize, Serialize};
use slipway_domain::capability::Capability;
use slipway_domain::service::{Account, Service};
use slipway_domain::snapshot::{Source, SourceError, SourceErrorKind};
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use slipway_http::{AccountClient, Http, KnownToken, Secret};
use slipway_vendor::{Ci, CodeHost, Connection, Identity, Platform, ReadError, Vendors};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
pub use token_trial::Tested;
use tokens::{AccountToken, Tokens};

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
    pub provider: VendorId,
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

pub struct Accounts {
    vendors: Vendors,
    http: Http,
    /// Where waits are kept.
    folder: PathBuf,
    /// Asked right before each write: another process may have changed the account.
    store: Store,
    tokens: Arc<Tokens>,
    accounts: Arc<Mutex<Vec<Account>>>,
    clients: Mutex<HashMap<String, Connection>>,
    /// What the last answers said of each account.
    seen: Mutex<HashMap<String, AccountStatus>>,
    /// What outlives a run of what was learnt of each token.
    learnt: Arc<Mutex<HashMap<String, KnownToken>>>,
    /// A second factor that was given a moment ago, for clients that are made after it.
    second_factor: Mutex<Option<(Secret, Instant)>>,
}

#[derive(Clone, Default)]
struct AccountStatus {
    probed: TokenProbe,
    /// By service and source: an account serves many, and what one read says must not hide what
    /// another said.
    errors: BTreeMap<(String, Source), SourceError>,
}

impl AccountStatus {
    fn of(probed: TokenProbe) -> Self {
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
struct TokenProbe {
    user: Option<String>,
    capabilities: Vec<Capability>,
    /// When the vendor last answered who it is. None: never, or by an older version.
    #[serde(default)]
    at: Option<Time>,
}

impl Accounts {
    pub fn new(
        vendors: Vendors,
        http: Http,
        folder: &Path,
        secrets: Arc<dyn Secrets>,
        environment: EnvironmentTokens,
        store: &Store,
    ) -> Result<Self, StoreError> {
        let tokens = Tokens::new(vendors, secrets, environment, FolderId::of(folder));
        let accounts = Self {
            vendors,
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
        accounts.reload(store)?;
        Ok(accounts)
    }

    /// Whether the accounts are those that are stored now.
    pub fn is_current(&self, store: &Store) -> Result<bool, StoreError> {
        Ok(self.configured(store)? == *lock(&self.accounts))
    }

    /// Accounts as stored, and one at the vendor's own URL for each token in the environment
    /// that has none.
    fn configured(&self, store: &Store) -> Result<Vec<Account>, StoreError> {
        let mut accounts = store.accounts()?;
        self.tokens.earlier.load(store, &accounts, |account| self.tokens.origin(account));
        for vendor in self.vendors.all().filter(|vendor| self.tokens.environment.has(vendor)) {
            if !accounts.iter().any(|a| a.provider == vendor.id) {
                accounts.push(Account {
                    id: format!("{}-environment", vendor.id),
                    provider: vendor.id,
                    url: vendor.dialect.default_url().to_owned(),
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
                .or_insert_with(|| AccountStatus::of(store.get_now(&probed_key(&account.id)).unwrap_or_default()));
            let learnt = store.get_now::<Option<KnownToken>>(&learnt_key(&account.id)).flatten().unwrap_or_default();
            lock(&self.learnt).insert(account.id.clone(), learnt);
        }
        Ok(())
    }

    pub fn all(&self) -> Vec<Account> {
        lock(&self.accounts).clone()
    }

    pub fn vendors(&self) -> Vendors {
        self.vendors
    }

    /// The vendor of code hosts, as everything that is asked of one says it.
    pub fn code_host_vendor(&self) -> Result<VendorId, ReadError> {
        let found = self.vendors.code_host().map(|(vendor, _)| vendor.id);
        found.ok_or_else(|| ReadError::NotFound("This program knows no code host".to_owned()))
    }

    pub fn code_host(&self, service: &Service) -> Result<Arc<dyn CodeHost>, ReadError> {
        let vendor = self.code_host_vendor()?;
        self.connection(service, vendor)?.code_host.ok_or_else(|| self.no_account(vendor))
    }

    pub fn ci(&self, service: &Service) -> Result<Option<Arc<dyn Ci>>, ReadError> {
        let Some(project) = &service.ci else { return Ok(None) };
        let ci = self.connection(service, project.provider)?.ci;
        let title = || self.vendors.title(project.provider);
        ci.map(Some).ok_or_else(|| ReadError::NotFound(format!("{} cannot run pipelines", title())))
    }

    /// What runs `app`, one of the service's.
    pub fn platform(&self, service: &Service, app: &str) -> Result<Arc<dyn Platform>, ReadError> {
        let vendor = service.platform_of(app).ok_or_else(|| ReadError::NotFound(format!("{} has no app {app}", service.name)))?;
        let platform = self.connection(service, vendor)?.platform;
        platform.ok_or_else(|| ReadError::NotFound(format!("{} runs no apps", self.vendors.title(vendor))))
    }

    /// Asks the vendor what the token may do, by reading only.
    pub async fn probe(&self, store: &Store, id: &str, now: Time) -> Result<AccountProbe, ReadError> {
        let account =
            self.all().into_iter().find(|a| a.id == id).ok_or_else(|| ReadError::NotFound(format!("There is no account {id}")))?;
        let connection = self.client_of(&account)?;
        // A person asks: it may have been put right on the vendor's side.
        connection.account.forget_refusal();
        connection.account.let_one_try();
        let identity = connection.whoami().await?;
        let Identity { user, scopes, capabilities } = identity;
        let probed = TokenProbe { user: user.clone(), capabilities: capabilities.clone(), at: Some(now) };
        store.put(&probed_key(&account.id), &probed);
        *lock(&self.seen).entry(account.id.clone()).or_default() = AccountStatus::of(probed);
        self.keep_learnt(store, &account.id);
        Ok(AccountProbe { user, scopes, capabilities })
    }

    /// Remembers what a read said of the account it went to.
    pub fn note(&self, store: &Store, service: &Service, (source, kind): (&Source, VendorId), error: Option<&ReadError>, now: Time) {
        let Ok(account) = self.account_for(service, kind) else { return };
        let id = account.id;
        let mut all = lock(&self.seen);
        let errors = &mut all.entry(id.clone()).or_default().errors;
        let key = (service.name.clone(), source.clone());
        let before = errors.remove(&key);
        if let Some(error) = error {
            errors.insert(key, crate::observe::source_error(error, before.as_ref(), now));
        }
        drop(all);
        self.keep_learnt(store, &id);
    }

    fn keep_learnt(&self, store: &Store, id: &str) {
        let Some(learnt) = lock(&self.clients).get(id).and_then(|c| c.account.learnt()) else { return };
        let before = lock(&self.learnt).insert(id.to_owned(), learnt.clone());
        if before.as_ref() != Some(&learnt) {
            store.put(&learnt_key(id), &Some(learnt));
        }
    }

    /// Forgets what was learnt of the token that was there before.
    pub fn forget_learnt(&self, store: &Store, id: &str) {
        store.put(&learnt_key(id), &None::<KnownToken>);
        store.put(&probed_key(id), &TokenProbe::default());
        lock(&self.learnt).remove(id);
        lock(&self.seen).remove(id);
        lock(&self.clients).remove(id);
        self.tokens.forget(id);
    }

    /// The second factor for every account whose vendor asks for one, for a minute. Kept in memory only.
    pub fn give_second_factor(&self, code: &str) {
        *lock(&self.second_factor) = Some((Secret::new(code), Instant::now()));
        for account in self.all() {
            if let Ok(connection) = self.client_of(&account)
                && connection.account.dialect().second_factor_header().is_some()
            {
                connection.account.give_second_factor(Secret::new(code));
            }
        }
    }

    fn pass_second_factor(&self, client: &AccountClient) {
        let given = lock(&self.second_factor).clone();
        let asks = client.dialect().second_factor_header().is_some();
        if let Some((code, _)) = given.filter(|(_, at)| asks && at.elapsed() < FACTOR_LASTS) {
            client.give_second_factor(code);
        }
    }

    /// The budget of the account that serves this service.
    pub fn rate(&self, service: &Service, kind: VendorId) -> slipway_vendor::Budget {
        let account = self.account_for(service, kind).ok();
        account.and_then(|a| lock(&self.clients).get(&a.id).map(|c| c.account.budget())).unwrap_or_default()
    }

    /// Seconds the vendor's clock is ahead of ours; None before its first answer.
    pub fn clock_ahead(&self, id: &str) -> Option<f64> {
        lock(&self.clients).get(id).and_then(|c| c.account.clock_ahead())
    }

    /// The account that serves this service.
    pub fn account_id(&self, service: &Service, kind: VendorId) -> Option<String> {
        self.account_for(service, kind).ok().map(|account| account.id)
    }

    fn account_for(&self, service: &Service, kind: VendorId) -> Result<Account, ReadError> {
        account_selection::account(self.vendors, &lock(&self.accounts), service, kind).cloned()
    }

    fn connection(&self, service: &Service, kind: VendorId) -> Result<Connection, ReadError> {
        self.client_of(&self.account_for(service, kind)?)
    }

    fn no_account(&self, kind: VendorId) -> ReadError {
        account_selection::no_account(self.vendors, kind)
    }

    fn client_of(&self, account: &Account) -> Result<Connection, ReadError> {
        // Held to the end: two clients of one account would not know of each other's waits.
        let mut clients = lock(&self.clients);
        if let Some(connection) = clients.get(&account.id) {
            return Ok(connection.clone());
        }
        let token = AccountToken {
            tokens: self.tokens.clone(),
            account: account.clone(),
            accounts: self.accounts.clone(),
            learnt: self.learnt.clone(),
            store: self.store.clone(),
        };
        let vendor = self.known_vendor(account)?;
        let client =
            self.http.account(vendor.dialect, Some(&account.url), Arc::new(token)).map_err(|e| ReadError::Forbidden(e.to_string()))?;
        client.keep_waits_in(Arc::new(rate_limit_store::WaitFile::of(&self.folder, account)));
        self.pass_second_factor(&client);
        let connection = (vendor.connect)(client);
        clients.insert(account.id.clone(), connection.clone());
        Ok(connection)
    }
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
