//! Accounts, their tokens and the adapters that speak for them.

mod account_selection;
mod account_states;
mod account_status;
mod by_account;
pub(crate) mod cli_credentials;
mod discovery_sources;
mod earlier_tokens;
pub(crate) mod environment;
mod folder_id;
pub(crate) mod new_account;
mod rate_limit_store;
mod token_storage;
pub(crate) mod token_trial;
mod tokens;
mod vendors;

use crate::locks::lock;
use crate::ports::Secrets;
use crate::sources::source_error;
use crate::store::{Store, StoreError};
use account_status::{AccountStatus, TokenProbe};
use environment::EnvironmentTokens;
use folder_id::FolderId;
use new_account::AccountProbe;
use slipway_domain::service::{Account, Service};
use slipway_domain::snapshot::Source;
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use slipway_http::{AccountClient, Http, KnownToken, Secret};
use slipway_vendor::{Ci, CodeHost, Connection, Identity, Platform, ReadError, Vendors};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokens::{AccountToken, Tokens};

/// A second factor is good for about a minute.
const FACTOR_LASTS: Duration = Duration::from_secs(60);

pub(crate) struct Accounts {
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

impl Accounts {
    pub(crate) fn new(
        vendors: Vendors,
        http: Http,
        folder: &Path,
        secrets: Arc<dyn Secrets>,
        environment: EnvironmentTokens,
        store: Store,
    ) -> Result<Self, StoreError> {
        let tokens = Tokens::new(vendors, secrets, environment, FolderId::of(folder));
        let accounts = Self {
            vendors,
            http,
            folder: folder.to_owned(),
            store,
            tokens: Arc::new(tokens),
            accounts: Arc::default(),
            clients: Mutex::default(),
            seen: Mutex::default(),
            learnt: Arc::default(),
            second_factor: Mutex::default(),
        };
        accounts.reload()?;
        Ok(accounts)
    }

    /// Whether the accounts are those that are stored now.
    pub(crate) fn is_current(&self) -> Result<bool, StoreError> {
        Ok(self.configured()? == *lock(&self.accounts))
    }

