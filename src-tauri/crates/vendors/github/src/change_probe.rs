//! Tells for many repositories at once which of them must be read again.
//!
//! GraphQL has no conditional requests, and free 304 answers by REST would take two requests for every pull request
//! (`check-runs` and `status`): over a thousand an hour for twenty services. One query with an alias per repository
//! costs one point for all of them (docs "Rate limits for the GraphQL API": the requests that its connections need,
//! divided by 100).

use super::client::{Client, Size};
use super::graphql::{Graph, Unanswered};
use super::page_sizes::{List, PageSize};
use super::repo::Repo;
use super::repo::{full_name, short_name};
use super::wire::Oid;
use futures::future::try_join_all;
use serde::Deserialize;
use serde_json::json;
use slipway_domain::time::Time;
use slipway_vendor::{ChangeProbe, ChangeProbeTarget, PullRequestProbe, ReadError};
use std::collections::{BTreeMap, HashMap};

/// GitHub gives a query 10 s: the number of pull requests that it reliably answers for in that time.
const LARGEST: usize = 140;
const MOST_OF_ONE: usize = 100;
/// The name under which the page size of a whole probe is remembered.
const TOGETHER: &str = "";
/// The page itself is not needed, but a connection must have one.
const COUNTS: &str = " contexts(first: 1) { checkRunCountsByState { state count } statusContextCountsByState { state count } }";

pub(super) async fn ask(client: &Client, wanted: &[ChangeProbeTarget], with_checks: bool) -> Result<Vec<Option<ChangeProbe>>, ReadError> {
    let largest = client.page_size(TOGETHER, List::Probes).of(LARGEST);
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut room = 0;
    for (index, of) in wanted.iter().enumerate() {
        let size = looked_at(client, of) + 1;
        match parts.last_mut() {
            Some(part) if size <= room => part.push(index),
            Some(_) | None => {
                parts.push(vec![index]);
                room = largest;
            }
        }
        room = room.saturating_sub(size);
    }
    let answers = try_join_all(parts.into_iter().map(|part| ask_part(client, wanted, part, with_checks))).await?;
    let mut told: HashMap<usize, ChangeProbe> = answers.into_iter().flatten().collect();
    Ok((0..wanted.len()).map(|index| told.remove(&index)).collect())
}

fn looked_at(client: &Client, of: &ChangeProbeTarget) -> usize {
    let most = client.page_size(&of.repo, List::Probe).of(MOST_OF_ONE);
    of.open.clamp(1, most)
}

/// Repositories that are too much for one query are requested in halves; for a single one fewer pull requests are
/// probed. A repository that is not answered at all has no result.
async fn ask_part(
    client: &Client,
    wanted: &[ChangeProbeTarget],
    part: Vec<usize>,
    with_checks: bool,
) -> Result<Vec<(usize, ChangeProbe)>, ReadError> {
    let repos = wanted.iter().map(|of| Repo::parse(&of.repo)).collect::<Result<Vec<Repo>, ReadError>>()?;
    let field = |index: usize, most: usize| {
        let of = &wanted[index];
        field(&repos[index], &of.branch, index, looked_at(client, of).min(most), with_checks)
    };
    let mut told = Vec::new();
    let mut open = vec![part];
    while let Some(part) = open.pop() {
        if let [one] = part[..] {
            let query = |size: PageSize| (format!("query Pulse {{{} }}", field(one, size.of(MOST_OF_ONE))), json!({}));
            match client.query_in_size((&wanted[one].repo, List::Probe), query).await {
                Ok((answer, _)) => told.extend(read(answer, &part)),
                Err(ReadError::Unreachable(why)) if wanted.len() > 1 => tracing::info!(repo = wanted[one].repo, why, "no probe"),
                Err(error) => return Err(error),
            }
            continue;
        }
        let fields: String = part.iter().map(|index| field(*index, MOST_OF_ONE)).collect();
        match client.ask(&format!("query Pulse {{{fields} }}"), &json!({}), Size::MayHalve).await {
            Err(Unanswered::TooHeavy(_)) => {
                if let Some(smaller) = client.page_size(TOGETHER, List::Probes).halved() {
                    client.page_worked(TOGETHER, List::Probes, smaller);
                }
                let (first, second) = part.split_at(part.len() / 2);
                open.extend([second.to_vec(), first.to_vec()]);
            }
            answer => told.extend(read(answer?, &part)),
        }
    }
    Ok(told)
}

