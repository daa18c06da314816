//! Credentials that cannot be printed.

use crate::error::ReadError;
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use memchr::memmem;
use slipway_domain::time::Time;
use std::fmt;
use std::sync::Arc;

const REDACTED: &str = "[redacted]";
/// No vendor's token is as short, and a shorter text would be found in ordinary words.
const SHORTEST: usize = 8;

/// A token. It has no way out as text: `Debug` and `Display` say `[redacted]`, and it does not
/// serialise. Only the transport reads it, to fill one header.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Surrounding white space, such as the newline of a pasted token, is dropped.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self(Arc::from(text.as_ref().trim()))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// `answer` without the token, should a server send back what it was sent.
    pub(crate) fn struck_from(&self, answer: Bytes) -> Bytes {
        let finder = memmem::Finder::new(self.0.as_bytes());
        if self.0.len() < SHORTEST || finder.find(&answer).is_none() {
            return answer;
        }
        let (mut struck, mut from) = (BytesMut::new(), 0);
        for at in finder.find_iter(&answer) {
            struck.extend_from_slice(&answer[from..at]);
            struck.extend_from_slice(REDACTED.as_bytes());
            from = at + self.0.len();
        }
        struck.extend_from_slice(&answer[from..]);
        struck.freeze()
    }

    /// Whether `text`, from an answer, stands where the account's own token stood.
    pub(crate) fn stood_in(text: &str) -> bool {
        text == REDACTED
    }
}

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

/// Where an account's token comes from. Asked before every request, so an implementation
/// answers from memory; it is asked again right after a 401, when the owner of the token may
/// have changed it.
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// [`ReadError::NoToken`] when there is none, with the reason in words.
    async fn token(&self) -> Result<Secret, ReadError>;

    /// Asked once after `refused` was answered with 401: its owner may have replaced it.
    async fn replaced(&self, _refused: &Secret) -> Result<Secret, ReadError> {
        self.token().await
    }

    /// What earlier runs learnt of the token.
    fn known(&self) -> KnownToken {
        KnownToken::default()
    }

    /// How a person gives another one, as a sentence.
    fn remedy(&self) -> String {
        "Enter a new one in Settings.".to_owned()
    }

    /// Why nothing may be changed through this account, or None.
    fn read_only(&self) -> Option<String> {
        None
    }
}

/// What outlives a run of what was learnt of a token. Never the token.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct KnownToken {
    /// The vendor accepted it once.
    pub accepted: bool,
    pub expires_at: Option<Time>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_struck_from_what_comes_back() {
        let struck = |token: &str, answer: &'static str| Secret::new(token).struck_from(Bytes::from_static(answer.as_bytes()));
        assert_eq!(struck("canary-1", "a canary-1, canary-1canary-1"), "a [redacted], [redacted][redacted]");
        assert_eq!(struck("canary-1", "nothing"), "nothing");
        for short in ["", "t", "nothing"] {
            assert_eq!(struck(short, "nothing"), "nothing", "words are no token");
        }
    }

    #[test]
    fn never_prints() {
        let secret = Secret::new(" canary-123 \n");
        assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "[redacted] [redacted] Some([redacted])");
        assert_eq!(secret.expose(), "canary-123");
    }
}
