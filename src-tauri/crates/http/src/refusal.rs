//! The meaning of a 401, and what a person can do about it.

use super::secret::KnownToken;
use crate::error::{ReadError, Refusal};
use slipway_domain::time::Time;

/// The error of a 401. `known`: what was known of the token before.
pub(super) fn unauthorized(who: &str, known: &KnownToken, remedy: &str, now: Time) -> ReadError {
    if let Some(at) = known.expires_at.filter(|at| *at <= now) {
        let message = format!("The {who} token used here expired on {}. {remedy}", at.0.strftime("%-d %B %Y"));
        return ReadError::Refused { why: Refusal::Expired, message, url: None };
    }
    if known.accepted {
        let message = format!("{who} accepted the token until now and refuses it: it was revoked or replaced. {remedy}");
        return ReadError::Refused { why: Refusal::Revoked, message, url: None };
    }
    ReadError::SignIn(format!("{who} does not accept the token: it is wrong, expired or revoked. {remedy}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_says_what_to_do() {
        let now = Time::from_unix(1_800_000_000);
        let of = |known: &KnownToken| unauthorized("GitHub", known, "Enter a new one.", now);
        let expired = of(&KnownToken { accepted: true, expires_at: Some(now.plus(-10.0)) });
        assert!(
            matches!(&expired, ReadError::Refused { why: Refusal::Expired, .. })
                && expired.to_string().contains("expired on 15 January 2027")
        );
        assert!(matches!(of(&KnownToken { accepted: true, expires_at: None }), ReadError::Refused { why: Refusal::Revoked, .. }));
        assert!(matches!(of(&KnownToken::default()), ReadError::SignIn(_)));
    }
}
