//! GitHub's HTTP: where its API is, how writes are spaced, and what refusals mean.
//!
//! Sources: docs "Rate limits for the REST API" and "Best practices for using the REST API" (100 concurrent
//! requests for a user, a second between writes, separate budgets for REST and GraphQL), "Authenticating to the
//! REST API" (`github-authentication-token-expiration`, `x-github-sso`), "Scopes for OAuth apps" (`x-oauth-scopes`
//! and `x-accepted-oauth-scopes`).

use crate::profile::{ID, TITLE};
use http::{HeaderMap, StatusCode};
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use slipway_http::{Base, Call, HttpDialect, Roots};
use slipway_vendor::{ReadError, Refusal};
use std::time::Duration;

const DEFAULT_URL: &str = "https://api.github.com";

#[derive(Debug)]
pub(super) struct GithubDialect;

impl HttpDialect for GithubDialect {
    fn vendor(&self) -> VendorId {
        ID
    }

    fn title(&self) -> &'static str {
        TITLE
    }

    fn default_url(&self) -> &'static str {
        DEFAULT_URL
    }

    /// GitHub Enterprise Server serves REST at `/api/v3` and GraphQL at `/api/graphql`; GitHub with data
    /// residency (`api.NAME.ghe.com`) has the layout of api.github.com.
    fn roots(&self, base: &Base<'_>) -> Roots {
        let host = base.url.host_str().unwrap_or_default();
        if matches!(host, "github.com" | "www.github.com") {
            let root = DEFAULT_URL.to_owned();
            return Roots { shown: root.clone(), second: format!("{root}/graphql"), rest: root };
        }
        let own_layout = base.is_loopback || host == "api.github.com" || (host.starts_with("api.") && host.ends_with(".ghe.com"));
        let path = if base.path.is_empty() && !own_layout { "/api/v3" } else { base.path };
        let root = format!("{}{path}", base.origin);
        let second = match path.strip_suffix("/api/v3") {
            Some(before) => format!("{}{before}/api/graphql", base.origin),
            None => format!("{root}/graphql"),
        };
        Roots { shown: root.clone(), rest: root, second }
    }

    /// GitHub bears 100 of all programs of a person together (docs "Rate limits for the REST API").
    fn requests_at_once(&self) -> usize {
        64
    }

    fn spacing_of_writes(&self) -> Option<Duration> {
        Some(Duration::from_secs(1))
    }

    fn budget_of(&self, roots: &Roots, url: &str) -> &'static str {
        if url == roots.second { "graphql" } else { "core" }
    }

    fn refusal_of_token(&self, status: StatusCode, headers: &HeaderMap, _body: &[u8], remedy: &str) -> Option<ReadError> {
        single_sign_on(headers).or_else(|| lacks_scope(status, headers, remedy))
    }

    /// `2026-12-31 23:59:59 UTC`, or with an offset.
    fn token_expiry(&self, headers: &HeaderMap) -> Option<Time> {
        let text = headers.get("github-authentication-token-expiration")?.to_str().ok()?.trim();
        let (date, zone) = text.rsplit_once(' ')?;
        let zone = if zone == "UTC" { "+0000" } else { zone };
        jiff::fmt::strtime::parse("%Y-%m-%d %H:%M:%S %z", format!("{date} {zone}")).ok()?.to_timestamp().ok().map(Time)
    }

    fn headers_of_token(&self) -> &'static [&'static str] {
        &["x-oauth-scopes", "x-accepted-oauth-scopes"]
    }

    fn cheapest_read(&self, roots: &Roots) -> Call {
        Call::get(format!("{}/user", roots.rest))
    }
}

/// `X-GitHub-SSO: required; url=…`, on a 403 and on GraphQL answers.
pub(super) fn single_sign_on(headers: &HeaderMap) -> Option<ReadError> {
    let told = headers.get("x-github-sso")?.to_str().ok()?.strip_prefix("required")?;
    // The link is shown and opened, so only a link to GitHub's own site is returned.
    let url = told.split("url=").nth(1).map(str::trim).filter(|url| url.starts_with("https://") && url.contains("/sso"));
    let organisation = url.and_then(|url| url.split("/orgs/").nth(1)?.split('/').next()).unwrap_or("The organisation");
    let place = url.map_or_else(|| "at github.com/settings/tokens (Configure SSO)".to_owned(), |url| format!("within the hour at {url}"));
    let message = format!("{organisation} wants single sign-on of the GitHub token. Authorise it {place}; reading goes on by itself.");
    Some(ReadError::Refused { why: Refusal::SingleSignOn, message, url: url.map(str::to_owned) })
}

