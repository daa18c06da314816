//! The calls of one account's CircleCI.

use super::wire;
use http::{HeaderValue, header};
use serde::de::DeserializeOwned;
use slipway_http::{AccountClient, Answer, Call};
use slipway_vendor::ReadError;
use url::Url;

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// The most pages that are read of a list.
const MOST_PAGES: usize = 20;

#[derive(Clone, Debug)]
pub struct CircleCi {
    pub(crate) account: AccountClient,
}

impl CircleCi {
    pub fn new(account: AccountClient) -> Self {
        Self { account }
    }

    pub fn account(&self) -> &AccountClient {
        &self.account
    }

    pub(crate) async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Answer, ReadError> {
        self.account.read(Call::get(self.url(path, query)).header(header::ACCEPT, JSON)).await
    }

    /// All pages of a list, by `next_page_token`; a repeated token ends it. None: a record could not be decoded.
    pub(crate) async fn pages<T: DeserializeOwned>(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Vec<Option<T>>, ReadError> {
        let mut items = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let mut query = query.to_vec();
            query.extend(token.as_deref().map(|token| ("page-token", token)));
            let page: wire::Page<T> = self.get(path, &query).await?.decode()?;
            // A missing list must not be taken for an empty one.
            items.extend(page.items.ok_or_else(|| ReadError::Garbled("CircleCI's answer has no list".to_owned()))?);
            match page.next_page_token.filter(|next| !next.is_empty()) {
                Some(next) if Some(&next) != token.as_ref() => token = Some(next),
                Some(_) | None => break,
            }
        }
        Ok(items)
    }

    pub(crate) fn url(&self, path: &[&str], query: &[(&str, &str)]) -> String {
        join(self.account.address().rest(), path, query)
    }

    pub(crate) fn url_v1(&self, path: &[&str]) -> String {
        join(self.account.address().second(), path, &[])
    }

    pub(crate) fn is_cloud(&self) -> bool {
        self.account.address().as_str() == self.account.dialect().default_url()
    }
}

/// Each segment is escaped, so that no name can lead to another path.
pub(crate) fn join(root: &str, path: &[&str], query: &[(&str, &str)]) -> String {
    // Cannot fail, because the root was made from a parsed URL.
    let Ok(mut url) = Url::parse(root) else { return root.to_owned() };
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url.into()
}
