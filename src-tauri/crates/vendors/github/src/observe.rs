//! Everything a refresh needs, in one request for up to 50 pull requests.

use super::client::Client;
use super::graphql::{Graph, GraphError};
use super::history;
use super::map;
use super::more_checks;
use super::page_sizes::{List, PageSize};
use super::partial_errors::{self, Beside};
use super::repo::{Repo, full_name, short_name};
use super::rules;
use super::wire::{Comparison, Connection, PullRequest as WirePullRequest, Repository, RepositoryData};
use serde::Deserialize;
use serde_json::json;
use slipway_domain::merge_queue::MergeQueue;
use slipway_domain::pull_request::{MergeState, PullRequest, UnreadablePart};
use slipway_domain::repository::Repository as About;
use slipway_vendor::{CodeFacts, ReadError};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

pub(super) const OBSERVE: &str = concat!(
    include_str!("queries/observe.graphql"),
    include_str!("queries/pull_request_fields.graphql"),
    include_str!("queries/newer_pull_request.graphql"),
    include_str!("queries/contexts.graphql"),
    include_str!("queries/newer_suite.graphql"),
    include_str!("queries/rule_fields.graphql"),
    include_str!("queries/newer_rules.graphql"),
    include_str!("queries/history_commit.graphql"),
    include_str!("queries/commit_pulls.graphql"),
);
pub(super) const MORE: &str = concat!(
    include_str!("queries/more_pull_requests.graphql"),
    include_str!("queries/pull_request_fields.graphql"),
    include_str!("queries/newer_pull_request.graphql"),
    include_str!("queries/contexts.graphql"),
    include_str!("queries/newer_suite.graphql"),
);
/// Open pull requests that are read. If there are more, only the newest are read, and that is reported.
const MOST: usize = 500;
/// The largest page, of pull requests and of commits.
const PAGE: usize = 50;
/// The most pages of one read, however small the pages must be.
const MOST_PAGES: usize = 50;

/// How far heads are behind, by base and head commit. It never changes for a pair, so it is requested once.
#[derive(Debug, Default)]
pub(super) struct Behind(Mutex<HashMap<(String, String), u64>>);

pub(super) async fn observe(client: &Client, behind: &Behind, repo: &Repo, branch: &str) -> Result<CodeFacts, ReadError> {
    let (first, size) = ask(client, repo, branch, None).await?;
    let branch_told = !first.errors.iter().any(|error| error.place().starts_with("repository.ref"));
    let mut repository = required(first.data.repository, &first.errors)?;
    let mut pages = Pages::new(branch);
    fill_checks(client, repo, &mut repository).await;
    let mut next = pages.add(repository.pull_requests.take(), &first.errors)?;
    while let Some(after) = next {
        if !pages.may_ask(&after) {
            break;
        }
        let page = match ask(client, repo, branch, Some(&after)).await {
            Ok((page, _)) => page,
            // The part that was read is shown; the rest keeps its previous state.
            Err(ReadError::Unreachable(why)) => {
                pages.gaps.push(format!("Further PRs could not be read: {why}"));
                pages.broken_off = true;
                break;
            }
            Err(error) => return Err(error),
        };
        let mut more = required(page.data.repository, &page.errors)?;
        fill_checks(client, repo, &mut more).await;
        next = pages.add(more.pull_requests.take(), &page.errors)?;
    }
    let branch_gone = branch_told && repository.branch.is_none();
    let (main, tip) = history::of_branch(client, repo, &mut repository, branch, &mut pages.gaps).await;
    let broken_off = pages.broken_off;
    let mut pull_requests = pages.pull_requests;
    if partial_errors::lacks_rules("repository.ref", &first.errors) {
        pull_requests.iter_mut().for_each(|pr| partial_errors::note(pr, &[UnreadablePart::Rules]));
    }
    fill_behind(client, behind, repo, branch, tip.as_deref(), &pages.forks, &mut pull_requests).await;
    let merge_methods = rules::merge_methods(&repository, repository.branch.as_ref());
    let mut demands = rules::demands(&repository, repository.branch.as_ref());
    demands.merge_queue = demands.merge_queue.or(pages.queue);
    let about = about(client, repo, &repository, pages.cut, branch_gone.then_some(branch), &pull_requests);
    let permission = repository.viewer_permission.take();
    let open_total = pages.total.unwrap_or(pull_requests.len() as u64);
    // An error that occurs in every pull request is reported once.
    let mut said = HashSet::new();
    let gaps = pages.gaps.into_iter().filter(|gap| said.insert(gap.clone())).collect();
    Ok(CodeFacts {
        pull_requests,
        open_total,
        main,
        rules: demands,
        merge_methods,
        repository: about,
        branch_gone,
        page_level: size.level(),
        broken_off,
        may_write: map::may_write(permission.as_deref()),
        gaps,
    })
}

