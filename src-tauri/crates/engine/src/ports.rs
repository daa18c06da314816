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

/// The operating system's keychain, or nothing. Every call answers within 3 s.
#[async_trait]
pub trait Secrets: Send + Sync {
    /// None: there is no entry for this account.
    async fn get(&self, account: &str) -> Result<Option<String>, SecretsError>;
    async fn set(&self, account: &str, token: &str) -> Result<(), SecretsError>;
    async fn delete(&self, account: &str) -> Result<(), SecretsError>;
}

/// Absent, locked, refused or late. The text says which, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SecretsError(pub String);

/// No keychain at all: `--no-keychain`, the sandbox, tests.
pub struct NoSecrets;

#[async_trait]
impl Secrets for NoSecrets {
    async fn get(&self, _account: &str) -> Result<Option<String>, SecretsError> {
        Ok(None)
    }

    async fn set(&self, _account: &str, _token: &str) -> Result<(), SecretsError> {
        Err(SecretsError("There is no keychain here; use the token for this run only.".to_owned()))
    }

    async fn delete(&self, _account: &str) -> Result<(), SecretsError> {
        Ok(())
    }
}
