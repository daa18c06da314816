//! The files that pull requests and commits change.

use super::client::Client;
use super::repo::{Repo, is_sha};
use super::wire::{Connection, File, NodesData, PullRequest, RestCommit};
use futures::future::{try_join, try_join_all};
use serde::Deserialize;
use serde_json::json;
use slipway_domain::pull_request::ChangedFile;
use slipway_vendor::{FilesOf, RangeFile, ReadError};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const CHANGED: &str = include_str!("queries/changed_files.graphql");
/// Pull requests per request: 20 × 100 files are well below the node limit.
const AT_ONCE: usize = 20;
/// GitHub lists at most 3,000 files of a pull request (REST description, pulls/list-files) and
/// of a commit (repos/get-commit).
const MOST_PAGES: usize = 30;

pub(super) async fn changed(client: &Client, node_ids: &[String]) -> Result<Vec<FilesOf>, ReadError> {
    let chunks = node_ids.chunks(AT_ONCE).map(|ids| async move {
        let answers = client.query_halves::<_, NodesData>(ids, |ids| (CHANGED.to_owned(), json!({ "ids": ids }))).await?;
        // A deleted pull request is null, with an error; the others are still used.
        let nodes = answers.into_iter().filter_map(|answer| answer.data.nodes).flatten().flatten();
        Ok::<_, ReadError>(nodes.filter_map(files_of).collect::<Vec<_>>())
    });
    Ok(try_join_all(chunks).await?.into_iter().flatten().collect())
}

/// A path occurs once for each pull request or commit that changed it.
pub(super) async fn of_range(client: &Client, repo: &Repo, pull_requests: &[u64], commits: &[String]) -> Result<Vec<RangeFile>, ReadError> {
    // A pull request may bring several commits of a range.
    let numbers: Vec<u64> = BTreeSet::from_iter(pull_requests.iter().copied()).into_iter().collect();
    let chunks = numbers.chunks(AT_ONCE).map(|numbers| of_pull_requests(client, repo, numbers));
    let singles: BTreeSet<&String> = commits.iter().collect();
    let singles = singles.into_iter().map(|sha| of_commit(client, repo, sha));
    let (merged, direct) = try_join(try_join_all(chunks), try_join_all(singles)).await?;
    Ok(merged.into_iter().chain(direct).flatten().collect())
}

/// All pages for all of `numbers`; each request has the next page of all of them.
async fn of_pull_requests(client: &Client, repo: &Repo, numbers: &[u64]) -> Result<Vec<RangeFile>, ReadError> {
    #[derive(Deserialize)]
    struct Data {
        repository: Option<BTreeMap<String, Option<PullRequest>>>,
    }
    let mut files = Vec::new();
    let mut open: Vec<(u64, Option<String>)> = numbers.iter().map(|number| (*number, None)).collect();
    for _ in 0..MOST_PAGES {
        let query = |open: &[(u64, Option<String>)]| (page_query(open), json!({ "owner": repo.owner, "name": repo.name }));
        let mut found = BTreeMap::new();
        for answer in client.query_halves::<_, Data>(&open, query).await? {
            let part = answer.data.repository.ok_or_else(|| ReadError::NotFound("GitHub knows no such repository".to_owned()))?;
            found.extend(part);
        }
        let mut still_open = Vec::new();
        for (number, after) in open {
            let list = found.remove(&format!("p{number}")).flatten().and_then(|pr| pr.files).filter(|list| list.nodes.is_some());
            // With the files of a part of the range only, a migration could be missed.
            let list = list.ok_or_else(|| ReadError::Garbled(format!("GitHub did not tell the files of #{number}")))?;
            let next = list.next();
            if next.is_some() && next != after {
                still_open.push((number, next));
            }
            files.extend(
                list.into_nodes().filter_map(|file| Some(RangeFile { path: file.path?, pull_request: Some(number), commit: None })),
            );
        }
        if still_open.is_empty() {
            return Ok(files);
        }
        open = still_open;
    }
    Ok(files)
}

fn page_query(open: &[(u64, Option<String>)]) -> String {
    let mut query = String::from("query RangeFiles($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {");
    for (number, after) in open {
        // A JSON string is a valid GraphQL string.
        let after = after.as_deref().map_or(String::new(), |after| format!(", after: {}", serde_json::Value::from(after)));
        let _ = write!(
            query,
            " p{number}: pullRequest(number: {number}) {{ files(first: 100{after}) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ path }} }} }}"
        );
    }
    query.push_str(" } }");
    query
}

async fn of_commit(client: &Client, repo: &Repo, sha: &str) -> Result<Vec<RangeFile>, ReadError> {
    if !is_sha(sha) {
        return Err(ReadError::NotFound("A commit's id is not hexadecimal".to_owned()));
    }
    let mut files: Vec<RangeFile> = Vec::new();
    for page in 1..=MOST_PAGES {
        let answer = client.get(&repo.path(&format!("/commits/{sha}?per_page=100&page={page}"))).await?;
        let more = answer.headers.get("link").and_then(|link| link.to_str().ok()).is_some_and(|link| link.contains("rel=\"next\""));
        let commit: RestCommit = answer.decode()?;
        let commit_files = commit.files.unwrap_or_default();
        let ended = commit_files.is_empty() || !more;
        // A file that was renamed also changed its former path.
        let paths = commit_files.into_iter().flatten().flat_map(|file| [file.filename, file.previous_filename]).flatten();
        files.extend(paths.map(|path| RangeFile { path, pull_request: None, commit: Some(sha.to_owned()) }));
        if ended {
            break;
        }
    }
    Ok(files)
}

fn files_of(wire: PullRequest) -> Option<FilesOf> {
    let list = wire.files?;
    let complete = list.next().is_none() && list.nodes.as_ref().is_some_and(|nodes| nodes.iter().all(Option::is_some));
    let files = Connection::into_nodes(list).filter_map(changed_file).collect();
    Some(FilesOf { node_id: wire.id?, head_sha: wire.head_ref_oid?, files, complete })
}

fn changed_file(file: File) -> Option<ChangedFile> {
    Some(ChangedFile { path: file.path?, additions: file.additions.unwrap_or(0), deletions: file.deletions.unwrap_or(0) })
}
