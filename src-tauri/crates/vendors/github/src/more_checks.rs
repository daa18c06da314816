//! Reads the checks that did not fit into the list of pull requests.

use super::client::Client;
use super::page_sizes::{List, PageSize};
use super::repo::Repo;
use super::wire::{Context, PageInfo, PullRequest};
use serde::Deserialize;
use serde_json::json;
use slipway_vendor::ReadError;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Checks that are read of one head; a longer list is marked as incomplete.
const MOST: usize = 500;
/// GitHub's largest page.
const PAGE: usize = 100;
/// Pull requests per request: GitHub returns 10 × 100 checks well within its 10 s.
const AT_ONCE: usize = 10;

struct Cut {
    at: usize,
    number: u64,
    after: String,
}

/// Appends the missing checks. After a failure lists stay incomplete, and are marked as such.
pub(super) async fn fill(client: &Client, repo: &Repo, pull_requests: &mut [Option<PullRequest>]) {
    // Each round reads the next page of every list that is incomplete.
    let mut asked = 0;
    while asked < MOST {
        let cut: Vec<Cut> = pull_requests.iter().enumerate().filter_map(|(at, pr)| cut(at, pr.as_ref()?)).collect();
        if cut.is_empty() {
            return;
        }
        for some in cut.chunks(AT_ONCE) {
            match page(client, repo, some).await {
                Ok((mut found, size)) => {
                    asked += size.div_ceil(cut.len().div_ceil(AT_ONCE));
                    for one in some {
                        let more = found.remove(&format!("p{}", one.number)).flatten();
                        if let Some(known) = &mut pull_requests[one.at] {
                            append(known, more);
                        }
                    }
                }
                Err(error) => return tracing::info!(repo = repo.name, %error, "further checks were not read"),
            }
        }
    }
}

fn cut(at: usize, pr: &PullRequest) -> Option<Cut> {
    let contexts = pr.status_check_rollup.as_ref()?.contexts.as_ref()?;
    let read = contexts.nodes.as_ref().map_or(0, Vec::len);
    let after = contexts.next().filter(|_| read < MOST)?;
    Some(Cut { at, number: pr.number?, after })
}

/// The next page of each list, and the most checks that it can have.
async fn page(client: &Client, repo: &Repo, cut: &[Cut]) -> Result<(BTreeMap<String, Option<PullRequest>>, usize), ReadError> {
    #[derive(Deserialize)]
    struct Data {
        repository: Option<BTreeMap<String, Option<PullRequest>>>,
    }
    let query = |size: PageSize| {
        let page = size.of(PAGE);
        let mut query = String::from("query MoreChecks($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {");
        for Cut { number, after, .. } in cut {
            // A JSON string is a valid GraphQL string.
            let after = serde_json::Value::from(after.as_str());
            let _ = write!(
                query,
                " p{number}: pullRequest(number: {number}) {{ headRefOid statusCheckRollup {{ contexts(first: {page}, after: {after}) {{ ...Contexts }} }} }}"
            );
        }
        query.push_str(" } }\n");
        query.push_str(include_str!("queries/contexts.graphql"));
        query.push_str(include_str!("queries/newer_suite.graphql"));
        (query, json!({ "owner": repo.owner, "name": repo.name }))
    };
    let (answer, size) = client.query_in_size::<Data>((&repo.full(), List::Checks), query).await?;
    Ok((answer.data.repository.unwrap_or_default(), size.of(PAGE)))
}

/// Appends only checks of the same head commit.
fn append(known: &mut PullRequest, more: Option<PullRequest>) {
    let Some(contexts) = known.status_check_rollup.as_mut().and_then(|rollup| rollup.contexts.as_mut()) else { return };
    let same = more.filter(|more| more.head_ref_oid == known.head_ref_oid);
    let Some(page) = same.and_then(|more| more.status_check_rollup?.contexts) else {
        // A null among the checks: the list is not complete, and its further pages are not read.
        contexts.nodes.get_or_insert_default().push(None::<Context>);
        contexts.page_info = None;
        return;
    };
    let next = page.next();
    let stuck = next.is_some() && next == contexts.next();
    contexts.page_info = Some(PageInfo { has_next_page: Some(next.is_some() && !stuck), end_cursor: next });
    contexts.total_count = page.total_count.or(contexts.total_count);
    contexts.nodes.get_or_insert_default().extend(page.nodes.unwrap_or_else(|| vec![None]));
}
