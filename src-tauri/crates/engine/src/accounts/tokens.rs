//! Tokens in memory, and where each comes from.

use super::account_selection::is_only;
use super::earlier_tokens::EarlierTokens;
use super::environment::EnvironmentTokens;
use super::folder_id::FolderId;
use super::new_account::SetupError;
use super::{cli_credentials, environment};
use crate::locks::lock;
use crate::ports::{SecretKey, Secrets, SecretsError};
use crate::store::Store;
use async_trait::async_trait;
use slipway_domain::service::Account;
use slipway_domain::snapshot::TokenPlace;
use slipway_http::{KnownToken, Origin, Secret, TokenSource};
use slipway_vendor::{ReadError, Vendors};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Tokens in memory, from the environment, the keychain, a CLI, or typed for this run. Each is for
/// one account at one origin.
pub(crate) struct Tokens {
    vendors: Vendors,
    pub(super) secrets: Arc<dyn Secrets>,
    pub(super) environment: EnvironmentTokens,
    /// None: the data folder cannot be written, so nothing is filed under it.
    pub(super) folder: Option<FolderId>,
    pub(super) earlier: EarlierTokens,
    known: Mutex<HashMap<Audience, (Secret, TokenPlace)>>,
    pub(super) trouble: Mutex<Option<String>>,
    /// One question to the keychain at a time: a locked one would stack prompts.
    asking: tokio::sync::Mutex<()>,
    pub(super) asked: Mutex<bool>,
}

/// An account's id, and where its requests go; None: nowhere.
type Audience = (String, Option<Origin>);

pub(super) struct AccountToken {
    pub(super) tokens: Arc<Tokens>,
    pub(super) account: Account,
    /// Asked each time: an account may have been added beside it.
    pub(super) accounts: Arc<Mutex<Vec<Account>>>,
    pub(super) learnt: Arc<Mutex<HashMap<String, KnownToken>>>,
    /// Where the configuration is that all processes share.
    pub(super) store: Store,
}

#[async_trait]
impl TokenSource for AccountToken {
    async fn token(&self) -> Result<Secret, ReadError> {
        let only_of_kind = is_only(&lock(&self.accounts), &self.account);
        self.tokens.of(&self.account, only_of_kind).await
    }

    async fn replaced(&self, refused: &Secret) -> Result<Secret, ReadError> {
        let only_of_kind = is_only(&lock(&self.accounts), &self.account);
        self.tokens.replaced(&self.account, only_of_kind, refused).await
    }

    fn known(&self) -> KnownToken {
        lock(&self.learnt).get(&self.account.id).cloned().unwrap_or_default()
    }

    fn remedy(&self) -> String {
        let vendor = self.tokens.vendors.get(self.account.provider);
        if let Some(cli) = vendor.and_then(|vendor| vendor.cli_credentials).filter(|_| self.account.borrowed) {
            return format!("Sign in again with `{}`; Slipway then goes on by itself.", cli.sign_in);
        }
        let variable = vendor.filter(|vendor| environment::may_serve(vendor, &self.account)).map(|vendor| vendor.token_variable);
        let also = variable.map_or(String::new(), |variable| format!(" ({variable} in the environment)"));
        format!("Enter a new one in Settings, or with `slipway account token {}`{also}.", self.account.id)
    }

    fn read_only(&self) -> Option<String> {
        changes_refused(self.tokens.vendors, &self.store, &self.account)
    }
}

/// Why nothing may be changed through the account, by what is stored now: another process may have
/// made it read-only or removed it since this one read its configuration.
fn changes_refused(vendors: Vendors, store: &Store, account: &Account) -> Option<String> {
    let (id, name) = (&account.id, vendors.title(account.provider));
    let stored = match store.accounts() {
        Ok(stored) => stored,
        Err(error) => return Some(format!("Whether {name} may be changed through the account {id} cannot be read: {error}")),
    };
    if account.id.ends_with("-environment") {
        let other = stored.iter().find(|a| a.provider == account.provider)?;
        return Some(format!("The account {} was added meanwhile. Open the plan again.", other.id));
    }
    match stored.iter().find(|a| a.id == account.id) {
        None => Some(format!("The account {id} was removed meanwhile.")),
        Some(now) if now.url != account.url || now.provider != account.provider => {
            Some(format!("The account {id} was changed meanwhile; it is at {} now. Open the plan again.", now.url))
        }
        Some(now) => now.read_only.then(|| super::account_status::read_only_words(now)),
    }
}

