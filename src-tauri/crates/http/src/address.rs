//! Base URLs: what `--url` means for each vendor.

use slipway_domain::status::ProviderKind;
use url::{Host, Url};

/// Where an account's API lives. Holds no credentials, so it may be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub kind: ProviderKind,
    /// Where REST paths are appended; no slash at the end.
    pub rest: String,
    /// GitHub: the GraphQL endpoint. CircleCI: the root of v1.1. Heroku: the same as `rest`.
    pub second: String,
    root: String,
    loopback: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadUrl(String);

impl Address {
    /// The rules of `slipway account add --url`; None is the vendor's own host.
    ///
    /// GitHub Enterprise Server serves REST at `/api/v3` and GraphQL at `/api/graphql`;
    /// GitHub with data residency (`api.NAME.ghe.com`) has the layout of api.github.com.
    /// CircleCI: `/api/v2` and `/api/v1.1` under the host. Heroku: the host.
    pub fn parse(kind: ProviderKind, url: Option<&str>) -> Result<Self, BadUrl> {
        let url = parse_base(url.unwrap_or(default_url(kind)))?;
        let loopback = is_loopback(&url);
        let path = url.path().trim_end_matches('/').to_owned();
        let origin = url.origin().ascii_serialization();
        let (root, rest, second) = match kind {
            ProviderKind::Github => github(&url, &origin, &path, loopback),
            ProviderKind::Circleci => {
                let path = path.strip_suffix("/api/v2").unwrap_or(&path);
                (format!("{origin}{path}"), format!("{origin}{path}/api/v2"), format!("{origin}{path}/api/v1.1"))
            }
            ProviderKind::Heroku => {
                let root = format!("{origin}{path}");
                (root.clone(), root.clone(), root)
            }
        };
        Ok(Self { kind, rest, second, root, loopback })
    }

    /// The API's root, as an account shows it.
    pub fn as_str(&self) -> &str {
        &self.root
    }

    pub fn is_loopback(&self) -> bool {
        self.loopback
    }
}

/// Scheme, host and port: whom a token is meant for. Two URLs of one origin are one server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    scheme: String,
    host: String,
    /// None: the scheme's own.
    port: Option<u16>,
    loopback: bool,
}

impl Origin {
    /// That of the API's root which `url` means; None when no request would go there.
    pub fn of(kind: ProviderKind, url: &str) -> Option<Self> {
        let root = Url::parse(&Address::parse(kind, Some(url)).ok()?.root).ok()?;
        Some(Self { scheme: root.scheme().to_owned(), host: root.host_str()?.to_owned(), port: root.port(), loopback: is_loopback(&root) })
    }

    /// The vendor's own.
    pub fn of_vendor(kind: ProviderKind) -> Option<Self> {
        Self::of(kind, default_url(kind))
    }

    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether its host's name alone says which server it is: https on its own port, or this
    /// machine.
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

/// The vendor's own API.
pub fn default_url(kind: ProviderKind) -> &'static str {
    match kind {
        ProviderKind::Github => "https://api.github.com",
        ProviderKind::Circleci => "https://circleci.com",
        ProviderKind::Heroku => "https://api.heroku.com",
    }
}

/// `localhost`, `*.localhost`, 127.0.0.0/8 or ::1, judged by name alone: nothing is resolved.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Whether a URL may be fetched at all: https, or plain http on loopback.
pub fn is_safe(url: &Url) -> bool {
    url.host().is_some() && (url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url)))
}

