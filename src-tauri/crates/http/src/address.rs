//! Base URLs: what `--url` means, whatever the vendor.

use crate::dialect::{Base, HttpDialect, Roots};
use url::{Host, Url};

/// Where an account's API lives. Holds no credentials, so it may be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    roots: Roots,
    loopback: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadUrl(String);

impl Address {
    /// Parses what a person wrote as `slipway account add --url`; None is the vendor's own host.
    pub fn parse(dialect: &dyn HttpDialect, url: Option<&str>) -> Result<Self, BadUrl> {
        let url = parse_base(url.unwrap_or(dialect.default_url()))?;
        let is_loopback = is_loopback(&url);
        let origin = url.origin().ascii_serialization();
        let base = Base { url: &url, origin: &origin, path: url.path().trim_end_matches('/'), is_loopback };
        Ok(Self { roots: dialect.roots(&base), loopback: is_loopback })
    }

    pub fn roots(&self) -> &Roots {
        &self.roots
    }

    /// The root that paths are appended to, without a slash at the end.
    pub fn rest(&self) -> &str {
        &self.roots.rest
    }

    /// See [`Roots::second`].
    pub fn second(&self) -> &str {
        &self.roots.second
    }

    /// The root of the API as it is shown for an account.
    pub fn as_str(&self) -> &str {
        &self.roots.shown
    }

    pub fn is_loopback(&self) -> bool {
        self.loopback
    }
}

/// Scheme, host and port: the server that a token is for. Two URLs of one origin are one server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    scheme: String,
    host: String,
    /// None: the scheme's default port.
    port: Option<u16>,
    loopback: bool,
}

impl Origin {
    /// The origin of the API root that `url` stands for; None when no request would be sent there.
    pub fn of(dialect: &dyn HttpDialect, url: &str) -> Option<Self> {
        let root = Url::parse(&Address::parse(dialect, Some(url)).ok()?.roots.shown).ok()?;
        Some(Self { scheme: root.scheme().to_owned(), host: root.host_str()?.to_owned(), port: root.port(), loopback: is_loopback(&root) })
    }

    /// The origin of the vendor's own API.
    pub fn of_vendor(dialect: &dyn HttpDialect) -> Option<Self> {
        Self::of(dialect, dialect.default_url())
    }

    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether the host name alone identifies the server: https on the default port, or this machine.
    pub fn is_told_by_its_host(&self) -> bool {
        self.loopback || (self.scheme == "https" && self.port.is_none())
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// `localhost`, `*.localhost`, 127.0.0.0/8 or ::1, judged by the name alone; nothing is resolved.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Whether requests to a URL are allowed: https, or plain http on loopback.
pub(crate) fn is_safe(url: &Url) -> bool {
    url.host().is_some() && (url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url)))
}

/// The URL that a person has written; None where the parser would make another one of it: it drops line breaks, and
/// takes `https:///x` and `https:\\x` for `https://x`.
pub fn written_url(text: &str) -> Option<Url> {
    let text = text.trim();
    let (_, rest) = text.split_once("://")?;
    let as_written = !rest.starts_with(['/', '\\']) && !text.contains(char::is_control);
    Url::parse(text).ok().filter(|_| as_written)
}

fn parse_base(text: &str) -> Result<Url, BadUrl> {
    let text = text.trim();
    let bad = |why: &str| Err(BadUrl(why.to_owned()));
    let Some(url) = written_url(text) else {
        return bad("The URL cannot be read; it begins with https:// and a host");
    };
    if !url.username().is_empty() || url.password().is_some() {
        return bad("The URL must not carry a user name or password; the token is given on its own");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return bad("The URL must end with its path, without ? or #");
    }
    if url.host().is_none() || !matches!(url.scheme(), "https" | "http") {
        return bad("The URL must begin with https:// and a host");
    }
    if url.port() == Some(0) {
        return bad("The URL must not name port 0: nothing answers there");
    }
    if !is_safe(&url) {
        return bad("Plain http is refused: it would send the token readable over the network; use https");
    }
    Ok(url)
}
