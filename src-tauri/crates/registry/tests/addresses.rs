//! What an account's URL means: which server a token is sent to, and which it is never sent to.

use proptest::prelude::*;
use slipway_http::{Address, HttpDialect, Origin};
use url::{Host, Url};

const GITHUB: &dyn HttpDialect = slipway_github::SPEC.dialect;
const CIRCLECI: &dyn HttpDialect = slipway_circleci::SPEC.dialect;
const HEROKU: &dyn HttpDialect = slipway_heroku::SPEC.dialect;

#[test]
fn origins() {
    let of = |kind, url: &str| Origin::of(kind, url).map(|origin| origin.to_string());
    for (kind, url, expected) in [
        (GITHUB, "https://github.com", Some("https://api.github.com")),
        (GITHUB, "https://API.github.com:443/x", Some("https://api.github.com")),
        (GITHUB, "https://api.github.com:8443", Some("https://api.github.com:8443")),
        (HEROKU, "http://127.0.0.1:4000", Some("http://127.0.0.1:4000")),
        (HEROKU, "http://[::1]:4000/", Some("http://[::1]:4000")),
        (HEROKU, "http://api.heroku.com", None),
        (CIRCLECI, "https://user@circleci.com", None),
        (CIRCLECI, "https://circleci.com/api/v2", Some("https://circleci.com")),
    ] {
        assert_eq!(of(kind, url).as_deref(), expected, "{url}");
    }
    for kind in [GITHUB, CIRCLECI, HEROKU] {
        assert_eq!(Origin::of_vendor(kind).map(|origin| origin.to_string()).as_deref(), Some(kind.default_url()));
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
        let error = Address::parse(GITHUB, Some(url)).unwrap_err().to_string();
        assert!(!error.contains("token@") && !error.contains("token=1"), "{error}");
    }
}

proptest! {
    /// For any input: an accepted address is https or on this machine, and contains no secret.
    #[test]
    fn no_address_sends_a_token_in_the_open(
        scheme in "(https?|HTTP|ftp|file|javascript|data)?:?/{0,3}",
        user in "([a-z]{1,4}(:[a-z]{1,4})?@)?",
        host in "(localhost|127\\.0\\.0\\.1|127\\.1|0x7f\\.1|2130706433|\\[::1\\]|\\[::ffff:127\\.0\\.0\\.1\\]|0\\.0\\.0\\.0|localhost\\.evil\\.test|evil\\.localhost|l\u{f6}calhost|10\\.0\\.0\\.1|acme\\.test|\\PC{0,6})",
        rest in "(:[0-9]{0,6})?(/[a-z.%@:\\\\/]{0,8})?(\\?[a-z=]{1,5})?(#[a-z]{1,3})?",
        kind in prop::sample::select(vec![GITHUB, CIRCLECI, HEROKU]),
    ) {
        let Ok(address) = Address::parse(kind, Some(&format!("{scheme}{user}{host}{rest}"))) else { return Ok(()) };
        for text in [address.as_str(), address.rest(), address.second()] {
            let url = Url::parse(text).unwrap();
            prop_assert!(url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none(), "{text}");
            let this_machine = match url.host() {
                Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
                Some(Host::Ipv4(ip)) => ip.octets()[0] == 127,
                Some(Host::Ipv6(ip)) => ip == std::net::Ipv6Addr::LOCALHOST,
                None => false,
            };
            prop_assert!(url.scheme() == "https" || (url.scheme() == "http" && this_machine), "{text}");
            prop_assert_eq!(address.is_loopback(), this_machine);
        }
    }
}
