//! What is between this machine and a vendor: proxies, and the sign-in pages of networks.
//!
//! Their answers say nothing about the account or the resource, so they have errors of their own.

use crate::error::{Intermediary, ReadError};
use http::{HeaderMap, StatusCode, Uri, header};
use hyper_util::client::proxy::matcher::Matcher;
use std::fmt::Write;
use url::Url;

/// The variables that name a proxy for https, in order of precedence. Of each pair the first that is set counts,
/// even if it is empty.
const VARIABLES: [[&str; 2]; 2] = [["HTTPS_PROXY", "https_proxy"], ["ALL_PROXY", "all_proxy"]];
const EXEMPT: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// A proxy that the environment names and that cannot be used. Requests are not sent around it, because the
/// network's owner may have forbidden that.
#[derive(Clone)]
pub(super) struct Unusable {
    why: String,
    /// Decides which hosts would be reached through it.
    covers: std::sync::Arc<Matcher>,
}

impl Unusable {
    pub(super) fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let first = |names: &[&str]| names.iter().find_map(|name| Some(((*name).to_owned(), variable(name)?)));
        let (name, value) = VARIABLES.iter().filter_map(|pair| first(pair)).find(|(_, value)| !value.is_empty())?;
        let why = unusable(&value)?;
        let exempt = first(&EXEMPT).map(|(_, value)| value).unwrap_or_default();
        let covers = Matcher::builder().all("http://proxy.invalid".to_owned()).no(exempt).build();
        let why = format!("{name} names {why}. Nothing is sent until it is put right or taken away");
        Some(Self { why, covers: std::sync::Arc::new(covers) })
    }

    /// The error for a request to this address, if it would go through the proxy.
    pub(super) fn stops(&self, url: &str) -> Option<ReadError> {
        let uri: Uri = url.parse().ok()?;
        let covered = self.covers.intercept(&uri).is_some();
        covered.then(|| ReadError::Intermediary { why: Intermediary::Proxy, message: self.why.clone() })
    }
}

/// What is wrong with the value, without the part that may be a password.
fn unusable(value: &str) -> Option<String> {
    let scheme = value.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        None | Some("http" | "https") => {
            let readable = value.parse::<Uri>().ok().and_then(|uri| uri.authority().map(|a| !a.host().is_empty())).unwrap_or(false);
            (!readable).then(|| "a proxy whose address cannot be read; it is written http://HOST:PORT".to_owned())
        }
        Some(scheme) => {
            let scheme: String = scheme.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
            Some(format!("a proxy of the kind {scheme}, which Slipway cannot use: http and https are possible"))
        }
    }
}

/// How a proxy failed to forward a request, read from the transport's error text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProxyFault {
    /// It wants a user name and password (407).
    WantsPassword,
    /// It answered and refused to forward.
    Refuses,
    /// It could not be reached.
    Dead,
    /// It closed the connection, or its answer cannot be parsed.
    Broke,
}

impl ProxyFault {
    /// None: no proxy was involved.
    pub(super) fn of(error: &reqwest::Error) -> Option<Self> {
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            // hyper's error type is not public; its texts are fixed by a test of each.
            if let Some(what) = error.to_string().strip_prefix("tunnel error: ") {
                return Some(match what {
                    "proxy authorization required" => Self::WantsPassword,
                    "unsuccessful" => Self::Refuses,
                    "failed to create underlying connection" => Self::Dead,
                    _ => Self::Broke,
                });
            }
            cause = error.source();
        }
        None
    }

    pub(super) fn words(self, who: &str) -> String {
        match self {
            Self::WantsPassword => format!(
                "The proxy wants a name and a password (407) before it leads to {who}. Put them into HTTPS_PROXY: http://NAME:PASSWORD@HOST:PORT"
            ),
            Self::Refuses => format!("The proxy answers and does not lead to {who}: its own rules or network stand in the way"),
            Self::Dead => {
                format!("The proxy does not answer, so {who} was not asked. Check HTTPS_PROXY, ALL_PROXY or the system's proxy settings")
            }
            Self::Broke => format!("The proxy broke off before it led to {who}"),
        }
    }
}

/// The error for an answer that comes from the network and not from the vendor; None where it may be the vendor's.
/// The page itself is not shown.
pub(super) fn networks_answer(who: &str, status: StatusCode, headers: &HeaderMap, body: &[u8], asked: &str) -> Option<ReadError> {
    let portal = |message: String| Some(ReadError::Intermediary { why: Intermediary::Portal, message });
    match status.as_u16() {
        407 => Some(ReadError::Intermediary { why: Intermediary::Proxy, message: ProxyFault::WantsPassword.words(who) }),
        511 => portal(format!("This network wants a sign-in (511) before it lets {who} be reached. Sign in to it with a browser")),
        302 | 303 | 307 => leads_elsewhere(headers, asked).and_then(|host| {
            let mut message = format!("Something answers in {who}'s place and leads to {host}.");
            let _ = write!(message, " If that is this network's sign-in page, sign in with a browser; nothing was sent there");
            portal(message)
        }),
        // A vendor's 5xx may be an HTML page; its refusals are always JSON.
        200..=299 | 402 | 403 | 451 if is_page(headers, body) => portal(page(who, status)),
        _ => None,
    }
}

