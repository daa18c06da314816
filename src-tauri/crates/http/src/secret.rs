//! Credentials that cannot be printed.

use super::token_redaction;
use crate::error::ReadError;
use async_trait::async_trait;
use bytes::Bytes;
use secrecy::{ExposeSecret, SecretString};
use slipway_domain::time::Time;
use std::fmt;
use std::sync::Arc;

const REDACTED: &str = "[redacted]";

/// A token. It cannot be printed: `Debug` and `Display` write `[redacted]`, and it does not serialise. Only the
/// transport reads it, to fill one header. Its memory is overwritten when the last clone is dropped.
#[derive(Clone)]
pub struct Secret(Arc<SecretString>);

impl Secret {
    /// Surrounding white space is removed, such as the newline of a pasted token.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self(Arc::new(SecretString::from(text.as_ref().trim())))
    }

    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// `answer` with the token removed, in case a server sends back what it was sent, encoded or not.
    pub(crate) fn redact(&self, answer: Bytes) -> Bytes {
        token_redaction::redacted(self.expose(), &answer).map_or(answer, Bytes::from)
    }

    pub(crate) fn redact_text(&self, text: &str) -> String {
        token_redaction::redacted(self.expose(), text.as_bytes())
            .map_or_else(|| text.to_owned(), |redacted| String::from_utf8_lossy(&redacted).into_owned())
    }

    /// Whether `text` is what replaced the account's own token in an answer.
    pub fn is_redaction(text: &str) -> bool {
        token_redaction::is_redaction(text)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// Where an account's token comes from. Called before every request, so an implementation answers from memory; it
/// is called again right after a 401, because the owner of the token may have changed it.
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// [`ReadError::NoToken`] with the reason when there is no token.
    async fn token(&self) -> Result<Secret, ReadError>;

    /// Called once after `refused` was answered with 401: its owner may have replaced it.
    async fn replaced(&self, _refused: &Secret) -> Result<Secret, ReadError> {
        self.token().await
    }

    /// What earlier runs recorded about the token.
    fn known(&self) -> KnownToken {
        KnownToken::default()
    }

    /// A sentence that says how a person gives another token.
    fn remedy(&self) -> String {
        "Enter a new one in Settings.".to_owned()
    }

    /// Why this account may not change anything; None: it may.
    fn read_only(&self) -> Option<String> {
        None
    }
}

/// What is stored about a token between runs. Never the token itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct KnownToken {
    /// The vendor accepted it at least once.
    pub accepted: bool,
    pub expires_at: Option<Time>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_prints() {
        let secret = Secret::new(" canary-123 \n");
        assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "[redacted] [redacted] Some([redacted])");
        assert_eq!(secret.expose(), "canary-123");
    }
}
