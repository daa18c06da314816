//! GitHub as a code host.

use super::client::Client;
use super::observe::{self, Behind};
use super::profile::CODE_HOST;
use super::repo::Repo;
use super::{
    actions, change_probe, changed_files, commit_range, file_contents, history, page_sizes, patches, pull_request, token_access,
    waiting_runs,
};
use async_trait::async_trait;
use slipway_domain::commit::Commit;
use slipway_domain::forecast::{FileAt, LandedFile, SinceBase};
use slipway_domain::pull_request::WaitingRun;
use slipway_domain::status::MergeMethod;
use slipway_domain::time::Time;
use slipway_domain::vendor::CodeHostProfile;
use slipway_http::AccountClient;
use slipway_vendor::{
    ChangeProbe, ChangeProbeTarget, CodeFacts, CodeHost, CommitsBetween, FilePatch, FilesOf, Identity, Merged, MergedPullRequest,
    OpenedRevert, PullRequestNow, RangeFile, ReadError, RevertOf, RevertSearch, SendError,
};
use std::sync::Arc;

/// Cheap to clone; clones share the account and the cache of facts that never change.
#[derive(Clone, Debug)]
pub struct Github {
    pub(crate) client: Client,
    behind: Arc<Behind>,
}

impl Github {
    pub fn new(account: AccountClient) -> Self {
        Self { client: Client::new(account), behind: Arc::default() }
    }

    pub fn account(&self) -> &AccountClient {
        &self.client.account
    }
}

#[async_trait]
impl CodeHost for Github {
    fn profile(&self) -> CodeHostProfile {
        CODE_HOST
    }

    async fn observe(&self, repo: &str, branch: &str) -> Result<CodeFacts, ReadError> {
        observe::observe(&self.client, &self.behind, &Repo::parse(repo)?, branch).await
    }

    fn remember_page_level(&self, repo: &str, level: u8) {
        self.client.page_worked(repo, page_sizes::List::Board, page_sizes::PageSize::of_level(level));
    }

    async fn change_probes(&self, wanted: &[ChangeProbeTarget], with_checks: bool) -> Result<Vec<Option<ChangeProbe>>, ReadError> {
        change_probe::ask(&self.client, wanted, with_checks).await
    }

    fn remember_behind(&self, tip: &str, head_sha: &str, behind_by: u64) {
        self.behind.put(tip, head_sha, behind_by);
    }

    async fn pull_request(&self, repo: &str, number: u64) -> Result<PullRequestNow, ReadError> {
        pull_request::now(&self.client, &Repo::parse(repo)?, number).await
    }

    async fn waiting_runs(&self, repo: &str, head_sha: &str) -> Result<Vec<WaitingRun>, ReadError> {
        waiting_runs::runs(&self.client, &Repo::parse(repo)?, head_sha).await
    }

    async fn changed_files(&self, node_ids: &[String]) -> Result<Vec<FilesOf>, ReadError> {
        changed_files::changed(&self.client, node_ids).await
    }

    async fn commits_between(&self, repo: &str, branch: &str, base: &str, head: &str) -> Result<CommitsBetween, ReadError> {
        commit_range::commits(&self.client, &Repo::parse(repo)?, branch, base, head).await
    }

    async fn files_of_range(&self, repo: &str, pull_requests: &[u64], commits: &[String]) -> Result<Vec<RangeFile>, ReadError> {
        changed_files::of_range(&self.client, &Repo::parse(repo)?, pull_requests, commits).await
    }

    async fn patches(&self, repo: &str, pull_requests: &[u64], commits: &[String], paths: &[String]) -> Result<Vec<FilePatch>, ReadError> {
        patches::of_changes(&self.client, &Repo::parse(repo)?, pull_requests, commits, paths).await
    }

    async fn commits_from(&self, repo: &str, branch: &str, from: &str, count: usize) -> Result<Vec<Commit>, ReadError> {
        history::from(&self.client, &Repo::parse(repo)?, branch, from, count).await
    }

    async fn landed_files(&self, repo: &str, commit: &str) -> Result<Vec<LandedFile>, ReadError> {
        file_contents::of_commit(&self.client, &Repo::parse(repo)?, commit).await
    }

    async fn files_at(&self, repo: &str, wanted: &[(String, String)]) -> Result<Vec<FileAt>, ReadError> {
        file_contents::at(&self.client, &Repo::parse(repo)?, wanted).await
    }

    async fn texts_at(&self, repo: &str, wanted: &[(String, String)]) -> Result<Vec<Result<Vec<u8>, String>>, ReadError> {
        file_contents::texts(&self.client, &Repo::parse(repo)?, wanted).await
    }

    async fn appeared_between(&self, repo: &str, base: &str, head: &str) -> Result<SinceBase, ReadError> {
        file_contents::appeared(&self.client, &Repo::parse(repo)?, base, head).await
    }

    async fn newest_reverts(&self, repo: &str, merged: &MergedPullRequest) -> Result<Vec<RevertOf>, ReadError> {
        pull_request::newest_reverts(&self.client, &Repo::parse(repo)?, merged).await
    }

    async fn find_revert(&self, repo: &str, marker: &str, since: Option<Time>) -> Result<RevertSearch, ReadError> {
        pull_request::with_marker(&self.client, &Repo::parse(repo)?, marker, since).await
    }

    async fn merge(&self, repo: &str, number: u64, head_sha: &str, method: MergeMethod) -> Result<Merged, SendError> {
        let repo = Repo::parse(repo).map_err(|error| SendError::NotSent(error.to_string()))?;
        actions::merge(&self.client, &repo, number, head_sha, method).await
    }

    async fn enqueue(&self, node_id: &str, head_sha: &str) -> Result<Option<u64>, SendError> {
        actions::enqueue(&self.client, node_id, head_sha).await
    }

    async fn dequeue(&self, node_id: &str) -> Result<(), SendError> {
        actions::dequeue(&self.client, node_id).await
    }

    async fn enable_auto_merge(&self, node_id: &str, head_sha: &str, method: MergeMethod) -> Result<(), SendError> {
        actions::enable_auto_merge(&self.client, node_id, head_sha, method).await
    }

    async fn disable_auto_merge(&self, node_id: &str) -> Result<(), SendError> {
        actions::disable_auto_merge(&self.client, node_id).await
    }

    async fn update_branch(&self, node_id: &str, head_sha: &str) -> Result<(), SendError> {
        actions::update_branch(&self.client, node_id, head_sha).await
    }

    async fn contains(&self, repo: &str, ancestor: &str, descendant: &str) -> Result<bool, ReadError> {
        commit_range::contains(&self.client, &Repo::parse(repo)?, ancestor, descendant).await
    }

    async fn revert(&self, node_id: &str, title: &str, body: &str) -> Result<OpenedRevert, SendError> {
        actions::revert(&self.client, node_id, title, body).await
    }

    async fn whoami(&self) -> Result<Identity, ReadError> {
        token_access::whoami(&self.client).await
    }
}
