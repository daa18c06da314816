//! The calls of one account's Heroku.

use http::{HeaderValue, header};
use slipway_http::{AccountClient, Answer, Call};
use slipway_vendor::ReadError;
use url::Url;

pub(crate) const ACCEPT: HeaderValue = HeaderValue::from_static("application/vnd.heroku+json; version=3");

#[derive(Clone, Debug)]
pub struct Heroku {
    pub(crate) account: AccountClient,
}

impl Heroku {
    pub fn new(account: AccountClient) -> Self {
        Self { account }
    }

    pub fn account(&self) -> &AccountClient {
        &self.account
    }

    pub(crate) async fn get(&self, path: &[&str]) -> Result<Answer, ReadError> {
        self.account.read(self.call(path)).await
    }

    pub(crate) fn call(&self, path: &[&str]) -> Call {
        Call::get(self.url(path)).header(header::ACCEPT, ACCEPT)
    }

    /// Each segment is escaped, so that no name can lead to another path.
    pub(crate) fn url(&self, path: &[&str]) -> String {
        let root = self.account.address().rest();
        match Url::parse(root) {
            Ok(mut url) => {
                if let Ok(mut segments) = url.path_segments_mut() {
                    segments.pop_if_empty().extend(path);
                }
                url.into()
            }
            // Cannot happen, because the address was parsed from a URL.
            Err(_) => format!("{root}/{}", path.join("/")),
        }
    }
}