/// Whether the token has none of the scopes that GitHub would accept.
pub(super) fn lacks_scope(status: StatusCode, headers: &HeaderMap, remedy: &str) -> Option<ReadError> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use slipway_http::Address;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    fn expiry(text: &str) -> Option<Time> {
        GithubDialect.token_expiry(&headers(&[("github-authentication-token-expiration", text)]))
    }

    #[test]
    fn roots() {
        for (given, rest, second) in [
            (None, "https://api.github.com", "https://api.github.com/graphql"),
            (Some("https://github.com/"), "https://api.github.com", "https://api.github.com/graphql"),
            (Some("https://ghe.acme.test"), "https://ghe.acme.test/api/v3", "https://ghe.acme.test/api/graphql"),
            (Some("https://ghe.acme.test/api/v3/"), "https://ghe.acme.test/api/v3", "https://ghe.acme.test/api/graphql"),
            (Some("https://acme.test/proxy/api/v3"), "https://acme.test/proxy/api/v3", "https://acme.test/proxy/api/graphql"),
            (Some("https://acme.test/gh"), "https://acme.test/gh", "https://acme.test/gh/graphql"),
            (Some("https://api.acme.ghe.com"), "https://api.acme.ghe.com", "https://api.acme.ghe.com/graphql"),
            (Some("http://127.0.0.1:8001"), "http://127.0.0.1:8001", "http://127.0.0.1:8001/graphql"),
            (Some("http://localhost:8001/api/v3"), "http://localhost:8001/api/v3", "http://localhost:8001/api/graphql"),
            (Some("http://[::1]:8001"), "http://[::1]:8001", "http://[::1]:8001/graphql"),
        ] {
            let address = Address::parse(&GithubDialect, given).unwrap();
            assert_eq!((address.rest(), address.second()), (rest, second), "{given:?}");
        }
    }

    #[test]
    fn expiries_in_both_forms() {
        for text in ["2026-12-31 23:59:59 UTC", "2026-12-31 15:59:59 -0800"] {
            assert_eq!(expiry(text).unwrap().0.to_string(), "2026-12-31T23:59:59Z");
        }
        assert_eq!(expiry("soon"), None);
    }

    #[test]
    fn each_refusal_says_what_to_do() {
        let refused = |status, headers: &HeaderMap| GithubDialect.refusal_of_token(status, headers, b"", "");
        let sso = headers(&[("x-github-sso", "required; url=https://github.com/orgs/acme/sso?authorization_request=A1")]);
        let sso = refused(StatusCode::FORBIDDEN, &sso).unwrap();
        assert!(
            sso.to_string().starts_with("acme wants single sign-on")
                && sso.url() == Some("https://github.com/orgs/acme/sso?authorization_request=A1")
        );
        let foreign = headers(&[("x-github-sso", "required; url=javascript:alert(1)")]);
        assert_eq!(single_sign_on(&foreign).unwrap().url(), None);
        assert!(single_sign_on(&headers(&[("x-github-sso", "partial-results; organizations=1")])).is_none());

        let scope = headers(&[("x-oauth-scopes", "gist"), ("x-accepted-oauth-scopes", "repo")]);
        let scope = refused(StatusCode::NOT_FOUND, &scope).unwrap();
        assert!(scope.to_string().contains("needs repo, it has gist"), "{scope}");
        let fine = headers(&[("x-oauth-scopes", "repo, gist"), ("x-accepted-oauth-scopes", "repo")]);
        assert!(refused(StatusCode::NOT_FOUND, &fine).is_none());
    }

    proptest! {
        #[test]
        fn odd_headers_never_panic_and_lead_nowhere(
            expiry_said in "([0-9]{1,9}-[0-9]{1,3}-[0-9]{1,3} [0-9:]{1,12} (UTC|[+-][0-9]{1,6}|[A-Z]{1,5})|[ -~]{0,30})",
            sso in "(required|partial-results)?[ -~]{0,10}(url=)?(https://|http://|javascript:)?[ -~]{0,40}",
            scopes in "[ -~]{0,30}",
        ) {
            expiry(&expiry_said);
            let said = headers(&[("x-github-sso", &sso), ("x-oauth-scopes", &scopes)]);
            let refused = GithubDialect.refusal_of_token(StatusCode::FORBIDDEN, &said, b"", "");
            let url = refused.as_ref().and_then(|refused| refused.url());
            prop_assert!(url.is_none_or(|url| url.starts_with("https://")), "{url:?}");
        }
    }
}
