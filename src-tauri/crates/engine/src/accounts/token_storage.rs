//! Where the tokens of accounts are kept: the keychain, a CLI, or this process.

use super::new_account::SetupError;
use super::{Accounts, cli_credentials};
use crate::locks::lock;
use crate::store::StoreError;
use slipway_domain::service::Account;
use slipway_domain::snapshot::TokenPlace;
use slipway_http::Secret;

impl Accounts {
    pub(crate) async fn keep_token(&self, account: &Account, token: &str, keychain: bool) -> Result<(), SetupError> {
        if token.trim().is_empty() {
            return Err(SetupError::Usage("The token is empty. Paste it again.".to_owned()));
        }
        if keychain {
            self.tokens.keep(account, token).await?;
        }
        let place = if keychain { TokenPlace::Keychain } else { TokenPlace::ThisRun };
        self.tokens.remember(account, &Secret::new(token), place);
        lock(&self.clients).remove(&account.id);
        lock(&self.seen).remove(&account.id);
        Ok(())
    }

    /// Takes the account's token out of memory and out of the keychain.
    pub(crate) async fn forget(&self, account: &Account) -> Result<(), SetupError> {
        self.tokens.forget(&account.id);
        if account.keychain { self.tokens.delete(account).await } else { Ok(()) }
    }

    /// Whether the keychain still has the entry of an earlier version that served this account. Other
    /// data folders, and that version, may use it.
    pub(crate) async fn has_earlier_entry(&self, account: &Account) -> Result<bool, SetupError> {
        self.tokens.has_earlier(account).await.map_err(|error| SetupError::Keychain(error.0))
    }

    pub(crate) async fn delete_earlier_entry(&self, account: &Account) -> Result<(), SetupError> {
        self.tokens.secrets.delete_earlier(&account.id).await.map_err(|error| SetupError::Keychain(error.0))
    }

    /// From now on the account of that id is not the one that an earlier version stored.
    pub(crate) fn is_no_earlier_account(&self, id: &str) -> Result<(), StoreError> {
        self.tokens.earlier.forget(&self.store, id)
    }

    /// Asks the CLI of the account's vendor for its token, at the account's server.
    pub(crate) async fn check_borrowed(&self, account: &Account) -> Result<(), SetupError> {
        self.tokens.borrowed(account).await.map(|_| ()).map_err(|error| SetupError::Usage(error.to_string()))
    }

    pub(crate) async fn borrowable(&self) -> Vec<cli_credentials::AvailableCli> {
        cli_credentials::available(self.vendors, &self.tokens.environment).await
    }

    pub(crate) fn keychain_trouble(&self) -> Option<String> {
        lock(&self.tokens.trouble).clone()
    }

    pub(crate) fn keychain_asked(&self) -> bool {
        *lock(&self.tokens.asked)
    }

    pub(crate) fn recheck_keychain(&self) {
        *lock(&self.tokens.trouble) = None;
    }
}
