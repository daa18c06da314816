//! Who may come in at all. The ports are open to every program and every page of this machine.
//!
//! - A request with an `Origin` comes from a web page: 403.
//! - A request whose `Host` is not this machine's was led here by somebody's DNS: 403. Good are
//!   127.0.0.0/8, `[::1]`, `localhost`, `*.localhost`, and what [`crate::Options::allow_hosts`] names.
//! - On the control port a request without the banner's `control.token` as `Authorization: Bearer`
//!   comes from another user of this machine: 401. `GET /health/APP` needs none: it stands for the
//!   app's own page, which anybody may ask, and a health check carries no token.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Response, Uri, header};
use axum::middleware::Next;
use serde_json::json;

use crate::http::{Reply, Vendor};
use crate::server::Shared;

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

    /// What the control port wants to be told.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    fn refusal(&self, vendor: Vendor, parts: &Parts) -> Option<Reply> {
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

    /// One of [`crate::Options::allow_hosts`], without a port.
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

/// Every host the request names: in its `Host` headers and in its target. None: one that is no text.
fn named(uri: &Uri, headers: &HeaderMap) -> Vec<Option<String>> {
    let of_headers = headers.get_all(header::HOST).iter().map(|value| value.to_str().ok().map(str::to_owned));
    of_headers.chain(uri.authority().map(|authority| Some(authority.as_str().to_owned()))).collect()
}

/// `name`, of `name` or `name:80`. None: what follows is no port.
fn without_port(host: &str) -> Option<&str> {
    let name_ends = if host.starts_with('[') { host.find(']')? + 1 } else { host.find(':').unwrap_or(host.len()) };
    let (name, rest) = host.split_at(name_ends);
    let port = rest.strip_prefix(':').unwrap_or(rest);
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit()) && (rest.is_empty() || !port.is_empty());
    is_port.then_some(name)
}

pub async fn check_access(State((shared, vendor)): State<(Arc<Shared>, Vendor)>, request: Request, next: Next) -> Response<Body> {
    let (parts, body) = request.into_parts();
    match shared.access_control.refusal(vendor, &parts) {
        Some(reply) => reply.into_response(),
        None => next.run(Request::from_parts(parts, body)).await,
    }
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