/// One page of pull requests, in the size that the host answers: the first page, with the branch, or the one
/// `after` a cursor.
async fn ask(client: &Client, repo: &Repo, branch: &str, after: Option<&str>) -> Result<(Graph<RepositoryData>, PageSize), ReadError> {
    let query = |size: PageSize| {
        let mut variables = json!({
            "owner": repo.owner, "name": repo.name, "base": short_name(branch), "first": size.of(PAGE), "checks": size.checks(),
        });
        let text = match after {
            Some(after) => {
                variables["after"] = json!(after);
                MORE
            }
            None => {
                variables["branch"] = json!(full_name(branch));
                variables["commits"] = json!(size.of(PAGE));
                OBSERVE
            }
        };
        (text.to_owned(), variables)
    };
    client.query_in_size((&repo.full(), List::Board), query).await
}

/// `gone`: the name of the branch, where the repository has none of that name.
fn about(client: &Client, repo: &Repo, wire: &Repository, pull_requests_cut: bool, gone: Option<&str>, read: &[PullRequest]) -> About {
    let default = wire.default_branch_ref.as_ref().and_then(|branch| branch.name.clone());
    About {
        renamed_to: wire.name_with_owner.clone().filter(|name| !name.eq_ignore_ascii_case(&repo.full())),
        archived: wire.is_archived == Some(true),
        pull_requests_cut,
        check_runs_hidden: read.iter().any(|pr| pr.unreadable.contains(&UnreadablePart::CheckRuns)),
        not_told: client.not_told(),
        branch_renamed_to: gone.and_then(|gone| default.filter(|default| default != short_name(gone))),
    }
}

async fn fill_checks(client: &Client, repo: &Repo, repository: &mut Repository) {
    if let Some(nodes) = repository.pull_requests.as_mut().and_then(|list| list.nodes.as_mut()) {
        more_checks::fill(client, repo, nodes).await;
    }
}

#[derive(Default)]
struct Pages {
    pull_requests: Vec<PullRequest>,
    seen: HashSet<u64>,
    cursors: HashSet<String>,
    total: Option<u64>,
    /// The owners of the forks that contain the heads.
    forks: HashMap<u64, String>,
    /// The merge queue of the branch, read from a pull request into it.
    queue: Option<MergeQueue>,
    branch: String,
    /// There are more open pull requests than are read.
    cut: bool,
    /// A page could not be read.
    broken_off: bool,
    gaps: Vec<String>,
}

impl Pages {
    fn new(branch: &str) -> Self {
        Self { branch: short_name(branch).to_owned(), ..Self::default() }
    }

    /// Returns the cursor of the next page. A missing list is an error, because unknown must not be shown as none.
    fn add(&mut self, list: Option<Connection<WirePullRequest>>, errors: &[GraphError]) -> Result<Option<String>, ReadError> {
        let missing =
            || errors.first().map_or_else(|| ReadError::Garbled("GitHub's answer lists no PRs".to_owned()), GraphError::as_read_error);
        let list = list.ok_or_else(missing)?;
        let next = list.next();
        self.total = list.total_count.or(self.total);
        // Errors about one pull request are recorded with it.
        let of_all = errors.iter().filter(|error| !error.place().starts_with("repository.pullRequests.nodes."));
        self.gaps.extend(of_all.map(|error| format!("{}: {}", error.place(), error.text())));
        for (index, node) in list.nodes.ok_or_else(missing)?.into_iter().enumerate() {
            let fork =
                node.as_ref().filter(|pr| pr.is_cross_repository == Some(true)).and_then(|pr| map::login(pr.head_repository_owner.clone()));
            let into = |pr: &&WirePullRequest| pr.base_ref_name.as_ref() == Some(&self.branch);
            self.queue = self.queue.take().or(node.as_ref().filter(into).and_then(rules::queue_of));
            let place = format!("repository.pullRequests.nodes.{index}");
            let unreadable = node.as_ref().map(|node| Beside { place: &place, errors }.unreadable(node)).unwrap_or_default();
            let Some(mut pr) = node.and_then(map::pull_request) else {
                self.gaps.push("A PR could not be read".to_owned());
                continue;
            };
            partial_errors::note(&mut pr, &unreadable);
            self.gaps.extend(partial_errors::words(pr.number, &unreadable));
            if self.seen.insert(pr.number) {
                self.forks.extend(fork.map(|owner| (pr.number, owner)));
                self.pull_requests.push(pr);
            }
        }
        Ok(next)
    }

