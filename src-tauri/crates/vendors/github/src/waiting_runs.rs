//! Runs of GitHub Actions that only start after a maintainer approves them.

use super::client::Client;
use super::repo::{Repo, is_sha};
use super::wire::{Run, RunList};
use slipway_domain::pull_request::WaitingRun;
use slipway_vendor::ReadError;

/// `GET /repos/{o}/{r}/actions/runs`; `status` also accepts a conclusion (REST description,
/// actions/list-workflow-runs-for-repo).
pub(super) async fn runs(client: &Client, repo: &Repo, head_sha: &str) -> Result<Vec<WaitingRun>, ReadError> {
    if !is_sha(head_sha) {
        return Err(ReadError::NotFound(format!("{head_sha} is no commit")));
    }
    let answer = client.get(&repo.path(&format!("/actions/runs?head_sha={head_sha}&status=action_required&per_page=100"))).await?;
    let list: RunList = answer.decode()?;
    let runs = list.workflow_runs.ok_or_else(|| ReadError::Garbled("GitHub's answer lists no runs".to_owned()))?;
    let waits = |run: &Run| {
        let word = Some("action_required");
        let here = run.head_sha.as_deref().is_none_or(|sha| sha == head_sha);
        here && (run.conclusion.as_deref() == word || run.status.as_deref() == word)
    };
    let named = |run: Run| WaitingRun {
        name: run.name.or(run.display_title).unwrap_or_else(|| "a workflow".to_owned()),
        url: run.html_url.unwrap_or_default(),
    };
    Ok(runs.into_iter().flatten().filter(waits).map(named).collect())
}
