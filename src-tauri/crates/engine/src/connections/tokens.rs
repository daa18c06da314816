//! Tokens in memory, and where each comes from.

use super::choose::is_only;
use super::lock;
use crate::ports::Secrets;
use async_trait::async_trait;
use slipway_domain::service::Account;
use slipway_domain::snapshot::TokenPlace;
use slipway_domain::status::ProviderKind;
use slipway_providers::ReadError;
use slipway_providers::http::{Secret, TokenSource};
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
}

#[async_trait]
impl TokenSource for AccountToken {
    async fn token(&self) -> Result<Secret, ReadError> {
        let only_of_kind = is_only(&lock(&self.accounts), &self.account);
        self.tokens.of(&self.account, only_of_kind).await
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

    pub(super) fn place(&self, account: &Account, only_of_kind: bool) -> TokenPlace {
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

fn environment_name(kind: ProviderKind) -> &'static str {
    match kind {
        ProviderKind::Github => "GH_TOKEN",
        ProviderKind::Circleci => "CIRCLE_TOKEN",
        ProviderKind::Heroku => "HEROKU_API_KEY",
    }
}
