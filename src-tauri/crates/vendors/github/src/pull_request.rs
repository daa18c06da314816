//! Reads one complete pull request for plans and verification, and searches for reverts.

use super::client::Client;
use super::map;
use super::more_checks;
use super::observe::required;
use super::page_sizes::{List, PageSize};
use super::partial_errors::{self, Beside};
use super::repo::Repo;
use super::rules;
use super::wire::{Connection, PullRequest as WirePullRequest, RepositoryData};
use serde_json::json;
use slipway_domain::history::{names_as_reverted, reverted_commits, reverted_pull_requests};
use slipway_domain::time::Time;
use slipway_vendor::{MergedPullRequest, OpenedRevert, PullRequestNow, PullRequestState, ReadError, RevertOf, RevertSearch, SaidReverts};

pub(super) const NOW: &str = concat!(
    include_str!("queries/pull_request.graphql"),
    include_str!("queries/pull_request_fields.graphql"),
    include_str!("queries/newer_pull_request.graphql"),
    include_str!("queries/contexts.graphql"),
    include_str!("queries/newer_suite.graphql"),
    include_str!("queries/rule_fields.graphql"),
    include_str!("queries/newer_rules.graphql"),
    include_str!("queries/cross_references.graphql"),
);
pub(super) const NEWEST: &str = include_str!("queries/newest_pull_requests.graphql");
/// Checks that are read with a pull request; further ones are requested separately.
const CHECKS: usize = 50;
/// Commits whose messages are read.
const MESSAGES: usize = 100;

pub(super) async fn now(client: &Client, repo: &Repo, number: u64) -> Result<PullRequestNow, ReadError> {
    let query = |size: PageSize| {
        let (owner, name) = (&repo.owner, &repo.name);
        let (checks, messages) = (size.of(CHECKS), size.of(MESSAGES));
        (NOW.to_owned(), json!({ "owner": owner, "name": name, "number": number, "checks": checks, "messages": messages }))
    };
    let (answer, _) = client.query_in_size::<RepositoryData>((&repo.full(), List::One), query).await?;
    let mut repository = required(answer.data.repository, &answer.errors)?;
    let missing = || match answer.errors.first() {
        Some(error) => error.as_read_error(),
        None => ReadError::NotFound(format!("GitHub knows no pull request #{number}")),
    };
    let wire = repository.pull_request.take().ok_or_else(missing)?;
    let mut read = [Some(wire)];
    more_checks::fill(client, repo, &mut read).await;
    let [Some(mut wire)] = read else { return Err(missing()) };
    let state = state_of(&wire);
    // A plan must not take a missing part for one without problems.
    let lacking = Beside { place: "repository.pullRequest", errors: &answer.errors }.unreadable(&wire);
    let base = wire.base_ref.take();
    let base_gone = base.is_none() && !answer.errors.iter().any(|error| error.place().starts_with("repository.pullRequest.baseRef"));
    let merge_methods = rules::merge_methods(&repository, base.as_ref());
    let mut demands = rules::demands(&repository, base.as_ref());
    demands.merge_queue = demands.merge_queue.or_else(|| rules::queue_of(&wire));
    let base_sha = base.and_then(|base| base.target?.oid);
    let merge_commit = wire.merge_commit.take().and_then(|commit| commit.oid);
    let merged_by = map::login(wire.merged_by.take());
    let messages: Vec<String> =
        wire.messages.take().into_iter().flat_map(Connection::into_nodes).filter_map(|node| node.commit?.message).collect();
    let name = repository.name_with_owner.unwrap_or_else(|| repo.full());
    let merge_base = wire.base_ref_name.clone().unwrap_or_default();
    let asked = repo.full();
    let reverted = Reverted { number, merge_commit: merge_commit.as_deref(), base: &merge_base, repos: &[&asked, &name] };
    let referring = wire.timeline_items.take().into_iter().flat_map(Connection::into_nodes);
    let here = referring.filter(|item| item.is_cross_repository != Some(true)).filter_map(|item| item.source);
    let reverted_by: Vec<RevertOf> = here.filter_map(|pr| reverted.by(&pr)).collect();
    let reverts = reverts_of(&mut wire, &messages, &[&asked, &name]);
    let unreadable = || ReadError::Garbled(format!("GitHub's answer on #{number} is incomplete"));
    let mut pull_request = map::pull_request(wire).ok_or_else(unreadable)?;
    partial_errors::note(&mut pull_request, &lacking);
    Ok(PullRequestNow {
        pull_request,
        state,
        rules: demands,
        merge_methods,
        merge_commit,
        merged_by,
        repo: name,
        base_sha,
        base_gone,
        messages,
        reverts,
        reverted_by,
        may_change_guarded_files: answer
            .scopes
            .filter(|scopes| !scopes.is_empty())
            .map(|scopes| scopes.iter().any(|scope| scope == "workflow")),
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

/// A merged pull request, with what reverts of it may name.
struct Reverted<'a> {
    number: u64,
    merge_commit: Option<&'a str>,
    /// The branch it was merged into: a revert of it on another branch changes nothing here.
    base: &'a str,
    /// The current and former names of the repository.
    repos: &'a [&'a str],
}

impl Reverted<'_> {
    /// Recognised by the text that GitHub puts into the body of every revert, or by git's own.
    fn by(&self, pr: &WirePullRequest) -> Option<RevertOf> {
        let body = pr.body.as_deref().unwrap_or_default();
        let by_commit = || self.merge_commit.is_some_and(|sha| reverted_commits(body).iter().any(|named| named == sha));
        let says = names_as_reverted(body, self.repos, self.number) || by_commit();
        let here = pr.base_ref_name.as_deref().is_none_or(|base| base == self.base);
        let number = pr.number.filter(|number| says && here && *number != self.number)?;
        Some(RevertOf { number, state: state_of(pr), url: pr.url.clone().unwrap_or_default() })
    }
}