    /// Accounts as stored, and one at the vendor's own URL for each token in the environment
    /// that has none.
    fn configured(&self) -> Result<Vec<Account>, StoreError> {
        let mut accounts = self.store.accounts()?;
        self.tokens.earlier.load(&self.store, &accounts, |account| self.tokens.origin(account));
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
    pub(crate) fn reload(&self) -> Result<(), StoreError> {
        let accounts = self.configured()?;
        // An account that stays keeps its client: its budget and its waits go on.
        let before = std::mem::replace(&mut *lock(&self.accounts), accounts.clone());
        let same = |id: &str| {
            let of = |all: &[Account]| all.iter().find(|a| a.id == id).map(|a| (a.provider, a.url.clone()));
            of(&before).is_some() && of(&before) == of(&accounts)
        };
        lock(&self.clients).retain(|id, _| same(id));
        lock(&self.seen).retain(|id, _| same(id));
        self.tokens.keep_only(&accounts);
        let services = self.store.services()?;
        let stands = |(name, _): &(String, Source)| services.iter().any(|s| s.name == *name);
        lock(&self.seen).values_mut().for_each(|seen| seen.errors.retain(|of, _| stands(of)));
        for account in &accounts {
            lock(&self.seen)
                .entry(account.id.clone())
                .or_insert_with(|| AccountStatus::of(self.store.get_now(&probed_key(&account.id)).unwrap_or_default()));
            let learnt = self.store.get_now::<Option<KnownToken>>(&learnt_key(&account.id)).flatten().unwrap_or_default();
            lock(&self.learnt).insert(account.id.clone(), learnt);
        }
        Ok(())
    }

    pub(crate) fn all(&self) -> Vec<Account> {
        lock(&self.accounts).clone()
    }

    /// For requests that go through no account.
    pub(crate) fn http(&self) -> &Http {
        &self.http
    }

    pub(crate) fn vendors(&self) -> Vendors {
        self.vendors
    }

    /// The vendor of code hosts, as everything that is asked of one says it.
    pub(crate) fn code_host_vendor(&self) -> Result<VendorId, ReadError> {
        let found = self.vendors.code_host().map(|(vendor, _)| vendor.id);
        found.ok_or_else(|| ReadError::NotFound("This program knows no code host".to_owned()))
    }

    pub(crate) fn code_host(&self, service: &Service) -> Result<Arc<dyn CodeHost>, ReadError> {
        let vendor = self.code_host_vendor()?;
        self.connection(service, vendor)?.code_host.ok_or_else(|| self.no_account(vendor))
    }

    pub(crate) fn ci(&self, service: &Service) -> Result<Option<Arc<dyn Ci>>, ReadError> {
        let Some(project) = &service.ci else { return Ok(None) };
        let ci = self.connection(service, project.provider)?.ci;
        let title = || self.vendors.title(project.provider);
        ci.map(Some).ok_or_else(|| ReadError::NotFound(format!("{} cannot run pipelines", title())))
    }

    /// What runs `app`, one of the service's.
    pub(crate) fn platform(&self, service: &Service, app: &str) -> Result<Arc<dyn Platform>, ReadError> {
        let vendor = service.platform_of(app).ok_or_else(|| ReadError::NotFound(format!("{} has no app {app}", service.name)))?;
        let platform = self.connection(service, vendor)?.platform;
        platform.ok_or_else(|| ReadError::NotFound(format!("{} runs no apps", self.vendors.title(vendor))))
    }

    /// Asks the vendor what the token may do, by reading only.
    pub(crate) async fn probe(&self, id: &str, now: Time) -> Result<AccountProbe, ReadError> {
        let account =
            self.all().into_iter().find(|a| a.id == id).ok_or_else(|| ReadError::NotFound(format!("There is no account {id}")))?;
        let connection = self.client_of(&account)?;
        // A person asks: it may have been put right on the vendor's side.
        connection.account.forget_refusal();
        connection.account.allow_wait_check();
        let identity = connection.whoami().await?;
        let Identity { user, scopes, capabilities } = identity;
        let probed = TokenProbe { user: user.clone(), capabilities: capabilities.clone(), at: Some(now) };
        self.store.put(&probed_key(&account.id), &probed);
        *lock(&self.seen).entry(account.id.clone()).or_default() = AccountStatus::of(probed);
        self.keep_learnt(&account.id);
        Ok(AccountProbe { user, scopes, capabilities })
    }

    /// Remembers what a read said of the account it went to.
    pub(crate) fn note(&self, service: &Service, (source, kind): (&Source, VendorId), error: Option<&ReadError>, now: Time) {
        let Ok(account) = self.account_for(service, kind) else { return };
        let id = account.id;
        let mut all = lock(&self.seen);
        let errors = &mut all.entry(id.clone()).or_default().errors;
        let key = (service.name.clone(), source.clone());
        let before = errors.remove(&key);
        if let Some(error) = error {
            errors.insert(key, source_error(error, before.as_ref(), now));
        }
        drop(all);
        self.keep_learnt(&id);
    }

    fn keep_learnt(&self, id: &str) {
        let Some(learnt) = lock(&self.clients).get(id).and_then(|c| c.account.learnt()) else { return };
        let before = lock(&self.learnt).insert(id.to_owned(), learnt.clone());
        if before.as_ref() != Some(&learnt) {
            self.store.put(&learnt_key(id), &Some(learnt));
        }
    }

    /// Forgets what was learnt of the token that was there before.
    pub(crate) fn forget_learnt(&self, id: &str) {
        self.store.put(&learnt_key(id), &None::<KnownToken>);
        self.store.put(&probed_key(id), &TokenProbe::default());
        lock(&self.learnt).remove(id);
        lock(&self.seen).remove(id);
        lock(&self.clients).remove(id);
        self.tokens.forget(id);
    }

    /// The second factor for every account whose vendor asks for one, for a minute. Kept in memory only.
    pub(crate) fn give_second_factor(&self, code: &str) {
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
    pub(crate) fn rate(&self, service: &Service, kind: VendorId) -> slipway_vendor::Budget {
        let account = self.account_for(service, kind).ok();
        account.and_then(|a| lock(&self.clients).get(&a.id).map(|c| c.account.budget())).unwrap_or_default()
    }

    /// Seconds the vendor's clock is ahead of ours; None before its first answer.
    pub(crate) fn clock_ahead(&self, id: &str) -> Option<f64> {
        lock(&self.clients).get(id).and_then(|c| c.account.clock_ahead())
    }

    /// The account that serves this service.
    pub(crate) fn account_id(&self, service: &Service, kind: VendorId) -> Option<String> {
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
        client.share_waits(Arc::new(rate_limit_store::WaitFile::of(&self.folder, account)));
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

#[cfg(test)]
mod tests;
