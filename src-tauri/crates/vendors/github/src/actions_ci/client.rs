//! The calls of one account's GitHub Actions.

use super::ids::{Repo, asked};
use slipway_http::{AccountClient, Answer, Call};
use slipway_vendor::ReadError;

/// A project is a repository, `OWNER/REPO`.
#[derive(Clone, Debug)]
pub struct GithubActions {
    pub(super) account: AccountClient,
}

impl GithubActions {
    /// `account` is a GitHub account; its budget and cached answers are shared with its other users.
    pub fn new(account: AccountClient) -> Self {
        Self { account }
    }

    pub(super) async fn get(&self, repo: &Repo, path: &[&str], query: &[(&str, &str)]) -> Result<Answer, ReadError> {
        self.account.read(asked(Call::get(self.url(repo, path, query)))).await
    }

    pub(super) fn url(&self, repo: &Repo, path: &[&str], query: &[(&str, &str)]) -> String {
        repo.url(self.account.address().rest(), path, query)
    }
}