impl Tokens {
    pub(super) fn new(vendors: Vendors, secrets: Arc<dyn Secrets>, environment: EnvironmentTokens, folder: Option<FolderId>) -> Self {
        Self {
            vendors,
            secrets,
            environment,
            folder,
            earlier: EarlierTokens::default(),
            known: Mutex::default(),
            trouble: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
            asked: Mutex::default(),
        }
    }

    /// After `refused` got a 401. Whoever owns the token may have replaced it: the CLI it is borrowed
    /// from, or another Slipway in the keychain. Each is asked once more.
    async fn replaced(&self, account: &Account, only_of_kind: bool, refused: &Secret) -> Result<Secret, ReadError> {
        let now = self.of(account, only_of_kind).await?;
        if now != *refused || self.environment_token(account, only_of_kind).is_some() {
            return Ok(now);
        }
        let _one = self.asking.lock().await;
        let known = self.in_memory(account);
        if let Some((token, _)) = known.as_ref().filter(|(token, _)| token != refused) {
            return Ok(token.clone());
        }
        let found = match known.map(|(_, place)| place) {
            Some(TokenPlace::Borrowed) => Some((self.borrowed(account).await?, TokenPlace::Borrowed)),
            Some(TokenPlace::Keychain) => self.kept(account).await.ok().flatten().map(|token| (token, TokenPlace::Keychain)),
            Some(TokenPlace::Environment | TokenPlace::ThisRun | TokenPlace::KeychainUnavailable | TokenPlace::Missing) | None => None,
        };
        let Some((token, place)) = found else { return Ok(now) };
        self.remember(account, &token, place);
        Ok(token)
    }

    pub(super) async fn of(&self, account: &Account, only_of_kind: bool) -> Result<Secret, ReadError> {
        if let Some(token) = self.environment_token(account, only_of_kind) {
            return Ok(token);
        }
        if let Some((token, _)) = self.in_memory(account) {
            return Ok(token);
        }
        let name = self.vendors.title(account.provider);
        if !account.borrowed && !account.keychain {
            let variable = self.vendors.get(account.provider).map_or("its variable", |vendor| vendor.token_variable);
            return Err(ReadError::NoToken(format!("{name} has no token. Set {variable} or enter one in Settings.")));
        }
        let _one = self.asking.lock().await;
        if let Some((token, _)) = self.in_memory(account) {
            return Ok(token);
        }
        if account.borrowed {
            let token = self.borrowed(account).await?;
            self.remember(account, &token, TokenPlace::Borrowed);
            return Ok(token);
        }
        if let Some(trouble) = lock(&self.trouble).clone() {
            return Err(ReadError::NoToken(format!("{name} waits for the keychain. {trouble}")));
        }
        *lock(&self.asked) = true;
        match self.kept(account).await {
            Ok(Some(token)) => {
                self.remember(account, &token, TokenPlace::Keychain);
                Ok(token)
            }
            Ok(None) => Err(ReadError::NoToken(format!("{name} has no token for {} in the keychain. Enter one in Settings.", account.url))),
            Err(error) => {
                *lock(&self.trouble) = Some(error.0.clone());
                Err(ReadError::NoToken(format!("{name} waits for the keychain. {}", error.0)))
            }
        }
    }

    /// What the keychain has for the account at its origin. What is found under another name, of the
    /// folder that this one is a copy of or of an earlier version, is copied and stays as it is.
    async fn kept(&self, account: &Account) -> Result<Option<Secret>, SecretsError> {
        let Some(origin) = self.origin(account).map(|origin| origin.to_string()) else { return Ok(None) };
        let own = self.folder.as_ref().map(|folder| key(account, &origin, &folder.id));
        if let Some(key) = &own
            && let Some(token) = self.secrets.get(key).await?
        {
            return Ok(Some(Secret::new(token)));
        }
        let original = self.folder.as_ref().and_then(|folder| folder.copied_from.as_ref());
        let mut found = match original {
            Some(original) => self.secrets.get(&key(account, &origin, original)).await?,
            None => None,
        };
        if found.is_none() && self.earlier.may_serve(&account.id, &origin) {
            found = self.secrets.earlier(&account.id, &origin).await?;
        }
        if let (Some(key), Some(token)) = (&own, &found)
            && let Err(error) = self.secrets.set(key, token).await
        {
            // It serves now, and is copied at the next start.
            tracing::warn!(%error, account = account.id, "a token was not copied");
        }
        Ok(found.map(Secret::new))
    }

