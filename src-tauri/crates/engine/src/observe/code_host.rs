//! The code host: main's history, open pull requests and what they touch.

use super::observation::{CodeObservation, TouchedFiles};
use super::waiting_runs;
use crate::accounts::Accounts;
use crate::store::Store;
use slipway_domain::branch_news::still_contains;
use slipway_domain::history::Contained;
use slipway_domain::pull_request::PullRequest;
use slipway_domain::snapshot::ServiceState;
use slipway_vendor::{CodeFacts, CodeHost, ReadError};
use std::collections::HashMap;

/// Pull requests whose files one read asks for: two requests.
const FILES: usize = 40;

/// One read of the repository: its main branch, rules and open pull requests, and the files of heads that are not
/// known yet.
pub(super) async fn read(accounts: &Accounts, store: &Store, state: &ServiceState) -> Result<CodeObservation, ReadError> {
    let host = accounts.code_host(&state.config)?;
    if let Some(tip) = state.main.first() {
        for (pr, by) in state.pull_requests.iter().filter_map(|pr| Some((pr, pr.behind_by?))) {
            host.remember_behind(&tip.sha, &pr.head_sha, by);
        }
    }
    let known_level: u8 = store.get(&page_key(&state.repo)).await.unwrap_or_default();
    if known_level > 0 {
        host.remember_page_level(&state.repo, known_level);
    }
    let mut facts = host.observe(&state.repo, &state.branch).await?;
    waiting_runs::fill(&*host, state, &mut facts.pull_requests).await;
    if facts.page_level != known_level {
        store.put(&page_key(&state.repo), &facts.page_level);
    }
    let lost_tip = lost_tip(&*host, state, &facts).await;
    let mut files = HashMap::new();
    let mut unread: Vec<&PullRequest> = Vec::new();
    let keys = facts.pull_requests.iter().map(|pr| files_key(&pr.head_sha)).collect();
    let known: Vec<Option<TouchedFiles>> = store.get_all(keys).await;
    for (pr, known) in facts.pull_requests.iter().zip(known) {
        match known {
            Some(known) => drop(files.insert(pr.head_sha.clone(), known)),
            None => unread.push(pr),
        }
    }
    unread.truncate(FILES);
    if !unread.is_empty() {
        let ids: Vec<String> = unread.iter().map(|pr| pr.node_id.clone()).collect();
        // Without the files of pull requests the rest of the read still counts.
        match host.changed_files(&ids).await {
            Ok(found) => {
                for pr in unread {
                    let touched = found.iter().find(|f| f.node_id == pr.node_id && f.head_sha == pr.head_sha);
                    // A list that is cut or missing is kept as it is; otherwise every read would ask for it again.
                    let touched =
                        touched.map_or_else(TouchedFiles::default, |f| TouchedFiles { files: f.files.clone(), complete: f.complete });
                    store.put(&files_key(&pr.head_sha), &touched);
                    files.insert(pr.head_sha.clone(), touched);
                }
            }
            Err(error) => tracing::info!(service = state.name, %error, "changed files were not read"),
        }
    }
    Ok(CodeObservation { facts, files, lost_tip })
}

/// Whether the branch has lost the commit that it stood at. One request, only where the two histories do not
/// show it; false when it cannot be read.
async fn lost_tip(host: &dyn CodeHost, state: &ServiceState, facts: &CodeFacts) -> bool {
    let (Some(was), Some(is)) = (state.main.first(), facts.main.first()) else { return false };
    match still_contains(&state.main, &facts.main) {
        Contained::Yes => false,
        Contained::No => true,
        Contained::Unknown => match host.contains(&state.repo, &was.sha, &is.sha).await {
            Ok(contains) => !contains,
            // A host compares no commits that have nothing in common, or of which one is gone.
            Err(ReadError::NotFound(_)) => true,
            Err(error) => {
                tracing::info!(service = state.name, %error, "whether the branch was reset was not read");
                false
            }
        },
    }
}

fn page_key(repo: &str) -> String {
    format!("page_level:{}", repo.to_lowercase())
}

fn files_key(head_sha: &str) -> String {
    format!("files:{head_sha}")
}
