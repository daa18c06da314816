//! What the engine needs from its host: a clock and a place for tokens.

use async_trait::async_trait;
use slipway_domain::time::Time;

pub trait Clock: Send + Sync {
    fn now(&self) -> Time;
}

pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        Time(jiff::Timestamp::now())
    }
}

/// Whom a token in the keychain is for: an account, the server it was given for, and the data
/// folder it was given in. It is found by all three or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SecretKey {
    pub account: String,
    /// Scheme, host and port: `https://api.example.com`.
    pub origin: String,
    /// The data folder's own id, which it keeps when it is moved.
    pub folder: String,
}

impl SecretKey {
    /// The keychain's user name of the entry.
    pub fn entry_name(&self) -> String {
        format!("{} @ {} # {}", self.account, self.origin, self.folder)
    }
}

/// The operating system's keychain, or nothing. Every call answers within 3 s.
#[async_trait]
pub trait Secrets: Send + Sync {
    /// None: there is no such entry.
    async fn get(&self, key: &SecretKey) -> Result<Option<String>, SecretsError>;
    async fn set(&self, key: &SecretKey, token: &str) -> Result<(), SecretsError>;
    async fn delete(&self, key: &SecretKey) -> Result<(), SecretsError>;

    /// What an earlier version keeps for `account`: it filed tokens under the account's id alone.
    /// Such an entry does not say which server it is for, so it is given to one origin only, that
    /// which asks first. It is not changed: the earlier version goes on using it.
    async fn earlier(&self, account: &str, origin: &str) -> Result<Option<String>, SecretsError>;
    /// For every data folder at once, and for the earlier version.
    async fn delete_earlier(&self, account: &str) -> Result<(), SecretsError>;
}

/// Absent, locked, refused or late. The text says which, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SecretsError(pub String);

/// No keychain at all: `--no-keychain`, the sandbox, tests.
pub struct NoSecrets;

#[async_trait]
impl Secrets for NoSecrets {
    async fn get(&self, _key: &SecretKey) -> Result<Option<String>, SecretsError> {
        Ok(None)
    }

    async fn set(&self, _key: &SecretKey, _token: &str) -> Result<(), SecretsError> {
        Err(SecretsError("There is no keychain here; use the token for this run only.".to_owned()))
    }

    async fn delete(&self, _key: &SecretKey) -> Result<(), SecretsError> {
        Ok(())
    }

    async fn earlier(&self, _account: &str, _origin: &str) -> Result<Option<String>, SecretsError> {
        Ok(None)
    }

    async fn delete_earlier(&self, _account: &str) -> Result<(), SecretsError> {
        Ok(())
    }
}