    /// Files the token in the keychain, for this account at its origin in this folder.
    pub(super) async fn keep(&self, account: &Account, token: &str) -> Result<(), SetupError> {
        let key = self.own_key(account)?;
        *lock(&self.asked) = true;
        let kept = self.secrets.set(&key, token.trim()).await;
        *lock(&self.trouble) = kept.as_ref().err().map(|error| error.0.clone());
        kept.map_err(|error| SetupError::Keychain(error.0))
    }

    /// Takes the account's token out of the keychain; what is filed under other names stays.
    pub(super) async fn delete(&self, account: &Account) -> Result<(), SetupError> {
        match self.own_key(account) {
            Ok(key) => self.secrets.delete(&key).await.map_err(|error| SetupError::Keychain(error.0)),
            // Nothing can have been filed.
            Err(_) => Ok(()),
        }
    }

    /// Whether an earlier version's entry that served this account is still in the keychain.
    pub(super) async fn has_earlier(&self, account: &Account) -> Result<bool, SecretsError> {
        match self.origin(account).map(|origin| origin.to_string()) {
            Some(origin) if account.keychain && self.earlier.may_serve(&account.id, &origin) => {
                Ok(self.secrets.earlier(&account.id, &origin).await?.is_some())
            }
            Some(_) | None => Ok(false),
        }
    }

    fn own_key(&self, account: &Account) -> Result<SecretKey, SetupError> {
        let origin = self.origin(account).ok_or_else(|| SetupError::Usage(format!("{} is no server.", account.url)))?;
        let folder = self.folder.as_ref().ok_or_else(|| {
            SetupError::Keychain("The data folder cannot be written, so no token is kept for it; use it for this run only.".to_owned())
        })?;
        Ok(key(account, &origin.to_string(), &folder.id))
    }

    /// Where the account's requests go; None: nowhere.
    pub(super) fn origin(&self, account: &Account) -> Option<Origin> {
        Origin::of(self.vendors.get(account.provider)?.dialect, &account.url)
    }

    fn audience(&self, account: &Account) -> Audience {
        (account.id.clone(), self.origin(account))
    }

    pub(super) fn environment_token(&self, account: &Account, only_of_kind: bool) -> Option<Secret> {
        self.environment.token(self.vendors.get(account.provider)?, account, only_of_kind)
    }

    /// The token of the CLI of the account's vendor, at the account's server.
    pub(super) async fn borrowed(&self, account: &Account) -> Result<Secret, ReadError> {
        let unknown = || ReadError::NotFound(format!("This Slipway knows no vendor {}", account.provider));
        let vendor = self.vendors.get(account.provider).ok_or_else(unknown)?;
        cli_credentials::token(self.vendors, vendor, account, &self.environment).await
    }

    pub(super) fn remember(&self, account: &Account, token: &Secret, place: TokenPlace) {
        lock(&self.known).insert(self.audience(account), (token.clone(), place));
    }

    /// Forgets the tokens of accounts that are not among these.
    pub(super) fn keep_only(&self, accounts: &[Account]) {
        lock(&self.known).retain(|(known, _), _| accounts.iter().any(|account| account.id == *known));
    }

    /// Forgets what is in memory for the account, at any origin.
    pub(super) fn forget(&self, id: &str) {
        lock(&self.known).retain(|(known, _), _| known != id);
    }

    fn in_memory(&self, account: &Account) -> Option<(Secret, TokenPlace)> {
        lock(&self.known).get(&self.audience(account)).cloned()
    }

    pub(super) fn place(&self, account: &Account, only_of_kind: bool) -> TokenPlace {
        if self.environment_token(account, only_of_kind).is_some() {
            return TokenPlace::Environment;
        }
        if let Some((_, place)) = self.in_memory(account) {
            return place;
        }
        if account.borrowed {
            return TokenPlace::Borrowed;
        }
        match (account.keychain, lock(&self.trouble).is_some()) {
            (true, true) => TokenPlace::KeychainUnavailable,
            (true, false) if !*lock(&self.asked) => TokenPlace::Keychain,
            (true, false) | (false, _) => TokenPlace::Missing,
        }
    }
}

fn key(account: &Account, origin: &str, folder: &str) -> SecretKey {
    SecretKey { account: account.id.clone(), origin: origin.to_owned(), folder: folder.to_owned() }
}
