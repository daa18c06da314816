//! What a refused token means, and what a person can do about it.
//!
//! GitHub: `github-authentication-token-expiration` and `x-github-sso` (docs "Authenticating to the
//! REST API"), `x-oauth-scopes` against `x-accepted-oauth-scopes` (docs "Scopes for OAuth apps").
//! Heroku: the `id` of an error (`two_factor`, `suspended`, `delinquent`, `forbidden`).

use super::secret::KnownToken;
use crate::error::{ReadError, Refusal};
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use slipway_domain::status::ProviderKind;
use slipway_domain::time::Time;

/// After a 401. `known`: what the token did before.
pub(super) fn unauthorized(kind: ProviderKind, known: &KnownToken, remedy: &str, now: Time) -> ReadError {
    let who = kind.title();
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

/// A 402, 403 or 404 that is about the token; None when it is about what was asked for.
pub(super) fn refused(kind: ProviderKind, status: StatusCode, headers: &HeaderMap, body: &[u8], remedy: &str) -> Option<ReadError> {
    match kind {
        ProviderKind::Github => single_sign_on(headers).or_else(|| lacks_scope(status, headers, remedy)),
        ProviderKind::Heroku => heroku(body, remedy),
        ProviderKind::Circleci => None,
    }
}

/// `X-GitHub-SSO: required; url=…`, on a 403 and on a GraphQL answer alike.
pub fn single_sign_on(headers: &HeaderMap) -> Option<ReadError> {
    let told = headers.get("x-github-sso")?.to_str().ok()?.strip_prefix("required")?;
    // The link is shown and opened: only GitHub's own kind is passed on.
    let url = told.split("url=").nth(1).map(str::trim).filter(|url| url.starts_with("https://") && url.contains("/sso"));
    let organisation = url.and_then(|url| url.split("/orgs/").nth(1)?.split('/').next()).unwrap_or("The organisation");
    let place = url.map_or_else(|| "at github.com/settings/tokens (Configure SSO)".to_owned(), |url| format!("within the hour at {url}"));
    let message = format!("{organisation} wants single sign-on of the GitHub token. Authorise it {place}; reading goes on by itself.");
    Some(ReadError::Refused { why: Refusal::SingleSignOn, message, url: url.map(str::to_owned) })
}

/// None of the scopes that GitHub would accept is the token's.
pub fn lacks_scope(status: StatusCode, headers: &HeaderMap, remedy: &str) -> Option<ReadError> {
    let list = |name: &str| -> Option<Vec<String>> {
        let text = headers.get(name)?.to_str().ok()?;
        Some(text.split(',').map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect())
    };
    let (own, accepted) = (list("x-oauth-scopes")?, list("x-accepted-oauth-scopes")?);
    let may = accepted.is_empty() || accepted.iter().any(|scope| own.contains(scope));
    if may || !matches!(status.as_u16(), 200 | 403 | 404) {
        return None;
    }
    let own = if own.is_empty() { "no scope".to_owned() } else { own.join(", ") };
    let message = format!(
        "The GitHub token has too little scope: this needs {}, it has {own}. Make one with it at github.com/settings/tokens. {remedy}",
        accepted.join(" or ")
    );
    Some(ReadError::Refused { why: Refusal::Scope, message, url: None })
}

fn heroku(body: &[u8], remedy: &str) -> Option<ReadError> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let (why, message) = match value["id"].as_str()? {
        "two_factor" => (
            Refusal::TwoFactor,
            "Heroku asks for a second factor. Enter the code in Settings, or give it with --two-factor CODE.".to_owned(),
        ),
        "suspended" => (Refusal::Suspended, "Heroku has suspended this account or app; Heroku's support can tell why.".to_owned()),
        "delinquent" => {
            (Refusal::Suspended, "This Heroku account owes money; settle it at dashboard.heroku.com/account/billing.".to_owned())
        }
        "forbidden" => {
            let message =
                format!("The Heroku token may not do this: its authorization has too little scope, or its user no access. {remedy}");
            (Refusal::Scope, message)
        }
        _ => return None,
    };
    Some(ReadError::Refused { why, message, url: None })
}

