//! How one vendor's HTTP differs from another's. Everything else of a request is alike.

use crate::call::Call;
use crate::error::ReadError;
use http::{HeaderMap, StatusCode};
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use std::fmt::Debug;
use std::time::Duration;
use url::Url;

/// Requests of one account that are under way at once, where a vendor says nothing.
const AT_ONCE: usize = 8;

/// What the transport must know of a vendor. A method that is not written keeps to what RFC 9110 and the
/// `RateLimit` headers say.
pub trait HttpDialect: Debug + Send + Sync {
    fn vendor(&self) -> VendorId;

    /// As people call it, in the middle of a sentence.
    fn title(&self) -> &'static str;

    /// The vendor's own API.
    fn default_url(&self) -> &'static str;

    /// What an account's URL means.
    fn roots(&self, base: &Base<'_>) -> Roots;

    /// Requests of one account under way at once.
    fn requests_at_once(&self) -> usize {
        AT_ONCE
    }

    /// The least time between two writes through one account; None: writes may be sent side by side.
    fn spacing_of_writes(&self) -> Option<Duration> {
        None
    }

    /// The budget that a request to `url` is counted against, where the answer does not name it.
    fn budget_of(&self, _roots: &Roots, _url: &str) -> &'static str {
        "core"
    }

    /// Requests an hour, where answers tell only what remains.
    fn hourly_limit(&self) -> Option<u64> {
        None
    }

    /// What a refusal (402, 403 or 404) says of the token; None when it is about what was asked for.
    fn refusal_of_token(&self, _status: StatusCode, _headers: &HeaderMap, _body: &[u8], _remedy: &str) -> Option<ReadError> {
        None
    }

    /// When the token ends, as an answer tells.
    fn token_expiry(&self, _headers: &HeaderMap) -> Option<Time> {
        None
    }

    /// Headers that tell of the token, not of what was asked for: they are new in a 304 too.
    fn headers_of_token(&self) -> &'static [&'static str] {
        &[]
    }

    /// The header that carries a second factor; None: the vendor asks for none.
    fn second_factor_header(&self) -> Option<&'static str> {
        None
    }

    /// The cheapest read that is counted like any other; asked where a wait of more than an hour may not
    /// hold any more.
    fn cheapest_read(&self, roots: &Roots) -> Call;
}

/// An account's URL, taken apart.
#[derive(Clone, Copy, Debug)]
pub struct Base<'a> {
    pub url: &'a Url,
    /// Scheme, host and port.
    pub origin: &'a str,
    /// Without a slash at its end.
    pub path: &'a str,
    pub is_loopback: bool,
}

/// Where an account's API lives. Holds no credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roots {
    /// As an account shows it.
    pub shown: String,
    /// Where paths are appended; no slash at the end.
    pub rest: String,
    /// A second root that the vendor has: a GraphQL endpoint, or an older version of the API. Else `rest`.
    pub second: String,
}
