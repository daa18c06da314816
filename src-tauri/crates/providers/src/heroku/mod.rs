//! Heroku, Platform API v3. Facts: `heroku-platform-api.schema.json` and the API reference.

mod access;
mod apps;
mod config;
mod map;
mod releases;
mod wire;

use crate::http::{AccountClient, Answer, Call, Tail};
use crate::{Identity, LogText, Platform, ReadError, ReleasePage, SendError};
use async_trait::async_trait;
use http::{HeaderValue, Method, header};
use serde::Serialize;
use slipway_domain::environment::{Dyno, HealthProbe};
use slipway_domain::plan::ConfigEffect;
use slipway_domain::release::Release;
use std::time::Duration;
use url::Url;

const ACCEPT: HeaderValue = HeaderValue::from_static("application/vnd.heroku+json; version=3");
/// How long a release's output is listened to.
const STREAM: Duration = Duration::from_secs(5);

#[derive(Clone, Debug)]
pub struct Heroku {
    account: AccountClient,
}

impl Heroku {
    pub fn new(account: AccountClient) -> Self {
        Self { account }
    }

    pub fn account(&self) -> &AccountClient {
        &self.account
    }

    async fn get(&self, path: &[&str]) -> Result<Answer, ReadError> {
        self.account.read(self.call(path)).await
    }

    fn call(&self, path: &[&str]) -> Call {
        Call::get(self.url(path)).header(header::ACCEPT, ACCEPT)
    }

    /// Each segment is escaped, so that no name can reach another path.
    fn url(&self, path: &[&str]) -> String {
        let root = &self.account.address().rest;
        match Url::parse(root) {
            Ok(mut url) => {
                if let Ok(mut segments) = url.path_segments_mut() {
                    segments.pop_if_empty().extend(path);
                }
                url.into()
            }
            // Cannot happen: the address was parsed from a URL.
            Err(_) => format!("{root}/{}", path.join("/")),
        }
    }
}

#[async_trait]
impl Platform for Heroku {
    async fn releases(&self, app: &str, limit: usize) -> Result<ReleasePage, ReadError> {
        releases::read(self, app, None, limit).await
    }

    async fn releases_before(&self, app: &str, version: u64, limit: usize) -> Result<ReleasePage, ReadError> {
        releases::read(self, app, Some(version), limit).await
    }

    async fn dynos(&self, app: &str) -> Result<Vec<Dyno>, ReadError> {
        let dynos: Vec<Option<wire::Dyno>> = self.get(&["apps", app, "dynos"]).await?.decode()?;
        Ok(dynos.into_iter().flatten().map(map::dyno).collect())
    }

    async fn slug_commit(&self, app: &str, slug: &str) -> Result<Option<String>, ReadError> {
        let slug: wire::Slug = self.get(&["apps", app, "slugs", slug]).await?.decode()?;
        Ok(slug.commit.filter(|commit| !commit.is_empty()))
    }

    async fn config_difference(&self, app: &str, from_release: &str, to_release: &str) -> Result<Vec<(String, ConfigEffect)>, ReadError> {
        config::difference(self, app, from_release, to_release).await
    }

    async fn probe(&self, url: &str) -> HealthProbe {
        self.account.http().probe(url).await
    }

    async fn release_output(&self, output_url: &str) -> Result<LogText, ReadError> {
        let mut tail = Tail::default();
        let done = tokio::time::timeout(STREAM, self.account.fetch(output_url, |piece| tail.push(piece))).await;
        match done {
            Ok(Err(error)) if tail.is_empty() => Err(error),
            // While the release phase runs the stream stays open: what came so far is the answer.
            Ok(_) | Err(_) => Ok(tail.finish()),
        }
    }

    /// A rollback is a new release with the old slug and config; the release phase runs again.
    async fn roll_back(&self, app: &str, release_id: &str) -> Result<Release, SendError> {
        #[derive(Serialize)]
        struct RollBack<'a> {
            release: &'a str,
        }
        let call = Call::write(Method::POST, self.url(&["apps", app, "releases"]), &RollBack { release: release_id });
        let answer = self.account.write(call.header(header::ACCEPT, ACCEPT)).await?;
        let release: wire::Release = answer.decode_sent()?;
        map::release(release).ok_or_else(|| SendError::Lost("Heroku's answer names no release".to_owned()))
    }

    async fn whoami(&self) -> Result<Identity, ReadError> {
        access::whoami(self).await
    }
}