fn field(repo: &Repo, branch: &str, index: usize, first: usize, with_checks: bool) -> String {
    // A JSON string is a valid GraphQL string.
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let (owner, name, full, base) = (text(&repo.owner), text(&repo.name), text(&full_name(branch)), text(short_name(branch)));
    let counts = if with_checks { COUNTS } else { "" };
    format!(
        " r{index}: repository(owner: {owner}, name: {name}) {{ ref(qualifiedName: {full}) {{ target {{ oid }} }} \
         pullRequests(states: [OPEN], baseRefName: {base}, first: {first}, orderBy: {{ field: CREATED_AT, direction: DESC }}) {{ totalCount \
         nodes {{ number headRefOid updatedAt statusCheckRollup {{ state{counts} }} }} }} }}"
    )
}

fn read(answer: Graph<BTreeMap<String, Option<Repository>>>, part: &[usize]) -> Vec<(usize, ChangeProbe)> {
    let mut told = answer.data;
    // A part that is missing because of an error would look like a change, so that repository has no result.
    let broken = |alias: &str| answer.errors.iter().any(|error| error.place().split('.').next() == Some(alias));
    let of = |index: &usize| {
        let alias = format!("r{index}");
        let probe = told.remove(&alias).flatten().filter(|_| !broken(&alias)).and_then(Repository::probe)?;
        Some((*index, probe))
    };
    part.iter().filter_map(of).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Repository {
    #[serde(rename = "ref")]
    branch: Option<Branch>,
    pull_requests: Option<PullRequests>,
}

#[derive(Deserialize)]
struct Branch {
    target: Option<Oid>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PullRequests {
    total_count: Option<u64>,
    nodes: Option<Vec<Option<PullRequest>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PullRequest {
    number: Option<u64>,
    head_ref_oid: Option<String>,
    updated_at: Option<String>,
    status_check_rollup: Option<Rollup>,
}

#[derive(Deserialize)]
struct Rollup {
    state: Option<String>,
    contexts: Option<Counts>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    check_run_counts_by_state: Option<Vec<Count>>,
    status_context_counts_by_state: Option<Vec<Count>>,
}

#[derive(Deserialize)]
struct Count {
    state: Option<String>,
    count: Option<u64>,
}

impl Repository {
    fn probe(self) -> Option<ChangeProbe> {
        let list = self.pull_requests?;
        let mut pull_requests: Vec<PullRequestProbe> = list.nodes?.into_iter().flatten().filter_map(PullRequest::probe).collect();
        pull_requests.sort_by_key(|pr| std::cmp::Reverse(pr.number));
        let tip = self.branch.and_then(|branch| branch.target).and_then(|target| target.oid);
        Some(ChangeProbe { tip, open_total: list.total_count?, pull_requests })
    }
}

impl PullRequest {
    fn probe(self) -> Option<PullRequestProbe> {
        let (checks, counts) = self.status_check_rollup.map_or((None, None), |rollup| (rollup.state, rollup.contexts));
        let check_counts = counts.map(|counts| {
            let runs = counts.check_run_counts_by_state.into_iter().flatten().map(|c| ("run ", c));
            let statuses = counts.status_context_counts_by_state.into_iter().flatten().map(|c| ("status ", c));
            let word = |(kind, c): (&str, Count)| Some((format!("{kind}{}", c.state?), c.count.filter(|n| *n > 0)?));
            let mut counts: Vec<(String, u64)> = runs.chain(statuses).filter_map(word).collect();
            counts.sort();
            counts
        });
        let updated_at = self.updated_at.as_deref().and_then(Time::parse);
        Some(PullRequestProbe { number: self.number?, head_sha: self.head_ref_oid?, updated_at, checks, check_counts })
    }
}