fn page(who: &str, status: StatusCode) -> String {
    format!(
        "A web page ({}) came in place of {who}'s answer: this network's sign-in page, a proxy, or a URL that is not the API's root. \
         Sign in with a browser, or check the account's URL",
        status.as_u16()
    )
}

fn leads_elsewhere(headers: &HeaderMap, asked: &str) -> Option<String> {
    let here = Url::parse(asked).ok()?;
    let there = here.join(headers.get(header::LOCATION)?.to_str().ok()?).ok()?;
    let host = super::text::plain(there.host_str()?);
    (there.origin() != here.origin()).then_some(host)
}

fn is_page(headers: &HeaderMap, body: &[u8]) -> bool {
    let html = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|kind| kind.starts_with("text/html"));
    let start: Vec<u8> = body.iter().copied().skip_while(u8::is_ascii_whitespace).take(14).map(|b| b.to_ascii_lowercase()).collect();
    html || start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(variables: &[(&str, &str)]) -> Option<Unusable> {
        Unusable::of_environment(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_named_without_its_password() {
        for (variable, value, said) in [
            ("HTTPS_PROXY", "ftp://joe:secret@proxy.acme.test", "HTTPS_PROXY names a proxy of the kind ftp"),
            ("https_proxy", "socks5://proxy.acme.test:1080", "https_proxy names a proxy of the kind socks5"),
            ("ALL_PROXY", "quic://proxy", "ALL_PROXY names a proxy of the kind quic"),
            ("HTTPS_PROXY", "http://", "HTTPS_PROXY names a proxy whose address cannot be read"),
            ("HTTPS_PROXY", "not a proxy", "HTTPS_PROXY names a proxy whose address cannot be read"),
        ] {
            let found = named(&[(variable, value)]).unwrap_or_else(|| panic!("{value}"));
            let error = found.stops("https://api.github.com/user").expect("stopped").to_string();
            assert!(error.starts_with(said) && !error.contains("secret"), "{error}");
        }
        for value in ["", "http://proxy:3128", "https://joe:secret@proxy:3128", "proxy.acme.test:3128", "HTTP://PROXY:1"] {
            assert!(named(&[("HTTPS_PROXY", value)]).is_none(), "{value}");
        }
        assert!(named(&[("HTTPS_PROXY", "http://p:1"), ("ALL_PROXY", "ftp://p")]).is_none(), "the first one counts");
        let exempt = named(&[("HTTPS_PROXY", "ftp://p"), ("NO_PROXY", "github.com,.acme.test")]).expect("named");
        assert!(exempt.stops("https://api.github.com/").is_none() && exempt.stops("https://git.acme.test/").is_none());
        assert!(exempt.stops("https://circleci.com/").is_some());
    }

    #[test]
    fn answers_of_the_network_are_told_from_the_vendors() {
        let headers = |pairs: &[(&'static str, &str)]| -> HeaderMap {
            pairs.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect()
        };
        let of = |status: u16, pairs: &[(&'static str, &str)], body: &str| {
            let status = StatusCode::from_u16(status).unwrap();
            networks_answer("GitHub", status, &headers(pairs), body.as_bytes(), "https://api.github.com/user")
        };
        let why = |error: &Option<ReadError>| match error {
            Some(ReadError::Intermediary { why, .. }) => Some(*why),
            _ => None,
        };
        let html = [("content-type", "text/html; charset=utf-8")];
        let json = [("content-type", "application/json")];
        for (answer, expected) in [
            (of(407, &[], ""), Some(Intermediary::Proxy)),
            (of(511, &json, "{}"), Some(Intermediary::Portal)),
            (of(200, &html, "hello"), Some(Intermediary::Portal)),
            (of(200, &[], " \n<!DOCTYPE html><title>Sign in</title>"), Some(Intermediary::Portal)),
            (of(403, &html, "blocked"), Some(Intermediary::Portal)),
            (of(302, &[("location", "http://portal.hotel.test/login")], ""), Some(Intermediary::Portal)),
            (of(307, &[("location", "https://signin.corp.test/")], "<html>"), Some(Intermediary::Portal)),
            // Answers that do come from the vendor.
            (of(302, &[("location", "/repositories/1")], ""), None),
            (of(301, &[("location", "https://elsewhere.test/")], ""), None),
            (of(403, &json, r#"{"message":"forbidden"}"#), None),
            (of(404, &html, "<html>"), None),
            (of(502, &html, "<html>Unicorn!"), None),
            (of(200, &json, "[]"), None),
        ] {
            assert_eq!(why(&answer), expected, "{answer:?}");
        }
        assert!(of(302, &[("location", "http://portal.hotel.test/")], "").unwrap().to_string().contains("leads to portal.hotel.test"));
    }
}
