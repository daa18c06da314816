//! The changed lines of files, by REST: GraphQL has none.
//!
//! "List pull requests files" and "Get a commit" (REST description) give `patch` for a file of text that is not too
//! large, at most 3,000 files.

use super::client::Client;
use super::repo::{Repo, is_sha};
use super::wire::{RestCommit, RestFile};
use futures::future::{try_join, try_join_all};
use slipway_vendor::{FilePatch, ReadError};

const PER_PAGE: usize = 100;
/// Of each pull request: the lines of files further on are not read.
const MOST_PAGES: usize = 3;

pub(super) async fn of_changes(
    client: &Client,
    repo: &Repo,
    pull_requests: &[u64],
    commits: &[String],
    paths: &[String],
) -> Result<Vec<FilePatch>, ReadError> {
    let merged = try_join_all(pull_requests.iter().map(|number| of_pull_request(client, repo, *number, paths)));
    let direct = try_join_all(commits.iter().map(|sha| of_commit(client, repo, sha, paths)));
    let (merged, direct) = try_join(merged, direct).await?;
    Ok(merged.into_iter().chain(direct).flatten().collect())
}

async fn of_pull_request(client: &Client, repo: &Repo, number: u64, paths: &[String]) -> Result<Vec<FilePatch>, ReadError> {
    let mut found = Vec::new();
    for page in 1..=MOST_PAGES {
        let path = repo.path(&format!("/pulls/{number}/files?per_page={PER_PAGE}&page={page}"));
        let files: Vec<Option<RestFile>> = client.get(&path).await?.decode()?;
        let ended = files.len() < PER_PAGE;
        found.extend(files.into_iter().flatten().filter_map(|file| patch_of(file, Some(number), None, paths)));
        if ended {
            break;
        }
    }
    Ok(found)
}

async fn of_commit(client: &Client, repo: &Repo, sha: &str, paths: &[String]) -> Result<Vec<FilePatch>, ReadError> {
    if !is_sha(sha) {
        return Err(ReadError::NotFound("A commit's id is not hexadecimal".to_owned()));
    }
    let commit: RestCommit = client.get(&repo.path(&format!("/commits/{sha}?per_page={PER_PAGE}"))).await?.decode()?;
    Ok(commit.files.into_iter().flatten().flatten().filter_map(|file| patch_of(file, None, Some(sha), paths)).collect())
}

fn patch_of(file: RestFile, pull_request: Option<u64>, commit: Option<&str>, paths: &[String]) -> Option<FilePatch> {
    let path = file.filename.filter(|path| paths.contains(path))?;
    Some(FilePatch { path, pull_request, commit: commit.map(str::to_owned), patch: file.patch })
}
