//! Accounts, their tokens and the adapters that speak for them.

use crate::ports::Secrets;
use crate::store::{Store, StoreError};
use async_trait::async_trait;
use slipway_domain::service::{Account, Service};
use slipway_domain::snapshot::{AccountState, SourceError, TokenPlace};
use slipway_domain::status::ProviderKind;
use slipway_domain::time::Time;
use slipway_providers::circleci::CircleCi;
use slipway_providers::github::Github;
use slipway_providers::heroku::Heroku;
use slipway_providers::http::{AccountClient, Http, Secret, TokenSource, default_url};
use slipway_providers::{Ci, CodeHost, Identity, Platform, ReadError};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Keychain(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the vendor says of a token.
#[derive(Clone, Debug)]
pub struct AccountProbe {
    pub user: String,
    pub scopes: Option<Vec<String>>,
}

pub struct Connections {
    http: Http,
    tokens: Arc<Tokens>,
    accounts: Mutex<Vec<Account>>,
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

/// Tokens in memory, by account: from the environment, the keychain, or typed for this run.
pub struct Tokens {
    secrets: Arc<dyn Secrets>,
    environment: Vec<(ProviderKind, Secret)>,
    known: Mutex<HashMap<String, (Secret, TokenPlace)>>,
    trouble: Mutex<Option<String>>,
    /// One question to the keychain at a time: a locked one would stack prompts.
    asking: tokio::sync::Mutex<()>,
    asked: Mutex<bool>,
}

struct AccountToken {
    tokens: Arc<Tokens>,
    account: Account,
    only_of_kind: bool,
}

#[async_trait]
impl TokenSource for AccountToken {
    async fn token(&self) -> Result<Secret, ReadError> {
        self.tokens.of(&self.account, self.only_of_kind).await
    }
}

impl Tokens {
    async fn of(&self, account: &Account, only_of_kind: bool) -> Result<Secret, ReadError> {
        if let Some(token) = self.environment_token(account, only_of_kind) {
            return Ok(token);
        }
        if let Some((token, _)) = lock(&self.known).get(&account.id) {
            return Ok(token.clone());
        }
        let name = account.provider.title();
        if !account.keychain {
            return Err(ReadError::NoToken(format!(
                "{name} has no token. Set {} or enter one in Settings.",
                environment_name(account.provider)
            )));
        }
        let _one = self.asking.lock().await;
        if let Some((token, _)) = lock(&self.known).get(&account.id) {
            return Ok(token.clone());
        }
        if let Some(trouble) = lock(&self.trouble).clone() {
            return Err(ReadError::NoToken(format!("{name} waits for the keychain. {trouble}")));
        }
        *lock(&self.asked) = true;
        match self.secrets.get(&account.id).await {
            Ok(Some(token)) => {
                let token = Secret::new(token);
                lock(&self.known).insert(account.id.clone(), (token.clone(), TokenPlace::Keychain));
                Ok(token)
            }
            Ok(None) => Err(ReadError::NoToken(format!("{name} has no token in the keychain. Enter one in Settings."))),
            Err(error) => {
                *lock(&self.trouble) = Some(error.0.clone());
                Err(ReadError::NoToken(format!("{name} waits for the keychain. {}", error.0)))
            }
        }
    }

    fn environment_token(&self, account: &Account, only_of_kind: bool) -> Option<Secret> {
        let entry = self.environment.iter().find(|(kind, _)| *kind == account.provider)?;
        only_of_kind.then(|| entry.1.clone())
    }

    fn place(&self, account: &Account, only_of_kind: bool) -> TokenPlace {
        if self.environment_token(account, only_of_kind).is_some() {
            return TokenPlace::Environment;
        }
        if let Some((_, place)) = lock(&self.known).get(&account.id) {
            return *place;
        }
        match (account.keychain, lock(&self.trouble).is_some()) {
            (true, true) => TokenPlace::KeychainUnavailable,
            (true, false) if !*lock(&self.asked) => TokenPlace::Keychain,
            (true, false) | (false, _) => TokenPlace::Missing,
        }
    }
}

impl Connections {
    pub fn new(http: Http, secrets: Arc<dyn Secrets>, environment: Vec<(ProviderKind, String)>, store: &Store) -> Result<Self, StoreError> {
        let tokens = Tokens {
            secrets,
            environment: environment.into_iter().map(|(kind, token)| (kind, Secret::new(token))).filter(|(_, t)| !t.is_empty()).collect(),
            known: Mutex::default(),
            trouble: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
            asked: Mutex::default(),
        };
        let connections =
            Self { http, tokens: Arc::new(tokens), accounts: Mutex::default(), clients: Mutex::default(), seen: Mutex::default() };
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
        *lock(&self.accounts) = accounts;
        lock(&self.clients).clear();
        Ok(())
    }

    pub fn accounts(&self) -> Vec<Account> {
        lock(&self.accounts).clone()
    }

    pub fn code_host(&self) -> Result<Arc<dyn CodeHost>, ReadError> {
        match self.adapter(ProviderKind::Github)? {
            Adapter::Github(github, _) => Ok(github),
            Adapter::CircleCi(..) | Adapter::Heroku(..) => Err(no_account(ProviderKind::Github)),
        }
    }

    pub fn ci(&self, service: &Service) -> Result<Option<Arc<dyn Ci>>, ReadError> {
        let Some(project) = &service.ci else { return Ok(None) };
        match self.adapter(project.provider)? {
            Adapter::CircleCi(circleci, _) => Ok(Some(circleci)),
            Adapter::Github(..) | Adapter::Heroku(..) => {
                Err(ReadError::NotFound(format!("{} cannot run pipelines", project.provider.title())))
            }
        }
    }

    pub fn platform(&self) -> Result<Arc<dyn Platform>, ReadError> {
        match self.adapter(ProviderKind::Heroku)? {
            Adapter::Heroku(heroku, _) => Ok(heroku),
            Adapter::Github(..) | Adapter::CircleCi(..) => Err(no_account(ProviderKind::Heroku)),
        }
    }

    pub async fn probe(&self, id: &str) -> Result<AccountProbe, ReadError> {
        let account =
            self.accounts().into_iter().find(|a| a.id == id).ok_or_else(|| ReadError::NotFound(format!("There is no account {id}")))?;
        let identity: Result<Identity, ReadError> = match self.client_of(&account)? {
            Adapter::Github(adapter, _) => adapter.whoami().await,
            Adapter::CircleCi(adapter, _) => adapter.whoami().await,
            Adapter::Heroku(adapter, _) => adapter.whoami().await,
        };
        let identity = identity?;
        lock(&self.seen).entry(account.id).or_default().user = Some(identity.user.clone());
        Ok(AccountProbe { user: identity.user, scopes: identity.scopes })
    }

    /// Remembers what a read said of the account it went to.
    pub fn note(&self, kind: ProviderKind, error: Option<&ReadError>, now: Time) {
        let Some(account) = self.first_of(kind) else { return };
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
                let only = self.is_only(&account);
                AccountState {
                    ok: seen.error.is_none(),
                    user: seen.user,
                    rate: client.and_then(|c| c.client().budget().rate),
                    error: seen.error,
                    token: self.tokens.place(&account, only),
                    id: account.id,
                    provider: account.provider,
                    url: account.url,
                }
            })
            .collect()
    }

    pub fn rate(&self, kind: ProviderKind) -> slipway_providers::Budget {
        let account = self.first_of(kind);
        account.and_then(|a| lock(&self.clients).get(&a.id).map(|c| c.client().budget())).unwrap_or_default()
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

    fn adapter(&self, kind: ProviderKind) -> Result<Adapter, ReadError> {
        let account = self.first_of(kind).ok_or_else(|| no_account(kind))?;
        self.client_of(&account)
    }

    fn first_of(&self, kind: ProviderKind) -> Option<Account> {
        lock(&self.accounts).iter().find(|a| a.provider == kind).cloned()
    }

    fn is_only(&self, account: &Account) -> bool {
        lock(&self.accounts).iter().filter(|a| a.provider == account.provider).count() == 1
    }

    fn client_of(&self, account: &Account) -> Result<Adapter, ReadError> {
        if let Some(adapter) = lock(&self.clients).get(&account.id) {
            return Ok(adapter.clone());
        }
        let token = AccountToken { tokens: self.tokens.clone(), account: account.clone(), only_of_kind: self.is_only(account) };
        let client =
            self.http.account(account.provider, Some(&account.url), Arc::new(token)).map_err(|e| ReadError::Forbidden(e.to_string()))?;
        let adapter = match account.provider {
            ProviderKind::Github => Adapter::Github(Arc::new(Github::new(client.clone())), client),
            ProviderKind::Circleci => Adapter::CircleCi(Arc::new(CircleCi::new(client.clone())), client),
            ProviderKind::Heroku => Adapter::Heroku(Arc::new(Heroku::new(client.clone())), client),
        };
        lock(&self.clients).insert(account.id.clone(), adapter.clone());
        Ok(adapter)
    }
}

fn no_account(kind: ProviderKind) -> ReadError {
    ReadError::NoToken(format!("No {} account is connected. Add one in Settings or with `slipway account add {kind}`.", kind.title()))
}

fn environment_name(kind: ProviderKind) -> &'static str {
    match kind {
        ProviderKind::Github => "GH_TOKEN",
        ProviderKind::Circleci => "CIRCLE_TOKEN",
        ProviderKind::Heroku => "HEROKU_API_KEY",
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
