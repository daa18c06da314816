//! CircleCI's HTTP: where its API is. Limits are reported by 429 with `Retry-After` or `RateLimit` headers (API
//! guide).

use crate::profile::{ID, TITLE};
use slipway_domain::vendor::VendorId;
use slipway_http::{Base, Call, HttpDialect, Roots};

#[derive(Debug)]
pub(super) struct CircleciDialect;

impl HttpDialect for CircleciDialect {
    fn vendor(&self) -> VendorId {
        ID
    }

    fn title(&self) -> &'static str {
        TITLE
    }

    fn default_url(&self) -> &'static str {
        "https://circleci.com"
    }

    /// `/api/v2` and `/api/v1.1` under the host.
    fn roots(&self, base: &Base<'_>) -> Roots {
        let path = base.path.strip_suffix("/api/v2").unwrap_or(base.path);
        let root = format!("{}{path}", base.origin);
        Roots { rest: format!("{root}/api/v2"), second: format!("{root}/api/v1.1"), shown: root }
    }

    fn cheapest_read(&self, roots: &Roots) -> Call {
        Call::get(format!("{}/me", roots.rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_http::Address;

    #[test]
    fn roots() {
        for (given, rest, second) in [
            (None, "https://circleci.com/api/v2", "https://circleci.com/api/v1.1"),
            (Some("https://ci.acme.test/"), "https://ci.acme.test/api/v2", "https://ci.acme.test/api/v1.1"),
            (Some("https://ci.acme.test/api/v2"), "https://ci.acme.test/api/v2", "https://ci.acme.test/api/v1.1"),
        ] {
            let address = Address::parse(&CircleciDialect, given).unwrap();
            assert_eq!((address.rest(), address.second()), (rest, second), "{given:?}");
        }
    }
}
