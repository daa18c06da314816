//! Which requests are accepted. The ports can be reached by every program and every web page of this machine.
//!
//! - A request with an `Origin` comes from a web page: 403.
//! - A request whose `Host` is not this machine may come from a page whose DNS name was pointed here: 403. Accepted
//!   are 127.0.0.0/8, `[::1]`, `localhost`, `*.localhost`, and the names in [`crate::Options::allow_hosts`].
//! - A request to the control port without the banner's `control.token` as `Authorization: Bearer` may come from
//!   another user of this machine: 401. `GET /health/APP` needs no token, because it stands for the app's own public
//!   page.

use std::net::{Ipv4Addr, Ipv6Addr};

use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri, header};
use serde_json::json;

use crate::http::{Reply, Vendor};

#[derive(Debug)]
pub struct AccessControl {
    /// In lower case, without a port.
    hosts: Vec<String>,
    secret: String,
}

impl AccessControl {
    pub fn new(hosts: &[String]) -> Self {
        let secret = format!("sandbox-{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
        Self { hosts: hosts.iter().map(|host| host.to_ascii_lowercase()).collect(), secret }
    }

    /// The token that the control port requires.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    pub fn refusal(&self, vendor: Vendor, parts: &Parts) -> Option<Reply> {
        let refuse = |status, why: &str| Some(Reply::json(status, &json!({"error": why})));
        if parts.headers.contains_key(header::ORIGIN) {
            return refuse(403, "no web page may ask the sandbox");
        }
        let hosts = named(&parts.uri, &parts.headers);
        if hosts.is_empty() || !hosts.iter().all(|host| host.as_deref().is_some_and(|host| self.knows(host))) {
            return refuse(403, "the Host is not this machine; `slipway sandbox --allow-host NAME` allows another name");
        }
        let health = parts.method == Method::GET && parts.uri.path().starts_with("/health/");
        if vendor == Vendor::Control && !health && !self.is_told(&parts.headers) {
            let reply = refuse(401, "the control port wants the banner's control.token: Authorization: Bearer TOKEN");
            return reply.map(|reply| reply.with("WWW-Authenticate", "Bearer"));
        }
        None
    }

    fn is_told(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.split_once(' '));
        given.is_some_and(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer") && token.trim() == self.secret)
    }

    /// Whether a name, without its port, is in [`crate::Options::allow_hosts`].
    pub fn is_allowed_name(&self, host: &str) -> bool {
        self.hosts.contains(&host.to_ascii_lowercase())
    }

    fn knows(&self, host: &str) -> bool {
        let Some(name) = without_port(host).map(str::to_ascii_lowercase) else { return false };
        if let Some(address) = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return address.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback());
        }
        name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
            || name == "localhost"
            || name.strip_suffix(".localhost").is_some_and(|label| !label.is_empty())
            || self.hosts.contains(&name)
    }
}

/// Every host that the request names, in its `Host` headers and in its target. None for one that is not text.
fn named(uri: &Uri, headers: &HeaderMap) -> Vec<Option<String>> {
    let of_headers = headers.get_all(header::HOST).iter().map(|value| value.to_str().ok().map(str::to_owned));
    of_headers.chain(uri.authority().map(|authority| Some(authority.as_str().to_owned()))).collect()
}

/// `name`, from `name` or `name:80`. None: what follows the colon is no port.
fn without_port(host: &str) -> Option<&str> {
    let name_ends = if host.starts_with('[') { host.find(']')? + 1 } else { host.find(':').unwrap_or(host.len()) };
    let (name, rest) = host.split_at(name_ends);
    let port = rest.strip_prefix(':').unwrap_or(rest);
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit()) && (rest.is_empty() || !port.is_empty());
    is_port.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_known() {
        let access = AccessControl::new(&["Build.Example".to_owned()]);
        let good = ["127.0.0.1", "127.0.0.1:80", "127.9.8.7", "[::1]", "[::1]:8080", "LocalHost:1", "github.localhost", "build.example:9"];
        for host in good {
            assert!(access.knows(host), "{host}");
        }
        let bad = [
            "",
            ":80",
            "evil.example",
            "evil.example:80",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "10.0.0.1",
            "0.0.0.0",
            "[::]",
            "[::2]:80",
            "127.0.0.1@evil.example",
            "localhost:80:80",
            "localhost:",
            "localhost:x",
            ".localhost",
            "127.1",
            "other.build.example",
            "[::1",
            "[::1]x",
        ];
        for host in bad {
            assert!(!access.knows(host), "{host}");
        }
    }
}