    /// False for a cursor that occurred before, and beyond the most pages.
    fn may_ask(&mut self, cursor: &str) -> bool {
        if self.seen.len() >= MOST || self.cursors.len() >= MOST_PAGES - 1 {
            self.cut = true;
            return false;
        }
        let new = self.cursors.insert(cursor.to_owned());
        if !new {
            self.gaps.push(format!("The list of PRs does not end; {} were read", self.pull_requests.len()));
        }
        new
    }
}

/// One more request, only for pull requests that are behind by an unknown number of commits. After a failure the
/// number is missing; the pull request is still marked as behind.
async fn fill_behind(
    client: &Client,
    behind: &Behind,
    repo: &Repo,
    branch: &str,
    tip: Option<&str>,
    forks: &HashMap<u64, String>,
    pull_requests: &mut [PullRequest],
) {
    let Some(tip) = tip else { return };
    let is_behind = |pr: &PullRequest| pr.merge_state == MergeState::Behind && pr.base_branch == branch;
    let mut unknown = Vec::new();
    for pr in pull_requests.iter_mut().filter(|pr| is_behind(pr)) {
        pr.behind_by = behind.get(tip, &pr.head_sha);
        if pr.behind_by.is_none() {
            let fork = forks.get(&pr.number).map_or(String::new(), |owner| format!("{owner}:"));
            unknown.push((pr.number, format!("{fork}{}", pr.head_branch)));
        }
    }
    if unknown.is_empty() {
        return;
    }
    let Ok(answers) = ask_behind(client, repo, branch, &unknown).await else { return };
    for pr in pull_requests.iter_mut().filter(|pr| is_behind(pr)) {
        if let Some(by) = answers.get(&format!("p{}", pr.number)) {
            behind.put(tip, &pr.head_sha, *by);
            pr.behind_by = Some(*by);
        }
    }
}

async fn ask_behind(client: &Client, repo: &Repo, branch: &str, heads: &[(u64, String)]) -> Result<BTreeMap<String, u64>, ReadError> {
    #[derive(Deserialize)]
    struct Data {
        repository: Option<Branches>,
    }
    #[derive(Deserialize)]
    struct Branches {
        #[serde(rename = "ref")]
        branch: Option<BTreeMap<String, Option<Comparison>>>,
    }
    let query = |heads: &[(u64, String)]| {
        let mut fields = String::new();
        for (number, head) in heads {
            // A JSON string is a valid GraphQL string.
            let head = serde_json::Value::from(head.as_str());
            let _ = write!(fields, " p{number}: compare(headRef: {head}) {{ behindBy }}");
        }
        let text = format!(
            "query BehindBy($owner: String!, $name: String!, $branch: String!) {{ repository(owner: $owner, name: $name) {{ ref(qualifiedName: $branch) {{{fields} }} }} }}"
        );
        (text, json!({ "owner": repo.owner, "name": repo.name, "branch": full_name(branch) }))
    };
    let answers = client.query_halves::<_, Data>(heads, query).await?;
    let compared = answers.into_iter().filter_map(|answer| answer.data.repository?.branch).flatten();
    Ok(compared.filter_map(|(alias, comparison)| Some((alias, comparison?.behind_by?))).collect())
}

impl Behind {
    const MOST: usize = 2000;

    fn get(&self, base: &str, head: &str) -> Option<u64> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&(base.to_owned(), head.to_owned())).copied()
    }

    pub(super) fn put(&self, base: &str, head: &str, by: u64) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= Self::MOST {
            known.clear();
        }
        known.insert((base.to_owned(), head.to_owned()), by);
    }
}

/// The repository, or the error why there is none.
pub(super) fn required(repository: Option<Repository>, errors: &[GraphError]) -> Result<Repository, ReadError> {
    repository.ok_or_else(|| {
        errors.first().map_or_else(|| ReadError::NotFound("GitHub knows no such repository".to_owned()), GraphError::as_read_error)
    })
}
