//! The HTTP connections of the whole program.

use super::certificate_authorities::CertificateAuthorities;
use super::error::ReadError;
use super::intermediary::Unusable;
use slipway_domain::time::Time;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// The clock for limits and probes.
pub type Now = Arc<dyn Fn() -> Time + Send + Sync>;

const CONNECT: Duration = Duration::from_secs(5);
/// Intermediary two parts of an answer.
const READ: Duration = Duration::from_secs(15);
/// One request with its complete answer; a body that comes at one byte a second ends here.
const TOTAL: Duration = Duration::from_secs(28);
/// Connections that are kept open for the next requests to a host.
const MOST_IDLE: usize = 16;
const IDLE: Duration = Duration::from_secs(60);
const USER_AGENT: &str = concat!("slipway/", env!("CARGO_PKG_VERSION"));

/// The HTTP connections of the whole program. Cheap to clone.
#[derive(Clone)]
pub struct Http {
    /// Through the system's proxies.
    outside: Connections,
    /// Without a proxy: for loopback addresses.
    inside: Connections,
    now: Now,
    /// Why nothing may be sent: certificates that were named cannot be read.
    trouble: Option<Arc<str>>,
    /// A proxy that the environment names and that cannot be used.
    unusable: Option<Unusable>,
}

/// Made at the first request: it reads all certificate authorities of the system, which a command that sends nothing and
/// the first paint of a window need not wait for.
#[derive(Clone)]
struct Connections {
    by_proxy: bool,
    named: Arc<[reqwest::Certificate]>,
    made: Arc<OnceLock<Result<reqwest::Client, NoTransport>>>,
}

#[derive(Clone, Debug, thiserror::Error)]
#[error("The HTTP client cannot start: {0}")]
pub struct NoTransport(String);

impl Http {
    /// Uses the proxies of the system and the environment (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`).
    pub fn new(now: Now) -> Result<Self, NoTransport> {
        Self::with_authorities(now, CertificateAuthorities::default())
    }

    /// Trusts the system's authorities and those of `authorities`.
    pub fn with_authorities(now: Now, trust: CertificateAuthorities) -> Result<Self, NoTransport> {
        let trouble = trust.trouble.map(Arc::from);
        let unusable = Unusable::of_environment(|name| std::env::var(name).ok());
        let named: Arc<[reqwest::Certificate]> = trust.certificates.into();
        let connections = |by_proxy| Connections { by_proxy, named: named.clone(), made: Arc::default() };
        Ok(Self { outside: connections(true), inside: connections(false), now, trouble, unusable })
    }

    pub(crate) fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// The error for an address that would be reached through a proxy that cannot be used.
    pub(crate) fn stopped(&self, loopback: bool, url: &str) -> Option<ReadError> {
        self.unusable.as_ref().filter(|_| !loopback)?.stops(url)
    }

    pub fn now(&self) -> Time {
        (self.now)()
    }

    pub(crate) fn client(&self, loopback: bool) -> Result<&reqwest::Client, NoTransport> {
        if loopback { self.inside.get() } else { self.outside.get() }
    }
}

impl Connections {
    fn get(&self) -> Result<&reqwest::Client, NoTransport> {
        let build = || match self.by_proxy {
            true => build(builder, &self.named),
            false => build(|| builder().no_proxy(), &self.named),
        };
        let made = self.made.get_or_init(|| build().inspect_err(|error| tracing::error!(%error, "nothing can be sent")));
        made.as_ref().map_err(NoTransport::clone)
    }
}

/// On a system without certificate authorities, such as a small container, a client that trusts them cannot be
/// built. Then one is built that trusts only those in `named`; a server it does not trust gets no token.
fn build(builder: impl Fn() -> reqwest::ClientBuilder, named: &[reqwest::Certificate]) -> Result<reqwest::Client, NoTransport> {
    builder().tls_certs_merge(named.to_vec()).build().or_else(|_| {
        let client = builder().tls_certs_only(named.to_vec()).build().map_err(|error| NoTransport(error.to_string()))?;
        tracing::warn!("this system has no certificate authorities: install them, or name a PEM file in SLIPWAY_CA_BUNDLE");
        Ok(client)
    })
}

fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .redirect(reqwest::redirect::Policy::none())
        // reqwest's own retry would send a write twice.
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(CONNECT)
        .read_timeout(READ)
        .timeout(TOTAL)
        .pool_idle_timeout(IDLE)
        // After a burst of requests most connections are closed again.
        .pool_max_idle_per_host(MOST_IDLE)
        .gzip(true)
}
