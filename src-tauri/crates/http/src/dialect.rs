//! How the HTTP of one vendor differs from that of another. Everything else about a request is the same for all.

use crate::call::Call;
use crate::error::ReadError;
use http::{HeaderMap, StatusCode};
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use std::fmt::Debug;
use std::time::Duration;
use url::Url;

/// The most requests of one account at once, for vendors that name no limit. How many are sent is learnt.
const AT_ONCE: usize = 128;

/// What the transport must know of a vendor. The default of each method follows RFC 9110 and the `RateLimit`
/// headers.
pub trait HttpDialect: Debug + Send + Sync {
    fn vendor(&self) -> VendorId;

    /// The vendor's name as it is written in the middle of a sentence.
    fn title(&self) -> &'static str;

    /// The root of the vendor's own API.
    fn default_url(&self) -> &'static str;

    /// The API roots that an account's URL stands for.
    fn roots(&self, base: &Base<'_>) -> Roots;

    /// The most requests of one account at once.
    fn requests_at_once(&self) -> usize {
        AT_ONCE
    }

    /// The least time between two writes of one account; None: writes may be sent at the same time.
    fn spacing_of_writes(&self) -> Option<Duration> {
        None
    }

    /// The budget that a request to `url` is counted against, unless the answer names it.
    fn budget_of(&self, _roots: &Roots, _url: &str) -> &'static str {
        "core"
    }

    /// Requests an hour, for vendors whose answers only tell how many remain.
    fn hourly_limit(&self) -> Option<u64> {
        None
    }

    /// What a refusal (402, 403 or 404) says about the token; None when it is about the resource.
    fn refusal_of_token(&self, _status: StatusCode, _headers: &HeaderMap, _body: &[u8], _remedy: &str) -> Option<ReadError> {
        None
    }

    /// When the token expires, where an answer tells it.
    fn token_expiry(&self, _headers: &HeaderMap) -> Option<Time> {
        None
    }

    /// Headers about the token and not about the resource: they are current in a 304 too.
    fn headers_of_token(&self) -> &'static [&'static str] {
        &[]
    }

    /// The header that carries a second factor; None: the vendor has none.
    fn second_factor_header(&self) -> Option<&'static str> {
        None
    }

    /// The cheapest read that counts like any other. It is sent to check whether a wait of more than an hour still
    /// holds.
    fn cheapest_read(&self, roots: &Roots) -> Call;
}

/// An account's URL in parts.
#[derive(Clone, Copy, Debug)]
pub struct Base<'a> {
    pub url: &'a Url,
    /// Scheme, host and port.
    pub origin: &'a str,
    /// Without a slash at the end.
    pub path: &'a str,
    pub is_loopback: bool,
}

/// Where an account's API is. Holds no credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roots {
    /// As it is shown for an account.
    pub shown: String,
    /// The root that paths are appended to, without a slash at the end.
    pub rest: String,
    /// The vendor's second root: a GraphQL endpoint, or an older version of the API. The same as `rest` if there is
    /// none.
    pub second: String,
}
