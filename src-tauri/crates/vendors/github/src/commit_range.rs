//! The commits between two releases, with the pull requests that brought them.

use super::branch_names::{BranchNames, Landed};
use super::client::Client;
use super::map;
use super::repo::{Repo, is_sha};
use super::wire::{BroughtBy, Commit as WireCommit, Compare, Connection, RestCommit};
use futures::future::try_join_all;
use serde::Deserialize;
use serde_json::json;
use slipway_domain::snapshot::Commit;
use slipway_vendor::{CommitsBetween, ReadError};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

const PAGE: u64 = 100;
/// 1,000 commits; a longer range is marked as incomplete.
const MOST_PAGES: u64 = 10;
const ASK_AT_ONCE: usize = 50;
const COMMIT_PULLS: &str = include_str!("queries/commit_pulls.graphql");

pub(super) async fn commits(client: &Client, repo: &Repo, branch: &str, base: &str, head: &str) -> Result<CommitsBetween, ReadError> {
    if !is_sha(base) || !is_sha(head) {
        return Err(ReadError::NotFound("A commit's id is not hexadecimal".to_owned()));
    }
    if base == head {
        return Ok(CommitsBetween { commits: Vec::new(), complete: true });
    }
    let first = page(client, repo, base, head, 1).await?;
    let total =
        first.total_commits.ok_or_else(|| ReadError::Garbled("GitHub's answer does not say how many commits there are".to_owned()))?;
    let pages = total.div_ceil(PAGE).clamp(1, MOST_PAGES);
    let rest = try_join_all((2..=pages).map(|number| page(client, repo, base, head, number))).await?;
    let found: Vec<RestCommit> = std::iter::once(first).chain(rest).flat_map(|page| page.commits.unwrap_or_default()).flatten().collect();
    let shas: Vec<String> = found.iter().filter_map(|commit| commit.sha.clone()).filter(|sha| is_sha(sha)).collect();
    let mut associated = HashMap::new();
    for part in try_join_all(shas.chunks(ASK_AT_ONCE).map(|shas| pull_requests_of(client, repo, shas))).await? {
        associated.extend(part);
    }
    let complete = found.len() as u64 >= total;
    let landed = found.iter().filter_map(|commit| {
        let sha = commit.sha.as_deref()?;
        let first_parent = commit.parents.iter().flatten().next().and_then(|parent| parent.as_ref()?.sha.as_deref());
        Some(Landed { sha, first_parent, associated: associated.get(sha) })
    });
    let names = BranchNames::of(branch, found.last().and_then(|commit| commit.sha.as_deref()), landed);
    // GitHub lists the oldest first.
    let name = repo.full();
    let brought = |sha: &str| names.brought_by(associated.get(sha).cloned(), sha);
    let commits = found.into_iter().rev().filter_map(|commit| map_commit(commit, brought, &[name.as_str()])).collect();
    Ok(CommitsBetween { commits, complete })
}

/// Whether `ancestor` is reachable from `descendant`. One request.
pub(super) async fn contains(client: &Client, repo: &Repo, ancestor: &str, descendant: &str) -> Result<bool, ReadError> {
    if !is_sha(ancestor) || !is_sha(descendant) {
        return Err(ReadError::NotFound("A commit's id is not hexadecimal".to_owned()));
    }
    let path = repo.path(&format!("/compare/{ancestor}...{descendant}?per_page=1"));
    let compared: Compare = client.get(&path).await?.decode()?;
    let behind = compared.behind_by.ok_or_else(|| ReadError::Garbled("GitHub's answer does not say what is missing".to_owned()))?;
    Ok(behind == 0)
}

async fn page(client: &Client, repo: &Repo, base: &str, head: &str, number: u64) -> Result<Compare, ReadError> {
    let page: Compare = client.get(&repo.path(&format!("/compare/{base}...{head}?per_page={PAGE}&page={number}"))).await?.decode()?;
    // Each commit costs a part of a query.
    if page.commits.as_ref().is_some_and(|commits| commits.len() as u64 > PAGE) {
        return Err(ReadError::Garbled(format!("GitHub's answer has more than the {PAGE} commits that were asked for")));
    }
    Ok(page)
}

async fn pull_requests_of(client: &Client, repo: &Repo, shas: &[String]) -> Result<HashMap<String, Connection<BroughtBy>>, ReadError> {
    #[derive(Deserialize)]
    struct Data {
        repository: Option<BTreeMap<String, Option<WireCommit>>>,
    }
    let numbered: Vec<(usize, &String)> = shas.iter().enumerate().collect();
    let query = |shas: &[(usize, &String)]| {
        let mut query =
            String::from("query CommitPullRequests($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {");
        for (index, sha) in shas {
            let _ = write!(query, " c{index}: object(oid: \"{sha}\") {{ __typename ...CommitPulls }}");
        }
        query.push_str(" } }\n");
        query.push_str(COMMIT_PULLS);
        (query, json!({ "owner": repo.owner, "name": repo.name }))
    };
    let mut brought = HashMap::new();
    for answer in client.query_halves::<_, Data>(&numbered, query).await? {
        if let Some(error) = answer.errors.first() {
            // A commit whose pull request is unknown would look like one that was pushed directly.
            return Err(error.as_read_error());
        }
        let found = answer.data.repository.ok_or_else(|| ReadError::NotFound("GitHub knows no such repository".to_owned()))?;
        let sha_of = |alias: &str| shas.get(alias.strip_prefix('c')?.parse::<usize>().ok()?).cloned();
        let listed = found.into_iter().filter_map(|(alias, commit)| Some((sha_of(&alias)?, commit?)));
        brought.extend(listed.filter_map(|(sha, commit)| Some((sha, commit.associated_pull_requests?))));
    }
    Ok(brought)
}

fn map_commit(wire: RestCommit, brought: impl Fn(&str) -> Option<BroughtBy>, repos: &[&str]) -> Option<Commit> {
    let sha = wire.sha?;
    let git = wire.commit.unwrap_or_default();
    let by = brought(&sha);
    let mut commit = Commit {
        author: map::login(wire.author).or(git.author.and_then(|author| author.name)),
        title: map::first_line(git.message.as_deref()),
        committed_at: map::time(git.committer.and_then(|committer| committer.date).as_deref()),
        pull_request: by.as_ref().and_then(|pr| pr.number),
        pull_request_title: by.as_ref().and_then(|pr| pr.title.clone()),
        pull_request_author: by.as_ref().and_then(|pr| map::login(pr.author.clone())),
        pull_request_merged_at: by.as_ref().and_then(|pr| map::time(pr.merged_at.as_deref())),
        parents: wire.parents.into_iter().flatten().flatten().filter_map(|parent| parent.sha).collect(),
        sha,
        ..Commit::default()
    };
    let body = by.as_ref().and_then(|pr| pr.body.as_deref());
    commit.read_reverts(git.message.as_deref().unwrap_or_default(), body, repos);
    Some(commit)
}
