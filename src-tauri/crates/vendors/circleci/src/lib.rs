//! CircleCI: v2 for everything but step logs, which are v1.1's.
//!
//! Facts: `circleci-v2.openapi.json`, and the API guide where that is older. v2 has no ETag and
//! no idempotency key; a pipeline's own `state` never says passed or failed.

mod actions;
mod cli;
mod dialect;
mod logs;
mod map;
mod pipelines;
mod project;
mod runs;
mod skipped;
mod slug;
mod spec;
mod statistics;
mod step_output;
mod wire;

pub use spec::{ID, SPEC, TITLE};

use async_trait::async_trait;
use http::{HeaderValue, header};
use serde::de::DeserializeOwned;
use slipway_domain::capability::{Capability, Grant, Need};
use slipway_domain::pipeline::Pipeline;
use slipway_http::{AccountClient, Answer, Call};
use slipway_vendor::{Artifact, Ci, CiAbilities, FailedTest, Identity, LogStep, LogText, PastDurations, ReadError, RunRef, SendError};
use slug::Slug;
use url::Url;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// Ends a list that does not end.
const MOST_PAGES: usize = 20;

#[derive(Clone, Debug)]
pub struct CircleCi {
    account: AccountClient,
}

impl CircleCi {
    pub fn new(account: AccountClient) -> Self {
        Self { account }
    }

    pub fn account(&self) -> &AccountClient {
        &self.account
    }

    async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Answer, ReadError> {
        self.account.read(Call::get(self.url(path, query)).header(header::ACCEPT, JSON)).await
    }

    /// All pages of a list, by `next_page_token`; a token that repeats ends it. None: a record that
    /// made no sense.
    async fn pages<T: DeserializeOwned>(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Vec<Option<T>>, ReadError> {
        let mut items = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let mut query = query.to_vec();
            query.extend(token.as_deref().map(|token| ("page-token", token)));
            let page: wire::Page<T> = self.get(path, &query).await?.decode()?;
            // A list that is not there must not pass for an empty one.
            items.extend(page.items.ok_or_else(|| ReadError::Garbled("CircleCI's answer has no list".to_owned()))?);
            match page.next_page_token.filter(|next| !next.is_empty()) {
                Some(next) if Some(&next) != token.as_ref() => token = Some(next),
                Some(_) | None => break,
            }
        }
        Ok(items)
    }

    fn url(&self, path: &[&str], query: &[(&str, &str)]) -> String {
        join(self.account.address().rest(), path, query)
    }

    fn url_v1(&self, path: &[&str]) -> String {
        join(self.account.address().second(), path, &[])
    }

    fn is_cloud(&self) -> bool {
        self.account.address().as_str() == self.account.dialect().default_url()
    }
}

#[async_trait]
impl Ci for CircleCi {
    fn abilities(&self) -> CiAbilities {
        CiAbilities { live_log: true, failed_tests: true }
    }

    async fn pipelines(&self, project: &str, branch: &str) -> Result<Vec<Pipeline>, ReadError> {
        pipelines::newest(self, &Slug::parse(project)?, branch).await
    }

    async fn details(&self, pipeline: &Pipeline) -> Result<Pipeline, ReadError> {
        pipelines::details(self, pipeline).await
    }

    async fn newest_runs(&self, project: &str, branch: &str) -> Result<Option<Vec<RunRef>>, ReadError> {
        runs::newest(self, &Slug::parse(project)?, branch).await
    }

    async fn pipeline_of(&self, project: &str, workflow: &str) -> Result<Pipeline, ReadError> {
        runs::pipeline_of(self, &Slug::parse(project)?, workflow).await
    }

    async fn past_durations(&self, project: &str, branch: &str, workflow: &str) -> Result<PastDurations, ReadError> {
        statistics::past(self, &Slug::parse(project)?, branch, workflow).await
    }

    async fn steps(&self, project: &str, job_number: u64) -> Result<Vec<LogStep>, ReadError> {
        logs::steps(self, &Slug::parse(project)?, job_number).await
    }

    async fn step_output(&self, output_url: &str) -> Result<LogText, ReadError> {
        logs::output(self, output_url).await
    }

    async fn failed_tests(&self, project: &str, job_number: u64) -> Result<Vec<FailedTest>, ReadError> {
        logs::failed_tests(self, &Slug::parse(project)?, job_number).await
    }

    async fn artifacts(&self, project: &str, job_number: u64) -> Result<Vec<Artifact>, ReadError> {
        logs::artifacts(self, &Slug::parse(project)?, job_number).await
    }

    async fn rerun_from_failed(&self, workflow: &str) -> Result<String, SendError> {
        actions::rerun_from_failed(self, workflow).await
    }

    async fn cancel(&self, workflow: &str) -> Result<(), SendError> {
        actions::cancel(self, workflow).await
    }

    async fn approve(&self, workflow: &str, approval_id: &str) -> Result<(), SendError> {
        actions::approve(self, workflow, approval_id).await
    }

    async fn whoami(&self) -> Result<Identity, ReadError> {
        let me: wire::Me = self.get(&["me"], &[]).await?.decode()?;
        let user = me.login.or(me.name).ok_or_else(|| ReadError::Garbled("CircleCI's answer names no user".to_owned()))?;
        // Only a personal token gets this far, and it has every right of its person.
        let personal = Capability {
            name: "personal API token".to_owned(),
            need: Need::Required,
            state: Grant::Granted,
            purpose: "pipelines and their logs; rerun, cancel and approve".to_owned(),
            disables: ["rerun", "cancel", "approve"].map(str::to_owned).to_vec(),
            advice: None,
        };
        Ok(Identity { user: Some(user), scopes: None, capabilities: vec![personal] })
    }
}

/// Each segment is escaped, so that no name can reach another path.
fn join(root: &str, path: &[&str], query: &[(&str, &str)]) -> String {
    // Cannot fail: the root was made from a parsed URL.
    let Ok(mut url) = Url::parse(root) else { return root.to_owned() };
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url.into()
}