fn state_of(pr: &WirePullRequest) -> PullRequestState {
    match pr.state.as_deref() {
        Some("OPEN") => PullRequestState::Open,
        Some("MERGED") => PullRequestState::Merged,
        Some("CLOSED") => PullRequestState::Closed,
        Some(_) | None => PullRequestState::Unknown,
    }
}

/// Pages that are searched for a marker: the newest 1,000 pull requests.
const MOST_PAGES: usize = 20;
const PAGE: usize = 50;

/// Those of the newest 50 pull requests that revert `merged`.
pub(super) async fn newest_reverts(client: &Client, repo: &Repo, merged: &MergedPullRequest) -> Result<Vec<RevertOf>, ReadError> {
    let asked = repo.full();
    let reverted = Reverted {
        number: merged.number,
        merge_commit: merged.merge_commit.as_deref(),
        base: &merged.base,
        repos: &[&asked, &merged.repo],
    };
    let page: Vec<WirePullRequest> = newest(client, repo, None).await?.into_nodes().collect();
    Ok(page.iter().filter_map(|pr| reverted.by(pr)).collect())
}

/// Searches from the newest back to those that were created before `since`, in any state.
pub(super) async fn with_marker(client: &Client, repo: &Repo, marker: &str, since: Option<Time>) -> Result<RevertSearch, ReadError> {
    let mut after: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let list = newest(client, repo, after.as_deref()).await?;
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

async fn newest(client: &Client, repo: &Repo, after: Option<&str>) -> Result<Connection<WirePullRequest>, ReadError> {
    let query =
        |size: PageSize| (NEWEST.to_owned(), json!({ "owner": repo.owner, "name": repo.name, "first": size.of(PAGE), "after": after }));
    let (answer, _) = client.query_in_size::<RepositoryData>((&repo.full(), List::Newest), query).await?;
    let repository = required(answer.data.repository, &answer.errors)?;
    // "Not found" is only returned when the list was readable.
    let list = repository.pull_requests.filter(|list| list.nodes.is_some());
    list.ok_or_else(|| ReadError::Garbled("GitHub's answer lists no pull requests".to_owned()))
}
