//! Tokens in memory, and where each comes from.

use super::borrow::Cli;
use super::choose::is_only;
use super::{borrow, lock};
use crate::ports::Secrets;
use crate::store::Store;
use async_trait::async_trait;
use slipway_domain::service::Account;
use slipway_domain::snapshot::TokenPlace;
use slipway_domain::status::ProviderKind;
use slipway_providers::ReadError;
use slipway_providers::http::{KnownToken, Secret, TokenSource};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Tokens in memory, by account: from the environment, the keychain, or typed for this run.
pub struct Tokens {
    pub(super) secrets: Arc<dyn Secrets>,
    pub(super) environment: Vec<(ProviderKind, Secret)>,
    pub(super) known: Mutex<HashMap<String, (Secret, TokenPlace)>>,
    pub(super) trouble: Mutex<Option<String>>,
    /// One question to the keychain at a time: a locked one would stack prompts.
    pub(super) asking: tokio::sync::Mutex<()>,
    pub(super) asked: Mutex<bool>,
}

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
        if self.account.borrowed {
            let cli = Cli::of(self.account.provider);
            return format!("Sign in again with `{}`; Slipway then goes on by itself.", cli.sign_in());
        }
        let (id, provider) = (&self.account.id, self.account.provider);
        format!("Enter a new one in Settings, or with `slipway account token {id}` ({} in the environment).", environment_name(provider))
    }

    fn read_only(&self) -> Option<String> {
        changes_refused(&self.store, &self.account)
    }
}

/// Why nothing may be changed through the account, by what is stored now: another process may have
/// made it read-only or removed it since this one read its configuration.
fn changes_refused(store: &Store, account: &Account) -> Option<String> {
    let (id, name) = (&account.id, account.provider.title());
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
        Some(now) => now.read_only.then(|| super::read_only_words(now)),
    }
}

impl Tokens {
    /// After `refused` got a 401. Whoever owns the token may have replaced it: the CLI it is borrowed
    /// from, or another Slipway in the keychain. Each is asked once more.
    async fn replaced(&self, account: &Account, only_of_kind: bool, refused: &Secret) -> Result<Secret, ReadError> {
        let now = self.of(account, only_of_kind).await?;
        if now != *refused || self.environment_token(account, only_of_kind).is_some() {
            return Ok(now);
        }
        let _one = self.asking.lock().await;
        let known = lock(&self.known).get(&account.id).cloned();
        if let Some((token, _)) = known.as_ref().filter(|(token, _)| token != refused) {
            return Ok(token.clone());
        }
        let found = match known.map(|(_, place)| place) {
            Some(TokenPlace::Borrowed) => Some((borrow::token(account).await?, TokenPlace::Borrowed)),
            Some(TokenPlace::Keychain) => {
                let kept = self.secrets.get(&account.id).await.ok().flatten();
                kept.map(|token| (Secret::new(token), TokenPlace::Keychain))
            }
            Some(TokenPlace::Environment | TokenPlace::ThisRun | TokenPlace::KeychainUnavailable | TokenPlace::Missing) | None => None,
        };
        let Some((token, place)) = found else { return Ok(now) };
        lock(&self.known).insert(account.id.clone(), (token.clone(), place));
        Ok(token)
    }

    async fn of(&self, account: &Account, only_of_kind: bool) -> Result<Secret, ReadError> {
        if let Some(token) = self.environment_token(account, only_of_kind) {
            return Ok(token);
        }
        if let Some((token, _)) = lock(&self.known).get(&account.id) {
            return Ok(token.clone());
        }
        let name = account.provider.title();
        if account.borrowed {
            let _one = self.asking.lock().await;
            if let Some((token, _)) = lock(&self.known).get(&account.id) {
                return Ok(token.clone());
            }
            let token = borrow::token(account).await?;
            lock(&self.known).insert(account.id.clone(), (token.clone(), TokenPlace::Borrowed));
            return Ok(token);
        }
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

    pub(super) fn place(&self, account: &Account, only_of_kind: bool) -> TokenPlace {
        if self.environment_token(account, only_of_kind).is_some() {
            return TokenPlace::Environment;
        }
        if let Some((_, place)) = lock(&self.known).get(&account.id) {
            return *place;
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

fn environment_name(kind: ProviderKind) -> &'static str {
    match kind {
        ProviderKind::Github => "GH_TOKEN",
        ProviderKind::Circleci => "CIRCLE_TOKEN",
        ProviderKind::Heroku => "HEROKU_API_KEY",
    }
}
