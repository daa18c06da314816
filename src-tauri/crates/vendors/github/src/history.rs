//! The newest commits of a branch.

use super::branch_names::{BranchNames, Landed};
use super::client::Client;
use super::map;
use super::page_sizes::{List, PageSize};
use super::repo::Repo;
use super::repo::full_name;
use super::repo::is_sha;
use super::wire::{Commit as WireCommit, Connection, Repository, RepositoryData};
use serde_json::json;
use slipway_domain::snapshot::Commit;
use slipway_vendor::ReadError;

/// The number of commits that are read of a branch.
const MOST: usize = 50;
pub(super) const MORE: &str = concat!(
    include_str!("queries/more_commits.graphql"),
    include_str!("queries/history_commit.graphql"),
    include_str!("queries/commit_pulls.graphql"),
);

const FROM: &str = concat!(
    include_str!("queries/commits_from.graphql"),
    include_str!("queries/history_commit.graphql"),
    include_str!("queries/commit_pulls.graphql"),
);
/// GitHub's limit of a page.
const MOST_FROM: usize = 100;

/// The newest commits that are reachable from a commit, itself the first.
pub(super) async fn from(client: &Client, repo: &Repo, branch: &str, from: &str, count: usize) -> Result<Vec<Commit>, ReadError> {
    if !is_sha(from) {
        return Err(ReadError::NotFound("A commit's id is not hexadecimal".to_owned()));
    }
    let variables = json!({ "owner": repo.owner, "name": repo.name, "from": from, "commits": count.min(MOST_FROM) });
    let answer = client.query::<RepositoryData>(FROM, variables).await?;
    if let Some(error) = answer.errors.first() {
        // A commit whose pull request is unknown would look like one that was pushed directly.
        return Err(error.as_read_error());
    }
    let repository = answer.data.repository.ok_or_else(|| ReadError::NotFound("GitHub knows no such repository".to_owned()))?;
    let list = repository.object.and_then(|commit| commit.history);
    let list = list.ok_or_else(|| ReadError::NotFound(format!("GitHub knows no commit {from}")))?;
    let found: Vec<WireCommit> = list.into_nodes().collect();
    let names = names(branch, Some(from), &found);
    let asked = repo.full();
    Ok(found.into_iter().filter_map(|commit| map::commit(commit, &names, &[&asked])).collect())
}

/// The commits, newest first, and the id of the newest. When pages had to be made smaller, further pages are read.
pub(super) async fn of_branch(
    client: &Client,
    repo: &Repo,
    repository: &mut Repository,
    branch: &str,
    gaps: &mut Vec<String>,
) -> (Vec<Commit>, Option<String>) {
    let Some(target) = repository.branch.as_mut().and_then(|branch| branch.target.take()) else {
        gaps.push(format!("The branch {branch} was not found"));
        return (Vec::new(), None);
    };
    let tip = target.oid;
    let mut next = target.history.as_ref().and_then(Connection::next);
    let mut found: Vec<WireCommit> = target.history.into_iter().flat_map(Connection::into_nodes).collect();
    while let Some(after) = next.take().filter(|_| found.len() < MOST) {
        let Some(page) = more(client, repo, branch, &after, MOST - found.len()).await else {
            gaps.push(format!("Only the newest {} commits of {branch} could be read", found.len()));
            break;
        };
        next = page.next().filter(|next| *next != after);
        found.extend(page.into_nodes());
    }
    let names = names(branch, tip.as_deref(), &found);
    let asked = repo.full();
    let repos: Vec<&str> = std::iter::once(asked.as_str()).chain(repository.name_with_owner.as_deref()).collect();
    (found.into_iter().filter_map(|commit| map::commit(commit, &names, &repos)).collect(), tip)
}

async fn more(client: &Client, repo: &Repo, branch: &str, after: &str, missing: usize) -> Option<Connection<WireCommit>> {
    let query = |size: PageSize| {
        let commits = size.of(MOST).min(missing);
        let (owner, name) = (&repo.owner, &repo.name);
        (MORE.to_owned(), json!({ "owner": owner, "name": name, "branch": full_name(branch), "commits": commits, "after": after }))
    };
    let answer = client.query_in_size::<RepositoryData>((&repo.full(), List::Board), query).await;
    match answer {
        Ok((page, _)) => page.data.repository?.branch?.target?.history.filter(|list| list.nodes.is_some()),
        Err(error) => {
            tracing::info!(repo = repo.name, %error, "older commits were not read");
            None
        }
    }
}

fn names(branch: &str, tip: Option<&str>, commits: &[WireCommit]) -> BranchNames {
    let landed = commits.iter().filter_map(|commit| {
        let first_parent = commit.parents.as_ref().and_then(|list| list.nodes.as_ref()?.first()?.as_ref()?.oid.as_deref());
        Some(Landed { sha: commit.oid.as_deref()?, first_parent, associated: commit.associated_pull_requests.as_ref() })
    });
    BranchNames::of(branch, tip, landed)
}