/// `2026-12-31 23:59:59 UTC`, or with an offset.
pub(super) fn expiry(headers: &HeaderMap) -> Option<Time> {
    let text = headers.get("github-authentication-token-expiration")?.to_str().ok()?.trim();
    let (date, zone) = text.rsplit_once(' ')?;
    let zone = if zone == "UTC" { "+0000" } else { zone };
    jiff::fmt::strtime::parse("%Y-%m-%d %H:%M:%S %z", format!("{date} {zone}")).ok()?.to_timestamp().ok().map(Time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn expiries_in_both_forms() {
        for text in ["2026-12-31 23:59:59 UTC", "2026-12-31 15:59:59 -0800"] {
            let at = expiry(&headers(&[("github-authentication-token-expiration", text)])).unwrap();
            assert_eq!(at.0.to_string(), "2026-12-31T23:59:59Z");
        }
        assert_eq!(expiry(&headers(&[("github-authentication-token-expiration", "soon")])), None);
    }

    #[test]
    fn each_refusal_says_what_to_do() {
        let now = Time::from_unix(1_800_000_000);
        let of = |known: &KnownToken| unauthorized(ProviderKind::Github, known, "Enter a new one.", now);
        let expired = of(&KnownToken { accepted: true, expires_at: Some(now.plus(-10.0)) });
        assert!(
            matches!(&expired, ReadError::Refused { why: Refusal::Expired, .. })
                && expired.to_string().contains("expired on 15 January 2027")
        );
        assert!(matches!(of(&KnownToken { accepted: true, expires_at: None }), ReadError::Refused { why: Refusal::Revoked, .. }));
        assert!(matches!(of(&KnownToken::default()), ReadError::SignIn(_)));

        let sso = headers(&[("x-github-sso", "required; url=https://github.com/orgs/acme/sso?authorization_request=A1")]);
        let sso = refused(ProviderKind::Github, StatusCode::FORBIDDEN, &sso, b"", "").unwrap();
        assert!(
            sso.to_string().starts_with("acme wants single sign-on")
                && sso.url() == Some("https://github.com/orgs/acme/sso?authorization_request=A1")
        );
        let foreign = headers(&[("x-github-sso", "required; url=javascript:alert(1)")]);
        assert_eq!(single_sign_on(&foreign).unwrap().url(), None);
        assert!(single_sign_on(&headers(&[("x-github-sso", "partial-results; organizations=1")])).is_none());

        let scope = headers(&[("x-oauth-scopes", "gist"), ("x-accepted-oauth-scopes", "repo")]);
        let scope = refused(ProviderKind::Github, StatusCode::NOT_FOUND, &scope, b"", "").unwrap();
        assert!(scope.to_string().contains("needs repo, it has gist"), "{scope}");
        let fine = headers(&[("x-oauth-scopes", "repo, gist"), ("x-accepted-oauth-scopes", "repo")]);
        assert!(refused(ProviderKind::Github, StatusCode::NOT_FOUND, &fine, b"", "").is_none());

        let two = refused(ProviderKind::Heroku, StatusCode::FORBIDDEN, &HeaderMap::new(), br#"{"id":"two_factor","message":"x"}"#, "");
        assert!(matches!(two, Some(ReadError::Refused { why: Refusal::TwoFactor, .. })));
    }

    proptest! {
        #[test]
        fn odd_headers_and_bodies_never_panic_and_lead_nowhere(
            expiry_said in "([0-9]{1,9}-[0-9]{1,3}-[0-9]{1,3} [0-9:]{1,12} (UTC|[+-][0-9]{1,6}|[A-Z]{1,5})|[ -~]{0,30})",
            sso in "(required|partial-results)?[ -~]{0,10}(url=)?(https://|http://|javascript:)?[ -~]{0,40}",
            scopes in "[ -~]{0,30}",
            body in prop::collection::vec(any::<u8>(), 0..60),
        ) {
            let said = headers(&[("github-authentication-token-expiration", &expiry_said), ("x-github-sso", &sso), ("x-oauth-scopes", &scopes)]);
            expiry(&said);
            for kind in [ProviderKind::Github, ProviderKind::Circleci, ProviderKind::Heroku] {
                let refused = refused(kind, StatusCode::FORBIDDEN, &said, &body, "");
                let url = refused.as_ref().and_then(|refused| refused.url());
                prop_assert!(url.is_none_or(|url| url.starts_with("https://")), "{url:?}");
            }
        }
    }
}
