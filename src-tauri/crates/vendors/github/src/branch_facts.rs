//! A repository and one of its branches, as the account sees them: what is tried before a service is saved.

use super::client::Client;
use super::map;
use super::repo::{Repo, full_name, short_name};
use super::wire::RepositoryData;
use serde_json::json;
use slipway_vendor::ReadError;
use slipway_vendor::discover::BranchFacts;

const BRANCH: &str = include_str!("queries/branch.graphql");

pub(super) async fn read(client: &Client, repo: &Repo, branch: &str) -> Result<BranchFacts, ReadError> {
    let variables = json!({ "owner": repo.owner, "name": repo.name, "branch": full_name(branch), "base": short_name(branch) });
    let answer = client.query::<RepositoryData>(BRANCH, variables).await?;
    let first_error = answer.errors.first().map(|error| error.as_read_error());
    let none = || first_error.unwrap_or_else(|| ReadError::NotFound("GitHub knows no such repository".to_owned()));
    // In a partial answer null does not mean that there is none.
    let was_told = |place: &str| !answer.errors.iter().any(|error| error.place().starts_with(place));
    let repository = answer.data.repository.ok_or_else(none)?;
    Ok(BranchFacts {
        name: repository.name_with_owner.unwrap_or_else(|| format!("{}/{}", repo.owner, repo.name)),
        archived: repository.is_archived.unwrap_or(false),
        default_branch: repository.default_branch_ref.and_then(|branch| branch.name),
        exists: repository.branch.map(|_| true).or_else(|| was_told("repository.ref").then_some(false)),
        open_pull_requests: repository.pull_requests.and_then(|list| list.total_count),
        may_write: map::may_write(repository.viewer_permission.as_deref()),
    })
}