fn parse_base(text: &str) -> Result<Url, BadUrl> {
    let text = text.trim();
    let bad = |why: &str| Err(BadUrl(why.to_owned()));
    let Ok(url) = Url::parse(text) else {
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
    if !is_safe(&url) {
        return bad("Plain http is refused: it would send the token readable over the network; use https");
    }
    Ok(url)
}

fn github(url: &Url, origin: &str, path: &str, loopback: bool) -> (String, String, String) {
    let host = url.host_str().unwrap_or_default();
    if matches!(host, "github.com" | "www.github.com") {
        let root = default_url(ProviderKind::Github).to_owned();
        return (root.clone(), root.clone(), format!("{root}/graphql"));
    }
    let own_layout = loopback || host == "api.github.com" || (host.starts_with("api.") && host.ends_with(".ghe.com"));
    let path = if path.is_empty() && !own_layout { "/api/v3" } else { path };
    let root = format!("{origin}{path}");
    let graphql = match path.strip_suffix("/api/v3") {
        Some(before) => format!("{origin}{before}/api/graphql"),
        None => format!("{root}/graphql"),
    };
    (root.clone(), root, graphql)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn origins() {
        let of = |kind, url: &str| Origin::of(kind, url).map(|origin| origin.to_string());
        for (kind, url, expected) in [
            (ProviderKind::Github, "https://github.com", Some("https://api.github.com")),
            (ProviderKind::Github, "https://API.github.com:443/x", Some("https://api.github.com")),
            (ProviderKind::Github, "https://api.github.com:8443", Some("https://api.github.com:8443")),
            (ProviderKind::Heroku, "http://127.0.0.1:4000", Some("http://127.0.0.1:4000")),
            (ProviderKind::Heroku, "http://[::1]:4000/", Some("http://[::1]:4000")),
            (ProviderKind::Heroku, "http://api.heroku.com", None),
            (ProviderKind::Circleci, "https://user@circleci.com", None),
            (ProviderKind::Circleci, "https://circleci.com/api/v2", Some("https://circleci.com")),
        ] {
            assert_eq!(of(kind, url).as_deref(), expected, "{url}");
        }
        for kind in ProviderKind::ALL {
            assert_eq!(Origin::of_vendor(*kind).map(|origin| origin.to_string()).as_deref(), Some(default_url(*kind)));
        }
    }

    #[test]
    fn roots() {
        let table = [
            (ProviderKind::Github, None, "https://api.github.com", "https://api.github.com/graphql"),
            (ProviderKind::Github, Some("https://github.com/"), "https://api.github.com", "https://api.github.com/graphql"),
            (ProviderKind::Github, Some("https://ghe.acme.test"), "https://ghe.acme.test/api/v3", "https://ghe.acme.test/api/graphql"),
            (
                ProviderKind::Github,
                Some("https://ghe.acme.test/api/v3/"),
                "https://ghe.acme.test/api/v3",
                "https://ghe.acme.test/api/graphql",
            ),
            (
                ProviderKind::Github,
                Some("https://acme.test/proxy/api/v3"),
                "https://acme.test/proxy/api/v3",
                "https://acme.test/proxy/api/graphql",
            ),
            (ProviderKind::Github, Some("https://acme.test/gh"), "https://acme.test/gh", "https://acme.test/gh/graphql"),
            (ProviderKind::Github, Some("https://api.acme.ghe.com"), "https://api.acme.ghe.com", "https://api.acme.ghe.com/graphql"),
            (ProviderKind::Github, Some("http://127.0.0.1:8001"), "http://127.0.0.1:8001", "http://127.0.0.1:8001/graphql"),
            (
                ProviderKind::Github,
                Some("http://localhost:8001/api/v3"),
                "http://localhost:8001/api/v3",
                "http://localhost:8001/api/graphql",
            ),
            (ProviderKind::Github, Some("http://[::1]:8001"), "http://[::1]:8001", "http://[::1]:8001/graphql"),
            (ProviderKind::Circleci, None, "https://circleci.com/api/v2", "https://circleci.com/api/v1.1"),
            (ProviderKind::Circleci, Some("https://ci.acme.test/"), "https://ci.acme.test/api/v2", "https://ci.acme.test/api/v1.1"),
            (ProviderKind::Circleci, Some("https://ci.acme.test/api/v2"), "https://ci.acme.test/api/v2", "https://ci.acme.test/api/v1.1"),
            (ProviderKind::Heroku, None, "https://api.heroku.com", "https://api.heroku.com"),
            (ProviderKind::Heroku, Some("http://127.0.0.1:9"), "http://127.0.0.1:9", "http://127.0.0.1:9"),
        ];
        for (kind, given, rest, second) in table {
            let address = Address::parse(kind, given).unwrap();
            assert_eq!((address.rest.as_str(), address.second.as_str()), (rest, second), "{given:?}");
        }
    }

    #[test]
    fn refused() {
        for url in [
            "http://api.github.com",
            "http://10.0.0.1",
            "http://localhost.evil.test",
            "ftp://127.0.0.1",
            "https://user:token@ghe.acme.test",
            "https://token@ghe.acme.test",
            "https://ghe.acme.test/?token=1",
            "ghe.acme.test",
            "file:///etc/passwd",
            "",
        ] {
            let error = Address::parse(ProviderKind::Github, Some(url)).unwrap_err().to_string();
            assert!(!error.contains("token@") && !error.contains("token=1"), "{error}");
        }
    }

    proptest! {
        /// Whatever is written: an address that is taken is https, or on this machine, and holds no secret.
        #[test]
        fn no_address_sends_a_token_in_the_open(
            scheme in "(https?|HTTP|ftp|file|javascript|data)?:?/{0,3}",
            user in "([a-z]{1,4}(:[a-z]{1,4})?@)?",
            host in "(localhost|127\\.0\\.0\\.1|127\\.1|0x7f\\.1|2130706433|\\[::1\\]|\\[::ffff:127\\.0\\.0\\.1\\]|0\\.0\\.0\\.0|localhost\\.evil\\.test|evil\\.localhost|l\u{f6}calhost|10\\.0\\.0\\.1|acme\\.test|\\PC{0,6})",
            rest in "(:[0-9]{0,6})?(/[a-z.%@:\\\\/]{0,8})?(\\?[a-z=]{1,5})?(#[a-z]{1,3})?",
            kind in prop::sample::select(vec![ProviderKind::Github, ProviderKind::Circleci, ProviderKind::Heroku]),
        ) {
            let Ok(address) = Address::parse(kind, Some(&format!("{scheme}{user}{host}{rest}"))) else { return Ok(()) };
            for text in [&address.root, &address.rest, &address.second] {
                let url = Url::parse(text).unwrap();
                prop_assert!(url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none(), "{text}");
                let this_machine = match url.host() {
                    Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
                    Some(Host::Ipv4(ip)) => ip.octets()[0] == 127,
                    Some(Host::Ipv6(ip)) => ip == std::net::Ipv6Addr::LOCALHOST,
                    None => false,
                };
                prop_assert!(url.scheme() == "https" || (url.scheme() == "http" && this_machine), "{text}");
                prop_assert_eq!(address.loopback, this_machine);
            }
        }
    }
}
