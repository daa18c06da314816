//! One pull request, whole, for guards and verification; and the search for a revert.

use super::client::{Client, Sizes};
use super::gaps::{self, Beside};
use super::map;
use super::more_checks;
use super::observe::{required, sizes};
use super::repo::Repo;
use super::rules;
use super::wire::{Connection, PullRequest as WirePullRequest, RepositoryData};
use crate::{OpenedRevert, PullRequestNow, PullRequestState, ReadError, RevertSearch, SaidReverts};
use serde_json::json;
use slipway_domain::history::{reverted_commits, reverted_pull_requests};
use slipway_domain::time::Time;

const NOW: Sizes = sizes!(
    "queries/pull_request.graphql", "queries/pull_request_fields.graphql", "queries/contexts.graphql", "queries/rule_fields.graphql";
    "queries/newer_pull_request.graphql" / "queries/older_pull_request.graphql", "queries/newer_rules.graphql" / "queries/older_rules.graphql",
    "queries/newer_suite.graphql" / "queries/older_suite.graphql"
);
const NEWEST: &str = include_str!("queries/newest_pull_requests.graphql");

pub(super) async fn now(client: &Client, repo: &Repo, number: u64) -> Result<PullRequestNow, ReadError> {
    let variables = json!({ "owner": repo.owner, "name": repo.name, "number": number });
    let answer = client.query_sized::<RepositoryData>(&NOW, &variables).await?;
    let mut repository = required(answer.data.repository, &answer.errors)?;
    let missing = || match answer.errors.first() {
        Some(error) => error.as_read_error(),
        None => ReadError::NotFound(format!("GitHub knows no pull request #{number}")),
    };
    let wire = repository.pull_request.take().ok_or_else(missing)?;
    let mut read = [Some(wire)];
    more_checks::fill(client, repo, &mut read).await;
    let [Some(mut wire)] = read else { return Err(missing()) };
    let state = match wire.state.as_deref() {
        Some("OPEN") => PullRequestState::Open,
        Some("MERGED") => PullRequestState::Merged,
        Some("CLOSED") => PullRequestState::Closed,
        Some(_) | None => PullRequestState::Unknown,
    };
    // A guard must not take a part that is missing for one that is clean.
    let lacking = Beside { place: "repository.pullRequest", errors: &answer.errors }.unreadable(&wire);
    let base = wire.base_ref.take();
    let merge_methods = rules::merge_methods(&repository, base.as_ref());
    let mut demands = rules::demands(&repository, base.as_ref());
    demands.merge_queue = demands.merge_queue.or_else(|| rules::queue_of(&wire));
    let base_sha = base.and_then(|base| base.target?.oid);
    let merge_commit = wire.merge_commit.take().and_then(|commit| commit.oid);
    let merged_by = map::login(wire.merged_by.take());
    let messages: Vec<String> =
        wire.messages.take().into_iter().flat_map(Connection::into_nodes).filter_map(|node| node.commit?.message).collect();
    let name = repository.name_with_owner.unwrap_or_else(|| repo.full());
    let reverts = reverts_of(&mut wire, &messages, &[repo.full().as_str(), name.as_str()]);
    let unreadable = || ReadError::Garbled(format!("GitHub's answer on #{number} is incomplete"));
    let mut pull_request = map::pull_request(wire).ok_or_else(unreadable)?;
    gaps::note(&mut pull_request, &lacking);
    Ok(PullRequestNow {
        pull_request,
        state,
        rules: demands,
        merge_methods,
        merge_commit,
        merged_by,
        repo: name,
        base_sha,
        messages,
        reverts,
    })
}

/// What its body and the messages of its commits say it reverts.
fn reverts_of(wire: &mut WirePullRequest, messages: &[String], repos: &[&str]) -> SaidReverts {
    let body = wire.body.take().unwrap_or_default();
    let texts = || messages.iter().map(String::as_str);
    let of_messages = texts().flat_map(|text| reverted_pull_requests(text, repos));
    SaidReverts {
        commits: texts().flat_map(reverted_commits).collect(),
        pull_requests: reverted_pull_requests(&body, repos).into_iter().chain(of_messages).collect(),
    }
}

/// Pages of a search for a marker: the newest 1,000 pull requests.
const MOST_PAGES: usize = 20;

/// From the newest back to those created before `since`, whatever their state.
pub(super) async fn with_marker(client: &Client, repo: &Repo, marker: &str, since: Option<Time>) -> Result<RevertSearch, ReadError> {
    let mut after: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let variables = json!({ "owner": repo.owner, "name": repo.name, "after": after });
        let answer = client.query::<RepositoryData>(NEWEST, variables).await?;
        let repository = required(answer.data.repository, &answer.errors)?;
        // "Not found" is only said when the list was there.
        let list = repository.pull_requests.filter(|list| list.nodes.is_some());
        let list = list.ok_or_else(|| ReadError::Garbled("GitHub's answer lists no pull requests".to_owned()))?;
        let next = list.next();
        let page: Vec<_> = Connection::into_nodes(list).collect();
        let found = page.iter().filter(|pr| pr.body.as_deref().is_some_and(|body| body.contains(marker)));
        let opened = found.filter_map(|pr| Some(OpenedRevert { number: pr.number?, url: pr.url.clone().unwrap_or_default() })).next();
        let oldest = page.iter().filter_map(|pr| map::time(pr.created_at.as_deref())).min();
        let back_far_enough = since.is_none_or(|since| oldest.is_some_and(|oldest| oldest < since));
        if opened.is_some() || next.is_none() || back_far_enough {
            return Ok(RevertSearch { complete: next.is_none() || back_far_enough, opened });
        }
        if next == after {
            break;
        }
        after = next;
    }
    Ok(RevertSearch { opened: None, complete: false })
}
